"""``onering auth``: secrets come in unseen, are kept where the user wants, and never come out again."""

from __future__ import annotations

import json
import os
import pty
import select
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit
from urllib.request import HTTPRedirectHandler, build_opener

import pytest
from doubles.fake_x import CLIENT_ID, REDIRECT_URI, FakeX
from doubles.keyrings import WorkingKeyring

from onering_cli.toolbox import Toolbox

if TYPE_CHECKING:
    from collections.abc import Callable

    Run = Callable[..., Any]

KEY = "gsk_0123456789abcdefghij"
X_KEYS = {
    "consumer_key": "consumer-key-value",
    "consumer_secret": "consumer-secret-value",
    "access_token": "12345-access-token-value",
    "access_token_secret": "access-token-secret-value",
}


PROGRAM = [sys.executable, "-m", "onering_cli"]


def guarded() -> dict[str, str]:
    """This test's environment for a process of its own, with the network refused there too."""
    return {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1] / "guard")}


@pytest.fixture
def keyring(monkeypatch: pytest.MonkeyPatch) -> WorkingKeyring:
    """The system's keyring is one that works."""
    backend = WorkingKeyring()
    monkeypatch.setattr("keyring.get_keyring", lambda: backend)
    return backend


def secret(home: Path, name: str) -> str | None:
    """What another process would find."""
    found = Toolbox({"ONERING_HOME": str(home)}).secrets.get(name)
    return None if found is None else found.reveal()


def everything_told(result: Any, home: Path) -> str:
    """All that was printed or logged."""
    logs = "".join(path.read_text() for path in (home / "log").glob("onering.log*")) if home.exists() else ""
    return f"{result.out}{result.err}{logs}"


# Logging in


def test_a_key_from_a_pipe_is_kept_in_the_keyring(onering: Run, home: Path, keyring: WorkingKeyring) -> None:
    result = onering("auth", "login", "groq", "--json", stdin=f"{KEY}\n")
    assert result.code == 0, result.err
    assert result.json == {
        "operation": "auth.login",
        "service": "groq",
        "account": None,
        "kept": "keyring",
        "secrets": ["groq.api_key"],
    }
    assert secret(home, "groq.api_key") == KEY
    assert list(keyring.kept.values()) == [KEY]
    assert KEY not in everything_told(result, home)


def test_a_key_can_be_kept_in_the_file_where_there_is_no_keyring(onering: Run, home: Path) -> None:
    refused = onering("auth", "login", "groq", stdin=KEY)
    assert refused.code == 3
    assert "there is no keyring on this machine" in refused.err
    assert "--store file" in refused.err
    assert onering("auth", "login", "groq", "--store", "file", stdin=KEY).code == 0
    assert secret(home, "groq.api_key") == KEY


