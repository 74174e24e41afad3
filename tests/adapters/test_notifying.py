"""A message reaches a program, an address and the desktop, within seconds, and no secret goes with it."""

from __future__ import annotations

import json
import os
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from doubles.web_server import redirect, reply, web_server

from onering_cli.adapters.notifying import programs, webhook
from onering_cli.adapters.notifying.programs import CommandChannel, DesktopChannel
from onering_cli.adapters.notifying.webhook import WebhookChannel
from onering_cli.errors import TryLaterError
from onering_cli.scheduling.notices import Notice, NoticeKind
from onering_cli.settings.setting import address, program

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from doubles.web_server import Visit

NOTICE = Notice(
    NoticeKind.LOG_IN,
    "work",
    "",
    'work: the token was refused \x1b[2J "$(touch /tmp/owned)"',
    "onering auth login x --account work",
    datetime(2026, 8, 1, 9, 30, tzinfo=UTC),
)
TEXT = (
    'OneRing: log in again\nwork: the token was refused  "$(touch /tmp/owned)"\nonering auth login x --account work\n'
)


def script(path: Path, text: str) -> Path:
    path.write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
    path.chmod(0o755)
    return path


# A program


def test_a_program_gets_the_message_on_its_input_and_in_its_environment(tmp_path: Path) -> None:
    hook = script(
        tmp_path / "hook", f'cat > {tmp_path}/input; env > {tmp_path}/environment; echo "$@" > {tmp_path}/arguments'
    )
    CommandChannel([str(hook), "one; two", "$HOME"], {"PATH": os.environ["PATH"]}).tell(NOTICE)
    assert (tmp_path / "input").read_text() == TEXT
    assert (tmp_path / "arguments").read_text() == "one; two $HOME\n", "no shell saw them"
    variables = (tmp_path / "environment").read_text()
    assert "ONERING_NOTICE_KIND=log_in\n" in variables
    assert "ONERING_NOTICE_ACCOUNT=work\n" in variables
    assert 'ONERING_NOTICE_MESSAGE=work: the token was refused  "$(touch /tmp/owned)"\n' in variables


def test_a_program_gets_none_of_our_secrets_but_its_own(tmp_path: Path) -> None:
    hook = script(tmp_path / "hook", f"cat > /dev/null; env > {tmp_path}/environment")
    environment = {
        "PATH": os.environ["PATH"],
        "GROQ_API_KEY": "gsk_1",
        "ONERING_X_ACCESS_TOKEN": "2-x",
        "ONERING_SECRET_X_WORK_ACCESS_TOKEN": "3-x",
        "PUSHOVER_TOKEN": "its own",
    }
    CommandChannel([str(hook)], environment).tell(NOTICE)
    variables = (tmp_path / "environment").read_text()
    assert "PUSHOVER_TOKEN=its own\n" in variables
    assert not any(name in variables for name in ("GROQ_API_KEY", "ONERING_X_", "ONERING_SECRET_"))


@pytest.mark.parametrize(
    ("text", "told"),
    [("exit 3", "ended with 3"), ("exec 0<&-; exit 0", None), ("kill -9 $$", "ended with -9")],
)
def test_how_a_program_ends_is_how_it_went(tmp_path: Path, text: str, told: str | None) -> None:
    channel = CommandChannel([str(script(tmp_path / "hook", text))], {"PATH": os.environ["PATH"]})
    if told is None:
        channel.tell(NOTICE)
        return
    with pytest.raises(TryLaterError, match=told):
        channel.tell(NOTICE)


def test_a_program_that_is_not_there_is_told() -> None:
    with pytest.raises(TryLaterError, match="cannot be started"):
        CommandChannel(["/nowhere/hook"], {}).tell(NOTICE)


