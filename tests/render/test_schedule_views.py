"""The schedule as a person sees it, at a terminal's width and at a narrow one."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from doubles.wire import Wire

from onering_cli.render.schedule import show_entries, show_gates, show_week
from onering_cli.render.streams import Streams
from onering_cli.scheduling.changes import entered
from onering_cli.scheduling.model import Cause, EntryState, Gate, NewEntry, Repeat, Slot

NOW = datetime(2026, 10, 24, 7, 0, tzinfo=UTC)  # the clocks of London go back the night after


def entry(number: int, due: datetime, **rest: object) -> object:
    new = NewEntry("work", f"d{number}", due, "Europe/London")
    return replace(entered(new, f"000000000{number}", NOW), **rest)  # type: ignore[arg-type]  # tests name fields


MISSED = entry(
    1, NOW - timedelta(hours=6), state=EntryState.MISSED, cause=Cause.LATE, detail="6 h late, and 1 h is the most"
)
DAILY = entry(2, NOW + timedelta(hours=1, minutes=30), repeat=Repeat("30 9 * * *"))
AFTER = entry(3, datetime(2026, 10, 26, 9, 30, tzinfo=UTC))
ENTRIES = [MISSED, DAILY, AFTER]
TITLES = {"d1": "Yesterday’s news", "d2": "A tip a day", "d3": "\x1b[31mRed\x1b[0m and rather long, so that it is cut"}


def streams(width: int) -> tuple[Streams, Wire, Wire]:
    out, err = Wire(terminal=True), Wire(terminal=True)
    return Streams(out, err, Wire(terminal=True), width, colour=False), out, err


def test_a_list_shows_each_time_in_full_and_what_to_do() -> None:
    shown, out, _ = streams(80)
    show_entries(shown, ENTRIES, TITLES)  # type: ignore[arg-type]  # entries
    assert out.text == (
        "0000000001  Sat 2026-10-24 02:00 BST (Europe/London), 01:00 UTC\n"
        "            missed · work · Yesterday’s news\n"
        "            6 h late, and 1 h is the most\n"
        "            onering schedule resume 0000000001, or move it, or rm it\n"
        "0000000002  Sat 2026-10-24 09:30 BST (Europe/London), 08:30 UTC\n"
        "            scheduled · work · A tip a day · again by 30 9 * * *\n"
        "0000000003  Mon 2026-10-26 09:30 GMT (Europe/London), 09:30 UTC\n"
        "            scheduled · work · Red and rather long, so that it is cut\n"
    )


@pytest.mark.parametrize("width", [20, 46, 80])
def test_a_week_goes_by_the_clocks_of_the_zone_and_fits(width: int) -> None:
    shown, out, _ = streams(width)
    free = [(datetime(2026, 10, 25, 9, 30, tzinfo=UTC), Slot("work", "daily 09:30", "Europe/London"))]
    show_week(shown, ENTRIES, TITLES, free=free, zone="Europe/London", now=NOW)  # type: ignore[arg-type]  # entries
    lines = out.text.splitlines()
    assert all(len(line) <= width for line in lines[1:])
    assert "\x1b" not in out.text
    if width == 80:
        assert out.text == (
            "times in Europe/London, and in UTC\n"
            "\n"
            "Sat 2026-10-24 today\n"
            "  02:00 BST  01:00 UTC  missed · work · Yesterday’s news\n"
            "  09:30 BST  08:30 UTC  work · A tip a day · again by 30 9 * * *\n"
            "\n"
            "Sun 2026-10-25\n"
            "  09:30 GMT  09:30 UTC  work · free slot\n"
            "\n"
            "Mon 2026-10-26\n"
            "  09:30 GMT  09:30 UTC  work · Red and rather long, so that it is cut\n"
            "\n"
            "Tue 2026-10-27\n  –\n"
            "\n"
            "Wed 2026-10-28\n  –\n"
            "\n"
            "Thu 2026-10-29\n  –\n"
            "\n"
            "Fri 2026-10-30\n  –\n"
        )


def test_a_week_in_utc_tells_each_time_once() -> None:
    shown, out, _ = streams(80)
    show_week(shown, ENTRIES, TITLES, free=[], zone="UTC", now=NOW)  # type: ignore[arg-type]  # entries
    assert out.text.startswith("times in UTC\n")
    assert "\n  08:30 UTC  work · A tip a day" in out.text


def test_what_keeps_entries_waiting_is_told() -> None:
    shown, _, err = streams(80)
    closed = Gate("work", since=NOW, closed_s=600.0, cause=Cause.LIMIT, detail="5 an hour")
    show_gates(shown, {"": Gate("", paused=True), "work": closed, "home": Gate("home")}, NOW, "Europe/London")
    assert err.text == (
        "the whole queue is paused: onering schedule resume --all\n"
        "work waits until Sat 2026-10-24 08:10 BST (Europe/London), 07:10 UTC: 5 an hour\n"
    )
