"""Cron by brute force: every minute of years is looked at, with a reading of the five fields of its own.

It shares nothing with the program but the zone database. A rule with a ``*`` at the head of its minute or hour fires in
every minute in which the wall clock shows one of its times. Any other fires as Debian's cron runs it, which keeps a
virtual clock: in the minute in which the wall clock first reaches one of its times or jumps over it.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

BEGIN = datetime(2020, 1, 1, tzinfo=UTC)
END = datetime(2030, 1, 1, tzinfo=UTC)
ZONES = (
    *("UTC", "Europe/Berlin", "Europe/London", "Europe/Dublin", "America/New_York", "America/St_Johns"),
    *("America/Havana", "America/Santiago", "America/Asuncion", "America/Nuuk", "Africa/Casablanca", "Africa/Cairo"),
    *("Asia/Gaza", "Asia/Beirut", "Asia/Tehran", "Asia/Kathmandu", "Australia/Lord_Howe", "Pacific/Chatham"),
    *("Antarctica/Troll", "Antarctica/Casey"),
)
_DAY_MINUTES = 1_440
_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_WEEKDAYS = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]
_NAMES: tuple[dict[str, int], ...] = (
    {},
    {},
    {},
    {name: number for number, name in enumerate(_MONTHS, start=1)},
    {name: number for number, name in enumerate(_WEEKDAYS)},
)
_RANGES = ((0, 59), (0, 23), (1, 31), (1, 12), (0, 7))

Minutes = NDArray[np.int32]
Marks = NDArray[np.bool_]


class Oracle:
    """All minutes from `begin` to `end` on the wall clocks of one zone."""

    def __init__(self, zone: str, begin: datetime = BEGIN, end: datetime = END) -> None:
        clocks = ZoneInfo(zone)
        self.begin = begin
        self._first_day = begin.date() - timedelta(days=1)  # wall clocks may be behind UTC
        self._days = (end.date() - begin.date()).days + 3
        total = int((end - begin).total_seconds()) // 60
        offsets = np.empty(total, dtype=np.int32)
        hours = [_offset(begin + timedelta(hours=hour), clocks) for hour in range(total // 60 + 1)]
        for hour in range(total // 60):
            first, last = hour * 60, hour * 60 + 60
            if hours[hour] == hours[hour + 1]:
                offsets[first:last] = hours[hour]
            else:
                offsets[first:last] = [
                    _offset(begin + timedelta(minutes=minute), clocks) for minute in range(first, last)
                ]
        self.wall: Minutes = np.arange(_DAY_MINUTES, total + _DAY_MINUTES, dtype=np.int32) + offsets
        self.reached: Minutes = np.maximum.accumulate(self.wall)
        self.changes = [int(minute) + 1 for minute in np.flatnonzero(np.diff(offsets))]

    def marks(self, rule: str) -> Marks:
        """For every minute, whether the rule fires in it."""
        fields = rule.split()
        shown = self._wall_times(fields)
        if fields[0].startswith("*") or fields[1].startswith("*"):
            return shown[self.wall]
        counted = np.cumsum(shown, dtype=np.int32)
        before = np.concatenate(([self.wall[0] - 1], self.reached[:-1]))
        marks: Marks = counted[self.reached] > counted[before]
        return marks

    def _wall_times(self, fields: list[str]) -> Marks:
        """For every minute that a wall clock shows, whether the rule names it."""
        minutes, hours, days, months, weekdays = (_values(number, field) for number, field in enumerate(fields))
        both = fields[2].startswith("*") or fields[4].startswith("*")
        named_days = np.zeros(self._days, dtype=bool)
        for number in range(self._days):
            day = self._first_day + timedelta(days=number)
            by_date, by_weekday = day.day in days, bool({day.isoweekday(), day.isoweekday() % 7} & weekdays)
            named_days[number] = day.month in months and ((by_date and by_weekday) if both else (by_date or by_weekday))
        named_minutes = np.array([minute // 60 in hours and minute % 60 in minutes for minute in range(_DAY_MINUTES)])
        marks: Marks = (named_days[:, None] & named_minutes[None, :]).reshape(-1)
        return marks


def _offset(moment: datetime, clocks: ZoneInfo) -> int:
    offset = moment.astimezone(clocks).utcoffset()
    assert offset is not None
    assert offset.total_seconds() % 60 == 0
    return int(offset.total_seconds()) // 60


def _values(number: int, field: str) -> set[int]:
    """The values of one field, read as crontab(5) describes it."""
    found: set[int] = set()
    for term in field.split(","):
        span, _, step = term.partition("/")
        first, dash, last = span.partition("-")
        low, high = _RANGES[number]
        if span != "*":
            low = _value(number, first)
            high = _value(number, last) if dash else low
        found |= set(range(low, high + 1, int(step or 1)))
    return found


def _value(number: int, word: str) -> int:
    return _NAMES[number][word] if word in _NAMES[number] else int(word)
