"""What is remembered of a published post."""

from datetime import datetime
from enum import StrEnum

from onering_cli.record import record


class PostKind(StrEnum):
    """What a post was when it was published."""

    POST = "post"
    THREAD = "thread"
    REPLY = "reply"
    QUOTE = "quote"
    ARTICLE = "article"
    NOTE = "note"


@record
class PostMedia:
    """One attachment: ``photo``, ``video``, ``gif``, ``audio`` or ``file``, where it lies, and its description."""

    kind: str
    location: str
    alt: str = ""


@record
class Metrics:
    """What became of a post, as far as it is told; None is "not told", never zero."""

    likes: int | None = None
    reposts: int | None = None
    replies: int | None = None
    quotes: int | None = None
    impressions: int | None = None
    bookmarks: int | None = None


UNTOLD = Metrics()


@record
class Post:
    """A published post, as its source tells of it.

    Args:
        platform: ``x``, ``mastodon``, ``bluesky``; ``notes`` for what was published nowhere.
        account: Whose, by the account's name within OneRing.
        text: As people read it: links in full, no HTML.
        kind: What it was.
        published_at: Aware UTC, to the millisecond; None when the source does not tell.
        remote_id: The platform's id, "" when there is none.
        url: Its address, "" when there is none.
        in_reply_to: The remote id of the post it answers, "" for none.
        language: ISO 639-1, "" when not told.
        media: In order.
        metrics: As its source tells them.
        metrics_at: When the metrics were true; None: when the post is remembered.
        history: Earlier metrics and when they were true.
    """

    platform: str
    account: str
    text: str
    kind: PostKind = PostKind.POST
    published_at: datetime | None = None
    remote_id: str = ""
    url: str = ""
    in_reply_to: str = ""
    language: str = ""
    media: tuple[PostMedia, ...] = ()
    metrics: Metrics = UNTOLD
    metrics_at: datetime | None = None
    history: tuple[tuple[datetime, Metrics], ...] = ()


@record
class Remembered:
    """A post in the memory.

    Args:
        id: Its number in the memory.
        post: As it was published; its metrics are not read with it, they are a time series of their own.
        source: The number of the source it came from.
        thread_id: The number of its thread's first post, None outside threads.
        position: Its place in that thread from 1, 0 outside.
    """

    id: int
    post: Post
    source: int
    thread_id: int | None = None
    position: int = 0


@record
class Filter:
    """Which posts are meant; what is empty or None does not narrow.

    Args:
        account: The account's name within OneRing.
        kinds: Any of these.
        since: Published at or after.
        until: Published before.
        ids: Any of these numbers, at most some hundreds.
        source: Came from the file that was named so.
    """

    account: str = ""
    kinds: tuple[PostKind, ...] = ()
    since: datetime | None = None
    until: datetime | None = None
    ids: tuple[int, ...] = ()
    source: str = ""

    @property
    def narrows(self) -> bool:
        """Whether it leaves anything out."""
        return self != EVERYTHING


EVERYTHING = Filter()


@record
class Neighbour:
    """A remembered post and how near it is: cosine of the vectors, 1.0 for the same meaning."""

    remembered: Remembered
    similarity: float


@record
class WordHit:
    """A remembered post that has the words of a query, and how well it matches; more is better."""

    remembered: Remembered
    score: float


@record
class SourceMark:
    """How far a source has been read, durably.

    Args:
        id: Its number in the memory.
        position: How many of its entries are dealt with.
        finished: All of them.
    """

    id: int
    position: int = 0
    finished: bool = False


@record
class Added:
    """What became of posts that were to be remembered: how many are new, and how many were known."""

    new: int = 0
    known: int = 0


@record
class AccountCount:
    """How much of an account is remembered.

    Args:
        platform: Where.
        account: Its name within OneRing.
        kinds: How many of each kind.
        first_at: When its first dated post was published.
        last_at: When its last one was.
    """

    platform: str
    account: str
    kinds: dict[str, int]
    first_at: datetime | None = None
    last_at: datetime | None = None

    @property
    def total(self) -> int:
        """All posts of the account."""
        return sum(self.kinds.values())
