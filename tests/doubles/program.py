"""The installed program as a process of its own, with the network refused there too."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

GUARD = Path(__file__).parents[1] / "guard"


def program(arguments: Sequence[str | Path]) -> list[str]:
    """The command line that starts the installed program."""
    return [sys.executable, "-m", "onering_cli", *map(str, arguments)]


def guarded_environment(variables: dict[str, str] | None = None) -> dict[str, str]:
    """This test's environment for another process, with the guard in force."""
    return {**os.environ, "PYTHONPATH": str(GUARD), **(variables or {})}


@dataclass(frozen=True)
class Result:
    """How a run ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)