def test_a_program_that_does_not_end_is_stopped_with_its_children(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(programs, "WAIT_S", 0.5)
    hook = script(tmp_path / "hook", f"sleep 100 & echo $! > {tmp_path}/child; wait")
    began = time.monotonic()
    with pytest.raises(TryLaterError, match="did not end within"):
        CommandChannel([str(hook)], {"PATH": os.environ["PATH"]}).tell(NOTICE)
    assert time.monotonic() - began < 10
    child = int((tmp_path / "child").read_text())
    for _ in range(100):
        if not _lives(child):
            break
        time.sleep(0.02)
    assert not _lives(child)


def _lives(process: int) -> bool:
    try:
        with open(f"/proc/{process}/stat", encoding="ascii") as file:  # noqa: PTH123 -- gone or there, nothing else counts
            return file.read().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


# An address


def taken_in(bodies: list[bytes], then: Callable[[Visit], object]) -> Callable[[Visit], object]:
    """Read the request's body, then answer."""

    def handle(visit: Visit) -> object:
        body = visit.head.partition("\r\n\r\n")[2].encode("latin-1")
        while len(body) < int(visit.header("Content-Length")):
            body += visit.connection.recv(65_536)
        bodies.append(body)
        return then(visit)

    return handle


def test_an_address_gets_the_message_as_json() -> None:
    bodies: list[bytes] = []
    with web_server({"/hook": taken_in(bodies, reply("", status="204 No Content"))}) as server:
        WebhookChannel(server.url("/hook")).tell(NOTICE)
    (visit,) = server.visits
    assert visit.head.startswith("POST /hook ")
    assert visit.header("Content-Type") == "application/json"
    document = json.loads(bodies[0])
    assert document["text"] == TEXT.rstrip("\n")
    assert (document["kind"], document["account"]) == ("log_in", "work")
    assert document["at"] == "2026-08-01T09:30:00.000000Z"


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (reply("no", status="500 Internal Server Error"), "answered 500"),
        (redirect("http://127.0.0.1:1/elsewhere"), "answered 302"),
        (lambda visit: visit.send(b"nonsense\r\n\r\n"), "cannot be reached: "),
    ],
)
def test_an_address_that_does_not_take_it_is_told_and_no_redirect_is_followed(
    answer: Callable[[Visit], object], told: str
) -> None:
    with web_server({"/secret-path": answer}) as server, pytest.raises(TryLaterError, match=told) as caught:
        WebhookChannel(server.url("/secret-path")).tell(NOTICE)
    assert "secret-path" not in caught.value.message
    assert server.connections == 1


def test_an_address_where_nobody_listens_is_told() -> None:
    with web_server({}) as server:
        url = server.url("/secret-path")
    with pytest.raises(TryLaterError, match="cannot be reached: ConnectionError") as caught:
        WebhookChannel(url).tell(NOTICE)
    assert "secret-path" not in caught.value.message


def test_an_answer_that_drips_or_never_ends_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(webhook, "WAIT_S", 0.5)
    began = time.monotonic()

    def endless(visit: Visit) -> None:
        visit.send(b"HTTP/1.1 200 OK\r\n\r\n")
        visit.pour(b"x" * 65_536)

    with web_server({"/drip": lambda visit: visit.drip(b"H", 0.1), "/pour": endless}) as server:
        with pytest.raises(TryLaterError, match=r"did not answer within 0\.5 s"):
            WebhookChannel(server.url("/drip")).tell(NOTICE)
        WebhookChannel(server.url("/pour")).tell(NOTICE)
    assert time.monotonic() - began < 10


# The desktop


@pytest.mark.parametrize(("platform", "name"), [("linux", "notify-send"), ("darwin", "osascript")])
def test_the_desktop_shows_title_and_text_as_they_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, platform: str, name: str
) -> None:
    script(tmp_path / name, f'for word; do echo "<$word>"; done > {tmp_path}/arguments')
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    DesktopChannel({"PATH": os.environ["PATH"]}, platform).tell(NOTICE)
    arguments = (tmp_path / "arguments").read_text()
    assert arguments.endswith(f"<OneRing: log in again>\n<{TEXT.partition(chr(10))[2].rstrip(chr(10))}>\n")


# The settings


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("", ()),
        ([], ()),
        ("mail -s 'One Ring' me@example.com", ("mail", "-s", "One Ring", "me@example.com")),
        (["/bin/hook", ""], ("/bin/hook", "")),
    ],
)
def test_a_program_is_an_array_or_split_as_a_shell_does(value: object, words: tuple[str, ...]) -> None:
    assert program(value) == words


@pytest.mark.parametrize("value", ["'open", 7, ["a", 1], [""], {"a": 1}, ["a\0b"]])
def test_what_is_no_program_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match="a program with its arguments"):
        program(value)


@pytest.mark.parametrize("value", ["example.com", "ftp://example.com", "http://exa mple.com", "https://e.com/\n", 7])
def test_what_is_no_address_is_refused(value: object) -> None:
    if value == "https://e.com/\n":
        assert address(value) == "https://e.com/"
        return
    with pytest.raises(ValueError, match=r"an address|text"):
        address(value)
