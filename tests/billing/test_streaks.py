"""Streaks and levels."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onering_cli.billing.streaks import Streak, level, level_begins_at, streak

TODAY = date(2026, 8, 20)


def days(*back: int) -> list[date]:
    """So many days before today, the latest first."""
    return [TODAY - timedelta(days=number) for number in sorted(back)]


@pytest.mark.parametrize(
    ("back", "length"),
    [
        ((), 0),
        ((0,), 1),
        ((1,), 1),
        ((2,), 1),  # yesterday was missed, and can be forgiven
        ((3,), 0),
        ((0, 1, 2), 3),
        ((1, 2, 3), 3),
        ((0, 2, 3), 3),
        ((0, 3, 4), 1),
        ((0, 2, 4), 1),  # only one of two missed days within a week is forgiven
        ((2, 4), 0),
        ((0, 2, 3, 4, 5, 6, 7, 8, 10), 9),
        ((0, 2, 3, 4, 5, 6, 7, 9), 8),
        ((0, 2, 3, 4, 5, 6, 8), 1),
    ],
)
def test_a_streak_forgives_a_day_a_week(back: tuple[int, ...], length: int) -> None:
    assert streak(days(*back), TODAY).days == length


def test_a_day_in_the_future_is_not_counted() -> None:
    assert streak([TODAY + timedelta(days=1), TODAY], TODAY) == Streak(1, TODAY, None)


@settings(deadline=None)
@given(st.sets(st.integers(0, 40)))
def test_a_published_thread_never_shortens_a_streak(back: set[int]) -> None:
    assert streak(days(*(back | {0})), TODAY).days >= streak(days(*(back - {0})), TODAY).days


@settings(deadline=None)
@given(st.integers(-1000, 10**12))
def test_a_level_begins_where_it_says(earned: int) -> None:
    number = level(earned)
    assert number >= 1
    assert level_begins_at(number) <= max(earned, 0) < level_begins_at(number + 1)
