"""What the engine and its journal add to a thread, and whether a long history slows the next one down."""

from __future__ import annotations

import statistics
import time
from typing import TYPE_CHECKING

import pytest
from doubles.threads import Machine, machine, proposal, thread

from onering_cli.adapters.sqlite.journal import SqliteJournal
from onering_cli.adapters.sqlite.migrations import open_store
from onering_cli.publishing.rules import PublishingSettings

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from onering_cli.adapters.sqlite.connection import Store

pytestmark = pytest.mark.benchmark

SEGMENTS = 25
THREADS = 30
HISTORY = 100_000


@pytest.fixture
def stage_with(tmp_path: Path) -> Callable[[int], Machine]:
    """A machine whose store holds so many runs that are done, of two segments each."""

    def make(runs: int) -> Machine:
        store = open_store(tmp_path / f"{runs}.db")
        fill(store, runs)
        settings = PublishingSettings(threads_per_hour=1_000_000)
        return machine(journal=lambda clock: SqliteJournal(store, clock), settings=settings)

    return make


def fill(store: Store, runs: int) -> None:
    """History, copied within the store from one run that was really published."""
    stage = machine(journal=lambda clock: SqliteJournal(store, clock))
    stage.publish(proposal(thread("once upon", "a time"), name="draft:0"))
    with store.write() as connection:
        connection.execute("CREATE TEMP TABLE more AS SELECT * FROM runs")
        connection.execute("CREATE TEMP TABLE parts AS SELECT * FROM segments")
        connection.execute(
            """
            WITH RECURSIVE n (n) AS (SELECT 2 UNION ALL SELECT n + 1 FROM n WHERE n < ?)
            INSERT INTO runs SELECT n, printf('%010d', n), account, 'draft:' || n, 'key' || n, payload_hash, form,
                reply_to_id, strict, status, rolling_back, spent_usd_milli, reserved_month, reserved_usd_milli,
                warnings, strftime('%Y-%m-%dT%H:%M:%fZ', created_at, '-' || (n * 13) || ' minutes'), updated_at, fence,
                lease_owner, lease_wall_s, lease_steady_s, lease_s
            FROM n, more
            """,
            (runs,),
        )
        connection.execute(
            """
            INSERT INTO segments SELECT runs.seq, position, state, reason, detail, uploads, parts.key, watermark,
                attempt, attempted_wall_s, attempted_steady_s, unanswered, looks, tries, pause_wall_s, pause_steady_s,
                pause_s, runs.seq || remote_id, url, parts.payload_hash, likeness || runs.seq, weight, cost_usd_milli,
                payload
            FROM runs, parts WHERE runs.seq > 1
            """
        )


def posting_s(stage: Machine, number: int) -> float:
    """How long one thread takes."""
    stage.platform.posts.clear()
    wanted = proposal(thread(*(f"{number} {part}" for part in range(SEGMENTS))), name=f"draft:new{number}")
    begin = time.perf_counter()
    stage.publish(wanted)
    return time.perf_counter() - begin


def bare_s(stage: Machine, number: int) -> float:
    """How long its create calls take alone."""
    stage.platform.posts.clear()
    wanted = proposal(thread(*(f"{number} {part}" for part in range(SEGMENTS))))
    begin = time.perf_counter()
    parent_id = ""
    for segment in wanted.segments:
        stage.destination.create(segment.payload, parent_id=parent_id, media_ids=(), key="")
        parent_id = stage.platform.posts[-1].remote_id
    return time.perf_counter() - begin


def test_a_segment_costs_a_few_milliseconds(stage_with: Callable[[int], Machine]) -> None:
    stage = stage_with(1)
    pairs = [(posting_s(stage, number), bare_s(stage, number)) for number in range(THREADS)]
    added_ms = statistics.median((posting - bare) / SEGMENTS * 1000 for posting, bare in pairs)
    print(f"\nadded by the engine and a FULL journal: {added_ms:.2f} ms a segment (wanted 5)")
    assert added_ms <= 5


def test_a_long_history_does_not_slow_the_next_thread(stage_with: Callable[[int], Machine]) -> None:
    short, long = stage_with(1), stage_with(HISTORY)
    pairs = [(posting_s(short, number), posting_s(long, number)) for number in range(THREADS)]
    ratio = statistics.median(after for _, after in pairs) / statistics.median(before for before, _ in pairs)
    print(f"\nafter {HISTORY:,} runs the next thread takes {ratio:.2f} x as long (wanted 1.2)")
    assert ratio <= 1.2
