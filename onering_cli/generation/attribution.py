"""Names the sentences of the material that a written post rests on, by the words they share."""

from __future__ import annotations

import math
import re
from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from onering_cli.generation.model import Reading, Span

_MOST_SPANS = 3
_ENOUGH_OVERLAP = 0.2
"""A sentence supports a post when it shares this part of the post's weighted words, or more."""
_NEAR_BEST = 0.5
"""And when it does so at least half as well as the best one."""
_STEM_LETTERS = 6
"""Words are compared by their first letters, so that `caches` meets `caching`."""

_WORD = re.compile(r"[^\W_]+")


class Attribution:
    """Finds the source sentences nearest to a text; rare words count more than common ones.

    Args:
        readings: The materials as read; their sentences' spans are what is named.
    """

    def __init__(self, readings: Sequence[Reading]) -> None:
        self._sentences = [sentence for reading in readings for sentence in reading.sentences]
        self._terms = [frozenset(_terms(sentence.text)) for sentence in self._sentences]
        frequency = Counter(term for terms in self._terms for term in terms)
        total = len(self._sentences)
        self._weights = {term: math.log(1 + total / count) for term, count in frequency.items()}
        self._unseen_weight = math.log(1 + total) if total else 1.0

    def spans(self, text: str, *, most: int = _MOST_SPANS) -> tuple[Span, ...]:
        """Where the text comes from, in the source's order; empty when no sentence shares enough of its words."""
        wanted = frozenset(_terms(text))
        whole = sum(self._weights.get(term, self._unseen_weight) for term in wanted)
        if not whole:
            return ()
        overlaps = [self._overlap(wanted, terms) / whole for terms in self._terms]
        least = max(_ENOUGH_OVERLAP, _NEAR_BEST * max(overlaps, default=0.0))
        best = sorted((index for index, overlap in enumerate(overlaps) if overlap >= least), key=lambda i: -overlaps[i])
        return tuple(sorted(self._sentences[index].span for index in best[:most]))

    def _overlap(self, wanted: frozenset[str], terms: frozenset[str]) -> float:
        return sum(self._weights[term] for term in wanted & terms)


def _terms(text: str) -> Iterator[str]:
    """Word stems; scripts without spaces give pairs of characters."""
    for word in _WORD.findall(text.casefold()):
        if word[0] < "\u2e80":
            yield word[:_STEM_LETTERS]
        else:
            yield from (word[index : index + 2] for index in range(max(1, len(word) - 1)))
