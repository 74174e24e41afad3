"""Writes threads with a chat model, whichever it is."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import replace
from typing import TYPE_CHECKING

from onering_cli.errors import UsageError
from onering_cli.generation.answers import (
    UnusableAnswerError,
    outline_in,
    posts_in,
    problems_in,
    refusal_in,
    strategy_in,
)
from onering_cli.generation.attribution import Attribution
from onering_cli.generation.excerpts import digest, excerpts
from onering_cli.generation.forms import (
    MOST_PROBLEMS,
    PlanForm,
    PostsForm,
    StrategyForm,
    VerdictForm,
    literals_in,
    without_forced_end,
)
from onering_cli.generation.gates import ground
from onering_cli.generation.live import LivePosts
from onering_cli.generation.model import Delta, DraftedPost, Fault, Gate, Outline, OutlinePoint, Strategy, Usage
from onering_cli.generation.prompts import (
    INSTRUCTIONS,
    LONGEST_TARGET_CHARS,
    OUTLINE_SCHEMA,
    STRATEGY_SCHEMA,
    VERDICT_SCHEMA,
    Prompt,
    Task,
    language_of,
    outline_prompt,
    revise_prompt,
    strategy_prompt,
    target_chars,
    verdict_prompt,
    write_prompt,
)
from onering_cli.generation.rewriting import VERDICT_LEAD, numbers_for, repeats_verdict, shortened, tasks_for
from onering_cli.text.sanitize import printable

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from onering_cli.generation.model import Brief
    from onering_cli.generation.ports import ChatModel, Emit, Reply

MATERIAL_TOKENS = 3_000
"""Two calls of this size and their answers stay below 8,000 tokens a minute, which is what Groq's free plan allows
for openai/gpt-oss-120b (https://console.groq.com/docs/rate-limits, 2026-11); it is about 1,800 words. The strategy sees
a fifth of it, the verdict what the posts rest on."""

_DIGEST_TOKENS = 600
_STRATEGY_TOKENS = 250
_STRATEGY_CHARS = 280
_VERDICT_TOKENS = 400
"""A post that has so many words in a row from a verdict about it is no post."""
_OUTLINE_TOKENS_PER_POST = 90
_OUTLINE_TOKENS = 150
_POST_TOKENS_PER_CHAR = 0.8
_MOST_ANSWER_TOKENS = 8_000
"""The smaller models answer with 8,192 at most (https://console.groq.com/docs/models, 2026-11)."""
_ANSWER_CHARS_PER_TOKEN = 8
"""An answer longer than this ignores its token limit; the rest is not read."""
_CHARS_PER_POST = 400
_USUAL_POSTS = (3, 8)
_TOPIC_ONLY_POSTS = (3, 5)


class ChatWriter:
    """Satisfies `Writer` with any chat model.

    Args:
        model: The chat model.
        material_tokens: How much of the material a call may quote; whole sentences are left out beyond it, and the
            outline's reason tells so.
    """

    def __init__(self, model: ChatModel, *, material_tokens: int = MATERIAL_TOKENS) -> None:
        self._model = model
        self._material_tokens = material_tokens
        self._usage = Usage()

    @property
    def name(self) -> str:
        """The model's name."""
        return self._model.name

    @property
    def usage(self) -> Usage:
        """Tokens and seconds of all calls so far; `first_token_s` is the first call's that gave a token."""
        return self._usage

    @property
    def instructions(self) -> str:
        """The standing instructions."""
        return INSTRUCTIONS

    @property
    def settings(self) -> Mapping[str, object]:
        """The model's."""
        return self._model.settings

    @property
    def invents(self) -> bool:
        """A chat model writes about a topic without material, too."""
        return True

    def strategy(self, brief: Brief) -> Strategy:
        """Ask for an angle, an audience and a hook, showing the beginnings of the material's sections.

        Raises:
            UsageError: As for `outline`.
            UnusableAnswerError: The model answered with anything but a strategy.
        """
        _require_writable(brief)
        prompt = strategy_prompt(brief, digest(brief.readings, budget_tokens=_DIGEST_TOKENS))
        reply = self._model.stream(
            prompt.messages,
            json_schema=STRATEGY_SCHEMA,
            max_tokens=_STRATEGY_TOKENS,
            form=StrategyForm() if self._model.follows_forms else None,
        )
        answer = self._heard(reply, most_chars=_STRATEGY_TOKENS * _ANSWER_CHARS_PER_TOKEN)
        found = strategy_in(answer, markers=prompt.markers)
        angle, audience, hook = ("" if prompt.said(text) else shortened(text, _STRATEGY_CHARS) for text in found)
        if not (angle or hook):
            raise self._unusable(answer, "a strategy")
        return Strategy(angle, audience, hook)

    def judge(self, brief: Brief, posts: Sequence[DraftedPost]) -> tuple[Fault, ...]:
        """Ask which posts an editor would want written again; an answer that cannot be read names none."""
        quoted = excerpts(brief.readings, budget_tokens=self._material_tokens)
        rests = set(quoted.numbers(span for post in posts for span in post.spans))
        prompt = verdict_prompt(brief, posts, quoted.text(rests or None))
        reply = self._model.stream(
            prompt.messages,
            json_schema=VERDICT_SCHEMA,
            max_tokens=_VERDICT_TOKENS,
            form=VerdictForm(len(posts)) if self._model.follows_forms else None,
        )
        answer = self._heard(reply, most_chars=_VERDICT_TOKENS * _ANSWER_CHARS_PER_TOKEN)
        found = {
            number: Fault(Gate.JUDGEMENT, number - 1, f"{VERDICT_LEAD}: {shortened(problem)}")
            for number, problem in problems_in(answer, markers=prompt.markers)[:MOST_PROBLEMS]
            if 1 <= number <= len(posts) and not prompt.said(problem)
        }
        return tuple(found[number] for number in sorted(found))

    def outline(self, brief: Brief) -> Outline:
        """Ask for a point a post, each naming the sentences that it rests on.

        Raises:
            UsageError: There is nothing to write from, or more posts are wanted than a model can answer with.
            UnusableAnswerError: The model answered with anything but a plan.
        """
        _require_writable(brief)
        quoted = excerpts(brief.readings, budget_tokens=self._material_tokens)
        least, most = _post_range(brief)
        prompt = outline_prompt(brief, quoted.text(), (least, most))
        reply = self._model.stream(
            prompt.messages,
            json_schema=OUTLINE_SCHEMA,
            max_tokens=_OUTLINE_TOKENS + most * _OUTLINE_TOKENS_PER_POST,
            form=PlanForm(least, most, max(quoted.shown, default=0)) if self._model.follows_forms else None,
        )
        answer = self._heard(reply, most_chars=_MOST_ANSWER_TOKENS * _ANSWER_CHARS_PER_TOKEN)
        loose = outline_in(answer, markers=prompt.markers)
        own = [point for point in loose.points if not prompt.said(point.point)]
        if not own:
            raise self._unusable(answer, "a plan")
        points = [OutlinePoint(point.point, quoted.spans(point.excerpts)) for point in own[:most]]
        hook = "" if prompt.said(loose.hook) else loose.hook
        if hook and hook != points[0].point:
            points[0] = replace(points[0], point=f"{hook} ({points[0].point})")
        reason = "; ".join(part for part in (f"opens with: {hook}" if hook else "", quoted.trimmed) if part)
        return Outline(tuple(points), reason)

    def write(self, brief: Brief, outline: Outline, emit: Emit) -> tuple[DraftedPost, ...]:
        """Write the posts of an outline; when more come than were asked for, the first ones count.

        Raises:
            UnusableAnswerError: The model answered without a post; what was emitted of it is no post either.
        """
        quoted = excerpts(brief.readings, budget_tokens=self._material_tokens)
        wanted = brief.posts or max(1, len(outline.points))
        named = quoted.numbers(span for point in outline.points for span in point.spans)
        prompt = write_prompt(brief, outline, quoted.text(named or None), (wanted, wanted))
        texts = self._posts(prompt, brief, range(1, wanted + 1), emit)
        attribution = Attribution(brief.readings)
        return tuple(_attributed(text, attribution, outline, number) for number, text in enumerate(texts))

    def revise(
        self, brief: Brief, posts: Sequence[DraftedPost], faults: Sequence[Fault], emit: Emit
    ) -> tuple[DraftedPost, ...]:
        """Write the faulty posts again and the missing ones anew; the others come back as they were.

        A fault of the thread as a whole that is not about its number of posts concerns every post. Posts beyond the
        number asked for are dropped.

        Raises:
            UnusableAnswerError: The model answered without a post.
        """
        kept = list(posts if brief.posts is None else posts[: brief.posts])
        tasks = tasks_for(brief, kept, faults)
        if not tasks:
            return tuple(kept)
        quoted = excerpts(brief.readings, budget_tokens=self._material_tokens)
        numbers = [task.number for task in tasks]
        prompt = revise_prompt(brief, kept, tasks, quoted.text(numbers_for(tasks, kept, quoted)))
        texts = self._posts(prompt, brief, numbers, emit)
        attribution = Attribution(brief.readings)
        for task, text in zip(tasks, texts, strict=False):
            if repeats_verdict(task, text):
                continue
            number = task.number
            written = DraftedPost(text, attribution.spans(text))
            if number <= len(kept):
                kept[number - 1] = replace(written, spans=written.spans or kept[number - 1].spans)
            else:
                kept.append(written)
        return tuple(kept)

    def resume(
        self, brief: Brief, outline: Outline, posts: Sequence[DraftedPost], emit: Emit
    ) -> tuple[DraftedPost, ...]:
        """Write the posts that are missing, each to its point of the plan.

        Raises:
            UnusableAnswerError: The model answered without a post.
        """
        wanted = brief.posts or max(1, len(outline.points))
        kept = list(posts[:wanted])
        points = [point.point for point in outline.points]
        tasks = [
            Task(number, "", (), points[number - 1] if number <= len(points) else "")
            for number in range(len(kept) + 1, wanted + 1)
        ]
        if not tasks:
            return tuple(kept)
        quoted = excerpts(brief.readings, budget_tokens=self._material_tokens)
        numbers = [task.number for task in tasks]
        texts = self._posts(revise_prompt(brief, kept, tasks, quoted.text()), brief, numbers, emit)
        attribution = Attribution(brief.readings)
        written = zip(texts, numbers, strict=False)
        return (*kept, *(_attributed(text, attribution, outline, number - 1) for text, number in written))

    def _posts(self, prompt: Prompt, brief: Brief, numbers: Sequence[int], emit: Emit) -> tuple[str, ...]:
        """Ask for the posts with these numbers, from 1, and tell `emit` of them while they are written."""
        live = LivePosts([number - 1 for number in numbers])
        shown = _Shown(emit, {number - 1 for number in numbers})
        max_tokens = _answer_tokens(brief, len(numbers))
        form = _posts_form(brief, len(numbers)) if self._model.follows_forms else None
        reply = self._model.stream(prompt.messages, json_schema=None, max_tokens=max_tokens, form=form)
        answer = self._heard(reply, most_chars=max_tokens * _ANSWER_CHARS_PER_TOKEN, live=live, shown=shown)
        found = posts_in(answer, expected=len(numbers), numbers=numbers, markers=prompt.markers)
        texts = tuple(text for text in found if not prompt.said(text))[: len(numbers)]
        if not texts or refusal_in(answer):
            raise self._unusable(answer, "a post")
        if form is not None:
            texts = tuple(without_forced_end(text, form.limit_weight) for text in texts)
        if not shown.anything:
            for number, text in zip(numbers, texts, strict=False):
                emit(Delta(number - 1, text))
        return texts

    def _heard(
        self, reply: Reply, *, most_chars: int, live: LivePosts | None = None, shown: _Shown | None = None
    ) -> str:
        """Listen to a reply to its end, or until it is longer than anyone asked for."""
        parts: list[str] = []
        left = most_chars
        pieces = reply.pieces
        try:
            for piece in pieces:
                parts.append(piece)
                left -= len(piece)
                if live and shown:
                    shown.tell(live.feed(piece))
                if left < 0:
                    break
        finally:
            # Also when the model breaks off: what was held back of the posts so far is not lost with it.
            if live and shown:
                shown.tell(live.close())
            if isinstance(pieces, Generator):
                pieces.close()
            self._usage = _sum(self._usage, reply.usage)
        return "".join(parts)

    def _unusable(self, answer: str, wanted: str) -> UnusableAnswerError:
        hint = "try again, choose another --model, or use --model extract"
        refusal = refusal_in(answer)
        if refusal:
            return UnusableAnswerError(f"{self.name} declined to write: “{refusal}”", hint=hint)
        said = " ".join(printable(answer).split())
        if not said:
            return UnusableAnswerError(f"{self.name} answered nothing", hint=hint)
        return UnusableAnswerError(f"{self.name} answered without {wanted}: “{shortened(said)}”", hint=hint)


class _Shown:
    """Tells of the posts that were asked for, and remembers whether there was anything to tell."""

    def __init__(self, emit: Emit, posts: set[int]) -> None:
        self._emit = emit
        self._posts = posts
        self.anything = False

    def tell(self, deltas: Sequence[Delta]) -> None:
        for delta in deltas:
            if delta.post in self._posts:
                self._emit(delta)
                self.anything = True


def _require_writable(brief: Brief) -> None:
    sentences = sum(len(reading.sentences) for reading in brief.readings)
    topic = brief.topic.strip()
    if not sentences and not topic:
        raise UsageError(
            "there is nothing to write from: the material holds no sentences",
            hint="give a file with some prose, or a topic",
        )
    wanted = brief.posts or 1
    most = _MOST_ANSWER_TOKENS // _post_tokens(brief)
    if wanted > most:
        raise UsageError(f"a chat model can write at most {most} posts of this length at once, not {wanted}")
    if not topic and wanted > sentences:
        carried = f"{sentences} sentence{'' if sentences == 1 else 's'}"
        raise UsageError(f"the material holds {carried}, which can carry at most {sentences} posts, not {wanted}")


def _post_range(brief: Brief) -> tuple[int, int]:
    """How many posts to plan: what was asked for, else what the material can carry."""
    if brief.posts is not None:
        return brief.posts, brief.posts
    chars = sum(len(sentence.text) for reading in brief.readings for sentence in reading.sentences)
    if not chars:
        return _TOPIC_ONLY_POSTS
    least, most = _USUAL_POSTS
    carried = max(1, min(most, round(chars / max(_CHARS_PER_POST, target_chars(brief)))))
    return min(least, carried), carried


def _post_tokens(brief: Brief) -> int:
    return int(target_chars(brief) * _POST_TOKENS_PER_CHAR) + 1


def _answer_tokens(brief: Brief, posts: int) -> int:
    return min(_MOST_ANSWER_TOKENS, (posts + 1) * _post_tokens(brief))


def _posts_form(brief: Brief, posts: int) -> PostsForm:
    limit_weight = min(brief.limit_weight, LONGEST_TARGET_CHARS)
    return PostsForm(posts, limit_weight, language_of(brief), literals_in(ground(brief)))


def _attributed(text: str, attribution: Attribution, outline: Outline, number: int) -> DraftedPost:
    """A post with the sentences that its words come from, or else those that its plan named."""
    planned = outline.points[number].spans if number < len(outline.points) else ()
    return DraftedPost(text, attribution.spans(text) or planned)


def _sum(so_far: Usage, call: Usage) -> Usage:
    return Usage(
        input_tokens=so_far.input_tokens + call.input_tokens,
        output_tokens=so_far.output_tokens + call.output_tokens,
        first_token_s=so_far.first_token_s or call.first_token_s,
        total_s=so_far.total_s + call.total_s,
    )
