"""Decides what the thread says: which passages, in which order, under which headline."""

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from onering_cli.errors import UsageError
from onering_cli.generation.extract.closing import close_values
from onering_cli.generation.extract.cutting import units_of
from onering_cli.generation.extract.manner import hook_bonus, room, size_penalty
from onering_cli.generation.extract.opening import Subject, headline, hook_values, leans_on_own_name, subject_of
from onering_cli.generation.extract.passages import Passage, passages_of, text_of
from onering_cli.generation.extract.releases import newest_releases, version_heading
from onering_cli.generation.extract.scoring import Scores, scores_of
from onering_cli.generation.extract.selection import Pool, capacity, choose, pool_of
from onering_cli.generation.extract.units import Unit
from onering_cli.generation.model import BlockKind, Brief, Span
from onering_cli.text.likeness import resemblance
from onering_cli.text.weights import weigh

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from onering_cli.memory.ports import Embedder

_TOLD_IN_FULL = 4
_LOOSE_PACKING = 1.08
_ROOM_TO_CHOOSE = 0.75
_MOST_NATURAL = 8
_MOST_OF_LISTS = 6
_LEAST_WORTH = 0.3
_SAME_LIKENESS = 0.92
_SAME_RESEMBLANCE = 0.4
_NEAR_LIKENESS = 0.75
_NEAR_RESEMBLANCE = 0.75
_MOST_TRIES = 60
_USED_DISCOUNT = 0.8
_CLOSE_SHARE = 0.3
_GOOD_HOOK_SHARE = 0.55
_REPEAT_DISCOUNT = 2.0
_REPEAT_ROUNDS = 4
_SENTENCES_PER_POST = 4
_POSTS_OF_RELEASES = (1, 3, 9)
_FEWEST_OF_RELEASE = 2


@dataclass(frozen=True, slots=True)
class PlannedPost:
    """A post that is decided on.

    Args:
        pieces: Its text, a sentence, item or label each; joined they are the post.
        spans: The sentences it is made of.
        members: The numbers of its units.
    """

    pieces: tuple[str, ...]
    spans: tuple[Span, ...]
    members: tuple[int, ...]

    @property
    def text(self) -> str:
        """As it would be published."""
        return "".join(self.pieces)


@dataclass(frozen=True, slots=True)
class Desk:
    """A brief, read and weighed: all that a choice among its passages needs."""

    brief: Brief
    units: tuple[Unit, ...]
    scores: Scores
    subjects: tuple[Subject, ...]
    pool: Pool

    def post(self, passage: Passage, *, headed: bool) -> PlannedPost:
        """The passage as a post, under a headline where it needs one to name its subject."""
        pieces = text_of(self.units, passage)
        first = self.units[passage.first]
        head = headline(self.subjects[first.reading], "".join(pieces), passage, first) if headed else ""
        spans = tuple(dict.fromkeys(span for number in passage.members for span in self.units[number].spans))
        return PlannedPost((head, *pieces) if head else pieces, spans, passage.members)


def natural_count(units: Sequence[Unit], limit_weight: int) -> int:
    """How many posts the material calls for: all of a note, up to eight of anything longer."""
    good = [unit for unit in units if unit.usable and unit.worth >= _LEAST_WORTH]
    if not good:
        return 0
    mass = _LOOSE_PACKING * sum(unit.weight * min(unit.worth, 1.0) for unit in good) / limit_weight
    of_lists = sum(unit.is_item for unit in good) > len(good) / 2
    if mass <= _TOLD_IN_FULL:
        # Lists of different sections cannot share a post.
        sections = len({unit.section for unit in good}) if mass > 1 or of_lists else 1
        return max(math.ceil(mass), min(sections, math.ceil(mass) + 1))
    most = _MOST_OF_LISTS if of_lists else _MOST_NATURAL
    return min(most, round(_TOLD_IN_FULL + 1.6 * math.log2(mass / _TOLD_IN_FULL)))


