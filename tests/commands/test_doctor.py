"""``onering doctor`` finds what is broken, says how to mend it, and changes nothing."""

from __future__ import annotations

import os
import shutil
import time
from collections import namedtuple
from contextlib import closing
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from doubles.keyrings import FailingKeyring, SilentKeyring, WorkingKeyring
from doubles.manual_clock import ManualClock
from keyring.errors import KeyringLocked
from pysqlite3 import dbapi2

from onering_cli.adapters.sqlite.migrations import LATEST, open_store
from onering_cli.toolbox import Toolbox

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Run = Callable[..., Any]

KEY = "gsk_0123456789abcdefghij"


@pytest.fixture
def keyring(monkeypatch: pytest.MonkeyPatch) -> WorkingKeyring:
    """The system's keyring is one that works."""
    backend = WorkingKeyring()
    monkeypatch.setattr("keyring.get_keyring", lambda: backend)
    return backend


@pytest.fixture
def store_file(home: Path) -> Path:
    """A store of this version with nothing in it."""
    path = home / "onering.db"
    open_store(path).close()
    return path


def check(result: Any, name: str) -> dict[str, str]:
    """The gravest finding of one name."""
    found = [one for one in result.json["checks"] if one["name"] == name]
    return max(found, key=lambda one: ("ok", "warn", "fail").index(one["state"]))


def change(path: Path, *statements: str) -> None:
    with closing(dbapi2.connect(path, isolation_level=None)) as connection:
        for statement in statements:
            connection.execute(statement)


def test_a_fresh_machine_is_well(onering: Run, home: Path, keyring: WorkingKeyring) -> None:
    result = onering("doctor", "--json")
    assert result.code == 0, result.out
    assert result.json["operation"] == "doctor"
    assert result.json["state"] == "ok"
    assert [one["name"] for one in result.json["checks"]] == [
        *("python", "sqlite", "store", "disk", "config", "keyring", "secrets", "log", "clock", "terminal")
    ]
    assert not home.exists(), "looking must not create anything"


def test_a_person_reads_one_line_a_check(onering: Run, store_file: Path, keyring: WorkingKeyring) -> None:
    result = onering("doctor")
    assert result.code == 0
    assert all(line.startswith("ok  ") for line in result.out.splitlines())
    assert f"schema {LATEST}" in result.out


def test_looking_changes_nothing(onering: Run, home: Path, store_file: Path, keyring: WorkingKeyring) -> None:
    onering("auth", "login", "groq", "--store", "file", stdin=KEY)
    before = {path: path.read_bytes() for path in home.rglob("*") if path.is_file()}
    assert onering("doctor").code == 0
    assert {path: path.read_bytes() for path in before} == before
    assert not keyring.kept


# The store


def test_a_file_that_is_no_store_fails(onering: Run, home: Path) -> None:
    home.mkdir()
    (home / "onering.db").write_text("not a database at all, but long enough to be looked at" * 20)
    result = onering("doctor", "--json")
    assert result.code == 6
    assert check(result, "store")["state"] == "fail"
    assert check(result, "store")["mend"]
    assert check(result, "clock")["state"] == "ok", "the checks after it were made"


def test_a_damaged_store_fails(onering: Run, store_file: Path) -> None:
    change(store_file, "CREATE TABLE filler (a)", "INSERT INTO filler VALUES (zeroblob(100000))", "VACUUM")
    change(store_file, "PRAGMA wal_checkpoint(TRUNCATE)")
    data = bytearray(store_file.read_bytes())
    page = 4096
    data[page * 3 : page * 5] = os.urandom(page * 2)
    store_file.write_bytes(data)
    result = onering("doctor", "--json")
    assert result.code == 6
    assert check(result, "store")["state"] == "fail"


def test_an_index_that_is_missing_is_told_by_name(onering: Run, store_file: Path) -> None:
    with closing(dbapi2.connect(store_file)) as connection:
        query = "SELECT type, name FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL LIMIT 1"
        ((kind, name),) = connection.execute(query).fetchall()
    change(store_file, f"DROP {kind} {name}")
    result = onering("doctor", "--json")
    assert result.code == 6
    assert f"lacks index {name}" in check(result, "store")["message"]


