"""Builds what serves the memory."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from onering_cli.errors import UsageError
from onering_cli.settings import catalogue as settings

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from onering_cli.adapters.static_query import StaticQuery
    from onering_cli.memory.archives import Archive
    from onering_cli.memory.embedding import Embedding
    from onering_cli.memory.ports import Corpus, Embedder, MeaningIndex
    from onering_cli.memory.search import Search
    from onering_cli.publishing.model import Run
    from onering_cli.toolbox import Toolbox

_FEW_POSTS = 2_000


class MemoryTools:
    """The memory's part of the toolbox.

    Args:
        toolbox: The whole.
    """

    def __init__(self, toolbox: Toolbox) -> None:
        self._toolbox = toolbox
        self.waiting_posts = 0
        """How many posts the last search by meaning could not see, since they have no vectors yet."""

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

    def on_final_run(self, run: Run) -> None:
        """Remember a run that was posted, forget one that was rolled back; called within the journal's transaction."""
        from onering_cli.adapters.sqlite.published_posts import remember_run

        remember_run(self._toolbox.store.connection, run)

    @cached_property
    def embedder(self) -> Embedder:
        """The embedder in force: the shipped one, or a model at a server when `memory.embedder` names one."""
        reference = self._toolbox.settings[settings.MEMORY_EMBEDDER]
        if not reference:
            return self._toolbox.embedder
        from onering_cli.adapters.secrets import SERVER_API_KEY
        from onering_cli.adapters.served_embedder import ServedEmbedder

        key = self._toolbox.secrets.get(SERVER_API_KEY)
        return ServedEmbedder(reference, key.reveal() if key else "")

    def embedding(self) -> Embedding:
        """Makes the vectors that are missing."""
        from onering_cli.memory.embedding import Embedding

        return Embedding(self.embedder, self.vectors)

    @cached_property
    def search(self) -> Search:
        """Searches what is remembered."""
        from onering_cli.adapters.sqlite.post_words import SqliteWords
        from onering_cli.memory.search import Search

        return Search(SqliteWords(self._toolbox.store), self.vectors, self.query_vector, self.catch_up)

    def query_vector(self, text: str) -> Sequence[float]:
        """The vector of one text by the embedder whose vectors are searched.

        Raises:
            UsageError: The memory's vectors are of an embedder that is not the one in force.
        """
        from onering_cli.adapters.static_weights import MODEL

        model = self.vectors.model
        if model == MODEL:
            return self._static_query.vector(text)
        if model != self.embedder.model:
            raise UsageError(
                f"the memory's vectors were made by {model}, which is not the embedder in force",
                hint="make them again with the one in force: onering memory embed; or search with --words",
            )
        vector: list[float] = self.embedder.embed([text])[0].tolist()
        return vector

    @cached_property
    def _static_query(self) -> StaticQuery:
        from onering_cli.adapters.static_query import StaticQuery

        return StaticQuery()

    def catch_up(self) -> None:
        """Make the vectors of posts that have none yet, when they are few: what was posted since the last search."""
        model = self.embedder.model
        current = self.vectors.model
        self.waiting_posts = self.vectors.pending(current or model)
        if current not in ("", model) or not 0 < self.waiting_posts <= _FEW_POSTS:
            return
        embedding = self.embedding()
        try:
            embedding.finish()
            self.waiting_posts = 0
        finally:
            embedding.close()

    def open_archives(self, paths: Sequence[Path], account: str) -> list[Archive]:
        """What paths hold, their posts meant for one account; "" is the user's default, where the posts do not say.

        Raises:
            ArchiveError: One is no archive, or not a whole one.
        """
        from onering_cli.adapters.archives.opening import open_archives

        return open_archives(paths, account=self._toolbox.account(account), everybody=not account)
