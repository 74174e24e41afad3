"""What counts as saying again what was published, over the store and in the small."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from doubles.fake_clock import FakeClock
from hypothesis import given
from hypothesis import strategies as st

from onering_cli.adapters.sqlite.corpus import SqliteCorpus
from onering_cli.adapters.sqlite.migrations import open_store
from onering_cli.adapters.sqlite.published import SqlitePublished
from onering_cli.memory.model import Neighbour, Post, PostKind
from onering_cli.memory.repeats import Repeat, Sameness, Tolerance, find_repeats
from onering_cli.memory.sketches import SKETCH_SIZE, sketch
from onering_cli.text.likeness import resemblance

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from onering_cli.adapters.sqlite.connection import Store
    from onering_cli.memory.model import Filter

NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)
POST = "We measured our cache for a whole week and forty of a hundred reads were stale by more than an hour."
NEARLY = "We measured our cache for a whole week, and forty of a hundred reads were stale by more than a day!"
WORD = st.sampled_from([f"word{number}" for number in range(200)])


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with closing(open_store(tmp_path / "store.db")) as store:
        yield store


def remember(store: Store, *posts: Post) -> None:
    corpus = SqliteCorpus(store, FakeClock())
    corpus.add(posts, source=corpus.source("test", format_="jsonl", fingerprint="test").id)


def post(text: str = POST, number: int = 1, days_ago: float = 10, **others: object) -> Post:
    fields: dict[str, object] = {"platform": "x", "account": "me", "text": text, "remote_id": str(number)}
    return Post(**{**fields, "published_at": NOW - timedelta(days=days_ago), **others})  # type: ignore[arg-type]  # what a post takes


def repeats(store: Store, *texts: str, tolerance: Tolerance | None = None, **others: object) -> list[Repeat]:
    given = {"account": "me", "platform": "x", "now": NOW, "tolerance": tolerance or Tolerance(), **others}
    return list(find_repeats(texts, SqlitePublished(store, FakeClock()), **given))  # type: ignore[arg-type]  # by name


@pytest.mark.parametrize(
    ("text", "sameness"),
    [
        (POST, Sameness.EXACT),
        (POST.upper().replace(" ", "  ") + " 🎉", Sameness.EXACT),
        (NEARLY, Sameness.NEAR),
        (f"Once more: {POST}", Sameness.NEAR),
    ],
)
def test_a_post_that_says_it_again_is_found_with_what_it_repeats(store: Store, text: str, sameness: Sameness) -> None:
    remember(store, post(), post("Something else entirely was published on this day.", 2))
    (found,) = repeats(store, "A post that is new to all.", text)
    assert (found.index, found.sameness, found.published.post.remote_id) == (1, sameness, "1")
    assert 0.5 <= found.score <= 1.0


@pytest.mark.parametrize("text", ["", "🎉", "...", "We measured our cache once."])
def test_what_says_nothing_or_something_else_repeats_nothing(store: Store, text: str) -> None:
    remember(store, post(), post("🎉", 2), post("https://example.com", 3))
    assert repeats(store, text) == []


def test_the_same_words_about_another_link_are_not_the_same(store: Store) -> None:
    remember(store, post("New on the blog: https://example.com/first-things-last"))
    assert repeats(store, "New on the blog: https://example.com/a-ledger-of-all-the-rest") == []
    assert repeats(store, "New on the blog: https://example.com/first-things-last")[0].sameness is Sameness.EXACT


def test_the_closest_counts_and_of_equals_the_newest(store: Store) -> None:
    remember(store, post(NEARLY, 1, 3), post(POST, 2, 9), post(POST, 3, 5))
    assert repeats(store, POST)[0].published.post.remote_id == "3"


@pytest.mark.parametrize(
    "other",
    [
        {"account": "other"},
        {"platform": "mastodon"},
        {"kind": PostKind.NOTE},
        {"kind": PostKind.ARTICLE},
        {"days_ago": 181},
        {"published_at": None},
    ],
)
def test_only_what_the_account_published_there_of_late_counts(store: Store, other: dict[str, object]) -> None:
    remember(store, post(**other))  # type: ignore[arg-type]  # what a post takes
    assert repeats(store, POST) == []


def test_the_tolerance_is_the_accounts_own(store: Store) -> None:
    remember(store, post(days_ago=40))
    score = resemblance(NEARLY, POST)
    assert repeats(store, NEARLY, tolerance=Tolerance(near=score)) != []
    assert repeats(store, NEARLY, tolerance=Tolerance(near=score + 0.01)) == []
    assert repeats(store, POST, tolerance=Tolerance(days=39)) == []
    assert repeats(store, POST, tolerance=Tolerance(days=0)) == []


def test_what_the_same_run_published_is_no_repeat(store: Store) -> None:
    remember(store, post(), post(NEARLY, 2))
    assert repeats(store, POST, own=frozenset({"1", "2"})) == []
    assert repeats(store, POST, own=frozenset({"1"}))[0].published.post.remote_id == "2"


def test_meaning_is_asked_for_only_what_words_did_not_find(store: Store) -> None:
    remember(store, post(), post("Almost half of what readers got from us was out of date.", 2))
    (meant,) = [found for found in SqliteCorpus(store, FakeClock()).posts() if found.post.remote_id == "2"]
    asked: list[str] = []

    def nearest(texts: Sequence[str], which: Filter, limit: int) -> list[list[Neighbour]]:
        assert which.account == "me"
        assert limit >= 1
        asked.extend(texts)
        return [[Neighbour(meant, 0.95)] for _ in texts]

    texts = (POST, "Nearly fifty in a hundred readers were served old data.", "Too few words.")
    found = repeats(store, *texts, nearest=nearest)
    assert asked == [texts[1]]
    assert [(each.index, each.sameness) for each in found] == [(0, Sameness.EXACT), (1, Sameness.MEANING)]
    assert found[1].score == 0.95
    assert repeats(store, texts[1], nearest=nearest, tolerance=Tolerance(meaning=0.96)) == []


def test_what_the_sketch_missed_and_meaning_found_is_told_by_its_words(store: Store) -> None:
    remember(store, post(NEARLY))
    (there,) = SqliteCorpus(store, FakeClock()).posts()
    with store.write() as connection:
        connection.execute("DELETE FROM post_sketches")
    assert repeats(store, POST) == []
    (found,) = repeats(store, POST, nearest=lambda texts, _which, _limit: [[Neighbour(there, 0.99)] for _ in texts])
    assert (found.sameness, found.score) == (Sameness.NEAR, resemblance(POST, NEARLY))


def test_a_phrase_of_thousands_of_posts_costs_no_more_than_one_of_hundreds(store: Store) -> None:
    remember(store, *(post("Good morning from the harbour, everyone!", number, 1) for number in range(3000)))
    reads = 0

    def count() -> int:
        nonlocal reads
        reads += 1
        return 0

    store.connection.set_progress_handler(count, 100)
    assert repeats(store, "Good morning from the harbour, everyone, and good night!") != []
    store.connection.set_progress_handler(None, 0)
    assert reads * 100 < 400_000


def test_forgotten_posts_are_no_longer_found(store: Store) -> None:
    remember(store, post())
    with store.write() as connection:
        connection.execute("DELETE FROM post_metrics")
        connection.execute("DELETE FROM posts")
    assert repeats(store, POST) == []


@given(st.lists(WORD, min_size=20, max_size=60), st.data())
def test_near_copies_share_their_sketch(said: list[str], data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(said) - 1))
    changed = [*said[:place], "changed", *said[place + 1 :]]
    one, other = sketch(" ".join(said)), sketch(" ".join(changed))
    assert len(one) <= SKETCH_SIZE
    assert one == sorted(set(one))
    # One word changes three shingles at most, so that at least half of a full sketch stays in common.
    assert len(set(one) & set(other)) >= min(len(one), SKETCH_SIZE) - 3


@given(st.text(max_size=80))
def test_any_text_has_a_sketch_of_whole_numbers(text: str) -> None:
    assert all(0 <= shingle < 1 << 32 for shingle in sketch(text))
