"""What a queue's writes mean, whatever it is kept in."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from onering_cli.errors import OneRingError, PartialError, StoreError, TryLaterError, UsageError
from onering_cli.publishing.elapsed import Pause, ends_at, proven_s
from onering_cli.publishing.model import Lease
from onering_cli.scheduling.model import NEEDS_A_PERSON, Cause, Entry, EntryState, Gate
from onering_cli.scheduling.ports import MomentTakenError

if TYPE_CHECKING:
    from datetime import datetime

    from onering_cli.publishing.elapsed import Stamp
    from onering_cli.publishing.ports import Claim
    from onering_cli.scheduling.model import Edit, NewEntry
    from onering_cli.scheduling.ports import Closing, Settlement

_WAITS = frozenset({EntryState.SCHEDULED, EntryState.PAUSED})


def entered(new: NewEntry, entry_id: str, now: datetime) -> Entry:
    """The entry that a new one becomes."""
    return Entry(
        id=entry_id,
        series=new.series or entry_id,
        occurrence=new.occurrence,
        account=new.account,
        draft=new.draft,
        state=EntryState.SCHEDULED,
        due=new.due,
        act_at=new.due,
        created_at=now,
        zone=new.zone,
        note=new.note,
        late=new.late,
        max_late_s=new.max_late_s,
        repeat=new.repeat,
        tag=new.tag,
        cool_down_s=new.cool_down_s,
        options=new.options,
        frozen=new.frozen,
    )


def claimed(entry: Entry, claim: Claim, host: str) -> Entry:
    """The entry in the hands of one process."""
    return replace(
        entry,
        state=EntryState.CLAIMED,
        fence=entry.fence + 1,
        deaths=entry.deaths + (entry.state is EntryState.CLAIMED),
        lease=Lease(claim.owner, claim.now, claim.lease_s),
        lease_host=host,
    )


def settled(entry: Entry, settlement: Settlement, now: Stamp) -> Entry:
    """The entry as its process leaves it."""
    again = settlement.state is EntryState.SCHEDULED
    ends = settlement.ends_series or settlement.follows is not None
    return replace(
        entry,
        state=settlement.state,
        act_at=settlement.act_at or entry.act_at,
        draft=settlement.draft or entry.draft,
        run=settlement.run or entry.run,
        take=settlement.take or entry.take,
        cause=settlement.cause,
        detail=settlement.detail,
        stands_for=settlement.stands_for,
        repeat=None if ends else entry.repeat,
        deaths=0,
        settled_at=None if again else now.at,
        lease=None,
        lease_host="",
    )


def closed(gate: Gate, closing: Closing, now: datetime) -> Gate:
    """A gate after it was closed for a while."""
    from datetime import timedelta

    return replace(
        gate,
        since=now,
        closed_s=closing.seconds,
        excused_until=now + timedelta(seconds=closing.seconds) if closing.excuses else gate.excused_until,
        cause=closing.cause,
        detail=closing.detail,
    )


def opens_at(gate: Gate, now: datetime) -> datetime | None:
    """When a closed gate opens by itself; None when it is open, or paused."""
    from datetime import timedelta

    if gate.since is None or now < gate.since:
        return None
    until = gate.since + timedelta(seconds=gate.closed_s)
    return until if now < until else None


def is_at_work(entry: Entry, now: Stamp, host: str) -> bool:
    """True while the process that claimed an entry may be alive; of another machine only the wall clock is known."""
    if entry.state is not EntryState.CLAIMED or entry.lease is None:
        return False
    if entry.lease_host == host:
        return proven_s(entry.lease.renewed, now) < entry.lease.seconds
    return (now.at - entry.lease.renewed.at).total_seconds() < entry.lease.seconds


def move(due: datetime, *, zone: str, note: str = "") -> Edit:
    """Give an entry another time."""

    def edit(entry: Entry, _now: datetime) -> Entry:
        _refuse_begun(entry)
        state = EntryState.PAUSED if entry.state is EntryState.PAUSED else EntryState.SCHEDULED
        return replace(_afresh(entry), state=state, due=due, act_at=due, zone=zone, note=note)

    return edit


def pause() -> Edit:
    """Leave an entry alone until it is resumed."""

    def edit(entry: Entry, _now: datetime) -> Entry:
        if entry.state not in _WAITS:
            raise UsageError(
                f"entry {entry.id} is {entry.state}; there is nothing to pause", hint="onering schedule list --all"
            )
        return replace(entry, state=EntryState.PAUSED)

    return edit


def resume() -> Edit:
    """Go on with an entry: after a pause as if there had been none, after a miss or a failure at once."""

    def edit(entry: Entry, now: datetime) -> Entry:
        if entry.state is EntryState.PAUSED:
            return replace(entry, state=EntryState.SCHEDULED)
        if entry.state in NEEDS_A_PERSON:
            return replace(_afresh(entry), state=EntryState.SCHEDULED, act_at=now)
        hint = f"its thread is: onering thread resume {entry.run}" if entry.run else "onering schedule list"
        raise UsageError(f"entry {entry.id} is {entry.state}; there is nothing to resume", hint=hint)

    return edit


def refuse_removal(entry: Entry) -> None:
    """Refuse to take out what is history.

    Raises:
        UsageError: It is posted.
    """
    if entry.state is EntryState.POSTED:
        raise UsageError(f"entry {entry.id} is posted", hint=f"to take it back: onering thread rollback {entry.run}")


def freed(entry: Entry, now: Stamp, host: str) -> Entry:
    """An entry that a person may change: one whose process has died counts as scheduled.

    Raises:
        TryLaterError: A process is at work on it.
    """
    if is_at_work(entry, now, host):
        raise _at_work_error(entry, now)
    if entry.state is EntryState.CLAIMED:
        return replace(entry, state=EntryState.SCHEDULED, lease=None, lease_host="")
    return entry


def taken_error(new: NewEntry) -> MomentTakenError:
    """Another entry is due at the moment of a new one."""
    return MomentTakenError(
        f"{new.account} has an entry at {new.due:%Y-%m-%d %H:%M} UTC already", hint="take another time"
    )


def other_machine_error(owner: str) -> StoreError:
    """A process of another machine is at work on this store."""
    return StoreError(
        f"another machine is posting from this store ({owner})",
        hint="one store belongs to one machine: give each its own with ONERING_HOME, and stop the timer on one of them",
        details={"owner": owner},
    )


def _at_work_error(entry: Entry, now: Stamp) -> OneRingError:
    lease = entry.lease
    owner = lease.owner if lease else "another process"
    return TryLaterError(
        f"another process ({owner}) is at work on entry {entry.id}",
        hint="wait until it is done",
        retry_at=ends_at(Pause(lease.renewed, lease.seconds), now) if lease else None,
        details={"entry": entry.id},
    )


def _afresh(entry: Entry) -> Entry:
    return replace(entry, cause=Cause.NONE, detail="", deaths=0, stands_for=1, settled_at=None)


def _refuse_begun(entry: Entry) -> None:
    if entry.state is EntryState.POSTED:
        raise UsageError(f"entry {entry.id} is posted already", hint="schedule its draft anew: onering schedule add")
    if entry.run:
        raise PartialError(
            f"posting entry {entry.id} has begun, as run {entry.run}",
            hint=f"onering thread status {entry.run}",
            details={"run": entry.run},
        )
