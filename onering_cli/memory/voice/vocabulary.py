"""Which words somebody uses more often than others do."""

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Protocol

MOST_WORDS = 30
_FEWEST_LETTERS = 3
_FEWEST_TIMES = 3
_OFTENER = 3
"""Below this a word is common, whatever the background's roughness."""
_COMMON_PER_MILLION = 1_500
"""What is said this often belongs to nobody: the, who, not."""
_PER_MILLION = 1_000_000


class Background(Protocol):
    """How often words are used by people in general."""

    def per_million(self, word: str) -> float:
        """Of a million running words, how many are this one (folded); above 0 for a word it does not know, too."""
        ...


def distinctive(posts: Sequence[Iterable[str]], background: Background) -> tuple[str, ...]:
    """The words that come up far more often than in general, the most telling first.

    Each is counted once a post, so that one long post does not make a habit, and stands in three posts at least. They
    are ranked by their part of the log likelihood ratio (Dunning 1993, https://aclanthology.org/J93-1003/).
    """
    counts = Counter(word for words in posts for word in set(words))
    total = sum(counts.values())
    fewest = min(_FEWEST_TIMES, max(2, len(posts) // 10))
    rated = []
    for word, count in counts.items():
        if count < fewest or len(word) < _FEWEST_LETTERS:
            continue
        frequency = background.per_million(word)
        expected = total * frequency / _PER_MILLION
        if frequency < _COMMON_PER_MILLION and count > _OFTENER * expected:
            rated.append((count * math.log(count / expected), word))
    return tuple(word for _, word in sorted(rated, key=lambda entry: (-entry[0], entry[1]))[:MOST_WORDS])
