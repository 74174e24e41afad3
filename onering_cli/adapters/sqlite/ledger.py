"""The RING ledger in the store."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from onering_cli.billing.earning import DaySoFar, EarnRules, ThreadEarning, earned_by_thread, entries_of, taken_back
from onering_cli.billing.ring import Entry, Head, Kind, Row, following
from onering_cli.billing.spending import Bought, Perk, bought, payment
from onering_cli.billing.streaks import streak
from onering_cli.billing.verifying import broken, verify
from onering_cli.clock import Clock, from_iso, to_iso

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime

    from onering_cli.adapters.sqlite.connection import Store
    from onering_cli.billing.verifying import Witness

COLUMNS = "seq, kind, amount, reason, key, balance, at, hash"

_GUARDS = (
    "ring_ledger_no_update",
    "ring_ledger_no_delete",
    "ring_ledger_in_order",
    "ring_ledger_counted",
    "ring_head_only_on",
    "ring_head_no_delete",
)

_DAYS = "SELECT DISTINCT day FROM ring_threads WHERE rolled_back = 0 AND day <= ? ORDER BY day DESC"

_DAY_SO_FAR = """
    SELECT total(thread_ring + streak_ring) AS earned, max(streak_ring) AS streak FROM ring_threads
    WHERE day = ? AND rolled_back = 0
"""


class SqliteLedger:
    """Satisfies `Ledger` and `ThreadLedger`.

    Args:
        store: Opened by this process.
        clock: When rows are written.
    """

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def head(self) -> Head:
        """Where it stands."""
        with self._store.read() as connection:
            return read_head(connection)

    def append(self, entries: Sequence[Entry]) -> list[Row]:
        """Append those whose key is not there yet."""
        with self._store.write() as connection:
            return append(connection, entries, self._clock.now())

    def buy(self, perk: Perk, price: int) -> Bought:
        """Spend RING on a perk."""
        now = self._clock.now()
        with self._store.write() as connection:
            purchase = bought(perk, now, _latest_end(connection, perk))
            append(connection, [payment(purchase, price, read_head(connection))], now)
            connection.execute(
                "INSERT INTO ring_perks (key, perk, begins_at, ends_at) VALUES (?, ?, ?, ?)",
                (purchase.key, purchase.perk, to_iso(purchase.begins_at), to_iso(purchase.ends_at)),
            )
            return purchase

    def latest_end(self, perk: Perk) -> datetime | None:
        """When the last bought day of a perk ends, or ended."""
        with self._store.read() as connection:
            return _latest_end(connection, perk)

    def page(self, *, limit: int, offset: int = 0) -> list[Row]:
        """Rows, the latest first."""
        # Rows are numbered without gaps, so an offset is a number and nothing is skipped over.
        query = f"SELECT {COLUMNS} FROM ring_ledger WHERE seq <= ? ORDER BY seq DESC LIMIT ?"  # noqa: S608 -- only the constant above
        with self._store.read() as connection:
            return [_row(row) for row in connection.execute(query, (read_head(connection).rows - offset, limit))]

    def rows(self) -> Iterator[Row]:
        """All rows, from the first."""
        with self._store.read() as connection:
            for row in connection.execute(f"SELECT {COLUMNS} FROM ring_ledger ORDER BY seq"):  # noqa: S608 -- only the constant above
                yield _row(row)

    def hash_at(self, seq: int) -> bytes | None:
        """The hash of one row; None when there is no such row."""
        with self._store.read() as connection:
            row = connection.execute("SELECT hash FROM ring_ledger WHERE seq = ?", (seq,)).fetchone()
            return None if row is None else bytes(row["hash"])

    def days(self) -> Iterator[date]:
        """Local days with a published thread, the latest first."""
        with self._store.read() as connection:
            yield from _days(connection, date.max)

    def verify(self, witnesses: Iterable[Witness] = ()) -> Head:
        """Prove that it is whole."""
        with self._store.read() as connection:
            guards = {name for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'")}
            # One statement, one moment: rows that are appended from now on are not looked at.
            head, last = _head_and_last(connection)
            if last > head.rows:
                raise broken(f"row {last} was added past the end that the ledger remembers", row=last)
            cursor = connection.cursor()
            cursor.row_factory = None  # plain tuples: a million of them are looked at
            rows = cursor.execute(f"SELECT {COLUMNS} FROM ring_ledger WHERE seq <= ? ORDER BY seq", (head.rows,))  # noqa: S608 -- only the constant above
            verify(rows, head, witnesses)
            if missing := sorted(set(_GUARDS) - guards):
                raise broken(f"its guards were removed from the store: {', '.join(missing)}", row=head.rows)
        return head

    def published(self, run: str, day: date, at: datetime, rules: EarnRules) -> None:
        """A thread is out; called within the transaction that makes it so."""
        connection = self._transaction()
        if _earning(connection, run) is not None:
            return
        so_far = _day_so_far(connection, day)
        earning = earned_by_thread(run, day, at, so_far, rules)
        connection.execute(
            "INSERT INTO ring_threads (run, day, at, thread_ring, streak_ring, rolled_back) VALUES (?, ?, ?, ?, ?, 0)",
            (run, day.isoformat(), to_iso(at), earning.thread, earning.streak),
        )
        append(connection, entries_of(earning, so_far.streak_days + 1), self._clock.now())

    def rolled_back(self, run: str) -> None:
        """A thread was taken back; called within the transaction that makes it so."""
        connection = self._transaction()
        earning = _earning(connection, run)
        if earning is None:
            return
        append(connection, taken_back(earning), self._clock.now())
        connection.execute("UPDATE ring_threads SET rolled_back = 1 WHERE run = ?", (run,))

    def _transaction(self) -> sqlite3.Connection:
        with self._store.read() as connection:
            if not connection.in_transaction:
                raise RuntimeError("threads earn within the transaction that publishes them")
            return connection


def read_head(connection: sqlite3.Connection) -> Head:
    """Where the ledger stands."""
    return _head_and_last(connection)[0]


def append(connection: sqlite3.Connection, entries: Iterable[Entry], now: datetime) -> list[Row]:
    """Append those whose key is not there yet, within the caller's transaction; the rows that were added."""
    added: list[Row] = []
    at = to_iso(now)
    for entry in entries:
        if connection.execute("SELECT 1 FROM ring_ledger WHERE key = ?", (entry.key,)).fetchone() is not None:
            continue
        row = following(read_head(connection), entry, at)
        connection.execute(
            f"INSERT INTO ring_ledger ({COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",  # noqa: S608 -- only the constant above
            (row.seq, row.kind.value, row.amount, row.reason, row.key, row.balance, row.at, row.hash),
        )
        added.append(row)
    return added


