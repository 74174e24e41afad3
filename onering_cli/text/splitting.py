"""Cuts long text into posts where a reader would pause, and numbers them."""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import TYPE_CHECKING

from onering_cli.errors import UsageError
from onering_cli.text.graphemes import graphemes
from onering_cli.text.sentences import sentence_boundaries
from onering_cli.text.weights import LIMIT_WEIGHT, measure, weigh

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_PARAGRAPH = re.compile(r"\n[ \t]*\n\s*")
_LINE = re.compile(r"\n\s*")
_CLAUSE = re.compile(r"[,;:—–،、，；：]\s+|[、，；：]|\s[—–-]\s+")
_SPACE = re.compile(r"\s+")
_FULL_ENOUGH = 0.5
"""A cut at a lesser boundary is preferred to one that would leave more than half of the post empty."""


class UnsplittableError(UsageError):
    """Something that must not be cut is heavier than a post may be."""

    code = "unsplittable"


def split(text: str, *, limit_weight: int = LIMIT_WEIGHT, numbered: bool = False) -> tuple[str, ...]:
    """Cut `text` into posts of at most `limit_weight`, at the best boundary that fills each well.

    Paragraphs first, then lines, sentences, clauses and words; a word that is too long falls into graphemes. Links,
    mentions and hashtags stay whole, and nothing but white space at the cuts is lost.

    Raises:
        UnsplittableError: A link, mention, hashtag or character is too heavy by itself.
    """
    if not numbered:
        return _cut(text, limit_weight)
    total = 1
    while True:  # the numbers' own digits take room: the count only ever grows, so this ends
        posts = _cut(text, limit_weight - numbering_weight(total))
        if numbering_weight(len(posts)) <= numbering_weight(total):
            return number(posts)
        total = len(posts)


def number(posts: Sequence[str]) -> tuple[str, ...]:
    """Each post with its number at the end, as in `` 2/7``; a single post stays as it is."""
    if len(posts) <= 1:
        return tuple(posts)
    return tuple(f"{post} {index}/{len(posts)}" for index, post in enumerate(posts, start=1))


def numbering_weight(total: int) -> int:
    """The most that `number` adds to a post of a thread of so many."""
    return len(f" {total}/{total}") if total > 1 else 0


def _cut(text: str, limit_weight: int) -> tuple[str, ...]:
    rest = text.strip()
    posts: list[str] = []
    while rest:
        if weigh(rest) <= limit_weight:
            posts.append(rest)
            break
        place = _best_cut(rest, limit_weight)
        posts.append(rest[:place].rstrip())
        rest = rest[place:].lstrip()
    return tuple(posts)


def _best_cut(text: str, limit_weight: int) -> int:
    """Where the first post ends: the furthest boundary of the best kind that fills it well enough."""
    window = text[: limit_weight * 8]  # a post of this limit cannot be longer in characters than links make it
    measured = measure(window)
    whole = [(e.start, e.end) for e in (*measured.links, *measured.mentions, *measured.hashtags, *measured.cashtags)]
    starts = sorted(whole)

    def free(place: int) -> bool:
        at = bisect_right(starts, (place, -1)) - 1
        return not (0 <= at < len(starts) and starts[at][0] < place < starts[at][1])

    most = _furthest(window, limit_weight)
    fallback = 0
    for boundaries in (_ends(_PARAGRAPH, window), _ends(_LINE, window), _sentences(window), _ends(_CLAUSE, window)):
        fitting = [place for place in boundaries if 0 < place <= most and free(place)]
        if fitting and weigh(window[: fitting[-1]].rstrip()) >= limit_weight * _FULL_ENOUGH:
            return fitting[-1]
        fallback = max([fallback, *fitting])
    words = [place for place in _ends(_SPACE, window) if 0 < place <= most and free(place)]
    if words or fallback:
        return max([fallback, *words])
    return _within_word(window, most, free)


def _within_word(window: str, most: int, free: Callable[[int], bool]) -> int:
    place = best = 0
    for grapheme in graphemes(window[:most]):
        place += len(grapheme)
        if place <= most and free(place):
            best = place
    if best:
        return best
    word = window.split(maxsplit=1)[0]
    raise UnsplittableError(
        f"“{word[:60]}” is too heavy for one post and must not be cut", hint="shorten it, or raise the limit"
    )


def _furthest(window: str, limit_weight: int) -> int:
    """The longest prefix, in characters, that fits; weight never falls by more than a link saves as text grows."""
    low, high = 0, len(window)
    while low < high:
        middle = (low + high + 1) // 2
        if weigh(window[:middle].rstrip()) <= limit_weight:
            low = middle
        else:
            high = middle - 1
    # A link that the search cut in two weighs more than the whole: its end may fit where its middle did not.
    ends = [link.end for link in measure(window).links if weigh(window[: link.end]) <= limit_weight]
    return max([low, *ends])


def _ends(pattern: re.Pattern[str], window: str) -> list[int]:
    return [match.end() for match in pattern.finditer(window)]


def _sentences(window: str) -> list[int]:
    return [place for place in sentence_boundaries(window) if place < len(window)]
