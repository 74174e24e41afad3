"""``onering doctor --as-cron`` finds what a timer would fail at, and passes once that is mended."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING, Any

import pytest
from doubles.program import GUARD
from doubles.timekeepers import Timekeepers

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Run = Callable[..., Any]

TOKENS = {
    "ONERING_X_CONSUMER_KEY": "consumer-key-1",
    "ONERING_X_CONSUMER_SECRET": "consumer-secret-1",
    "ONERING_X_ACCESS_TOKEN": "12345-access-token",
    "ONERING_X_ACCESS_TOKEN_SECRET": "access-secret-1",
}


@pytest.fixture(autouse=True)
def keepers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Timekeepers:
    """Timers that belong to this test."""
    keepers = Timekeepers(tmp_path / "keepers")
    monkeypatch.setenv("PATH", f"{keepers.programs}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS", raising=False)
    return keepers


def check(result: Any, name: str) -> dict[str, Any]:
    """The gravest finding of one name."""
    found = [one for one in result.json["checks"] if one["name"] == name]
    return max(found, key=lambda one: ("ok", "warn", "fail").index(one["state"]))


def test_secrets_of_the_session_fail_and_pass_once_they_are_kept(onering: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in TOKENS.items():
        monkeypatch.setenv(name, value)
    assert onering("doctor").code == 0, "in the session all is well"
    failing = onering("doctor", "--as-cron", "--json")
    assert failing.code == 3
    found = check(failing, "secrets")
    assert found["state"] == "fail"
    assert "of x.default can be had in your session only" in found["message"]
    assert "onering auth login x --account default --store file" in found["mend"]
    assert "LoadCredential=x.default." in found["mend"]
    onering("auth", "login", "x", "--account", "default", "--store", "file", stdin="\n".join(TOKENS.values()))
    passing = onering("doctor", "--as-cron", "--json")
    assert passing.code == 0, passing.out
    assert check(passing, "secrets")["message"] == "can be had for x"
    for value in TOKENS.values():
        assert value not in failing.out + passing.out


def test_the_checks_see_no_terminal_no_bus_and_nothing_of_the_session(
    onering: Run, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ONERING_PUBLISHING_LEASE_S", "soon")
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere")
    result = onering("doctor", "--as-cron", "--json", terminal=True)
    assert result.code == 0, "the wrong setting is the session's own"
    assert check(result, "terminal")["message"].startswith("none")
    assert "ONERING_PUBLISHING_LEASE_S: set here only" in check(result, "environment")["message"]
    assert str(home) in check(result, "store")["message"], "the home is handed on"


def test_a_timer_that_is_missing_is_a_warning(onering: Run) -> None:
    found = check(onering("doctor", "--as-cron", "--json"), "timer")
    assert found["state"] == "warn"
    assert "onering schedule install" in found["mend"]


def test_what_fails_there_gives_the_exit_code_and_reads_as_one_line_a_check(onering: Run, home: Path) -> None:
    home.mkdir()
    (home / "config.toml").write_text("[publishing]\nlease_s = 'soon'\n")
    result = onering("doctor", "--as-cron")
    assert result.code == 2
    (line,) = [line for line in result.out.splitlines() if line.startswith("fail")]
    assert "publishing.lease_s" in line


NAMES = ("consumer_key", "consumer_secret", "access_token", "access_token_secret")
SILENT = """
import time
from keyring.backend import KeyringBackend

class Keyring(KeyringBackend):
    priority = 9

    def get_password(self, *_):
        time.sleep(60)

    set_password = delete_password = get_password
"""


@pytest.fixture
def post_with(onering_process: Run, home: Path, tmp_path: Path) -> Callable[[str], tuple[Any, float]]:
    """Post with tokens that a keyring is said to hold; how that ended, and after how many seconds."""
    home.mkdir()
    names = ", ".join(f'"x.default.{name}"' for name in NAMES)
    (home / "secrets.toml").write_text(f"keyring = [{names}]\n")
    (home / "secrets.toml").chmod(0o600)
    (tmp_path / "silent.py").write_text(SILENT)
    (tmp_path / "thread.md").write_text("Caches lie about the past.\n")

    def call(backend: str) -> tuple[Any, float]:
        variables = {"PYTHON_KEYRING_BACKEND": backend, "PYTHONPATH": f"{GUARD}{os.pathsep}{tmp_path}"}
        began = time.monotonic()
        done = onering_process("post", tmp_path / "thread.md", "--yes", variables=variables)
        return done, time.monotonic() - began

    return call


def test_a_keyring_out_of_reach_is_mended_in_other_ways_than_at_a_terminal(
    post_with: Callable[[str], tuple[Any, float]], onering: Run
) -> None:
    result = onering("doctor", "--as-cron", "--json")
    assert result.code == 3
    for name in ("keyring", "secrets"):
        assert check(result, name)["mend"].startswith(
            "onering auth login SERVICE --store file, or systemd's credentials"
        )


@pytest.mark.parametrize("backend", ["keyring.backends.null.Keyring", "keyring.backends.fail.Keyring"])
def test_posting_with_a_keyring_that_is_missing_or_null_ends_with_exit_3(
    post_with: Callable[[str], tuple[Any, float]], backend: str
) -> None:
    done, _ = post_with(backend)
    assert done.returncode == 3, done.stderr
    assert "keyring" in done.stderr


@pytest.mark.slow
def test_posting_with_a_keyring_that_never_answers_ends_within_five_seconds_with_exit_3(
    post_with: Callable[[str], tuple[Any, float]],
) -> None:
    _, floor_s = post_with("keyring.backends.fail.Keyring")
    done, took_s = post_with("silent.Keyring")
    print(f"\na keyring that never answers: {took_s:.1f} s; one that is missing: {floor_s:.1f} s")
    assert done.returncode == 3, done.stderr
    assert "the keyring did not answer within 4 s" in done.stderr
    assert took_s - floor_s < 5
