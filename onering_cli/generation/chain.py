"""The chain's nodes as plain functions: each takes the state so far and returns what it adds."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, TypedDict

from onering_cli.errors import RefusedError, TryLaterError, UsageError
from onering_cli.generation.answers import UnusableAnswerError
from onering_cli.generation.gates import Standard, check
from onering_cli.generation.model import (
    Brief,
    DraftedPost,
    Fault,
    Gate,
    Material,
    MaterialKind,
    Outline,
    Step,
    Strategy,
    Thread,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from onering_cli.generation.assignment import Assignment, Crew
    from onering_cli.generation.ports import Emit, Writer

REVISION_ROUNDS = 2
RECOLLECTIONS = 8


class State(TypedDict, total=False):
    """What the nodes hand on; each key is written by the node of its name."""

    brief: Brief
    outline: Outline
    posts: tuple[DraftedPost, ...]
    faults: tuple[Fault, ...]
    rounds: int
    steps: tuple[Step, ...]
    thread: Thread


@dataclass(slots=True)
class Nodes:
    """The nodes of one run of the chain.

    Args:
        assignment: What the user asked for.
        crew: Who works on it.
        emit: Told each piece of text as it takes shape.
    """

    assignment: Assignment
    crew: Crew
    emit: Emit
    _standard: Standard = field(init=False)

    def __post_init__(self) -> None:
        self._standard = Standard(
            self.crew.embedder, self.crew.writer.instructions, allow_unsupported=self.assignment.allow_unsupported
        )

    def gather(self, state: State) -> State:
        """Read the materials as prose and recall what the user wrote before."""
        from onering_cli.generation.reading import read

        asked = self.assignment
        recollections = tuple(self.crew.recall.search(asked.topic, limit=RECOLLECTIONS)) if asked.topic else ()
        materials = asked.materials or tuple(
            Material(memory.source, memory.text, MaterialKind.PLAIN) for memory in recollections
        )
        readings = tuple(read(material, index) for index, material in enumerate(materials))
        sentences = sum(len(reading.sentences) for reading in readings)
        if not sentences and not (asked.topic and self.crew.writer.invents):
            raise UsageError(_nothing_to_write_from(asked), hint="give a file, `-` for stdin, or --from URL")
        brief = Brief(
            topic=asked.topic,
            materials=materials,
            readings=readings,
            posts=asked.posts,
            limit_weight=asked.limit_weight,
            variant=asked.variant,
            language=asked.language or next((reading.language for reading in readings if reading.language), ""),
            recollections=recollections,
            voice=asked.voice,
            hook=asked.hook,
            build=asked.build,
        )
        names = [material.name for material in materials]
        decision = f"read {sentences} sentences from {len(names)} sources, recalled {len(recollections)} passages"
        return _with_step(state, {"brief": brief}, "gather", decision, sources=names, language=brief.language)

    def strategist(self, state: State) -> State:
        """Decide how to tell it: the angle, the audience, the hook."""
        brief, begun = state["brief"], self.assignment.beginning
        if begun is not None:
            strategy = replace(begun.strategy, reason="as it was decided before the interruption")
        else:
            try:
                strategy = self.crew.writer.strategy(brief)
            except UnusableAnswerError as exc:
                strategy = Strategy(reason=f"{exc.message}; the plan decides")
        told = (("angle", strategy.angle), ("for", strategy.audience), ("opens", strategy.hook), ("", strategy.reason))
        decision = "; ".join(f"{what}: {text}".removeprefix(": ") for what, text in told if text)
        return _with_step(
            state, {"brief": replace(brief, strategy=strategy)}, "strategist", decision, **_styles(self.assignment)
        )

    def outline(self, state: State) -> State:
        """Decide what the posts say."""
        if self.assignment.beginning is not None:
            outline = replace(self.assignment.beginning.outline, reason="as it was planned before the interruption")
        else:
            self._require_budget()
            try:
                outline = self.crew.writer.outline(state["brief"])
            except UnusableAnswerError as exc:
                outline = self._stand_in(state["brief"], exc).outline(state["brief"])
                outline = replace(outline, reason=f"{exc.message}; {self.crew.fallback.name} planned instead")
        points = [point.point for point in outline.points]
        return _with_step(state, {"outline": outline}, "outline", outline.reason or "planned", points=points)

    def write(self, state: State) -> State:
        """Write the posts; after an interruption, those that are missing."""
        begun = self.assignment.beginning.posts if self.assignment.beginning else ()
        writer = self.crew.writer
        self._require_budget()
        try:
            if begun:
                posts = writer.resume(state["brief"], state["outline"], begun, self.emit)
                decision = f"{len(begun)} posts were there; {writer.name} wrote {max(0, len(posts) - len(begun))} more"
            else:
                posts = writer.write(state["brief"], state["outline"], self.emit)
                decision = f"{writer.name} wrote {len(posts)} posts"
        except UnusableAnswerError as exc:
            fallback = self._stand_in(state["brief"], exc)
            written = fallback.write(state["brief"], fallback.outline(state["brief"]), self.emit)
            posts = tuple(replace(post, replaced_by=fallback.name) for post in written)
            decision = f"{exc.message}; {fallback.name} wrote {len(posts)} posts instead"
        return _with_step(state, {"posts": posts, "rounds": 0}, "write", decision)

    def critic(self, state: State) -> State:
        """Hold the thread against every gate, then, once, against the model's own judgement."""
        faults = check(state["brief"], state["posts"], self._standard)
        told = [_told(fault) for fault in faults]
        if self._may_judge(state):
            try:
                judged = self.crew.writer.judge(state["brief"], state["posts"])
            except (UnusableAnswerError, TryLaterError) as exc:
                judged = ()
                told.append(f"no judgement: {exc.message}")
            gated = {fault.post for fault in faults}
            faults = (*faults, *(fault for fault in judged if fault.post not in gated))
            told += [_told(fault) for fault in judged] or ["the model finds nothing to write again"]
        decision = "; ".join(told) if faults else "; ".join(["every gate passed", *told])
        return _with_step(state, {"faults": faults}, "critic", decision, gates=sorted({fault.gate for fault in faults}))

    def revise(self, state: State) -> State:
        """Have the writer write the faulty posts again."""
        if reason := self._spent():
            return _with_step(state, {"rounds": REVISION_ROUNDS}, "revise", f"{reason}; nothing was written again")
        try:
            posts = self.crew.writer.revise(state["brief"], state["posts"], state["faults"], self.emit)
            changed = _changed(state["posts"], posts)
            decision = f"rewrote {changed}" if changed else "changed nothing"
        except UnusableAnswerError as exc:
            posts, decision = state["posts"], f"{exc.message}; nothing changed"
        return _with_step(state, {"posts": posts, "rounds": state["rounds"] + 1}, "revise", decision)

    def fit(self, state: State) -> State:
        """Replace what still fails, and close the thread."""
        posts, decision = state["posts"], "nothing to replace"
        # A judgement that no revision satisfied is an opinion: it is told, and keeps nothing from being saved.
        failed = tuple(fault for fault in state["faults"] if fault.gate is not Gate.JUDGEMENT)
        if failed:
            posts = self._replace(state["brief"], posts, failed)
            decision = f"replaced {_changed(state['posts'], posts) or 'nothing'}"
            left = check(state["brief"], posts, self._standard)
            if left and (anew := self._written_anew(state["brief"])):
                posts, left = anew, check(state["brief"], anew, self._standard)
                decision = f"the posts that passed did not go together with others: {self.crew.fallback.name} wrote all"
            if left:
                raise _cannot_ship(left)
        brief = state["brief"]
        title = next((reading.title for reading in brief.readings if reading.title), "") or brief.topic
        thread = Thread(
            title=title,
            posts=posts,
            writer=self.crew.writer.name,
            materials=brief.materials,
            faults=state["faults"],
            usage=self.crew.writer.usage,
            settings=self.crew.writer.settings,
            strategy=brief.strategy,
            recollections=brief.recollections,
        )
        stepped = _with_step(state, {"posts": posts}, "fit", decision)
        return {**stepped, "thread": replace(thread, steps=stepped["steps"])}

    def _spent(self) -> str:
        """Why no further call is made, or ""."""
        usage, asked = self.crew.writer.usage, self.assignment
        tokens = usage.input_tokens + usage.output_tokens
        if tokens >= asked.budget_tokens:
            return f"the budget of {asked.budget_tokens} tokens is used up"
        if usage.total_s >= asked.budget_s:
            return f"the budget of {asked.budget_s:.0f} seconds is used up"
        return ""

    def _require_budget(self) -> None:
        if reason := self._spent():
            raise TryLaterError(f"{reason} before a post was written", hint="raise --budget-tokens or --budget-seconds")

    def _may_judge(self, state: State) -> bool:
        """Once a thread, and only what the writer itself wrote."""
        own = any(not post.replaced_by for post in state["posts"])
        asks_a_model = bool(self.crew.writer.instructions)
        return self.assignment.judge and asks_a_model and not state["rounds"] and own and not self._spent()

    def _stand_in(self, brief: Brief, failure: UnusableAnswerError) -> Writer:
        """Who writes when the writer's answers cannot be used; without material nobody can."""
        if self.crew.fallback is self.crew.writer or not any(reading.sentences for reading in brief.readings):
            raise failure
        return self.crew.fallback

    def _written_anew(self, brief: Brief) -> tuple[DraftedPost, ...]:
        """The fallback's own thread, for when single posts of it do not mend the writer's; empty when it has none."""
        fallback = self.crew.fallback
        if fallback is self.crew.writer or not any(reading.sentences for reading in brief.readings):
            return ()
        try:
            written = fallback.write(brief, fallback.outline(brief), lambda _delta: None)
        except UsageError:
            return ()
        return tuple(replace(post, replaced_by=fallback.name) for post in written)

    def _replace(
        self, brief: Brief, posts: tuple[DraftedPost, ...], faults: Sequence[Fault]
    ) -> tuple[DraftedPost, ...]:
        """The fallback's posts in place of faulty ones; where it has none and no count was asked, they go."""
        if brief.posts is not None and len(posts) > brief.posts:
            posts = posts[: brief.posts]
            faults = check(brief, posts, self._standard)
        if any(reading.sentences for reading in brief.readings) and self.crew.fallback is not self.crew.writer:
            fallback = self.crew.fallback
            mended = fallback.revise(brief, posts, faults, self.emit)
            posts = tuple(
                post if index < len(posts) and post == posts[index] else replace(post, replaced_by=fallback.name)
                for index, post in enumerate(mended)
            )
            faults = check(brief, posts, self._standard)
        if brief.posts is None:
            faulty = {fault.post for fault in faults}
            kept = tuple(post for index, post in enumerate(posts) if index not in faulty)
            posts = kept or posts
        return posts


