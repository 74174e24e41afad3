"""``onering post`` as a person and as a script meet it, before a service that keeps what it accepts."""

from __future__ import annotations

import base64
import json
import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from doubles.fake_x import FakeX, fault, refusal
from doubles.posting_desk import KEYS, SECRETS, posting_desk  # noqa: F401 -- the fixture `desk`
from pysqlite3 import dbapi2

from onering_cli.clock import SystemClock
from onering_cli.errors import ExitCode
from onering_cli.render.streams import Streams

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from doubles.posting_desk import Desk

DOT = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
THREE = ("The first part.", "The second part.", "The third part.")


def image(folder: Path, name: str = "dot.png") -> Path:
    path = folder / name
    path.write_bytes(DOT)
    return path


def test_a_thread_is_posted_in_one_chain_and_told_as_json(desk: Desk) -> None:
    result = desk.post(desk.draft(*THREE), "--yes")
    told = result.json
    assert result.code == ExitCode.DONE
    assert told.keys() == KEYS
    assert desk.texts() == list(THREE)
    assert [post.parent for post in desk.x.accepted] == ["", *(post.id for post in desk.x.accepted[:2])]
    assert told["status"] == "posted"
    assert told["root"]["id"] == desk.x.accepted[0].id
    assert [post["id"] for post in told["posts"]] == [post.id for post in desk.x.accepted]
    assert [post["index"] for post in told["posts"]] == [1, 2, 3]
    assert (told["remaining"], told["cost_usd"]) == (0, 0.045)


def test_a_pipe_gets_the_links_and_nothing_else(desk: Desk) -> None:
    result = desk.call("post", desk.draft(*THREE))
    assert result.out.splitlines() == [f"https://x.com/i/status/{post.id}" for post in desk.x.accepted]
    assert result.err == ""


def test_the_same_draft_is_posted_once_and_the_first_result_returned(desk: Desk) -> None:
    draft = desk.draft(*THREE)
    first, second = desk.post(draft), desk.post(draft)
    assert second.json == first.json
    assert desk.creates() == 3
    assert "posted before" in desk.call("post", draft).err


def test_the_same_key_is_posted_once_even_for_another_text(desk: Desk) -> None:
    first = desk.post(desk.draft("One text."), "--idempotency-key", "k")
    second = desk.post(desk.draft("Another text."), "--idempotency-key", "k")
    assert second.code == ExitCode.DONE
    assert second.json["run"] == first.json["run"]
    assert desk.texts() == ["One text."]
    assert any("has changed" in warning for warning in second.json["warnings"])


def test_a_new_key_posts_the_same_draft_again(desk: Desk) -> None:
    desk.x.world.rules.duplicates = False
    draft = desk.draft("Good morning.")
    first, second = (desk.post(draft, "--idempotency-key", key) for key in "ab")
    assert first.json["run"] != second.json["run"]
    assert desk.texts() == ["Good morning."] * 2


def test_a_dry_run_sends_nothing_and_shows_all_that_would_be_sent(desk: Desk) -> None:
    arguments = ("--dry-run", "--poll", "Yes", "--poll", "No", "--made-with-ai", "--reply-to", "123")
    result = desk.post(desk.draft("What do you say?", "See example.com"), *arguments)
    told = result.json
    assert desk.x.seen() == []
    assert told.keys() == KEYS
    assert told["status"] == "planned"
    assert told["posts"][0]["poll"] == {"options": ["Yes", "No"], "duration_minutes": 1440}
    assert told["posts"][0]["reply_to_id"] == "123"
    assert told["posts"][0]["made_with_ai"] is True
    assert told["posts"][1]["links"] == ["example.com"]
    assert told["cost_usd"] == 0.215
    shown = desk.call("post", desk.draft("What do you say?", "See example.com"), *arguments).out
    assert "poll: Yes / No" in shown
    assert "in answer to 123" in shown


def test_polls_quotes_replies_and_the_mark_of_a_model_are_sent(desk: Desk) -> None:
    desk.post(desk.draft("Well?", name="a.md"), "--poll", "Yes", "--poll", "No", "--poll-minutes", "60")
    desk.post(desk.draft("Look at this.", name="b.md"), "--quote", "https://x.com/a/status/77?s=20", "--made-with-ai")
    root = desk.x.accepted[0].id
    desk.post(desk.draft("I agree.", name="c.md"), "--reply-to", root)
    poll, quote, reply = (post.body for post in desk.x.accepted)
    assert poll["poll"] == {"options": ["Yes", "No"], "duration_minutes": 60}
    assert (quote["quote_tweet_id"], quote["made_with_ai"]) == ("77", True)
    assert reply["reply"]["in_reply_to_tweet_id"] == root


