"""Recalls passages from what the user published, and from the user's own drafts."""

from __future__ import annotations

from itertools import chain, zip_longest
from typing import TYPE_CHECKING

from onering_cli.generation.model import Recollection

if TYPE_CHECKING:
    from onering_cli.drafts.ports import DraftStore
    from onering_cli.memory.search import Search


class OwnWordsRecall:
    """Recall over the drafts and the memory in turns; satisfies `Recall`.

    Args:
        drafts: Searched by their words.
        memory: Searched by words, and by meaning where words find little.
    """

    def __init__(self, drafts: DraftStore, memory: Search) -> None:
        self._drafts = drafts
        self._memory = memory

    def search(self, query: str, *, limit: int) -> list[Recollection]:
        """The drafts and posts that match a query best; a draft is one passage with its posts as paragraphs."""
        drafts = [
            Recollection(
                text="\n\n".join(post.text for post in self._drafts.get(hit.summary.id).draft.posts),
                source=f"draft {hit.summary.id}",
            )
            for hit in self._drafts.search(query, limit=limit)
        ]
        posts = [
            Recollection(
                text=found.remembered.post.text,
                source=f"{found.remembered.post.kind} {found.remembered.id}",
                at=found.remembered.post.published_at,
                url=found.remembered.post.url,
                similarity=found.similarity or 0.0,
            )
            for found in self._memory.find(query, limit=limit)
        ]
        in_turns = chain.from_iterable(zip_longest(posts, drafts))
        return [one for one in in_turns if one is not None][:limit]
