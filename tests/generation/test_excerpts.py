"""Numbering the material for a model, within a budget."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from onering_cli.generation.excerpts import excerpts, tokens_in
from onering_cli.generation.model import BlockKind, Reading, Sentence, Span


def reading(index: int, texts: list[str], *, title: str = "", headings: tuple[str, ...] = ()) -> Reading:
    sentences = tuple(
        Sentence(text, Span(index, 10 * n, 10 * n + 9), BlockKind.PARAGRAPH, n // 2, n % 2, headings)
        for n, text in enumerate(texts)
    )
    return Reading(title, sentences)


def test_sentences_are_numbered_under_their_headings() -> None:
    quoted = excerpts(
        [reading(0, ["One.", "Two.", "Three."], title="Caches", headings=("Caches", "Why"))], budget_tokens=99
    )
    assert quoted.text() == "# Caches\n\n## Why\n[1] One.\n[2] Two.\n\n[3] Three."
    assert quoted.trimmed == ""


def test_several_sources_are_told_apart_without_their_paths() -> None:
    quoted = excerpts([reading(0, ["One."]), reading(1, ["Two."], title="Notes")], budget_tokens=99)
    assert quoted.text() == "# Source 1\n\n[1] One.\n\n# Notes\n\n[2] Two."


def test_chosen_sentences_keep_their_numbers() -> None:
    quoted = excerpts([reading(0, ["One.", "Two.", "Three."])], budget_tokens=99)
    assert quoted.text([3, 1, 77]) == "[1] One.\n\n[3] Three."


def test_numbers_and_spans_lead_to_each_other() -> None:
    quoted = excerpts([reading(0, ["One.", "Two."]), reading(1, ["Three."])], budget_tokens=99)
    assert quoted.spans([3, 1, 3, 8]) == (Span(0, 0, 9), Span(1, 0, 9))
    assert quoted.numbers([Span(1, 0, 9), Span(0, 10, 19), Span(5, 0, 1)]) == (2, 3)


def test_a_short_source_leaves_its_share_to_a_long_one() -> None:
    long = [f"Sentence {n} is about caches." for n in range(100)]
    alone = len(excerpts([reading(0, long)], budget_tokens=200).shown)
    beside = excerpts([reading(0, long), reading(1, ["Short."])], budget_tokens=200).shown
    assert len(beside) in (alone, alone + 1)
    assert beside[-1] == 101


TEXTS = st.lists(st.lists(st.text(min_size=1, max_size=60), max_size=12), max_size=4)


@given(TEXTS, st.integers(0, 400))
def test_whole_sentences_from_the_start_of_each_source_fit_the_budget(sources: list[list[str]], budget: int) -> None:
    readings = [reading(index, texts) for index, texts in enumerate(sources)]
    quoted = excerpts(readings, budget_tokens=budget)
    start = 1
    spent = 0.0
    for texts in sources:
        own = [number for number in quoted.shown if start <= number < start + len(texts)]
        assert own == list(range(start, start + len(own)))
        assert bool(own) == bool(texts)
        spent += sum(tokens_in(texts[number - start]) + 4 for number in own[1:])
        start += len(texts)
    assert spent <= budget + 1e-3
    assert (quoted.trimmed == "") == (len(quoted.shown) == start - 1)


def test_tokens_are_rather_over_than_underestimated() -> None:
    assert 9 <= tokens_in("The quick brown fox jumps over the lazy dog.") <= 15
    assert tokens_in("缓存会撒谎") >= 5
    assert tokens_in("Кэш лжёт") >= 3
