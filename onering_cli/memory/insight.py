"""What the user's own numbers say: how posts did over time, when they do best, and which openings do."""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from math import log1p
from statistics import median
from typing import TypeVar

from onering_cli.memory.metrics import Standing, engagement
from onering_cli.memory.model import Metrics
from onering_cli.memory.openings import opening_of
from onering_cli.memory.shrinkage import FEWEST_IN_ALL, Estimate, estimates
from onering_cli.record import record

K = TypeVar("K", bound=Hashable)

SETTLED = timedelta(days=1)
"""A post that was counted earlier than this is still moving, and is left out."""
FIRST_DAY = date(2006, 3, 21)
"""Nothing was published before the first tweet; what says so has a wrong date."""
_NEIGHBOURS = 25
_TOP = 5


@record
class Week:
    """The posts published in a week.

    Args:
        start: Its Monday, in the user's zone.
        posts: How many.
        middle: The median of what each got.
        total: The sum.
    """

    start: date
    posts: int
    middle: float
    total: float


@record
class Insight:
    """What the numbers say.

    Args:
        metric: What was counted.
        posts: How many posts were compared.
        unsettled: How many were left out because they were counted too early, or have no usable date.
        weeks: Those with posts, the oldest first.
        times: By weekday (0 for Monday) and hour in the user's zone.
        weekdays: By weekday.
        hours: By hour.
        openings: By the form of the first sentence.
        top: The posts with the most, and how many that was.
    """

    metric: str
    posts: int
    unsettled: int
    weeks: tuple[Week, ...]
    times: Mapping[tuple[int, int], Estimate]
    weekdays: Mapping[int, Estimate]
    hours: Mapping[int, Estimate]
    openings: Mapping[str, Estimate]
    top: tuple[tuple[Standing, float], ...]

    @property
    def is_enough(self) -> bool:
        """Whether anything can be said about times and openings."""
        return self.posts >= FEWEST_IN_ALL


@record
class _Counted:
    standing: Standing
    at: datetime
    value: float


def value_of(metrics: Metrics, metric: str) -> float | None:
    """A metric by name, or ``engagement``; None when it is not told."""
    if metric == "engagement":
        return engagement(metrics)
    value = getattr(metrics, metric)
    return None if value is None else float(value)


def look_into(
    standings: Iterable[Standing], *, metric: str, now: datetime, local: Callable[[datetime], datetime]
) -> Insight:
    """Compare the user's posts with each other.

    Args:
        standings: Posts with their latest metrics, in any order.
        metric: ``engagement``, or the name of one of the metrics.
        now: The time.
        local: A moment in the user's zone.
    """
    counted, unsettled = [], 0
    for standing in standings:
        value = value_of(standing.metrics, metric)
        at = standing.post.published_at
        if value is None:
            continue
        if at is None or at.date() < FIRST_DAY or at > now or standing.at - at < SETTLED:
            unsettled += 1
        else:
            counted.append(_Counted(standing, local(at), value))
    counted.sort(key=lambda each: each.at)
    changes = _detrended([log1p(each.value) for each in counted])

    def compared(key: Callable[[_Counted], K]) -> dict[K, Estimate]:
        groups: dict[K, list[float]] = {}
        for each, change in zip(counted, changes, strict=True):
            groups.setdefault(key(each), []).append(change)
        return estimates(groups)

    best = sorted(counted, key=lambda each: (-each.value, each.at))[:_TOP]
    return Insight(
        metric=metric,
        posts=len(counted),
        unsettled=unsettled,
        weeks=_weeks(counted),
        times=compared(lambda each: (each.at.weekday(), each.at.hour)),
        weekdays=compared(lambda each: each.at.weekday()),
        hours=compared(lambda each: each.at.hour),
        openings=compared(lambda each: str(opening_of(each.standing.post.text))),
        top=tuple((each.standing, each.value) for each in best),
    )


def _detrended(values: Sequence[float]) -> list[float]:
    """Each value against what was usual around its time, so that growth does not speak for the latest habits."""
    if len(values) <= 2 * _NEIGHBOURS:
        usual = median(values) if values else 0.0
        return [value - usual for value in values]
    return [
        value - median(values[max(place - _NEIGHBOURS, 0) : place + _NEIGHBOURS + 1])
        for place, value in enumerate(values)
    ]


def _weeks(counted: Sequence[_Counted]) -> tuple[Week, ...]:
    weeks: dict[date, list[float]] = {}
    for each in counted:
        day = each.at.date()
        weeks.setdefault(day - timedelta(days=day.weekday()), []).append(each.value)
    return tuple(Week(start, len(values), median(values), sum(values)) for start, values in sorted(weeks.items()))
