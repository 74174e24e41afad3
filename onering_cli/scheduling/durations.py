"""Lengths of time as people write them."""

from __future__ import annotations

import re
from datetime import timedelta

from onering_cli.errors import UsageError

LONGEST = timedelta(days=3660)
_UNITS = {"w": 604_800, "d": 86_400, "h": 3_600, "m": 60, "s": 1}
_PART = re.compile(
    r"(\d{1,9}) ?(weeks?|wk|w|days?|d|hours?|hrs?|h|minutes?|mins?|m|seconds?|secs?|s)(?![a-z])(?:,? (?:and )?)?"
)


def parse_duration(text: str) -> timedelta:
    """A length of time: ``2h``, ``90m``, ``1d12h``, ``45 minutes``; a day is 24 hours.

    Raises:
        UsageError: It is none, it is nothing, or it is longer than ten years.
    """
    rest, seconds, last = " ".join(text.lower().split()), 0, "x"
    while rest and (part := _PART.match(rest)):
        count, unit = part.groups()
        if last != "x" and _UNITS[unit[0]] >= _UNITS[last]:
            break
        seconds, last, rest = seconds + int(count) * _UNITS[unit[0]], unit[0], rest[part.end() :]
    if rest or not seconds:
        raise UsageError(f"{text!r} is not a length of time", hint="write it like 2h, 90m, 3d or 1d12h")
    if seconds > LONGEST.total_seconds():
        raise UsageError(f"{text!r} is longer than ten years", hint="write it like 2h, 90m, 3d or 1d12h")
    return timedelta(seconds=seconds)