def test_the_setting_lets_the_file_take_over(onering: Run, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert onering("config", "set", "secrets.file", "true").code == 0
    assert onering("auth", "login", "groq", "--json", stdin=KEY).json["kept"] == "file"
    monkeypatch.setenv("ONERING_AUTH_LOGIN_STORE", "keyring")
    assert onering("auth", "login", "groq", stdin=KEY).code == 3


@pytest.mark.parametrize(
    "stdin", ["\n".join(X_KEYS.values()), "\ufeff" + "\r\n\r\n".join(X_KEYS.values()) + "\r\n", json.dumps(X_KEYS)]
)
def test_the_four_keys_of_x_come_as_lines_or_as_json(
    onering: Run, home: Path, keyring: WorkingKeyring, stdin: str
) -> None:
    result = onering("auth", "login", "x", "--account", "@work", "--json", stdin=stdin)
    assert result.code == 0, result.err
    assert result.json["account"] == "work"
    assert {field: secret(home, f"x.work.{field}") for field in X_KEYS} == X_KEYS
    assert not any(value in everything_told(result, home) for value in X_KEYS.values())


@pytest.mark.parametrize(
    ("service", "stdin", "told"),
    [
        ("groq", "", "stdin has 0 lines"),
        ("groq", "two\nlines", "stdin has 2 lines"),
        ("groq", "two words", "characters that no key has"),
        ("groq", "gsk_\x1b[31m", "characters that no key has"),
        ("groq", "ключ", "characters that no key has"),
        ("groq", b"\xff\xfe\x00", "not text in UTF-8"),
        ("groq", "a" * 70_000, "too long"),
        ("x", "one\ntwo\nthree", "stdin has 3 lines"),
        ("x", '{"consumer_key": "leaky-value"', "not a JSON object"),
        ("x", '{"consumer_key": 1}', "not a JSON object"),
        ("x", '{"consumer_key": "leaky-value"}', "JSON object has consumer_key"),
        ("x", json.dumps({**X_KEYS, "access_token": " "}), "access_token is empty"),
    ],
)
def test_what_is_no_key_is_refused_and_changes_nothing(
    onering: Run, home: Path, keyring: WorkingKeyring, service: str, stdin: str | bytes, told: str
) -> None:
    result = onering("auth", "login", service, stdin=stdin)
    assert result.code == 2
    assert told in result.err
    assert "leaky-value" not in everything_told(result, home)
    assert not keyring.kept


@pytest.mark.parametrize("extra", [("--account", "work"), ("--browser",), ("--headless",)])
def test_what_only_x_takes_is_refused_elsewhere(onering: Run, extra: tuple[str, ...]) -> None:
    assert onering("auth", "login", "groq", *extra, stdin=KEY).code == 2


@pytest.mark.parametrize("account", ["../up", "a.b", "two words", "x" * 65, "ä"])
def test_a_name_that_no_account_can_have_is_refused(onering: Run, account: str) -> None:
    result = onering("auth", "login", "x", "--account", account, stdin="\n".join(X_KEYS.values()))
    assert result.code == 2
    assert "cannot be the name of an account" in result.err


def test_a_variable_that_hides_what_was_kept_is_told(
    onering: Run, home: Path, keyring: WorkingKeyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GROQ_API_KEY", "another-key")
    result = onering("auth", "login", "groq", stdin=KEY)
    assert "the variable GROQ_API_KEY is set, and is used in place" in result.err
    assert "another-key" not in everything_told(result, home)


def test_logging_in_again_replaces_the_key(onering: Run, home: Path, keyring: WorkingKeyring) -> None:
    onering("auth", "login", "groq", "--store", "file", stdin="first-key")
    onering("auth", "login", "groq", stdin="second-key")
    assert secret(home, "groq.api_key") == "second-key"
    assert "first-key" not in (home / "secrets.toml").read_text()


# At a terminal


class Terminal:
    """The program at a terminal of its own, which echoes what is typed unless the program forbids it."""

    def __init__(self, *arguments: str) -> None:
        if shutil.which("setsid") is None:
            pytest.skip("needs setsid (util-linux), which gives a program a terminal of its own")
        self._master, slave = pty.openpty()
        command = [*PROGRAM, *arguments]
        self.process = subprocess.Popen(
            ["setsid", "--ctty", "--wait", *command], stdin=slave, stdout=slave, stderr=slave, env=guarded()
        )
        os.close(slave)
        self.screen = ""

    def wait_for(self, text: str, count: int = 1) -> None:
        ends_at = time.monotonic() + 30
        while self.screen.count(text) < count:
            assert time.monotonic() < ends_at, self.screen
            assert self._read(1), self.screen

    def type(self, text: str) -> None:
        os.write(self._master, text.encode())

    def end(self) -> int:
        ends_at = time.monotonic() + 30
        while self._read(10):
            assert time.monotonic() < ends_at, self.screen
        code = self.process.wait(30)
        os.close(self._master)
        return code

    def _read(self, seconds: float) -> bool:
        """Take what is there; False once the program is gone."""
        if not select.select([self._master], [], [], seconds)[0]:
            return self.process.poll() is None
        try:
            data = os.read(self._master, 4096)
        except OSError:
            return False
        self.screen += data.decode()
        return bool(data)


def test_a_typed_key_does_not_show(home: Path) -> None:
    terminal = Terminal("auth", "login", "groq", "--store", "file")
    terminal.wait_for("(hidden): ")
    terminal.type(f"{KEY}\n")
    assert terminal.end() == 0, terminal.screen
    assert KEY not in terminal.screen
    assert secret(home, "groq.api_key") == KEY


def test_the_four_keys_of_x_are_asked_for_one_by_one(home: Path) -> None:
    terminal = Terminal("auth", "login", "x", "--store", "file")
    for number, value in enumerate(X_KEYS.values(), start=1):
        terminal.wait_for("(hidden): ", number)
        terminal.type(f"{value}\n")
    assert terminal.end() == 0, terminal.screen
    assert "API key secret" in terminal.screen
    assert {field: secret(home, f"x.default.{field}") for field in X_KEYS} == X_KEYS


@pytest.mark.parametrize(("typed", "code"), [("\x03", 130), ("\x04", 2), ("\n", 2)])
def test_leaving_the_prompt_changes_nothing(home: Path, typed: str, code: int) -> None:
    terminal = Terminal("auth", "login", "groq", "--store", "file")
    terminal.wait_for("(hidden): ")
    terminal.type(typed)
    assert terminal.end() == code, terminal.screen
    assert "Traceback" not in terminal.screen
    assert not (home / "secrets.toml").exists()


# With a browser


class NoRedirects(HTTPRedirectHandler):
    def redirect_request(self, *_arguments: Any) -> None:
        return None


def test_logging_in_with_a_browser_elsewhere_keeps_tokens_that_work(home: Path) -> None:
    with FakeX() as x:
        variables = {
            "ONERING_X_API_BASE": x.base,
            "ONERING_X_CLIENT_ID": CLIENT_ID,
            "ONERING_X_CALLBACK_PORT": str(urlsplit(REDIRECT_URI).port),
        }
        four_keys = "\n".join(X_KEYS.values())
        login = [*PROGRAM, "auth", "login", "x", "--store", "file"]
        subprocess.run(login, input=four_keys, text=True, env=guarded(), check=True)
        process = subprocess.Popen(
            [*login, "--headless", "--json"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**guarded(), **variables},
        )
        assert process.stderr is not None
        process.stderr.readline()
        redirect = _allowed(process.stderr.readline().strip())
        out, err = process.communicate(redirect + "\n", timeout=60)
    assert process.returncode == 0, err
    assert json.loads(out)["secrets"] == ["x.default.oauth2_tokens"]
    assert json.loads(secret(home, "x.default.oauth2_tokens") or "{}")["access_token"]
    assert secret(home, "x.default.access_token") is None, "the keys of before would still be used"
    code = parse_qs(urlsplit(redirect).query)["code"][0]
    assert code not in out + err


def test_a_browser_that_keeps_the_terminal_until_it_is_closed_logs_in_too(home: Path, tmp_path: Path) -> None:
    browser = tmp_path / "browser.py"
    browser.write_text("import sys, urllib.request\nurllib.request.urlopen(sys.argv[1], timeout=30).read()\n")
    with FakeX() as x, socket.socket() as reserved:
        reserved.bind(("127.0.0.1", 0))
        port = reserved.getsockname()[1]
        x.identity.redirect_uris.add(f"http://127.0.0.1:{port}/callback")
        reserved.close()
        variables = {
            "ONERING_X_API_BASE": x.base,
            "ONERING_X_CLIENT_ID": CLIENT_ID,
            "ONERING_X_CALLBACK_PORT": str(port),
            "BROWSER": f"{sys.executable} {browser} %s",
        }
        done = subprocess.run(
            [*PROGRAM, "auth", "login", "x", "--browser", "--store", "file", "--json"],
            capture_output=True,
            text=True,
            env={**guarded(), **variables},
            timeout=60,
            check=False,
        )
    assert done.returncode == 0, done.stderr
    assert json.loads(secret(home, "x.default.oauth2_tokens") or "{}")["refresh_token"]


def _allowed(address: str) -> str:
    """Allow the login, as a person does at X; the address that the browser is sent back to."""
    from urllib.error import HTTPError

    try:
        build_opener(NoRedirects).open(address, timeout=10)
    except HTTPError as answer:
        with answer:
            return str(answer.headers["Location"])
    pytest.fail("X did not send the browser back")


# Status, logout, default


def test_status_tells_where_from_and_never_what(
    onering: Run, home: Path, keyring: WorkingKeyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    onering("auth", "login", "groq", stdin=KEY)
    onering("auth", "login", "x", "--account", "work", "--store", "file", stdin="\n".join(X_KEYS.values()))
    monkeypatch.setenv("GROQ_API_KEY", "another-key")
    monkeypatch.setenv("ONERING_X_ACCESS_TOKEN", "variable-token")
    result = onering("auth", "status", "--json")
    assert result.json["default_account"] == "work"
    assert result.json["logins"] == [
        {
            "service": "groq",
            "account": None,
            "secrets": [{"name": "api_key", "origin": "environment", "also": ["keyring"]}],
            "missing": [],
        },
        {
            "service": "x",
            "account": "default",
            "secrets": [{"name": "access_token", "origin": "environment", "also": []}],
            "missing": ["consumer_key", "consumer_secret", "access_token_secret"],
        },
        {
            "service": "x",
            "account": "work",
            "secrets": [{"name": field, "origin": "file", "also": []} for field in sorted(X_KEYS)],
            "missing": [],
        },
    ]
    text = onering("auth", "status")
    assert "missing: consumer_key" in text.out
    assert "the default account" in text.out
    told = everything_told(result, home) + text.out + text.err
    assert not any(value in told for value in (KEY, "another-key", "variable-token", *X_KEYS.values()))


def test_status_asks_no_keyring(onering: Run, keyring: WorkingKeyring) -> None:
    onering("auth", "login", "groq", stdin=KEY)
    calls = keyring.calls
    assert onering("auth", "status").code == 0
    assert keyring.calls == calls


def test_status_with_nothing_says_how_to_begin(onering: Run) -> None:
    result = onering("auth", "status")
    assert (result.code, result.out) == (0, "")
    assert "onering auth login" in result.err


def test_logout_forgets_one_account_and_no_other(onering: Run, home: Path, keyring: WorkingKeyring) -> None:
    for account in ("work", "home"):
        onering("auth", "login", "x", "--account", account, stdin="\n".join(X_KEYS.values()))
    result = onering("auth", "logout", "x", "--account", "work", "--json")
    assert result.json["removed"] == sorted(f"x.work.{field}" for field in X_KEYS)
    assert secret(home, "x.work.access_token") is None
    assert secret(home, "x.home.access_token") == X_KEYS["access_token"]


def test_logout_tells_of_a_variable_that_keeps_it_logged_in(
    onering: Run, keyring: WorkingKeyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    onering("auth", "login", "groq", stdin=KEY)
    monkeypatch.setenv("GROQ_API_KEY", "another-key")
    result = onering("auth", "logout", "groq", "--json")
    assert (result.json["removed"], result.json["remaining"]) == (["groq.api_key"], ["groq.api_key"])
    assert "still set by the variable GROQ_API_KEY" in result.err


def test_logging_out_twice_is_no_error(onering: Run, keyring: WorkingKeyring) -> None:
    onering("auth", "login", "groq", stdin=KEY)
    assert onering("auth", "logout", "groq").code == 0
    result = onering("auth", "logout", "groq")
    assert result.code == 0
    assert "was not logged in" in result.err


def test_the_first_account_becomes_the_default_and_the_second_does_not(
    onering: Run, home: Path, keyring: WorkingKeyring
) -> None:
    keys = "\n".join(X_KEYS.values())
    assert "work is now the default account" in onering("auth", "login", "x", "--account", "work", stdin=keys).err
    assert "default account" not in onering("auth", "login", "x", "--account", "home", stdin=keys).err
    assert Toolbox({"ONERING_HOME": str(home)}).account("") == "work"
    assert onering("auth", "default", "home", "--json").json == {"operation": "auth.default", "account": "home"}
    assert Toolbox({"ONERING_HOME": str(home)}).account("") == "home"


def test_only_an_account_that_is_logged_in_can_be_the_default(onering: Run, keyring: WorkingKeyring) -> None:
    result = onering("auth", "default", "nobody")
    assert result.code == 2
    assert "nobody is not logged in" in result.err


def test_a_secrets_file_that_others_can_read_stops_every_use_of_it(onering: Run, home: Path) -> None:
    onering("auth", "login", "groq", "--store", "file", stdin=KEY)
    (home / "secrets.toml").chmod(0o644)
    result = onering("auth", "status", "--json")
    assert result.code == 2
    assert "chmod 600" in result.json["error"]["hint"]
    assert KEY not in result.out + result.err
