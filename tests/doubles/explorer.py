"""Plays out every crash point × fault × segment of a thread, and says what went wrong at the platform."""

from __future__ import annotations

import itertools
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from doubles.memory_journal import MemoryJournal
from doubles.mortality import Fate, SimulatedKill
from doubles.scripted_destination import Fault
from doubles.threads import Machine, machine, proposal, thread

from onering_cli.errors import LogInError, RefusedError, TryLaterError
from onering_cli.publishing.elapsed import stamp
from onering_cli.publishing.model import Payload, Reason, Run, RunStatus, SegmentState, is_final, status_of
from onering_cli.publishing.rules import PublishingSettings
from onering_cli.publishing.words import come_back_at, explain, verdict

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Iterator

    from onering_cli.clock import Clock
    from onering_cli.publishing.ports import Journal, Proposal

TEXTS = ("Three rules & one ring", "Read POSTING.md twice ☕️ https://example.com/a", "Then write it down, cafe\u0301")
MOST_ROUNDS = 80
LONG_AGO_S = 1e6
DELETE_FAULTS = (None, Fault.REFUSED, Fault.DROP_BEFORE, Fault.DROP_AFTER, Fault.SHORT_LIMIT, Fault.UNAUTHORIZED)


@dataclass(frozen=True, slots=True)
class Weather:
    """How the platform behaves.

    Args:
        duplicate_rule: It refuses what is already there.
        timeline_lag_s: How long it takes to show a post to its author.
        parent_lag_s: How long it takes until a post can be answered.
        strict: The run asks before it sends anything again.
    """

    duplicate_rule: bool
    timeline_lag_s: float
    parent_lag_s: float
    strict: bool


@dataclass(frozen=True, slots=True)
class Scenario:
    """One way things can go.

    Args:
        weather: How the platform behaves.
        fault: What happens to the first create call of a segment; None for nothing.
        segment: Which one.
        deaths: At which of its moments each process dies, one process after the other.
        undo: Roll back once it is posted; None to leave it, else what happens to the first deletion.
    """

    weather: Weather
    fault: Fault | None
    segment: int
    deaths: tuple[int, ...] = ()
    undo: tuple[Fault | None, ...] = ()


@dataclass(frozen=True, slots=True)
class Ending:
    """How a scenario ended.

    Args:
        status: Of the run.
        problems: What must never happen and did.
        moments: How many moments the first process lived through.
    """

    status: RunStatus
    problems: tuple[str, ...]
    moments: int


WEATHERS = tuple(
    Weather(duplicate_rule, timeline_lag_s, parent_lag_s, strict)
    # 200 s and not 300: what the platform accepts a minute late must be shown within 300 s of the attempt.
    for duplicate_rule, timeline_lag_s, parent_lag_s, strict in itertools.product(
        (True, False), (0.0, 60.0, 200.0), (0.0, 8.0), (False, True)
    )
) + tuple(Weather(duplicate_rule, 5_000.0, 0.0, strict=True) for duplicate_rule in (True, False))


def scenarios() -> Iterator[Scenario]:
    """Every weather with every fault at every segment, and every deletion fault; deaths are added by `with_deaths`."""
    for weather in WEATHERS:
        yield Scenario(weather, None, 0)
        for fault, segment in itertools.product(Fault, range(len(TEXTS))):
            yield Scenario(weather, fault, segment)
        for undo in DELETE_FAULTS:
            yield Scenario(weather, None, 0, undo=(undo,))


def with_deaths(scenario: Scenario, moments: int) -> Iterator[Scenario]:
    """The scenario with its process killed at each of its moments."""
    for moment in range(moments):
        yield replace(scenario, deaths=(moment,))


def random_scenario(chance: random.Random) -> Scenario:
    """Any scenario, with up to three processes that die."""
    undo = (chance.choice(DELETE_FAULTS),) if chance.random() < 0.3 else ()
    return Scenario(
        weather=chance.choice(WEATHERS),
        fault=chance.choice((None, *Fault)),
        segment=chance.randrange(len(TEXTS)),
        deaths=tuple(chance.randrange(60) for _ in range(chance.randrange(4))),
        undo=undo,
    )


def play(scenario: Scenario, *, journal: Callable[[Clock], Journal] = MemoryJournal) -> Ending:
    """Play a scenario to its end, with a person who helps where the program asks for one."""
    weather = scenario.weather
    stage = machine(
        journal=journal,
        settings=PublishingSettings(strict=weather.strict, threads_per_hour=1000),
        duplicate_rule=weather.duplicate_rule,
        timeline_lag_s=weather.timeline_lag_s,
        parent_lag_s=weather.parent_lag_s,
    )
    stage.platform.accept(Payload("An older one"), "", by_hand=True).accepted_s = -LONG_AGO_S
    wanted = proposal(thread(*TEXTS, pictures=(1,)), strict=weather.strict)
    if scenario.fault:
        stage.destination.fail_create(TEXTS[scenario.segment], scenario.fault)
    fates = [Fate(moment) for moment in scenario.deaths] or [Fate()]
    for fate in fates:
        try:
            stage.process(fate=fate).publish(wanted)
        except (SimulatedKill, TryLaterError, RefusedError, LogInError):
            stage.clock.advance(1.0)
    moments = fates[0].moments
    run = _carry_through(stage, wanted)
    if scenario.undo and status_of(run) is RunStatus.POSTED:
        run, moments = _undo(stage, run, scenario)
    stage.clock.advance(1_000.0)
    return Ending(status_of(run), tuple(_problems(stage, run)), moments)


