"""The user's own editor, in a process of its own."""

from __future__ import annotations

import shlex
import signal
import subprocess
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

from onering_cli.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

_HINT = "set VISUAL or EDITOR to a command, as in: export VISUAL='code --wait'"


def editor_for(environment: Mapping[str, str]) -> Callable[[Path], None]:
    """What runs the editor that ``$VISUAL``, else ``$EDITOR``, names, and returns when the user has left it.

    Raises:
        UsageError: Neither variable names a command. What is returned raises it when the editor cannot be started or
            fails.
    """
    for name in ("VISUAL", "EDITOR"):
        if command := environment.get(name, "").strip():
            return _runner(name, command)
    raise UsageError("there is no editor to open: neither VISUAL nor EDITOR is set", hint=_HINT)


def _runner(name: str, command: str) -> Callable[[Path], None]:
    try:
        words = shlex.split(command)
    except ValueError as exc:
        raise UsageError(f"{name} is not a command: {command!r} ({exc})", hint=_HINT) from exc
    if not words:
        raise UsageError(f"{name} is not a command: {command!r}", hint=_HINT)

    def run(path: Path) -> None:
        try:
            with _left_to_the_editor():
                status = subprocess.run([*words, str(path)], check=False).returncode
        except OSError as exc:
            raise UsageError(f"the editor {words[0]!r} cannot be started: {exc.strerror or exc}", hint=_HINT) from exc
        if status < 0:
            raise UsageError(f"the editor {words[0]!r} was killed by signal {-status}")
        if status:
            raise UsageError(f"the editor {words[0]!r} ended with status {status}")

    return run


@contextmanager
def _left_to_the_editor() -> Iterator[None]:
    """Let Ctrl-C mean what it means in the editor, which shares the terminal with this process."""
    if threading.current_thread() is not threading.main_thread():
        yield  # signals are the main thread's: there is nothing to hold back here
        return
    # A handler rather than SIG_IGN: the editor would inherit that, and be deaf to Ctrl-C itself.
    previous = signal.signal(signal.SIGINT, lambda _number, _frame: None)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, previous)
