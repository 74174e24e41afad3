"""Makes vectors for the posts that have none, while something else may go on."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Future

    import numpy as np
    from numpy.typing import NDArray

    from onering_cli.memory.ports import Embedder, MeaningIndex

_TEXTS_AT_ONCE = 2_000


class Embedding:
    """Embeds in a thread of its own and keeps in the caller's: the store belongs to one thread.

    What is kept is durable batch by batch, so that it goes on where it stopped, whatever stopped it.

    Args:
        embedder: Makes the vectors; used in the other thread only.
        index: Keeps them.
    """

    def __init__(self, embedder: Embedder, index: MeaningIndex) -> None:
        from concurrent.futures import ThreadPoolExecutor

        self._embedder = embedder
        self._index = index
        self._thread = ThreadPoolExecutor(1, "embedding")
        self._numbers: list[int] = []
        self._vectors: Future[NDArray[np.float32]] | None = None

    def advance(self) -> None:
        """Keep what is made, and begin with what is next; waits for nothing."""
        if self._vectors is not None and not self._vectors.done():
            return
        self._keep()
        self._begin()

    def finish(self, on_progress: Callable[[int], None] = lambda _made: None) -> int:
        """Wait until no post is without a vector; how many were made since this was called."""
        made = 0
        while True:
            made += self._keep()
            on_progress(made)
            if not self._begin():
                return made

    def close(self) -> None:
        """Give up what is not kept."""
        self._thread.shutdown(cancel_futures=True)

    def _begin(self) -> bool:
        if self._vectors is None:
            texts = self._index.texts(self._embedder.model, limit=_TEXTS_AT_ONCE)
            if not texts:
                return False
            self._numbers = [number for number, _ in texts]
            self._vectors = self._thread.submit(self._embedder.embed, [text for _, text in texts])
        return True

    def _keep(self) -> int:
        if self._vectors is None:
            return 0
        vectors, self._vectors = self._vectors.result(), None
        self._index.put(self._embedder.model, vectors, self._numbers)
        return len(self._numbers)