def test_media_need_a_description_unless_that_is_waived(desk: Desk) -> None:
    draft, media = desk.draft("With a picture."), str(image(desk.folder))
    refused = desk.post(draft, "--media", media)
    assert refused.code == ExitCode.REFUSED
    assert "--waive alt-missing" in refused.json["error"]["hint"]
    assert desk.x.seen() == []
    assert desk.post(draft, "--media", media, "--alt", "A dot").code == ExitCode.DONE
    assert len(desk.x.accepted[0].media_ids) == 1
    assert desk.post(desk.draft("Another."), "--media", media, "--waive", "alt-missing").code == ExitCode.DONE


def test_one_long_post_is_for_premium_and_says_so(desk: Desk) -> None:
    draft = desk.draft(*(f"{number}: " + "word " * 40 for number in range(3)))
    refused = desk.post(draft, "--as", "long")
    assert refused.code == ExitCode.REFUSED
    assert "premium" in refused.json["error"]["hint"]
    desk.x.account.premium = True
    desk.set(ACCOUNTS_DEFAULT_PREMIUM="true")
    assert desk.post(draft, "--as", "long").code == ExitCode.DONE
    assert len(desk.x.accepted) == 1


@pytest.mark.parametrize("name", ["drop_after_accept", "truncated_201", "html_201", "errors_200", "overloaded_after"])
def test_what_was_accepted_without_a_clear_answer_is_found_and_not_sent_again(desk: Desk, name: str) -> None:
    desk.x.world.rules.duplicates = False
    desk.x.strike(fault(name, skip=1))
    assert desk.post(desk.draft(*THREE)).code == ExitCode.DONE
    assert desk.texts() == list(THREE)


def test_an_unfinished_run_goes_on_when_post_is_called_again(desk: Desk) -> None:
    draft = desk.draft(*THREE)
    desk.x.strike(refusal("rate_15min", skip=1))
    first = desk.post(draft, "--idempotency-key", "k")
    assert first.code == ExitCode.PARTIAL
    assert first.json.keys() == KEYS | {"error"}
    assert (first.json["status"], first.json["remaining"]) == ("partial", 2)
    assert datetime.fromisoformat(first.json["error"]["retry_at"]) > datetime.now(UTC)
    before = desk.creates()
    assert desk.post(draft, "--idempotency-key", "k").code == ExitCode.PARTIAL
    assert desk.creates() == before  # no call before the window's end
    _write(desk, "UPDATE segments SET pause_s = 0 WHERE pause_s > 0")  # which is now
    done = desk.post(draft, "--idempotency-key", "k")
    assert (done.code, done.json["run"]) == (ExitCode.DONE, first.json["run"])
    assert desk.texts() == list(THREE)


def test_a_run_that_another_process_has_is_left_alone_until_its_lease_ends(desk: Desk) -> None:
    draft = desk.draft(*THREE)
    desk.x.strike(refusal("rate_15min", skip=1))
    run = desk.post(draft).json["run"]
    lease = "UPDATE runs SET lease_owner = 'elsewhere:1', lease_wall_s = ?, lease_steady_s = ?"
    _write(desk, lease, time.time(), time.monotonic())
    result = desk.post(draft)
    error = result.json["error"]
    assert result.code == ExitCode.TRY_LATER
    assert result.json["run"] == run
    assert "elsewhere:1" in error["message"]
    assert "try again after" in error["hint"]
    left = datetime.fromisoformat(error["retry_at"]) - datetime.now(UTC)
    assert timedelta(0) < left <= timedelta(seconds=120)
    assert len(desk.texts()) == 1


def _write(desk: Desk, statement: str, *values: object) -> None:
    connection = dbapi2.connect(desk.folder / "home" / "onering.db")
    connection.execute(statement, values)
    connection.commit()
    connection.close()