def _undo(stage: Machine, run: Run, scenario: Scenario) -> tuple[Run, int]:
    """Roll back what was posted, in a process that dies where the posting one did."""
    stage.destination.fail("delete", *(fault for fault in scenario.undo if fault))
    fate = Fate(*scenario.deaths[:1])
    try:
        stage.process(fate=fate).roll_back(run.id)
    except SimulatedKill:
        stage.clock.advance(1.0)
    return _take_back(stage, run), fate.moments


def _take_back(stage: Machine, run: Run) -> Run:
    """Ask for the rollback until it is done."""
    for _ in range(MOST_ROUNDS):
        try:
            run = stage.process().roll_back(run.id)
        except TryLaterError as exc:
            _wait(stage, exc)
            continue
        if status_of(run) is RunStatus.HELD:
            run = _help(stage, run)
        if status_of(run) is RunStatus.ROLLED_BACK:
            return run
        _rest(stage, run)
    raise AssertionError(f"no end after {MOST_ROUNDS} rounds: {run}")


def _carry_through(stage: Machine, wanted: Proposal) -> Run:
    """Call again and again, as a script would; where a person is asked for, look at the truth and say what it is."""
    run = None
    for _ in range(MOST_ROUNDS):
        try:
            run = stage.process().publish(wanted)
        except TryLaterError as exc:
            _wait(stage, exc)
            continue
        except (LogInError, RefusedError):
            stage.journal.clear_block(wanted.account)
            continue
        if is_final(status_of(run)):
            return run
        run = _help(stage, run)
        if is_final(status_of(run)):
            return run
        _rest(stage, run)
    raise AssertionError(f"no end after {MOST_ROUNDS} rounds: {run}")


def _help(stage: Machine, run: Run) -> Run:
    """What a person does who reads the status and looks at the platform."""
    status = status_of(run)
    if status is RunStatus.BLOCKED:
        return stage.process().resume(run.id)
    if status is not RunStatus.HELD:
        return run
    held = next(segment for segment in run.segments if segment.state is SegmentState.HELD)
    if held.reason is Reason.PARENT_GONE and not run.rolling_back:
        return _take_back(stage, run)
    found = [post for post in stage.platform.live() if post.payload == held.payload]
    if found:
        return stage.process().adopt(run.id, held.index, found[0].remote_id)
    return stage.process().resume(run.id, absent=True)


def _wait(stage: Machine, exc: TryLaterError) -> None:
    ahead_s = (exc.retry_at - stage.clock.now()).total_seconds() if exc.retry_at else 60.0
    stage.clock.advance(max(ahead_s, 1.0))


def _rest(stage: Machine, run: Run) -> None:
    """Read what the program says, and come back when it says."""
    now = stamp(stage.clock)
    if not (explain(run, now).headline and explain(run, now).steps and verdict(run, now)):
        raise AssertionError(f"nobody can act on {run}")
    back_at = come_back_at(run, now)
    stage.clock.advance(max((back_at - now.at).total_seconds(), 1.0) if back_at else 60.0)


def _problems(stage: Machine, run: Run) -> Iterator[str]:
    """What must never happen."""
    stage.platform.settle()
    sent = [post for post in stage.platform.posts if not post.by_hand]
    for text, times in Counter(post.payload.text for post in sent).items():
        if times > 1:
            yield f"duplicate: {text!r} was accepted {times} times"
    live = stage.platform.live()
    if status_of(run) is RunStatus.ROLLED_BACK:
        if live:
            yield f"left behind: {[post.payload.text for post in live]}"
        return
    if status_of(run) is not RunStatus.POSTED:
        yield f"not finished: {status_of(run)}"
        return
    if [post.payload for post in live] != [segment.payload for segment in run.segments]:
        yield f"lost: only {[post.payload.text for post in live]} is there"
    if [post.parent_id for post in live] != ["", *(post.remote_id for post in live)][: len(live)]:
        yield "broken chain"
    if [post.remote_id for post in live] != [segment.remote_id for segment in run.segments]:
        yield "the journal names other posts than the platform"
    if any(segment.state is not SegmentState.SENT for segment in run.segments):
        yield "a segment is not settled"
