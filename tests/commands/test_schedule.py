"""``onering schedule`` and ``post --due`` as a person and as a timer meet them."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from doubles.fake_x import refusal
from doubles.posting_desk import posting_desk  # noqa: F401 -- the fixture `desk`

from onering_cli.adapters import this_machine
from onering_cli.adapters.sqlite.migrations import open_store
from onering_cli.errors import ExitCode

if TYPE_CHECKING:
    from pathlib import Path

    from doubles.posting_desk import Desk

ENTRY_KEYS = {
    "entry",
    "series",
    "occurrence",
    "state",
    "account",
    "draft",
    "tag",
    "frozen",
    "due",
    "act_at",
    "note",
    "late",
    "max_late_s",
    "cron",
    "until",
    "more",
    "run",
    "cause",
    "detail",
    "stands_for",
}


def make_due(home: Path, ago_s: float = 0.0) -> None:
    """Turn the calendar so that everything scheduled was due so long ago."""
    due_s = datetime.now(UTC).timestamp() - ago_s
    with closing(open_store(home / "onering.db")) as store, store.write() as connection:
        connection.execute("UPDATE entries SET due_s = ?, act_s = ? WHERE state = 'scheduled'", (due_s, due_s))


def entries(desk: Desk, *arguments: str) -> list[dict[str, object]]:
    found: list[dict[str, object]] = desk.call("schedule", "list", "--json", *arguments).json["entries"]
    return found


def test_a_scheduled_draft_is_posted_by_the_pass_after_its_time_and_once(desk: Desk, home: Path) -> None:
    put = desk.call("post", desk.draft("The one.", "The other."), "--in", "2h", "--json")
    assert put.code == ExitCode.DONE
    assert put.json.keys() == {"operation", "entry", "repeats"}
    assert put.json["entry"].keys() == ENTRY_KEYS
    early = desk.call("post", "--due", "--json")
    assert (early.code, early.json["outcomes"]) == (ExitCode.DONE, [])
    assert early.json["next_at"] == put.json["entry"]["due"]["utc"]
    make_due(home)
    due = desk.call("post", "--due", "--json")
    (told,) = due.json["outcomes"]
    assert due.code == ExitCode.DONE
    assert (told["state"], told["url"]) == ("posted", desk.call("thread", "status", "--json").json["root"]["url"])
    assert desk.texts() == ["The one.", "The other."]
    assert desk.call("post", "--due").out == ""
    assert entries(desk) == []
    assert [entry["state"] for entry in entries(desk, "--all")] == ["posted"]


def test_nothing_due_writes_nothing_and_makes_no_store(desk: Desk, home: Path) -> None:
    assert desk.call("post", "--due").code == ExitCode.DONE
    assert not home.exists()
    desk.call("post", desk.draft("Later."), "--in", "2h")
    before = (home / "onering.db").read_bytes()
    result = desk.call("post", "--due")
    assert (result.code, result.out, result.err) == (ExitCode.DONE, "", "")
    assert (home / "onering.db").read_bytes() == before


def test_what_was_missed_is_seen_everywhere_and_can_be_posted(desk: Desk, home: Path) -> None:
    desk.call("post", desk.draft("A bit old."), "--in", "2h")
    make_due(home, ago_s=5 * 3600)
    missed = desk.call("post", "--due")
    assert missed.code == ExitCode.PARTIAL
    assert "5 h late, and 1 h is the most" in missed.err
    assert desk.call("post", "--due").code == ExitCode.DONE
    (entry,) = entries(desk)
    assert (entry["state"], entry["cause"]) == ("missed", "late")
    doctor = desk.call("doctor", "--json").json["checks"]
    assert [check["state"] for check in doctor if check["name"] == "schedule"] == ["warn"]
    assert desk.call("schedule", "resume", str(entry["entry"])).code == ExitCode.DONE
    assert desk.call("post", "--due").code == ExitCode.DONE
    assert desk.texts() == ["A bit old."]


def test_a_missed_entry_can_be_moved_or_taken_out(desk: Desk, home: Path) -> None:
    for name in ("one", "two"):
        desk.call("post", desk.draft(f"Number {name}.", name=f"{name}.md"), "--in", "2h", "--late", "skip")
    make_due(home, ago_s=3600)
    desk.call("post", "--due")
    moved = desk.call("schedule", "move", "@last", "--in", "3h", "--json").json["entry"]
    assert (moved["state"], moved["detail"]) == ("scheduled", None)
    gone = desk.call("schedule", "rm", "--missed", "--json").json["removed"]
    assert len(gone) == 1
    assert [entry["entry"] for entry in entries(desk)] == [moved["entry"]]


def test_a_policy_to_ask_waits_for_a_word(desk: Desk, home: Path) -> None:
    desk.set(ACCOUNTS_DEFAULT_LATE="ask")
    desk.call("post", desk.draft("Shall I?"), "--in", "2h")
    make_due(home, ago_s=600)
    assert desk.call("post", "--due").code == ExitCode.PARTIAL
    (entry,) = entries(desk)
    assert entry["state"] == "asking"
    desk.call("schedule", "resume", "@last")
    desk.call("post", "--due")
    assert desk.texts() == ["Shall I?"]


def test_the_accounts_own_longest_delay_counts(desk: Desk, home: Path) -> None:
    desk.set(ACCOUNTS_DEFAULT_MAX_LATE="6h")
    desk.call("post", desk.draft("Patient."), "--in", "2h")
    make_due(home, ago_s=5 * 3600)
    assert desk.call("post", "--due").code == ExitCode.DONE
    assert desk.texts() == ["Patient."]


def test_a_paused_account_and_a_paused_queue_post_nothing(desk: Desk, home: Path) -> None:
    desk.call("post", desk.draft("Quiet."), "--in", "2h")
    make_due(home)
    for option in (("--account", "default"), ("--all",)):
        desk.call("schedule", "pause", *option)
        assert desk.call("post", "--due").code == ExitCode.DONE
        assert "is paused" in desk.call("schedule", "list").err
        desk.call("schedule", "resume", *option)
    desk.call("schedule", "pause", "@last")
    desk.call("post", "--due")
    assert desk.texts() == []
    desk.call("schedule", "resume", "@last")
    desk.call("post", "--due")
    assert desk.texts() == ["Quiet."]


def test_an_account_that_is_logged_out_ends_with_3_and_waits(
    desk: Desk, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.call("post", desk.draft("Locked out."), "--in", "2h")
    make_due(home)
    monkeypatch.delenv("ONERING_X_ACCESS_TOKEN_SECRET")
    out = desk.call("post", "--due")
    assert out.code == ExitCode.LOG_IN
    assert "auth login x" in out.err
    (entry,) = entries(desk)
    assert (entry["state"], entry["cause"]) == ("scheduled", "logged_out")


def test_the_doctor_tells_of_an_account_that_posts_nothing(desk: Desk, home: Path) -> None:
    desk.call("post", desk.draft("Never paid for."), "--in", "2h")
    make_due(home)
    desk.x.strike(refusal("credits"))
    assert desk.call("post", "--due").code == ExitCode.REFUSED
    (entry,) = entries(desk)
    (told,) = [one for one in desk.call("doctor", "--json").json["checks"] if one["name"] == "schedule"]
    assert told["state"] == "warn"
    assert "no credits" in told["message"]
    assert told["mend"] == f"onering thread resume {entry['run']}"


def test_a_file_is_kept_as_a_draft_when_it_is_scheduled(desk: Desk, home: Path) -> None:
    file = desk.draft("As it was.")
    put = desk.call("post", file, "--in", "2h")
    assert "later changes" in put.err
    file.write_text("As it is now.\n")
    make_due(home)
    desk.call("post", "--due")
    assert desk.texts() == ["As it was."]


def test_a_draft_that_was_posted_cannot_be_scheduled_once_more_by_accident(desk: Desk) -> None:
    desk.call("draft", "import", desk.draft("Once."))
    desk.post("@last", "--yes")
    again = desk.call("post", "@last", "--in", "2h")
    assert again.code == ExitCode.REFUSED
    assert "posted to default already" in again.err
    assert desk.call("schedule", "add", "@last", "--cron", "0 9 * * *").code == ExitCode.DONE


def test_a_rule_says_how_often_and_until_when(desk: Desk) -> None:
    put = desk.call(
        "schedule",
        "add",
        desk.draft("Weekly."),
        "--cron",
        "0 17 * * fri",
        "--tz",
        "Europe/London",
        "--count",
        "4",
        "--json",
    )
    entry = put.json["entry"]
    assert (entry["cron"], entry["more"], entry["due"]["zone"]) == ("0 17 * * fri", 3, "Europe/London")
    assert datetime.fromisoformat(entry["due"]["local"]).strftime("%a %H:%M") == "Fri 17:00"


def test_a_rotation_needs_a_tag_and_warns_when_no_draft_has_it(desk: Desk) -> None:
    put = desk.call("schedule", "add", "--tag", "tips", "--cron", "0 9 * * *")
    assert put.code == ExitCode.DONE
    assert "no draft is tagged tips yet" in put.err


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["post", "FILE", "--at", "2020-01-01 09:00"], "is past"),
        (["post", "FILE", "--at", "mon 9:30", "--in", "2h"], "each say when"),
        (["post", "FILE", "--at", "mon 9:30", "--tz", "Europe/Londn"], "is not a time zone"),
        (["post", "FILE", "--in", "soon"], "not a length of time"),
        (["post", "FILE", "--next-slot"], "no slot yet"),
        (["post", "FILE", "--late", "skip"], "posted later"),
        (["post", "--due", "FILE"], "--due posts what is scheduled"),
        (["post"], "which draft?"),
        (["schedule", "add", "FILE"], "when?"),
        (["schedule", "add", "FILE", "--tag", "x", "--in", "2h"], "which draft?"),
        (["schedule", "add", "FILE", "--cron", "0 25 * * *"], "hour: '25'"),
        (["schedule", "add", "FILE", "--in", "2h", "--count", "3"], "end a rule"),
        (["schedule", "add", "--tag", "x", "--freeze", "--cron", "@daily"], "chooses its draft"),
        (["schedule", "move", "0000000000", "--in", "2h"], "there is no entry"),
        (["schedule", "rm"], "which entries?"),
        (["schedule", "pause", "--all", "--account", "x"], "one of them"),
    ],
)
def test_a_mistake_is_told_and_puts_nothing_in(desk: Desk, arguments: list[str], told: str) -> None:
    file = str(desk.draft("A draft."))
    result = desk.call(*[file if argument == "FILE" else argument for argument in arguments])
    assert result.code == ExitCode.USAGE, result.err
    assert told in result.err
    assert entries(desk) == []


def test_a_draft_that_lint_refuses_is_not_scheduled(desk: Desk) -> None:
    assert desk.call("post", desk.draft("x" * 300), "--in", "2h").code == ExitCode.REFUSED
    assert desk.call("schedule", "add", desk.draft("x" * 300), "--in", "2h").code == ExitCode.REFUSED
    assert desk.call("schedule", "add", "-", "--in", "2h").code == ExitCode.REFUSED
    assert desk.call("draft", "list").out == ""
    assert entries(desk) == []


def test_a_list_shows_each_time_as_local_time_zone_and_utc(desk: Desk) -> None:
    at = (datetime.now(UTC) + timedelta(days=3)).replace(hour=9, minute=30, second=0, microsecond=0)
    desk.call("post", desk.draft("Look."), "--at", f"{at:%Y-%m-%d %H:%M}", "--tz", "Asia/Kolkata")
    shown = desk.call("schedule", "list", terminal=True).out
    assert f"{at:%a %Y-%m-%d} 09:30 IST (Asia/Kolkata), 04:00 UTC" in shown
    (row,) = [line.split("\t") for line in desk.call("schedule", "list").out.splitlines()]
    assert row[2:5] == [f"{at:%Y-%m-%d}T04:00:00+00:00", f"{at:%Y-%m-%d}T09:30:00+05:30", "Asia/Kolkata"]


@pytest.mark.parametrize("width", [20, 80])
def test_a_week_shows_seven_days_and_what_is_free(desk: Desk, monkeypatch: pytest.MonkeyPatch, width: int) -> None:
    monkeypatch.setenv("ONERING_SCHEDULE_ZONE", "Europe/London")
    desk.call("post", desk.draft("In two days, for certain.", name="a.md"), "--in", "2d")
    shown = desk.call("schedule", "list", "--week", terminal=True, width=width).out
    lines = shown.splitlines()
    assert all(len(line) <= width for line in lines[1:])
    days = [line for line in lines if line[:3] in {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"}]
    assert len(days) == 7
    assert days[0].endswith("today")
    if width == 80:
        assert "default · In two days, for certain." in shown


def test_control_characters_in_a_title_do_not_reach_the_terminal(desk: Desk) -> None:
    desk.call("post", desk.draft("\x1b]52;c;aGk=\x07Hello."), "--in", "2h", "--tz", "UTC")
    for view in ((), ("--week",)):
        assert "\x1b]52" not in desk.call("schedule", "list", *view, terminal=True).out


def test_a_store_on_a_network_share_is_refused_with_the_reason(
    desk: Desk, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mounts = desk.folder / "mounts"
    mounts.write_text(f"/dev/sda1 / ext4 rw 0 0\nnas:/pool {home.resolve()} nfs4 rw 0 0\n")
    monkeypatch.setattr(this_machine, "MOUNTS", mounts)
    result = desk.call("post", desk.draft("No."), "--in", "2h")
    assert result.code == ExitCode.STORE
    assert "network share (nfs4 at" in result.err
    assert desk.call("post", "--due").code == ExitCode.STORE
    assert desk.call("schedule", "run").code == ExitCode.STORE


def test_a_claim_of_another_machine_is_respected_and_told(desk: Desk, home: Path) -> None:
    desk.call("post", desk.draft("Mine."), "--in", "2h")
    make_due(home)
    now_s = datetime.now(UTC).timestamp()
    with closing(open_store(home / "onering.db")) as store, store.write() as connection:
        connection.execute(
            "UPDATE entries SET state = 'claimed', lease_owner = 'other:7', lease_host = 'other', lease_wall_s = ?, "
            "lease_steady_s = 1, lease_s = 120",
            (now_s,),
        )
        connection.execute(
            "INSERT INTO entries SELECT NULL, '0000000001', series, 1, account, draft, tag, cool_down_s, "
            "'scheduled', ?, ?, zone, note, late, max_late_s, cron, until_s, more, run, take, cause, detail, stands_for, "
            "deaths, created_at, NULL, 0, NULL, NULL, NULL, NULL, NULL, options, frozen FROM entries",
            (now_s, now_s),
        )
    result = desk.call("post", "--due")
    assert result.code == ExitCode.STORE
    assert "another machine is posting from this store (other:7)" in result.err
    assert desk.texts() == []


def test_entries_are_completed(desk: Desk) -> None:
    from onering_cli.commands.completion import complete_entries

    entry_id = desk.call("post", desk.draft("Complete."), "--in", "2h", "--json").json["entry"]["entry"]
    assert complete_entries("@la") == ["@last"]
    assert complete_entries(entry_id[:4]) == [entry_id]


def test_the_next_free_slot_is_taken_by_one_draft_each(desk: Desk) -> None:
    assert desk.call("slot", "set", "daily 09:30,17:00", "--tz", "Asia/Kolkata").code == ExitCode.DONE
    dues = [
        desk.call("post", desk.draft(f"Number {number}.", name=f"{number}.md"), "--next-slot", "--json").json["entry"]
        for number in range(4)
    ]
    told = [datetime.fromisoformat(entry["due"]["local"]) for entry in dues]
    assert told == sorted(set(told))
    assert {f"{moment:%H:%M}" for moment in told} == {"09:30", "17:00"}
    assert {entry["due"]["zone"] for entry in dues} == {"Asia/Kolkata"}
    assert "free slot" in desk.call("schedule", "list", "--week").out


def test_an_entry_whose_run_a_person_saw_through_is_posted(desk: Desk, home: Path) -> None:
    desk.call("post", desk.draft("Forbidden at first."), "--in", "2h")
    make_due(home)
    desk.x.strike(refusal("summoned"))
    failed = desk.call("post", "--due")
    assert failed.code == ExitCode.REFUSED, failed.err
    (entry,) = entries(desk)
    assert entry["state"] == "failed"
    assert desk.call("thread", "resume", str(entry["run"])).code == ExitCode.DONE
    assert entries(desk) == []
    assert [told["state"] for told in entries(desk, "--all")] == ["posted"]
