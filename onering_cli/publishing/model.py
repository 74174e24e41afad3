"""What a run is: one draft on its way to one account, segment by segment."""

from datetime import datetime
from enum import StrEnum

from onering_cli.publishing.elapsed import Pause, Stamp
from onering_cli.record import record
from onering_cli.text.draft import ReplyControl


class RunStatus(StrEnum):
    """Where a run stands, as scripts are told."""

    PLANNED = "planned"
    POSTED = "posted"
    PARTIAL = "partial"
    HELD = "held"
    UNKNOWN = "unknown"
    BLOCKED = "blocked"
    ROLLED_BACK = "rolled_back"


class SegmentState(StrEnum):
    """Where one post of a run stands."""

    PLANNED = "planned"
    SENDING = "sending"
    SENT = "sent"
    UNKNOWN = "unknown"
    HELD = "held"
    BLOCKED = "blocked"
    DELETING = "deleting"
    DELETED = "deleted"


class Reason(StrEnum):
    """Why a segment stands where it stands; `words` puts each into a sentence."""

    NONE = ""
    # planned: nothing of it is at the platform
    NOT_SENT = "not_sent"
    RATE_LIMITED = "rate_limited"
    PARENT_LAG = "parent_lag"
    MEDIA_EXPIRED = "media_expired"
    RESEND = "resend"
    # unknown: it may be there
    UNANSWERED = "unanswered"
    INTERRUPTED = "interrupted"
    DUPLICATE = "duplicate"
    WATERMARK_HIDDEN = "watermark_hidden"
    # held: a person decides
    PARENT_GONE = "parent_gone"
    NOT_FOUND = "not_found"
    RESENT = "resent"
    NO_ORACLE = "no_oracle"
    WATERMARK_GONE = "watermark_gone"
    # blocked: a person must change something first
    UNAUTHORIZED = "unauthorized"
    NO_CREDITS = "no_credits"
    MONTHLY_CAP = "monthly_cap"
    NOT_SUMMONED = "not_summoned"
    FORBIDDEN = "forbidden"
    INVALID = "invalid"
    MEDIA_REFUSED = "media_refused"
    MEDIA_CHANGED = "media_changed"
    # sent: found on the timeline instead of answered
    ADOPTED = "adopted"
    ADOPTED_ONE_OF_SEVERAL = "adopted_one_of_several"


ACCOUNT_WIDE = frozenset({Reason.UNAUTHORIZED, Reason.NO_CREDITS, Reason.MONTHLY_CAP})
"""Blocks that hold for everything the account would send, until a person clears them."""


class Form(StrEnum):
    """How a draft's posts become segments."""

    THREAD = "thread"
    LONG = "long"


class MediaKind(StrEnum):
    """What a media file is, by its content."""

    IMAGE = "image"
    GIF = "gif"
    VIDEO = "video"


@record
class FrozenMedia:
    """A media file as it was when the run was planned.

    Args:
        path: Absolute.
        alt: Description for people who do not see it.
        kind: By content, never by name.
        mime_type: By content: ``image/png``.
        size_bytes: Of the file.
        sha256: Hexadecimal digest of the file's bytes; what is uploaded has this digest or is not uploaded.
    """

    path: str
    alt: str
    kind: MediaKind
    mime_type: str
    size_bytes: int
    sha256: str


@record
class Poll:
    """A question's choices, and how long they stay open."""

    options: tuple[str, ...]
    duration_minutes: int


@record
class Payload:
    """All that one create call says, frozen when the run is planned; a resend says exactly the same.

    Args:
        text: As it will be sent.
        media: In order; not together with a poll.
        poll: Only in the first segment.
        quote_id: The post to quote, or "".
        reply_control: Who may reply; set on the first segment.
        made_with_ai: Tell the platform so.
    """

    text: str
    media: tuple[FrozenMedia, ...] = ()
    poll: Poll | None = None
    quote_id: str = ""
    reply_control: ReplyControl = ReplyControl.EVERYONE
    made_with_ai: bool = False


@record
class Upload:
    """A media file that the platform holds for use in a post, until it expires.

    Args:
        media_id: The platform's name for it.
        done: When the upload ended.
        expires_in_s: Counted from `done`.
    """

    media_id: str
    done: Stamp
    expires_in_s: float


