"""The few shingles by which a post is found again among those that share many with it."""

from functools import lru_cache
from zlib import crc32

from onering_cli.text.likeness import SHINGLE_WORDS, words

SKETCH_SIZE = 6
"""Two posts that share half of their shingles have none of these in common once in 64 times (0.5 ** 6), and more
rarely the more they share."""

_LOW_BITS = 0xFFFFFFFF
_FIRST, _SECOND, _MIX = 0x9E3779B1, 0x85EBCA6B, 0xC2B2AE35
"""Odd numbers that spread bits, from xxHash (https://github.com/Cyan4973/xxHash/blob/dev/doc/xxhash_spec.md)."""


def sketch(text: str) -> list[int]:
    """The lowest `SKETCH_SIZE` of the 32-bit hashes of a text's three-word shingles, rising; empty without words.

    A bottom-k sketch (Cohen 1997, https://doi.org/10.1006/jcss.1997.1534): which shingles are lowest does not depend on
    the text they stand in, so that near copies keep most of them. The shingles are those of `text.likeness`.
    """
    found = [_word_hash(word) for word in words(text)]
    if not found:
        return []
    while len(found) < SHINGLE_WORDS:
        found.append(0)
    hashes = {
        (one * _FIRST + two * _SECOND + three) * _MIX & _LOW_BITS
        for one, two, three in zip(found, found[1:], found[2:], strict=False)
    }
    return sorted(hashes)[:SKETCH_SIZE]


@lru_cache(maxsize=1 << 16)
def _word_hash(word: str) -> int:
    return crc32(word.encode("utf-8", "replace"))
