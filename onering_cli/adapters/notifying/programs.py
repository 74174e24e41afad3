"""Tells a person through a program: one of the user's own, or the desktop's."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from onering_cli.adapters.secrets import is_secret_variable
from onering_cli.errors import TryLaterError
from onering_cli.scheduling.notices import NoticeKind
from onering_cli.text.sanitize import printable

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from onering_cli.scheduling.notices import Notice

WAIT_S = 5.0
_MOST_CHARACTERS = 1_000
_TITLES = {
    NoticeKind.LOG_IN: "log in again",
    NoticeKind.BLOCKED: "the platform refuses the account",
    NoticeKind.HELD: "a thread is held",
    NoticeKind.MISSED: "a scheduled thread was missed",
    NoticeKind.BUDGET: "the month's budget is spent",
    NoticeKind.STORE: "the store cannot be used",
    NoticeKind.FAILED: "a scheduled thread was not posted",
}
_APPLE_SCRIPT = (
    *("-e", "on run argv"),
    *("-e", "display notification (item 2 of argv) with title (item 1 of argv)"),
    *("-e", "end run"),
)


def title(notice: Notice) -> str:
    """A few words that say what a message is about."""
    return f"OneRing: {_TITLES[notice.kind]}"


def body(notice: Notice) -> str:
    """The message and what to do, safe to show anywhere."""
    told = "\n".join(part for part in (notice.message, notice.hint) if part)
    return printable(told)[:_MOST_CHARACTERS]


class CommandChannel:
    """Satisfies `Channel` with a program of the user's: the message on its standard input, its parts as variables.

    Args:
        arguments: The program and its arguments; no shell sees them.
        environment: This process's; OneRing's secrets are taken out of it.
    """

    name = "notify.command"

    def __init__(self, arguments: Sequence[str], environment: Mapping[str, str]) -> None:
        self._arguments = arguments
        self._environment = {name: value for name, value in environment.items() if not is_secret_variable(name)}

    def tell(self, notice: Notice) -> None:
        """Run the program."""
        parts = {
            "ONERING_NOTICE_KIND": notice.kind.value,
            "ONERING_NOTICE_ACCOUNT": notice.account,
            "ONERING_NOTICE_TITLE": title(notice),
            "ONERING_NOTICE_MESSAGE": printable(notice.message, newlines=False)[:_MOST_CHARACTERS],
            "ONERING_NOTICE_HINT": printable(notice.hint, newlines=False)[:_MOST_CHARACTERS],
        }
        _run(self._arguments, {**self._environment, **parts}, f"{title(notice)}\n{body(notice)}\n")


class DesktopChannel:
    """Satisfies `Channel` with the desktop's notifications.

    Args:
        environment: This process's.
        platform: As `sys.platform` says it.
    """

    name = "notify.desktop"

    def __init__(self, environment: Mapping[str, str], platform: str = sys.platform) -> None:
        self._environment = _with_bus(environment)
        self._platform = platform

    def tell(self, notice: Notice) -> None:
        """Show the message for a moment, or until it is clicked away."""
        words = [title(notice), body(notice)]
        if self._platform == "darwin":
            arguments = ["osascript", *_APPLE_SCRIPT, *words]
        else:
            arguments = ["notify-send", "--app-name=OneRing", "--urgency=critical", "--", *words]
        _run(arguments, self._environment, "")


def _with_bus(environment: Mapping[str, str]) -> Mapping[str, str]:
    """The environment with the bus of a session that is open, which cron does not tell of."""
    bus = Path(f"/run/user/{os.getuid()}/bus")
    if "DBUS_SESSION_BUS_ADDRESS" in environment or not bus.exists():
        return environment
    return {**environment, "DBUS_SESSION_BUS_ADDRESS": f"unix:path={bus}"}


def _run(arguments: Sequence[str], environment: Mapping[str, str], content: str) -> None:
    """Run a program to its end, or to its and its children's end when the time is over."""
    try:
        process = subprocess.Popen(
            arguments,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    except OSError as exc:
        raise TryLaterError(f"{arguments[0]} cannot be started: {exc.strerror or exc}") from exc
    with process:
        try:
            process.communicate(content.encode(), timeout=WAIT_S)
        except subprocess.TimeoutExpired as exc:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            raise TryLaterError(f"{arguments[0]} did not end within {WAIT_S:g} s and was stopped") from exc
    if process.returncode:
        raise TryLaterError(f"{arguments[0]} ended with {process.returncode}")
