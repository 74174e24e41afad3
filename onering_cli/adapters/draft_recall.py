"""Recalls passages from the user's own drafts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from onering_cli.generation.model import Recollection

if TYPE_CHECKING:
    from onering_cli.drafts.ports import DraftStore


class DraftRecall:
    """Full-text recall over the drafts in the store; satisfies `Recall`."""

    def __init__(self, drafts: DraftStore) -> None:
        self._drafts = drafts

    def search(self, query: str, *, limit: int) -> list[Recollection]:
        """The drafts that match a query best, each as one passage with its posts as paragraphs."""
        return [
            Recollection(
                text="\n\n".join(post.text for post in self._drafts.get(hit.summary.id).draft.posts),
                source=f"draft {hit.summary.id}",
            )
            for hit in self._drafts.search(query, limit=limit)
        ]
