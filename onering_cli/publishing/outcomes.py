"""What a destination answers, told apart by what is certain afterwards."""

from enum import StrEnum

from onering_cli.publishing.model import Reason
from onering_cli.record import record


@record
class Created:
    """The post exists."""

    remote_id: str
    url: str


@record
class NotSent:
    """Nothing reached the platform, for certain: no name, no connection, no TLS; a later try may succeed."""

    detail: str


class Window(StrEnum):
    """Which limit ran out."""

    SHORT = "short"
    DAILY = "daily"


@record
class RateLimited:
    """The platform refused for now and did nothing.

    Args:
        wait_s: Seconds until it may be asked again, counted on the platform's own clock (reset minus its Date).
        window: Which limit.
        detail: The platform's words.
    """

    wait_s: float
    window: Window = Window.SHORT
    detail: str = ""


@record
class Blocked:
    """The platform refused, did nothing, and would refuse again.

    Args:
        reason: UNAUTHORIZED (401, after one refresh where there is one), NO_CREDITS (402), MONTHLY_CAP,
            NOT_SUMMONED, FORBIDDEN (any other 403), INVALID (400 and other 4xx), MEDIA_REFUSED.
        detail: The platform's words.
    """

    reason: Reason
    detail: str = ""


@record
class ParentNotVisible:
    """Refused because the post to be answered is deleted or not visible, which may be lag; nothing was done."""

    detail: str = ""


@record
class MediaGone:
    """Refused because an uploaded file is not there any more; nothing was done."""

    detail: str = ""


@record
class Duplicate:
    """Refused because something identical exists."""

    detail: str = ""


@record
class Ambiguous:
    """It may or may not have been done: a timeout, a drop, a redirect, a 5xx, an answer that cannot be read."""

    detail: str


CreateOutcome = Created | NotSent | RateLimited | Blocked | ParentNotVisible | MediaGone | Duplicate | Ambiguous


@record
class Unavailable:
    """A call that changes nothing failed; asking again is safe."""

    detail: str


@record
class RemotePost:
    """One of the account's own posts, as the platform shows it.

    Args:
        remote_id: The platform's id; ids grow with time.
        text: As the API gives it (HTML-escaped, links shortened), whole even when it is long.
        parent_id: The post it answers, or "".
        media_count: Attached files.
        links: Each shortened link in `text` with the address it stands for.
        media_links: Shortened links in `text` that only stand for attached media or a quoted post.
        url: Its address.
    """

    remote_id: str
    text: str
    parent_id: str = ""
    media_count: int = 0
    links: tuple[tuple[str, str], ...] = ()
    media_links: tuple[str, ...] = ()
    url: str = ""


@record
class Newest:
    """The newest of the account's own posts ("" when it has none), and how many posts were read (and billed)."""

    remote_id: str
    posts_read: int


@record
class Timeline:
    """The account's own posts newer than a watermark.

    Args:
        posts: In any order; the watermark itself is left out.
        watermark_visible: The watermark itself was there too, so the reading reaches back far enough; true for "".
        posts_read: How many posts were read (and billed).
    """

    posts: tuple[RemotePost, ...]
    watermark_visible: bool
    posts_read: int


@record
class Found:
    """The post is there."""

    post: RemotePost


@record
class Gone:
    """The post is not there, for certain."""


@record
class Uploaded:
    """The platform holds the file for use in a post.

    Args:
        media_id: Its name there.
        expires_in_s: Counted from now.
    """

    media_id: str
    expires_in_s: float


ReadFailure = RateLimited | Blocked | Unavailable
NewestOutcome = Newest | ReadFailure
TimelineOutcome = Timeline | ReadFailure
LookupOutcome = Found | Gone | ReadFailure
UploadOutcome = Uploaded | ReadFailure
DeleteOutcome = Gone | NotSent | RateLimited | Blocked | Ambiguous
