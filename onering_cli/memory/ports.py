"""What the memory needs from outside."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from onering_cli.memory.model import (
    EVERYTHING,
    AccountCount,
    Added,
    Filter,
    Metrics,
    Neighbour,
    Post,
    Remembered,
    SourceMark,
    WordHit,
)

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class Embedder(Protocol):
    """Turns texts into vectors whose inner product is their likeness."""

    @property
    def model(self) -> str:
        """The name stored beside every vector it makes."""
        ...

    @property
    def dimension(self) -> int:
        """Numbers per vector."""
        ...

    def embed(self, texts: Sequence[str]) -> "NDArray[np.float32]":
        """``(len(texts), dimension)`` float32, unit norm; a text without known words gives zeros."""
        ...


class Corpus(Protocol):
    """All posts that are remembered."""

    def source(self, name: str, *, format_: str, fingerprint: str, account: str = "") -> SourceMark:
        """Where posts come from: the mark of an earlier reading of the same content, else a new one."""
        ...

    def add(self, posts: Sequence[Post], *, source: int, position: int | None = None) -> Added:
        """Remember posts in one transaction; those known by remote id, or without one by content, stay as they are.

        Metrics of known posts are added to their time series.

        Args:
            posts: At most some thousands.
            source: Where they come from.
            position: Move the source's mark there, in the same transaction.
        """
        ...

    def finish(self, source: int) -> None:
        """Mark a source as read to its end, and join what it brought into threads."""
        ...

    def get(self, post_id: int) -> Remembered:
        """The post with a number; `UsageError` when there is none."""
        ...

    def posts(self, which: Filter = EVERYTHING, *, newest_first: bool = False, limit: int = 0) -> Iterator[Remembered]:
        """Posts by the time they were published, undated ones as the oldest; reads in pages, so memory is bounded.

        Args:
            which: Narrows.
            newest_first: The other way round.
            limit: The most to give; 0 for all.
        """
        ...

    def same_text(self, text: str, which: Filter = EVERYTHING, *, limit: int = 10) -> list[Remembered]:
        """Posts whose text is the same once case, spaces, marks and links are left out, the newest first."""
        ...

    def count(self, which: Filter) -> int:
        """How many posts are meant."""
        ...

    def forget(self, which: Filter) -> int:
        """Forget posts, their words and their metrics; how many. Every source may be read again from its beginning."""
        ...

    def series(self, post_ids: Sequence[int]) -> dict[int, list[tuple[datetime, Metrics]]]:
        """The metrics of posts over time, the earliest first."""
        ...

    def counts(self) -> list[AccountCount]:
        """What is remembered, account by account."""
        ...

    def __len__(self) -> int:
        """How many posts are remembered."""
        ...


class WordIndex(Protocol):
    """The words of all remembered posts."""

    def with_words(self, query: str, which: Filter = EVERYTHING, *, limit: int) -> list[WordHit]:
        """Posts with every word of the query, else those with any, the best first."""
        ...


class MeaningIndex(Protocol):
    """The vectors of the remembered posts, made by one embedder."""

    @property
    def model(self) -> str:
        """The embedder that made the vectors which are searched; "" when there are none yet."""
        ...

    def pending(self, model: str) -> int:
        """How many posts an embedder has not made a vector for."""
        ...

    def texts(self, model: str, *, limit: int) -> list[tuple[int, str]]:
        """Numbers and texts of the next posts that an embedder has to make vectors for, in order."""
        ...

    def put(self, model: str, vectors: "NDArray[np.float32]", numbers: Sequence[int]) -> None:
        """Keep the vectors of the next posts; once none is pending, this embedder's are the ones that are searched."""
        ...

    def forget(self, post_ids: Sequence[int] = ()) -> None:
        """Forget the vectors of posts, or, when none is named, those of all posts that are remembered no more."""
        ...

    def forget_model(self, model: str) -> None:
        """Forget an embedder and all of its vectors."""
        ...

    def nearest(self, vector: Sequence[float], which: Filter = EVERYTHING, *, limit: int) -> list[Neighbour]:
        """Posts nearest in meaning to a vector of the current embedder, the nearest first."""
        ...
