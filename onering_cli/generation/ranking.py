"""Puts versions of a thread in order, and says why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from onering_cli.generation.reading import read
from onering_cli.record import record

if TYPE_CHECKING:
    from collections.abc import Sequence

    from onering_cli.generation.model import Thread
    from onering_cli.memory.ports import Embedder


@record
class Placed:
    """A version's place.

    Args:
        index: Which version, from 0, in the order in which they were written.
        reason: What counts for and against it.
    """

    index: int
    reason: str


def ranked(threads: Sequence[Thread], embedder: Embedder) -> tuple[Placed, ...]:
    """The versions, the best first.

    Fewer replaced posts come first, then fewer faults that were left when revision ended, then how much of the
    material a version covers: for each sentence of it, the likeness of the nearest post; the mean.
    """
    placed = []
    for index, thread in enumerate(threads):
        replaced = sum(bool(post.replaced_by) for post in thread.posts)
        covered = _covered(thread, embedder)
        key = (replaced, len(thread.faults), -round(covered, 3), index)
        placed.append((key, Placed(index, _reason(replaced, len(thread.faults), covered))))
    return tuple(place for _, place in sorted(placed, key=lambda pair: pair[0]))


def _covered(thread: Thread, embedder: Embedder) -> float:
    readings = [read(material, number) for number, material in enumerate(thread.materials)]
    sentences = [sentence.text for reading in readings for sentence in reading.sentences]
    if not sentences or not thread.posts:
        return 0.0
    posts = embedder.embed([post.text for post in thread.posts])
    return float((embedder.embed(sentences) @ posts.T).max(axis=1).mean())


def _reason(replaced: int, faults: int, covered: float) -> str:
    parts = [f"covers {covered:.0%} of the material's meaning" if covered else "no material to cover"]
    parts.append(f"{replaced} posts were replaced" if replaced else "every post is the writer's own")
    if faults:
        parts.append(f"{faults} faults were left after revision")
    return ", ".join(parts)