def test_replies_that_are_refused_leave_no_second_orphan(desk: Desk) -> None:
    desk.x.world.rules.replies_to_self = False
    first = desk.post(desk.draft(*THREE))
    assert first.code == ExitCode.REFUSED
    assert first.json["status"] == "blocked"
    assert "replies that nobody asked for" in first.json["error"]["message"]
    creates = desk.creates()
    second = desk.post(desk.draft("Another thread.", "Of two parts.", name="b.md"))
    assert second.code == ExitCode.REFUSED
    assert "--as long" in second.json["error"]["message"]
    assert desk.creates() == creates
    assert desk.post(desk.draft("Just one post.", name="c.md")).code == ExitCode.DONE
    assert desk.post(desk.draft("Short.", "Thread.", name="d.md"), "--as", "long").code == ExitCode.DONE


def test_no_credits_block_the_account_and_the_next_call_asks_nobody(desk: Desk) -> None:
    desk.x.strike(refusal("credits"))
    first = desk.post(desk.draft("One."))
    assert (first.code, first.json["status"]) == (ExitCode.REFUSED, "blocked")
    assert "no credits" in first.json["error"]["message"]
    asked = len(desk.x.seen())
    assert desk.post(desk.draft("One.")).code == ExitCode.REFUSED
    assert desk.post(desk.draft("Two.")).code == ExitCode.REFUSED
    assert len(desk.x.seen()) == asked
    assert desk.call("thread", "resume", "--json").code == ExitCode.DONE
    assert desk.texts() == ["One."]


def test_a_duplicate_of_an_older_post_is_held_and_never_sent_again(desk: Desk) -> None:
    desk.x.world.create(desk.x.account, {"text": "Said before."}, by_hand=True)
    result = desk.post(desk.draft("Said before."))
    assert result.code in (ExitCode.PARTIAL, ExitCode.UNKNOWN)
    assert "identical" in result.json["error"]["message"]
    assert desk.creates() == 1


def test_the_budget_refuses_before_anything_is_sent(desk: Desk) -> None:
    desk.set(PUBLISHING_MONTHLY_BUDGET_USD="0.05")
    assert desk.post(desk.draft(*THREE)).code == ExitCode.DONE
    creates = desk.creates()
    refused = desk.post(desk.draft("A fourth."))
    assert refused.code == ExitCode.TRY_LATER
    assert "budget" in refused.json["error"]["message"]
    assert refused.json["error"]["retry_at"]
    assert desk.creates() == creates


def test_more_threads_than_an_hour_allows_are_refused(desk: Desk) -> None:
    desk.set(PUBLISHING_THREADS_PER_HOUR="2")
    codes = [desk.post(desk.draft(f"Number {number}.", name=f"{number}.md")).code for number in range(3)]
    assert codes == [ExitCode.DONE, ExitCode.DONE, ExitCode.TRY_LATER]


def test_a_draft_that_is_edited_meanwhile_is_posted_as_it_was(desk: Desk) -> None:
    assert desk.call("draft", "import", desk.draft(*THREE)).code == ExitCode.DONE
    desk.set(X_API_BASE=_nowhere())
    assert desk.post("@last").json["status"] == "planned"
    edited = desk.draft("Other words.", "And more.", "And more still.", name="edited.md")
    desk.monkeypatch.setenv("EDITOR", f"cp {edited}")
    assert desk.call("draft", "edit", "@last").code == ExitCode.DONE
    desk.set(X_API_BASE=desk.x.base, PUBLISHING_MAX_WAIT_S="9")
    result = desk.post("@last")
    assert result.json["status"] == "posted"
    assert any("has changed" in warning for warning in result.json["warnings"])
    assert desk.texts() == list(THREE)


def test_a_file_that_changes_while_a_person_decides_is_posted_as_it_was_shown(desk: Desk) -> None:
    draft = desk.draft(*THREE)

    def change_and_agree(*_: object) -> bool:
        desk.draft("Something else.", "That nobody has seen.")
        return True

    desk.monkeypatch.setattr(Streams, "confirm", change_and_agree)
    shown = desk.call("post", draft, terminal=True).out
    assert "The second part." in shown
    assert desk.texts() == list(THREE)