def test_a_column_that_is_missing_is_told_by_name(onering: Run, store_file: Path) -> None:
    change(store_file, "ALTER TABLE drafts RENAME COLUMN title TO name")
    assert "lacks column drafts.title" in check(onering("doctor", "--json"), "store")["message"]


def test_a_store_with_vectors_is_whole(onering: Run, tmp_path: Path, keyring: WorkingKeyring) -> None:
    posts = tmp_path / "posts.jsonl"
    posts.write_text('{"text": "Backups are only as good as their restore.", "at": "2025-01-02T03:04:05Z"}\n')
    assert onering("memory", "import", posts).code == 0
    assert onering("similar", "a restore that nobody tried").out, "the vectors were made"
    result = onering("doctor", "--json")
    assert (result.code, check(result, "store")["state"]) == (0, "ok"), result.json


def test_a_store_of_a_newer_version_fails_with_what_to_do(onering: Run, store_file: Path) -> None:
    change(store_file, f"PRAGMA user_version = {LATEST + 1}")
    result = onering("doctor", "--json")
    assert result.code == 6
    assert "pip install --upgrade" in check(result, "store")["mend"]


def test_a_store_of_an_older_version_is_well(onering: Run, store_file: Path) -> None:
    change(store_file, f"PRAGMA user_version = {LATEST - 1}")
    assert f"brought to {LATEST}" in check(onering("doctor", "--json"), "store")["message"]


def test_a_store_that_others_can_read_is_a_warning(onering: Run, store_file: Path, keyring: WorkingKeyring) -> None:
    store_file.chmod(0o644)
    result = onering("doctor", "--json")
    assert result.code == 0
    assert result.json["state"] == "warn"
    assert check(result, "store")["mend"] == f"chmod 600 {store_file}"


Usage = namedtuple("Usage", "total used free")  # noqa: PYI024 -- what shutil.disk_usage returns


@pytest.mark.parametrize(("free", "state", "code"), [(10_000_000, "fail", 6), (100_000_000, "warn", 0)])
def test_a_disk_that_is_nearly_full_is_told(
    onering: Run, monkeypatch: pytest.MonkeyPatch, free: int, state: str, code: int
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: Usage(10**12, 10**12 - free, free))
    result = onering("doctor", "--json")
    assert check(result, "disk")["state"] == state
    assert result.code == code


# Settings, keyring, secrets


def test_a_setting_with_a_wrong_value_fails_and_names_its_place(onering: Run, home: Path) -> None:
    home.mkdir()
    (home / "config.toml").write_text("[publishing]\nlease_s = 'soon'\n")
    result = onering("doctor", "--json")
    assert result.code == 2
    assert "publishing.lease_s" in check(result, "config")["message"]


