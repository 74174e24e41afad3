"""What publishing needs from the world: a destination, a journal, and the media files."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, BinaryIO, Protocol

from onering_cli.errors import PartialError
from onering_cli.publishing.model import Form, FrozenMedia, MediaKind, Payload, Reason, Run, RunStatus, Segment
from onering_cli.record import record

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from onering_cli.publishing.elapsed import Stamp
    from onering_cli.publishing.outcomes import (
        CreateOutcome,
        DeleteOutcome,
        LookupOutcome,
        NewestOutcome,
        TimelineOutcome,
        UploadOutcome,
    )


class Certainty(StrEnum):
    """How a destination lets its client find out what became of a create call that was not answered."""

    KEY = "key"
    """It takes an idempotency key or an id of the client's choice: the same call again is safe."""
    READING = "reading"
    """It takes neither: the account's own timeline has to be read."""


@record
class DestinationFacts:
    """What the engine must know of a destination.

    Args:
        name: For people: "X".
        certainty: How an unanswered call is settled.
        longest_request_s: No request of its can still arrive after this long.
    """

    name: str
    certainty: Certainty
    longest_request_s: float


class Destination(Protocol):
    """One account at a platform.

    No method retries behind the engine's back, except one refresh of a credential that the platform refused; none
    raises for what the network or the platform does: every end is an outcome. What is not foreseen counts as
    `Ambiguous` from `create` and `delete`.
    """

    def describe(self) -> DestinationFacts:
        """What it can do; asks nobody."""
        ...

    def create(self, payload: Payload, *, parent_id: str, media_ids: Sequence[str], key: str) -> CreateOutcome:
        """Create one post, in one request over a fresh connection; `parent_id` is "" for none."""
        ...

    def newest_own_id(self) -> NewestOutcome:
        """The watermark: the id of the account's newest post, replies and reposts included."""
        ...

    def own_posts_since(self, watermark: str, *, limit: int) -> TimelineOutcome:
        """At most `limit` of the account's own posts newer than the watermark, in one request."""
        ...

    def lookup(self, remote_id: str) -> LookupOutcome:
        """One post by id, anybody's."""
        ...

    def delete(self, remote_id: str) -> DeleteOutcome:
        """Delete one own post; `Gone` also when it was not there."""
        ...

    def upload(self, media: FrozenMedia, content: BinaryIO, *, on_progress: Callable[[int], None]) -> UploadOutcome:
        """Upload a file with its description; `on_progress` is told the bytes done, at least once in ten seconds."""
        ...


class MediaProblem(StrEnum):
    """Why a media file cannot be used."""

    MISSING = "missing"
    NOT_A_FILE = "not_a_file"
    UNREADABLE = "unreadable"
    UNKNOWN_TYPE = "unknown_type"


@record
class MediaFacts:
    """What a media file is, by its content."""

    path: str
    kind: MediaKind
    mime_type: str
    size_bytes: int
    sha256: str


class MediaFiles(Protocol):
    """The media files a draft names."""

    def inspect(self, path: str) -> MediaFacts | MediaProblem:
        """What the file is now; relative paths count from the draft's folder, links are not followed."""
        ...

    def snapshot(self, media: FrozenMedia) -> BinaryIO | None:
        """A private copy of exactly the frozen bytes, at its start; None when the file is gone or has changed."""
        ...


@record
class Proposal:
    """A run that a caller wants: what `plan` froze, and under which identity.

    Args:
        account: Whose.
        draft: ``draft:ID`` or ``content:DIGEST``.
        key: The caller's idempotency key, or "".
        payload_hash: Over all segments.
        form: As thread or as one long post.
        reply_to_id: The post to answer, or "".
        strict: Never send again what may have arrived.
        segments: Planned, in order.
        warnings: To keep with the run.
        once: Refuse when the draft was posted to the account before, under another key or none.
    """

    account: str
    draft: str
    key: str
    payload_hash: str
    form: Form
    reply_to_id: str
    strict: bool
    segments: tuple[Segment, ...]
    warnings: tuple[str, ...] = ()
    once: bool = False


@record
class Limits:
    """What an account may start: runs an hour, and tenths of a US cent a month (None: no limit)."""

    runs_per_hour: int
    monthly_budget_usd_milli: int | None


@record
class AccountFacts:
    """What the journal remembers of an account.

    Args:
        account: Its name.
        block: An account-wide block that nobody has cleared, or `Reason.NONE`.
        block_detail: The platform's words about it.
        replies_refused_at: When the platform last refused a reply to the account's own thread, or None.
        spent_usd_milli: This calendar month (UTC), in tenths of a US cent.
        reserved_usd_milli: What unfinished runs may still spend this month.
    """

    account: str
    block: Reason = Reason.NONE
    block_detail: str = ""
    replies_refused_at: datetime | None = None
    spent_usd_milli: int = 0
    reserved_usd_milli: int = 0


@record
class RunSummary:
    """What a list shows of a run."""

    id: str
    account: str
    draft: str
    status: RunStatus
    opening: str
    segments: int
    sent: int
    created_at: datetime
    updated_at: datetime


