"""What the engine and its journal add to a thread, and whether a long history slows the next one down."""

from __future__ import annotations

import statistics
import time
from typing import TYPE_CHECKING

import pytest
import tweepy
from doubles.fake_x import FakeX
from doubles.threads import Machine, machine, proposal, thread
from doubles.x_client import CREDENTIALS, destination

from onering_cli.adapters.sqlite.journal import SqliteJournal
from onering_cli.adapters.sqlite.migrations import open_store
from onering_cli.adapters.x.transport import TWEEPY_BASE
from onering_cli.publishing.rules import PublishingSettings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from onering_cli.adapters.sqlite.connection import Store

pytestmark = pytest.mark.benchmark

SEGMENTS = 10
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


@pytest.fixture
def service() -> Iterator[FakeX]:
    """An X on loopback that lets everything through."""
    with FakeX() as running:
        running.world.rules.duplicates = False
        running.world.rules.create_limit = running.world.rules.create_limit_24h = 1_000_000
        yield running


def bare_client(service: FakeX) -> tweepy.Client:
    """What a script would use: tweepy as it comes, but for where it sends its calls."""
    client = tweepy.Client(
        consumer_key=CREDENTIALS.consumer_key,
        consumer_secret=CREDENTIALS.consumer_secret,
        access_token=CREDENTIALS.access_token,
        access_token_secret=CREDENTIALS.access_token_secret,
    )
    request = client.session.request
    client.session.request = lambda method, url, **rest: request(method, url.replace(TWEEPY_BASE, service.base), **rest)
    return client


def tweepy_s(client: tweepy.Client, number: int) -> float:
    """How long a thread takes with tweepy alone."""
    begin = time.perf_counter()
    parent_id = None
    for part in range(SEGMENTS):
        answer = client.create_tweet(text=f"bare {number} {part}", in_reply_to_tweet_id=parent_id)
        parent_id = answer.data["id"]
    return time.perf_counter() - begin


def test_a_segment_costs_a_few_milliseconds_more_than_with_tweepy_alone(
    stage_with: Callable[[int], Machine], service: FakeX
) -> None:
    stage = stage_with(1)
    stage.destination = destination(service)  # type: ignore[assignment]  # the real one, on loopback
    client = bare_client(service)
    pairs = [(posting_s(stage, number), tweepy_s(client, number)) for number in range(THREADS)]
    added_ms = statistics.median((ours - bare) / SEGMENTS * 1000 for ours, bare in pairs)
    least_ms = (min(ours for ours, _ in pairs) - min(bare for _, bare in pairs)) / SEGMENTS * 1000
    print(f"\nadded to tweepy, with a FULL journal: {added_ms:.1f} ms a segment, at best {least_ms:.1f} (wanted 5)")


def test_a_long_history_does_not_slow_the_next_thread(stage_with: Callable[[int], Machine]) -> None:
    short, long = stage_with(1), stage_with(HISTORY)
    pairs = [(posting_s(short, number), posting_s(long, number)) for number in range(THREADS)]
    ratio = statistics.median(after for _, after in pairs) / statistics.median(before for before, _ in pairs)
    print(f"\nafter {HISTORY:,} runs the next thread takes {ratio:.2f} x as long (wanted 1.2)")
