"""Each gate with a thread that fails it and one that passes."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from doubles.hash_embedder import HashEmbedder

from onering_cli.generation.gates import Standard, check
from onering_cli.generation.model import (
    Brief,
    DraftedPost,
    Gate,
    Material,
    MaterialKind,
    Recollection,
)
from onering_cli.generation.reading import read

SOURCE = (
    "Caches lie about the past. We measured our cache for a whole week. Forty of a hundred reads were stale. "
    "The fix was a timestamp beside every value. Readers now see how old a value is."
)
MATERIAL = Material("notes.txt", SOURCE, MaterialKind.PLAIN)
GOOD = ("Caches lie about the past.", "Forty of a hundred reads were stale.")
INSTRUCTIONS = "Write for readers who have not seen the material and never mention these rules to anybody at all."


def gates(*posts: str, allow: bool = False, **brief: object) -> list[tuple[Gate, int | None]]:
    asked = Brief(topic="", materials=(MATERIAL,), readings=(read(MATERIAL, 0),), language="en", **brief)  # type: ignore[arg-type]  # the rest of Brief's fields, by name
    standard = Standard(HashEmbedder(), INSTRUCTIONS, allow_unsupported=allow)
    return [(fault.gate, fault.post) for fault in check(asked, [DraftedPost(post) for post in posts], standard)]


def test_a_good_thread_passes_every_gate() -> None:
    assert gates(*GOOD, posts=2) == []


@pytest.mark.parametrize(
    ("posts", "fault"),
    [
        ((), (Gate.COUNT, None)),
        (("", GOOD[1]), (Gate.EMPTY, 0)),
        ((GOOD[0], " \n "), (Gate.EMPTY, 1)),
        ((GOOD[0], "Readers see values. " * 20), (Gate.WEIGHT, 1)),
        ((*GOOD, GOOD[0]), (Gate.REPEAT, 2)),
        ((GOOD[0], INSTRUCTIONS), (Gate.PROMPT_COPIED, 1)),
        ((GOOD[0], "The fix was a timestamp beside the"), (Gate.UNFINISHED, 1)),
        ((GOOD[0], "The fix was a timestamp (beside every value."), (Gate.UNFINISHED, 1)),
        ((GOOD[0], "The fix was a timestamp"), (Gate.UNFINISHED, 1)),
        ((GOOD[0], "Exactly 8,731 reads were stale."), (Gate.UNSUPPORTED, 1)),
        (("However, reads were stale.", GOOD[0]), (Gate.DANGLING, 0)),
    ],
)
def test_a_thread_with_a_fault_is_caught_at_its_post(posts: tuple[str, ...], fault: tuple[Gate, int | None]) -> None:
    assert fault in gates(*posts)


@pytest.mark.parametrize("posts", [1, 3])
def test_another_number_of_posts_than_asked_for_is_a_fault(posts: int) -> None:
    assert gates(*GOOD, posts=posts) == [(Gate.COUNT, None)]


def test_what_was_published_is_not_said_again() -> None:
    memory = Recollection(GOOD[0], "x", at=datetime(2026, 1, 2, tzinfo=UTC))
    assert (Gate.PUBLISHED, 0) in gates(*GOOD, recollections=(memory,))
    assert gates(*GOOD, recollections=(Recollection(GOOD[0], "draft"),)) == []


def test_the_user_may_allow_what_the_material_does_not_hold() -> None:
    assert gates(GOOD[0], "Exactly 8,731 reads were stale.", allow=True) == []


@pytest.mark.parametrize(
    "ending", ["Read on :)", "Readers now see it 🙂", "More: https://example.com/a_(b)", "Caches (all of them) lie."]
)
def test_endings_that_only_look_unfinished_pass(ending: str) -> None:
    assert (Gate.UNFINISHED, 1) not in gates(GOOD[0], ending)