@record
class Claim:
    """Who drives a run, from when, for how long."""

    owner: str
    now: Stamp
    lease_s: float


@record
class Change:
    """One durable step of a run: what to write, all of it or nothing.

    Args:
        segments: Those that changed, whole.
        spent_usd_milli: What the step cost at the platform.
        block: Block the whole account for this reason.
        block_detail: The platform's words.
        replies_refused: Remember that the platform refuses replies to the account's own threads.
        replies_accepted: Forget it: it has just taken one.
        rolling_back: The run is being rolled back from now on.
        release: Give the lease back.
    """

    segments: tuple[Segment, ...] = ()
    spent_usd_milli: int = 0
    block: Reason = Reason.NONE
    block_detail: str = ""
    replies_refused: bool = False
    replies_accepted: bool = False
    rolling_back: bool = False
    release: bool = False


class LeaseLostError(PartialError):
    """Another process has claimed the run since; what this one would write is refused."""

    code = "lease_lost"


class Journal(Protocol):
    """The durable record of runs; every method that writes is durable when it returns.

    When a change brings a run to a final status (posted, rolled back), the journal calls each of its subscribers with
    the run, once, within the same transaction.

    Raises:
        StoreError: Any method, when the store cannot be read or written; then nothing was written.
    """

    def begin(self, proposal: Proposal, claim: Claim, limits: Limits) -> tuple[Run, bool]:
        """The run for a proposal, and whether it is new (then claimed).

        The same key, or without one the same draft to the same account, finds the run that is there, unclaimed
        (`stands_for` says which). A new key begins a new run, unless another run of the draft is not finished.

        Raises:
            LogInError: The account's credential was refused earlier.
            RefusedError: The account is blocked, or the draft was posted before and is wanted once.
            TryLaterError: A new run would exceed the limits; nothing was written.
            PartialError: Another key's run of the same draft to the same account is not finished, or a run that begins
                with the same post is partly out and not finished.
        """
        ...

    def claim(self, run_id: str, claim: Claim, limits: Limits) -> Run:
        """Take the lease, with a new fencing token.

        Raises:
            TryLaterError: Another process holds it, or what is left to send exceeds this month's budget.
        """
        ...

    def renew(self, run: Run, now: Stamp) -> Run:
        """Renew the lease.

        Raises:
            LeaseLostError: Somebody else has claimed the run since.
        """
        ...

    def record(self, run: Run, change: Change, now: Stamp) -> Run:
        """Write one step and renew the lease; the run as it is then.

        Raises:
            LeaseLostError: Somebody else has claimed the run since; nothing was written.
        """
        ...

    def get(self, reference: str) -> Run:
        """The run that an id, a unique prefix of one, ``@last`` or ``@last~N`` names; `UsageError` otherwise."""
        ...

    def by_key(self, account: str, key: str) -> Run | None:
        """The run that was begun under an idempotency key."""
        ...

    def latest(self, account: str, draft: str) -> RunSummary | None:
        """The last run of a draft to an account."""
        ...

    def page(self, *, limit: int, offset: int = 0, unfinished: bool = False, account: str = "") -> list[RunSummary]:
        """Summaries, the most recently begun first."""
        ...

    def ids(self, prefix: str, *, limit: int) -> list[str]:
        """Ids that start so, for shell completion."""
        ...

    def taken_ids(self, account: str, remote_ids: Sequence[str]) -> set[str]:
        """Those of the ids that some segment already has."""
        ...

    def alike(self, segment: Segment, *, account: str, run_id: str, since: datetime) -> bool:
        """True when another run's first segment, which a timeline cannot tell from this one, was attempted since."""
        ...

    def facts(self, account: str) -> AccountFacts:
        """What is remembered of an account."""
        ...

    def clear_block(self, account: str) -> None:
        """A person says that the cause of an account-wide block is gone."""
        ...


class Watcher(Protocol):
    """Is told what the engine does, as it does it."""

    def on_run(self, run: Run) -> None:
        """This process has begun the run or taken it up, and the run has a lease; or has left it, and it has none."""
        ...

    def on_segment(self, run: Run, segment: Segment) -> None:
        """A segment has changed, durably."""
        ...

    def on_upload(self, run: Run, segment: Segment, media: FrozenMedia, done_bytes: int) -> None:
        """Part of a media file has been uploaded."""
        ...

    def on_wait(self, run: Run, segment: Segment, seconds: float) -> None:
        """The engine waits."""
        ...


class Unwatched:
    """A watcher that looks away."""

    def on_run(self, run: Run) -> None:
        """Nothing."""

    def on_segment(self, run: Run, segment: Segment) -> None:
        """Nothing."""

    def on_upload(self, run: Run, segment: Segment, media: FrozenMedia, done_bytes: int) -> None:
        """Nothing."""

    def on_wait(self, run: Run, segment: Segment, seconds: float) -> None:
        """Nothing."""
