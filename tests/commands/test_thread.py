"""``onering thread``: where a run stands in words, and every way on from there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from doubles.fake_x import fault, refusal
from doubles.posting_desk import RUN_KEYS, posting_desk  # noqa: F401 -- the fixture `desk`
from pysqlite3 import dbapi2

from onering_cli.errors import ExitCode

if TYPE_CHECKING:
    from doubles.posting_desk import Desk

THREE = ("The first part.", "The second part.", "The third part.")


def blocked_run(desk: Desk) -> str:
    """A thread whose second post met an account without credits."""
    desk.x.strike(refusal("credits", skip=1))
    result = desk.post(desk.draft(*THREE))
    assert result.code == ExitCode.REFUSED
    return str(result.json["run"])


def test_the_list_shows_the_latest_first_and_only_the_unfinished_on_request(desk: Desk) -> None:
    done = desk.post(desk.draft("Hello.", name="a.md")).json["run"]
    blocked = blocked_run(desk)
    runs = desk.call("thread", "list", "--json").json["runs"]
    assert [(run["run"], run["status"], run["sent"]) for run in runs] == [(blocked, "blocked", 1), (done, "posted", 1)]
    unfinished = desk.call("thread", "list", "--unfinished", "--json").json["runs"]
    assert [run["run"] for run in unfinished] == [blocked]
    assert desk.call("thread", "list", "--account", "nobody", "--json").json["runs"] == []
    assert len(desk.call("thread", "list").out.splitlines()) == 2


@pytest.mark.parametrize("width", [30, 80])
def test_a_terminal_of_any_width_shows_the_id_that_the_next_command_takes(desk: Desk, width: int) -> None:
    run = desk.post(desk.draft("A sentence that is longer than what is left of the line at its end.")).json["run"]
    shown = desk.call("thread", "list", terminal=True, width=width).out
    assert run in shown
    assert "posted" in shown
    assert max(map(len, shown.splitlines())) <= width


def test_the_status_says_post_by_post_where_it_stands_and_what_helps(desk: Desk) -> None:
    run = blocked_run(desk)
    shown = desk.call("thread", "status", run).out
    assert "post 2 of 3 is blocked" in shown
    assert f"next: onering thread resume {run}" in shown
    told = desk.call("thread", "status", "--json").json
    assert told.keys() == RUN_KEYS | {"explanation", "next"}
    assert [post["state"] for post in told["posts"]] == ["sent", "blocked", "planned"]
    assert told["next"][0] == f"onering thread resume {run}"


def test_resume_posts_the_rest_and_keeps_the_chain(desk: Desk) -> None:
    run = blocked_run(desk)
    result = desk.call("thread", "resume", run[:9], "--json")
    assert (result.code, result.json["status"]) == (ExitCode.DONE, "posted")
    assert result.json.keys() == RUN_KEYS
    assert desk.texts() == list(THREE)
    assert [post.parent for post in desk.x.accepted] == ["", *(post.id for post in desk.x.accepted[:2])]


def test_rollback_deletes_the_last_post_first(desk: Desk) -> None:
    desk.post(desk.draft(*THREE))
    result = desk.call("thread", "rollback", "--yes", "--json")
    assert (result.code, result.json["status"]) == (ExitCode.DONE, "rolled_back")
    deleted = [seen.target.rpartition("/")[2] for seen in desk.x.seen() if seen.method == "DELETE"]
    assert deleted == [post.id for post in reversed(desk.x.accepted)]


def test_rollback_takes_a_post_that_is_gone_for_deleted(desk: Desk) -> None:
    desk.post(desk.draft(*THREE))
    desk.x.accepted[1].deleted = True
    assert desk.call("thread", "rollback", "--yes", "--json").json["status"] == "rolled_back"
    assert desk.texts() == []


@pytest.mark.parametrize("answer", ["n\n", ""])
def test_rollback_asks_a_person_and_takes_no_for_an_answer(desk: Desk, answer: str) -> None:
    desk.post(desk.draft(*THREE))
    result = desk.call("thread", "rollback", terminal=True, answers=answer)
    assert result.code == ExitCode.USAGE
    assert "Delete these posts?" in result.err
    assert desk.texts() == list(THREE)
    assert desk.call("thread", "rollback", terminal=True, answers="y\n").code == ExitCode.DONE
    assert desk.texts() == []


@pytest.mark.parametrize("options", [(), ("--json",)])
def test_rollback_from_a_script_needs_yes(desk: Desk, options: tuple[str, ...]) -> None:
    desk.post(desk.draft(*THREE))
    result = desk.call("thread", "rollback", *options)
    assert result.code == ExitCode.USAGE
    assert desk.texts() == list(THREE)
    if options:
        assert result.json.keys() == RUN_KEYS | {"error"}


def held_run(desk: Desk) -> str:
    """A post that strict mode holds, since nobody knows whether it arrived."""
    desk.x.strike(fault("drop_before_accept"))
    result = desk.post(desk.draft("Did it arrive?"), "--strict")
    assert (result.code, result.json["status"]) == (ExitCode.PARTIAL, "held")
    return str(result.json["run"])


def test_what_strict_mode_holds_is_sent_again_on_a_persons_word(desk: Desk) -> None:
    run = held_run(desk)
    assert desk.post(desk.draft("Did it arrive?"), "--strict").code == ExitCode.PARTIAL
    assert desk.creates() == 1
    assert desk.call("thread", "resume", run, "--send-again", "--json").json["status"] == "posted"
    assert desk.texts() == ["Did it arrive?"]


def test_reconcile_finds_what_the_timeline_shows_by_now_and_sends_nothing(desk: Desk) -> None:
    desk.x.world.rules.timeline_lag_s = 3600
    desk.x.strike(fault("drop_after_accept"))
    assert desk.post(desk.draft("Slow to show."), "--strict").json["status"] in ("held", "unknown")
    desk.x.world.rules.timeline_lag_s = 0
    result = desk.call("thread", "reconcile", "--json")
    assert (result.code, result.json["status"]) == (ExitCode.DONE, "posted")
    assert desk.creates() == 1


def test_a_post_that_was_being_sent_when_its_process_died_is_told_with_the_ways_on(desk: Desk) -> None:
    run = desk.post(desk.draft(*THREE)).json["run"]
    connection = dbapi2.connect(desk.folder / "home" / "onering.db")
    connection.execute("UPDATE segments SET state = 'sending', remote_id = '', url = '' WHERE position = 2")
    connection.execute("UPDATE runs SET status = 'unknown'")
    connection.commit()
    connection.close()
    told = desk.call("thread", "status", "--json").json
    assert told["status"] == "unknown"
    assert told["explanation"].endswith("post 3 of 3 is out: it is being sent, or was when its process stopped")
    assert told["next"][:2] == [f"onering thread reconcile {run}", f"onering thread resume {run}"]
    assert desk.call("thread", "resume").code == ExitCode.DONE
    assert desk.creates() == 3


def test_a_person_can_say_which_post_it_became(desk: Desk) -> None:
    run = held_run(desk)
    theirs = desk.x.world.create(desk.x.account, {"text": "Typed by hand"}, by_hand=True)
    address = f"https://x.com/me/status/{theirs.id}"
    result = desk.call("thread", "reconcile", run, "--adopt", address, "--json")
    assert (result.code, result.json["root"]["id"]) == (ExitCode.DONE, theirs.id)
    again = desk.call("thread", "reconcile", run, "--adopt", address, "--json")
    assert again.code == ExitCode.USAGE


def test_the_post_that_a_person_names_is_taken_for_the_first_in_doubt(desk: Desk) -> None:
    desk.x.strike(fault("drop_before_accept", skip=1))
    run = desk.post(desk.draft(*THREE), "--strict").json["run"]
    theirs = desk.x.world.create(desk.x.account, {"text": "Typed by hand"}, by_hand=True)
    told = desk.call("thread", "reconcile", run, "--adopt", theirs.id, "--json").json
    assert [post["state"] for post in told["posts"]] == ["sent", "sent", "planned"]
    assert told["posts"][1]["id"] == theirs.id


def test_a_post_that_does_not_exist_cannot_be_adopted(desk: Desk) -> None:
    run = held_run(desk)
    result = desk.call("thread", "reconcile", run, "--adopt", "12345", "--json")
    assert result.code == ExitCode.USAGE
    assert "there is no post 12345" in result.json["error"]["message"]


def test_open_prints_the_address_where_there_is_no_terminal(desk: Desk) -> None:
    desk.post(desk.draft(*THREE))
    url = f"https://x.com/i/status/{desk.x.accepted[0].id}"
    assert desk.call("thread", "open").out == f"{url}\n"
    assert desk.call("thread", "open", "--json").json["url"] == url


def test_open_says_when_nothing_is_out(desk: Desk) -> None:
    held_run(desk)
    result = desk.call("thread", "open", "--json")
    assert result.code == ExitCode.USAGE
    assert result.json.keys() == {"operation", "run", "url", "error"}


@pytest.mark.parametrize("verb", ["status", "resume", "reconcile", "rollback"])
def test_a_run_that_does_not_exist_ends_with_every_key(desk: Desk, verb: str) -> None:
    extra = ["--yes"] if verb == "rollback" else []
    result = desk.call("thread", verb, "zzzz", "--json", *extra)
    assert result.code == ExitCode.USAGE
    assert result.json.keys() >= RUN_KEYS | {"error"}
    assert result.json["status"] is None


def test_resuming_what_is_done_changes_nothing(desk: Desk) -> None:
    desk.post(desk.draft(*THREE))
    seen = len(desk.x.seen())
    for verb in ("resume", "reconcile"):
        assert desk.call("thread", verb, "--json").json["status"] == "posted"
    assert len(desk.x.seen()) == seen


def test_an_account_logged_out_half_way_says_so_and_goes_on_later(desk: Desk) -> None:
    run = blocked_run(desk)
    desk.set(X_ACCESS_TOKEN="")
    result = desk.call("thread", "resume", run, "--json")
    assert result.code == ExitCode.LOG_IN
    assert result.json.keys() == RUN_KEYS | {"error"}
    assert result.json["run"] == run
    desk.set(X_ACCESS_TOKEN="1001-access-token")
    assert desk.call("thread", "resume", run, "--json").json["status"] == "posted"
