"""The chart of what the user's numbers say: over time, by weekday and hour, by opening."""

from __future__ import annotations

from calendar import day_abbr
from math import log
from typing import TYPE_CHECKING

from onering_cli.memory.shrinkage import FEWEST_IN_ALL, FEWEST_IN_GROUP, Verdict
from onering_cli.render.charts.scene import Box, Line, Scene, Shape, Words

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from onering_cli.memory.insight import Insight
    from onering_cli.memory.shrinkage import Estimate

_WIDTH, _LEFT, _RIGHT = 960, 110, 930
_INK, _FAINT, _RULE = "#333333", "#888888", "#dddddd"
_MORE, _LESS, _EVEN = (0xB3, 0x58, 0x06), (0x21, 0x66, 0xAC), (0xF2, 0xF2, 0xF2)
_VERDICTS = {Verdict.BETTER: "#b35806", Verdict.WORSE: "#2166ac", Verdict.UNSURE: "#999999"}
_CELL = 26
_ROW = 26
_PLOT_HEIGHT = 190
_WIDEST = log(2.0)
"""A factor of two, or of a half, has the full colour and reaches the edge of the scale."""


def stats_scene(insight: Insight, *, title: str) -> Scene:
    """All that `stats show` shows, on one page."""
    shapes: list[Shape] = [Words(30, 40, title, 20)]
    top = 80.0
    shapes += _over_time(insight, top)
    top += _PLOT_HEIGHT + 90
    if insight.is_enough:
        shapes += _times(insight, top)
        top += 7 * _CELL + 100
        shapes += _openings(insight.openings, top)
        top += len(insight.openings) * _ROW + 70
    else:
        told = f"Not enough data to compare times and openings: {insight.posts} posts, and it takes {FEWEST_IN_ALL}."
        shapes.append(Words(30, top, told, 14, fill=_FAINT))
        top += 30
    return Scene(title, _WIDTH, round(top), tuple(shapes))


def _over_time(insight: Insight, top: float) -> Iterator[Shape]:
    yield Words(30, top, f"{insight.metric.capitalize()} a post, by the week it was published (median)", 14)
    bottom = top + 20 + _PLOT_HEIGHT
    weeks = insight.weeks
    if not weeks:
        yield Words(_LEFT, bottom - _PLOT_HEIGHT / 2, "nothing was counted yet", 13, fill=_FAINT)
        return
    most = max(1.0, *(week.middle for week in weeks))
    first, last = weeks[0].start.toordinal(), weeks[-1].start.toordinal()
    for share in (0.0, 0.5, 1.0):
        y = bottom - share * _PLOT_HEIGHT
        yield Line(((_LEFT, y), (_RIGHT, y)), _RULE)
        yield Words(_LEFT - 8, y + 4, f"{share * most:,.4g}", 11, "end", _FAINT)
    places = [
        (
            _LEFT + (week.start.toordinal() - first) / max(last - first, 1) * (_RIGHT - _LEFT),
            bottom - week.middle / most * _PLOT_HEIGHT,
        )
        for week in weeks
    ]
    if len(places) > 1:
        yield Line(tuple(places), "#2166ac", 1.6)
    for week, (x, y) in zip(weeks, places, strict=True):
        about = f"week of {week.start}: {week.posts} posts, median {week.middle:g}, in all {week.total:g}"
        yield Box(x - 2.5, y - 2.5, 5, 5, "#2166ac", about)
    ends = {weeks[0].start: (_LEFT, "start"), weeks[-1].start: (_RIGHT, "end")}
    for day, (x, anchor) in ends.items():
        yield Words(x, bottom + 20, str(day), 11, anchor, _FAINT)


def _times(insight: Insight, top: float) -> Iterator[Shape]:
    yield Words(30, top, "By weekday and hour of publishing, against what is usual", 14)
    legend = f"orange: more, blue: less; full colour at twice or half; a dot: at least {FEWEST_IN_GROUP} posts and sure"
    yield Words(30, top + 18, legend, 11, fill=_FAINT)
    top += 46
    step = (_RIGHT - _LEFT) / 24
    for hour in range(0, 24, 3):
        yield Words(_LEFT + hour * step, top - 6, f"{hour:02d}", 11, fill=_FAINT)
    for weekday in range(7):
        y = top + weekday * _CELL
        yield Words(_LEFT - 8, y + 17, day_abbr[weekday], 11, "end", _FAINT)
        for hour in range(24):
            estimate = insight.times.get((weekday, hour))
            about = f"{day_abbr[weekday]} {hour:02d}:00: {_told(estimate)}"
            box = Box(_LEFT + hour * step, y, step - 2, _CELL - 2, _colour(estimate), about)
            yield box
            if estimate is not None and estimate.verdict is not Verdict.UNSURE:
                yield Box(box.x + box.width / 2 - 2.5, y + _CELL / 2 - 3.5, 5, 5, "#ffffff", about)


def _openings(openings: Mapping[str, Estimate], top: float) -> Iterator[Shape]:
    yield Words(30, top, "By the form of the first sentence, with where it lies at nine to one", 14)
    top += 24
    left, right = 230, _RIGHT - 130
    middle = (left + right) / 2
    yield Line(((middle, top), (middle, top + len(openings) * _ROW)), "#bbbbbb")
    for words, x in (("half", left), ("usual", middle), ("twice", right)):
        yield Words(x, top + len(openings) * _ROW + 16, words, 11, "middle", _FAINT)

    def place(factor: float) -> float:
        share = max(-1.0, min(log(factor) / _WIDEST, 1.0))
        return middle + share * (right - middle)

    ranked = sorted(openings.items(), key=lambda entry: -entry[1].factor)
    for number, (form, estimate) in enumerate(ranked):
        y = top + number * _ROW + _ROW / 2
        colour = _VERDICTS[estimate.verdict]
        about = f"{form}: {_told(estimate)}"
        yield Words(left - 12, y + 4, f"{form} ({estimate.count})", 12, "end", _INK)
        yield Line(((place(estimate.low), y), (place(estimate.high), y)), colour, 3)
        yield Box(place(estimate.factor) - 4, y - 4, 8, 8, colour, about)
        yield Words(right + 14, y + 4, f"{estimate.factor:.2f} times", 12, fill=colour)


def _told(estimate: Estimate | None) -> str:
    if estimate is None:
        return "no posts"
    return (
        f"{estimate.count} posts, {estimate.factor:.2f} times what is usual ({estimate.low:.2f} to {estimate.high:.2f})"
    )


def _colour(estimate: Estimate | None) -> str:
    """From grey to orange or blue, by the factor's logarithm."""
    if estimate is None:
        return "#fafafa"
    strength = max(-1.0, min(log(estimate.factor) / _WIDEST, 1.0))
    end = _MORE if strength > 0 else _LESS
    mixed = (round(even + abs(strength) * (full - even)) for even, full in zip(_EVEN, end, strict=True))
    return "#" + "".join(f"{part:02x}" for part in mixed)
