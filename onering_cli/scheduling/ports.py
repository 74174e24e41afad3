"""What scheduling needs from the world: a due table, the user's slots, calendar rules, and a ticker."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from onering_cli.errors import PartialError, UsageError
from onering_cli.record import record
from onering_cli.scheduling.model import Cause, EntryState

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from onering_cli.drafts.model import StoredDraft
    from onering_cli.publishing.elapsed import Stamp
    from onering_cli.publishing.model import Run
    from onering_cli.publishing.ports import Claim, Proposal, Watcher
    from onering_cli.scheduling.model import Edit, Entry, Gate, NewEntry, Slot


class ClaimLostError(PartialError):
    """Another process has claimed the entry since; what this one would write is refused."""

    code = "claim_lost"


class MomentTakenError(UsageError):
    """Another entry of the account is due at that very moment."""

    code = "moment_taken"


@record
class Closing:
    """An account's turn is over for a while.

    Args:
        seconds: For how long.
        cause: Why.
        detail: The same in words.
        excuses: Waiting for it does not make an entry late.
    """

    seconds: float
    cause: Cause
    detail: str
    excuses: bool


@record
class Settlement:
    """What a process that claimed an entry leaves it as; gives the claim back.

    Args:
        state: Where it stands now; `SCHEDULED` to try again.
        act_at: When it is tried again, if not as before.
        draft: What a rotation chose, or "" to leave it.
        run: The run that posts it, or "" to leave it.
        take: The number of its next idempotency key; 0 to leave it.
        cause: Why it is not posted.
        detail: The same in words.
        stands_for: How many occurrences were missed in one.
        follows: The next occurrence, which takes the rule with it: added in the same transaction.
        ends_series: Nothing follows any more.
        closing: Close the account's gate, in the same transaction.
    """

    state: EntryState
    act_at: datetime | None = None
    draft: str = ""
    run: str = ""
    take: int = 0
    cause: Cause = Cause.NONE
    detail: str = ""
    stands_for: int = 1
    follows: NewEntry | None = None
    ends_series: bool = False
    closing: Closing | None = None


class Queue(Protocol):
    """The durable table of what is due; every method that writes is durable when it returns.

    Raises:
        StoreError: Any method, when the store cannot be read or written; then nothing was written.
    """

    def add(self, entries: Sequence[NewEntry], now: datetime, *, exclusive: bool = False) -> list[str]:
        """Put entries in, all or none; their ids.

        Raises:
            MomentTakenError: With `exclusive`, an entry of the same account is due at the same moment.
        """
        ...

    def claim(self, claim: Claim) -> Entry | None:
        """Take the oldest entry that is due on an account whose gate is open, or whose claimer died; None when none is.

        Raises:
            StoreError: A process of another machine has a claim that has not run out.
        """
        ...

    def renew(self, entry: Entry, now: Stamp) -> None:
        """Renew a claim.

        Raises:
            ClaimLostError: Somebody else has claimed the entry since.
        """
        ...

    def settle(self, entry: Entry, settlement: Settlement, now: Stamp) -> Entry:
        """Write what became of a claimed entry, and what follows it.

        Raises:
            ClaimLostError: Somebody else has claimed the entry since; nothing was written.
        """
        ...

    def next_at(self, now: Stamp) -> datetime | None:
        """When `claim` is worth calling again; now or before when something is due. Reads only."""
        ...

    def get(self, reference: str) -> Entry:
        """The entry that an id, a unique prefix of one or ``@last`` names; `UsageError` otherwise."""
        ...

    def page(
        self,
        *,
        limit: int,
        offset: int = 0,
        account: str = "",
        states: frozenset[EntryState] = frozenset(),
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> list[Entry]:
        """Entries by due time, the earliest first; without `states`, all that are not posted."""
        ...

    def counts(self) -> dict[EntryState, int]:
        """How many entries need a person, by state; states without one are left out."""
        ...

    def edit(self, entry_id: str, edit: Edit, now: Stamp) -> Entry:
        """Change an entry on a person's word.

        Raises:
            TryLaterError: A process is at work on it.
            UsageError: It cannot be changed so.
        """
        ...

    def remove(self, entry_id: str, now: Stamp) -> Entry:
        """Take an entry out, and with it what would follow; as it was.

        Raises:
            TryLaterError: A process is at work on it.
            UsageError: It is posted.
        """
        ...

    def pause(self, account: str, *, paused: bool) -> None:
        """Pause or resume an account, or with "" the whole queue."""
        ...

    def gates(self) -> dict[str, Gate]:
        """The gates of all accounts that have had an entry, and of the whole queue (""), if it was ever paused."""
        ...

    def taken(self, account: str, since: datetime, until: datetime) -> list[datetime]:
        """When entries of an account are due, for the choice of a free slot; in order."""
        ...

    def ids(self, prefix: str, *, limit: int) -> list[str]:
        """Ids of entries that are not posted and start so, for shell completion."""
        ...

    def mark(self) -> int:
        """Another number whenever another connection has written."""
        ...


class Slots(Protocol):
    """The user's posting slots."""

    def of(self, account: str) -> list[Slot]:
        """An account's slots."""
        ...

    def all(self) -> list[Slot]:
        """Everybody's slots, by account."""
        ...

    def put(self, slot: Slot, now: datetime) -> bool:
        """Keep a slot; false when it was there."""
        ...

    def remove(self, slot: Slot) -> bool:
        """Forget a slot; false when it was not there."""
        ...


class Recurrence(Protocol):
    """A calendar rule."""

    def next_after(self, moment: datetime) -> datetime | None:
        """The first occurrence later than an aware moment, in UTC; None when there is none."""
        ...

    def note(self, at: datetime) -> str:
        """What clock changes made of an occurrence, or ""."""
        ...


class Publisher(Protocol):
    """Plans and posts what an entry says.

    Raises:
        LogInError: Any method, when the account has no credentials.
    """

    def propose(self, entry: Entry, draft_id: str, stored: StoredDraft | None) -> Proposal:
        """The run that would post an entry, under its key.

        Args:
            entry: Claimed.
            draft_id: The draft's, also when it was chosen only now.
            stored: The draft as it is now; None when the entry has its text.

        Raises:
            RefusedError: Lint refuses the draft.
            UsageError: It cannot be posted as was asked.
        """
        ...

    def publish(self, proposal: Proposal, watcher: Watcher) -> Run:
        """Post what is proposed, once; raises as the engine's `publish` does."""
        ...

    def roll_back(self, run: Run) -> Run:
        """Take back a run of which nothing got out."""
        ...


class Ticker(Protocol):
    """Calls back at an even pace until it is stopped."""

    def run(self, beat: Callable[[], None]) -> None:
        """Beat until `stop`; returns when the last beat has ended, and raises what a beat raised."""
        ...

    def stop(self) -> None:
        """Let the beat that is under way be the last; may be called from a signal handler."""
        ...
