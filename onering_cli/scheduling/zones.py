"""Time zones by name, and what a wall clock's reading means where clocks change."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from onering_cli.errors import UsageError

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

_SECOND = timedelta(seconds=1)
_MOST_GUESSES = 3


def find_zone(name: str) -> ZoneInfo:
    """The zone of an IANA name such as ``Europe/London``.

    Raises:
        UsageError: The zone database has none of that name; the hint names those that look like it.
    """
    from zoneinfo import ZoneInfo

    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as exc:  # a name that is missing is a KeyError, a folder's an OSError
        raise UsageError(f"{name!r} is not a time zone", hint=_guesses(name)) from exc


def _guesses(name: str) -> str:
    from difflib import get_close_matches
    from zoneinfo import available_timezones

    known = sorted(available_timezones())
    asked = name.lower().replace(" ", "_")
    cities = [zone for zone in known if zone.lower() == asked or zone.lower().rpartition("/")[2] == asked]
    guesses = cities[:_MOST_GUESSES] or get_close_matches(name, known, _MOST_GUESSES)
    return f"perhaps {' or '.join(guesses)}" if guesses else "use a name such as Europe/London or America/New_York"


def wall_clock(moment: datetime, zone: ZoneInfo) -> datetime:
    """What the clocks of a zone show at a moment, without the zone."""
    return moment.astimezone(zone).replace(tzinfo=None, fold=0)


def readings(wall: datetime, zone: ZoneInfo) -> tuple[datetime, ...]:
    """The moments, aware UTC, at which the clocks of a zone show this: none in a gap, two where they are put back."""
    found = (wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    return tuple(dict.fromkeys(moment for moment in found if wall_clock(moment, zone) == wall))


def first_reading(wall: datetime, zone: ZoneInfo) -> datetime:
    """The moment, aware UTC, that a wall clock time means to cron: the first, or the end of the gap it falls into."""
    found = readings(wall, zone)
    return found[0] if found else gap_end(wall, zone)


def note_on(at: datetime, zone: ZoneInfo, *, named: bool) -> str:
    """What clock changes made of a time that `first_reading` resolved to `at`; "" when they did nothing to it.

    Args:
        at: Aware.
        zone: Whose clocks.
        named: Whether the clocks show, at `at`, a time that was asked for.
    """
    if not named:
        return "its time does not exist that day, the clocks are put forward over it: the first moment after counts"
    twice = len(readings(wall_clock(at, zone), zone)) > 1
    return "its time comes twice that day, the clocks are put back over it: the first counts" if twice else ""


def gap_end(wall: datetime, zone: ZoneInfo) -> datetime:
    """The moment, aware UTC, at which the clocks jump over this wall clock time."""
    after, before = (wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    return change_between(before, after, zone)


def change_between(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """The first moment at which the zone has the offset that it has at `after`, to the second, given one change."""
    target = after.astimezone(zone).utcoffset()
    while after - before > _SECOND:
        middle = before + (after - before) // 2
        if middle.astimezone(zone).utcoffset() == target:
            after = middle
        else:
            before = middle
    return after.replace(microsecond=0)
