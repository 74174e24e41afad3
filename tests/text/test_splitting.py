"""Splitting loses nothing, fits, and cuts where a reader would pause."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onering_cli.errors import UsageError
from onering_cli.text.splitting import number, numbering_weight, split
from onering_cli.text.weights import weigh

PIECES = st.sampled_from(
    (
        *("word", "Sentence.", "Why?", "clause,", "缓存。", "👩‍💻", "@user", "#tag"),
        *("a.com/path", "https://example.com/x", "\n\n", "\n"),
    )
)
TEXTS = st.lists(PIECES, max_size=120).map(" ".join)


@settings(max_examples=60, deadline=None)
@given(TEXTS, st.sampled_from((60, 140, 280)), st.booleans())
def test_nothing_but_white_space_is_lost_and_every_post_fits(text: str, limit: int, numbered: bool) -> None:
    posts = split(text, limit_weight=limit, numbered=numbered)
    assert all(weigh(post) <= limit for post in posts)
    if numbered and len(posts) > 1:
        posts = tuple(post.removesuffix(f" {index}/{len(posts)}") for index, post in enumerate(posts, start=1))
    assert "".join("".join(posts).split()) == "".join(text.split())


@given(st.lists(st.text(min_size=1), max_size=120))
def test_numbers_take_no_more_than_was_set_aside(posts: list[str]) -> None:
    numbered = number(posts)
    for index, (before, after) in enumerate(zip(posts, numbered, strict=True), start=1):
        assert after == (f"{before} {index}/{len(posts)}" if len(posts) > 1 else before)
        assert len(after) - len(before) <= numbering_weight(len(posts))


def test_a_cut_falls_between_sentences_where_it_can() -> None:
    first, second = "This sentence says one thing well.", "That sentence says another thing well."
    assert split(f"{first} {second}", limit_weight=60) == (first, second)


def test_what_must_stay_whole_and_cannot_fit_is_refused() -> None:
    with pytest.raises(UsageError):
        split("#" + "a" * 80, limit_weight=40)
