"""Finds remembered posts by their words and by their meaning, and puts the two together."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import TYPE_CHECKING

from onering_cli.memory.model import EVERYTHING
from onering_cli.record import record

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from onering_cli.memory.model import Filter, Neighbour, Remembered, WordHit
    from onering_cli.memory.ports import MeaningIndex, WordIndex

# Reciprocal rank fusion (Cormack, Clarke and Büttcher 2009, https://doi.org/10.1145/1571941.1572114): 60 is theirs.
_RANK_OFFSET = 60
FEW_HITS = 5
"""Words that so few posts have are helped out by meaning."""
LEAST_SIMILARITY = 0.35
"""Below it a neighbour is one only because nothing is nearer (two sentences of real documents, drawn by chance: 0.07 at
the median, 0.31 at the 99th percentile, measured over 20,000 pairs)."""
_SNIPPET_CHARACTERS = 180
_LEAST_BEGINNING = 3
_WORD = re.compile(r"[^\W_]+")


class By(StrEnum):
    """What posts are looked for by."""

    BOTH_IF_FEW = "both_if_few"
    WORDS = "words"
    MEANING = "meaning"


@record
class Found:
    """A post that was found, and why.

    Args:
        remembered: The post.
        score: By what the order is; more is better.
        words: The words of the query that it has.
        similarity: Cosine of its meaning to the query's, None when it was found by its words alone.
    """

    remembered: Remembered
    score: float
    words: tuple[str, ...] = ()
    similarity: float | None = None


class Search:
    """Searches the memory.

    Args:
        words: The words of all posts.
        meaning: Their vectors.
        vector: Makes the vector of a query; asked only when meaning matters.
        catch_up: Makes vectors for the posts that have none yet, as far as that is quick.
    """

    def __init__(
        self,
        words: WordIndex,
        meaning: MeaningIndex,
        vector: Callable[[str], Sequence[float]],
        catch_up: Callable[[], None],
    ) -> None:
        self._words = words
        self._meaning = meaning
        self._vector = vector
        self._catch_up = catch_up

    def find(self, query: str, which: Filter = EVERYTHING, *, limit: int, by: By = By.BOTH_IF_FEW) -> list[Found]:
        """The posts that match a query best, the best first."""
        hits = [] if by is By.MEANING else self._words.with_words(query, which, limit=limit)
        wanted = query_words(query)
        whole = sum(1 for hit in hits if len(_shared(wanted, hit.remembered.post.text)) == len(wanted))
        near: list[Neighbour] = []
        if by is By.MEANING or (by is By.BOTH_IF_FEW and whole < min(FEW_HITS, limit)):
            least = LEAST_SIMILARITY if by is By.BOTH_IF_FEW else 0.0
            near = [one for one in self.similar(query, which, limit=limit) if one.similarity >= least]
        return fused(wanted, hits, near)[:limit]

    def similar(self, text: str, which: Filter = EVERYTHING, *, limit: int) -> list[Neighbour]:
        """The posts nearest in meaning to a text, the nearest first, however far."""
        self._catch_up()
        if not self._meaning.model:
            return []
        return self._meaning.nearest(self._vector(text), which, limit=limit)


def fused(wanted: Sequence[str], hits: Sequence[WordHit], near: Sequence[Neighbour]) -> list[Found]:
    """Two rankings as one, by the sum of the reciprocal ranks."""
    scores: dict[int, float] = {}
    posts: dict[int, Remembered] = {}
    for ranking in ([hit.remembered for hit in hits], [one.remembered for one in near]):
        for rank, remembered in enumerate(ranking, 1):
            posts.setdefault(remembered.id, remembered)
            scores[remembered.id] = scores.get(remembered.id, 0.0) + 1 / (_RANK_OFFSET + rank)
    similarity = {one.remembered.id: one.similarity for one in near}
    order = sorted(scores, key=lambda post_id: (-scores[post_id], -post_id))
    return [
        Found(posts[post_id], scores[post_id], _shared(wanted, posts[post_id].post.text), similarity.get(post_id))
        for post_id in order
    ]


def query_words(query: str) -> tuple[str, ...]:
    """The words of a query, each once."""
    return tuple(dict.fromkeys(word.casefold() for word in _WORD.findall(query)))


def _shared(wanted: Sequence[str], text: str) -> tuple[str, ...]:
    folded = text.casefold()
    return tuple(word for word in wanted if _begins_a_word(word, folded))


def _begins_a_word(word: str, folded: str) -> bool:
    """As the index finds words: whole, or from three letters on by their beginning; anywhere in unspaced scripts."""
    if not word.isascii():
        return word in folded
    whole = "" if len(word) >= _LEAST_BEGINNING else r"(?!\w)"
    return re.search(rf"(?<!\w){word}{whole}", folded) is not None


def snippet(text: str, words: Sequence[str]) -> str:
    """The passage of a text around the first of the words, on one line."""
    line = " ".join(text.split())
    if len(line) <= _SNIPPET_CHARACTERS:
        return line
    folded = line.casefold()
    places = [place for word in words if (place := folded.find(word)) >= 0]
    begin = max(0, min(places, default=0) - _SNIPPET_CHARACTERS // 3)
    begin = min(begin, len(line) - _SNIPPET_CHARACTERS)
    begin = line.find(" ", begin) + 1 if begin else 0
    passage = line[begin : begin + _SNIPPET_CHARACTERS]
    return f"{'...' if begin else ''}{passage}{'...' if begin + _SNIPPET_CHARACTERS < len(line) else ''}"
