"""Runs the machine's own programs, bounded in time, and says in one sentence what went wrong."""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING

from onering_cli.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_WAIT_S = 20.0
_MOST_TOLD = 300


def find_program(name: str, environment: Mapping[str, str], *, otherwise: str) -> str:
    """Where a program is.

    Raises:
        UsageError: This machine does not have it.
    """
    found = shutil.which(name, path=environment.get("PATH"))
    if found is None:
        raise UsageError(f"this machine has no {name}", hint=otherwise)
    return found


def run(
    arguments: Sequence[str], environment: Mapping[str, str], *, content: bytes | None = None
) -> subprocess.CompletedProcess[bytes]:
    """Run a program to its end, its messages in plain English.

    Raises:
        UsageError: It cannot be started, or does not come to an end.
    """
    variables = {**environment, "LC_ALL": "C"}
    try:
        return subprocess.run(
            arguments, input=content or b"", env=variables, capture_output=True, timeout=_WAIT_S, check=False
        )
    except subprocess.TimeoutExpired as exc:
        raise UsageError(f"{arguments[0]} did not end within {_WAIT_S:g} s", hint="run it by hand to see why") from exc
    except OSError as exc:
        raise UsageError(f"{arguments[0]} cannot be started: {exc.strerror or exc}", hint="check that it runs") from exc


def succeed(arguments: Sequence[str], environment: Mapping[str, str], *, content: bytes | None = None) -> bytes:
    """What a program prints.

    Raises:
        UsageError: It failed, with what it said.
    """
    done = run(arguments, environment, content=content)
    if done.returncode:
        raise UsageError(f"{' '.join(arguments)} failed: {said(done)}", hint="nothing was changed")
    return done.stdout


def said(done: subprocess.CompletedProcess[bytes]) -> str:
    """The last thing that a program said of itself."""
    words = (done.stderr or done.stdout).decode("utf-8", "replace").strip().splitlines()
    return words[-1][:_MOST_TOLD] if words else f"it ended with {done.returncode}"
