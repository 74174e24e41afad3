"""``onering slot`` keeps the times of the week, and ``--next-slot`` fills them one by one."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from onering_cli.clock import SystemClock

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Run = Callable[..., Any]


@pytest.fixture(autouse=True)
def saturday(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is half past nine in UTC, on the first of August 2026."""
    monkeypatch.setattr(SystemClock, "now", lambda _self: datetime(2026, 8, 1, 9, 30, tzinfo=UTC))
    monkeypatch.setenv("TZ", "Europe/Berlin")


def test_a_slot_is_kept_once_in_its_own_words_with_the_next_time_it_is_free(onering: Run) -> None:
    first = onering("slot", "set", "Mon - Fri 9:30am", "--tz", "Europe/London")
    assert first.code == 0, first.err
    assert first.out == ("default\tmon-fri 09:30\tEurope/London\tMon 2026-08-03 09:30 BST (Europe/London), 08:30 UTC\n")
    again = onering("slot", "set", "mon-fri 09:30", "--tz", "Europe/London", "--json")
    assert again.json == {
        "operation": "slot.set",
        "slot": {
            "account": "default",
            "slot": "mon-fri 09:30",
            "zone": "Europe/London",
            "next_free": {
                "utc": "2026-08-03T08:30:00+00:00",
                "local": "2026-08-03T09:30:00+01:00",
                "zone": "Europe/London",
            },
        },
        "added": False,
    }


def test_drafts_fill_slots_one_by_one(onering: Run, tmp_path: Path) -> None:
    onering("slot", "set", "sat,sun 10:00", "--account", "work")
    found = []
    for number in range(3):
        (tmp_path / f"{number}.md").write_text(f"Post number {number} says something.\n")
        put = onering("post", tmp_path / f"{number}.md", "--account", "work", "--next-slot", "--yes", "--json")
        assert put.code == 0, put.err
        found.append(put.json["entry"]["due"])
    assert [due["local"] for due in found] == [
        "2026-08-02T10:00:00+02:00",
        "2026-08-08T10:00:00+02:00",
        "2026-08-09T10:00:00+02:00",
    ]
    assert {due["zone"] for due in found} == {"Europe/Berlin"}
    (slot,) = onering("slot", "list", "--json").json["slots"]
    assert slot["next_free"]["local"] == "2026-08-15T10:00:00+02:00"


def test_slots_are_listed_by_account_and_removed(onering: Run) -> None:
    onering("slot", "set", "mon 9:00", "--account", "work")
    onering("slot", "set", "tue 9:00", "--account", "play")
    assert [line.split("\t")[:2] for line in onering("slot", "list").out.splitlines()] == [
        ["play", "tue 09:00"],
        ["work", "mon 09:00"],
    ]
    assert onering("slot", "list", "--account", "work").out.startswith("work\tmon 09:00\tEurope/Berlin\t")
    shown = onering("slot", "list", "--account", "work", terminal=True).out
    assert shown.splitlines()[1] == "  next free: Mon 2026-08-03 09:00 CEST (Europe/Berlin), 07:00 UTC"
    removed = onering("slot", "rm", "Monday 9am", "--account", "work", "--json")
    assert removed.json["removed"] == [{"account": "work", "slot": "mon 09:00", "zone": "Europe/Berlin"}]
    assert onering("slot", "list", "--account", "work", "--json").json["slots"] == []


def test_a_slot_that_is_not_there_is_told_with_those_that_are(onering: Run) -> None:
    onering("slot", "set", "mon 9:00")
    result = onering("slot", "rm", "tue 9:00")
    assert result.code == 2
    assert '"mon 09:00" --tz Europe/Berlin' in result.err
    onering("slot", "set", "mon 9:00", "--tz", "Europe/London")
    unclear = onering("slot", "rm", "mon 9:00")
    assert unclear.code == 2
    assert "--tz Europe/Berlin or --tz Europe/London" in unclear.err
    assert onering("slot", "rm", "mon 9:00", "--tz", "Europe/London").code == 0
    assert onering("slot", "rm", "mon 9:00").code == 0


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("slot", "set", "someday 9:00"), "is not a day of the week"),
        (("slot", "set", "mon 25:00"), "is not a time of day"),
        (("slot", "set", "mon 9:00", "--tz", "London"), "perhaps Europe/London"),
    ],
)
def test_what_is_no_slot_is_refused(onering: Run, arguments: tuple[str, ...], told: str) -> None:
    result = onering(*arguments)
    assert result.code == 2
    assert told in result.err


def test_with_every_slot_taken_for_a_year_nothing_is_scheduled(
    onering: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from onering_cli.adapters.sqlite.queue import SqliteQueue

    class Everything(list[datetime]):
        def __iter__(self) -> Any:
            from datetime import timedelta

            return (
                datetime(2026, 8, 3, 7, 0, tzinfo=UTC) + timedelta(weeks=week, hours=shift)
                for week in range(60)
                for shift in (0, 1)
            )

    onering("slot", "set", "mon 9:00")
    monkeypatch.setattr(SqliteQueue, "taken", lambda *_: Everything())
    (tmp_path / "thread.md").write_text("Caches lie about the past.\n")
    result = onering("post", tmp_path / "thread.md", "--next-slot", "--yes")
    assert result.code == 2
    assert result.err.startswith("error: every slot is taken until ")
    assert "full for a year" in onering("slot", "list").out


def test_what_clock_changes_make_of_a_time_is_shown(
    onering: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(SystemClock, "now", lambda _self: datetime(2027, 3, 27, 12, 0, tzinfo=UTC))
    (tmp_path / "thread.md").write_text("Caches lie about the past.\n")
    onering("slot", "set", "sun 2:30")
    put = onering("post", tmp_path / "thread.md", "--next-slot", "--yes", terminal=True)
    assert "Sun 2027-03-28 03:00 CEST (Europe/Berlin), 01:00 UTC" in put.out
    assert "its time does not exist that day" in put.err
    rule = onering("schedule", "add", tmp_path / "thread.md", "--cron", "30 2 * * *", "--until", "2027-04-01")
    assert "Sun 2027-03-28 03:00 CEST" in rule.out
    assert "its time does not exist that day" in rule.err


def test_a_machine_without_a_zone_database_knows_the_zones(onering_process: Run) -> None:
    done = onering_process("slot", "set", "mon 9:00", "--tz", "Europe/London", variables={"PYTHONTZPATH": ""})
    assert done.returncode == 0, done.stderr
    assert "(Europe/London)" in done.stdout
