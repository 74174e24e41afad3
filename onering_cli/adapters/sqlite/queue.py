"""The due table in the store: each change is one durable transaction, each claim one statement."""

from __future__ import annotations

from dataclasses import replace
from itertools import repeat
from typing import TYPE_CHECKING

from onering_cli.adapters.sqlite.identifiers import count_up, prefix_range
from onering_cli.adapters.sqlite.queue_rows import (
    INSERT,
    INSERT_PLAIN,
    UPDATE,
    entry_of,
    gate_of,
    is_plain,
    moment,
    moving_values,
    new_row,
    plain_row,
)
from onering_cli.clock import to_iso
from onering_cli.drafts.references import SHOWN_CANDIDATES, Last, ambiguous, read_reference
from onering_cli.errors import UsageError
from onering_cli.publishing.elapsed import Pause, ends_at
from onering_cli.publishing.model import RunStatus, status_of
from onering_cli.scheduling.changes import (
    closed,
    freed,
    opens_at,
    other_machine_error,
    refuse_removal,
    settled,
    taken_error,
)
from onering_cli.scheduling.model import EntryState, Gate
from onering_cli.scheduling.ports import ClaimLostError

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence
    from datetime import datetime

    from onering_cli.adapters.sqlite.connection import Store
    from onering_cli.publishing.elapsed import Stamp
    from onering_cli.publishing.model import Run
    from onering_cli.publishing.ports import Claim
    from onering_cli.scheduling.model import Edit, Entry, NewEntry
    from onering_cli.scheduling.ports import Settlement

# The accounts whose turn it is, and the oldest due entry of each: one index look-up an account, however many are due.
_OPEN = """
    SELECT account FROM gates
    WHERE account <> '' AND NOT paused AND NOT (:wall_s >= since_s AND :wall_s < since_s + closed_s)
        AND NOT EXISTS (SELECT 1 FROM gates WHERE account = '' AND paused)
"""
# A lease has run out when `elapsed.proven_s` says so; of another machine's only the wall clock says anything.
_RUN_OUT = """
    lease_s <= iif(lease_host = :host, min(
        iif(:wall_s < lease_wall_s, 1e300, :wall_s - lease_wall_s),
        iif(:steady_s >= lease_steady_s, :steady_s - lease_steady_s,
            iif(lease_steady_s - :steady_s < 60.0, 0.0, max(:steady_s, 0.0)))
    ), :wall_s - lease_wall_s)
"""
_CLAIM = f"""
    UPDATE entries SET deaths = deaths + (state = 'claimed'), state = 'claimed', fence = fence + 1,
        lease_owner = :owner, lease_host = :host, lease_wall_s = :wall_s, lease_steady_s = :steady_s, lease_s = :lease_s
    WHERE seq = coalesce(
        (
            SELECT seq FROM entries WHERE state = 'claimed' AND account IN ({_OPEN}) AND {_RUN_OUT}
            ORDER BY act_s, seq LIMIT 1
        ),
        (
            SELECT seq FROM entries WHERE seq IN (
                SELECT (
                    SELECT seq FROM entries
                    WHERE account = open.account AND state = 'scheduled' AND act_s <= :wall_s
                    ORDER BY act_s, seq LIMIT 1
                ) FROM ({_OPEN}) AS open
            ) ORDER BY act_s, seq LIMIT 1
        )
    )
    RETURNING *
"""  # noqa: S608 -- only the constants above
_ELSEWHERE = f"""
    SELECT lease_owner FROM entries WHERE state = 'claimed' AND lease_host <> :host AND NOT ({_RUN_OUT}) LIMIT 1
"""  # noqa: S608 -- the same
_RENEW = """
    UPDATE entries SET lease_wall_s = ?, lease_steady_s = ? WHERE id = ? AND fence = ? AND state = 'claimed'
    RETURNING seq
"""
_OPEN_GATE = "INSERT INTO gates (account) VALUES (?) ON CONFLICT DO NOTHING"
_CLOSE = """
    UPDATE gates SET since_s = ?, closed_s = ?, excused_s = ?, cause = ?, detail = ? WHERE account = ?
"""
_TAKEN = "SELECT 1 FROM entries WHERE state <> 'posted' AND due_s = ? AND account = ? LIMIT 1"
_FIRST = "SELECT act_s FROM entries WHERE account = ? AND state = 'scheduled' ORDER BY act_s LIMIT 1"
_SEEN_THROUGH = """
    UPDATE entries SET state = 'posted', cause = '', detail = '', settled_at = ? WHERE state = 'failed' AND run = ?
"""
_PAUSE = "INSERT INTO gates (account, paused) VALUES (?, ?) ON CONFLICT DO UPDATE SET paused = excluded.paused"


