"""Times in the past as people write them on a command line."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from onering_cli.errors import UsageError

_AGO = re.compile(r"(\d{1,6})\s*([smhdwy])")
_UNITS = {
    "s": timedelta(seconds=1),
    "m": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
    "w": timedelta(weeks=1),
    "y": timedelta(days=365),
}


def past(text: str, now: datetime, *, option: str = "--since") -> datetime:
    """The moment that ``30m``, ``2h``, ``7d``, ``2w``, ``1y`` or a date means; aware UTC.

    Raises:
        UsageError: It is none of these; the message names the option.
    """
    written = text.strip()
    ago = _AGO.fullmatch(written.lower())
    try:
        if ago is not None:
            return now - int(ago[1]) * _UNITS[ago[2]]
        return datetime.fromisoformat(written).astimezone(now.tzinfo)
    except (ValueError, OverflowError) as exc:
        raise UsageError(f"{option} does not take {text!r}", hint="say 30m, 2h, 7d, or 2026-08-01 09:30") from exc
