"""Drafts as lists, cards and JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from onering_cli.render.tables import show_rows
from onering_cli.render.times import local

if TYPE_CHECKING:
    from collections.abc import Sequence

    from onering_cli.drafts.model import DraftSummary, StoredDraft
    from onering_cli.render.streams import Streams
    from onering_cli.text.draft import Draft, Media


def show_summaries(streams: Streams, summaries: Sequence[DraftSummary]) -> None:
    """A line a draft."""
    rows = [
        (summary.id, str(summary.posts), local(summary.updated_at), summary.title or summary.opening)
        for summary in summaries
    ]
    if rows or not streams.out_is_terminal:
        show_rows(streams, ("ID", "POSTS", "SAVED", "TITLE"), rows)


def show_draft(streams: Streams, stored: StoredDraft, limit_weight: int) -> None:
    """Cards with weight, media and what is wrong on the face of it."""
    from onering_cli.render.cards import Card, show_cards
    from onering_cli.text.weights import weigh

    cards = [
        Card(
            post.text,
            weight := weigh(post.text),
            limit_weight,
            media=tuple(media_line(media) for media in post.media),
            warnings=(f"{weight - limit_weight} over the limit",) if weight > limit_weight else (),
        )
        for post in stored.draft.posts
    ]
    saved = f"{stored.id} · revision {stored.revision} · saved {local(stored.updated_at)}"
    show_cards(streams, cards, title=stored.draft.title, footer=saved)


def media_line(media: Media) -> str:
    """One attachment in words."""
    return f"{media.path} — {media.alt}" if media.alt else f"{media.path} (no description)"


def summary_document(summary: DraftSummary) -> dict[str, Any]:
    """The keys that ``draft list --json`` and ``search --json`` print for a draft."""
    return {
        "id": summary.id,
        "title": summary.title,
        "opening": summary.opening,
        "posts": summary.posts,
        "account": summary.account,
        "updated_at": summary.updated_at.isoformat(),
        "removed_at": summary.removed_at.isoformat() if summary.removed_at else None,
    }


def post_documents(draft: Draft, limit_weight: int) -> list[dict[str, Any]]:
    """The keys that ``draft show --json`` prints for each post."""
    from onering_cli.text.weights import measure

    documents = []
    for index, post in enumerate(draft.posts, start=1):
        measured = measure(post.text)
        documents.append(
            {
                "index": index,
                "text": post.text,
                "weight": measured.weight,
                "fits": measured.weight <= limit_weight,
                "links": [link.text for link in measured.links],
                "media": [{"path": media.path, "alt": media.alt} for media in post.media],
            }
        )
    return documents