def test_a_file_edited_after_its_thread_broke_off_does_not_begin_anew_beside_it(desk: Desk) -> None:
    """It is another draft, but its first post is out; without the platform's duplicate rule it would be out twice."""
    desk.x.world.rules.duplicates = False
    desk.x.strike(refusal("credits", skip=1))
    run = desk.post(desk.draft(*THREE)).json["run"]
    edited = desk.draft(THREE[0], "The second part, mended.")
    refused = desk.post(edited)
    assert (refused.code, refused.json["run"]) == (ExitCode.PARTIAL, run)
    assert "begins with the same post" in refused.json["error"]["message"]
    assert desk.call("thread", "rollback", run, "--yes").code == ExitCode.DONE
    assert desk.post(edited).code == ExitCode.DONE
    assert desk.texts() == [THREE[0], "The second part, mended."]


def test_what_was_never_sent_can_be_edited_freely(desk: Desk) -> None:
    desk.set(X_API_BASE=_nowhere())
    assert desk.post(desk.draft(*THREE)).code == ExitCode.TRY_LATER
    desk.set(X_API_BASE=desk.x.base)
    assert desk.post(desk.draft(THREE[0], "Mended.")).code == ExitCode.DONE


def _remove(picture: Path) -> None:
    picture.unlink()


def _swap_for_a_link(picture: Path) -> None:
    picture.rename(picture.with_name("elsewhere.png"))
    picture.symlink_to("elsewhere.png")


def _replace_by_another_type(picture: Path) -> None:
    picture.write_bytes(b"GIF89a" + DOT)


def _replace_by_text(picture: Path) -> None:
    picture.write_text("no picture at all")


CHANGES = [_remove, _swap_for_a_link, _replace_by_another_type, _replace_by_text]


@pytest.mark.parametrize("change", CHANGES)
def test_media_that_change_while_a_person_decides_stop_the_thread_before_its_first_post(
    desk: Desk, change: Callable[[Path], None]
) -> None:
    picture = image(desk.folder)
    draft = desk.draft("The first part.", "With a picture.\n\n![A dot](dot.png)")

    def change_and_agree(*_: object) -> bool:
        change(picture)
        return True

    desk.monkeypatch.setattr(Streams, "confirm", change_and_agree)
    result = desk.call("post", draft, terminal=True)
    assert result.code == ExitCode.REFUSED
    assert "a media file is gone or has changed since the thread was planned" in result.err.replace("\n", " ")
    assert (desk.texts(), desk.creates()) == ([], 0)
    picture.unlink(missing_ok=True)
    image(desk.folder)
    assert desk.call("thread", "resume", "--json").json["status"] == "posted"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (_remove, "is not there"),
        (_swap_for_a_link, "links are not followed"),
        (_replace_by_text, "is no image, GIF or video, whatever its name says"),
    ],
)
def test_media_that_cannot_be_used_are_refused_by_lint(desk: Desk, change: Callable[[Path], None], words: str) -> None:
    change(image(desk.folder))
    result = desk.post(desk.draft("With a picture.\n\n![A dot](dot.png)"))
    assert result.code == ExitCode.REFUSED
    assert words in result.json["error"]["message"]
    assert desk.x.seen() == []


def test_media_are_what_their_content_says_whatever_they_are_called(desk: Desk) -> None:
    image(desk.folder, "dot.gif")
    assert desk.post(desk.draft("A dot.\n\n![A dot](dot.gif)")).code == ExitCode.DONE
    (media,) = desk.x.world.media.values()
    assert (media.media_type, media.category) == ("image/png", "tweet_image")


@pytest.mark.parametrize("days", [-1, 1])
def test_a_clock_set_wrong_between_two_calls_duplicates_nothing_and_calls_nothing_early(desk: Desk, days: int) -> None:
    desk.x.world.rules.duplicates = False
    draft = desk.draft(*THREE)
    desk.x.strike(refusal("rate_15min", skip=1))
    assert desk.post(draft).code == ExitCode.PARTIAL
    right = SystemClock.now
    desk.monkeypatch.setattr(SystemClock, "now", lambda clock: right(clock) + timedelta(days=days))
    creates = desk.creates()
    assert desk.post(draft).code == ExitCode.PARTIAL
    assert desk.creates() == creates
    _write(desk, "UPDATE segments SET pause_s = 0 WHERE pause_s > 0")
    desk.x.strike(fault("drop_after_accept"))
    assert desk.post(draft).code == ExitCode.DONE
    assert desk.texts() == list(THREE)


