"""What every test stands on: a home of its own, no network, and a way to run the program."""

from __future__ import annotations

import io
import os
import runpy
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from doubles.program import GUARD, Result, guarded_environment, program
from doubles.wire import Wire

from onering_cli.app import run
from onering_cli.render.streams import Streams

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

runpy.run_path(str(GUARD / "sitecustomize.py"))  # refuses the network for the rest of this process
# A suite started in the background inherits a SIGINT that is ignored, and so would every program it starts.
signal.signal(signal.SIGINT, signal.default_int_handler)

FOREIGN_VARIABLES = (
    "ONERING_",
    "GROQ_",
    "XDG_",
    "LANGCHAIN_",
    "LANGSMITH_",
    "STRIPE_",
    "NO_COLOR",
    "CREDENTIALS_DIRECTORY",
)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A fresh ONERING_HOME, with nothing of the real user's environment in force and a keyring that holds nothing."""
    for name in list(os.environ):
        if name.startswith(FOREIGN_VARIABLES):
            monkeypatch.delenv(name)
    folder = tmp_path / "home"
    monkeypatch.setenv("ONERING_HOME", str(folder))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("TERM", "xterm-256color")
    return folder


@pytest.fixture
def onering(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """Run the program in this process; `terminal`, `width`, `colour` and `answers` say who sits before it."""

    def call(
        *arguments: str | Path,
        stdin: str | bytes = "",
        terminal: bool = False,
        width: int = 80,
        colour: bool = False,
        answers: str = "",
    ) -> Result:
        out, err = Wire(terminal=terminal), Wire(terminal=terminal)
        keyboard = Wire(terminal=terminal, content=answers)
        content = stdin.encode() if isinstance(stdin, str) else stdin
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content), encoding="utf-8"))
        streams = Streams(out, err, keyboard if terminal else sys.stdin, width, colour)
        code = run([str(argument) for argument in arguments], streams=streams)
        return Result(code, out.text, err.text)

    return call


@pytest.fixture
def onering_process() -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run the installed program in a process of its own, with the network refused there too."""

    def call(
        *arguments: str | Path, stdin: str | None = None, timeout_s: float = 60, variables: dict[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            program(arguments),
            input=stdin,
            capture_output=True,
            text=True,
            timeout=timeout_s,
            env=guarded_environment(variables),
            check=False,
        )

    return call
