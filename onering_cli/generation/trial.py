"""A short task that shows whether a model can be used, and how fast it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from onering_cli.generation.chat_writer import ChatWriter
from onering_cli.generation.gates import Standard, check
from onering_cli.generation.model import Brief, Gate, Material, MaterialKind, Usage
from onering_cli.record import record

if TYPE_CHECKING:
    from onering_cli.generation.ports import ChatModel
    from onering_cli.memory.ports import Embedder

POSTS = 3
_LIMIT_WEIGHT = 120
_MATERIAL = """\
Our nightly backup was three cron jobs and a reminder in a calendar. Last month a restore took eleven hours, because
nobody knew which copy was the newest. We replaced all of it with one script of 140 lines. Every morning the script
restores the copy of the night into an empty database and counts the rows. The first real restore took eight minutes.
"""
_FORM = frozenset({Gate.COUNT, Gate.EMPTY, Gate.WEIGHT, Gate.REPEAT})
"""The faults of form; the others say how well it writes, which a trial only tells."""


@record
class Trial:
    """What a model made of the task.

    Args:
        posts: What it wrote.
        faults: What an editor would say of it, a sentence each.
        well_formed: As many posts as asked, none empty, too heavy or twice.
        usage: Tokens and seconds.
    """

    posts: tuple[str, ...]
    faults: tuple[str, ...]
    well_formed: bool
    usage: Usage


def trial(model: ChatModel, embedder: Embedder) -> Trial:
    """Have a model write three posts about a few sentences.

    Raises:
        OneRingError: The model cannot be used.
    """
    from onering_cli.generation.model import Outline, OutlinePoint
    from onering_cli.generation.reading import read

    material = Material("trial", _MATERIAL, MaterialKind.PLAIN)
    reading = read(material, 0)
    points = tuple(OutlinePoint(sentence.text, (sentence.span,)) for sentence in reading.sentences[::2])[:POSTS]
    brief = Brief("", (material,), (reading,), posts=POSTS, limit_weight=_LIMIT_WEIGHT, language=reading.language)
    writer = ChatWriter(model)
    posts = writer.write(brief, Outline(points), lambda _delta: None)
    faults = check(brief, posts, Standard(embedder, writer.instructions))
    return Trial(
        posts=tuple(post.text for post in posts),
        faults=tuple(
            f"post {fault.post + 1}: {fault.message}" if fault.post is not None else fault.message for fault in faults
        ),
        well_formed=not any(fault.gate in _FORM for fault in faults),
        usage=writer.usage,
    )