def test_the_log_tells_what_was_done_without_a_text(desk: Desk) -> None:
    desk.x.strike(fault("truncated_201", skip=1))
    run = desk.post(desk.draft(*THREE)).json["run"]
    desk.call("thread", "rollback", "--yes")
    entries = desk.call("log", "--json").json["entries"]
    assert all(entry["fields"]["run"] == run and entry["fields"]["account"] == "default" for entry in entries)
    told = [(entry["message"], entry["fields"].get("post")) for entry in entries if entry["message"] != "waiting"]
    assert told == [
        ("run begun", None),
        ("post sending", 1),
        ("post sent", 1),
        ("post sending", 2),
        ("post unknown", 2),
        ("post adopted", 2),
        ("post sending", 3),
        ("post sent", 3),
        ("run posted", None),
        ("run taken up", None),
        *((f"post {state}", number) for number in (3, 2, 1) for state in ("deleting", "deleted")),
        ("run rolled back", None),
    ]
    assert [entry["fields"]["id"] for entry in entries if entry["message"] == "post sent"] == [
        desk.x.accepted[0].id,
        desk.x.accepted[2].id,
    ]
    assert not any(text in line for text in THREE for line in map(json.dumps, entries))


def test_the_log_warns_of_what_asks_for_a_person(desk: Desk) -> None:
    desk.x.strike(refusal("credits"))
    desk.post(desk.draft("One."))
    desk.x.strike(fault("drop_before_accept"))
    desk.call("thread", "resume")
    desk.x.strike(fault("drop_before_accept"))
    desk.post(desk.draft("Two.", name="b.md"), "--strict")
    warned = [entry["message"] for entry in desk.call("log", "--level", "warning", "--json").json["entries"]]
    assert warned == ["post blocked", "run left blocked", "post unknown", "post unknown", "post held", "run left held"]
    told = desk.call("log", "--level", "info").out
    assert "post held" in told
    assert "reason=not_found" in told


def _nowhere() -> str:
    """An address where nobody listens."""
    with FakeX() as gone:
        return gone.base


def test_without_credentials_it_says_how_to_log_in(desk: Desk) -> None:
    for name in ("X_CONSUMER_KEY", "X_CONSUMER_SECRET", "X_ACCESS_TOKEN", "X_ACCESS_TOKEN_SECRET"):
        desk.monkeypatch.delenv(f"ONERING_{name}")
    result = desk.post(desk.draft("Hello."))
    assert result.code == ExitCode.LOG_IN
    assert result.json["error"]["hint"].startswith("onering auth login x")
    assert result.json.keys() == KEYS | {"error"}
    assert (result.json["status"], result.json["remaining"]) == ("planned", 1)


def test_a_refused_login_is_told_apart(desk: Desk) -> None:
    desk.set(X_ACCESS_TOKEN_SECRET="wrong")
    result = desk.post(desk.draft("Hello."))
    assert result.code == ExitCode.LOG_IN
    assert desk.texts() == []


@pytest.mark.parametrize(("answer", "count"), [("n\n", 0), ("", 0), ("yes\n", 3), ("y\n", 3)])
def test_a_person_is_asked_with_the_posts_in_view(desk: Desk, answer: str, count: int) -> None:
    result = desk.call("post", desk.draft(*THREE), terminal=True, answers=answer)
    assert "The second part." in result.out
    assert "Post this for about $0.045? [y/N]" in result.err
    assert len(desk.texts()) == count
    assert result.code == (ExitCode.DONE if count else ExitCode.USAGE)


def test_a_person_sees_each_post_go_out_and_what_it_cost(desk: Desk) -> None:
    result = desk.call("post", desk.draft(*THREE), "--yes", terminal=True)
    sent = [line for line in result.err.splitlines() if "sent" in line]
    assert [line[:3] for line in sent] == ["1/3", "2/3", "3/3"]
    assert "so far" in sent[-1]


def test_fault_54_no_control_byte_of_a_draft_reaches_the_terminal(desk: Desk) -> None:
    evil = "Look \x1b]52;c;ZXZpbA==\x07 here\x1b[2J \x9b31m \u202eback"
    result = desk.call("post", desk.draft(evil, "Second."), terminal=True, answers="y\n", colour=False)
    shown = result.out + result.err
    assert "]52" not in shown
    assert not set(shown) & {"\x07", "\x9b", "\u202e"}
    for told in (desk.call("thread", "list", terminal=True), desk.call("thread", "status", terminal=True)):
        assert not set(told.out + told.err) & {"\x07", "\x9b", "\u202e"}
        assert "]52" not in told.out


