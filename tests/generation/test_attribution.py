"""Naming the sentences that a written post rests on."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from onering_cli.generation.attribution import Attribution
from onering_cli.generation.model import BlockKind, Reading, Sentence, Span

SOURCE = (
    "The team met on Monday to talk about the cache.",
    "Forty of a hundred reads were stale.",
    "The team agreed to write a timestamp beside every value.",
    "缓存会对过去撒谎。",
)


def readings(*texts: str) -> tuple[Reading, ...]:
    return tuple(
        Reading("", (Sentence(text, Span(number, 0, len(text)), BlockKind.PARAGRAPH, 0, 0),))
        for number, text in enumerate(texts)
    )


def sources(text: str) -> list[int]:
    return [span.material for span in Attribution(readings(*SOURCE)).spans(text)]


def test_a_post_is_traced_to_the_sentence_it_retells() -> None:
    assert sources("Of a hundred reads, forty came back stale.") == [1]


def test_inflected_words_meet() -> None:
    assert sources("They write timestamps beside their values now.") == [2]


def test_a_post_made_of_two_sentences_names_both_in_order() -> None:
    assert sources("A timestamp beside every value, because forty of a hundred reads were stale.") == [1, 2]


def test_scripts_without_spaces_are_traced_too() -> None:
    assert sources("缓存对过去撒谎") == [3]


def test_a_post_that_shares_only_common_words_is_traced_to_nothing() -> None:
    assert sources("Zebras gallop over the savannah at dawn.") == []


def test_without_material_nothing_is_named() -> None:
    assert Attribution(()).spans("Anything.") == ()


@given(st.text(), st.lists(st.text(), max_size=5))
def test_at_most_three_spans_that_exist_are_named_in_order(text: str, sentences: list[str]) -> None:
    spans = Attribution(readings(*sentences)).spans(text)
    assert len(spans) <= 3
    assert list(spans) == sorted(spans)
    assert {span.material for span in spans} <= set(range(len(sentences)))


@given(st.sampled_from(SOURCE))
def test_a_sentence_copied_whole_is_traced_to_itself(sentence: str) -> None:
    assert SOURCE.index(sentence) in sources(sentence)
