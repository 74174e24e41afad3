"""Faults 35 to 44 of publishing: claims at once, clocks that jump, and a store that cannot be written."""

from __future__ import annotations

import resource
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
from doubles.fake_clock import FakeClock
from doubles.mortality import Fate, SimulatedKill
from doubles.scripted_destination import Fault, ScriptedDestination
from doubles.threads import Machine, machine, proposal, states, thread

from onering_cli.adapters.sqlite.journal import SqliteJournal
from onering_cli.adapters.sqlite.migrations import open_store
from onering_cli.errors import StoreError, TryLaterError
from onering_cli.publishing.elapsed import stamp
from onering_cli.publishing.model import RunStatus, status_of
from onering_cli.publishing.ports import Claim, Limits

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from onering_cli.adapters.sqlite.connection import Store

THREAD = thread("one", "two", "three")
DAY_S = 86_400.0


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A real store that waits a tenth of a second for a lock."""
    opened = open_store(tmp_path / "onering.db", busy_timeout_s=0.1)
    yield opened
    opened.close()


@pytest.fixture
def stored(store: Store) -> Machine:
    """A machine with a journal in a real store."""
    return machine(journal=lambda clock: SqliteJournal(store, clock))


@contextmanager
def full_disk(store: Store) -> Iterator[None]:
    """No file of this process may grow any further."""
    wal = store.path.with_name(f"{store.path.name}-wal")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (wal.stat().st_size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_fault_35_eight_claims_at_once_leave_one_owner(stored: Machine, store: Store) -> None:
    stored.destination.fail_create("one", Fault.DAILY_LIMIT)
    run = stored.publish(proposal(THREAD))

    def claim(number: int) -> bool:
        own = open_store(store.path)
        try:
            journal = SqliteJournal(own, FakeClock())
            journal.claim(run.id, Claim(f"host:{number}", stamp(stored.clock), 120.0), Limits(5, None))
        except TryLaterError:
            return False
        finally:
            own.close()
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(claim, range(8))) == 1


@pytest.mark.parametrize("jump_s", [DAY_S, -DAY_S])
@pytest.mark.parametrize("fault", [None, Fault.DROP_AFTER, Fault.DROP_BEFORE, Fault.LATE, Fault.REFUSED])
@pytest.mark.parametrize("when", ["before_create", "after_create"])
def test_fault_39_a_clock_that_jumps_a_day_duplicates_nothing(
    stage: Machine, fault: Fault | None, jump_s: float, when: str
) -> None:
    if fault:
        stage.destination.fail_create("two", fault)
    setattr(stage.destination, when, lambda: stage.clock.set_back(jump_s))
    assert status_of(stage.publish(proposal(THREAD))) is RunStatus.POSTED
    assert [post.payload.text for post in stage.platform.live()] == ["one", "two", "three"]
    assert sum(stage.clock.slept_s) <= 300.0


@pytest.mark.parametrize("jump_s", [DAY_S, -DAY_S])
def test_fault_39_a_clock_that_jumps_does_not_free_the_run_of_a_live_process(stage: Machine, jump_s: float) -> None:
    with pytest.raises(SimulatedKill):
        stage.process(fate=Fate(8)).publish(proposal(THREAD))
    stage.clock.set_back(jump_s)
    stage.clock.advance(100)
    with pytest.raises(TryLaterError):
        stage.publish(proposal(THREAD))
    stage.clock.advance(21)
    assert status_of(stage.publish(proposal(THREAD))) is RunStatus.POSTED
    assert [post.payload.text for post in stage.platform.live()] == ["one", "two", "three"]


@pytest.mark.parametrize("jump_s", [DAY_S, -DAY_S])
def test_fault_39_a_clock_that_jumps_neither_shortens_nor_stretches_a_limit(stage: Machine, jump_s: float) -> None:
    stage.destination.fail_create("two", Fault.SHORT_LIMIT)
    stage.publish(proposal(THREAD))
    stage.clock.set_back(jump_s)
    stage.clock.advance(800)
    assert states(stage.publish(proposal(THREAD))) == ["sent", "planned", "planned"]
    assert stage.platform.count("create") == 2
    stage.clock.advance(100)
    assert status_of(stage.publish(proposal(THREAD))) is RunStatus.POSTED


def test_fault_39_a_machine_that_slept_or_started_again_goes_on(stage: Machine) -> None:
    stage.destination.fail_create("two", Fault.DAILY_LIMIT)
    stage.publish(proposal(THREAD))
    stage.clock.advance(1_000)
    stage.clock.suspend(80_000)
    stage.destination.fail_create("two", Fault.DROP_AFTER)
    with pytest.raises(SimulatedKill):
        stage.process(fate=Fate(8)).publish(proposal(THREAD))
    stage.clock.restart(up_s=200)
    assert status_of(stage.publish(proposal(THREAD))) is RunStatus.POSTED
    assert [post.payload.text for post in stage.platform.live()] == ["one", "two", "three"]


def test_fault_40_a_disk_full_at_the_commit_of_sending_makes_no_create(stored: Machine, store: Store) -> None:
    newest = stored.destination.newest_own_id
    limit = full_disk(store)

    def and_fill() -> object:
        limit.__enter__()
        return newest()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(stored.destination, "newest_own_id", and_fill)
        with pytest.raises(StoreError):
            stored.publish(proposal(THREAD))
    limit.__exit__(None, None, None)
    assert stored.platform.count("create") == 0
    stored.clock.advance(stored.settings.lease_s)
    assert status_of(stored.publish(proposal(THREAD))) is RunStatus.POSTED


def test_fault_41_a_disk_full_at_the_commit_of_sent_is_adopted_later(stored: Machine, store: Store) -> None:
    limit = full_disk(store)
    stored.destination.after_create = limit.__enter__
    with pytest.raises(StoreError):
        stored.publish(proposal(THREAD))
    limit.__exit__(None, None, None)
    assert stored.platform.count("create") == 1
    assert states(stored.journal.get("@last")) == ["sending", "planned", "planned"]
    stored.destination = ScriptedDestination(stored.platform)
    stored.clock.advance(stored.settings.lease_s)
    assert status_of(stored.publish(proposal(THREAD))) is RunStatus.POSTED
    assert stored.platform.count("create") == 3


@pytest.mark.parametrize("commits", [0, 2, 4])
def test_fault_42_a_commit_that_fails_at_the_disk_makes_no_create(
    stage: Machine, monkeypatch: pytest.MonkeyPatch, commits: int
) -> None:
    record = stage.journal.record
    done: list[object] = []

    def failing(*args: object) -> object:
        if len(done) >= commits:
            raise StoreError("the disk failed")
        done.append(args)
        return record(*args)  # type: ignore[arg-type]  # handed through

    with monkeypatch.context() as patch:
        patch.setattr(stage.journal, "record", failing)
        with pytest.raises(StoreError):
            stage.publish(proposal(THREAD))
    assert stage.platform.count("create") == commits // 2
    stage.clock.advance(stage.settings.lease_s)
    assert status_of(stage.publish(proposal(THREAD))) is RunStatus.POSTED
    assert stage.platform.count("create") == 3


def test_fault_43_a_locked_store_ends_in_one_clear_sentence(stored: Machine, store: Store) -> None:
    other = open_store(store.path)
    try:
        with other.write(), pytest.raises(StoreError, match="locked"):
            stored.publish(proposal(THREAD))
        assert stored.platform.calls == []
    finally:
        other.close()
    assert status_of(stored.publish(proposal(THREAD))) is RunStatus.POSTED


def test_fault_44_no_create_begins_before_sending_is_durable(stored: Machine, store: Store) -> None:
    other = open_store(store.path)
    seen: list[list[str]] = []
    stored.destination.before_create = lambda: seen.append(states(SqliteJournal(other, stored.clock).get("@last")))
    try:
        stored.publish(proposal(THREAD))
    finally:
        other.close()
    assert seen == [["sending", "planned", "planned"], ["sent", "sending", "planned"], ["sent", "sent", "sending"]]
    assert store.connection.execute("PRAGMA synchronous").fetchone()[0] == 2
