"""Moments in words: the one place that decides how a moment is written, with its local time, its zone and in UTC."""

from __future__ import annotations

from datetime import UTC, timedelta
from typing import TYPE_CHECKING

from onering_cli.scheduling.zones import find_zone

if TYPE_CHECKING:
    from datetime import datetime

ZONES_OF_UTC = ("UTC", "Etc/UTC")  # a moment there is told once
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def local_text(at: datetime, zone: str) -> str:
    """The moment on the clocks of a zone: ``Sat 2026-08-01 09:30 CEST``; seconds only where there are some."""
    local = at.astimezone(find_zone(zone))
    return f"{WEEKDAYS[local.weekday()][:3].capitalize()} {local:%Y-%m-%d} {_clock(local)} {local:%Z}"


def in_full(at: datetime, zone: str) -> str:
    """The moment as it is always told: ``Sat 2026-08-01 09:30 CEST (Europe/Berlin), 07:30 UTC``."""
    local, universal = at.astimezone(find_zone(zone)), at.astimezone(UTC)
    if zone in ZONES_OF_UTC:
        return local_text(at, zone)
    day = "" if universal.date() == local.date() else f"{universal:%Y-%m-%d} "
    return f"{local_text(at, zone)} ({zone}), {day}{_clock(universal)} UTC"


def span_text(span: timedelta) -> str:
    """A length of time by its largest one or two units: ``3 d 4 h``, ``2 h``, ``5 min``, ``10 s``."""
    seconds = int(abs(span).total_seconds())
    units = (("d", 86_400), ("h", 3_600), ("min", 60), ("s", 1))
    parts: list[str] = []
    for unit, size in units:
        count, seconds = divmod(seconds, size)
        if parts and not count:
            break
        if count:
            parts.append(f"{count} {unit}")
    return " ".join(parts[:2]) or "0 s"


def _clock(moment: datetime) -> str:
    return f"{moment:%H:%M:%S}" if moment.second else f"{moment:%H:%M}"
