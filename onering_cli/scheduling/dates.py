"""Days as people write them: ``tomorrow``, ``mon``, ``next friday``, ``2026-08-01``, ``1 Aug``."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from onering_cli.errors import UsageError
from onering_cli.scheduling.moments import WEEKDAYS

if TYPE_CHECKING:
    from datetime import time

_MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
_FEWEST_LETTERS = 3
_ISO = re.compile(r"(?P<year>\d{4})-(?P<month>\d{2})-(?P<day>\d{2})")
_WEEKDAY = re.compile(r"(?P<lead>next |this |on )?(?P<name>[a-z]+)")
_DAY_MONTH = re.compile(r"(?P<day>\d{1,2})(?:st|nd|rd|th|\.)? (?P<month>[a-z]+)\.?,?(?: (?P<year>\d{4}))?")
_MONTH_DAY = re.compile(r"(?P<month>[a-z]+)\.? (?P<day>\d{1,2})(?:st|nd|rd|th)?,?(?: (?P<year>\d{4}))?")
_IN_NUMBERS = re.compile(r"(\d{1,2})([/.-])(\d{1,2})(?:[/.-]\d{0,4})?")


def is_full_date(words: str) -> bool:
    """Whether the words are a date with its year, in ISO's order."""
    return bool(_ISO.fullmatch(words))


def refuse_date_in_numbers(words: str) -> None:
    """Refuse ``03/04``, which is in March for some readers and in April for others.

    Raises:
        UsageError: The words begin with such a date.
    """
    if found := _IN_NUMBERS.match(words):
        raise UsageError(
            f"{found[0]!r} is one date for some readers and another for others",
            hint=f"write the month first as ISO has it, YYYY-{found[1]:0>2}-{found[3]:0>2}, or by its name: 3 Apr",
        )


def read_day(words: str, *, clock: time, today: datetime) -> tuple[date, str] | None:
    """The date that the words mean, and what had to be decided for that; None when they name no day.

    Args:
        words: In lower case; "" for a time of day alone.
        clock: The time of day that is meant.
        today: What the wall clock shows now.

    Raises:
        UsageError: There is no such date.
    """
    if words == "":
        passed = clock <= today.time()
        return today.date() + timedelta(days=passed), "that time has passed today: tomorrow is meant" if passed else ""
    if words in ("today", "tomorrow"):
        return today.date() + timedelta(days=words == "tomorrow"), ""
    if found := _ISO.fullmatch(words):
        return _date(int(found["year"]), int(found["month"]), int(found["day"]), words), ""
    found = _DAY_MONTH.fullmatch(words) or _MONTH_DAY.fullmatch(words)
    if found and (month := _number(found["month"], _MONTHS)) is not None:
        return _date_by_name(found, month + 1, clock, today)
    found = _WEEKDAY.fullmatch(words)
    if found and (weekday := weekday_number(found["name"])) is not None:
        return _coming(weekday, found["lead"] or "", clock, today)
    return None


def weekday_number(name: str) -> int | None:
    """The number of a weekday, Monday being 0, by its first three letters or more; None for what is no weekday."""
    return _number(name, WEEKDAYS)


def _number(name: str, names: tuple[str, ...]) -> int | None:
    if len(name) < _FEWEST_LETTERS:
        return None
    return next((number for number, full in enumerate(names) if full.startswith(name)), None)


def _coming(weekday: int, lead: str, clock: time, today: datetime) -> tuple[date, str]:
    ahead = (weekday - today.weekday()) % 7
    name = WEEKDAYS[weekday].capitalize()
    if ahead:
        note = f"the first {name} after today is meant; for a later one give its date" if lead == "next " else ""
        return today.date() + timedelta(days=ahead), note
    if lead == "next " or clock <= today.time():
        return today.date() + timedelta(days=7), f"today is {name}: the one in a week is meant"
    return today.date(), f"today is {name}: today is meant"


def _date_by_name(found: re.Match[str], month: int, clock: time, today: datetime) -> tuple[date, str]:
    day = int(found["day"])
    if found["year"]:
        return _date(int(found["year"]), month, day, found[0]), ""
    this_year = _date(today.year, month, day, found[0])
    if datetime.combine(this_year, clock) > today:
        return this_year, ""
    return _date(today.year + 1, month, day, found[0]), "that day has passed this year: next year's is meant"


def _date(year: int, month: int, day: int, words: str) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise UsageError(
            f"there is no day {words!r} in {year}", hint="check the date; with a year: 2028-02-29"
        ) from None
