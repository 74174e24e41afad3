"""Any number of processes at once: each entry is claimed once, and posted once."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from doubles.kill_harness import RULES, WAITS
from doubles.processes import outcome, start
from doubles.program import guarded_environment, program
from doubles.service_process import service_process

from onering_cli.adapters.sqlite.drafts import SqliteDrafts
from onering_cli.adapters.sqlite.migrations import open_store
from onering_cli.adapters.sqlite.queue import SqliteQueue
from onering_cli.adapters.this_machine import machine
from onering_cli.clock import SystemClock
from onering_cli.publishing.elapsed import stamp
from onering_cli.publishing.ports import Claim
from onering_cli.scheduling.model import EntryState, NewEntry
from onering_cli.scheduling.ports import Settlement

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CLAIMERS = 8


@pytest.mark.parametrize("count", [1_000, pytest.param(10_000, marks=pytest.mark.slow)])
def test_eight_claimers_claim_each_due_entry_once(tmp_path: Path, count: int) -> None:
    path = tmp_path / "queue.db"
    now = datetime.now(UTC)
    with closing(open_store(path)) as store:
        SqliteQueue(store, "here").add([NewEntry("ada", str(number), now) for number in range(count)], now)

    def claim_all(name: str) -> None:
        with closing(open_store(path, busy_timeout_s=300.0)) as mine, (tmp_path / name).open("w") as told:
            queue = SqliteQueue(mine, "here")
            while (entry := queue.claim(Claim(name, stamp(SystemClock()), 600.0))) is not None:
                told.write(f"{entry.draft}\n")
                queue.settle(entry, Settlement(EntryState.POSTED, run="r"), stamp(SystemClock()))

    names = [f"claimer-{number}" for number in range(CLAIMERS)]
    children = [start(lambda name=name: claim_all(name)) for name in names]  # type: ignore[misc]  # bound at once
    assert [outcome(child) for child in children] == [0] * CLAIMERS
    claimed = [line for name in names for line in (tmp_path / name).read_text().splitlines()]
    assert sorted(claimed, key=int) == [str(number) for number in range(count)]
    assert sum((tmp_path / name).stat().st_size > 0 for name in names) > 1
    with closing(open_store(path)) as store:
        (fences,) = store.connection.execute("SELECT max(fence) FROM entries").fetchone()
    assert fences == 1


def test_fault_35_eight_passes_at_once_make_one_claim(home: Path) -> None:
    with closing(open_store(home / "onering.db")) as store:
        draft = SqliteDrafts(store, SystemClock()).add("Once, whoever posts it.\n\n---\n\nAnd this.\n")
        now = datetime.now(UTC)
        SqliteQueue(store, "x").add([NewEntry("default", draft.id, now)], now)
    with service_process({"duplicates": False}) as service:
        environment = guarded_environment(service.variables)
        command = program(["post", "--due"])
        passes = [
            subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            for _ in range(CLAIMERS)
        ]
        told = [process.communicate(timeout=120) for process in passes]
        assert [process.returncode for process in passes] == [0] * CLAIMERS, told
        assert sum(bool(out) for out, _ in told) == 1
        assert [post["text"] for post in service.tell("GET", "accepted")] == ["Once, whoever posts it.", "And this."]


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of its own, of eight megabytes."""
    if sys.platform != "linux" or os.geteuid():
        pytest.skip("needs Linux and root, to mount a disk that can be filled")
    place = tmp_path / "disk"
    place.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", place], check=False, capture_output=True
    )
    if mounted.returncode:
        pytest.skip("this machine lets nobody mount a disk")
    try:
        yield place
    finally:
        subprocess.run(["umount", place], check=True)


def test_a_full_disk_at_the_claim_ends_with_6_posts_nothing_and_loses_nothing(
    small_disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ONERING_HOME", str(small_disk))
    with closing(open_store(small_disk / "onering.db")) as store:
        draft = SqliteDrafts(store, SystemClock()).add("Patience.\n")
        now = datetime.now(UTC)
        SqliteQueue(store, "x").add([NewEntry("default", draft.id, now - timedelta(seconds=1))], now)
    with service_process({}) as service:
        environment = guarded_environment(service.variables)
        filler = small_disk / "filler"
        with filler.open("wb", buffering=0) as file:
            while True:
                try:
                    file.write(b"x" * 4096)
                except OSError:
                    break
        full = subprocess.run(program(["post", "--due"]), env=environment, capture_output=True, text=True, check=False)
        assert full.returncode == 6, full.stderr
        assert "full" in full.stderr
        assert service.tell("GET", "accepted") == []
        filler.unlink()
        done = subprocess.run(program(["post", "--due"]), env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        assert [post["text"] for post in service.tell("GET", "accepted")] == ["Patience."]


@pytest.mark.parametrize(("count", "kills"), [(6, 5), pytest.param(120, 150, marks=pytest.mark.slow)])
def test_daemons_that_are_killed_again_and_again_post_each_entry_once(home: Path, count: int, kills: int) -> None:
    dice = random.Random(count)  # noqa: S311 -- a schedule of deaths that can be repeated is the point
    with closing(open_store(home / "onering.db")) as store:
        drafts, now = SqliteDrafts(store, SystemClock()), datetime.now(UTC)
        queue = SqliteQueue(store, machine())
        texts = [[f"Entry {number}, part {part}." for part in range(1 + number % 3)] for number in range(count)]
        made = [drafts.add("\n\n---\n\n".join(parts) + "\n") for parts in texts]
        due = [now + timedelta(seconds=dice.uniform(0, kills / 3)) for _ in made]
        queue.add([NewEntry("default", draft.id, at) for draft, at in zip(made, due, strict=True)], now)
        with service_process({**RULES, "duplicates": False}) as service:
            environment = guarded_environment({**service.variables, **WAITS})
            daemons = [daemon(environment) for _ in range(2)]
            for _ in range(kills):
                time.sleep(dice.uniform(0.2, 1.2))
                victim = dice.randrange(len(daemons))
                daemons[victim].kill()
                daemons[victim].wait()
                daemons[victim] = daemon(environment)
            ends_at = time.monotonic() + 120
            while queue.next_at(stamp(SystemClock())) is not None and time.monotonic() < ends_at:
                time.sleep(0.2)
            for process in daemons:
                process.terminate()
            # One that was started just now may not have got as far as hearing of it.
            assert {process.wait(60) for process in daemons} <= {0, -signal.SIGTERM}
            accepted = [post["text"] for post in service.tell("GET", "accepted")]
        states = [queue.get(entry.id).state for entry in queue.page(limit=1000, states=frozenset(EntryState))]
    assert len(accepted) == len(set(accepted))
    posted = states.count(EntryState.POSTED)
    print(f"{count} entries: {posted} posted, {states.count(EntryState.FAILED)} failed; {kills} kills of two daemons")
    assert posted + states.count(EntryState.FAILED) == count
    whole = sum(all(text in accepted for text in parts) for parts in texts)
    assert posted <= whole
    assert posted >= count * 0.9


def daemon(environment: dict[str, str]) -> subprocess.Popen[bytes]:
    """A daemon of its own."""
    return subprocess.Popen(
        program(["schedule", "run"]), env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
