"""A generated thread as a person reads it, as a pipe takes it, and as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from onering_cli.render.cards import Card, show_cards
from onering_cli.text.weights import weigh

if TYPE_CHECKING:
    from collections.abc import Sequence

    from onering_cli.drafts.model import StoredDraft
    from onering_cli.generation.model import DraftedPost, Material, Span, Thread
    from onering_cli.render.streams import Streams
    from onering_cli.text.draft import Draft


_COLUMN_COLUMNS = 38
"""A narrower column breaks every line of a post."""


def show_thread(streams: Streams, thread: Thread, draft: StoredDraft, limit_weight: int) -> None:
    """Cards in a terminal; in a pipe the draft file itself, which `onering post` takes as it is."""
    if not streams.out_is_terminal:
        streams.raw(draft.source)
        return
    cards = [
        Card(post.text, weigh(post.text), limit_weight, note=_note(drafted))
        for post, drafted in zip(draft.draft.posts, thread.posts, strict=True)
    ]
    show_cards(streams, cards, title=thread.title)


def show_side_by_side(streams: Streams, kept: Sequence[tuple[Thread, StoredDraft]], reasons: Sequence[str]) -> None:
    """Versions in columns, the best first, each under its draft's id and why it stands where it does."""
    from rich.table import Table
    from rich.text import Text

    from onering_cli.render.cards import console_for
    from onering_cli.text.sanitize import printable

    console = console_for(streams)
    across = max(1, streams.width // _COLUMN_COLUMNS)
    for start in range(0, len(kept), across):
        group = kept[start : start + across]
        table = Table(expand=True, show_lines=True)
        for place, (_, stored) in enumerate(group, start=start):
            table.add_column(Text(f"{place + 1}. {stored.id}\n{reasons[place]}"), ratio=1, vertical="top")
        for number in range(max(len(stored.draft.posts) for _, stored in group)):
            posts = [stored.draft.posts[number : number + 1] for _, stored in group]
            table.add_row(*(Text(printable(post[0].text)) if post else Text("") for post in posts))
        console.print(table)


def show_explanation(streams: Streams, thread: Thread) -> None:
    """What each node decided, a line a step, on stderr."""
    for step in thread.steps:
        streams.note(f"{step.node:>10}  {step.decision}")
    if thread.usage.output_tokens:
        usage = thread.usage
        streams.note(f"     usage  {usage.input_tokens} tokens in, {usage.output_tokens} out, {usage.total_s:.1f} s")


def thread_document(thread: Thread, draft: Draft, draft_id: str | None) -> dict[str, Any]:
    """The keys that `generate --json` prints for one thread; without an id it could not be saved."""
    return {
        "draft": draft_id,
        "title": thread.title,
        "writer": thread.writer,
        "posts": [
            _post_document(index, post.text, drafted, thread.materials)
            for index, (post, drafted) in enumerate(zip(draft.posts, thread.posts, strict=True), start=1)
        ],
        "steps": [{"node": step.node, "decision": step.decision, **step.details} for step in thread.steps],
    }


def _post_document(index: int, text: str, drafted: DraftedPost, materials: Sequence[Material]) -> dict[str, Any]:
    return {
        "index": index,
        "text": text,
        "weight": weigh(text),
        "replaced_by": drafted.replaced_by or None,
        "spans": [_span_document(span, materials) for span in drafted.spans],
    }


def _span_document(span: Span, materials: Sequence[Material]) -> dict[str, Any]:
    material = materials[span.material]
    line = material.text.count("\n", 0, span.start) + 1
    return {"source": material.name, "start": span.start, "end": span.end, "line": line}


def _note(drafted: DraftedPost) -> str:
    return f"replaced by {drafted.replaced_by}" if drafted.replaced_by else ""