def test_fault_54_words_of_the_platform_reach_no_terminal_raw(desk: Desk) -> None:
    detail = json.dumps({"title": "Bad", "detail": "no \x1b]52;c;ZXZpbA==\x07", "type": "about:blank", "status": 400})
    desk.x.strike(fault("errors_200", commits=False, status=400, body=detail))
    result = desk.call("post", desk.draft("Hello."), "--yes", terminal=True)
    assert result.code == ExitCode.REFUSED
    assert "\x1b" not in result.err + result.out


def test_fault_55_no_secret_is_in_any_output_or_log(desk: Desk, home: Path) -> None:
    desk.x.strike(fault("truncated_201", times=3), refusal("credits"))
    results = [desk.post(desk.draft(f"Number {number}.")) for number in range(3)]
    results += [desk.call("thread", "status", "--json"), desk.call("thread", "list")]
    kept = [path.read_bytes() for path in home.rglob("*") if path.is_file()]
    for secret in SECRETS:
        assert all(secret not in result.out + result.err for result in results)
        assert all(secret.encode() not in content for content in kept)


def test_what_the_cards_would_warn_of_is_told_where_nobody_is_asked(desk: Desk) -> None:
    result = desk.call("post", desk.draft("Look at this."), "--quote", "77", "--yes")
    assert result.code == ExitCode.DONE
    assert result.err == "warning: post 1: the platform lets only Enterprise apps quote a post; it refuses others\n"
    told = desk.post(desk.draft("And this."), "--reply-to", desk.x.accepted[0].id).json
    assert any("has mentioned or quoted this account" in warning for warning in told["warnings"])


def test_a_script_is_never_asked(desk: Desk) -> None:
    assert desk.call("post", desk.draft("Hello.")).code == ExitCode.DONE


@pytest.mark.parametrize(
    ("arguments", "stdin"),
    [
        (("nowhere.md",), ""),
        (("zzzz",), ""),
        (("-",), b"\xff\xfe"),
        (("-", "--quote", "what"), "x"),
        (("-",), "---\na"),
    ],
)
def test_bad_input_ends_in_a_usage_error_with_every_key(
    desk: Desk, arguments: tuple[str, ...], stdin: str | bytes
) -> None:
    result = desk.post(*arguments, stdin=stdin)
    assert result.code == ExitCode.USAGE
    assert result.json.keys() == KEYS | {"error"}
    assert desk.x.seen() == []


def test_stdin_is_a_draft(desk: Desk) -> None:
    assert desk.post("-", stdin="From a pipe.").code == ExitCode.DONE
    assert desk.texts() == ["From a pipe."]


def test_two_accounts_have_their_own_runs(desk: Desk) -> None:
    desk.x.world.rules.duplicates = False
    desk.set(X_WORK_CONSUMER_KEY="nobody")  # without the rest: not logged in
    draft = desk.draft("Hello.")
    assert desk.post(draft).code == ExitCode.DONE
    other = desk.post(draft, "--account", "work")
    assert other.code == ExitCode.LOG_IN
    assert other.json["account"] == "work"


def test_a_thread_taken_back_is_not_posted_again_unasked(desk: Desk) -> None:
    draft = desk.draft("Oops.")
    run = desk.post(draft).json["run"]
    assert desk.call("thread", "rollback", run, "--yes").code == ExitCode.DONE
    again = desk.post(draft)
    assert (again.code, again.json["status"], again.json["run"]) == (ExitCode.REFUSED, "rolled_back", run)


def test_an_unreachable_platform_is_told_and_nothing_is_lost(desk: Desk) -> None:
    desk.set(X_API_BASE=_nowhere())
    result = desk.post(desk.draft("Hello."))
    assert (result.code, result.json["status"]) == (ExitCode.TRY_LATER, "planned")
    desk.set(X_API_BASE=desk.x.base, PUBLISHING_MAX_WAIT_S="9")
    assert desk.post(desk.draft("Hello.")).code == ExitCode.DONE