def _with_step(state: State, update: State, node: str, decision: str, **details: object) -> State:
    return {**update, "steps": (*state.get("steps", ()), Step(node, decision, details))}


def next_after_critic(state: State) -> str:
    """Where the chain goes once the critic has spoken: ``revise`` while that may help, else ``fit``."""
    return "revise" if state["faults"] and state["rounds"] < REVISION_ROUNDS else "fit"


def _styles(asked: Assignment) -> dict[str, object]:
    return {
        "hook": asked.hook.name if asked.hook else None,
        "format": asked.build.name if asked.build else None,
    }


def _changed(before: Sequence[DraftedPost], after: Sequence[DraftedPost]) -> str:
    numbers = [
        str(index + 1)
        for index in range(max(len(before), len(after)))
        if before[index : index + 1] != after[index : index + 1]
    ]
    return f"post {', '.join(numbers)}" if numbers else ""


def _told(fault: Fault) -> str:
    return fault.message if fault.post is None else f"post {fault.post + 1}: {fault.message}"


def _nothing_to_write_from(asked: Assignment) -> str:
    if asked.materials:
        names = ", ".join(material.name for material in asked.materials)
        return f"there is no prose in {names}: nothing to write from"
    if asked.topic:
        return f"nothing you wrote before is about “{asked.topic}”, and no material was given: nothing to write from"
    return "there is nothing to write from"


def _cannot_ship(faults: Sequence[Fault]) -> RefusedError | UsageError:
    told = "; ".join(_told(fault) for fault in faults[:3])
    if any(fault.gate is Gate.UNSUPPORTED for fault in faults):
        hint = "give material that holds it, or add --allow-unsupported"
    else:
        hint = "give more material, ask for fewer posts, or try another --model"
    details = {"faults": [{"gate": fault.gate, "post": fault.post, "message": fault.message} for fault in faults]}
    return RefusedError(f"no thread that passes its checks came about: {told}", hint=hint, details=details)
