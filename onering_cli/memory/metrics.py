"""What became of the user's posts: counts over time."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from onering_cli.memory.model import EVERYTHING, Filter, Metrics, Post
from onering_cli.record import record

_ENGAGEMENT = ("likes", "reposts", "replies", "quotes", "bookmarks")


@record
class Standing:
    """A remembered post with its latest metrics."""

    id: int
    post: Post
    at: datetime
    metrics: Metrics


class MetricLog(Protocol):
    """The metrics of remembered posts as time series."""

    def latest(self, ids: Sequence[int]) -> Mapping[int, Metrics]:
        """The latest metrics of posts by number; posts without any are left out."""
        ...

    def standings(self, which: Filter = EVERYTHING, *, limit: int) -> list[Standing]:
        """The newest posts that have metrics, with their latest ones, the newest first."""
        ...

    def totals(self, which: Filter = EVERYTHING, *, limit: int) -> list[tuple[datetime, Metrics]]:
        """The sums over the posts at the last `limit` times that some were read, by each post's latest reading then."""
        ...


def engagement(metrics: Metrics) -> float | None:
    """How often people did something about a post: all that is counted but impressions; None when none is told."""
    told = [value for name in _ENGAGEMENT if (value := getattr(metrics, name)) is not None]
    return float(sum(told)) if told else None
