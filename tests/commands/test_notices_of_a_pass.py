"""Whoever is not watching is told what needs them, once, while ``post --due`` goes on every minute."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from doubles.posting_desk import posting_desk  # noqa: F401 -- the fixture `desk`
from doubles.web_server import reply, web_server

from onering_cli.adapters.sqlite.migrations import open_store
from onering_cli.errors import ExitCode

if TYPE_CHECKING:
    from pathlib import Path

    from doubles.posting_desk import Desk


@pytest.fixture
def told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where a hook of the user's writes what it is told."""
    path = tmp_path / "told"
    hook = tmp_path / "hook"
    hook.write_text(f'#!/bin/sh\necho "[$ONERING_NOTICE_KIND]" >> {path}\ncat >> {path}\n')
    hook.chmod(0o755)
    monkeypatch.setenv("ONERING_NOTIFY_COMMAND", str(hook))
    return path


def make_due(home: Path, ago_s: float) -> None:
    due_s = datetime.now(UTC).timestamp() - ago_s
    with closing(open_store(home / "onering.db")) as store, store.write() as connection:
        connection.execute("UPDATE entries SET due_s = ?, act_s = ? WHERE state = 'scheduled'", (due_s, due_s))


def test_missed_entries_are_told_once_and_the_pass_goes_on(desk: Desk, home: Path, told: Path) -> None:
    for number in range(3):
        desk.call("post", desk.draft(f"Number {number} says something."), "--in", "2h", "--late", "skip")
    make_due(home, 7200)
    result = desk.call("post", "--due")
    assert result.code == ExitCode.PARTIAL
    assert told.read_text().count("[missed]") == 1
    assert "OneRing: a scheduled thread was missed\n" in told.read_text()
    assert desk.call("post", "--due").code == ExitCode.DONE
    assert told.read_text().count("[missed]") == 1


def test_a_hook_that_fails_changes_nothing_but_the_log(desk: Desk, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ONERING_NOTIFY_COMMAND", "/nowhere/hook --token=abcdef123456")
    desk.call("post", desk.draft("The one."), "--in", "2h", "--late", "skip")
    make_due(home, 7200)
    assert desk.call("post", "--due").code == ExitCode.PARTIAL
    assert "a notice did not arrive" in desk.call("log").out
    assert "abcdef123456" not in desk.call("log").out


def test_a_store_in_trouble_is_told_once(desk: Desk, home: Path, told: Path) -> None:
    desk.call("post", desk.draft("The one."), "--in", "2h")
    (home / "onering.db").write_bytes(b"this is no store" * 1000)
    for _ in range(3):
        assert desk.call("post", "--due").code == ExitCode.STORE
    assert told.read_text().count("[store]") == 1


def test_what_goes_well_is_not_told(desk: Desk, home: Path, told: Path) -> None:
    desk.call("post", desk.draft("The one."), "--in", "2h")
    make_due(home, 0)
    assert desk.call("post", "--due").code == ExitCode.DONE
    assert not told.exists()


def test_a_secret_address_hears_it_and_a_damaged_secrets_file_keeps_nobody_from_hearing(
    desk: Desk, home: Path, told: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def one_more(name: str) -> None:
        desk.call(
            "post",
            desk.draft(f"{name} says something.", name=f"{name}.md"),
            "--in",
            "2h",
            "--late",
            "skip",
            "--account",
            name,
        )
        make_due(home, 7200)
        assert desk.call("post", "--due").code == ExitCode.PARTIAL

    with web_server({"/hook": reply("", status="204 No Content")}) as server:
        monkeypatch.setenv("ONERING_SECRET_NOTIFY_WEBHOOK", server.url("/hook"))
        one_more("ada")
        assert len(server.visits) == 1
    assert told.read_text().count("[missed]") == 1
    assert server.url("/hook") not in desk.call("log").out
    monkeypatch.delenv("ONERING_SECRET_NOTIFY_WEBHOOK")
    (home / "secrets.toml").write_text("no [ toml")
    (home / "secrets.toml").chmod(0o600)
    one_more("bob")
    assert told.read_text().count("[missed]") == 2
