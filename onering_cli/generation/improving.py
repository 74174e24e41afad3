"""The critic and the reviser over a draft that somebody wrote or edited by hand."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from onering_cli.generation.answers import UnusableAnswerError
from onering_cli.generation.gates import Standard, check
from onering_cli.generation.model import Brief, DraftedPost, Gate, Material, MaterialKind
from onering_cli.record import record

if TYPE_CHECKING:
    from collections.abc import Sequence

    from onering_cli.generation.assignment import Crew
    from onering_cli.generation.model import Fault

ROUNDS = 2


@record
class Improvement:
    """What became of a draft.

    Args:
        posts: Its posts now; a post that no revision mended is as it was.
        found: What the critic said of the draft as it came.
        changed: The numbers of the posts that were written again, from 0.
    """

    posts: tuple[str, ...]
    found: tuple[Fault, ...]
    changed: tuple[int, ...]


def improve(
    texts: Sequence[str], materials: Sequence[Material], crew: Crew, *, limit_weight: int, judge: bool = True
) -> Improvement:
    """Hold a draft against the gates and a model's judgement, and have the model write again what failed.

    The draft itself is part of the material: what its author says is held, what a model adds to it is not. Without a
    model the draft is only judged.

    Raises:
        OneRingError: The model cannot be asked.
    """
    from onering_cli.generation.reading import read

    own = Material("draft", "\n\n".join(texts), MaterialKind.PLAIN)
    held = (*materials, own)
    readings = tuple(read(material, number) for number, material in enumerate(held))
    language = next((reading.language for reading in readings if reading.language), "")
    brief = Brief("", held, readings, posts=len(texts), limit_weight=limit_weight, language=language)
    standard = Standard(crew.embedder, crew.writer.instructions)
    posts = tuple(map(DraftedPost, texts))
    found = check(brief, posts, standard)
    if not crew.writer.instructions:
        return Improvement(tuple(texts), found, ())
    if judge:
        gated = {fault.post for fault in found}
        found = (*found, *(fault for fault in crew.writer.judge(brief, posts) if fault.post not in gated))
    better, faults = posts, found
    for _ in range(ROUNDS):
        if not faults:
            break
        try:
            tried = crew.writer.revise(brief, better, faults, lambda _delta: None)
        except UnusableAnswerError:
            break
        better = _mended(better, tried, brief, standard)
        faults = tuple(fault for fault in check(brief, better, standard) if fault.gate is not Gate.JUDGEMENT)
    changed = tuple(number for number, post in enumerate(better) if post.text != texts[number])
    return Improvement(tuple(post.text for post in better), found, changed)


def _mended(
    before: tuple[DraftedPost, ...], after: tuple[DraftedPost, ...], brief: Brief, standard: Standard
) -> tuple[DraftedPost, ...]:
    """Each revised post that has no fault of its own, in the place of the one before it."""
    kept = before
    for number, post in enumerate(after[: len(before)]):
        if post.text == before[number].text:
            continue
        candidate = (*kept[:number], replace(post, replaced_by=""), *kept[number + 1 :])
        if not any(fault.post == number for fault in check(brief, candidate, standard)):
            kept = candidate
    return kept
