"""The name of this machine's time zone."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_LINK = Path("/etc/localtime")
_FOLDER = "zoneinfo/"


def local_zone(environment: Mapping[str, str]) -> str:
    """The IANA name of the zone that this machine's clocks show; ``UTC`` where nothing says."""
    named = environment.get("TZ", "").removeprefix(":")
    if named and _is_zone(named):
        return named
    _, found, name = str(_LINK.resolve()).rpartition(_FOLDER)
    name = name.removeprefix("posix/").removeprefix("right/")
    if found and _is_zone(name):
        return name
    from tzlocal import get_localzone_name  # APScheduler's own; slow to load, and knows the places of many systems

    try:
        name = get_localzone_name()
    except (LookupError, OSError, ValueError):
        return "UTC"
    return name if _is_zone(name) else "UTC"


def _is_zone(name: str) -> bool:
    from zoneinfo import ZoneInfo

    try:
        ZoneInfo(name)
    except (OSError, ValueError, KeyError):
        return False
    return True