def test_settings_are_counted_by_where_they_come_from(
    onering: Run, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home.mkdir()
    (home / "config.toml").write_text("[publishing]\nlease_s = 60\n[accounts.work]\npremium = true\n")
    monkeypatch.setenv("ONERING_X_CALLBACK_PORT", "9000")
    found = check(onering("doctor", "--json"), "config")["message"]
    assert found.startswith("2 settings from the file, 1 from the environment")


@pytest.mark.parametrize(
    "backend", [FailingKeyring(KeyringLocked("locked")), pytest.param(SilentKeyring(), marks=pytest.mark.slow)]
)
def test_a_keyring_that_fails_matters_only_to_those_who_use_it(
    onering: Run, keyring: WorkingKeyring, monkeypatch: pytest.MonkeyPatch, backend: object
) -> None:
    onering("auth", "login", "x", stdin="a1\nb2\nc3\nd4")
    monkeypatch.setattr("keyring.get_keyring", lambda: backend)
    began = time.monotonic()
    used = onering("doctor", "--json")
    assert time.monotonic() - began < 7, "a keyring that is silent is waited for once"
    assert used.code == 3
    assert check(used, "keyring")["state"] == "fail"
    assert check(used, "secrets")["state"] == "fail"
    monkeypatch.setattr("keyring.get_keyring", lambda: keyring)
    onering("auth", "logout", "x")
    monkeypatch.setattr("keyring.get_keyring", lambda: backend)
    unused = onering("doctor", "--json")
    assert unused.code == 0
    assert check(unused, "keyring")["state"] == "warn"


def test_a_secret_that_the_keyring_lost_fails(onering: Run, keyring: WorkingKeyring) -> None:
    onering("auth", "login", "groq", stdin=KEY)
    keyring.kept.clear()
    result = onering("doctor", "--json")
    assert result.code == 3
    assert "no longer holds groq.api_key" in check(result, "secrets")["message"]
    assert KEY not in result.out


def test_a_secrets_file_that_others_can_read_fails(onering: Run, home: Path) -> None:
    onering("auth", "login", "groq", "--store", "file", stdin=KEY)
    (home / "secrets.toml").chmod(0o640)
    result = onering("doctor", "--json")
    assert result.code == 2
    assert check(result, "secrets")["mend"] == f"chmod 600 {home / 'secrets.toml'}"


def test_half_a_login_is_a_warning(onering: Run, keyring: WorkingKeyring, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ONERING_X_CONSUMER_KEY", "a-consumer-key")
    result = onering("doctor", "--json")
    assert result.code == 0
    assert "lacks consumer_secret, access_token, access_token_secret" in check(result, "secrets")["message"]
    assert "a-consumer-key" not in result.out


def test_the_gravest_failure_gives_the_exit_code(onering: Run, home: Path, store_file: Path) -> None:
    (home / "config.toml").write_text("[publishing]\nlease_s = 'soon'\n")
    change(store_file, f"PRAGMA user_version = {LATEST + 1}")
    assert onering("doctor").code == 6


@pytest.mark.parametrize(("command", "state", "code"), [("sh -c true", "ok", 0), ("no-such-hook --loud", "fail", 2)])
def test_a_hook_for_failures_must_be_found(
    onering: Run, keyring: WorkingKeyring, monkeypatch: pytest.MonkeyPatch, command: str, state: str, code: int
) -> None:
    monkeypatch.setenv("ONERING_NOTIFY_COMMAND", command)
    result = onering("doctor", "--json")
    assert result.code == code
    assert check(result, "notify")["state"] == state
    assert command.split(maxsplit=1)[0] in check(result, "notify")["message"]


def test_a_scheduled_post_needs_a_login(
    onering: Run, keyring: WorkingKeyring, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "thread.md").write_text("Caches lie about the past.\n")
    onering("post", tmp_path / "thread.md", "--account", "work", "--in", "2h", "--yes")
    missing = onering("doctor", "--json")
    assert missing.code == 3
    assert check(missing, "login")["message"] == "posts are scheduled for work, and nobody is logged in there"
    assert check(missing, "login")["mend"] == "onering auth login x --account work"
    onering("auth", "login", "x", "--account", "work", stdin="a1\nb2\nc3\nd4")
    assert onering("doctor").code == 0


# Log, clock, terminal


def test_a_log_that_others_can_look_into_is_a_warning(onering: Run, home: Path) -> None:
    (home / "log").mkdir(parents=True, mode=0o755)
    assert check(onering("doctor", "--json"), "log")["mend"] == f"chmod 700 {home / 'log'}"


@pytest.mark.parametrize(
    ("now", "told"),
    [
        (datetime(1970, 1, 2, tzinfo=UTC), "before this version was written"),
        (datetime(2026, 1, 2, tzinfo=UTC), "it was set back"),
    ],
)
def test_a_clock_that_cannot_be_right_is_a_warning(home: Path, store_file: Path, now: datetime, told: str) -> None:
    toolbox = Toolbox({"ONERING_HOME": str(home)}, clock=ManualClock(now))
    (finding,) = [one for one in toolbox.check_up() if one.check == "clock"]
    assert finding.state == "warn"
    assert told in finding.message


@pytest.mark.parametrize(
    ("zone", "state"), [("Europe/Berlin", "ok"), ("CET-1CEST", "ok"), (":UTC", "ok"), ("Mars/Olympus", "warn")]
)
def test_a_time_zone_that_is_not_known_is_a_warning(
    onering: Run, monkeypatch: pytest.MonkeyPatch, zone: str, state: str
) -> None:
    monkeypatch.setenv("TZ", zone)
    assert check(onering("doctor", "--json"), "clock")["state"] == state


@pytest.mark.parametrize(("width", "word"), [(120, "ok"), (30, "warn")])
def test_a_terminal_is_described(onering: Run, width: int, word: str) -> None:
    lines = onering("doctor", terminal=True, width=width).out.splitlines()
    (line,) = [line for line in lines if " terminal " in line]
    assert line.startswith(word)
    assert f"{width} columns" in line
