"""What only the store's journal can show: subscribers within the transaction, and speed that does not fade."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from doubles.fake_clock import FakeClock
from doubles.scripted_destination import Fault
from doubles.threads import machine, proposal, states, thread

from onering_cli.adapters.sqlite.journal import SqliteJournal
from onering_cli.adapters.sqlite.migrations import open_store
from onering_cli.publishing.model import Run, RunStatus, status_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from onering_cli.adapters.sqlite.connection import Store

THREAD = thread("one", "two")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(tmp_path / "onering.db")
    yield opened
    opened.close()


def test_what_a_subscriber_writes_is_durable_with_the_end_of_the_run(store: Store) -> None:
    store.connection.execute("CREATE TABLE heard (run TEXT)")

    def subscriber(run: Run) -> None:
        assert store.connection.in_transaction
        store.connection.execute("INSERT INTO heard VALUES (?)", (run.id,))

    stage = machine(journal=lambda clock: SqliteJournal(store, clock, [subscriber]))
    run = stage.publish(proposal(THREAD))
    assert [tuple(row) for row in store.connection.execute("SELECT run FROM heard")] == [(run.id,)]


def test_what_a_subscriber_raises_undoes_the_end_which_is_then_reached_again(store: Store) -> None:
    broken = [True]

    def subscriber(run: Run) -> None:
        if broken.pop():
            raise RuntimeError(run.id)

    stage = machine(journal=lambda clock: SqliteJournal(store, clock, [subscriber]))
    with pytest.raises(RuntimeError):
        stage.publish(proposal(THREAD))
    assert states(stage.journal.get("@last")) == ["sent", "sending"]
    broken.append(False)
    assert status_of(stage.publish(proposal(THREAD))) is RunStatus.POSTED
    assert [post.payload.text for post in stage.platform.live()] == ["one", "two"]


def test_a_segment_costs_two_commits(store: Store) -> None:
    stage = machine(journal=lambda clock: SqliteJournal(store, clock))
    commits: list[str] = []
    store.connection.set_trace_callback(lambda sql: commits.append(sql) if sql == "COMMIT" else None)
    stage.publish(proposal(thread("one", "two", "three")))
    assert len(commits) == 1 + 2 * 3


@pytest.mark.parametrize(
    "call",
    [
        "publish again",
        "begin",
        "claim",
        "list",
        "look",
    ],
)
def test_no_query_reads_a_whole_table(store: Store, call: str) -> None:
    clock = FakeClock()
    stage = machine(journal=lambda _: SqliteJournal(store, clock))
    stage.destination.fail_create("two", Fault.DAILY_LIMIT)
    run = stage.publish(proposal(THREAD))
    statements: list[str] = []
    store.connection.set_trace_callback(statements.append)
    journal = stage.journal
    if call == "publish again":
        stage.publish(proposal(THREAD))
    elif call == "begin":
        stage.publish(proposal(thread("other"), name="draft:2", key="K"))
    elif call == "claim":
        stage.process().resume(run.id)
    elif call == "list":
        journal.page(limit=5)
        journal.page(limit=5, unfinished=True)
        journal.ids("0", limit=5)
    else:
        journal.alike(run.segments[0], account="ada", run_id="x", since=clock.now())
        journal.taken_ids("ada", ["1", "2"])
        journal.facts("ada")
    store.connection.set_trace_callback(None)
    assert statements
    for statement in statements:
        if not statement.startswith(("BEGIN", "COMMIT", "ROLLBACK", "--", "PRAGMA")):
            steps = [row["detail"] for row in store.connection.execute(f"EXPLAIN QUERY PLAN {statement}")]
            whole = [step for step in steps if step.startswith("SCAN") and "USING INDEX runs_unfinished" not in step]
            assert not whole or ("ORDER BY seq DESC LIMIT" in statement and whole == ["SCAN runs"]), (statement, steps)


def test_the_lease_is_back_after_a_subscriber_failed(store: Store) -> None:
    stage = machine(journal=lambda clock: SqliteJournal(store, clock, [_fail]))
    with pytest.raises(ZeroDivisionError):
        stage.publish(proposal(thread("one")))
    assert stage.journal.get("@last").lease is None


def _fail(run: Run) -> None:
    raise ZeroDivisionError(run.id)
