"""The RING ledger: sums, chain, guards, and what `ring verify` catches when somebody writes into the store by hand."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from doubles.fake_clock import FakeClock
from hypothesis import given, settings
from hypothesis import strategies as st
from pysqlite3 import dbapi2

from onering_cli.adapters.sqlite.ledger import SqliteLedger
from onering_cli.adapters.sqlite.migrations import open_store
from onering_cli.billing.earning import EarnRules
from onering_cli.billing.ring import GENESIS, Entry, Head, Kind, after, chained, following
from onering_cli.billing.spending import Perk
from onering_cli.billing.verifying import BrokenLedgerError, Witness, verify
from onering_cli.clock import to_iso
from onering_cli.errors import RefusedError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from onering_cli.adapters.sqlite.connection import Store

AT = datetime(2026, 8, 1, 12, tzinfo=UTC)
GUARDS = [
    "ring_ledger_no_update",
    "ring_ledger_no_delete",
    "ring_ledger_in_order",
    "ring_ledger_counted",
    "ring_head_only_on",
    "ring_head_no_delete",
]


def earn(amount: int, key: str) -> Entry:
    return Entry(Kind.EARN, amount, "why", key)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(tmp_path / "onering.db")
    yield opened
    opened.close()


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(AT)


@pytest.fixture
def ledger(store: Store, clock: FakeClock) -> SqliteLedger:
    return SqliteLedger(store, clock)


AMOUNTS = {
    Kind.EARN: st.integers(1, 10**9),
    Kind.SPEND: st.integers(-(10**9), -1),
    Kind.PENALTY: st.integers(-(10**9), -1),
    Kind.ADJUSTMENT: st.integers(-(10**9), 10**9).filter(bool),
}
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), min_size=1, max_size=20)
ENTRIES = st.sampled_from(list(Kind)).flatmap(lambda kind: st.builds(Entry, st.just(kind), AMOUNTS[kind], TEXTS, TEXTS))


@settings(max_examples=60, deadline=None)
@given(st.lists(ENTRIES, max_size=12))
def test_the_balance_is_the_sum_and_the_chain_holds_whatever_is_appended(entries: list[Entry]) -> None:
    connection = dbapi2.connect(":memory:")
    connection.close()
    head, rows = Head(), []
    for entry in entries:
        row = following(head, entry, to_iso(AT))
        head = after(head, row)
        rows.append(row)
    assert head.balance == sum(entry.amount for entry in entries)
    assert head.earned == sum(entry.amount for entry in entries if entry.kind is not Kind.SPEND)
    verify([(r.seq, r.kind, r.amount, r.reason, r.key, r.balance, r.at, r.hash) for r in rows], head)


@settings(deadline=None)
@given(st.tuples(TEXTS, TEXTS), st.tuples(TEXTS, TEXTS))
def test_no_two_different_rows_have_one_hash(one: tuple[str, str], other: tuple[str, str]) -> None:
    hashes = {chained(GENESIS, 1, Kind.EARN, 5, *texts, 5, to_iso(AT)) for texts in (one, other)}
    assert len(hashes) == len({one, other})


def test_a_key_is_booked_once_and_the_rest_of_the_entries_still_are(ledger: SqliteLedger) -> None:
    assert [row.seq for row in ledger.append([earn(5, "a"), earn(7, "a"), earn(1, "b")])] == [1, 2]
    assert ledger.append([earn(5, "a"), earn(1, "b")]) == []
    assert ledger.head().balance == 6
    assert [(row.key, row.balance) for row in ledger.page(limit=10)] == [("b", 6), ("a", 5)]
    assert [row.key for row in ledger.page(limit=10, offset=1)] == ["a"]
    assert ledger.verify() == ledger.head()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ring_ledger SET amount = 50 WHERE seq = 1",
        "DELETE FROM ring_ledger WHERE seq = 2",
        "DELETE FROM ring_head",
        "UPDATE ring_head SET balance = 1000",
        "REPLACE INTO ring_ledger SELECT seq, kind, 50, reason, key, balance, at, hash FROM ring_ledger WHERE seq = 2",
        "REPLACE INTO ring_ledger SELECT 3, kind, amount, reason, key, 13, at, hash FROM ring_ledger WHERE seq = 2",
        "INSERT INTO ring_ledger SELECT 4, kind, amount, reason, 'new', 13, at, hash FROM ring_ledger WHERE seq = 2",
        "INSERT INTO ring_ledger SELECT 3, kind, amount, reason, 'new', 99, at, hash FROM ring_ledger WHERE seq = 2",
        "INSERT INTO ring_ledger SELECT 3, 'SPEND', 5, reason, 'new', 17, at, hash FROM ring_ledger WHERE seq = 2",
    ],
)
def test_the_store_refuses_to_change_or_remove_a_row(store: Store, ledger: SqliteLedger, statement: str) -> None:
    ledger.append([earn(5, "a"), earn(7, "b")])
    with pytest.raises(dbapi2.IntegrityError):
        store.connection.execute(statement)
    assert ledger.verify().balance == 12


TAMPERING = {
    "an amount": ("UPDATE ring_ledger SET amount = 50 WHERE seq = 2", 2),
    "an amount with its balances": (
        "UPDATE ring_ledger SET balance = balance + 43, amount = amount + 43 * (seq = 2) WHERE seq >= 2",
        2,
    ),
    "a reason": ("UPDATE ring_ledger SET reason = 'other' WHERE seq = 1", 1),
    "a time": ("UPDATE ring_ledger SET at = '2026-08-01T12:00:00.000001Z' WHERE seq = 3", 3),
    "a hash": ("UPDATE ring_ledger SET hash = zeroblob(32) WHERE seq = 3", 3),
    "a row in the middle": ("DELETE FROM ring_ledger WHERE seq = 2", 2),
    "the first row": ("DELETE FROM ring_ledger WHERE seq = 1", 1),
    "the last row": ("DELETE FROM ring_ledger WHERE seq = 3", 3),
    "all rows": ("DELETE FROM ring_ledger", 1),
    "the remembered balance": ("UPDATE ring_head SET balance = 1000", 3),
    "the remembered earnings": ("UPDATE ring_head SET earned = 1000", 3),
    "a row added past the end": ("INSERT INTO ring_ledger SELECT 4, kind, 9, reason, 'x', 22, at, hash FROM ring_ledger WHERE seq = 3", 4),
    "no more than the guards": ("SELECT 1", 3),
}  # fmt: skip


@pytest.mark.parametrize(("statement", "row"), TAMPERING.values(), ids=TAMPERING)
def test_verify_names_the_row_that_somebody_changed_by_hand(
    store: Store, ledger: SqliteLedger, statement: str, row: int
) -> None:
    ledger.append([earn(5, "a"), earn(7, "b"), earn(1, "c")])
    for guard in GUARDS:
        store.connection.execute(f"DROP TRIGGER {guard}")
    store.connection.execute(statement)
    with pytest.raises(BrokenLedgerError) as caught:
        ledger.verify()
    assert caught.value.details["row"] == row


def test_a_witness_outside_catches_who_forges_the_end_too(store: Store, ledger: SqliteLedger) -> None:
    ledger.append([earn(5, "a"), earn(7, "b")])
    head = ledger.head()
    ledger.append([earn(1, "c")])
    ledger.verify([Witness(head.rows, head.hash), Witness(0, GENESIS)])
    with pytest.raises(BrokenLedgerError, match="all were written anew"):
        ledger.verify([Witness(head.rows, bytes(31) + b"x")])
    with pytest.raises(BrokenLedgerError, match="rows after 3 were removed"):
        ledger.verify([Witness(4, head.hash)])


def test_nobody_spends_what_they_do_not_have_and_a_bought_day_follows_the_last(
    ledger: SqliteLedger, clock: FakeClock
) -> None:
    ledger.append([earn(250, "a")])
    first, second = ledger.buy(Perk.LIMIT, 100), ledger.buy(Perk.LIMIT, 100)
    assert (first.begins_at, second.begins_at, second.ends_at) == (AT, first.ends_at, AT + timedelta(days=2))
    with pytest.raises(RefusedError, match="costs 100 RING, and there are 50"):
        ledger.buy(Perk.LIMIT, 100)
    assert ledger.head().balance == 50
    assert ledger.latest_end(Perk.LIMIT) == second.ends_at
    ledger.append([Entry(Kind.PENALTY, -60, "taken back", "p"), earn(5, "b")])
    with pytest.raises(RefusedError, match="there are -5"):
        ledger.buy(Perk.LIMIT, 1)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.one_of(st.integers(1, 300), st.integers(-300, -1), st.none()), max_size=15))
def test_spending_never_makes_a_balance_negative(steps: list[int | None]) -> None:
    """A number is earned, or taken back when it is below nought; None buys a day."""
    head = Head()
    from onering_cli.billing.spending import bought, payment

    for number, step in enumerate(steps):
        if step is None:
            try:
                entry = payment(bought(Perk.LIMIT, AT + timedelta(days=number), None), 100, head)
            except RefusedError:
                assert head.balance < 100
                continue
            head = after(head, following(head, entry, to_iso(AT)))
            assert head.balance >= 0
        else:
            kind = Kind.EARN if step > 0 else Kind.PENALTY
            head = after(head, following(head, Entry(kind, step, "why", str(number)), to_iso(AT)))


RULES = EarnRules(per_thread=10, per_streak_day=5, daily_cap=30, min_interval_s=600)


def publish(store: Store, ledger: SqliteLedger, run: str, at: datetime) -> int:
    """What a thread changes the balance by."""
    before = ledger.head().balance
    with store.write():
        ledger.published(run, at.date(), at, RULES)
    return ledger.head().balance - before


def roll_back(store: Store, ledger: SqliteLedger, run: str) -> int:
    before = ledger.head().balance
    with store.write():
        ledger.rolled_back(run)
    return ledger.head().balance - before


def test_a_thread_earns_once_not_too_soon_and_not_beyond_the_cap(store: Store, ledger: SqliteLedger) -> None:
    assert publish(store, ledger, "r1", AT) == 10
    assert publish(store, ledger, "r1", AT + timedelta(hours=1)) == 0
    assert publish(store, ledger, "r2", AT + timedelta(seconds=599)) == 0
    assert publish(store, ledger, "r3", AT - timedelta(seconds=30)) == 0, "the clock went back"
    assert [publish(store, ledger, f"s{n}", AT + timedelta(hours=n)) for n in (1, 2, 3)] == [10, 10, 0]
    assert publish(store, ledger, "next day", AT + timedelta(days=1)) == 15


def test_a_rollback_takes_back_what_the_thread_earned_once(store: Store, ledger: SqliteLedger) -> None:
    publish(store, ledger, "r1", AT)
    assert publish(store, ledger, "r2", AT + timedelta(days=1)) == 15
    assert roll_back(store, ledger, "r2") == -15
    assert roll_back(store, ledger, "r2") == 0
    assert roll_back(store, ledger, "unheard of") == 0
    assert publish(store, ledger, "r3", AT + timedelta(days=1, hours=1)) == 15, "the day is free to be earned again"
    assert list(ledger.days()) == [date(2026, 8, 2), date(2026, 8, 1)]
    assert ledger.verify().balance == 25


def test_a_missed_day_is_forgiven_when_the_streak_goes_on(store: Store, ledger: SqliteLedger) -> None:
    earned = [publish(store, ledger, f"r{day}", AT + timedelta(days=day)) for day in (0, 1, 3, 5)]
    assert earned == [10, 15, 15, 10]


def test_a_rollback_of_what_is_spent_goes_below_nought(store: Store, ledger: SqliteLedger) -> None:
    publish(store, ledger, "r1", AT)
    ledger.buy(Perk.LIMIT, 8)
    assert roll_back(store, ledger, "r1") == -10
    assert ledger.head().balance == -8


def test_times_never_run_backwards_in_the_chain_without_being_hashed(ledger: SqliteLedger, clock: FakeClock) -> None:
    ledger.append([earn(1, "a")])
    clock.set_back(3600)
    ledger.append([earn(1, "b")])
    one, other = ledger.rows()
    assert one.at > other.at
    assert [a.hash != b.hash for a, b in pairwise((one, other))] == [True]
    ledger.verify()
