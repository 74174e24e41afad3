"""What follows an entry of a series, and what a long sleep makes of the occurrences that went by."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from onering_cli.record import record
from onering_cli.scheduling.model import NewEntry, Repeat

if TYPE_CHECKING:
    from datetime import datetime

    from onering_cli.scheduling.model import Entry
    from onering_cli.scheduling.ports import Recurrence

MOST_COUNTED = 1000
"""Occurrences that went by are counted up to here; beyond, only the last day is looked at."""
_LOOK_BACK = timedelta(days=1)


@record
class WentBy:
    """Occurrences of a series that are due although an earlier one was not posted yet.

    Args:
        count: How many occurrences are past for good, the entry itself among them.
        latest: The last one that is due.
    """

    count: int
    latest: datetime


def went_by(entry: Entry, rule: Recurrence, now: datetime) -> WentBy | None:
    """What went by since an entry was due; None when it is the last occurrence that is due."""
    if entry.repeat is None:
        return None
    most = MOST_COUNTED if entry.repeat.more is None else entry.repeat.more
    latest, count = entry.due, 0
    while count < most and (at := rule.next_after(latest)) is not None and at <= now:
        latest, count = at, count + 1
    if entry.repeat.more is None and count == most:
        latest = _last_before(rule, latest, now)
    return WentBy(count, latest) if count else None


def following(entry: Entry, rule: Recurrence) -> NewEntry | None:
    """The occurrence after an entry; None when the series ends with it."""
    repeat = entry.repeat
    if repeat is None or repeat.more == 0:
        return None
    due = rule.next_after(entry.due)
    return None if due is None else occurrence(entry, rule, due, steps=1)


def occurrence(entry: Entry, rule: Recurrence, due: datetime, *, steps: int) -> NewEntry:
    """The occurrence of a series that is so many steps after an entry."""
    repeat = entry.repeat
    if repeat is None:
        raise ValueError(f"entry {entry.id} has no rule")
    more = None if repeat.more is None else repeat.more - steps
    return NewEntry(
        account=entry.account,
        draft="" if entry.tag else entry.draft,
        due=due,
        zone=entry.zone,
        note=rule.note(due),
        late=entry.late,
        max_late_s=entry.max_late_s,
        repeat=replace(repeat, more=more),
        tag=entry.tag,
        cool_down_s=entry.cool_down_s,
        options=entry.options,
        frozen=entry.frozen,
        series=entry.series,
        occurrence=entry.occurrence + steps,
    )


def repeat_of(cron: str, *, until: datetime | None, count: int | None) -> Repeat:
    """The rule that a first entry carries."""
    return Repeat(cron, until, None if count is None else count - 1)


def _last_before(rule: Recurrence, latest: datetime, now: datetime) -> datetime:
    latest = max(latest, now - _LOOK_BACK)
    while (at := rule.next_after(latest)) is not None and at <= now:
        latest = at
    return latest
