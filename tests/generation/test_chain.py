"""What the chain's nodes decide, with writers that are told what to say."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest
from doubles.hash_embedder import HashEmbedder

from onering_cli.errors import OneRingError, RefusedError, UsageError
from onering_cli.generation.answers import UnusableAnswerError
from onering_cli.generation.chain import Assignment, Crew, next_after_check
from onering_cli.generation.graph import StoppedError, generate
from onering_cli.generation.model import (
    Brief,
    Delta,
    DraftedPost,
    Fault,
    Gate,
    Material,
    MaterialKind,
    Outline,
    Step,
    Thread,
    Usage,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from onering_cli.generation.model import Recollection
    from onering_cli.generation.ports import Emit

NOTES = Material("notes.txt", "Caches lie about the past. Forty of a hundred reads were stale.", MaterialKind.PLAIN)
GOOD = ("Caches lie about the past.", "Forty of a hundred reads were stale.")


class NoRecall:
    def search(self, query: str, *, limit: int) -> list[Recollection]:
        return []


@dataclass
class Told:
    """Writes these posts first, and these at each revision; an error is raised instead."""

    first: Sequence[str] | OneRingError
    later: Sequence[str] | OneRingError = ()
    name: str = "told"
    invents: bool = False
    instructions: str = ""
    usage: Usage = field(default_factory=Usage)
    settings: dict[str, object] = field(default_factory=dict)
    revised: int = 0

    def outline(self, brief: Brief) -> Outline:
        return Outline(())

    def write(self, brief: Brief, outline: Outline, emit: Emit) -> tuple[DraftedPost, ...]:
        return said(self.first, emit)

    def revise(
        self, brief: Brief, posts: Sequence[DraftedPost], faults: Sequence[Fault], emit: Emit
    ) -> tuple[DraftedPost, ...]:
        self.revised += 1
        return said(self.later or [post.text for post in posts], emit)


def said(texts: Sequence[str] | OneRingError, emit: Emit) -> tuple[DraftedPost, ...]:
    if isinstance(texts, OneRingError):
        raise texts
    for number, text in enumerate(texts):
        emit(Delta(number, text))
    return tuple(map(DraftedPost, texts))


def run(writer: Told, fallback: Told | None = None, **assignment: object) -> tuple[Thread, list[str]]:
    asked = Assignment(**{"materials": (NOTES,), **assignment})  # type: ignore[arg-type]  # Assignment's fields, by name
    events = list(generate(asked, Crew(writer, fallback or writer, HashEmbedder(), NoRecall())))
    thread = events[-1]
    assert isinstance(thread, Thread)
    return thread, [event.node for event in events if isinstance(event, Step)]


def test_a_good_thread_goes_straight_through() -> None:
    thread, nodes = run(Told(GOOD), posts=2)
    assert [post.text for post in thread.posts] == list(GOOD)
    assert nodes == ["gather", "outline", "write", "check", "fit"]


def test_a_fault_is_revised_once_when_that_mends_it() -> None:
    thread, nodes = run(Told((GOOD[0], "All 8,731 were stale."), GOOD))
    assert [post.text for post in thread.posts] == list(GOOD)
    assert nodes.count("revise") == 1


def test_revision_is_bounded_and_then_the_fallback_replaces() -> None:
    writer = Told((GOOD[0], "All 8,731 were stale."))
    thread, nodes = run(writer, Told((), GOOD, name="extract"))
    assert writer.revised == nodes.count("revise") == 2
    assert [post.replaced_by for post in thread.posts] == ["", "extract"]


def test_when_single_posts_do_not_mend_it_the_fallback_writes_all() -> None:
    thread, _ = run(Told(("All 8,731 were stale.",) * 2), Told(GOOD, name="extract"), posts=2)
    assert [(post.text, post.replaced_by) for post in thread.posts] == [(text, "extract") for text in GOOD]


def test_what_nobody_can_mend_is_refused_and_never_shipped() -> None:
    with pytest.raises(StoppedError) as stopped:
        run(Told(("All 8,731 were stale.",)))
    assert isinstance(stopped.value.cause, RefusedError)
    assert stopped.value.posts == (DraftedPost("All 8,731 were stale."),)


def test_an_unusable_answer_hands_the_work_to_the_fallback() -> None:
    thread, _ = run(Told(UnusableAnswerError("it said nothing")), Told(GOOD, name="extract"))
    assert {post.replaced_by for post in thread.posts} == {"extract"}
    assert any("it said nothing" in step.decision for step in thread.steps)


def test_without_material_or_topic_there_is_nothing_to_write_from() -> None:
    for assignment in ({"materials": ()}, {"materials": (), "topic": "caches"}):
        with pytest.raises(UsageError, match="nothing to write from"):
            run(Told(GOOD), **assignment)


def test_a_failure_in_the_middle_hands_over_what_was_written() -> None:
    with pytest.raises(StoppedError) as stopped:
        run(Told((GOOD[0], "All 8,731 were stale."), OneRingError("the line broke")))
    assert [post.text for post in stopped.value.posts] == [GOOD[0], "All 8,731 were stale."]


@pytest.mark.parametrize(("rounds", "goes_to"), [(0, "revise"), (1, "revise"), (2, "fit")])
def test_faults_are_revised_while_rounds_are_left(rounds: int, goes_to: str) -> None:
    assert next_after_check({"faults": (Fault(Gate.EMPTY, 0, "x"),), "rounds": rounds}) == goes_to
    assert next_after_check({"faults": (), "rounds": rounds}) == "fit"
