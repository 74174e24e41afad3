"""How groups of few and noisy numbers differ, and how sure that is."""

from collections.abc import Hashable, Mapping, Sequence
from enum import StrEnum
from math import exp, sqrt
from statistics import fmean
from typing import TypeVar

from onering_cli.record import record

K = TypeVar("K", bound=Hashable)

FEWEST_IN_ALL = 30
"""With fewer numbers nothing is said about groups."""
FEWEST_IN_GROUP = 5
"""Fewer numbers make no group worth naming, whatever they are."""
SURE = 0.9
_Z = 1.645  # of a normal distribution, nine of ten lie within so many standard deviations
_LEAST_SPREAD = 0.05
"""Groups are taken to differ by this much (5 %) at least, so that an interval is never a point."""


class Verdict(StrEnum):
    """What can be said of a group at nine to one."""

    BETTER = "better"
    WORSE = "worse"
    UNSURE = "unsure"


@record
class Estimate:
    """How a group compares with all.

    Args:
        count: Of how many numbers.
        factor: Times what is usual, drawn towards 1 the less the numbers say.
        low: Nine to one that the factor lies between here
        high: and here.
    """

    count: int
    factor: float
    low: float
    high: float

    @property
    def verdict(self) -> Verdict:
        """Better or worse only where the whole interval is, and enough numbers speak."""
        if self.count < FEWEST_IN_GROUP:
            return Verdict.UNSURE
        if self.low > 1:
            return Verdict.BETTER
        return Verdict.WORSE if self.high < 1 else Verdict.UNSURE


def estimates(groups: Mapping[K, Sequence[float]]) -> dict[K, Estimate]:
    """Compare groups of logarithms by partial pooling: each group's mean is drawn towards that of all.

    An empirical Bayes normal model: the spread between groups by DerSimonian and Laird
    (https://doi.org/10.1016/0197-2456(86)90046-2), then each group's mean and interval as Morris gives them
    (https://doi.org/10.1080/01621459.1983.10477920).

    Args:
        groups: Logarithms of what is compared; empty groups are left out.
    """
    filled = {key: values for key, values in groups.items() if values}
    total = sum(map(len, filled.values()))
    if not total:
        return {}
    middle = sum(sum(values) for values in filled.values()) / total
    means = {key: fmean(values) for key, values in filled.items()}
    noise = _noise(filled, means, total, middle)
    spread = max(_between(filled, means, middle, noise, total), _LEAST_SPREAD**2)
    number = len(filled)
    found = {}
    for key, values in filled.items():
        own, apart = noise / len(values), means[key] - middle
        drawn = own / (own + spread) * max(number - 3, 1) / max(number - 1, 1)
        # The spread is itself a guess from so many groups: what it may be wrong by widens the interval (Morris 1983).
        doubt = 2 / max(number - 3, 1) * (drawn * apart) ** 2
        half = _Z * sqrt(own * (1 - (number - 1) / number * drawn) + doubt)
        centre = (1 - drawn) * apart
        found[key] = Estimate(len(values), exp(centre), exp(centre - half), exp(centre + half))
    return found


def _noise(groups: Mapping[K, Sequence[float]], means: Mapping[K, float], total: int, middle: float) -> float:
    """The variance within groups; of all where no group has two numbers."""
    freedom = total - len(groups)
    if freedom > 0:
        squares = sum((value - means[key]) ** 2 for key, values in groups.items() for value in values)
        return squares / freedom
    return sum((value - middle) ** 2 for values in groups.values() for value in values) / max(total - 1, 1)


def _between(
    groups: Mapping[K, Sequence[float]], means: Mapping[K, float], middle: float, noise: float, total: int
) -> float:
    scale = total - sum(len(values) ** 2 for values in groups.values()) / total
    if scale <= 0:
        return 0.0
    observed = sum(len(values) * (means[key] - middle) ** 2 for key, values in groups.items())
    return (observed - (len(groups) - 1) * noise) / scale
