"""How fast an archive comes in, how fast it is searched, and how near the search is to an exact one.

The texts are sentences of Python's own documentation, put together anew; ``ONERING_BENCH_TEXTS`` names a file of real
sentences, one a line, to measure recall and latency on those instead (DECISIONS.md says on which it was measured).
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from contextlib import closing
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from benchmarks.floors import ratio
from doubles.archives import texts, tweets, write_x_archive

from onering_cli.adapters.sqlite.corpus import SqliteCorpus
from onering_cli.adapters.sqlite.migrations import open_store
from onering_cli.adapters.sqlite.post_vectors import SqliteVectors
from onering_cli.adapters.sqlite.post_words import SqliteWords
from onering_cli.adapters.static_embedder import StaticEmbedder
from onering_cli.adapters.static_query import StaticQuery
from onering_cli.clock import SystemClock
from onering_cli.memory.embedding import Embedding
from onering_cli.memory.model import Post

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

pytestmark = pytest.mark.benchmark

ONERING = [str(Path(sys.executable).with_name("onering"))]
BEGIN = datetime(2015, 1, 1, tzinfo=UTC)
QUERIES = 100
HUNDRED_THOUSAND = 100_000


def sample(total: int) -> Iterator[str]:
    """So many texts, none twice: those of the file that was named, else made ones."""
    path = os.environ.get("ONERING_BENCH_TEXTS")
    if not path:
        yield from texts(total)
        return
    with Path(path).open(encoding="utf-8") as file:
        yield from islice((line.strip() for line in file), total)


@pytest.fixture(scope="module")
def home_with(tmp_path_factory: pytest.TempPathFactory) -> Callable[[int], Path]:
    """Homes whose memory holds so many posts, embedded; each made once."""
    made: dict[int, Path] = {}

    def make(total: int) -> Path:
        if total not in made:
            made[total] = tmp_path_factory.mktemp(f"memory-{total}")
            with closing(open_store(made[total] / "onering.db")) as store:
                store.connection.execute("PRAGMA synchronous = OFF")  # only while this is being made
                corpus = SqliteCorpus(store, SystemClock())
                source = corpus.source("bench", format_="jsonl", fingerprint=str(total)).id
                embedding = Embedding(StaticEmbedder(), SqliteVectors(store))
                posts = (
                    Post("x", "default", text, remote_id=str(n), published_at=BEGIN + timedelta(minutes=n))
                    for n, text in enumerate(sample(total))
                )
                while batch := list(islice(posts, 2_000)):
                    corpus.add(batch, source=source)
                    embedding.advance()
                embedding.finish()
                embedding.close()
                corpus.finish(source)
        return made[total]

    return make


def queries(total: int) -> list[str]:
    """Whole sentences and their first words, in turns, that are not among the first `total` texts as they stand."""
    found = list(islice(sample(total + QUERIES), total, total + QUERIES)) or list(texts(QUERIES, seed=2))
    return [text if number % 2 else " ".join(text.split()[:4]) for number, text in enumerate(found)]


def test_an_archive_of_a_hundred_thousand_posts_comes_in(tmp_path: Path) -> None:
    archive = write_x_archive(tmp_path / "x.zip", tweets(HUNDRED_THOUSAND))
    environment = {**os.environ, "ONERING_HOME": str(tmp_path / "home")}
    begin = time.perf_counter()
    process = subprocess.Popen([*ONERING, "memory", "import", str(archive)], env=environment)
    _, status, used = os.wait4(process.pid, 0)
    took_s = time.perf_counter() - begin
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0
    size = (tmp_path / "home" / "onering.db").stat().st_size
    print(
        f"\nimport, index and embed {HUNDRED_THOUSAND:,}: {took_s:.1f} s, {HUNDRED_THOUSAND / took_s:,.0f} posts/s (wanted 12,000); "
        f"processor {used.ru_utime + used.ru_stime:.1f} s; {used.ru_maxrss / 1024:.0f} MB of memory; "
        f"store {size / 1e6:.0f} MB (wanted 200)"
    )


@pytest.mark.parametrize(("way", "wanted"), [("--words", 9), ("--meaning", 22)], ids=["words", "meaning"])
def test_a_search_as_a_whole_process(home_with: Callable[[int], Path], way: str, wanted: int) -> None:
    environment = {**os.environ, "ONERING_HOME": str(home_with(HUNDRED_THOUSAND))}
    measured = ratio([*ONERING, "search", "class", "attribute", way], environment)
    print(f"\nsearch {way} at {HUNDRED_THOUSAND:,}: {measured:.1f} x bare (wanted {wanted})")


@pytest.mark.parametrize(("total", "wanted_ms"), [(HUNDRED_THOUSAND, 20), (1_000_000, 120)], ids=["100k", "1M"])
def test_a_search_by_meaning_in_process(home_with: Callable[[int], Path], total: int, wanted_ms: int) -> None:
    home, asked = home_with(total), queries(total)
    query, embedder = StaticQuery(), StaticEmbedder()
    with closing(open_store(home / "onering.db")) as store:
        index, words = SqliteVectors(store), SqliteWords(store)
        count = len(SqliteCorpus(store, SystemClock()))
        vectors = np.concatenate([embedder.embed(block) for block in _blocks(sample(count))])
        index.nearest(query.vector("warm"), limit=10)
        wall, processor, exact, shared, by_words = [], [], [], 0, []
        for text in asked:
            begin, spent = time.perf_counter(), time.process_time()
            found = index.nearest(query.vector(text), limit=10)
            wall.append(time.perf_counter() - begin)
            processor.append(time.process_time() - spent)
            mine = embedder.embed([text])[0]
            begin = time.perf_counter()
            likeness = vectors @ mine
            best = np.partition(likeness, -10)[-10]
            exact.append(time.perf_counter() - begin)
            # By likeness, not by number: of texts that are equally near any may be among the ten.
            shared += sum(likeness[int(one.remembered.post.remote_id)] >= best - 1e-6 for one in found)
            begin = time.perf_counter()
            words.with_words(text, limit=10)
            by_words.append(time.perf_counter() - begin)
    print(
        f"\nby meaning at {count:,}: median {statistics.median(wall) * 1e3:.1f} ms (wanted {wanted_ms}), "
        f"processor {statistics.median(processor) * 1e3:.1f} ms; an exact product in memory "
        f"{statistics.median(exact) * 1e3:.1f} ms; recall@10 {shared / 10 / len(asked):.3f} (wanted 0.95); "
        f"by words {statistics.median(by_words) * 1e3:.1f} ms, the slowest {max(by_words) * 1e3:.0f} ms"
    )


def test_generating_from_a_large_memory_costs_what_it_costs_from_a_small_one(
    home_with: Callable[[int], Path],
) -> None:
    command = [*ONERING, "generate", "--topic", "class attribute", "--posts", "2"]
    small, large = ({**os.environ, "ONERING_HOME": str(home_with(total))} for total in (1_000, 1_000_000))
    measured = ratio(command, large, floor=command, floor_environment=small, rounds=7)
    print(f"\ngenerate with 1,000,000 remembered posts: {measured:.2f} x with 1,000 (wanted 1.2)")


def _blocks(lines: Iterator[str]) -> Iterator[list[str]]:
    while block := list(islice(lines, 20_000)):
        yield block
