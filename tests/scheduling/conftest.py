"""Queues and slots of both kinds, for one set of promises."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from doubles.fake_clock import FakeClock
from doubles.memory_drafts import MemoryDrafts
from doubles.memory_queue import MemoryQueue, MemorySlots
from doubles.schedule_stage import Stage
from doubles.threads import machine

from onering_cli.adapters.sqlite.journal import SqliteJournal
from onering_cli.adapters.sqlite.migrations import open_store
from onering_cli.adapters.sqlite.queue import SqliteQueue
from onering_cli.adapters.sqlite.slots import SqliteSlots

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from onering_cli.adapters.sqlite.connection import Store
    from onering_cli.scheduling.ports import Queue, Slots


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with closing(open_store(tmp_path / "queue.db")) as opened:
        yield opened


@pytest.fixture(params=["memory", "store"])
def queue(request: pytest.FixtureRequest) -> Queue:
    if request.param == "memory":
        return MemoryQueue("here")
    return SqliteQueue(request.getfixturevalue("store"), "here")


@pytest.fixture(params=["memory", "store"])
def slots(request: pytest.FixtureRequest) -> Slots:
    return MemorySlots() if request.param == "memory" else SqliteSlots(request.getfixturevalue("store"))


@pytest.fixture
def stage(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Stage]:
    """A schedule in a real store, with its journal."""
    with closing(open_store(tmp_path / "stage.db")) as opened:
        made = machine(journal=lambda clock: SqliteJournal(opened, clock))
        yield Stage(made, SqliteQueue(opened, "here"), MemoryDrafts(made.clock))
