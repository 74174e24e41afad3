"""Long text cut into posts where a reader would pause, and posts numbered."""

from collections.abc import Sequence

from onering_cli.errors import UsageError
from onering_cli.text.boundaries import Cut, Manuscript
from onering_cli.text.weights import LIMIT_WEIGHT

# What a reader minds, on the scale of `boundaries.Level`: one post more, an empty one, a last one of a single word.
_POST_COST = 100
_SLACK_COST = 120
_ORPHAN_COST = 500

_ORPHAN_SHARE = 8
"""A single word is an orphan when it fills less than one in so many of a post."""


class UnsplittableError(UsageError):
    """Something that must not be cut is heavier than a post may be."""

    code = "unsplittable"


def split(text: str, *, limit_weight: int = LIMIT_WEIGHT, numbered: bool = False) -> tuple[str, ...]:
    """Cut `text` into posts of at most `limit_weight`, so that as little as possible is torn apart.

    Paragraphs stay together before lines, lines before sentences, sentences before clauses and those before words; a
    word falls apart into graphemes only where it does not fit into a post. Links, mentions, hashtags and cashtags stay
    whole. Nothing but white space at the cuts is lost. No text gives no posts.

    Args:
        text: What is to be published.
        limit_weight: The most a post may weigh, its number included.
        numbered: Add `` n/m`` to each post, when there are several.

    Raises:
        UnsplittableError: A link, mention, hashtag or grapheme is too heavy by itself.
    """
    manuscript = Manuscript(text)
    posts = _cut(manuscript, limit_weight)
    if not numbered:
        return posts
    total = 1
    while numbering_weight(len(posts)) > numbering_weight(total):  # more digits take more room, which takes more posts
        total = len(posts)
        posts = _cut(manuscript, limit_weight - numbering_weight(total))
    return number(posts)


def number(posts: Sequence[str]) -> tuple[str, ...]:
    """The posts with `` n/m`` at the end of each; a single post stays as it is."""
    if len(posts) < 2:  # noqa: PLR2004 - one post needs no number
        return tuple(posts)
    return tuple(f"{post} {position}/{len(posts)}" for position, post in enumerate(posts, 1))


def numbering_weight(total: int) -> int:
    """The most that `number` adds to the weight of a post among `total`."""
    return len(f" {total}/{total}") if total > 1 else 0


def _cut(manuscript: Manuscript, room: int) -> tuple[str, ...]:
    if manuscript.start >= manuscript.end:
        return ()
    ranges = _best_ranges(manuscript, room, manuscript.cuts(room))
    if len(ranges) > 1 and _is_orphan(manuscript, *ranges[-1], room):
        # A sentence that would fit is cut after all, to give the last word company.
        ranges = _best_ranges(manuscript, room, manuscript.cuts(room, loose_from=ranges[-2][0]))
    return tuple(manuscript.text[start:end] for start, end in ranges)


def _best_ranges(manuscript: Manuscript, room: int, cuts: Sequence[Cut]) -> list[tuple[int, int]]:
    """The ranges between some of the cuts that fit into `room` and cost the reader least, all in all."""
    starts = [manuscript.start, *(cut.start for cut in cuts[:-1])]
    _check_fits(manuscript, room, starts, cuts)
    costs = [0.0]
    chosen: list[int] = []
    for position, cut in enumerate(cuts):
        best_cost, best_first = float("inf"), position
        for first in range(position, -1, -1):
            weight = manuscript.weight(starts[first], cut.end)
            if weight > room:
                break
            cost = costs[first] + _POST_COST + _SLACK_COST * (1 - weight / room) ** 2
            if position == len(cuts) - 1 and first > 0 and _is_orphan(manuscript, starts[first], cut.end, room):
                cost += _ORPHAN_COST
            if cost < best_cost:
                best_cost, best_first = cost, first
        costs.append(best_cost + cut.level)
        chosen.append(best_first)
    ranges: list[tuple[int, int]] = []
    position = len(cuts) - 1
    while position >= 0:
        ranges.append((starts[chosen[position]], cuts[position].end))
        position = chosen[position] - 1
    return ranges[::-1]


def _check_fits(manuscript: Manuscript, room: int, starts: Sequence[int], cuts: Sequence[Cut]) -> None:
    for start, cut in zip(starts, cuts, strict=True):
        weight = manuscript.weight(start, cut.end)
        if weight > room:
            raise UnsplittableError(
                f"“{manuscript.text[start : cut.end][:60]}” must stay whole; it weighs {weight}, {max(room, 0)} fit",
                hint="shorten it, or allow heavier posts",
                details={"start": start, "end": cut.end, "weight": weight, "room": room},
            )


def _is_orphan(manuscript: Manuscript, start: int, end: int, room: int) -> bool:
    return manuscript.weight(start, end) * _ORPHAN_SHARE < room and len(manuscript.text[start:end].split()) == 1
