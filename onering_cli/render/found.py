"""What a search found, as lines for people and pipes and as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from onering_cli.memory.search import Found, snippet
from onering_cli.render.tables import show_rows, show_wrapped
from onering_cli.render.times import local

if TYPE_CHECKING:
    from collections.abc import Sequence

    from onering_cli.drafts.model import DraftHit
    from onering_cli.render.streams import Streams


def show_found(streams: Streams, results: Sequence[DraftHit | Found], words: Sequence[str]) -> None:
    """Some lines a result for a person, one line in columns for a pipe: what, when, why, where, and a passage."""
    if not streams.out_is_terminal:
        show_rows(streams, (), [_cells(result, words) for result in results])
        return
    for result in results:
        name, date, why, link, passage = _cells(result, words)
        streams.data(" · ".join(part for part in (date or "undated", name, why) if part))
        if link:
            streams.data(f"  {link}")
        show_wrapped(streams, passage, indent="  ")


def _cells(result: DraftHit | Found, words: Sequence[str]) -> tuple[str, str, str, str, str]:
    """What it is, its date, why it matched, its link and a passage of it."""
    if not isinstance(result, Found):
        summary = result.summary
        return f"draft {summary.id}", local(summary.updated_at), "", "", result.snippet
    found, post = result.remembered, result.remembered.post
    name = f"{post.kind} {found.id}"
    date = local(post.published_at) if post.published_at else ""
    return name, date, why(result), post.url, snippet(post.text, words)


def why(found: Found) -> str:
    """Why a post matched: ``words caches, past; meaning 0.71``."""
    parts = [f"words {', '.join(found.words)}"] if found.words else []
    if found.similarity is not None:
        parts.append(f"meaning {found.similarity:.2f}")
    return "; ".join(parts)


def found_document(found: Found, words: Sequence[str]) -> dict[str, Any]:
    """The keys that ``search --json`` prints for a post."""
    post = found.remembered.post
    return {
        "in": "memory",
        "id": found.remembered.id,
        "kind": str(post.kind),
        "platform": post.platform,
        "account": post.account,
        "published_at": post.published_at.isoformat() if post.published_at else None,
        "url": post.url,
        "thread": found.remembered.thread_id,
        "position": found.remembered.position,
        "snippet": snippet(post.text, words),
        "text": post.text,
        "score": found.score,
        "matched": {"words": list(found.words), "similarity": found.similarity},
    }
