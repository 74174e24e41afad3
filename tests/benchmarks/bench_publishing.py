"""What the engine and its journal add to a thread, and whether a long history slows the next one down."""

from __future__ import annotations

import statistics
import time
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import pytest
import tweepy
from doubles.service_process import Service, service_process
from doubles.threads import Machine, MemoryFiles, machine, proposal, thread
from doubles.x_client import CREDENTIALS

from onering_cli.adapters.log_file import close_log, open_log
from onering_cli.adapters.posting_log import PostingLog
from onering_cli.adapters.sqlite.journal import SqliteJournal
from onering_cli.adapters.sqlite.migrations import open_store
from onering_cli.adapters.x.destination import XDestination
from onering_cli.adapters.x.session import OAuth1Signer, Session
from onering_cli.adapters.x.transport import TWEEPY_BASE, Transport
from onering_cli.clock import SystemClock
from onering_cli.publishing.drive import Parts
from onering_cli.publishing.engine import Engine
from onering_cli.publishing.model import RunStatus, status_of
from onering_cli.publishing.ports import Unwatched
from onering_cli.publishing.rules import PublishingSettings, X

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


@dataclass(frozen=True, slots=True)
class Cost:
    """What a segment took, in milliseconds: of the clock, and of this process's processor time."""

    wall_ms: float
    cpu_ms: float


@pytest.fixture
def service() -> Iterator[Service]:
    """An X on loopback, in a process of its own, that lets everything through."""
    with service_process({"duplicates": False, "create_limit": 10**6, "create_limit_24h": 10**7}) as running:
        yield running


def bare_client(base: str) -> tweepy.Client:
    """What a script would use: tweepy as it comes, but for where it sends its calls."""
    client = tweepy.Client(
        consumer_key=CREDENTIALS.consumer_key,
        consumer_secret=CREDENTIALS.consumer_secret,
        access_token=CREDENTIALS.access_token,
        access_token_secret=CREDENTIALS.access_token_secret,
    )
    request = client.session.request
    client.session.request = lambda method, url, **rest: request(method, url.replace(TWEEPY_BASE, base), **rest)
    return client


def bare_thread(client: tweepy.Client, number: int) -> None:
    """A thread with tweepy alone."""
    parent_id = None
    for part in range(SEGMENTS):
        answer = client.create_tweet(text=f"bare {number} {part}", in_reply_to_tweet_id=parent_id)
        parent_id = answer.data["id"]


def our_engine(base: str, folder: Path) -> Engine:
    """Everything that `onering post` uses: the store with FULL commits, the log, the real destination."""
    session = Session(Transport(base, connect_timeout_s=10, read_timeout_s=60), OAuth1Signer(CREDENTIALS))
    target = XDestination(session, clock=SystemClock(), user_id=CREDENTIALS.user_id, username="me")
    return Engine(
        Parts(
            journal=SqliteJournal(open_store(folder / "onering.db"), SystemClock()),
            destination=target,
            files=MemoryFiles(),
            clock=SystemClock(),
            settings=PublishingSettings(threads_per_hour=1_000_000),
            platform=X,
            watcher=PostingLog(open_log(folder), Unwatched()),
        )
    )


def our_thread(engine: Engine, number: int) -> None:
    """The same thread with all that is promised of it."""
    wanted = proposal(thread(*(f"ours {number} {part}" for part in range(SEGMENTS))), name=f"draft:{number}")
    assert status_of(engine.publish(wanted)) is RunStatus.POSTED


def two_commits(store: Store, number: int) -> None:
    """What the disk takes of a thread at the least: two durable commits a segment."""
    for part in range(SEGMENTS):
        for state in ("sending", "sent"):
            with store.write() as connection:
                connection.execute("INSERT INTO floor VALUES (?)", (f"{number} {part} {state}",))


def cost_of(work: Callable[[], None]) -> Cost:
    """What a segment costs when a whole thread is done."""
    wall_s, cpu_s = time.perf_counter(), time.process_time()
    work()
    return Cost((time.perf_counter() - wall_s) * 1000 / SEGMENTS, (time.process_time() - cpu_s) * 1000 / SEGMENTS)


def test_a_segment_costs_a_few_milliseconds_more_than_with_tweepy_alone(tmp_path: Path, service: Service) -> None:
    """Threads take turns, so that whatever else the machine does strikes both alike."""
    client, engine = bare_client(service.document["base"]), our_engine(service.document["base"], tmp_path)
    floor = open_store(tmp_path / "floor.db")
    floor.connection.execute("CREATE TABLE floor (line TEXT)")
    bare, ours, disk = [], [], []
    for number in range(THREADS):
        bare.append(cost_of(partial(bare_thread, client, number)))
        ours.append(cost_of(partial(our_thread, engine, number)))
        disk.append(cost_of(partial(two_commits, floor, number)))
    close_log()
    added = [mine.wall_ms - theirs.wall_ms for mine, theirs in zip(ours, bare, strict=True)]
    cpu = [mine.cpu_ms - theirs.cpu_ms for mine, theirs in zip(ours, bare, strict=True)]
    print(
        f"\nadded to tweepy, with a FULL journal: {statistics.median(added):.1f} ms a segment at the median (wanted 5), "
        f"{statistics.quantiles(added, n=10)[0]:.1f} at the first decile; {statistics.median(cpu):.1f} of them processor time"
        f"\ntweepy alone {statistics.median(each.wall_ms for each in bare):.1f} ms, "
        f"two commits alone {statistics.median(each.wall_ms for each in disk):.1f} ms a segment"
    )


def test_a_long_history_does_not_slow_the_next_thread(stage_with: Callable[[int], Machine]) -> None:
    short, long = stage_with(1), stage_with(HISTORY)
    pairs = [(posting_s(short, number), posting_s(long, number)) for number in range(THREADS)]
    ratio = statistics.median(after for _, after in pairs) / statistics.median(before for before, _ in pairs)
    print(f"\nafter {HISTORY:,} runs the next thread takes {ratio:.2f} x as long (wanted 1.2)")
