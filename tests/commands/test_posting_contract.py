"""What scripts are promised: one object with the same keys, and an exit code, for every way that posting can end."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import pytest
from doubles.fake_x import FakeX, fault, refusal
from doubles.posting_desk import posting_desk  # noqa: F401 -- the fixture `desk`
from doubles.report_schema import check_report
from pysqlite3 import dbapi2

from onering_cli.errors import ExitCode
from onering_cli.publishing.engine import Engine

if TYPE_CHECKING:
    from collections.abc import Callable

    from doubles.posting_desk import Desk

THREE = ("The first part.", "The second part.", "The third part.")
VERBS = ("status", "resume", "reconcile", "rollback")


def posted(desk: Desk) -> Any:
    return desk.post(desk.draft(*THREE))


def shown_only(desk: Desk) -> Any:
    return desk.post(desk.draft("With a link to example.com", "And more."), "--dry-run")


def no_such_file(desk: Desk) -> Any:
    return desk.post("nowhere.md")


def no_such_option(desk: Desk) -> Any:
    return desk.post(desk.draft(*THREE), "--poll-minutes", "soon")


def too_long(desk: Desk) -> Any:
    return desk.post(desk.draft("word " * 100))


def logged_out(desk: Desk) -> Any:
    desk.set(X_ACCESS_TOKEN="")
    return desk.post(desk.draft(*THREE))


def login_refused(desk: Desk) -> Any:
    desk.set(X_ACCESS_TOKEN_SECRET="wrong")
    return desk.post(desk.draft(*THREE))


def offline(desk: Desk) -> Any:
    with FakeX() as gone:
        desk.set(X_API_BASE=gone.base)
    return desk.post(desk.draft(*THREE))


def over_budget(desk: Desk) -> Any:
    desk.set(PUBLISHING_MONTHLY_BUDGET_USD="0.02")
    return desk.post(desk.draft(*THREE))


def limited(desk: Desk) -> Any:
    desk.x.strike(refusal("rate_15min", skip=1))
    return desk.post(desk.draft(*THREE))


def held(desk: Desk) -> Any:
    desk.x.strike(fault("drop_before_accept", skip=1))
    return desk.post(desk.draft(*THREE), "--strict")


def unknown(desk: Desk) -> Any:
    desk.x.strike(fault("drop_after_accept", skip=1))
    desk.x.strike(refusal("overloaded", route="GET /2/users/*/tweets", skip=1, times=9))
    return desk.post(desk.draft(*THREE))


def blocked(desk: Desk) -> Any:
    desk.x.strike(refusal("credits", skip=1))
    return desk.post(desk.draft(*THREE))


def not_summoned(desk: Desk) -> Any:
    desk.x.world.rules.replies_to_self = False
    return desk.post(desk.draft(*THREE))


def taken_back(desk: Desk) -> Any:
    posted(desk)
    desk.call("thread", "rollback", "--yes")
    return posted(desk)


def store_damaged(desk: Desk) -> Any:
    (desk.folder / "home").mkdir()
    (desk.folder / "home" / "onering.db").write_bytes(b"no database " * 1000)
    return desk.post(desk.draft(*THREE))


def failing_by_a_bug(desk: Desk) -> Any:
    def fail(*_: object) -> None:
        raise ZeroDivisionError

    desk.monkeypatch.setattr(Engine, "publish", fail)
    return desk.post(desk.draft(*THREE))


WAYS: list[tuple[Callable[[Desk], Any], ExitCode, str]] = [
    (posted, ExitCode.DONE, "posted"),
    (shown_only, ExitCode.DONE, "planned"),
    (no_such_file, ExitCode.USAGE, "planned"),
    (no_such_option, ExitCode.USAGE, "planned"),
    (too_long, ExitCode.REFUSED, "planned"),
    (logged_out, ExitCode.LOG_IN, "planned"),
    (login_refused, ExitCode.LOG_IN, "blocked"),
    (offline, ExitCode.TRY_LATER, "planned"),
    (over_budget, ExitCode.TRY_LATER, "planned"),
    (limited, ExitCode.PARTIAL, "partial"),
    (held, ExitCode.PARTIAL, "held"),
    (unknown, ExitCode.UNKNOWN, "unknown"),
    (blocked, ExitCode.REFUSED, "blocked"),
    (not_summoned, ExitCode.REFUSED, "blocked"),
    (taken_back, ExitCode.REFUSED, "rolled_back"),
    (store_damaged, ExitCode.STORE, "planned"),
    (failing_by_a_bug, ExitCode.BUG, "planned"),
]


@pytest.mark.parametrize(("way", "code", "status"), WAYS, ids=[way.__name__ for way, _, _ in WAYS])
def test_post_tells_every_end_with_the_same_keys(
    desk: Desk, way: Callable[[Desk], Any], code: ExitCode, status: str
) -> None:
    result = way(desk)
    assert result.code == code
    assert result.json["status"] == status
    check_report(result.json, operation="post", code=code)


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("way", [posted, offline, limited, held, unknown, blocked, taken_back])
def test_thread_tells_every_state_with_the_same_keys(desk: Desk, way: Callable[[Desk], Any], verb: str) -> None:
    way(desk)
    result = desk.call("thread", verb, "--json", *(["--yes"] if verb == "rollback" else []))
    check_report(result.json, operation=f"thread.{verb}", code=result.code)


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("arguments", [("zzzz",), ("--no-such-option",)])
def test_thread_tells_a_mistake_with_the_same_keys(desk: Desk, verb: str, arguments: tuple[str, ...]) -> None:
    posted(desk)
    result = desk.call("thread", verb, "--json", *arguments)
    assert result.code == ExitCode.USAGE
    check_report(result.json, operation=f"thread.{verb}", code=result.code)


def test_a_run_that_another_process_has_is_told_with_the_same_keys(desk: Desk) -> None:
    run = limited(desk).json["run"]
    connection = dbapi2.connect(desk.folder / "home" / "onering.db")
    lease = "UPDATE runs SET lease_owner = 'elsewhere:1', lease_wall_s = ?, lease_steady_s = ?"
    connection.execute(lease, (time.time(), time.monotonic()))
    connection.commit()
    connection.close()
    for verb in ("resume", "reconcile", "rollback"):
        result = desk.call("thread", verb, run, "--json", *(["--yes"] if verb == "rollback" else []))
        assert result.code == ExitCode.TRY_LATER
        check_report(result.json, operation=f"thread.{verb}", code=result.code)
        assert "try again after" in result.json["error"]["hint"]
