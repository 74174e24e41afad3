"""Recurring rules in five-field cron: what they mean is for cronsim to say, what clock changes do to them is said here.

As in Debian's cron (cron(8), "Daylight Saving Time and other time changes"): a rule whose minute and hour both begin
with a number fires once for each time it names; a time that clocks jump over is made up for right after the jump, and
one that comes twice counts at its first coming. A rule with ``*`` in its minute or hour goes by elapsed time: it fires
whenever the clocks show a time that it names.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from onering_cli.errors import UsageError
from onering_cli.record import record
from onering_cli.scheduling.cron_text import plain_fields
from onering_cli.scheduling.moments import in_full
from onering_cli.scheduling.zones import change_between, find_zone, first_reading, note_on, wall_clock

if TYPE_CHECKING:
    from collections.abc import Iterator
    from zoneinfo import ZoneInfo

_MINUTE = timedelta(minutes=1)
_DAY = timedelta(days=1)


@record
class Rule:
    """A recurring rule.

    Args:
        text: Five fields of cron, or a name such as ``@daily``, as it was given.
        zone: An IANA name; its clocks count.
        until: No moment after this one, aware UTC.
        count: The most times it fires; None for no limit.
    """

    text: str
    zone: str
    until: datetime | None = None
    count: int | None = None

    def next_after(self, moment: datetime, *, fired: int = 0) -> datetime | None:
        """The first moment strictly after this one at which the rule fires, aware UTC; None when there is none.

        Args:
            moment: Aware.
            fired: How often it has fired so far.
        """
        if self.count is not None and fired >= self.count:
            return None
        fields = plain_fields(self.text)
        find = _by_elapsed_time if _goes_by_elapsed_time(fields) else _by_named_times
        at = find(fields, moment.astimezone(UTC), find_zone(self.zone))
        return None if at is None or (self.until is not None and at > self.until) else at

    def note(self, at: datetime) -> str:
        """What clock changes made of a moment that `next_after` gave; "" when they did nothing to it."""
        fields, clocks = plain_fields(self.text), find_zone(self.zone)
        if _goes_by_elapsed_time(fields):
            return ""
        return note_on(at, clocks, named=_shows_one(fields, at, clocks))


def parse_rule(text: str, *, zone: str, now: datetime, until: datetime | None = None, count: int | None = None) -> Rule:
    """A rule that can be read and that fires at least once after `now`.

    Raises:
        UsageError: A field is wrong (the message says which), there is no such zone, or it never fires.
    """
    if count is not None and count < 1:
        raise UsageError(f"a rule cannot fire {count} times", hint="give --count 1 or more, or leave it out")
    rule = Rule(" ".join(text.split()), zone, until, count)
    if rule.next_after(now) is None:
        bound = f" before {in_full(until, zone)}" if until is not None else ""
        raise UsageError(f"{rule.text!r} names no day that comes{bound}", hint="check its day and month")
    return rule


def _goes_by_elapsed_time(fields: str) -> bool:
    minute, hour, *_ = fields.split()
    return minute.startswith("*") or hour.startswith("*")


def _by_named_times(fields: str, moment: datetime, clocks: ZoneInfo) -> datetime | None:
    for wall in _walls(fields, wall_clock(moment, clocks)):
        at = first_reading(wall, clocks)
        if at > moment:
            return at
    return None


def _by_elapsed_time(fields: str, moment: datetime, clocks: ZoneInfo) -> datetime | None:
    """Go from one change of the clocks to the next: between two of them wall clock and elapsed time run alike."""
    after = moment
    while (wall := next(_walls(fields, wall_clock(after, clocks)), None)) is not None:
        at = (wall - _offset(after, clocks)).replace(tzinfo=UTC)
        change = _first_change(after, at, clocks)
        if change is None:
            return at
        if _shows_one(fields, change, clocks):
            return change
        after = change
    return None


def _first_change(after: datetime, until: datetime, clocks: ZoneInfo) -> datetime | None:
    """The first moment, later than the one and no later than the other, at which the zone's offset changes."""
    while after < until:
        step = min(after + _DAY, until)
        if _offset(step, clocks) != _offset(after, clocks):
            return change_between(after, step, clocks)
        after = step
    return None


def _shows_one(fields: str, moment: datetime, clocks: ZoneInfo) -> bool:
    wall = wall_clock(moment, clocks)
    return next(_walls(fields, wall - _MINUTE), None) == wall


def _offset(moment: datetime, clocks: ZoneInfo) -> timedelta:
    return moment.astimezone(clocks).utcoffset() or timedelta(0)


def _walls(fields: str, wall: datetime) -> Iterator[datetime]:
    """The times on a wall clock, after this one, that the rule names."""
    from cronsim import CronSim

    return CronSim(fields, wall)
