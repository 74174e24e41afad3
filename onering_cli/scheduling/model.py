"""What is scheduled: entries, how they are late, and what became of them."""

from collections.abc import Callable
from datetime import datetime
from enum import StrEnum

from onering_cli.publishing.model import Lease
from onering_cli.record import record


class EntryState(StrEnum):
    """Where an entry stands."""

    SCHEDULED = "scheduled"
    PAUSED = "paused"
    CLAIMED = "claimed"
    """A process is at work on it, or was when it died."""
    POSTED = "posted"
    MISSED = "missed"
    """Its time went by; it is posted only if a person says so."""
    ASKING = "asking"
    """It is late, and its policy is to ask."""
    FAILED = "failed"
    """It was tried, and a person must mend something first."""


NEEDS_A_PERSON = frozenset({EntryState.MISSED, EntryState.ASKING, EntryState.FAILED})


class Late(StrEnum):
    """What becomes of an entry that is late."""

    POST = "post"
    SKIP = "skip"
    ASK = "ask"


class Cause(StrEnum):
    """Why an entry was not posted at its time; notifications count by it."""

    NONE = ""
    LATE = "late"
    DRAFT_GONE = "draft_gone"
    DRAFT_INVALID = "draft_invalid"
    ALREADY_POSTED = "already_posted"
    NOTHING_TO_ROTATE = "nothing_to_rotate"
    LOGGED_OUT = "logged_out"
    BLOCKED = "blocked"
    REFUSED = "refused"
    HELD = "held"
    UNKNOWN = "unknown"
    LIMIT = "limit"
    BUDGET = "budget"
    NOT_SENT = "not_sent"
    BUSY = "busy"
    DIED = "died"
    BUG = "bug"


@record
class Repeat:
    """What follows an entry.

    Args:
        cron: Five fields, in the entry's zone.
        until: No occurrence is later than this; None for no end.
        more: How many occurrences may still follow this one; None for no end.
    """

    cron: str
    until: datetime | None = None
    more: int | None = None


@record
class NewEntry:
    """An entry that a caller wants.

    Args:
        account: Whose.
        draft: The id of a stored draft, or "" for a rotation.
        due: When, aware UTC.
        zone: The IANA zone the time was meant in, and in which `repeat` counts.
        note: How a local time that does not exist or exists twice was resolved, or "".
        late: The entry's own policy; None for the account's.
        max_late_s: The entry's own; None for the account's.
        repeat: What follows it.
        tag: A rotation over the drafts with this tag, or "".
        cool_down_s: How long a rotation leaves a draft alone after it was posted.
        options: How it is to be published, JSON-safe; what `scheduling` is handed back at the due time.
        frozen: The draft file to post, whatever becomes of the draft; None to post the draft as it is then.
        series: The id of the series' first entry, or "" for a new one.
        occurrence: Counts within the series, from 1.
    """

    account: str
    draft: str
    due: datetime
    zone: str = "UTC"
    note: str = ""
    late: Late | None = None
    max_late_s: float | None = None
    repeat: Repeat | None = None
    tag: str = ""
    cool_down_s: float = 0.0
    options: str = "{}"
    frozen: str | None = None
    series: str = ""
    occurrence: int = 1


@record
class Entry:
    """Something to be posted at a time: what a `NewEntry` says, and where it stands.

    Args:
        id: Ten lower-case characters that sort by creation.
        state: Where it stands.
        act_at: When it is to be acted on: `due`, or later after a try that came too early.
        run: The run that posts it, once known.
        take: Counts its idempotency keys: a run that was taken back is not gone on with.
        cause: Why it is not posted.
        detail: The same in words.
        stands_for: How many occurrences were missed in one.
        deaths: How many processes died at work on it.
        created_at: Aware UTC.
        settled_at: When it was posted, missed or failed.
        fence: The fencing token of the latest claim.
        lease: Who is at work on it.
        lease_host: Names that process's machine.
    """

    id: str
    series: str
    occurrence: int
    account: str
    draft: str
    state: EntryState
    due: datetime
    act_at: datetime
    created_at: datetime
    zone: str = "UTC"
    note: str = ""
    late: Late | None = None
    max_late_s: float | None = None
    repeat: Repeat | None = None
    tag: str = ""
    cool_down_s: float = 0.0
    options: str = "{}"
    frozen: str | None = None
    run: str = ""
    take: int = 1
    cause: Cause = Cause.NONE
    detail: str = ""
    stands_for: int = 1
    deaths: int = 0
    settled_at: datetime | None = None
    fence: int = 0
    lease: Lease | None = None
    lease_host: str = ""

    @property
    def key(self) -> str:
        """The idempotency key of the run that posts it."""
        return f"schedule:{self.id}" if self.take == 1 else f"schedule:{self.id}:{self.take}"


@record
class Gate:
    """Whether an account's entries (or with "", anybody's) have their turn.

    Args:
        account: Whose.
        paused: A person said so.
        since: From when it is closed; a clock that was set back before opens it.
        closed_s: For how long.
        excused_until: Waiting until then does not make an entry late.
        cause: Why it is closed.
        detail: The same in words.
    """

    account: str
    paused: bool = False
    since: datetime | None = None
    closed_s: float = 0.0
    excused_until: datetime | None = None
    cause: Cause = Cause.NONE
    detail: str = ""


@record
class Outcome:
    """What a pass made of one entry; subscribers of a pass are told each, after it is durable.

    Args:
        entry: As it is now.
        cause: `Cause.NONE` when it was posted.
        message: One sentence.
        hint: The command that helps, or "".
        exit_code: What the pass ends with if nothing worse happens.
        url: Of the first post, when it is out.
        retry_at: When it is tried again by itself, or None.
    """

    entry: Entry
    cause: Cause
    message: str
    hint: str
    exit_code: int
    url: str = ""
    retry_at: datetime | None = None


@record
class Slot:
    """A time of the week that an account posts at, as the user wrote it."""

    account: str
    spec: str
    zone: str


Edit = Callable[[Entry, datetime], Entry]
"""A change on a person's word: an entry that no process is at work on, and now, to what it becomes."""
