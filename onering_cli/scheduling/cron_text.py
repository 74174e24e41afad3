"""The text of a cron rule: its five fields, each mistake told by the field it is in.

What the fields mean is not decided here. These checks leave only what every cron reads alike, for cronsim to read.
"""

from __future__ import annotations

import re
from datetime import datetime
from functools import lru_cache

from onering_cli.errors import UsageError
from onering_cli.record import record

_NAMED = {
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
    "@monthly": "0 0 1 * *",
    "@weekly": "0 0 * * 0",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@hourly": "0 * * * *",
}
_LONGEST_TEXT = 300
_HOW = 'five fields: minute, hour, day of the month, month, weekday, as in "30 9 * * mon-fri"'
_TERM = re.compile(r"(?:\*|(?P<first>[a-z0-9]+)(?:-(?P<last>[a-z0-9]+))?)(?:/(?P<step>[0-9]{1,4}))?")


@record
class _Field:
    name: str
    least: int
    most: int
    names: tuple[str, ...] = ()


_FIELDS = (
    _Field("minute", 0, 59),
    _Field("hour", 0, 23),
    _Field("day of the month", 1, 31),
    _Field("month", 1, 12, ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")),
    _Field("weekday", 0, 7, ("sun", "mon", "tue", "wed", "thu", "fri", "sat")),
)


@lru_cache(maxsize=256)
def plain_fields(text: str) -> str:
    """The five fields of a rule, in lower case, names such as ``@daily`` written out.

    Raises:
        UsageError: They are not five, or one is wrong; the message says which.
    """
    words = text.lower().split()
    if len(words) == 1 and words[0].startswith("@"):
        if words[0] not in _NAMED:
            raise UsageError(f"there is no rule named {words[0]!r}", hint=f"these there are: {', '.join(_NAMED)}")
        return _NAMED[words[0]]
    if len(words) != len(_FIELDS) or len(text) > _LONGEST_TEXT:
        raise UsageError(f"a rule has five fields, and {text[:_LONGEST_TEXT]!r} has {len(words)}", hint=_HOW)
    for field, word in zip(_FIELDS, words, strict=True):
        for term in word.split(","):
            _check_term(field, term, word)
    fields = " ".join(words)
    _ask_cronsim(fields)
    return fields


def _check_term(field: _Field, term: str, word: str) -> None:
    found = _TERM.fullmatch(term)
    if found is None:
        raise _wrong(field, f"{word!r} cannot be read; {_values(field)}")
    step, first, last = found["step"], found["first"], found["last"]
    if step is not None and not 1 <= int(step) <= field.most:
        raise _wrong(field, f"{word!r} has a step of {step}; it takes steps from 1 to {field.most}")
    if first is None:
        return
    start, end = _value(field, first), _value(field, last) if last else None
    if step is not None and end in (None, start):
        raise _wrong(field, f"{term!r} has a step but no range; write {first}-{field.most}/{step} or */{step}")
    if end is not None and end < start:
        way = (
            f"write {first}-7"
            if field.name == "weekday" and end == 0
            else f"write {first}-{field.most},{field.least}-{last}"
        )
        raise _wrong(field, f"{term!r} runs backwards; {way}")


def _value(field: _Field, value: str) -> int:
    if value in field.names:
        return field.names.index(value) + field.least
    if not value.isdecimal() or not field.least <= int(value) <= field.most:
        raise _wrong(field, f"{value!r} is not one of its values; {_values(field)}")
    return int(value)


def _values(field: _Field) -> str:
    names = f" or {field.names[0]} to {field.names[-1]}" if field.names else ""
    return f"it takes {field.least} to {field.most}{names}, lists, ranges, and steps such as */2"


def _wrong(field: _Field, told: str) -> UsageError:
    return UsageError(f"{field.name}: {told}", hint=_HOW, details={"field": field.name})


def _ask_cronsim(fields: str) -> None:
    from cronsim import CronSim, CronSimError

    try:
        CronSim(fields, datetime(2026, 1, 1))  # noqa: DTZ001 -- a wall clock's time has no zone
    except CronSimError as exc:
        name = (
            str(exc).removeprefix("Bad ").replace("day-of-month", "day of the month").replace("day-of-week", "weekday")
        )
        raise UsageError(f"{name}: no such day ever comes in {fields!r}", hint=_HOW, details={"field": name}) from exc
