"""What became of the user's posts, as people and programs read it."""

from __future__ import annotations

from calendar import day_abbr
from typing import TYPE_CHECKING, Any

from onering_cli.memory.shrinkage import FEWEST_IN_ALL, FEWEST_IN_GROUP, Verdict
from onering_cli.render.tables import show_rows, show_wrapped

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from onering_cli.memory.insight import Insight, Week
    from onering_cli.memory.model import Metrics
    from onering_cli.memory.shrinkage import Estimate
    from onering_cli.render.streams import Streams

_NARROWEST_PLOT, _WIDEST_PLOT, _PLOT_ROWS = 40, 100, 14
_NAMED = 3


def show_stats(streams: Streams, insight: Insight) -> None:
    """A plot, and what can be said of times and openings; in a pipe, bare rows that begin with what they tell of."""
    if not streams.out_is_terminal:
        for row in [
            *_week_rows(insight.weeks),
            *_rows("time", _named_times(insight)),
            *_rows("opening", insight.openings),
        ]:
            streams.row(*row)
        return
    if streams.width >= _NARROWEST_PLOT and len(insight.weeks) > 1:
        streams.data(_plot(insight, min(streams.width, _WIDEST_PLOT)))
    else:
        rows = [(str(week.start), f"{week.middle:g}", str(week.posts)) for week in insight.weeks[-12:]]
        show_rows(streams, ("WEEK", insight.metric.upper(), "POSTS"), rows)
    for sentence in sentences(insight):
        streams.data("")
        show_wrapped(streams, sentence)
    if insight.is_enough:
        streams.data("")
        _show_estimates(streams, "opening", insight.openings)


def sentences(insight: Insight) -> list[str]:
    """What the numbers say in words, and how sure that is."""
    if not insight.posts:
        return ["Nothing was counted yet."]
    left_out = f" ({insight.unsettled} more were counted too early or have no usable date)" if insight.unsettled else ""
    told = [f"{insight.posts:,} posts were compared by {insight.metric}{left_out}."]
    if not insight.is_enough:
        return [
            *told,
            f"That is not enough data to say when posts do best or which openings do; it takes {FEWEST_IN_ALL}.",
        ]
    told.append(_best("Best times", _named_times(insight), "no weekday or hour stands out beyond chance"))
    told.append(_best("Best openings", insight.openings, "no form of opening stands out beyond chance"))
    worse = {key: each for key, each in insight.openings.items() if each.verdict is Verdict.WORSE}
    if worse:
        told.append(f"Openings that do worse: {_listed(sorted(worse.items(), key=lambda entry: entry[1].factor))}.")
    return told


def _named_times(insight: Insight) -> dict[str, Estimate]:
    """Weekdays, hours and their combinations by name."""
    return {
        **{f"{day_abbr[day]}": each for day, each in insight.weekdays.items()},
        **{f"{hour:02d}:00": each for hour, each in insight.hours.items()},
        **{f"{day_abbr[day]} {hour:02d}:00": each for (day, hour), each in insight.times.items()},
    }


def _best(label: str, groups: Mapping[str, Estimate], none: str) -> str:
    better = [entry for entry in groups.items() if entry[1].verdict is Verdict.BETTER]
    if not better:
        return f"{label}: {none}."
    return f"{label}: {_listed(sorted(better, key=lambda entry: -entry[1].low)[:_NAMED])}."


def _listed(groups: Iterable[tuple[str, Estimate]]) -> str:
    return "; ".join(
        f"{name} ×{each.factor:.2f} ({each.low:.2f} to {each.high:.2f} at nine to one, {each.count} posts)"
        for name, each in groups
    )


def _show_estimates(streams: Streams, heading: str, groups: Mapping[str, Estimate]) -> None:
    rows = [
        (
            name,
            f"×{each.factor:.2f}",
            f"{each.low:.2f} to {each.high:.2f}",
            str(each.count),
            "few posts" if each.count < FEWEST_IN_GROUP else each.verdict.replace("unsure", "cannot tell"),
        )
        for name, each in sorted(groups.items(), key=lambda entry: -entry[1].factor)
    ]
    show_rows(streams, (heading.upper(), "USUAL", "AT NINE TO ONE", "POSTS", "VERDICT"), rows)


