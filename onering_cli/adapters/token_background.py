"""How common words are, told by the order in which a tokenizer learned them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tokenizers import Tokenizer

_SPACE = "\u2581"
_ANCHOR_RANK, _ANCHOR_PER_MILLION = 1_058, 2_500.0
"""Where "who" stands in the shipped vocabulary, and how often English texts say it, to an order of magnitude."""
_STEEPNESS = 1.68
"""Half of the early tokens are parts of words, so that frequency falls faster than by Zipf's law; with this exponent
the commonest words ("the": some tens of thousands a million) and rarer ones ("soul": some fifty) come out right."""
_UNKNOWN_RANK = 48_000


class TokenBackground:
    """A power law over the tokens of the shipped tokenizer; satisfies `Background`.

    A tokenizer of byte pairs learns frequent words first (Sennrich 2016, https://aclanthology.org/P16-1162/), in all
    the languages it was trained on, so that its order is a frequency list that needs no file of its own. It is a rough
    one: good enough to set a writer's words apart from everybody's.
    """

    def __init__(self, tokenizer: Tokenizer) -> None:
        self._tokenizer = tokenizer

    def per_million(self, word: str) -> float:
        """Of a million running words, about how many are this one."""
        rank = min(self._rank(word), self._rank(word.capitalize()))
        return _ANCHOR_PER_MILLION * float((rank / _ANCHOR_RANK) ** -_STEEPNESS)

    def _rank(self, word: str) -> int:
        number = self._tokenizer.token_to_id(_SPACE + word)
        return _UNKNOWN_RANK if number is None else max(number, 1)
