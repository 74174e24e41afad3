"""A million scheduled entries: what opening, looking, claiming, dispatching and adding cost; and an idle timer's process."""

from __future__ import annotations

import os
import statistics
import sys
import time
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from benchmarks.floors import ratio

from onering_cli.adapters.sqlite.migrations import open_store
from onering_cli.adapters.sqlite.peek import has_nothing_to_do
from onering_cli.adapters.sqlite.queue import SqliteQueue
from onering_cli.clock import SystemClock
from onering_cli.publishing.elapsed import stamp
from onering_cli.publishing.ports import Claim
from onering_cli.scheduling.model import EntryState, NewEntry
from onering_cli.scheduling.ports import Settlement

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.benchmark

FEW, MANY = 100, 1_000_000
ROUNDS = 300
ONERING = [str(Path(sys.executable).with_name("onering"))]
CLOCK = SystemClock()


@pytest.fixture(scope="module")
def homes(tmp_path_factory: pytest.TempPathFactory) -> Callable[[int], Path]:
    """Homes whose stores hold so many entries that are due next year, each made once."""
    made: dict[int, Path] = {}

    def make(count: int) -> Path:
        if count not in made:
            made[count] = tmp_path_factory.mktemp(f"home-{count}")
            with closing(open_store(made[count] / "onering.db")) as store:
                wanted = entries(count, days=365)
                begin, cpu = time.perf_counter(), time.process_time()
                SqliteQueue(store, "here").add(wanted, CLOCK.now())
                taken_s, cpu_s = time.perf_counter() - begin, time.process_time() - cpu
            print(
                f"\nadded {count:,} entries in one transaction: {count / taken_s:,.0f} a second (wanted 100,000), "
                f"{count / cpu_s:,.0f} a second of this process's own time; {floor_a_second(made[count], count):,.0f} "
                "for rows of two columns and one index"
            )
        return made[count]

    return make


def floor_a_second(folder: Path, count: int) -> float:
    """The floor: as many rows of the least that could be kept, a second of this process's own time."""
    with closing(open_store(folder / "floor.db")) as store, store.write() as connection:
        connection.execute("CREATE TABLE floor (due REAL, draft TEXT)")
        connection.execute("CREATE INDEX floor_due ON floor (due)")
        begin = time.process_time()
        connection.executemany("INSERT INTO floor VALUES (?, ?)", ((float(n), str(n)) for n in range(count)))
        return count / (time.process_time() - begin)


def entries(count: int, *, days: int) -> list[NewEntry]:
    """Entries of three accounts, a second apart."""
    first = datetime.now(UTC) + timedelta(days=days)
    accounts = ("work", "home", "club")
    return [
        NewEntry(accounts[number % 3], f"{number:010d}", first + timedelta(seconds=number)) for number in range(count)
    ]


def times_ms(act: Callable[[], object], rounds: int = ROUNDS) -> list[float]:
    """How long a few rounds take, each."""
    taken = []
    for _ in range(rounds):
        begin = time.perf_counter()
        act()
        taken.append((time.perf_counter() - begin) * 1000)
    return sorted(taken)


def told(taken_ms: list[float]) -> str:
    """Median and p95."""
    return f"{statistics.median(taken_ms):.2f} and {taken_ms[int(len(taken_ms) * 0.95)]:.2f} ms"


def commits_ms(path: Path) -> list[float]:
    """The floor: one row written durably, on the same disk, again and again."""
    with closing(open_store(path)) as store:
        store.connection.execute("CREATE TABLE IF NOT EXISTS floor (n INTEGER)")

        def act() -> None:
            with store.write() as connection:
                connection.execute("INSERT INTO floor VALUES (1)")

        return times_ms(act)


def test_a_store_of_a_million_entries_opens_at_once(homes: Callable[[int], Path]) -> None:
    def opening(count: int) -> float:
        path = homes(count) / "onering.db"
        return statistics.median(times_ms(lambda: open_store(path).close(), 50))

    many, few = opening(MANY), opening(FEW)
    print(f"\nopening with {MANY:,} entries: {many:.2f} ms (wanted 2), {many / few:.2f} x of {FEW}")


def test_looking_when_nothing_is_due_costs_the_same_with_a_million(homes: Callable[[int], Path]) -> None:
    looks = {}
    for count in (FEW, MANY):
        with closing(open_store(homes(count) / "onering.db")) as store:
            queue = SqliteQueue(store, "here")
            looks[count] = statistics.median(times_ms(lambda queue=queue: queue.next_at(stamp(CLOCK))))  # type: ignore[misc]  # bound at once
    print(f"\na look with nothing due: {looks[MANY] * 1000:.0f} µs, {looks[MANY] / looks[FEW]:.2f} x of {FEW} entries")
    peeks = {}
    for count in (FEW, MANY):
        environment = {"ONERING_HOME": str(homes(count))}
        assert has_nothing_to_do(environment)
        peeks[count] = statistics.median(times_ms(lambda told=environment: has_nothing_to_do(told), 50))  # type: ignore[misc]  # the same
    print(f"a timer's look: {peeks[MANY]:.2f} ms, {peeks[MANY] / peeks[FEW]:.2f} x of {FEW} entries (wanted 1)")


def test_claim_and_dispatch_among_a_million(homes: Callable[[int], Path], tmp_path: Path) -> None:
    floor = commits_ms(tmp_path / "floor.db")
    with closing(open_store(homes(MANY) / "onering.db")) as store:
        queue = SqliteQueue(store, "here")
        queue.add(entries(ROUNDS * 2 + 50, days=-1), CLOCK.now())

        def claim() -> None:
            assert queue.claim(Claim("bench", stamp(CLOCK), 600.0)) is not None

        def claim_and_settle() -> None:
            entry = queue.claim(Claim("bench", stamp(CLOCK), 600.0))
            assert entry is not None
            queue.settle(entry, Settlement(EntryState.POSTED, run="r"), stamp(CLOCK))

        both = times_ms(claim_and_settle)
        alone = times_ms(claim)
        print(
            f"\namong {MANY:,}, median and p95: a claim {told(alone)} (wanted 2), claim and settlement {told(both)}, "
            f"one durable commit on this disk {told(floor)}"
        )
        with store.write() as connection:
            connection.execute("DELETE FROM entries WHERE due_s < ?", (CLOCK.now().timestamp(),))


@pytest.mark.parametrize("count", [FEW, MANY])
def test_a_timer_that_comes_when_nothing_is_due(homes: Callable[[int], Path], count: int) -> None:
    environment = {**os.environ, "ONERING_HOME": str(homes(count))}
    slower = ratio([*ONERING, "post", "--due"], environment)
    print(f"\npost --due with {count:,} entries and nothing due: {slower:.2f} x bare (wanted 8)")
