"""What the chain's nodes decide, with writers that are told what to say."""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest
from doubles.hash_embedder import HashEmbedder

from onering_cli.errors import OneRingError, RefusedError, TryLaterError, UsageError
from onering_cli.generation.answers import UnusableAnswerError
from onering_cli.generation.assignment import Assignment, Crew
from onering_cli.generation.chain import next_after_critic
from onering_cli.generation.graph import StoppedError, generate
from onering_cli.generation.interruption import packed, unpacked
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
    Strategy,
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
    verdict: tuple[Fault, ...] = ()
    judged: int = 0
    strategy_error: OneRingError | None = None
    spends: int = 0

    def strategy(self, brief: Brief) -> Strategy:
        self.spend()
        if self.strategy_error:
            raise self.strategy_error
        return Strategy(angle="caches", hook="Caches lie.")

    def judge(self, brief: Brief, posts: Sequence[DraftedPost]) -> tuple[Fault, ...]:
        self.spend()
        self.judged += 1
        return self.verdict

    def resume(
        self, brief: Brief, outline: Outline, posts: Sequence[DraftedPost], emit: Emit
    ) -> tuple[DraftedPost, ...]:
        rest = self.first if not isinstance(self.first, OneRingError) else ()
        return (*posts, *said(rest[len(posts) :], emit))

    def spend(self) -> None:
        self.usage = Usage(input_tokens=self.usage.input_tokens + self.spends)

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
    assert nodes == ["gather", "strategist", "outline", "write", "critic", "fit"]


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
    assert next_after_critic({"faults": (Fault(Gate.EMPTY, 0, "x"),), "rounds": rounds}) == goes_to
    assert next_after_critic({"faults": (), "rounds": rounds}) == "fit"


# --- the strategist and the critic ------------------------------------------------------------------------------------


def test_a_strategy_that_cannot_be_had_leaves_it_to_the_plan() -> None:
    thread, nodes = run(Told(GOOD, strategy_error=UnusableAnswerError("it said nothing")), posts=2)
    assert nodes == ["gather", "strategist", "outline", "write", "critic", "fit"]
    assert [post.text for post in thread.posts] == list(GOOD)


def test_the_strategy_stays_with_the_thread() -> None:
    thread, _ = run(Told(GOOD), posts=2)
    assert thread.strategy == Strategy(angle="caches", hook="Caches lie.")


def test_what_the_model_finds_in_its_own_thread_is_written_again_once() -> None:
    later = (GOOD[0], "Of a hundred reads, forty were stale.")
    writer = Told(GOOD, later, instructions="Write.", verdict=(Fault(Gate.JUDGEMENT, 1, "it is dull"),))
    thread, nodes = run(writer, posts=2)
    assert [post.text for post in thread.posts] == list(later)
    assert (writer.judged, nodes.count("revise")) == (1, 1)
    assert any("it is dull" in step.decision for step in thread.steps)


def test_a_judgement_never_replaces_or_refuses_what_the_gates_let_through() -> None:
    verdict = (Fault(Gate.JUDGEMENT, 0, "dull"), Fault(Gate.JUDGEMENT, 1, "duller"))
    thread, _ = run(Told(GOOD, instructions="Write.", verdict=verdict), Told((), name="extract"), posts=2)
    assert [(post.text, post.replaced_by) for post in thread.posts] == [(text, "") for text in GOOD]


def test_nothing_is_judged_without_a_model_or_without_consent() -> None:
    for writer, judge in ((Told(GOOD), True), (Told(GOOD, instructions="Write."), False)):
        run(writer, posts=2, judge=judge)
        assert writer.judged == 0


# --- budgets ----------------------------------------------------------------------------------------------------------


def test_a_budget_that_is_used_up_ends_revision_and_not_the_thread() -> None:
    writer = Told((GOOD[0], "All 8,731 were stale."), instructions="Write.", spends=100)
    thread, nodes = run(writer, Told((), GOOD, name="extract"), budget_tokens=150, posts=2)
    assert writer.revised == 0
    assert nodes.count("revise") == 1
    assert [post.replaced_by for post in thread.posts] == ["", "extract"]
    assert any("budget of 150 tokens" in step.decision for step in thread.steps)


def test_a_budget_that_is_used_up_before_anything_was_written_is_told() -> None:
    with pytest.raises(TryLaterError, match="budget of 50 tokens is used up before a post was written"):
        run(Told(GOOD, spends=100), budget_tokens=50)


# --- going on ---------------------------------------------------------------------------------------------------------


def test_an_interrupted_run_hands_over_its_plan_and_its_finished_posts() -> None:
    class Breaks(Told):
        def write(self, brief: Brief, outline: Outline, emit: Emit) -> tuple[DraftedPost, ...]:
            said((GOOD[0], "Forty of a hun"), emit)
            raise OneRingError("the line broke")

    with pytest.raises(StoppedError) as stopped:
        run(Breaks(GOOD), posts=2)
    beginning = stopped.value.beginning
    assert beginning is not None
    assert [post.text for post in beginning.posts] == [GOOD[0]]
    assignment = Assignment(materials=(NOTES,), posts=2, beginning=beginning)
    remembered = json.loads(json.dumps(packed(assignment, beginning)))
    assert unpacked(remembered) == assignment

    thread, _ = run(Told(GOOD), posts=2, beginning=beginning)
    assert [post.text for post in thread.posts] == list(GOOD)
    assert any("1 posts were there" in step.decision for step in thread.steps)


@pytest.mark.parametrize("remembered", [{}, {"asked": {"no": 1}, "materials": [], "beginning": None}])
def test_what_is_no_interrupted_run_is_told(remembered: dict[str, object]) -> None:
    with pytest.raises(UsageError):
        unpacked(remembered)


def test_ctrl_c_ends_the_chain_at_its_next_word() -> None:
    reached = threading.Event()

    class Endless(Told):
        def write(self, brief: Brief, outline: Outline, emit: Emit) -> tuple[DraftedPost, ...]:
            try:
                while True:
                    emit(Delta(0, "word "))
            finally:
                reached.set()

    events = generate(Assignment(materials=(NOTES,)), Crew(Endless(GOOD), Endless(GOOD), HashEmbedder(), NoRecall()))
    next(event for event in events if isinstance(event, Delta))
    with pytest.raises(StoppedError) as stopped:
        events.throw(KeyboardInterrupt())  # type: ignore[attr-defined]  # a generator
    assert isinstance(stopped.value.cause, KeyboardInterrupt)
    assert reached.wait(10)
