"""The faults of publishing that are the schedule's, by their numbers: clocks that change, jump and stand still."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from doubles.fake_clock import FakeClock
from doubles.memory_drafts import MemoryDrafts
from doubles.schedule_stage import Stage
from doubles.threads import machine

from onering_cli.adapters.sqlite.journal import SqliteJournal
from onering_cli.adapters.sqlite.queue import SqliteQueue
from onering_cli.publishing.elapsed import stamp
from onering_cli.publishing.ports import Claim
from onering_cli.scheduling.model import NewEntry, Repeat
from onering_cli.scheduling.ports import ClaimLostError, Settlement
from onering_cli.scheduling.rules import Rule

if TYPE_CHECKING:
    from onering_cli.adapters.sqlite.connection import Store

DAY = 86_400.0


def test_fault_36_who_is_late_to_settle_what_another_has_taken_over_is_refused(stage: Stage) -> None:
    entry_id = stage.schedule("a")
    slow = stage.queue.claim(Claim("slow", stamp(stage.clock), 120.0))
    assert slow is not None
    stage.clock.advance(121)
    stage.run()
    with pytest.raises(ClaimLostError):
        stage.queue.settle(slow, Settlement(slow.state), stamp(stage.clock))
    assert stage.states() == {entry_id: "posted"}
    assert stage.posted == ["a"]


@pytest.mark.parametrize(
    ("monday", "days"),
    [(datetime(2026, 3, 27, tzinfo=UTC), 5), (datetime(2026, 10, 23, tzinfo=UTC), 5)],
    ids=["a gap", "a repeat"],
)
def test_fault_38_a_rule_within_an_hour_that_is_missing_or_comes_twice_posts_once_a_day(
    store: Store, monday: datetime, days: int
) -> None:
    clock = FakeClock(monday)
    made = machine(journal=lambda _: SqliteJournal(store, clock), duplicate_rule=False)
    made.clock = made.platform.clock = clock
    stage = Stage(made, SqliteQueue(store, "here"), MemoryDrafts(clock))
    first = Rule("30 2 * * *", "Europe/Berlin").next_after(monday)
    assert first is not None
    stage.put(NewEntry("ada", stage.draft("nightly"), first, "Europe/Berlin", repeat=Repeat("30 2 * * *")))
    posted: Counter[str] = Counter()
    for _ in range(days * 24 * 6):
        told = stage.run()
        posted.update(f"{outcome.entry.due.astimezone(UTC):%Y-%m-%d}" for outcome in told)
        clock.advance(600)
    assert len(posted) == days
    assert set(posted.values()) == {1}
    assert len(stage.posted) == days


@pytest.mark.parametrize("jump_s", [DAY, -DAY])
def test_fault_39_a_clock_that_jumps_a_day_posts_nothing_twice_and_nothing_early(stage: Stage, jump_s: float) -> None:
    stage.machine.platform.duplicate_rule = False
    for name, in_s in (("now", 0.0), ("in an hour", 3600.0), ("in two days", 2 * DAY)):
        stage.schedule(name, in_s, max_late_s=3 * DAY)
    stage.put(NewEntry("ada", stage.draft("daily"), stage.clock.now(), repeat=Repeat("0 12 * * *"), max_late_s=3 * DAY))
    stage.run()
    assert sorted(stage.posted) == ["daily", "now"]
    stage.clock.set_back(-jump_s)
    stage.run()
    forward = {"in an hour", "daily"} if jump_s > 0 else set()
    assert Counter(stage.posted) == Counter(["daily", "now", *forward])
    stage.clock.set_back(jump_s)
    stage.run()
    assert Counter(stage.posted) == Counter(["daily", "now", *forward])
    stage.clock.advance(3600)
    stage.run()
    assert stage.posted.count("in an hour") == 1
    stage.clock.advance(2 * DAY)
    stage.run()
    assert Counter(stage.posted)["now"] == Counter(stage.posted)["in two days"] == 1
    dues = [entry.due for entry in stage.queue.page(limit=99)]
    assert all(due > stage.clock.now() - timedelta(days=3) for due in dues)


def test_fault_39_a_claim_by_a_clock_that_was_wrong_is_given_back_when_its_process_dies(stage: Stage) -> None:
    stage.schedule("tomorrow", DAY)
    stage.clock.set_back(-DAY)
    assert stage.queue.claim(Claim("dies", stamp(stage.clock), 120.0)) is not None
    stage.clock.set_back(DAY)
    stage.clock.advance(121)
    assert stage.run() == []
    assert stage.posted == []
    stage.clock.advance(DAY)
    stage.run()
    assert stage.posted == ["tomorrow"]
