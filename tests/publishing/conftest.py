"""Machines to publish on, each with a journal in memory and with one in a real store."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from doubles.memory_journal import MemoryJournal
from doubles.threads import Machine, machine

from onering_cli.adapters.sqlite.journal import SqliteJournal
from onering_cli.adapters.sqlite.migrations import open_store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from onering_cli.adapters.sqlite.connection import Store
    from onering_cli.clock import Clock
    from onering_cli.publishing.model import Run
    from onering_cli.publishing.ports import Journal

    MakeJournal = Callable[..., Journal]


@pytest.fixture(params=["memory", "store"])
def make_journal(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[MakeJournal]:
    """A journal of either kind, given a clock and subscribers."""
    stores: list[Store] = []

    def make(clock: Clock, subscribers: Sequence[Callable[[Run], None]] = ()) -> Journal:
        if request.param == "memory":
            return MemoryJournal(clock, subscribers)
        stores.append(open_store(tmp_path / "onering.db"))
        return SqliteJournal(stores[-1], clock, subscribers)

    yield make
    for store in stores:
        store.close()


@pytest.fixture
def make_machine(make_journal: MakeJournal) -> Callable[..., Machine]:
    """A machine with a journal of either kind."""

    def make(**ways: object) -> Machine:
        return machine(journal=make_journal, **ways)  # type: ignore[arg-type]  # the tests name parameters of machine

    return make


@pytest.fixture
def stage(make_machine: Callable[..., Machine]) -> Machine:
    """A machine on which nothing has been published yet."""
    return make_machine()
