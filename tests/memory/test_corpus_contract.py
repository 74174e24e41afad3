"""What every `Corpus` promises."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from doubles.fake_clock import FakeClock

from onering_cli.adapters.sqlite.corpus import SqliteCorpus
from onering_cli.adapters.sqlite.migrations import open_store
from onering_cli.errors import UsageError
from onering_cli.memory.model import Added, Filter, Metrics, Post, PostKind, PostMedia

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from onering_cli.adapters.sqlite.connection import Store

DAY = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = open_store(tmp_path / "store.db")
    yield store
    store.close()


@pytest.fixture
def corpus(store: Store) -> SqliteCorpus:
    return SqliteCorpus(store, FakeClock())


@pytest.fixture
def source(corpus: SqliteCorpus) -> int:
    return corpus.source("archive.zip", format_="x", fingerprint="abc").id


def post(number: int, text: str = "", **others: object) -> Post:
    given: dict[str, object] = {
        "platform": "x",
        "account": "ann",
        "text": text or f"Post {number}",
        "remote_id": str(number),
        "published_at": DAY + timedelta(days=number),
        **others,
    }
    return Post(**given)  # type: ignore[arg-type]  # tests pass what a post takes


def texts(corpus: SqliteCorpus, which: Filter | None = None, **options: bool) -> list[str]:
    return [found.post.text for found in corpus.posts(which or Filter(), **options)]


def test_a_post_comes_back_as_it_was_published(corpus: SqliteCorpus, source: int) -> None:
    whole = post(
        1,
        "Grüße, 世界 🎉\nSecond line",
        kind=PostKind.REPLY,
        url="https://example.com/1",
        in_reply_to="99",
        language="de",
        media=(PostMedia("photo", "data/1.jpg", "A chart"),),
        published_at=datetime(1969, 7, 20, 20, 17, 40, 123000, tzinfo=UTC),
    )
    corpus.add([whole], source=source)
    (found,) = corpus.posts()
    assert found.post == whole
    assert corpus.get(found.id) == found


def test_what_is_known_by_its_remote_id_is_not_added_again(corpus: SqliteCorpus, source: int) -> None:
    assert corpus.add([post(1), post(2), post(1)], source=source) == Added(new=2, known=1)
    assert corpus.add([post(2, "Changed"), post(3)], source=source) == Added(new=1, known=1)
    assert texts(corpus) == ["Post 1", "Post 2", "Post 3"]
    assert len(corpus) == 3


def test_ids_of_different_platforms_do_not_meet(corpus: SqliteCorpus, source: int) -> None:
    assert corpus.add([post(1), post(1, platform="mastodon")], source=source).new == 2


def test_posts_without_ids_are_told_apart_by_account_time_and_text(corpus: SqliteCorpus, source: int) -> None:
    note = post(1, "A note", remote_id="", published_at=None)
    posts = [
        note,
        note,
        post(1, "A note", remote_id="", account="bob", published_at=None),
        post(2, "A note", remote_id=""),
    ]
    assert corpus.add(posts, source=source) == Added(new=3, known=1)


def test_posts_come_by_time_the_undated_first_and_in_pages(corpus: SqliteCorpus, source: int) -> None:
    corpus.add([post(n) for n in range(1200, 0, -1)], source=source)
    corpus.add([post(5000, "Undated", published_at=None)], source=source)
    ordered = ["Undated", *(f"Post {n}" for n in range(1, 1201))]
    assert texts(corpus) == ordered
    assert texts(corpus, newest_first=True) == ordered[::-1]
    assert [found.post.text for found in corpus.posts(limit=501)] == ordered[:501]


def test_filters_narrow_by_account_kind_and_time(corpus: SqliteCorpus, source: int) -> None:
    corpus.add(
        [post(1), post(2, account="bob"), post(3, kind=PostKind.REPLY), post(4), post(5, published_at=None)],
        source=source,
    )
    assert texts(corpus, Filter(account="ann", kinds=(PostKind.POST,))) == ["Post 5", "Post 1", "Post 4"]
    assert texts(corpus, Filter(since=DAY + timedelta(days=2), until=DAY + timedelta(days=4))) == ["Post 2", "Post 3"]
    assert texts(corpus, Filter(until=DAY + timedelta(days=2))) == ["Post 1"]


def test_the_same_text_is_found_whatever_its_case_marks_and_links(corpus: SqliteCorpus, source: int) -> None:
    corpus.add(
        [post(1, "Ship it, Friday! https://example.com/a"), post(2, "Ship it on Friday"), post(3, "🎉")], source=source
    )
    assert [found.post.remote_id for found in corpus.same_text("SHIP IT — friday")] == ["1"]
    assert corpus.same_text("🎉") == []
    assert corpus.same_text("Ship it Friday", Filter(account="bob")) == []


def test_answers_to_oneself_become_threads_in_whatever_order_they_came(corpus: SqliteCorpus, source: int) -> None:
    corpus.add(
        [
            post(3, in_reply_to="2", kind=PostKind.REPLY),
            post(9, in_reply_to="77", kind=PostKind.REPLY),
            post(1),
            post(10, in_reply_to="9", kind=PostKind.REPLY),
        ],
        source=source,
    )
    corpus.finish(source)
    assert {found.post.kind for found in corpus.posts()} == {PostKind.POST, PostKind.REPLY}
    corpus.add([post(2, in_reply_to="1", kind=PostKind.REPLY), post(20, in_reply_to="20")], source=source)
    corpus.finish(source)
    found = {part.post.remote_id: part for part in corpus.posts()}
    assert [(found[key].post.kind, found[key].position) for key in "123"] == [(PostKind.THREAD, n) for n in (1, 2, 3)]
    assert {found[key].thread_id for key in "123"} == {found["1"].id}
    assert found["9"].thread_id is found["10"].thread_id is found["20"].thread_id is None


def test_metrics_are_a_series_that_later_readings_add_to(corpus: SqliteCorpus, source: int, store: Store) -> None:
    corpus.add([post(1, metrics=Metrics(likes=1), metrics_at=DAY), post(2)], source=source)
    corpus.add([post(1, metrics=Metrics(likes=5, reposts=0), metrics_at=DAY + timedelta(days=1))], source=source)
    note = post(3, remote_id="", metrics=Metrics(bookmarks=2))
    corpus.add([note], source=source)
    with store.read() as connection:
        rows = connection.execute(
            "SELECT text, likes, reposts, bookmarks FROM post_metrics JOIN posts ON seq = post ORDER BY post, at_ms"
        ).fetchall()
    assert [tuple(row) for row in rows] == [
        ("Post 1", 1, None, None),
        ("Post 1", 5, 0, None),
        ("Post 3", None, None, 2),
    ]


def test_a_source_is_known_again_and_remembers_how_far_it_was_read(corpus: SqliteCorpus, source: int) -> None:
    corpus.add([post(1)], source=source, position=1)
    again = corpus.source("copy.zip", format_="x", fingerprint="abc")
    assert (again.id, again.position, again.finished) == (source, 1, False)
    corpus.finish(source)
    assert corpus.source("archive.zip", format_="x", fingerprint="abc").finished
    assert corpus.source("archive.zip", format_="x", fingerprint="abc", account="bob").id != source


def test_counts_are_told_by_account_and_kind(corpus: SqliteCorpus, source: int) -> None:
    corpus.add(
        [post(1), post(2), post(3, kind=PostKind.REPLY), post(4, account="bob", published_at=None)], source=source
    )
    ann, bob = corpus.counts()
    assert (ann.account, ann.kinds, ann.total) == ("ann", {"post": 2, "reply": 1}, 3)
    assert (ann.first_at, ann.last_at) == (DAY + timedelta(days=1), DAY + timedelta(days=3))
    assert (bob.total, bob.first_at, bob.last_at) == (1, None, None)


def test_halves_of_characters_and_nuls_do_not_stop_an_import(corpus: SqliteCorpus, source: int) -> None:
    corpus.add([post(1, "half \ud83d and \0 nul")], source=source)
    assert texts(corpus) == ["half ? and  nul"]


def test_an_unknown_number_is_a_usage_error(corpus: SqliteCorpus) -> None:
    with pytest.raises(UsageError, match="no post 7"):
        corpus.get(7)