def plan_thread(desk: Desk, count: int) -> tuple[PlannedPost, ...]:
    """The posts of a thread of `count` posts, for the variant that the brief asks for.

    Raises:
        UsageError: The material cannot carry so many different versions.
    """
    import numpy as np

    brief = desk.brief
    discount = np.zeros(len(desk.pool.passages), dtype=np.float32)
    opened: set[int] = set()
    earlier: list[tuple[str, ...]] = []
    for _ in range(brief.variant + 1):
        posts = _thread(desk, count, discount, opened)
        texts = tuple(post.text for post in posts)
        if texts in earlier:
            raise UsageError(
                f"the material carries {len(earlier)} different {'version' if len(earlier) == 1 else 'versions'} of a "
                f"thread of {count} {_posts(count)}, not {brief.variant + 1}",
                hint=f"ask for --variants {len(earlier)}, another number of posts, or give more material",
            )
        earlier.append(texts)
        opened.add(posts[0].members[0])
        told = np.zeros(len(desk.units), dtype=np.float32)
        told[[number for post in posts for number in post.members]] = 1.0
        share = (desk.pool.member @ told) / np.maximum(desk.pool.member.sum(axis=1), 1.0)
        discount = discount + _USED_DISCOUNT * share
    return posts


def prepare(brief: Brief, embedder: "Embedder") -> tuple[Desk, int]:
    """The desk with as much of the material as the thread needs, and the number of posts.

    Raises:
        UsageError: The material cannot carry so many posts.
    """
    most, seen = 0, False
    embedder = _Remembering(embedder)
    for tier in _tiers(brief, embedder):
        seen = seen or any(unit.usable for unit in tier.units)
        passages = [
            passage for passage in passages_of(tier.units, brief.limit_weight) if passage.whole or not tier.strict
        ]
        carried = capacity(passages)
        most = max(most, carried)
        count = brief.posts or min(natural_count(tier.units, brief.limit_weight), math.ceil(_ROOM_TO_CHOOSE * carried))
        if carried >= count >= (1 if brief.posts else tier.fewest):
            scores = scores_of(tier.units, brief, embedder)
            subjects = tuple(subject_of(reading) for reading in brief.readings)
            full = room(brief.voice, brief.limit_weight)
            pool = pool_of(passages, tier.units, scores, full)
            for number, passage in enumerate(passages):
                pool.value[number] -= size_penalty(brief.voice, passage.weight)
            return Desk(brief, tier.units, scores, subjects, pool), count
    if not seen:
        raise UsageError(
            "the material holds no sentence that a thread could be made of",
            hint="give prose: notes, an article, a README; code, tables and links alone are not enough",
        )
    if not most:
        raise UsageError(
            "no sentence of the material can stand in a post by itself",
            hint="give whole sentences that name what they are about",
        )
    raise UsageError(
        f"the material carries {most} {_posts(most)} of its own sentences, not {brief.posts}",
        hint=f"ask for --posts {most} or give more material",
        details={"posts_possible": most},
    )


@dataclass(frozen=True, slots=True)
class _Tier:
    """Units to choose from.

    Args:
        units: All of them, the usable ones marked.
        strict: Only passages that are whole are taken.
        fewest: With fewer posts than this a wider choice is better.
    """

    units: tuple[Unit, ...]
    strict: bool
    fewest: int = 1


class _Remembering:
    """An embedder that embeds each text once: the tiers share nearly all of theirs."""

    def __init__(self, embedder: "Embedder") -> None:
        self._embedder = embedder
        self._known: dict[str, NDArray[np.float32]] = {}

    @property
    def model(self) -> str:
        return self._embedder.model

    @property
    def dimension(self) -> int:
        return self._embedder.dimension

    def embed(self, texts: Sequence[str]) -> "NDArray[np.float32]":
        import numpy as np

        new = list(dict.fromkeys(text for text in texts if text not in self._known))
        self._known.update(zip(new, self._embedder.embed(new), strict=True))
        return np.stack([self._known[text] for text in texts])


