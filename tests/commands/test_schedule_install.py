"""``onering schedule install`` shows, writes and removes the machine's timer."""

from __future__ import annotations

import os
import subprocess
from contextlib import closing
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from doubles.timekeepers import Timekeepers

from onering_cli.adapters.sqlite.migrations import open_store

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Run = Callable[..., Any]


@pytest.fixture(autouse=True)
def keepers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Timekeepers:
    """Timers that belong to this test."""
    keepers = Timekeepers(tmp_path / "keepers")
    monkeypatch.setenv("PATH", f"{keepers.programs}{os.pathsep}{os.environ['PATH']}")
    return keepers


def test_what_would_be_written_is_shown_and_not_written(onering: Run, keepers: Timekeepers, tmp_path: Path) -> None:
    result = onering("schedule", "install", "systemd", "--show")
    assert result.code == 0, result.err
    assert "OnCalendar=*:0/1\nAccuracySec=1s\nPersistent=true\n" in result.out
    assert f'Environment="ONERING_HOME={tmp_path / "home"}"' in result.out
    assert "-m" in result.out
    assert not keepers.calls
    assert not (tmp_path / ".config").exists()


@pytest.mark.parametrize("kind", ["systemd", "cron", "launchd"])
def test_a_timer_is_installed_found_by_doctor_and_removed(onering: Run, kind: str) -> None:
    first = onering("schedule", "install", kind, "--json")
    assert first.code == 0, first.out
    assert (first.json["timer"], first.json["changed"]) == (kind, True)
    assert first.json["pieces"][0]["content"]
    assert onering("schedule", "install", kind, "--json").json["changed"] is False
    checks = onering("doctor", "--as-cron", "--json").json["checks"]
    assert [check["message"] for check in checks if check["name"] == "timer"] == [f"installed: {kind}"]
    assert onering("schedule", "uninstall", "--json").json["removed"] == [kind]
    nothing = onering("schedule", "uninstall", kind)
    assert nothing.code == 0
    assert "no timer to remove" in nothing.err


def test_what_the_timer_will_not_have_is_a_warning(onering: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GROQ_API_KEY", "gsk_0123456789abcdef")
    result = onering("schedule", "install", "cron")
    assert "warning: GROQ_API_KEY: secrets of this environment" in result.err
    assert "gsk_" not in result.out + result.err


def test_a_failure_keeps_the_promised_keys(onering: Run, keepers: Timekeepers) -> None:
    keepers.fail("restart")
    result = onering("schedule", "install", "systemd", "--json")
    assert result.code == 2
    assert result.json["changed"] is False
    assert "Failed to connect to bus" in result.json["error"]["message"]
    assert onering("schedule", "install", "crond").code == 2


def test_the_line_that_cron_runs_treats_what_is_due_and_tells_what_was_missed(
    onering: Run, home: Path, tmp_path: Path
) -> None:
    told, hook = tmp_path / "told", tmp_path / "hook"
    hook.write_text(f"#!/bin/sh\ncat >> {told}\n")
    hook.chmod(0o755)
    (tmp_path / "thread.md").write_text("Caches lie about the past.\n")
    onering("config", "set", "notify.command", str(hook))
    onering("post", tmp_path / "thread.md", "--in", "2h", "--late", "skip", "--yes")
    due_s = datetime.now(UTC).timestamp() - 7200
    with closing(open_store(home / "onering.db")) as store, store.write() as connection:
        connection.execute("UPDATE entries SET due_s = ?, act_s = ?", (due_s, due_s))
    crontab = onering("schedule", "install", "cron", "--show", "--json").json["pieces"][0]["content"]
    command = crontab.splitlines()[1].removeprefix("* * * * * ")
    bare = {"HOME": str(tmp_path), "LOGNAME": "somebody", "SHELL": "/bin/sh", "PATH": "/usr/bin:/bin"}
    for code in (7, 0):  # missed, and told; then nothing is left to do
        done = subprocess.run(["/bin/sh", "-c", command], env=bare, cwd=tmp_path, capture_output=True, check=False)
        assert (done.returncode, done.stdout, done.stderr) == (code, b"", b"")
    assert told.read_text().count("OneRing: a scheduled thread was missed") == 1
    assert [entry["state"] for entry in onering("schedule", "list", "--json").json["entries"]] == ["missed"]
