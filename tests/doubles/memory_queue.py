"""A due table in memory: the same rules as the store's, without a store."""

from __future__ import annotations

from dataclasses import replace
from itertools import count
from typing import TYPE_CHECKING

from onering_cli.errors import UsageError
from onering_cli.publishing.elapsed import Pause, ends_at
from onering_cli.publishing.model import Lease
from onering_cli.scheduling.changes import (
    claimed,
    closed,
    entered,
    freed,
    is_at_work,
    opens_at,
    other_machine_error,
    refuse_removal,
    settled,
    taken_error,
)
from onering_cli.scheduling.model import NEEDS_A_PERSON, EntryState, Gate
from onering_cli.scheduling.ports import ClaimLostError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from onering_cli.publishing.elapsed import Stamp
    from onering_cli.publishing.ports import Claim
    from onering_cli.scheduling.model import Edit, Entry, NewEntry, Slot
    from onering_cli.scheduling.ports import Settlement


class MemoryQueue:
    """Satisfies `Queue`; `entries` is what it holds, in the order in which it came."""

    def __init__(self, host: str = "here") -> None:
        self.entries: dict[str, Entry] = {}
        self._gates: dict[str, Gate] = {}
        self._host = host
        self._numbers = count(1)
        self._written = 0

    def add(self, entries: Sequence[NewEntry], now: datetime, *, exclusive: bool = False) -> list[str]:
        for new in entries if exclusive else ():
            if any(new.due == entry.due and new.account == entry.account for entry in self.page(limit=1_000_000)):
                raise taken_error(new)
        made = [entered(new, f"{next(self._numbers):010d}", now) for new in entries]
        self._written += 1
        for entry in made:
            self.entries[entry.id] = entry
            self._gates.setdefault(entry.account, Gate(entry.account))
        return [entry.id for entry in made]

    def claim(self, claim: Claim) -> Entry | None:
        working = [entry for entry in self.entries.values() if is_at_work(entry, claim.now, self._host)]
        for entry in working:
            if entry.lease_host != self._host and entry.lease is not None:
                raise other_machine_error(entry.lease.owner)
        now = claim.now.at
        ours = [entry for entry in self.entries.values() if self._is_open(entry.account, now)]
        dead = [entry for entry in ours if entry.state is EntryState.CLAIMED and entry not in working]
        due = [entry for entry in ours if entry.state is EntryState.SCHEDULED and entry.act_at <= now]
        oldest = next((min(found, key=self._order) for found in (dead, due) if found), None)
        return None if oldest is None else self._write(claimed(oldest, claim, self._host))

    def renew(self, entry: Entry, now: Stamp) -> None:
        held = self._held(entry)
        assert held.lease is not None
        self._write(replace(held, lease=Lease(held.lease.owner, now, held.lease.seconds)))

    def settle(self, entry: Entry, settlement: Settlement, now: Stamp) -> Entry:
        self._held(entry)
        after = self._write(settled(entry, settlement, now))
        if settlement.follows is not None:
            self.add([settlement.follows], now.at)
        if settlement.closing is not None:
            self._gates[entry.account] = closed(self._gates[entry.account], settlement.closing, now.at)
        return after

    def next_at(self, now: Stamp) -> datetime | None:
        if self._gates.get("", Gate("")).paused:
            return None
        moments = []
        for entry in self.entries.values():
            gate = self._gates[entry.account]
            if entry.state is EntryState.SCHEDULED and not gate.paused:
                moments.append(max(entry.act_at, opens_at(gate, now.at) or now.at))
            if entry.state is EntryState.CLAIMED and entry.lease is not None and not gate.paused:
                ends = ends_at(Pause(entry.lease.renewed, entry.lease.seconds), now)
                moments.append(max(ends, opens_at(gate, now.at) or ends))
        return min(moments, default=None)

    def get(self, reference: str) -> Entry:
        last, _, back = reference.partition("~")
        if last == "@last":
            found = [*self.entries][::-1][int(back or 0) :][:1]
        else:
            found = [entry_id for entry_id in self.entries if entry_id.startswith(reference)]
        if len(found) != 1:
            raise UsageError(f"{reference!r} names {len(found)} entries")
        return self.entries[found[0]]

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
        wanted = states or frozenset(EntryState) - {EntryState.POSTED}
        found = (
            entry
            for entry in self.entries.values()
            if entry.state in wanted
            and account in ("", entry.account)
            and (since is None or entry.due >= since)
            and (until is None or entry.due < until)
        )
        return sorted(found, key=lambda entry: (entry.due, self._place(entry)))[offset : offset + limit]

    def counts(self) -> dict[EntryState, int]:
        states = [entry.state for entry in self.entries.values()]
        return {state: states.count(state) for state in NEEDS_A_PERSON if state in states}

    def edit(self, entry_id: str, edit: Edit, now: Stamp) -> Entry:
        after = edit(freed(self.get(entry_id), now, self._host), now.at)
        return self._write(replace(after, fence=after.fence + 1))

    def remove(self, entry_id: str, now: Stamp) -> Entry:
        entry = freed(self.get(entry_id), now, self._host)
        refuse_removal(entry)
        self._written += 1
        del self.entries[entry.id]
        return entry

    def pause(self, account: str, *, paused: bool) -> None:
        self._written += 1
        self._gates[account] = replace(self._gates.get(account, Gate(account)), paused=paused)

    def gates(self) -> dict[str, Gate]:
        return dict(self._gates)

    def taken(self, account: str, since: datetime, until: datetime) -> list[datetime]:
        return [entry.due for entry in self.page(limit=1_000_000, account=account, since=since, until=until)]

    def ids(self, prefix: str, *, limit: int) -> list[str]:
        found = (entry.id for entry in self.page(limit=1_000_000) if entry.id.startswith(prefix))
        return sorted(found, reverse=True)[:limit]

    def mark(self) -> int:
        return self._written

    def _is_open(self, account: str, now: datetime) -> bool:
        whole, gate = self._gates.get("", Gate("")), self._gates[account]
        return not whole.paused and not gate.paused and opens_at(gate, now) is None

    def _order(self, entry: Entry) -> tuple[datetime, int]:
        return entry.act_at, self._place(entry)

    def _place(self, entry: Entry) -> int:
        return int(entry.id)

    def _held(self, entry: Entry) -> Entry:
        found = self.entries.get(entry.id)
        if found is None or found.fence != entry.fence or found.state is not EntryState.CLAIMED:
            raise ClaimLostError(f"another process has taken over entry {entry.id}")
        return found

    def _write(self, entry: Entry) -> Entry:
        self._written += 1
        self.entries[entry.id] = entry
        return entry


class MemorySlots:
    """Satisfies `Slots`."""

    def __init__(self, slots: Iterable[Slot] = ()) -> None:
        self._slots = list(slots)

    def of(self, account: str) -> list[Slot]:
        return [slot for slot in self.all() if slot.account == account]

    def all(self) -> list[Slot]:
        return sorted(self._slots, key=lambda slot: (slot.account, slot.spec, slot.zone))

    def put(self, slot: Slot, now: datetime) -> bool:
        if slot in self._slots:
            return False
        self._slots.append(slot)
        return True

    def remove(self, slot: Slot) -> bool:
        found = slot in self._slots
        if found:
            self._slots.remove(slot)
        return found
