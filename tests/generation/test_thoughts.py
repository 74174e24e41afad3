"""Keeping a reasoning model's thoughts out of its answer."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onering_cli.generation.thoughts import ThoughtFilter, without_thoughts

PARTS = st.sampled_from(
    ["<think>", "</think>", "<Thinking>", "</thinking>", "<thi", "nk>", "<", ">", "/", "a post", "\n", " ", "think"]
)


def fed(pieces: list[str]) -> str:
    thoughts = ThoughtFilter()
    return "".join([*map(thoughts.feed, pieces), thoughts.close()])


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        ("<think>hm</think>Yes.", "Yes."),
        ("<think>\nhm\n</think>\n\nYes.", "Yes."),
        ("  <THINKING>hm</THINKING> Yes.", "Yes."),
        ("One.\n<think>hm</think>\nTwo.", "One.\n\nTwo."),
        ("<think>one</think><think>two</think>Yes.", "Yes."),
        ("<think>a post, then another", ""),
        ("No thoughts at all.", "No thoughts at all."),
        ("We write <think> inside a line.", "We write <think> inside a line."),
        ("a < b\n<b>", "a < b\n<b>"),
        ("<thi", "<thi"),
    ],
)
def test_thoughts_go_and_the_answer_stays(answer: str, text: str) -> None:
    assert fed(list(answer)) == text
    assert without_thoughts(answer) == text


def test_an_answer_that_begins_inside_its_thoughts_is_cut_once_it_is_whole() -> None:
    assert without_thoughts("the user wants posts\n</think>\nYes.") == "Yes."


@given(st.lists(PARTS, max_size=30), st.data())
def test_where_the_pieces_are_cut_makes_no_difference(parts: list[str], data: st.DataObject) -> None:
    answer = "".join(parts)
    cuts = sorted(data.draw(st.sets(st.integers(0, len(answer)), max_size=12)))
    pieces = [answer[a:b] for a, b in zip([0, *cuts], [*cuts, len(answer)], strict=True)]
    assert fed(pieces) == fed([answer])


def test_text_is_not_held_back_longer_than_a_tag_could_begin() -> None:
    thoughts = ThoughtFilter()
    assert thoughts.feed("Caches <") == "Caches <"
    assert thoughts.feed("\n<th") == "\n"
    assert thoughts.feed("ree") == "<three"
