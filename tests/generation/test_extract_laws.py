"""Laws of the extractive writer that hold for whatever readings it is given."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from doubles.hash_embedder import HashEmbedder
from doubles.material import reading_of
from hypothesis import given, settings
from hypothesis import strategies as st

from onering_cli.errors import UsageError
from onering_cli.generation.extract import ExtractWriter
from onering_cli.generation.model import BlockKind, Brief, Delta, DraftedPost, Fault, Gate
from onering_cli.text.weights import weigh

if TYPE_CHECKING:
    from collections.abc import Iterable

    from onering_cli.generation.model import Material, Reading

WORDS = (
    *(
        "harbour",
        "ferry",
        "crew",
        "bread",
        "oven",
        "tide",
        "rock",
        "lighthouse",
        "winter",
        "captain",
        "ticket",
        "engine",
    ),
    *(
        "SQLite",
        "Anna",
        "42",
        "1,840",
        "runs",
        "keeps",
        "sees",
        "is",
        "was",
        "never",
        "always",
        "the",
        "a",
        "an",
        "and",
    ),
    *(
        "it",
        "this",
        "they",
        "However,",
        "but",
        "for example;",
        "(again)",
        "“quoted”",
        "see below",
        "https://example.com",
    ),
)
ENDS = (".", ".", ".", "!", "?", ":", ";", "", "。")

sentences = st.one_of(
    st.builds(
        lambda words, end: " ".join(words).capitalize() + end,
        st.lists(st.sampled_from(WORDS), min_size=1, max_size=40),
        st.sampled_from(ENDS),
    ),
    st.text(min_size=1, max_size=60).map(lambda text: " ".join(text.split())).filter(bool),
)
headings = st.lists(
    st.sampled_from(["tidepool", "Why", "1.2.0 (2025-01-01)", "Fixed", "License", "Installation"]), max_size=3
).map(tuple)
blocks = st.tuples(st.sampled_from(list(BlockKind)), headings, st.lists(sentences, min_size=1, max_size=5).map(tuple))


@st.composite
def briefs(draw: st.DrawFn) -> Brief:
    made: list[tuple[Material, Reading]] = [
        reading_of(
            *draw(st.lists(blocks, max_size=8)),
            title=draw(st.sampled_from(["", "tidepool", "Why we left the harbour for good", "README"])),
            language=draw(st.sampled_from(["en", "de", "", "ja"])),
            material=number,
        )
        for number in range(draw(st.integers(1, 3)))
    ]
    return Brief(
        topic=draw(st.sampled_from(["", "bread", "the ferry in winter"])),
        materials=tuple(material for material, _ in made),
        readings=tuple(reading for _, reading in made),
        posts=draw(st.sampled_from([None, None, 1, 2, 3, 5, 12])),
        limit_weight=draw(st.sampled_from([280, 280, 120, 60])),
        variant=draw(st.sampled_from([0, 0, 0, 1, 2])),
        language=draw(st.sampled_from(["en", ""])),
    )


def written(brief: Brief, told: list[Delta] | None = None) -> tuple[DraftedPost, ...] | None:
    writer = ExtractWriter(HashEmbedder())
    emit = (lambda _: None) if told is None else told.append
    try:
        return writer.write(brief, writer.outline(brief), emit)
    except UsageError:
        return None


def letters(texts: Iterable[str]) -> str:
    return re.sub(r"\W+", "", "".join(texts)).casefold()


def is_left_out_of(short: str, long: str) -> bool:
    """Whether `short` is `long` with something left out, nothing added and nothing moved."""
    rest = iter(long)
    return all(character in rest for character in short)


@settings(max_examples=50, deadline=None)
@given(brief=briefs())
def test_every_post_fits_and_their_number_is_the_one_asked_for(brief: Brief) -> None:
    posts = written(brief)
    if posts is None:
        return
    assert posts
    assert all(post.text.strip() and weigh(post.text) <= brief.limit_weight for post in posts)
    assert brief.posts is None or len(posts) == brief.posts


@settings(max_examples=50, deadline=None)
@given(brief=briefs())
def test_posts_are_made_of_the_sources_own_sentences_in_its_order(brief: Brief) -> None:
    told: list[Delta] = []
    posts = written(brief, told)
    if posts is None:
        return
    assert posts
    named = {
        word
        for reading in brief.readings
        for heading in (reading.title, *(part for sentence in reading.sentences for part in sentence.headings))
        for word in re.findall(r"\w+", heading)
    }
    placed = {sentence.span: sentence.text for reading in brief.readings for sentence in reading.sentences}
    for number, post in enumerate(posts):
        pieces = [delta.text for delta in told if delta.post == number]
        assert "".join(pieces) == post.text
        source = letters(placed[span] for span in post.spans)
        assert any(
            set(re.findall(r"\w+", "".join(pieces[:own]))) <= named and is_left_out_of(letters(pieces[own:]), source)
            for own in range(3)  # a title and a list's label at most stand before the sentences
        )
    spans = [span for post in posts for span in post.spans]
    assert spans == sorted(spans)


@settings(max_examples=25, deadline=None)
@given(brief=briefs())
def test_the_same_brief_gives_the_same_thread(brief: Brief) -> None:
    assert written(brief) == written(replace(brief))


@settings(max_examples=25, deadline=None)
@given(brief=briefs(), data=st.data())
def test_revising_changes_only_faulty_posts_and_never_breaks_the_limit(brief: Brief, data: st.DataObject) -> None:
    posts = written(brief)
    if posts is None:
        return
    assert posts
    faulty = data.draw(st.sets(st.integers(0, len(posts) - 1), max_size=3))
    faults = [Fault(Gate.REPEAT, number, "said before") for number in sorted(faulty)]
    revised = ExtractWriter(HashEmbedder()).revise(brief, posts, faults, lambda _: None)
    assert len(revised) == len(posts)
    assert all(revised[number] == post for number, post in enumerate(posts) if number not in faulty)
    assert all(weigh(post.text) <= brief.limit_weight for post in revised)


@pytest.mark.slow
@settings(max_examples=2_000, deadline=None)
@given(brief=briefs())
def test_no_brief_ends_in_anything_but_a_thread_or_a_refusal(brief: Brief) -> None:
    posts = written(brief)
    assert posts is None or all(weigh(post.text) <= brief.limit_weight for post in posts)