def _head_and_last(connection: sqlite3.Connection) -> tuple[Head, int]:
    row = connection.execute(
        "SELECT rows, balance, earned, hash, (SELECT max(seq) FROM ring_ledger) AS last FROM ring_head"
    ).fetchone()
    if row is None:
        raise broken("its end was removed", row=0)
    return Head(row["rows"], row["balance"], row["earned"], row["hash"]), row["last"] or 0


def _row(row: sqlite3.Row) -> Row:
    seq, kind, *rest = tuple(row)
    return Row(seq, Kind(kind), *rest)


def _earning(connection: sqlite3.Connection, run: str) -> ThreadEarning | None:
    row = connection.execute("SELECT * FROM ring_threads WHERE run = ?", (run,)).fetchone()
    if row is None:
        return None
    return ThreadEarning(
        run=row["run"],
        day=date.fromisoformat(row["day"]),
        at=from_iso(row["at"]),
        thread=row["thread_ring"],
        streak=row["streak_ring"],
        rolled_back=bool(row["rolled_back"]),
    )


def _days(connection: sqlite3.Connection, until: date) -> Iterator[date]:
    return (date.fromisoformat(row["day"]) for row in connection.execute(_DAYS, (until.isoformat(),)))


def _day_so_far(connection: sqlite3.Connection, day: date) -> DaySoFar:
    row = connection.execute(_DAY_SO_FAR, (day.isoformat(),)).fetchone()
    last = connection.execute("SELECT max(at) AS at FROM ring_threads WHERE thread_ring > 0").fetchone()
    yesterday = day - timedelta(days=1)
    return DaySoFar(
        earned=int(row["earned"]),
        streak_earned=bool(row["streak"]),
        # As today sees it, so that a day that was missed yesterday can still be forgiven.
        streak_days=streak(_days(connection, yesterday), day).days,
        last_earned_at=from_iso(last["at"]) if last["at"] else None,
    )


def _latest_end(connection: sqlite3.Connection, perk: Perk) -> datetime | None:
    row = connection.execute("SELECT max(ends_at) AS ends_at FROM ring_perks WHERE perk = ?", (perk.value,)).fetchone()
    return from_iso(row["ends_at"]) if row["ends_at"] else None
