"""How alike two texts are by their words."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from onering_cli.text.likeness import longest_shared_run, resemblance, shingles, words

VOCABULARY = ("caches", "lie", "about", "the", "past", "and", "we", "measured", "it")
TEXTS = st.lists(st.sampled_from(VOCABULARY), max_size=12).map(" ".join)


def test_words_are_folded_and_keep_their_apostrophes() -> None:
    assert words("Don't SHOUT, Straße!") == ["don't", "shout", "strasse"]


def test_a_short_text_is_one_shingle() -> None:
    assert shingles("Caches lie") == {("caches", "lie")}
    assert shingles("…") == frozenset()


@given(TEXTS, TEXTS)
def test_resemblance_is_symmetric_and_between_none_and_all(one: str, other: str) -> None:
    assert resemblance(one, other) == resemblance(other, one)
    assert 0.0 <= resemblance(one, other) <= 1.0
    assert resemblance(one, one) == (1.0 if one else 0.0)


@given(TEXTS, TEXTS, st.integers(2, 6))
def test_a_shared_run_stands_in_both_texts(one: str, other: str, least: int) -> None:
    run = longest_shared_run(one, other, least=least)
    if run:
        assert len(run.split()) >= least
        assert run in " ".join(words(one))
    else:
        known = words(one)
        runs = [" ".join(known[start : start + least]) for start in range(len(known) - least + 1)]
        assert not any(f" {candidate} " in f" {' '.join(words(other))} " for candidate in runs)