@record
class Segment:
    """One post of a run and everything that is known about sending it.

    Args:
        index: From 0.
        payload: Frozen.
        payload_hash: SHA-256 of the payload's canonical form.
        likeness: Of the first segment, a digest that is equal for posts which a timeline cannot tell apart; "" for
            the others, which their parent tells apart.
        weight: Weighted length of the text.
        cost_usd_milli: What creating it costs, in tenths of a US cent.
        state: Where it stands.
        reason: Why it stands there.
        detail: The platform's own words about it, untrusted.
        uploads: One per media file, None where there is none yet.
        key: Idempotency key or client-chosen id, for destinations that take one; stored before it is first sent.
        watermark: Newest own id before the first attempt ("" when there was none), None before it was taken.
        attempt: Create calls begun, this one included.
        attempted: When the last attempt was committed.
        unanswered: Attempts whose outcome was not told.
        looks: Readings of the timeline since the last attempt.
        tries: Failures in a row that call for another try (connection, parent lag, deletion).
        pause: Nothing is sent before it is over.
        remote_id: The platform's id once it is known.
        url: Its address once it is known.
    """

    index: int
    payload: Payload
    payload_hash: str
    likeness: str
    weight: int
    cost_usd_milli: int
    state: SegmentState = SegmentState.PLANNED
    reason: Reason = Reason.NONE
    detail: str = ""
    uploads: tuple[Upload | None, ...] = ()
    key: str = ""
    watermark: str | None = None
    attempt: int = 0
    attempted: Stamp | None = None
    unanswered: int = 0
    looks: int = 0
    tries: int = 0
    pause: Pause | None = None
    remote_id: str = ""
    url: str = ""


@record
class Lease:
    """The right to drive a run, until it is given back or runs out.

    Args:
        owner: Who holds it, for people: a host and a process number.
        renewed: When it was last renewed.
        seconds: How long it lasts from then.
    """

    owner: str
    renewed: Stamp
    seconds: float


@record
class Run:
    """One draft on its way to one account.

    Args:
        id: Ten lower-case characters that sort by creation time.
        account: Whose.
        draft: ``draft:ID`` for a stored draft, ``content:DIGEST`` for a file or a stream.
        key: The idempotency key the caller gave, or "".
        payload_hash: SHA-256 over all segments' payload hashes: what exactly was frozen.
        form: As thread or as one long post.
        reply_to_id: The post that the first segment answers, or "".
        strict: Never send again what may have arrived; ask instead.
        segments: In order.
        created_at: Aware UTC.
        updated_at: Aware UTC.
        fence: The fencing token of the latest claim; a writer with an older one is refused.
        lease: Who drives it now, or None.
        rolling_back: A rollback was asked for.
        spent_usd_milli: What the platform charges for what was done so far, in tenths of a US cent.
        warnings: What a person should know, beside the segments' own states.
    """

    id: str
    account: str
    draft: str
    key: str
    payload_hash: str
    form: Form
    reply_to_id: str
    strict: bool
    segments: tuple[Segment, ...]
    created_at: datetime
    updated_at: datetime
    fence: int = 0
    lease: Lease | None = None
    rolling_back: bool = False
    spent_usd_milli: int = 0
    warnings: tuple[str, ...] = ()


_UNSETTLED = frozenset({SegmentState.SENDING, SegmentState.UNKNOWN})
_NOTHING_THERE = frozenset({SegmentState.PLANNED, SegmentState.BLOCKED, SegmentState.DELETED})


def status_of(run: Run) -> RunStatus:
    """Where the run as a whole stands: the state that asks most of its reader."""
    states = {segment.state for segment in run.segments}
    rules = (
        (bool(states & _UNSETTLED), RunStatus.UNKNOWN),
        (states == {SegmentState.SENT} and not run.rolling_back, RunStatus.POSTED),
        (run.rolling_back and states <= _NOTHING_THERE, RunStatus.ROLLED_BACK),
        (SegmentState.HELD in states, RunStatus.HELD),
        (SegmentState.BLOCKED in states and not run.rolling_back, RunStatus.BLOCKED),
        (states == {SegmentState.PLANNED}, RunStatus.PLANNED),
    )
    return next((status for holds, status in rules if holds), RunStatus.PARTIAL)


def is_final(status: RunStatus) -> bool:
    """True when nothing is left to do: the run was posted or rolled back."""
    return status in {RunStatus.POSTED, RunStatus.ROLLED_BACK}


def parent_id(run: Run, index: int) -> str:
    """The post that a segment answers: the one before it, or what the whole thread answers; "" for none."""
    return run.segments[index - 1].remote_id if index else run.reply_to_id
