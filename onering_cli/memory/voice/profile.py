"""Measures a voice from the user's own posts."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from statistics import fmean, pstdev
from typing import TYPE_CHECKING, TypeVar

from onering_cli.errors import UsageError
from onering_cli.memory.voice.exemplars import choose
from onering_cli.memory.voice.habits import CAPITAL_START, MARKS, PERSONS, Habits, habits_of
from onering_cli.memory.voice.model import Exemplar, OwnPost, Range, Rhythm, Voice
from onering_cli.memory.voice.vocabulary import Background, distinctive

if TYPE_CHECKING:
    from onering_cli.memory.ports import Embedder

T = TypeVar("T")

MOST_MEASURED = 5_000
"""More posts than this hardly change a share's second digit."""

_MOST_FAVOURITES = 8
_FEWEST_TIMES = 3
_LOW, _HIGH = 0.1, 0.9
_DIGITS = 3


def build(
    name: str,
    posts: Sequence[OwnPost],
    *,
    account: str,
    now: datetime,
    embedder: "Embedder",
    background: Background,
) -> Voice:
    """Measure a voice.

    Args:
        name: What to call it.
        posts: The user's own, in any order; `thinned` when there are very many.
        account: Whose they are, or "" for all.
        now: The time it is built.
        embedder: Tells exemplars apart.
        background: How often words are used in general.

    Raises:
        UsageError: There are no posts, or none of them has words.
    """
    habits = [habits_of(post.text) for post in posts]
    worded = [seen for seen in habits if seen.words]
    if not worded:
        why = "none of the posts has words" if posts else "there are no posts to measure"
        raise UsageError(f"a voice cannot be built: {why}", hint="bring in what you published: onering memory import")
    weight = _range([seen.weight for seen in worded])
    times = sorted(post.at for post in posts if post.at is not None)
    return Voice(
        name=name,
        posts=len(posts),
        weight=weight,
        rhythm=_rhythm(worded),
        account=account,
        since=times[0] if times else None,
        until=times[-1] if times else None,
        built_at=now,
        embedder=embedder.model,
        person=_shares((seen.persons for seen in worded), PERSONS, len(worded)),
        marks=_shares((seen.marks for seen in worded), (*MARKS, CAPITAL_START), len(worded)),
        emoji=_favourites([seen.emoji for seen in habits]),
        hashtags=_favourites([seen.hashtags for seen in habits]),
        links=_share(sum(seen.links > 0 for seen in habits), len(habits)),
        words=distinctive([seen.words for seen in worded], background),
        openings=_openings(worded),
        openers=_openers(worded),
        exemplars=tuple(Exemplar(post.text, post.at, post.url) for post in choose(posts, habits, weight, embedder)),
    )


def thinned(posts: Iterable[T], most: int = MOST_MEASURED) -> list[T]:
    """Every post, or every second, fourth, … of them when there are very many: at least half of `most`, in order."""
    kept: list[T] = []
    step = 1
    for number, post in enumerate(posts):
        if number % step == 0:
            kept.append(post)
            if len(kept) > most:
                kept = kept[::2]
                step *= 2
    return kept


def _range(values: Sequence[int]) -> Range:
    ordered = sorted(values)

    def at(share: float) -> float:
        return float(ordered[round(share * (len(ordered) - 1))])

    return Range(at(_LOW), at(0.5), at(_HIGH))


def _rhythm(habits: Sequence[Habits]) -> Rhythm:
    lengths = [words for seen in habits for words in seen.sentence_words] or [0]
    return Rhythm(
        sentences=round(fmean(len(seen.sentence_words) for seen in habits), 1),
        words=round(fmean(lengths), 1),
        spread=round(pstdev(lengths), 1),
        line_breaks=round(fmean(seen.line_breaks for seen in habits), 1),
    )


def _share(count: int, total: int) -> float:
    return round(count / total, _DIGITS) if total else 0.0


def _shares(found: Iterable[Iterable[str]], names: Sequence[str], total: int) -> Mapping[str, float]:
    counts = Counter(name for each in found for name in each)
    return {name: _share(counts[name], total) for name in names}


def _favourites(found: Sequence[Sequence[str]]) -> tuple[float, tuple[str, ...]]:
    """The share of posts that have any, and the most used ones."""
    folded: dict[str, str] = {}
    counts: Counter[str] = Counter()
    for each in found:
        for written in dict.fromkeys(each):
            counts[folded.setdefault(written.casefold(), written)] += 1
    ranked = sorted(counts, key=lambda written: (-counts[written], written))
    return _share(sum(bool(each) for each in found), len(found)), tuple(ranked[:_MOST_FAVOURITES])


def _openings(habits: Sequence[Habits]) -> Mapping[str, float]:
    counts = Counter(str(seen.opening) for seen in habits)
    ranked = sorted(counts, key=lambda form: (-counts[form], form))
    return {form: _share(counts[form], len(habits)) for form in ranked}


def _openers(habits: Sequence[Habits]) -> tuple[str, ...]:
    counts = Counter(seen.opener for seen in habits if seen.opener and not seen.is_answer)
    ranked = sorted(counts, key=lambda opener: (-counts[opener], opener))
    return tuple(opener for opener in ranked[:_MOST_FAVOURITES] if counts[opener] >= _FEWEST_TIMES)