def _tiers(brief: Brief, embedder: "Embedder") -> Iterator[_Tier]:
    """Ever wider choice: the good units of the newest release, all good ones, all, all as they stand."""
    for posts in _POSTS_OF_RELEASES:
        least = _SENTENCES_PER_POST * (brief.posts or 1) * posts
        newest = tuple(newest_releases(reading, least) for reading in brief.readings)
        if newest != brief.readings:
            yield _Tier(_good(_read(replace(brief, readings=newest), embedder)), strict=True, fewest=_FEWEST_OF_RELEASE)
    units = _read(brief, embedder)
    yield _Tier(_good(units), strict=True)
    yield _Tier(units, strict=False)
    firsts = {unit.reading: number for number, unit in reversed(list(enumerate(units))) if unit.usable}
    opened = tuple(
        replace(unit, opening=unit.text, opening_weight=unit.weight)
        if unit.opening is None and firsts.get(unit.reading) == number
        else unit
        for number, unit in enumerate(units)
    )
    yield _Tier(opened, strict=False)


def _read(brief: Brief, embedder: "Embedder") -> tuple[Unit, ...]:
    subjects = [subject_of(reading) for reading in brief.readings]
    return _distinct(_naming_themselves(units_of(brief), subjects), embedder)


def _good(units: tuple[Unit, ...]) -> tuple[Unit, ...]:
    """The units that an editor would choose from; those that read as if cut from a paragraph no longer open a post."""
    return tuple(
        replace(
            unit,
            usable=unit.usable and unit.worth >= _LEAST_WORTH and unit.kind is not BlockKind.QUOTE,
            opening=None if unit.weak and not unit.starts_block else unit.opening,
        )
        for unit in units
    )


def _naming_themselves(units: Sequence[Unit], subjects: Sequence[Subject]) -> tuple[Unit, ...]:
    """The units, where a reading may open with "This library …" under a headline that says which library."""
    firsts = {unit.reading: number for number, unit in reversed(list(enumerate(units))) if unit.usable}
    return tuple(
        replace(unit, opening=unit.text, opening_weight=unit.weight)
        if firsts.get(unit.reading) == number
        and unit.opening is None
        and subjects[unit.reading].title
        and leans_on_own_name(unit.text)
        else unit
        for number, unit in enumerate(units)
    )


def _distinct(units: tuple[Unit, ...], embedder: "Embedder") -> tuple[Unit, ...]:
    """The units with those set aside that only say again what an earlier one says."""
    if not units:
        return units
    vectors = embedder.embed([unit.text for unit in units])
    likeness = vectors @ vectors.T
    kept: set[int] = set()
    repeated: set[int] = set()
    for number, unit in enumerate(units):
        if not unit.usable:
            continue
        near = kept.intersection((likeness[number] >= _NEAR_LIKENESS).nonzero()[0].tolist())
        if any(_says_the_same(unit, units[other], likeness[number, other]) for other in near):
            repeated.add(number)
        else:
            kept.add(number)
    return tuple(replace(unit, usable=False) if number in repeated else unit for number, unit in enumerate(units))


def _says_the_same(one: Unit, other: Unit, likeness: float) -> bool:
    """Whether two units mean the same in many of the same words, or differ in a word where that is no list's custom."""
    if one.text == other.text:
        return True
    if re.findall(r"\d+", one.text) != re.findall(r"\d+", other.text):
        return False
    if likeness >= _SAME_LIKENESS:
        return resemblance(one.text, other.text) >= _SAME_RESEMBLANCE
    return not one.is_item and not other.is_item and resemblance(one.text, other.text) >= _NEAR_RESEMBLANCE


