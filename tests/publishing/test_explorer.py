"""Every crash point × fault × segment, played out: no duplicate, nothing lost, no broken chain.

The whole space, about 77,000 runs in a few minutes: ``pytest -m slow -s tests/publishing/test_explorer.py``.
"""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from doubles.explorer import Ending, Scenario, Weather, play, random_scenario, scenarios, with_deaths
from doubles.scripted_destination import Fault

from onering_cli.adapters.sqlite.journal import SqliteJournal
from onering_cli.adapters.sqlite.migrations import open_store
from onering_cli.publishing import drive, transitions
from onering_cli.publishing.events import Effect, Step
from onering_cli.publishing.model import RunStatus, Segment, SegmentState

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

SEED = 20_260_801


def chance_of(number: int) -> random.Random:
    """Chance that is the same in every run."""
    return random.Random(SEED + number)  # noqa: S311 -- repeatable, not secret


def problems_of(played: Iterable[Scenario]) -> tuple[Counter[RunStatus], list[tuple[Scenario, Ending]]]:
    """How scenarios ended, and those in which something happened that must never happen."""
    ends: Counter[RunStatus] = Counter()
    failed: list[tuple[Scenario, Ending]] = []
    for scenario in played:
        ending = play(scenario)
        ends[ending.status] += 1
        if ending.problems:
            failed.append((scenario, ending))
    return ends, failed


def every_death(chosen: Iterable[Scenario]) -> Iterable[Scenario]:
    """The scenarios, each also with a death at each of its moments."""
    for scenario in chosen:
        yield scenario
        yield from with_deaths(scenario, play(scenario).moments)


def test_a_slice_of_all_deaths_and_faults_ends_well() -> None:
    chosen = chance_of(0).sample(list(scenarios()), 12)
    ends, failed = problems_of(every_death(chosen))
    assert not failed
    assert set(ends) <= {RunStatus.POSTED, RunStatus.ROLLED_BACK}


def test_processes_that_die_one_after_the_other_end_well() -> None:
    chance = chance_of(3)
    _, failed = problems_of(random_scenario(chance) for _ in range(400))
    assert not failed


def test_the_store_s_journal_ends_as_well(tmp_path: Path) -> None:
    chance = chance_of(1)
    for number in range(25):
        store = open_store(tmp_path / f"{number}.db")
        try:
            scenario = random_scenario(chance)
            ending = play(scenario, journal=lambda clock, store=store: SqliteJournal(store, clock))  # type: ignore[misc]  # bound for this turn
            assert not ending.problems, scenario
            assert store.connection.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        finally:
            store.close()


@pytest.mark.slow
def test_all_deaths_and_faults_end_well() -> None:
    ends, failed = problems_of(every_death(scenarios()))
    print(f"\n{ends.total():,} runs: {dict(ends)}, {len(failed)} failed")
    assert ends.total() >= 20_000
    assert not failed


@pytest.mark.slow
def test_twenty_thousand_random_schedules_end_well() -> None:
    chance = chance_of(2)
    ends, failed = problems_of(random_scenario(chance) for _ in range(20_000))
    print(f"\n{ends.total():,} runs: {dict(ends)}, {len(failed)} failed")
    assert not failed


CALM = Weather(duplicate_rule=False, timeline_lag_s=60.0, parent_lag_s=0.0, strict=False)


def test_the_explorer_sees_a_duplicate(monkeypatch: pytest.MonkeyPatch) -> None:
    """A client that sends again without looking, as many do."""

    def send_again(segment: Segment, _: object) -> Step:
        return replace(segment, state=SegmentState.PLANNED), Effect.PREPARE

    monkeypatch.setattr(transitions, "look", send_again)
    ending = play(Scenario(CALM, Fault.DROP_AFTER, 1))
    assert any("duplicate" in problem for problem in ending.problems)


def test_the_explorer_sees_a_lost_post(monkeypatch: pytest.MonkeyPatch) -> None:
    """A client that takes every dropped call for done."""

    def take_for_done(segment: Segment, *_: object) -> Step:
        return replace(segment, state=SegmentState.SENT, remote_id="1"), Effect.PROCEED

    monkeypatch.setattr(transitions, "_lose_sight", take_for_done)
    ending = play(Scenario(CALM, Fault.DROP_BEFORE, 2))
    assert any("lost" in problem for problem in ending.problems)


def test_the_explorer_sees_a_broken_chain(monkeypatch: pytest.MonkeyPatch) -> None:
    """A client that forgets which post the next one answers."""
    monkeypatch.setattr(drive, "parent_id", lambda *_: "")
    ending = play(Scenario(CALM, None, 0))
    assert "broken chain" in ending.problems
