"""What is said of the user's numbers, and that no more is said than they bear."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from math import exp, log

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onering_cli.memory.insight import Insight, look_into
from onering_cli.memory.metrics import Standing, engagement
from onering_cli.memory.model import Metrics, Post
from onering_cli.memory.shrinkage import FEWEST_IN_GROUP, Estimate, Verdict, estimates

NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)
groups = st.dictionaries(
    st.sampled_from("abcdef"), st.lists(st.floats(-5, 5), min_size=1, max_size=12), min_size=1, max_size=6
)


@given(groups)
def test_a_group_is_drawn_towards_all_and_never_past_its_own_mean(given_groups: dict[str, list[float]]) -> None:
    values = [value for group in given_groups.values() for value in group]
    middle = sum(values) / len(values)
    for key, found in estimates(given_groups).items():
        own = sum(given_groups[key]) / len(given_groups[key]) - middle
        assert found.low <= found.factor <= found.high
        assert abs(log(found.factor)) <= abs(own) + 1e-9
        assert log(found.factor) * own >= -1e-9


def test_intervals_hold_what_is_true_nine_times_in_ten() -> None:
    chance = random.Random(7)  # noqa: S311 -- a simulation
    held = asked = 0
    for _ in range(300):
        true = {key: chance.gauss(0, 0.4) for key in range(6)}
        made = {key: [chance.gauss(mean, 1) for _ in range(chance.randint(5, 30))] for key, mean in true.items()}
        total = sum(map(len, made.values()))
        middle = sum(true[key] * len(values) for key, values in made.items()) / total
        for key, found in estimates(made).items():
            held += found.low <= exp(true[key] - middle) <= found.high
            asked += 1
    assert 0.86 <= held / asked <= 0.97


def test_chance_alone_is_seldom_called_better_or_worse() -> None:
    chance = random.Random(7)  # noqa: S311 -- a simulation
    called = sum(
        each.verdict is not Verdict.UNSURE
        for _ in range(100)
        for each in estimates({key: [chance.gauss(0, 1) for _ in range(12)] for key in range(24)}).values()
    )
    assert called <= 0.03 * 2400


def test_few_numbers_are_never_sure() -> None:
    assert Estimate(FEWEST_IN_GROUP - 1, 3.0, 2.0, 4.0).verdict is Verdict.UNSURE
    assert Estimate(FEWEST_IN_GROUP, 3.0, 2.0, 4.0).verdict is Verdict.BETTER
    assert Estimate(FEWEST_IN_GROUP, 0.5, 0.4, 0.9).verdict is Verdict.WORSE
    assert estimates({"a": [], "b": []}) == {}
    assert estimates({"a": [1.0]})["a"].factor == 1.0


def standing(
    number: int,
    text: str = "Caches lie.",
    *,
    days_ago: float = 10.0,
    likes: int | None = 3,
    at: datetime | None = None,
    counted_after: timedelta = timedelta(days=2),
) -> Standing:
    published = at or NOW - timedelta(days=days_ago)
    counted = published + counted_after if published < NOW + timedelta(days=9000) else NOW
    return Standing(number, Post("x", "me", text, published_at=published), counted, Metrics(likes=likes))


def look(*standings: Standing, metric: str = "likes") -> Insight:
    return look_into(standings, metric=metric, now=NOW, local=lambda moment: moment)


def test_nothing_is_said_of_nothing_or_of_one() -> None:
    assert (look().posts, look().weeks, look().is_enough) == (0, (), False)
    one = look(standing(1))
    assert (one.posts, one.is_enough) == (1, False)
    assert [(str(week.start), week.posts, week.middle) for week in one.weeks] == [("2026-11-16", 1, 3.0)]


@pytest.mark.parametrize(
    "left_out",
    [
        standing(1, at=datetime(1970, 1, 1, tzinfo=UTC)),
        standing(1, at=datetime(2100, 1, 1, tzinfo=UTC)),
        standing(1, at=NOW + timedelta(minutes=5)),
        standing(1, counted_after=timedelta(hours=23)),
        Standing(1, Post("x", "me", "undated"), NOW, Metrics(likes=3)),
    ],
)
def test_dates_out_of_range_and_numbers_still_moving_are_left_out_and_counted(left_out: Standing) -> None:
    found = look(standing(2), left_out)
    assert (found.posts, found.unsettled) == (1, 1)


def test_what_is_not_told_is_not_zero() -> None:
    assert look(standing(1, likes=None)).posts == 0
    assert look(standing(1, likes=0)).posts == 1
    assert engagement(Metrics(impressions=9)) is None
    assert engagement(Metrics(likes=1, reposts=2, replies=3, quotes=4, bookmarks=5, impressions=99)) == 15


def test_a_form_of_opening_that_does_better_is_found_and_an_hour_that_does_not_is_not() -> None:
    chance = random.Random(5)  # noqa: S311 -- a simulation
    made = [
        standing(
            number,
            "Why do caches lie?" if number % 2 else "Caches lie.",
            days_ago=chance.uniform(3, 300),
            likes=round(chance.lognormvariate(3.0 + (0.8 if number % 2 else 0), 0.6)),
        )
        for number in range(400)
    ]
    found = look(*made)
    assert found.openings["question"].verdict is Verdict.BETTER
    assert found.openings["statement"].verdict is Verdict.WORSE
    assert sum(each.verdict is not Verdict.UNSURE for each in found.hours.values()) <= 2
    assert [value for _, value in found.top] == sorted((each.metrics.likes or 0 for each in made), reverse=True)[:5]


def test_growth_does_not_speak_for_the_latest_habit() -> None:
    made = [
        standing(number, "Why?" if number >= 200 else "Caches lie.", days_ago=403 - number, likes=5 + number)
        for number in range(400)
    ]
    found = look(*made)
    assert found.openings["question"].factor < 1.2  # raw, the later habit would seem to get three times as much
