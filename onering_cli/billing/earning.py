"""What a published thread earns, and what is taken back when it is rolled back."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from onering_cli.billing.ring import Entry, Kind
from onering_cli.record import record

if TYPE_CHECKING:
    from datetime import date, datetime


@record
class EarnRules:
    """The numbers that earning goes by; each is the setting ``ring.NAME``.

    Args:
        per_thread: RING for a published thread.
        per_streak_day: RING on top for the first thread of a day that continues a streak.
        daily_cap: The most that threads and streaks earn in a local day.
        min_interval_s: A thread earns only so long after the last one that earned.
    """

    per_thread: int = 10
    per_streak_day: int = 5
    daily_cap: int = 50
    min_interval_s: float = 600.0


@record
class DaySoFar:
    """What earning must know of the ledger's past.

    Args:
        earned: By threads and streaks on this local day, what was taken back not counted.
        streak_earned: This day's streak bonus was earned already.
        streak_days: How many days the streak had until yesterday.
        last_earned_at: When a thread last earned something, or None.
    """

    earned: int = 0
    streak_earned: bool = False
    streak_days: int = 0
    last_earned_at: datetime | None = None


@record
class ThreadEarning:
    """What one published thread earned, in RING.

    Args:
        run: The run's id.
        day: The local day it counts for.
        at: When it was complete, aware UTC.
        thread: For itself.
        streak: For continuing a streak.
        rolled_back: It was taken back since.
    """

    run: str
    day: date
    at: datetime
    thread: int
    streak: int
    rolled_back: bool = False


def earned_by_thread(run: str, day: date, at: datetime, so_far: DaySoFar, rules: EarnRules) -> ThreadEarning:
    """What a thread earns that was published now; nothing when it comes too soon or the day's cap is reached."""
    left = max(rules.daily_cap - so_far.earned, 0)
    last = so_far.last_earned_at
    # A clock that went back must not make every thread count.
    if last is not None and abs(at - last) < timedelta(seconds=rules.min_interval_s):
        left = 0
    thread = min(rules.per_thread, left)
    continues = bool(thread) and so_far.streak_days > 0 and not so_far.streak_earned
    return ThreadEarning(run, day, at, thread, min(rules.per_streak_day, left - thread) if continues else 0)


def entries_of(earning: ThreadEarning, streak_days: int) -> tuple[Entry, ...]:
    """The rows that a thread's earning becomes."""
    entries = (
        Entry(Kind.EARN, earning.thread, "a thread was published", f"thread:{earning.run}"),
        Entry(Kind.EARN, earning.streak, f"day {streak_days} of a streak", f"thread:{earning.run}:streak"),
    )
    return tuple(entry for entry in entries if entry.amount)


def taken_back(earning: ThreadEarning) -> tuple[Entry, ...]:
    """The rows that a rollback becomes: all that the thread earned, even when it is spent already."""
    total = earning.thread + earning.streak
    if earning.rolled_back or not total:
        return ()
    return (Entry(Kind.PENALTY, -total, "the thread was rolled back", f"thread:{earning.run}:rolled_back"),)