class SqliteQueue:
    """Satisfies `Queue`.

    Args:
        store: Opened by this process.
        host: Names this machine to others that might use the same store.
    """

    def __init__(self, store: Store, host: str) -> None:
        self._store = store
        self._host = host

    def add(self, entries: Sequence[NewEntry], now: datetime, *, exclusive: bool = False) -> list[str]:
        """Put entries in, all or none; their ids."""
        with self._store.write() as connection:
            for new in entries if exclusive else ():
                if connection.execute(_TAKEN, (new.due.timestamp(), new.account)).fetchone() is not None:
                    raise taken_error(new)
            return _insert(connection, entries, now)

    def claim(self, claim: Claim) -> Entry | None:
        """Take the oldest entry that is due."""
        values = {
            "owner": claim.owner,
            "host": self._host,
            "wall_s": claim.now.at.timestamp(),
            "steady_s": claim.now.monotonic_s,
            "lease_s": claim.lease_s,
        }
        with self._store.write() as connection:
            if (other := connection.execute(_ELSEWHERE, values).fetchone()) is not None:
                raise other_machine_error(other["lease_owner"])
            row = connection.execute(_CLAIM, values).fetchone()
        return entry_of(row) if row is not None else None

    def renew(self, entry: Entry, now: Stamp) -> None:
        """Renew a claim."""
        with self._store.write() as connection:
            values = (now.at.timestamp(), now.monotonic_s, entry.id, entry.fence)
            if connection.execute(_RENEW, values).fetchone() is None:
                raise _lost(entry)

    def settle(self, entry: Entry, settlement: Settlement, now: Stamp) -> Entry:
        """Write what became of a claimed entry, and what follows it."""
        after = settled(entry, settlement, now)
        with self._store.write() as connection:
            if connection.execute(UPDATE, moving_values(after)).fetchone() is None:
                raise _lost(entry)
            if settlement.follows is not None:
                _insert(connection, [settlement.follows], now.at)
            if settlement.closing is not None:
                gate = closed(_gates(connection)[entry.account], settlement.closing, now.at)
                _write_gate(connection, gate)
        return after

    def next_at(self, now: Stamp) -> datetime | None:
        """When `claim` is worth calling again."""
        with self._store.read() as connection:
            gates = _gates(connection)
            if gates.pop("", Gate("")).paused:
                return None
            moments: list[datetime] = []
            for gate in gates.values():
                row = None if gate.paused else connection.execute(_FIRST, (gate.account,)).fetchone()
                if row is not None:
                    moments.append(max(moment(row["act_s"]), opens_at(gate, now.at) or now.at))
            for row in connection.execute("SELECT * FROM entries WHERE state = 'claimed'"):
                entry = entry_of(row)
                if entry.lease is not None and not gates[entry.account].paused:
                    ends = ends_at(Pause(entry.lease.renewed, entry.lease.seconds), now)
                    moments.append(max(ends, opens_at(gates[entry.account], now.at) or ends))
        return min(moments, default=None)

    def get(self, reference: str) -> Entry:
        """The entry that a reference names."""
        with self._store.read() as connection:
            return _load(connection, _resolve(connection, reference))

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
        wanted = ", ".join(f"'{state}'" for state in sorted(states))
        conditions = [f"state IN ({wanted})"] if states else ["state <> 'posted'"]
        conditions += ["account = :account"] if account else []
        conditions += ["due_s >= :since_s"] if since else []
        conditions += ["due_s < :until_s"] if until else []
        query = (
            f"SELECT * FROM entries WHERE {' AND '.join(conditions)} ORDER BY due_s, seq LIMIT :limit OFFSET :offset"  # noqa: S608 -- only the constants above
        )
        values = {
            "account": account,
            "since_s": since.timestamp() if since else None,
            "until_s": until.timestamp() if until else None,
            "limit": limit,
            "offset": offset,
        }
        with self._store.read() as connection:
            return [entry_of(row) for row in connection.execute(query, values)]

    def counts(self) -> dict[EntryState, int]:
        """How many entries need a person, by state."""
        query = "SELECT state, count(*) AS n FROM entries WHERE state IN ('missed', 'asking', 'failed') GROUP BY state"
        with self._store.read() as connection:
            return {EntryState(row["state"]): row["n"] for row in connection.execute(query)}

    def edit(self, entry_id: str, edit: Edit, now: Stamp) -> Entry:
        """Change an entry on a person's word."""
        with self._store.write() as connection:
            entry = freed(_load(connection, entry_id), now, self._host)
            after = edit(entry, now.at)
            connection.execute(UPDATE, {**moving_values(after), "more_fence": 1})
            return replace(after, fence=after.fence + 1)

    def remove(self, entry_id: str, now: Stamp) -> Entry:
        """Take an entry out, and with it what would follow; as it was."""
        with self._store.write() as connection:
            entry = freed(_load(connection, entry_id), now, self._host)
            refuse_removal(entry)
            connection.execute("DELETE FROM entries WHERE id = ?", (entry.id,))
        return entry

    def pause(self, account: str, *, paused: bool) -> None:
        """Pause or resume an account, or with "" the whole queue."""
        with self._store.write() as connection:
            connection.execute(_PAUSE, (account, paused))

    def gates(self) -> dict[str, Gate]:
        """The gates of all accounts, and of the whole queue."""
        with self._store.read() as connection:
            return _gates(connection)

    def taken(self, account: str, since: datetime, until: datetime) -> list[datetime]:
        """When entries of an account are due."""
        query = """
            SELECT due_s FROM entries WHERE state <> 'posted' AND due_s >= ? AND due_s < ? AND account = ?
            ORDER BY due_s
        """
        with self._store.read() as connection:
            rows = connection.execute(query, (since.timestamp(), until.timestamp(), account))
            return [moment(row["due_s"]) for row in rows]

    def ids(self, prefix: str, *, limit: int) -> list[str]:
        """Ids of entries that are not posted and start so, for shell completion."""
        with self._store.read() as connection:
            query = "SELECT id FROM entries WHERE id >= ? AND id < ? AND state <> 'posted' ORDER BY id DESC LIMIT ?"
            return [row["id"] for row in connection.execute(query, (*prefix_range(prefix), limit))]

    def on_final_run(self, run: Run) -> None:
        """Take an entry that had failed as posted, once a person has seen its run through."""
        if status_of(run) is RunStatus.POSTED:
            with self._store.read() as connection:
                connection.execute(_SEEN_THROUGH, (to_iso(run.updated_at), run.id))

    def mark(self) -> int:
        """Another number whenever another connection has written."""
        with self._store.read() as connection:
            return int(connection.execute("PRAGMA data_version").fetchone()[0])


