"""Builds what serves the memory."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from onering_cli.memory.archives import Archive
    from onering_cli.memory.embedding import Embedding
    from onering_cli.memory.ports import Corpus, Embedder, MeaningIndex
    from onering_cli.toolbox import Toolbox


class MemoryTools:
    """The memory's part of the toolbox.

    Args:
        toolbox: The whole.
    """

    def __init__(self, toolbox: Toolbox) -> None:
        self._toolbox = toolbox

    @cached_property
    def corpus(self) -> Corpus:
        """All posts that are remembered."""
        from onering_cli.adapters.sqlite.corpus import SqliteCorpus

        return SqliteCorpus(self._toolbox.store, self._toolbox.clock)

    @cached_property
    def vectors(self) -> MeaningIndex:
        """Their vectors."""
        from onering_cli.adapters.sqlite.post_vectors import SqliteVectors

        return SqliteVectors(self._toolbox.store)

    @property
    def embedder(self) -> Embedder:
        """The embedder in force."""
        return self._toolbox.embedder

    def embedding(self) -> Embedding:
        """Makes the vectors that are missing."""
        from onering_cli.memory.embedding import Embedding

        return Embedding(self.embedder, self.vectors)

    def open_archives(self, paths: Sequence[Path], account: str) -> list[Archive]:
        """What paths hold, their posts meant for one account; "" is the user's default, where the posts do not say.

        Raises:
            ArchiveError: One is no archive, or not a whole one.
        """
        from onering_cli.adapters.archives.opening import open_archives

        return open_archives(paths, account=self._toolbox.account(account), everybody=not account)
