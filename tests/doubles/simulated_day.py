"""A day lived at speed: a daemon that dies at any moment and stays dead for a while, before a service that fails at times."""

from __future__ import annotations

import random
from collections import Counter
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, cast

from doubles.fake_clock import FakeClock
from doubles.fake_x import FakeX, Rules, World, fault
from doubles.memory_drafts import MemoryDrafts
from doubles.mortality import Fate, SimulatedKill
from doubles.schedule_stage import Stage
from doubles.threads import machine
from doubles.x_client import destination

from onering_cli.adapters.sqlite.journal import SqliteJournal
from onering_cli.adapters.sqlite.migrations import open_store
from onering_cli.adapters.sqlite.queue import SqliteQueue
from onering_cli.publishing.elapsed import stamp
from onering_cli.publishing.rules import PublishingSettings
from onering_cli.scheduling.daemon import Daemon
from onering_cli.scheduling.model import NEEDS_A_PERSON, EntryState, Late, NewEntry, Repeat

if TYPE_CHECKING:
    from pathlib import Path

    from doubles.scripted_destination import ScriptedDestination

    from onering_cli.errors import StoreError

MORNING = datetime(2026, 8, 3, tzinfo=UTC)
DAY_S = 86_400.0
SINGLES = 100
MOST_MOMENTS = 120  # a life of a daemon; a post has about fifteen at which it can die
FAULTS = ("drop_after_accept", "drop_before_accept", "overloaded_after", "overloaded_before")
DOWN_S = (0.0, 1.0, 10.0, 60.0, 300.0, 900.0, 5400.0)
DOWN_WEIGHTS = (20, 20, 20, 10, 5, 3, 1)


@dataclass(slots=True)
class Day:
    """What became of a day."""

    states: Counter[str] = field(default_factory=Counter)
    kills: int = 0
    restarts: int = 0
    faults: int = 0
    posts: int = 0
    stands_for: int = 0
    broken: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        told = ", ".join(f"{count} {state}" for state, count in sorted(self.states.items()))
        return (
            f"{sum(self.states.values())} entries: {told} (missed ones stand for {self.stands_for} occurrences); "
            f"{self.posts} posts at the service; {self.kills} kills, {self.restarts} restarts of the machine, "
            f"{self.faults} faults of the service; {len(self.broken)} broken promises"
        )


def live_a_day(seed: int, folder: Path) -> Day:
    """One day, and as long as it takes until nothing is left to do."""
    dice = random.Random(seed)  # noqa: S311 -- a day that can be lived again is the point
    clock, day = FakeClock(MORNING), Day()
    # Without the duplicate rule nothing but the program stands between an entry and its second post.
    rules = Rules(duplicates=False, create_limit=10**6, create_limit_24h=10**7, timeline_limit=10**6)
    world = World(tell_time=lambda: clock.now().timestamp(), rules=rules)
    with FakeX(world) as service, closing(open_store(folder / f"day-{seed}.db")) as store:
        store.connection.execute("PRAGMA synchronous = OFF")  # its processes die, the machine does not
        made = machine(journal=lambda _: SqliteJournal(store, clock), settings=PublishingSettings(threads_per_hour=30))
        made.clock = clock
        made.destination = cast("ScriptedDestination", destination(service))
        stage = Stage(made, SqliteQueue(store, "here"), MemoryDrafts(clock))
        _fill(stage, dice)
        _live(stage, service, dice, day)
        _come_to_an_end(stage)
        _judge(stage, service, day)
    return day


