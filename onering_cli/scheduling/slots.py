"""Weekly slots: the times of the week at which an account posts, and the next of them that is free."""

from __future__ import annotations

import re
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

from onering_cli.errors import UsageError
from onering_cli.record import record
from onering_cli.scheduling.clock_times import clock_time
from onering_cli.scheduling.dates import weekday_number
from onering_cli.scheduling.moments import WEEKDAYS, in_full
from onering_cli.scheduling.zones import find_zone, first_reading, note_on, wall_clock

if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Sequence

HORIZON = timedelta(days=366)
_LONGEST_TEXT = 200
_HOW = 'write it like "mon-fri 09:30", "sat,sun 10:00" or "daily 9am,5pm"'
_GROUPS = {"daily": range(7), "weekdays": range(5), "weekends": range(5, 7)}


@record
class Slot:
    """Times of the week on the clocks of a zone.

    Args:
        days: Weekdays, Monday being 0.
        times: Times of day, the earliest first.
        zone: An IANA name.
    """

    days: frozenset[int]
    times: tuple[time, ...]
    zone: str

    @property
    def text(self) -> str:
        """The slot as `parse_slot` reads it back: ``mon-fri 09:30``."""
        return f"{_days_text(self.days)} {','.join(f'{clock:%H:%M}' for clock in self.times)}"

    def after(self, moment: datetime) -> Iterator[datetime]:
        """The slot's moments after this one, aware UTC, in order, without end.

        A time that clocks jump over is the first moment after the jump; one that comes twice is the first of the two.
        """
        clocks = find_zone(self.zone)
        day = wall_clock(moment, clocks).date()
        last = moment
        while True:
            if day.weekday() in self.days:
                for clock in self.times:
                    at = first_reading(datetime.combine(day, clock), clocks)
                    if at > last:
                        yield at
                        last = at
            day += timedelta(days=1)

    def note(self, at: datetime) -> str:
        """What clock changes made of a moment that `after` gave; "" when they did nothing to it."""
        clocks = find_zone(self.zone)
        wall = wall_clock(at, clocks)
        return note_on(at, clocks, named=wall.weekday() in self.days and wall.time() in self.times)


def parse_slot(text: str, *, zone: str) -> Slot:
    """The slot that words mean: days, then times.

    Raises:
        UsageError: They cannot be read, or there is no such zone.
    """
    find_zone(zone)
    words = re.sub(r"\s*([,-])\s*", r"\1", " ".join(text.lower().split()))
    days, _, times = words.partition(" ")
    if not times or len(words) > _LONGEST_TEXT:
        raise UsageError(f"{text!r} is not a weekly slot: it takes days, then times", hint=_HOW)
    clocks = sorted({_clock(part, text) for part in re.split(r",| (?![ap]m)", times)})
    return Slot(frozenset(_days(days, text)), tuple(clocks), zone)


def next_free(slots: Sequence[Slot], *, after: datetime, taken: Container[datetime]) -> datetime:
    """The first moment of any of the slots that is not taken, aware UTC.

    Args:
        slots: The account's slots.
        after: The moment that it must come after, aware UTC.
        taken: Moments, aware UTC, that hold something already.

    Raises:
        UsageError: There is no slot, or none is free for a year.
    """
    if not slots:
        raise UsageError("there is no slot yet", hint='make one: onering slot set "mon-fri 09:30"')
    found = [at for slot in slots if (at := _first_free(slot, after, taken)) is not None]
    if not found:
        until = in_full(after + HORIZON, slots[0].zone)
        raise UsageError(
            f"every slot is taken until {until}", hint='add a slot: onering slot set "sat 10:00", or say --at'
        )
    return min(found)


def _first_free(slot: Slot, after: datetime, taken: Container[datetime]) -> datetime | None:
    for at in slot.after(after):
        if at - after > HORIZON:
            return None
        if at not in taken:
            return at
    return None  # unreachable: a slot's moments have no end


def _clock(part: str, text: str) -> time:
    clock = clock_time(part)
    if clock is None or clock.second:
        raise UsageError(f"{part!r} in {text!r} is not a time of day", hint=_HOW)
    return clock


def _days(words: str, text: str) -> Iterator[int]:
    for part in words.split(","):
        first, dash, last = part.partition("-")
        ends = (weekday_number(first), weekday_number(last) if dash else None)
        if part in _GROUPS:
            yield from _GROUPS[part]
        elif ends[0] is None or (dash and ends[1] is None):
            raise UsageError(f"{part!r} in {text!r} is not a day of the week", hint=_HOW)
        else:
            start, stop = ends[0], ends[0] if ends[1] is None else ends[1]
            yield from ((start + step) % 7 for step in range((stop - start) % 7 + 1))


def _days_text(days: frozenset[int]) -> str:
    """``mon-fri``, ``sat,sun``, ``daily``."""
    if len(days) == len(WEEKDAYS):
        return "daily"
    runs: list[list[int]] = []
    for day in sorted(days):
        if runs and runs[-1][-1] == day - 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    names = [name[:3] for name in WEEKDAYS]
    return ",".join(names[run[0]] if len(run) == 1 else f"{names[run[0]]}-{names[run[-1]]}" for run in runs)
