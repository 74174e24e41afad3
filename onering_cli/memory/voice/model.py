"""What a voice is: habits of writing as numbers, favourite words, and posts that show it."""

from collections.abc import Mapping
from dataclasses import field
from datetime import datetime

from onering_cli.record import record

FEWEST_POSTS = 20
"""Below this a habit cannot be told from chance, so that no draft is held against it."""


@record
class OwnPost:
    """A post of the user's, as a voice is measured from it.

    Args:
        text: As it was published.
        at: When, aware UTC; None when that is not known.
        url: Where people see it, or "".
        success: How well it did among the user's own, any unit; None when that is not known.
    """

    text: str
    at: datetime | None = None
    url: str = ""
    success: float | None = None


@record
class Range:
    """Where a measure lies: the middle one, and the bounds that eight of ten posts keep within."""

    low: float
    middle: float
    high: float


@record
class Rhythm:
    """How sentences run.

    Args:
        sentences: A post, on average.
        words: A sentence, on average.
        spread: The standard deviation of `words`: even or lively.
        line_breaks: A post, on average.
    """

    sentences: float
    words: float
    spread: float
    line_breaks: float


@record
class Exemplar:
    """A post that shows the voice.

    Args:
        text: As it was published.
        at: When, or None.
        url: Where people see it, or "".
        pinned: The user wants it kept when the voice is built anew.
    """

    text: str
    at: datetime | None = None
    url: str = ""
    pinned: bool = False


@record
class Voice:
    """How somebody writes; shares are of posts, 0.0 to 1.0.

    Args:
        name: What the user calls it.
        notes: The user's own words about it, for models.
        account: Whose posts it was measured from, or "" for all.
        posts: How many it was measured from.
        since: The oldest of them, or None.
        until: The newest of them, or None.
        built_at: When it was measured.
        embedder: What told its exemplars apart; nothing else depends on it.
        weight: What a post weighs, as X counts.
        rhythm: How sentences run.
        person: The shares of posts that say ``i``, ``we`` and ``you`` in some form.
        marks: The shares of posts with each mark of `habits.MARKS`.
        emoji: The shares of posts with emoji, and which, the most used first.
        hashtags: The same for hashtags.
        links: The share of posts with a link.
        words: What it says more often than others do, the most telling first.
        openings: The share of posts of each form of opening.
        openers: First words that come again and again.
        exemplars: Posts that show it.
    """

    name: str
    posts: int
    weight: Range
    rhythm: Rhythm
    notes: str = ""
    account: str = ""
    since: datetime | None = None
    until: datetime | None = None
    built_at: datetime | None = None
    embedder: str = ""
    person: Mapping[str, float] = field(default_factory=dict)
    marks: Mapping[str, float] = field(default_factory=dict)
    emoji: tuple[float, tuple[str, ...]] = (0.0, ())
    hashtags: tuple[float, tuple[str, ...]] = (0.0, ())
    links: float = 0.0
    words: tuple[str, ...] = ()
    openings: Mapping[str, float] = field(default_factory=dict)
    openers: tuple[str, ...] = ()
    exemplars: tuple[Exemplar, ...] = ()

    @property
    def is_telling(self) -> bool:
        """Whether it was measured from enough posts to hold a draft against it."""
        return self.posts >= FEWEST_POSTS
