"""The process that stays: wakes when something is due or has changed, survives trouble, and ends when asked."""

from __future__ import annotations

import json
import signal
import subprocess
import threading
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from doubles.program import guarded_environment, program
from doubles.service_process import service_process

from onering_cli.adapters.sqlite.migrations import open_store
from onering_cli.adapters.sqlite.queue import SqliteQueue
from onering_cli.adapters.ticker import ApTicker
from onering_cli.clock import SystemClock
from onering_cli.errors import StoreError
from onering_cli.publishing.elapsed import stamp
from onering_cli.scheduling.changes import move
from onering_cli.scheduling.daemon import LOOK_S, Daemon
from onering_cli.scheduling.model import NewEntry
from onering_cli.scheduling.stopping import Stop, StoppableClock, StopRequested

if TYPE_CHECKING:
    from pathlib import Path

    from doubles.schedule_stage import Stage

    from onering_cli.adapters.sqlite.connection import Store


class Questions:
    """Counts what a daemon asks of its queue."""

    def __init__(self, stage: Stage) -> None:
        self.looks = 0
        self.trouble: list[StoreError] = []
        self._stage = stage
        self._next_at = stage.queue.next_at
        stage.queue.next_at = self.next_at  # type: ignore[method-assign]  # a spy on one method
        self.daemon = Daemon(stage.queue, stage.clock, stage.make_pass(), self.trouble.append)

    def next_at(self, now: object) -> datetime | None:
        self.looks += 1
        return self._next_at(now)  # type: ignore[arg-type]  # handed through

    def beat(self, seconds: float = 0.0) -> None:
        self._stage.clock.advance(seconds)
        self.daemon.beat()


@pytest.fixture
def daemon(stage: Stage) -> Questions:
    return Questions(stage)


def test_an_idle_beat_looks_at_nothing(stage: Stage, daemon: Questions) -> None:
    stage.schedule("later", 50)
    daemon.beat()
    looks = daemon.looks
    for _ in range(90):
        daemon.beat(0.5)
    assert daemon.looks == looks
    assert stage.posted == []


def test_a_beat_after_the_due_time_posts(stage: Stage, daemon: Questions) -> None:
    stage.schedule("a", 10)
    daemon.beat()
    daemon.beat(9.9)
    assert stage.posted == []
    daemon.beat(0.5)
    assert stage.posted == ["a"]


def test_what_another_process_puts_in_or_moves_is_seen_by_the_next_beat(
    stage: Stage, daemon: Questions, tmp_path: Path
) -> None:
    entry_id = stage.schedule("far", 40)
    daemon.beat()
    with closing(open_store(tmp_path / "stage.db")) as store:
        other = SqliteQueue(store, "here")
        other.add([NewEntry("ada", stage.draft("near"), stage.clock.now() + timedelta(seconds=1))], stage.clock.now())
        daemon.beat(0.5)
        other.edit(entry_id, move(stage.clock.now() + timedelta(seconds=2), zone="UTC"), stamp(stage.clock))
    daemon.beat(1)
    assert stage.posted == ["near"]
    daemon.beat(1.5)
    assert stage.posted == ["near", "far"]


def test_it_looks_again_every_minute_whatever_the_wall_clock_says(stage: Stage, daemon: Questions) -> None:
    stage.schedule("a", 30)
    daemon.beat()
    stage.clock.set_back(86_400)
    daemon.beat(LOOK_S)
    assert stage.posted == []
    stage.clock.set_back(-86_400)
    daemon.beat()
    assert stage.posted == ["a"]


def test_a_store_in_trouble_is_told_once_and_asked_again_a_minute_later(stage: Stage, daemon: Questions) -> None:
    stage.schedule("a", 1)
    good, broken = stage.queue.claim, StoreError("the disk is full")

    def claim(_claim: object) -> None:
        raise broken

    stage.queue.claim = claim  # type: ignore[method-assign, assignment]  # trouble to order
    daemon.beat()
    for _ in range(300):
        daemon.beat(0.5)
    assert daemon.trouble == [broken]
    stage.queue.claim = good  # type: ignore[method-assign]  # and its end
    daemon.beat(LOOK_S)
    assert stage.posted == ["a"]


def test_the_ticker_beats_until_it_is_stopped_and_raises_what_a_beat_raised() -> None:
    ticker, beats = ApTicker(0.01), threading.Semaphore(0)

    def beat() -> None:
        beats.release()

    runner = threading.Thread(target=ticker.run, args=(beat,))
    runner.start()
    for _ in range(3):
        assert beats.acquire(timeout=30)
    ticker.stop()
    runner.join(30)
    assert not runner.is_alive()

    def broken() -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        ApTicker(0.01).run(broken)


def test_a_wait_of_the_engine_ends_when_somebody_asks_for_an_end() -> None:
    stop = Stop()
    clock = StoppableClock(SystemClock(), stop)
    clock.sleep(0.01)
    threading.Timer(0.05, stop.ask).start()
    with pytest.raises(StopRequested):
        clock.sleep(600)
    with pytest.raises(StopRequested):
        stop.heed()


def test_the_real_process_posts_when_due_and_ends_after_the_post_in_flight(tmp_path: Path, home: Path) -> None:
    texts = [f"Part {number}." for number in range(1, 4)]
    with service_process({"create_limit": 10**6}) as service:
        variables = {**service.variables, "ONERING_PUBLISHING_READ_TIMEOUT_S": "30"}
        environment = guarded_environment(variables)
        command = program(["schedule", "run", "--json"])
        with subprocess.Popen(
            command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        ) as daemon:
            assert daemon.stdout is not None
            assert daemon.stderr is not None
            assert "keeping the schedule" in daemon.stderr.readline()
            with closing(open_store(home / "onering.db")) as store:
                first = schedule(store, "Alone.")
                told = json.loads(daemon.stdout.readline())
                assert (told["entry"], told["state"]) == (first, "posted")
                service.tell("POST", "faults", {"name": "hang_after", "route": "POST /2/tweets", "skip": 1})
                second = schedule(store, "\n\n---\n\n".join(texts))
                while not service.tell("GET", "state")["holding"]:
                    assert daemon.poll() is None
                daemon.send_signal(signal.SIGTERM)
                assert daemon.poll() is None
                service.tell("POST", "release", {})
                assert daemon.wait(60) == 0
                assert [post["text"] for post in service.tell("GET", "accepted")] == ["Alone.", *texts[:2]]
                assert SqliteQueue(store, "x").get(second).state == "scheduled"
        done = subprocess.run(program(["post", "--due"]), env=environment, check=False, timeout=60, capture_output=True)
        assert done.returncode == 0, done.stderr
        assert [post["text"] for post in service.tell("GET", "accepted")] == ["Alone.", *texts]


def schedule(store: Store, source: str) -> str:
    """Put in a draft that is due now; the entry's id."""
    from onering_cli.adapters.sqlite.drafts import SqliteDrafts

    draft = SqliteDrafts(store, SystemClock()).add(source + "\n")
    now = datetime.now(UTC)
    return SqliteQueue(store, "x").add([NewEntry("default", draft.id, now)], now)[0]
