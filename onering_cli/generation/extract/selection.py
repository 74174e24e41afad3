"""Chooses among passages: as much of the material as possible, said once, in its order."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from onering_cli.generation.extract.passages import Passage

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from onering_cli.generation.extract.scoring import Scores
    from onering_cli.generation.extract.units import Unit

# What a choice is worth: what its passages are worth, and how much of the material they cover by meaning and by terms
# (both shares of the whole, hence the weights), less what they repeat. Chosen by reading threads of fifty documents,
# and such that they cover more than LexRank's choice of the same length, with an eighth of its dangling openings.
_MEANING_WEIGHT = 12.8
_TERMS_WEIGHT = 8.0
_REPEAT_WEIGHT = 1.2
_SECTION_BONUS = 0.3
_SAME_LABEL = 0.4
_READING_BONUS = 1.0
_EMPTY_SHARE = 0.45
_FULL_FROM = 0.85
_FULL_LIST = 3
_REPEATED_LIKENESS = 0.55
_ROUNDS = 4
_ROUNDING = 1e-4


@dataclass(frozen=True, slots=True)
class Pool:
    """Passages as numbers; `p` passages over `n` units and `t` terms.

    Args:
        passages: In the order of `passages_of`.
        first: ``(p,)`` the first unit of each.
        last: ``(p,)`` the last unit of each.
        value: ``(p,)`` what each is worth by itself.
        covers: ``(p, n)`` how much of each unit's meaning it says, 0.0 to 1.0.
        holds: ``(p, t)`` the salient terms it holds.
        member: ``(p, n)`` 1.0 for the units it is made of.
        section: ``(p,)`` the section of its first unit.
        reading: ``(p,)`` its reading.
    """

    passages: Sequence[Passage]
    first: "NDArray[np.int64]"
    last: "NDArray[np.int64]"
    value: "NDArray[np.float32]"
    covers: "NDArray[np.float32]"
    holds: "NDArray[np.bool_]"
    member: "NDArray[np.float32]"
    section: "NDArray[np.int64]"
    reading: "NDArray[np.int64]"


def pool_of(passages: Sequence[Passage], units: "Sequence[Unit]", scores: "Scores", limit_weight: int) -> Pool:
    """Work out what each passage says and is worth."""
    import numpy as np

    covers = np.zeros((len(passages), len(units)), dtype=np.float32)
    holds = np.zeros((len(passages), scores.holds.shape[1]), dtype=bool)
    member = np.zeros_like(covers)
    value = np.zeros(len(passages), dtype=np.float32)
    for number, passage in enumerate(passages):
        members = list(passage.members)
        covers[number] = scores.likeness[members].max(axis=0)
        holds[number] = scores.holds[members].any(axis=0)
        member[number, members] = 1.0
        value[number] = _worth(passage, units, scores, limit_weight)
    firsts = [passage.first for passage in passages]
    return Pool(
        passages,
        np.array(firsts, dtype=np.int64),
        np.array([passage.last for passage in passages], dtype=np.int64),
        value,
        covers,
        holds,
        member,
        np.array([units[first].section for first in firsts], dtype=np.int64),
        np.array([units[first].reading for first in firsts], dtype=np.int64),
    )


def capacity(passages: Sequence[Passage]) -> int:
    """The most passages that can stand in one thread, none overlapping another."""
    count, free = 0, -1
    for passage in sorted(passages, key=lambda passage: passage.last):
        if passage.first > free:
            count, free = count + 1, passage.last
    return count


def choose(
    pool: Pool,
    scores: "Scores",
    count: int,
    ends: tuple[Sequence[int], Sequence[int]],
    discount: "NDArray[np.float32]",
) -> list[int] | None:
    """The numbers of `count` passages, ascending; None when so many do not fit.

    Args:
        pool: What there is to choose from.
        scores: What the units are worth.
        count: How many; two at least when there are ends.
        ends: The passages that may open the thread, all with one first unit, and those that may close it, all with one
            last unit, the best first; nothing is chosen before or after them. Empty where anything may.
        discount: ``(p,)`` taken off each passage's value.
    """
    choices = [list(end) for end in ends if end]
    chosen = [end[0] for end in choices]
    lowest = int(pool.first[ends[0][0]]) if ends[0] else 0
    highest = int(pool.last[ends[1][0]]) if ends[1] else int(pool.last.max())
    rest = _Rest(pool, lowest, highest)
    if _overlap(pool, chosen) or rest.room(chosen) < count - len(chosen):
        chosen = [min(end, key=lambda number: int(pool.last[number] - pool.first[number])) for end in choices]
        if _overlap(pool, chosen) or rest.room(chosen) < count - len(chosen):
            return None
    while len(chosen) < count:
        best = _best_addition(pool, scores, chosen, rest, count - len(chosen), discount)
        if best is None:
            return None
        chosen.append(best)
    for _ in range(_ROUNDS):
        if not _exchange(pool, scores, chosen, choices, rest, discount):
            break
    return sorted(chosen, key=lambda number: int(pool.first[number]))


def _overlap(pool: Pool, chosen: Sequence[int]) -> bool:
    return any(pool.last[before] >= pool.first[after] for before, after in pairwise(chosen))


class _Rest:
    """Tells how many passages still fit beside those chosen."""

    def __init__(self, pool: Pool, lowest: int, highest: int) -> None:
        self._pool = pool
        self._inside = ((pool.first >= lowest) & (pool.last <= highest)).nonzero()[0]
        # Of the passages with one opener only the shortest matters to how many fit.
        shortest: dict[int, int] = {}
        for number in self._inside:
            first, last = int(pool.first[number]), int(pool.last[number])
            shortest[first] = min(last, shortest.get(first, last))
        self._ranges = sorted((last, first) for first, last in shortest.items())

    def room(self, chosen: Sequence[int]) -> int:
        taken = sorted((int(self._pool.first[number]), int(self._pool.last[number])) for number in chosen)
        starts = [first for first, _ in taken]
        count, free = 0, -1
        for last, first in self._ranges:
            if first <= free:
                continue
            place = bisect_left(starts, first)
            if (place < len(taken) and taken[place][0] <= last) or (place > 0 and taken[place - 1][1] >= first):
                continue
            count, free = count + 1, last
        return count

    def free(self, chosen: Sequence[int]) -> list[int]:
        """The passages that touch none of those chosen."""
        import numpy as np

        pool = self._pool
        taken = np.zeros(pool.member.shape[1] + 1, dtype=np.int64)
        for number in chosen:
            taken[int(pool.first[number]) + 1 : int(pool.last[number]) + 2] = 1
        before = taken.cumsum()
        untouched = before[pool.last[self._inside] + 1] == before[pool.first[self._inside]]
        return [int(number) for number in self._inside[untouched]]


def _worth(passage: Passage, units: "Sequence[Unit]", scores: "Scores", limit_weight: int) -> float:
    members = passage.members
    weights = [units[number].weight for number in members]
    mean = sum(float(scores.value[number]) * weight for number, weight in zip(members, weights, strict=True)) / max(
        sum(weights), 1
    )
    opener = units[passage.first]
    worth = mean * (_EMPTY_SHARE + (1 - _EMPTY_SHARE) * min(passage.weight / (_FULL_FROM * limit_weight), 1.0))
    if not opener.starts_block:
        worth *= 0.9
    if opener.opening != opener.text:
        worth *= 0.92
    if opener.weak:
        worth *= 0.55
    if not passage.whole:
        worth *= 0.5
    if opener.is_item and not opener.lead_in:
        if len(members) == 1 and _in_list(passage.first, units):
            worth *= 0.6
        if not passage.label and len(members) > 1:
            worth *= 0.6
        if _continues_list(passage.first, units):
            worth *= 0.7
        elif len(members) >= _FULL_LIST:
            worth *= 1.25
    return worth


def _in_list(number: int, units: "Sequence[Unit]") -> bool:
    neighbours = [other for other in (number - 1, number + 1) if 0 <= other < len(units)]
    return any(units[other].is_item and units[other].section == units[number].section for other in neighbours)


def _continues_list(number: int, units: "Sequence[Unit]") -> bool:
    return number > 0 and units[number - 1].is_item and units[number - 1].section == units[number].section


def _gains(
    pool: Pool, scores: "Scores", chosen: Sequence[int], candidates: Sequence[int], discount: "NDArray[np.float32]"
) -> "NDArray[np.float32]":
    """What each candidate adds to what is chosen."""
    import numpy as np

    numbers = np.array(candidates, dtype=np.int64)
    told = pool.covers[list(chosen)].max(axis=0) if chosen else np.zeros(pool.covers.shape[1], dtype=np.float32)
    named = pool.holds[list(chosen)].any(axis=0) if chosen else np.zeros(pool.holds.shape[1], dtype=bool)
    meaning = np.maximum(pool.covers[numbers] - told, 0.0) @ scores.importance
    terms = (pool.holds[numbers] & ~named) @ scores.term_weight
    gains: NDArray[np.float32] = (
        pool.value[numbers] - discount[numbers] + _MEANING_WEIGHT * meaning + _TERMS_WEIGHT * terms
    )
    if chosen:
        repeats = (pool.member[numbers] * told).max(axis=1)
        gains -= _REPEAT_WEIGHT * np.maximum(repeats - _REPEATED_LIKENESS, 0.0) / (1 - _REPEATED_LIKENESS)
        labelled = {int(pool.section[number]) for number in chosen if pool.passages[number].label}
        gains -= _SAME_LABEL * np.array(
            [bool(pool.passages[number].label) and int(pool.section[number]) in labelled for number in candidates]
        )
        gains += _SECTION_BONUS * ~np.isin(pool.section[numbers], pool.section[list(chosen)])
        gains += _READING_BONUS * ~np.isin(pool.reading[numbers], pool.reading[list(chosen)])
    return gains


def _best_addition(
    pool: Pool, scores: "Scores", chosen: Sequence[int], rest: _Rest, wanted: int, discount: "NDArray[np.float32]"
) -> int | None:
    candidates = rest.free(chosen)
    if not candidates:
        return None
    gains = _gains(pool, scores, chosen, candidates, discount)
    for place in gains.argsort(kind="stable")[::-1]:
        number = candidates[int(place)]
        if rest.room([*chosen, number]) >= wanted - 1:
            return number
    return None


def _exchange(
    pool: Pool,
    scores: "Scores",
    chosen: list[int],
    choices: Sequence[Sequence[int]],
    rest: _Rest,
    discount: "NDArray[np.float32]",
) -> bool:
    """Replace each passage by a better one where there is one; whether anything changed."""
    changed = False
    for place, number in enumerate(chosen):
        others = [*chosen[:place], *chosen[place + 1 :]]
        candidates = rest.free(others)
        if place < len(choices):
            candidates = sorted(set(candidates).intersection(choices[place]))
        gains = _gains(pool, scores, others, candidates, discount)
        best = candidates[int(gains.argmax())]
        if best != number and gains.max() > gains[candidates.index(number)] + _ROUNDING:
            chosen[place] = best
            changed = True
    return changed
