"""Moments as people write them: ISO times, ``tomorrow 9am``, ``mon 9:30``, ``in 2h``; what is not plain is refused."""

from __future__ import annotations

import re
from datetime import UTC, datetime, time, timedelta, timezone
from typing import TYPE_CHECKING

from onering_cli.errors import UsageError
from onering_cli.record import record
from onering_cli.scheduling.clock_times import CLOCK, time_of_day
from onering_cli.scheduling.dates import is_full_date, read_day, refuse_date_in_numbers
from onering_cli.scheduling.durations import LONGEST, parse_duration
from onering_cli.scheduling.moments import in_full, local_text, span_text
from onering_cli.scheduling.zones import find_zone, first_reading, gap_end, readings, wall_clock

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

_HOW = 'write it like "tomorrow 9am", "mon 9:30", "2026-08-01 14:00" or "in 2h"'
_LONGEST_TEXT = 60
_MOST_YEARS = 20  # a first bound, so that what follows never leaves the calendar
_CLOCK_AT_END = re.compile(rf"(?:^|(?<=[ ,])){CLOCK}(?: ?(?P<offset>z|utc|[+-]\d{{2}}:?\d{{2}}))?$")

_CLOCK_FIRST = re.compile(rf"(?:at )?(?P<clock>{CLOCK}),? (?:on )?(?P<rest>[a-z0-9].*)")


@record
class When:
    """A moment that somebody asked for.

    Args:
        at: The moment, aware UTC.
        local: The moment on the clocks of `zone`, for people.
        zone: The IANA name of the zone that it was read in.
        note: What was decided that the words left open; "" when nothing was.
    """

    at: datetime
    local: str
    zone: str
    note: str = ""


def parse_when(text: str, *, now: datetime, zone: str) -> When:
    """The moment that `text` means at `now` (aware UTC) on the clocks of `zone`.

    Raises:
        UsageError: It cannot be read, could mean two moments, does not exist on these clocks, is past, or is more than
            ten years ahead.
    """
    words = re.sub(r"(?<=\d)t(?=\d)", " ", " ".join(text.lower().split()))
    if len(words) > _LONGEST_TEXT:
        raise UsageError("that is too long for a time", hint=_HOW)
    clocks = find_zone(zone)
    if words.startswith("in "):
        return _after(parse_duration(words.removeprefix("in ")), now, zone, clocks)
    refuse_date_in_numbers(words)
    if (turned := _CLOCK_FIRST.fullmatch(words)) and not _CLOCK_AT_END.search(words):
        words = f"{turned['rest']} {turned['clock']}"
    found = _CLOCK_AT_END.search(words)
    if found is None:
        raise _without_clock(words, text, wall_clock(now, clocks))
    day_words = re.sub(r"(?:^| )at$", "", words[: found.start()].rstrip(" ,")).rstrip(" ,")
    clock = time_of_day(found)
    if clock is None:
        raise UsageError(f"{text!r} names a time of day that does not exist", hint="write it like 9am or 21:30")
    day = read_day(day_words, clock=clock, today=wall_clock(now, clocks))
    if day is None:
        raise UsageError(f"{text!r} is not a time that can be read", hint=_HOW)
    wall, note = datetime.combine(day[0], clock), day[1]
    _refuse_other_age(wall.year, now, text)
    if not found["offset"]:
        at = _only_reading(wall, zone, clocks)
    elif is_full_date(day_words):
        at = _with_offset(wall, found["offset"], text)
    else:
        raise UsageError(f"{text!r} has an offset but no full date", hint="write it like 2026-08-01T09:30+02:00")
    _refuse_past_and_far(at, now, zone)
    return When(at, local_text(at, zone), zone, note)


def parse_until(text: str, *, now: datetime, zone: str) -> datetime:
    """The last moment, aware UTC, of what `text` means: a day without a time is meant to its end.

    Raises:
        UsageError: As `parse_when`.
    """
    words, clocks = " ".join(text.lower().split()), find_zone(zone)
    day = read_day(words, clock=time(), today=wall_clock(now, clocks)) if is_full_date(words) else None
    if day is None:
        return parse_when(text, now=now, zone=zone).at
    _refuse_other_age(day[0].year, now, text)
    last = first_reading(datetime.combine(day[0] + timedelta(days=1), time()), clocks) - timedelta(seconds=1)
    _refuse_past_and_far(last, now, zone)
    return last


def _after(span: timedelta, now: datetime, zone: str, clocks: ZoneInfo) -> When:
    at = (now + span).astimezone(UTC).replace(microsecond=0)
    shifted = at.astimezone(clocks).utcoffset() != now.astimezone(clocks).utcoffset()
    note = "clocks change before then: the length of time is kept, the time of day is not" if shifted else ""
    return When(at, local_text(at, zone), zone, note)


def _without_clock(words: str, text: str, today: datetime) -> UsageError:
    """What to say of words that hold no time of day."""
    if not words or read_day(words, clock=time(), today=today) is None:
        return UsageError(f"{text!r} is not a time that can be read", hint=_HOW)
    return UsageError(f"{text!r} is a day without a time", hint=f'add one: "{words} 9:30"')


def _only_reading(wall: datetime, zone: str, clocks: ZoneInfo) -> datetime:
    found = readings(wall, clocks)
    if len(found) == 1:
        return found[0]
    shown = f"{wall:%Y-%m-%d %H:%M}"
    if not found:
        instead = wall_clock(gap_end(wall, clocks), clocks)
        raise UsageError(
            f"{shown} does not exist in {zone}: the clocks are put forward over it",
            hint=f"the first time after it is {instead:%Y-%m-%d %H:%M}",
        )
    first, second = (f"{moment.astimezone(clocks).isoformat(timespec='minutes')}" for moment in found)
    raise UsageError(
        f"{shown} comes twice in {zone}: the clocks are put back over it", hint=f"say which: {first} or {second}"
    )


def _with_offset(wall: datetime, offset: str, text: str) -> datetime:
    span = timedelta(0)
    if offset not in ("z", "utc"):
        digits = offset[1:].replace(":", "")
        span = timedelta(hours=int(digits[:2]), minutes=int(digits[2:])) * (-1 if offset[0] == "-" else 1)
    try:
        return wall.replace(tzinfo=timezone(span)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise UsageError(f"{text!r} has an offset that does not exist", hint="write it like +02:00") from None


def _refuse_other_age(year: int, now: datetime, text: str) -> None:
    if abs(year - now.year) > _MOST_YEARS:
        raise UsageError(f"{text!r} is too far from now", hint="give a time within the next ten years")


def _refuse_past_and_far(at: datetime, now: datetime, zone: str) -> None:
    if at <= now:
        hint = "post it now, or give a time that is still to come"
        raise UsageError(f"{in_full(at, zone)} is past, by {span_text(now - at)}", hint=hint)
    if at - now > LONGEST:
        raise UsageError(f"{in_full(at, zone)} is more than ten years ahead", hint="give a time that is nearer")