def _fill(stage: Stage, dice: random.Random) -> None:
    for number in range(SINGLES):
        texts = [f"Single {number}, part {part}." for part in range(dice.choice((1, 1, 2, 3)))]
        due = MORNING + timedelta(seconds=dice.uniform(0, DAY_S))
        late = dice.choice((None, None, None, Late.SKIP, Late.ASK))
        stage.put(NewEntry("ada", stage.draft(*texts), due, late=late))
    for cron in ("10 * * * *", "*/30 6-18 * * *", "0 9,21 * * *"):
        stage.put(_series(stage.draft(f"Again by {cron}."), cron))
    for number in range(5):
        stage.draft(f"Evergreen {number}.", tag="evergreen")
    rotation = replace(_series("", "45 */2 * * *"), tag="evergreen", cool_down_s=6 * 3600.0)
    stage.put(rotation)


def _series(draft_id: str, cron: str) -> NewEntry:
    from onering_cli.scheduling.rules import Rule

    last = MORNING + timedelta(days=1)
    first = Rule(cron, "Europe/London").next_after(MORNING)
    assert first is not None
    return NewEntry("ada", draft_id, first, "Europe/London", repeat=Repeat(cron, last))


def _live(stage: Stage, service: FakeX, dice: random.Random, day: Day) -> None:
    clock = stage.clock
    trouble: list[StoreError] = []
    while clock.now() < MORNING + timedelta(days=1):
        fate = Fate(dice.randint(0, MOST_MOMENTS))
        daemon = Daemon(stage.queue, clock, stage.make_pass(fate=fate), trouble.append)
        try:
            while clock.now() < MORNING + timedelta(days=1):
                daemon.beat()
                clock.advance(dice.uniform(0.5, 40.0))
                if dice.random() < 0.002:
                    service.strike(fault(dice.choice(FAULTS), route="POST /2/tweets"))
                    day.faults += 1
        except SimulatedKill:
            day.kills += 1
            down_s = dice.choices(DOWN_S, DOWN_WEIGHTS)[0]
            if dice.random() < 0.1:
                clock.restart(down_s=down_s)
                day.restarts += 1
            elif dice.random() < 0.5:
                clock.suspend(down_s)
            else:
                clock.advance(down_s)
    day.broken += [str(error) for error in trouble]


def _come_to_an_end(stage: Stage) -> None:
    for _ in range(2000):
        stage.run()
        next_at = stage.queue.next_at(stamp(stage.clock))
        if next_at is None:
            return
        stage.clock.advance(max((next_at - stage.clock.now()).total_seconds(), 1.0))


def _judge(stage: Stage, service: FakeX, day: Day) -> None:
    accepted = Counter(post.text for post in service.accepted if not post.deleted)
    posted: Counter[str] = Counter()
    doubtful: Counter[str] = Counter()
    day.posts = sum(accepted.values())
    for entry in stage.queue.page(limit=100_000, states=frozenset(EntryState)):
        day.states[str(entry.state)] += 1
        run = stage.machine.journal.by_key(entry.account, entry.key)
        texts = [segment.payload.text for segment in run.segments] if run else []
        if entry.state is EntryState.POSTED:
            posted.update(texts)
        elif entry.state in NEEDS_A_PERSON:
            day.stands_for += entry.stands_for if entry.state is EntryState.MISSED else 0
            doubtful.update(texts if entry.state is EntryState.FAILED else [])
            if not entry.detail:
                day.broken.append(f"{entry.id} is {entry.state} without a word")
        else:
            day.broken.append(f"{entry.id} is left {entry.state}")
    for text in accepted.keys() | posted.keys():
        if not posted[text] <= accepted[text] <= posted[text] + doubtful[text]:
            day.broken.append(f"{text!r} is out {accepted[text]} times, and posted {posted[text]} times")
    chains = {post.id: post for post in service.accepted}
    for post in service.accepted:
        if post.parent and post.parent not in chains:
            day.broken.append(f"{post.text!r} answers nothing")


if __name__ == "__main__":
    import sys
    import tempfile
    from pathlib import Path as _Path

    with tempfile.TemporaryDirectory() as scratch:
        for seed in range(int(sys.argv[1]), int(sys.argv[2])):
            lived = live_a_day(seed, _Path(scratch))
            print(seed, lived, *lived.broken, sep="\n  ", flush=True)
