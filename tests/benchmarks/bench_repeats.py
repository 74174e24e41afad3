"""How looking for repeats grows with the memory: by words in process, and as a whole dry run against a bare interpreter.

``ONERING_BENCH_POSTS`` (100,000) is the larger memory; 1,000,000 takes some minutes to make.
"""

from __future__ import annotations

import os
import random
import statistics
import sys
import time
from contextlib import closing
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from pathlib import Path

import pytest
from benchmarks.floors import ratio

from onering_cli.adapters.sqlite.corpus import SqliteCorpus
from onering_cli.adapters.sqlite.migrations import open_store
from onering_cli.adapters.sqlite.published import SqlitePublished
from onering_cli.clock import SystemClock
from onering_cli.memory.model import Post
from onering_cli.memory.repeats import Tolerance, find_repeats

pytestmark = pytest.mark.benchmark

SMALL, LARGE = 1_000, int(os.environ.get("ONERING_BENCH_POSTS", "100000"))
ONERING = str(Path(sys.executable).with_name("onering"))
WORDS = [f"word{number}" for number in range(50_000)]
WEIGHTS = list(accumulate(1 / (number + 3) for number in range(len(WORDS))))  # as Zipf has it


def texts(count: int, seed: int) -> list[str]:
    chance = random.Random(seed)  # noqa: S311 -- made-up texts
    return [" ".join(chance.choices(WORDS, cum_weights=WEIGHTS, k=chance.randint(12, 40))) for _ in range(count)]


def fill(home: Path, count: int) -> Path:
    home.mkdir()
    now = datetime.now(UTC)
    with closing(open_store(home / "onering.db")) as store:
        store.connection.execute("PRAGMA synchronous = OFF")  # only while this is being made
        corpus = SqliteCorpus(store, SystemClock())
        source = corpus.source("bench", format_="jsonl", fingerprint="bench").id
        for start in range(0, count, 5_000):
            made = enumerate(texts(min(5_000, count - start), start), start)
            corpus.add(
                [
                    Post("x", "default", text, published_at=now - timedelta(minutes=number), remote_id=str(number + 1))
                    for number, text in made
                ],
                source=source,
            )
    return home


def median_ms(home: Path) -> float:
    """For a post whose words are common and which repeats nothing."""
    with closing(open_store(home / "onering.db")) as store:
        published = SqlitePublished(store, SystemClock())
        took = []
        for text in texts(200, seed=-1):
            begin = time.perf_counter()
            find_repeats(
                [text],
                published,
                account="default",
                platform="x",
                tolerance=Tolerance(),
                now=datetime.now(UTC),
            )
            took.append((time.perf_counter() - begin) * 1000)
        return statistics.median(took)


def test_looking_for_repeats_hardly_grows_with_the_memory(tmp_path: Path) -> None:
    few, many = fill(tmp_path / "few", SMALL), fill(tmp_path / "many", LARGE)
    draft = tmp_path / "thread.md"
    draft.write_text(texts(1, seed=-2)[0][:200] + ".\n", encoding="utf-8")
    ms = {home.name: median_ms(home) for home in (few, many)}
    print(f"\nby words, one post: {ms['few']:.2f} ms at {SMALL:,}, {ms['many']:.2f} ms at {LARGE:,} posts")
    for home in (few, many):
        environment = {**os.environ, "ONERING_HOME": str(home)}
        times = ratio([ONERING, "post", str(draft), "--dry-run"], environment)
        print(f"post --dry-run, {home.name}: {times:.1f} x python -c pass")
