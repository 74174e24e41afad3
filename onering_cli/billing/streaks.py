"""Streaks and levels: what the ledger's owner has kept up, and how far they came."""

from __future__ import annotations

from datetime import timedelta
from math import isqrt
from typing import TYPE_CHECKING

from onering_cli.record import record

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

GRACE_EVERY_DAYS = 7
"""A missed day is forgiven when the one forgiven before lies at least so many days back."""

_LEVEL_STEP = 100


@record
class Streak:
    """Days in a row with a published thread.

    Args:
        days: How many of them had one; a forgiven day is not counted.
        last: The latest of them, or None.
        grace_used: The latest day that was missed and forgiven, or None.
    """

    days: int = 0
    last: date | None = None
    grace_used: date | None = None


def streak(days: Iterable[date], today: date) -> Streak:
    """The streak that is alive today.

    It is alive while its last day is today or yesterday, or the day before that when the day between can be forgiven.

    Args:
        days: With a published thread, each once, the latest first; only the streak's own are read.
        today: The user's.
    """
    run: list[date] = []
    for day in days:
        if day > today:
            continue  # the clock was wrong, or the user flew west
        if (run[-1] if run else today) - day > timedelta(days=2):
            break
        run.append(day)
    found = _forgiving(run[::-1])
    if found.last is not None and today - found.last == timedelta(days=2):
        missed = today - timedelta(days=1)
        return found if _forgivable(missed, found.grace_used) else Streak()
    return found


def _forgiving(run: list[date]) -> Streak:
    """Walk days that miss at most one between two of them, the earliest first."""
    found = Streak()
    for day in run:
        if found.last is None or day - found.last == timedelta(days=1):
            found = Streak(found.days + 1, day, found.grace_used)
        elif _forgivable(missed := day - timedelta(days=1), found.grace_used):
            found = Streak(found.days + 1, day, missed)
        else:
            found = Streak(1, day)
    return found


def _forgivable(missed: date, before: date | None) -> bool:
    return before is None or missed - before >= timedelta(days=GRACE_EVERY_DAYS)


def level(earned: int) -> int:
    """From 1; level n takes 50 · n · (n - 1) RING: 0, 100, 300, 600, 1000 and so on."""
    pairs = 2 * max(earned, 0) // _LEVEL_STEP
    return (1 + isqrt(1 + 4 * pairs)) // 2


def level_begins_at(number: int) -> int:
    """The RING that a level takes."""
    return _LEVEL_STEP * number * (number - 1) // 2
