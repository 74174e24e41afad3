"""What a draft is: posts with their media, and what the author wants done with them."""

from dataclasses import field
from enum import StrEnum

from onering_cli.record import record


class ReplyControl(StrEnum):
    """Who may reply, by the names X's API uses for ``reply_settings``."""

    EVERYONE = "everyone"
    FOLLOWING = "following"
    MENTIONED_USERS = "mentionedUsers"
    SUBSCRIBERS = "subscribers"
    VERIFIED = "verified"


@record
class Media:
    """A picture or film attached to a post: its path as written, and its description."""

    path: str
    alt: str = ""


@record
class Post:
    """One post: its text as it will be sent, and its media in order."""

    text: str
    media: tuple[Media, ...] = ()


@record
class Draft:
    """A thread that can be published.

    Args:
        posts: In order; a draft under work may be empty.
        title: For people; never published.
        account: The account it is meant for, or "" for the default.
        schedule: When to publish, as the author wrote it, or "".
        reply_control: Who may reply to the first post.
        extra: Front-matter keys that OneRing does not know, kept as they were read.
    """

    posts: tuple[Post, ...]
    title: str = ""
    account: str = ""
    schedule: str = ""
    reply_control: ReplyControl = ReplyControl.EVERYONE
    extra: dict[str, object] = field(default_factory=dict)
