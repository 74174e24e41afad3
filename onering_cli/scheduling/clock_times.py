"""Times of day as people write them: ``9am``, ``9:30 pm``, ``21:30``, ``noon``."""

from __future__ import annotations

import re
from datetime import time

# No bare number is a time of day: "9" could be in the morning or in the evening, or a day of the month.
CLOCK = (
    r"(?:(?P<noon>noon)"
    r"|(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,]\d{1,9})?)?(?: ?(?P<half>[ap])m)?"
    r"|(?P<full_hour>\d{1,2}) ?(?P<its_half>[ap])m)"
)
_NOON = 12


def clock_time(words: str) -> time | None:
    """The time of day that the words in lower case are; None when they are none."""
    found = re.fullmatch(CLOCK, words)
    return None if found is None else time_of_day(found)


def time_of_day(found: re.Match[str]) -> time | None:
    """The time of day in a match of `CLOCK`; None when no clock shows it."""
    if found["noon"]:
        return time(_NOON)
    hour, half = int(found["hour"] or found["full_hour"]), found["half"] or found["its_half"]
    if half:
        if not 1 <= hour <= _NOON:
            return None
        hour = hour % _NOON + (_NOON if half == "p" else 0)
    try:
        return time(hour, int(found["minute"] or 0), int(found["second"] or 0))
    except ValueError:
        return None
