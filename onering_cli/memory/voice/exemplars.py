"""Chooses the posts that show a voice: unlike each other, like the rest, and liked."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from onering_cli.memory.voice.habits import Habits
from onering_cli.memory.voice.model import OwnPost, Range
from onering_cli.text.likeness import shingles

if TYPE_CHECKING:
    from onering_cli.memory.ports import Embedder

MOST_EXEMPLARS = 8
_MOST_CANDIDATES = 800
_FEWEST_WORDS = 5
_SLACK = 1.5
_SUCCESS_SHARE = 0.35
"""Of what speaks for the next one; the rest is its distance from those chosen already."""


def choose(
    posts: Sequence[OwnPost],
    habits: Sequence[Habits],
    usual: Range,
    embedder: "Embedder",
    *,
    most: int = MOST_EXEMPLARS,
) -> tuple[OwnPost, ...]:
    """At most `most` posts: the most successful first, then each as far as can be from those chosen.

    Only posts of a usual size that are no answers and hold some words are candidates; where there are none of a usual
    size, any size will do.
    """
    worded = [n for n, seen in enumerate(habits) if len(seen.words) >= _FEWEST_WORDS and not seen.is_answer]
    worded = _distinct(worded or [n for n, seen in enumerate(habits) if seen.words], posts)
    candidates = [n for n in worded if usual.low / _SLACK <= habits[n].weight <= usual.high * _SLACK] or worded
    if not candidates:
        return ()
    success = _ranks([posts[n].success for n in candidates])
    if len(candidates) > _MOST_CANDIDATES:
        best = sorted(range(len(candidates)), key=lambda place: (-success[place], place))[:_MOST_CANDIDATES]
        candidates, success = [candidates[place] for place in best], [success[place] for place in best]
    return tuple(posts[candidates[place]] for place in _spread(candidates, success, posts, embedder, most))


def _distinct(numbers: Sequence[int], posts: Sequence[OwnPost]) -> list[int]:
    """The posts without those that say the same words again."""
    seen: set[frozenset[tuple[str, ...]]] = set()
    kept = []
    for number in numbers:
        said = shingles(posts[number].text)
        if said not in seen:
            seen.add(said)
            kept.append(number)
    return kept


def _spread(
    candidates: Sequence[int], success: Sequence[float], posts: Sequence[OwnPost], embedder: "Embedder", most: int
) -> list[int]:
    """Farthest-point selection over the embeddings (Gonzalez 1985), weighed with success; places in `candidates`."""
    import numpy as np

    vectors = embedder.embed([posts[number].text for number in candidates])
    middle = vectors.mean(axis=0)
    liked = np.array(success, dtype=np.float32)
    # The first one is liked and typical; nothing is chosen yet that it could be far from.
    chosen = [int((_SUCCESS_SHARE * liked + (1 - _SUCCESS_SHARE) * (vectors @ middle)).argmax())]
    apart = 1.0 - vectors @ vectors[chosen[0]]
    while len(chosen) < min(most, len(candidates)):
        value = _SUCCESS_SHARE * liked + (1 - _SUCCESS_SHARE) * apart
        value[chosen] = -1.0
        chosen.append(int(value.argmax()))
        apart = np.minimum(apart, 1.0 - vectors @ vectors[chosen[-1]])
    return chosen


def _ranks(values: Sequence[float | None]) -> list[float]:
    """Success as a rank among those whose success is known, 0.0 to 1.0; 0.5 where it is not."""
    known = sorted({value for value in values if value is not None})
    if len(known) < 2:  # noqa: PLR2004 -- a rank takes two
        return [0.5] * len(values)
    place = {value: number / (len(known) - 1) for number, value in enumerate(known)}
    return [0.5 if value is None else place[value] for value in values]
