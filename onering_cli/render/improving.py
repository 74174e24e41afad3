"""What the critic says of a draft, and what became of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from onering_cli.generation.improving import Improvement
    from onering_cli.generation.model import Fault
    from onering_cli.render.streams import Streams


def fault_documents(faults: Sequence[Fault]) -> list[dict[str, Any]]:
    """The faults as JSON: the post's number from 1, or null for the thread."""
    return [
        {"post": None if fault.post is None else fault.post + 1, "gate": fault.gate, "message": fault.message}
        for fault in faults
    ]


def show_improvement(streams: Streams, texts: Sequence[str], done: Improvement) -> None:
    """A line a fault, and each post that was written again under how it was."""
    for fault in done.found:
        place = "thread" if fault.post is None else f"post {fault.post + 1}"
        streams.data(f"{place}: {fault.message}")
    for number in done.changed:
        streams.data(f"\npost {number + 1} was\n  {texts[number]}\npost {number + 1} is\n  {done.posts[number]}")
    if not done.found:
        streams.note("nothing to improve")
    elif not done.changed:
        streams.note("nothing was changed")