def _thread(desk: Desk, count: int, discount: "NDArray[np.float32]", opened: set[int]) -> tuple[PlannedPost, ...]:
    """The best thread of `count` posts whose posts do not repeat each other."""
    lowered = discount.copy()
    for _ in range(_REPEAT_ROUNDS):
        chosen = _chosen(desk, count, lowered, opened)
        posts = _headed(desk, [desk.pool.passages[number] for number in chosen])
        repeat = next(
            (
                later
                for later in range(1, len(posts))
                for before in range(later)
                if resemblance(posts[later].text, posts[before].text) >= _SAME_RESEMBLANCE
            ),
            None,
        )
        if repeat is None:
            break
        lowered[chosen[repeat]] += _REPEAT_DISCOUNT
    return posts


def _chosen(desk: Desk, count: int, discount: "NDArray[np.float32]", opened: set[int]) -> list[int]:
    pool = desk.pool
    hooks = _hooks(desk, discount, opened)
    if count == 1 and hooks:
        return [max(next(iter(hooks.values())), key=lambda number: pool.passages[number].weight)]
    # A thread may well end as its other versions do: the material has one point.
    closing = (pool.value - _CLOSE_SHARE * discount).tolist()
    closes = _grouped([number for _, number in close_values(pool.passages, desk.units, closing)], pool.last.tolist())
    tries = 0
    for opener, hook in hooks.items():
        for end, close in closes.items():
            apart = [number for number in close if pool.first[number] > opener]
            if end <= opener or not apart or tries >= _MOST_TRIES:
                continue
            tries += 1
            chosen = choose(pool, desk.scores, count, (hook, apart), discount)
            if chosen:
                return chosen
    chosen = choose(pool, desk.scores, count, ((), ()), discount)
    assert chosen is not None  # noqa: S101 - `count` is within the capacity of the pool
    return chosen


def _hooks(desk: Desk, discount: "NDArray[np.float32]", opened: set[int]) -> dict[int, list[int]]:
    """The passages that may open the thread by their first units, the best first; those not used before, where good."""
    pool = desk.pool
    rated = [
        (value + hook_bonus(desk.brief.voice, text), number)
        for value, number in hook_values(pool.passages, desk.units, desk.subjects, (pool.value - discount).tolist())
        if weigh(text := desk.post(pool.passages[number], headed=True).text) <= desk.brief.limit_weight
    ]
    rated.sort(key=lambda entry: (-entry[0], entry[1]))
    fresh = [
        (value, number)
        for value, number in rated
        if int(pool.first[number]) not in opened and value >= _GOOD_HOOK_SHARE * rated[0][0]
    ]
    return _grouped([number for _, number in fresh or rated], pool.first.tolist())


def _grouped(numbers: Sequence[int], key: Sequence[int]) -> dict[int, list[int]]:
    groups: dict[int, list[int]] = {}
    for number in numbers:
        groups.setdefault(key[number], []).append(number)
    return groups


def _headed(desk: Desk, passages: Sequence[Passage]) -> tuple[PlannedPost, ...]:
    """The passages as posts; the first of each reading and release names its subject, where there is room for that."""
    posts: list[PlannedPost] = []
    before: tuple[int, str] | None = None
    for passage in passages:
        first = desk.units[passage.first]
        subject = (first.reading, version_heading(first.headings))
        posts.append(_naming(desk, passage) if subject != before else desk.post(passage, headed=False))
        before = subject
    return tuple(posts)


def _naming(desk: Desk, passage: Passage) -> PlannedPost:
    """The passage under its headline, cut back by whole sentences to make room for that, without one at worst."""
    shorter = [
        other
        for other in desk.pool.passages
        if other.first == passage.first and other.last <= passage.last and other.whole and other.label == passage.label
    ]
    for candidate in [passage, *sorted(shorter, key=lambda other: -other.weight)]:
        post = desk.post(candidate, headed=True)
        if weigh(post.text) <= desk.brief.limit_weight:
            return post
    return desk.post(passage, headed=False)


def _posts(count: int) -> str:
    return "post" if count == 1 else "posts"