def _plot(insight: Insight, width: int) -> str:
    """The weeks' medians, drawn by plotext."""
    import plotext

    weeks = insight.weeks
    plotext.clear_figure()
    plotext.theme("clear")
    plotext.plotsize(width - 1, _PLOT_ROWS)
    plotext.title(f"{insight.metric} a post, median by week")
    places = [week.start.toordinal() for week in weeks]
    plotext.plot(places, [week.middle for week in weeks], marker="braille")
    plotext.ylim(0, max(week.middle for week in weeks) or 1)
    marked = [weeks[0], weeks[len(weeks) // 2], weeks[-1]] if len(weeks) > 2 else [weeks[0], weeks[-1]]  # noqa: PLR2004 -- three ticks
    plotext.xticks([week.start.toordinal() for week in marked], [f"{week.start:%Y-%m-%d}" for week in marked])
    built = plotext.uncolorize(plotext.build())
    return "\n".join(line.rstrip() for line in built.splitlines()).rstrip("\n")


def _week_rows(weeks: Sequence[Week]) -> list[tuple[str, ...]]:
    return [("week", str(week.start), str(week.posts), f"{week.middle:g}", f"{week.total:g}") for week in weeks]


def _rows(kind: str, groups: Mapping[str, Estimate]) -> list[tuple[str, ...]]:
    return [
        (kind, name, str(each.count), f"{each.factor:.3f}", f"{each.low:.3f}", f"{each.high:.3f}", str(each.verdict))
        for name, each in groups.items()
    ]


def tables(insight: Insight) -> list[tuple[str, Sequence[str], Sequence[Sequence[str]]]]:
    """The numbers behind the chart, as tables of a caption, headings and rows."""
    estimated = ("", "posts", "factor", "low", "high", "verdict")
    return [
        ("Weeks", ("week", "posts", "median", "total"), [row[1:] for row in _week_rows(insight.weeks)]),
        ("Times", estimated, [row[1:] for row in _rows("time", _named_times(insight))]),
        ("Openings", estimated, [row[1:] for row in _rows("opening", insight.openings)]),
        (
            "Most",
            (insight.metric, "published", "post", "link"),
            [
                (
                    f"{value:g}",
                    f"{each.post.published_at:%Y-%m-%d}",
                    " ".join(each.post.text.split())[:120],
                    each.post.url,
                )
                for each, value in insight.top
            ],
        ),
    ]


def stats_document(insight: Insight, totals: Sequence[tuple[datetime, Metrics]]) -> dict[str, Any]:
    """What the numbers say, for JSON."""
    return {
        "metric": insight.metric,
        "posts": insight.posts,
        "unsettled": insight.unsettled,
        "enough": insight.is_enough,
        "summary": sentences(insight),
        "weeks": [
            {"start": str(week.start), "posts": week.posts, "median": week.middle, "total": week.total}
            for week in insight.weeks
        ],
        "totals": [
            {
                "at": at.isoformat(),
                "likes": metrics.likes,
                "reposts": metrics.reposts,
                "replies": metrics.replies,
                "quotes": metrics.quotes,
                "impressions": metrics.impressions,
                "bookmarks": metrics.bookmarks,
            }
            for at, metrics in totals
        ],
        "times": [
            {"weekday": day_abbr[day], "hour": hour, **_estimate_document(each)}
            for (day, hour), each in sorted(insight.times.items())
        ],
        "weekdays": [
            {"weekday": day_abbr[day], **_estimate_document(each)} for day, each in sorted(insight.weekdays.items())
        ],
        "hours": [{"hour": hour, **_estimate_document(each)} for hour, each in sorted(insight.hours.items())],
        "openings": [{"opening": form, **_estimate_document(each)} for form, each in sorted(insight.openings.items())],
        "top": [
            {
                "value": value,
                "text": each.post.text,
                "at": each.post.published_at.isoformat() if each.post.published_at else None,
                "url": each.post.url or None,
            }
            for each, value in insight.top
        ],
    }


def _estimate_document(estimate: Estimate) -> dict[str, Any]:
    return {
        "posts": estimate.count,
        "factor": round(estimate.factor, 3),
        "low": round(estimate.low, 3),
        "high": round(estimate.high, 3),
        "verdict": estimate.verdict,
    }
