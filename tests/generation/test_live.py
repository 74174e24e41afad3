"""Showing posts while they are written."""

from __future__ import annotations

import json
from collections import defaultdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onering_cli.generation.answers import posts_in
from onering_cli.generation.live import LivePosts

ONE = "Caches lie: they tell you what was true a minute ago."
TWO = "We measured it for a week,\nand 40 of 100 reads were stale.\n\nThat is a lot."
THREE = "So we wrote the time beside every value."

WORDS = st.sampled_from(
    [
        "caches",
        "lie",
        "Post",
        "open",
        "the",
        "1",
        "2/3",
        "40 %",
        "I've",
        "Sure",
        "here",
        "is",
        "hook",
        "é",
        "缓存",
        "Why?",
        "-",
    ]
)
LINES = st.lists(WORDS, min_size=3, max_size=9).map(lambda words: "We say " + " ".join(words))
POSTS = st.lists(LINES, min_size=1, max_size=3).map("\n".join)


def shown(answer: str, cuts: list[int], numbers: tuple[int, ...] = ()) -> dict[int, str]:
    live = LivePosts(numbers)
    posts: defaultdict[int, str] = defaultdict(str)
    ends = [*sorted(cuts), len(answer)]
    for start, end in zip([0, *ends[:-1]], ends, strict=True):
        for delta in live.feed(answer[start:end]):
            posts[delta.post] += delta.text
    for delta in live.close():
        posts[delta.post] += delta.text
    return dict(posts)


@given(st.lists(POSTS, min_size=2, max_size=5), st.data())
def test_the_pieces_of_a_well_formed_answer_add_up_to_its_posts(posts: list[str], data: st.DataObject) -> None:
    answer = "\n---\n".join(posts)
    cuts = list(data.draw(st.sets(st.integers(0, len(answer)), max_size=20)))
    assert shown(answer, cuts) == dict(enumerate(posts_in(answer, expected=len(posts))))


@pytest.mark.parametrize(
    "answer",
    [
        f"Sure! Here is your thread:\n\n{ONE}\n\n---\n\n{TWO}\n\n---\n\n{THREE}",
        f"1/3 {ONE}\n---\n2/3 {TWO}\n---\n3/3 {THREE}",
        f"1/ {ONE}\n\n2/ {TWO}\n\n3/ {THREE}",
        f"1. {ONE}\n\n2. {TWO}\n\n3. {THREE}",
        f"**Post 1:** {ONE}\n\n**Post 2:** {TWO}\n\n**Post 3:** {THREE}",
        f"### Post 1\n{ONE}\n\n### Post 2\n{TWO}\n\n### Post 3\n{THREE}",
        f"```\n{ONE}\n---\n{TWO}\n---\n{THREE}\n```",
        f"**Hook:** {ONE}\n---\n**{TWO}**\n---\n{THREE}\n(61 characters)",
    ],
)
@pytest.mark.parametrize("size", [1, 5, 1000])
def test_labels_and_talk_around_the_posts_are_not_shown(answer: str, size: int) -> None:
    assert shown(answer, list(range(0, len(answer), size))) == {0: ONE, 1: TWO, 2: THREE}


def test_the_first_words_are_shown_before_the_post_is_finished() -> None:
    live = LivePosts()
    assert [delta.text for delta in live.feed("We measured")] == ["We measured"]
    assert [delta.text for delta in live.feed(" it for")] == [" it for"]


def test_a_rule_begins_the_next_post() -> None:
    live = LivePosts()
    live.feed(f"{ONE}\n---\n")
    assert [(delta.post, delta.text) for delta in live.feed("Then")] == [(1, "Then")]


def test_revised_posts_are_shown_under_their_own_numbers() -> None:
    assert shown(f"{ONE}\n---\n{THREE}", [4, 40], numbers=(1, 4)) == {1: ONE, 4: THREE}


def test_json_is_not_shown_while_it_is_written() -> None:
    assert shown(json.dumps([ONE, TWO]), [1, 9, 30]) == {}
    assert shown(f"```json\n{json.dumps({'posts': [ONE]}, indent=2)}\n```", [1, 9, 30]) == {}


def test_what_was_held_back_is_shown_when_the_answer_breaks_off() -> None:
    assert shown(f"{ONE}\n---\nPost", []) == {0: ONE, 1: "Post"}


@given(
    st.lists(st.sampled_from(["---", "\n", "1/ ", "2. ", "**", "Post 2:", "[", '"', "word ", " ", "```", "# ", "\r"]))
)
def test_no_heap_of_marks_breaks_the_view(parts: list[str]) -> None:
    assert all(number >= 0 for number in shown("".join(parts), []))
