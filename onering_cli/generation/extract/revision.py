"""Finds other sentences of the material for posts that failed their gates, whoever wrote them."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from onering_cli.generation.extract.opening import hook_values
from onering_cli.generation.extract.plan import Desk, PlannedPost
from onering_cli.generation.model import DraftedPost, Span
from onering_cli.text.likeness import resemblance
from onering_cli.text.weights import weigh

if TYPE_CHECKING:
    from onering_cli.memory.ports import Embedder

_ALIKE = 0.85
_RESEMBLING = 0.35
_OUT_OF_PLACE = 0.6
_MOST_LOOKED_AT = 200


def replacements(
    desk: Desk, posts: Sequence[DraftedPost], faulty: Sequence[int], embedder: "Embedder"
) -> dict[int, PlannedPost]:
    """A new post for each number in `faulty` for which the material has one.

    A replacement stands between its neighbours in the source's order where their sentences are known, uses no sentence
    of another post, and repeats none of them.
    """
    found: dict[int, PlannedPost] = {}
    for number in faulty:
        others = [
            found[other].text if other in found else post.text
            for other, post in enumerate(posts)
            if other != number and (other in found or other not in faulty)
        ]
        spans = {
            other: found[other].spans if other in found else post.spans
            for other, post in enumerate(posts)
            if other != number and (other in found or other not in faulty)
        }
        post = _replacement(desk, number, posts, spans, others, embedder)
        if post is not None:
            found[number] = post
    return found


def _replacement(
    desk: Desk,
    number: int,
    posts: Sequence[DraftedPost],
    spans: dict[int, tuple[Span, ...]],
    others: Sequence[str],
    embedder: "Embedder",
) -> PlannedPost | None:
    after = max((span for other, known in spans.items() if other < number for span in known), default=None)
    before = min((span for other, known in spans.items() if other > number for span in known), default=None)
    used = {span for known in spans.values() for span in known}
    candidates = []
    for _, place in _ranked(desk, number, len(posts)):
        post = desk.post(desk.pool.passages[place], headed=number == 0)
        fits = weigh(post.text) <= desk.brief.limit_weight and used.isdisjoint(post.spans)
        in_order = (after is None or post.spans[0] > after) and (before is None or post.spans[-1] < before)
        if fits and in_order and post.text != posts[number].text:
            candidates.append(post)
        if len(candidates) == _MOST_LOOKED_AT:
            break
    return _first_unlike(candidates, [*others, posts[number].text], len(others), embedder)


def _first_unlike(
    candidates: Sequence[PlannedPost], texts: Sequence[str], others: int, embedder: "Embedder"
) -> PlannedPost | None:
    """The first candidate that repeats no text; at worst one that only resembles the post it replaces, the last."""
    if not candidates:
        return None
    vectors = embedder.embed([*(post.text for post in candidates), *texts])
    likeness = vectors[: len(candidates)] @ vectors[len(candidates) :].T
    second_best = None
    for place, post in enumerate(candidates):
        alike = [
            bool(likeness[place, other] >= _ALIKE) or resemblance(post.text, text) >= _RESEMBLING
            for other, text in enumerate(texts)
        ]
        if not any(alike):
            return post
        if second_best is None and not any(alike[:others]):
            second_best = post
    return second_best


def _ranked(desk: Desk, number: int, total: int) -> list[tuple[float, int]]:
    """The passages for post `number`, the best first: a hook for the first, else what is worth most near its place."""
    pool = desk.pool
    if number == 0:
        return hook_values(pool.passages, desk.units, desk.subjects, pool.value.tolist())
    wanted = number / max(total - 1, 1)
    rated = [
        (float(pool.value[place]) - _OUT_OF_PLACE * abs(desk.units[passage.first].place - wanted), place)
        for place, passage in enumerate(pool.passages)
    ]
    return sorted(rated, key=lambda entry: (-entry[0], entry[1]))