def _insert(connection: sqlite3.Connection, entries: Sequence[NewEntry], now: datetime) -> list[str]:
    ids = count_up(connection, now, len(entries))
    created_at = to_iso(now)
    insert, row = (INSERT_PLAIN, plain_row) if all(map(is_plain, entries)) else (INSERT, new_row)
    connection.executemany(insert, map(row, entries, ids, repeat(created_at)))
    connection.executemany(_OPEN_GATE, [(account,) for account in {new.account for new in entries}])
    return ids


def _gates(connection: sqlite3.Connection) -> dict[str, Gate]:
    return {row["account"]: gate_of(row) for row in connection.execute("SELECT * FROM gates")}


def _write_gate(connection: sqlite3.Connection, gate: Gate) -> None:
    since_s = gate.since.timestamp() if gate.since else 0.0
    excused_s = gate.excused_until.timestamp() if gate.excused_until else 0.0
    connection.execute(_CLOSE, (since_s, gate.closed_s, excused_s, str(gate.cause), gate.detail, gate.account))


def _load(connection: sqlite3.Connection, entry_id: str) -> Entry:
    row = connection.execute("SELECT * FROM entries WHERE id = ?", (entry_id,)).fetchone()
    if row is None:
        raise _unknown(entry_id)
    return entry_of(row)


def _resolve(connection: sqlite3.Connection, reference: str) -> str:
    """The id that a reference names."""
    try:
        wanted = read_reference(reference)
    except UsageError as exc:
        raise _unknown(reference) from exc
    if isinstance(wanted, Last):
        rows = connection.execute("SELECT id FROM entries ORDER BY id DESC LIMIT 1 OFFSET ?", (wanted.back,))
    else:
        rows = connection.execute(
            "SELECT id FROM entries WHERE id >= ? AND id < ? ORDER BY id LIMIT ?",
            (*prefix_range(wanted.text), SHOWN_CANDIDATES + 1),
        )
    found = [row["id"] for row in rows]
    if not found:
        raise _unknown(reference)
    if len(found) > 1:
        raise ambiguous(reference, found, "entries")
    return str(found[0])


def _unknown(reference: str) -> UsageError:
    return UsageError(f"there is no entry {reference!r}", hint="see what there is: onering schedule list --all")


def _lost(entry: Entry) -> ClaimLostError:
    return ClaimLostError(
        f"another process has taken over entry {entry.id}",
        hint="onering schedule list",
        details={"entry": entry.id},
    )
