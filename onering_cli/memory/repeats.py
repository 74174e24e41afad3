"""Whether a draft's posts say again what was published: to the letter, nearly, or in other words."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from onering_cli.memory.model import Filter, Neighbour, PostKind, Remembered
from onering_cli.record import record
from onering_cli.text.entities import Kind, find_entities
from onering_cli.text.likeness import resemblance, words

_CANDIDATES = 60
_NEIGHBOURS = 5
_FEWEST_WORDS_TO_MEAN = 5
"""What so few words mean, many posts mean."""

PUBLISHED_KINDS = (PostKind.POST, PostKind.THREAD, PostKind.REPLY, PostKind.QUOTE)
"""Notes were published nowhere, and to make threads of one's articles is what this program is for."""


class Sameness(StrEnum):
    """How a post repeats another."""

    EXACT = "exact"
    NEAR = "near"
    MEANING = "meaning"


@record
class Repeat:
    """A post that says again what was published.

    Args:
        index: Of the draft's post, from 0.
        sameness: How.
        score: The share of shingles in common, or the similarity of meaning; 1.0 for the same words.
        published: The closest of what it repeats.
    """

    index: int
    sameness: Sameness
    score: float
    published: Remembered


@record
class Tolerance:
    """What an account takes for a repeat.

    Args:
        near: The share of three-word shingles in common from which posts are nearly the same, 0.0 to 1.0.
        meaning: The similarity from which posts mean the same, 0.0 to 1.0.
        days: A post may be repeated once it is older than this.
    """

    near: float = 0.5
    meaning: float = 0.8
    days: int = 180


class Published(Protocol):
    """What was published, as far as repeats are concerned."""

    def same_text(self, text: str, which: Filter, *, limit: int = 10) -> list[Remembered]:
        """Posts with the same words but for links, the newest first."""
        ...

    def sharing(self, text: str, which: Filter, *, limit: int) -> list[Remembered]:
        """Posts that have shingles of the text's sketch, those with most of them first."""
        ...


Nearest = Callable[[Sequence[str], Filter, int], Sequence[Sequence[Neighbour]]]
"""For each text the published posts that are nearest in meaning, the nearest first."""


def find_repeats(
    texts: Sequence[str],
    published: Published,
    *,
    account: str,
    platform: str,
    tolerance: Tolerance,
    now: datetime,
    own: frozenset[str] = frozenset(),
    nearest: Nearest | None = None,
) -> tuple[Repeat, ...]:
    """The posts that repeat what was published, each with the closest post it repeats.

    Args:
        texts: The draft's posts.
        published: What is remembered.
        account: Whose posts count.
        platform: Where they were published.
        tolerance: What counts as a repeat.
        now: The time; older posts than the tolerance allows do not count, nor do undated ones.
        own: The remote ids of posts that are these very posts, published by a run of the same draft.
        nearest: Finds posts by meaning; None where no post has a meaning yet.
    """
    if tolerance.days <= 0:
        return ()
    which = Filter(account=account, kinds=PUBLISHED_KINDS, since=now - timedelta(days=tolerance.days))

    def counts(found: Remembered) -> bool:
        return found.post.platform == platform and (not found.post.remote_id or found.post.remote_id not in own)

    repeats: dict[int, Repeat] = {}
    for index, text in enumerate(texts):
        by_words = max(_by_words(index, text, published, which, tolerance, counts), key=_closeness, default=None)
        if by_words is not None:
            repeats[index] = by_words
    rest = [n for n, text in enumerate(texts) if n not in repeats and len(words(text)) >= _FEWEST_WORDS_TO_MEAN]
    if nearest is not None and rest:
        found = nearest([texts[index] for index in rest], which, _NEIGHBOURS + len(own))
        for index, neighbours in zip(rest, found, strict=True):
            closest = next((near for near in neighbours if counts(near.remembered)), None)
            if closest is not None and closest.similarity >= tolerance.meaning:
                repeats[index] = _nearest_of(index, texts[index], closest, tolerance)
    return tuple(repeats[index] for index in sorted(repeats))


_HOW = {
    Sameness.EXACT: "is what you published on {day}",
    Sameness.NEAR: "is nearly what you published on {day} ({score:.0%} the same)",
    Sameness.MEANING: "says what you published on {day} ({score:.0%} alike)",
}
_TOLD_CHARS = 60


def told(repeat: Repeat) -> str:
    """What a post repeats, when that was published, and where: a sentence without its subject's name."""
    post = repeat.published.post
    day = f"{post.published_at.astimezone():%Y-%m-%d}" if post.published_at else "an unknown day"
    opening = " ".join(post.text.split())
    shortened = opening if len(opening) <= _TOLD_CHARS else f"{opening[:_TOLD_CHARS]}…"
    return f"it {_HOW[repeat.sameness].format(day=day, score=repeat.score)}: {post.url or f'“{shortened}”'}"


def _by_words(
    index: int,
    text: str,
    published: Published,
    which: Filter,
    tolerance: Tolerance,
    counts: Callable[[Remembered], bool],
) -> Iterator[Repeat]:
    if not words(text):
        return
    links = _links(text)
    for found in published.same_text(text, which):
        if counts(found) and _links(found.post.text) == links:
            yield Repeat(index, Sameness.EXACT, 1.0, found)
            return
    for found in published.sharing(text, which, limit=_CANDIDATES):
        score = resemblance(text, found.post.text)
        if counts(found) and score >= tolerance.near:
            yield Repeat(index, Sameness.NEAR, score, found)


def _nearest_of(index: int, text: str, closest: Neighbour, tolerance: Tolerance) -> Repeat:
    """A post found by its meaning: by its words, too, where its sketch happened to have none in common."""
    score = resemblance(text, closest.remembered.post.text)
    if score >= tolerance.near:
        return Repeat(index, Sameness.NEAR, score, closest.remembered)
    return Repeat(index, Sameness.MEANING, closest.similarity, closest.remembered)


def _closeness(repeat: Repeat) -> tuple[float, float, int]:
    at = repeat.published.post.published_at
    return repeat.score, at.timestamp() if at else 0.0, repeat.published.id


def _links(text: str) -> list[str]:
    return [text[start:end].rstrip("/") for start, end, kind in find_entities(text) if kind is Kind.LINK]
