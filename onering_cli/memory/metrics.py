"""What became of the user's posts: counts over time."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from onering_cli.memory.model import EVERYTHING, Filter, Metrics, Post
from onering_cli.record import record

COUNTED = ("likes", "reposts", "replies", "quotes", "impressions", "bookmarks")
"""The metrics by name, in the order in which they are told."""
_ENGAGEMENT = ("likes", "reposts", "replies", "quotes", "bookmarks")


@record
class Reading:
    """The metrics of a post at a time, as they were told.

    Args:
        remote_id: The platform's id of the post.
        platform: Which.
        at: When they were read, aware UTC.
        metrics: What was told.
    """

    remote_id: str
    platform: str
    at: datetime
    metrics: Metrics


@record
class Standing:
    """A remembered post with its latest metrics."""

    id: int
    post: Post
    at: datetime
    metrics: Metrics


class MetricLog(Protocol):
    """The metrics of remembered posts as time series."""

    def add(self, readings: Sequence[Reading]) -> int:
        """Keep readings of posts that are remembered; how many were new. The same reading twice is kept once."""
        ...

    def latest(self, ids: Sequence[int]) -> Mapping[int, Metrics]:
        """The latest metrics of posts by number; posts without any are left out."""
        ...

    def standings(self, which: Filter = EVERYTHING) -> Iterator[Standing]:
        """Every post that has metrics with its latest ones, by the time it was published."""
        ...

    def totals(self, which: Filter = EVERYTHING) -> list[tuple[datetime, Metrics]]:
        """The sums over the posts at each time that some were read, each post by its latest reading by then."""
        ...


def engagement(metrics: Metrics) -> float | None:
    """How often people did something about a post: all that is counted but impressions; None when none is told."""
    told = [value for name in _ENGAGEMENT if (value := getattr(metrics, name)) is not None]
    return float(sum(told)) if told else None
