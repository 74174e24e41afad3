"""An import that is killed, that meets another, a full disk or a growing file; and the way out and in again."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from doubles.archives import tweets, write_x_archive
from doubles.program import guarded_environment, program
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from onering_cli.adapters.archives.opening import open_archive
from onering_cli.adapters.sqlite.connection import Store
from onering_cli.adapters.sqlite.corpus import SqliteCorpus
from onering_cli.adapters.sqlite.migrations import open_store
from onering_cli.clock import SystemClock
from onering_cli.errors import ExitCode, StoreError
from onering_cli.memory.exporting import lines
from onering_cli.memory.importing import import_archive
from onering_cli.memory.model import EVERYTHING, UNTOLD, Metrics, Post, PostKind, PostMedia

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from doubles.program import Result

    Run = Callable[..., Result]

POSTS = 6_000
PATIENCE_S = 120


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_x_archive(tmp_path_factory.mktemp("archive") / "x.zip", tweets(POSTS))


def exported(store: Store) -> list[dict[str, Any]]:
    return list(lines(SqliteCorpus(store, SystemClock()), EVERYTHING))


@pytest.fixture(scope="module")
def whole(archive: Path, tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """What an import that nothing disturbs remembers."""
    with closing(open_store(tmp_path_factory.mktemp("whole") / "onering.db")) as store:
        take_in(store, archive)
        return exported(store)


def take_in(store: Store, path: Path, on_progress: Callable[..., None] = lambda *_: None) -> Any:
    return import_archive(
        open_archive(path, account="default"), SqliteCorpus(store, SystemClock()), on_progress, account="default"
    )


def import_process(archive: Path) -> subprocess.Popen[bytes]:
    command = program(["memory", "import", archive])
    return subprocess.Popen(command, env=guarded_environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def wait_for_the_first_batch(home: Path) -> None:
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end:
        try:
            with closing(Store(home / "onering.db", read_only=True)) as store, store.read() as connection:
                if connection.execute("SELECT count(*) FROM posts").fetchone()[0]:
                    return
        except StoreError:
            pass  # it is only being made
        os.sched_yield()
    raise AssertionError("nothing came in")


@pytest.mark.parametrize("signal_", [signal.SIGKILL, signal.SIGINT])
def test_an_import_that_was_stopped_goes_on_where_it_was(
    onering: Run, home: Path, archive: Path, whole: list[dict[str, Any]], signal_: signal.Signals
) -> None:
    process = import_process(archive)
    wait_for_the_first_batch(home)
    process.send_signal(signal_)
    code = process.wait(PATIENCE_S)
    assert code in ({-signal.SIGKILL} if signal_ is signal.SIGKILL else {ExitCode.INTERRUPTED, ExitCode.DONE})
    (report,) = onering("memory", "import", archive, "--json").json["archives"]
    assert report["resumed_at"] >= 2_000 or report["unchanged"]
    assert report["known"] == 0
    with closing(open_store(home / "onering.db")) as store:
        assert exported(store) == whole
    assert onering("memory", "stats", "--json").json["pending"] == 0


def test_two_imports_at_once_take_everything_in_once(
    home: Path, onering: Run, archive: Path, whole: list[dict[str, Any]]
) -> None:
    processes = [import_process(archive) for _ in range(2)]
    assert [process.wait(PATIENCE_S) for process in processes] == [0, 0]
    with closing(open_store(home / "onering.db")) as store:
        assert exported(store) == whole
    assert onering("memory", "stats", "--json").json["pending"] == 0


def test_a_full_disk_loses_nothing(tmp_path: Path, archive: Path, whole: list[dict[str, Any]]) -> None:
    with closing(open_store(tmp_path / "onering.db")) as store:
        store.connection.execute("PRAGMA max_page_count = 600")
        with pytest.raises(StoreError, match="full"):
            take_in(store, archive)
        before = len(exported(store))
        assert 0 < before < len(whole)
        store.connection.execute("PRAGMA max_page_count = 1000000")
        report = take_in(store, archive)
        assert (report.new, report.known) == (len(whole) - before, 0)
        assert exported(store) == whole


def test_a_file_that_grows_while_it_is_read_is_read_to_its_end(tmp_path: Path) -> None:
    path = tmp_path / "posts.jsonl"
    padding = "and so on " * 30
    path.write_text("".join(json.dumps({"id": str(n), "text": f"{n} {padding}"}) + "\n" for n in range(5_000)))
    grown: list[int] = []

    def grow(_archive: object, entries: int) -> None:
        if not grown:
            grown.append(entries)
            with path.open("a") as file:
                file.write('{"id": "new", "text": "Late"}\n')

    with closing(open_store(tmp_path / "onering.db")) as store:
        assert take_in(store, path, grow).new == 5_001
        again = take_in(store, path)
        assert (again.new, again.known) == (0, 5_001)


# --- Out and in again

SOUND = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=40)
COUNTS = st.none() | st.integers(0, 1 << 40)
MOMENTS = st.datetimes(datetime(1900, 1, 1), datetime(2100, 1, 1)).map(  # noqa: DTZ001 - the zone comes next
    lambda moment: moment.replace(microsecond=moment.microsecond // 1000 * 1000, tzinfo=UTC)
)
METRICS = st.builds(
    Metrics, likes=COUNTS, reposts=COUNTS, replies=COUNTS, quotes=COUNTS, impressions=COUNTS, bookmarks=COUNTS
)
MEDIA = st.builds(PostMedia, st.sampled_from(["photo", "video"]), SOUND.filter(bool), SOUND)
POST = st.builds(
    Post,
    platform=st.sampled_from(["x", "mastodon", "bluesky", "notes"]),
    account=SOUND.filter(bool),
    text=SOUND.filter(lambda text: bool(text.strip())),
    kind=st.sampled_from([kind for kind in PostKind if kind is not PostKind.THREAD]),
    published_at=st.none() | MOMENTS,
    remote_id=st.integers(0, 30).map(str) | st.just(""),
    url=SOUND,
    in_reply_to=st.integers(0, 30).map(str) | st.just(""),
    language=st.sampled_from(["", "en", "de"]),
    media=st.lists(MEDIA, max_size=2).map(tuple),
    metrics=METRICS | st.just(UNTOLD),
    metrics_at=MOMENTS,
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(POST, max_size=12), st.timedeltas(timedelta(0), timedelta(days=900)))
def test_what_is_exported_comes_back_exactly(
    tmp_path_factory: pytest.TempPathFactory, posts: list[Post], later: timedelta
) -> None:
    folder = tmp_path_factory.mktemp("round")
    with closing(open_store(folder / "one.db")) as one, closing(open_store(folder / "other.db")) as other:
        corpus = SqliteCorpus(one, SystemClock())
        source = corpus.source("a", format_="jsonl", fingerprint="a").id
        corpus.add(posts, source=source)
        at = datetime(2101, 1, 1, tzinfo=UTC) + later
        known = [post for post in posts if post.remote_id]
        again = [replace(post, metrics=Metrics(likes=7), metrics_at=at) for post in known]
        corpus.add(again, source=source)
        corpus.finish(source)
        first = exported(one)
        (folder / "posts.jsonl").write_text("".join(json.dumps(line) + "\n" for line in first), encoding="utf-8")
        if first:
            assert take_in(other, folder / "posts.jsonl").new == len(first)
        assert exported(other) == first
