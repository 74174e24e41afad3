"""What every test stands on: a home of its own, no network, and a way to run the program."""

from __future__ import annotations

import io
import json
import os
import runpy
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from onering_cli.app import run
from onering_cli.render.streams import Streams

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

TESTS = Path(__file__).parent
runpy.run_path(str(TESTS / "guard" / "sitecustomize.py"))  # refuses the network for the rest of this process

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


class Wire(io.TextIOWrapper):
    """A stream that is kept, and that says whether it is a terminal."""

    def __init__(self, *, terminal: bool = False, content: str = "") -> None:
        self.kept = io.BytesIO(content.encode())
        super().__init__(self.kept, encoding="utf-8", newline="", write_through=True)
        self.terminal = terminal

    def isatty(self) -> bool:
        return self.terminal

    @property
    def text(self) -> str:
        self.flush()
        return self.kept.getvalue().decode()


@dataclass(frozen=True)
class Result:
    """How a run ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


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


def program(arguments: Sequence[str | Path]) -> list[str]:
    """The command line that starts the installed program."""
    return [sys.executable, "-m", "onering_cli", *map(str, arguments)]


def guarded_environment(variables: dict[str, str] | None = None) -> dict[str, str]:
    """This test's environment for another process, with the guard in force."""
    return {**os.environ, "PYTHONPATH": str(TESTS / "guard"), **(variables or {})}
