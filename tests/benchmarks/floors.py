"""Times whole processes in turn, so that a ratio holds when the machine's speed drifts."""

from __future__ import annotations

import os
import pty
import statistics
import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

BARE = [sys.executable, "-c", "pass"]
LANGGRAPH = [sys.executable, "-c", "import langgraph.graph"]
ROUNDS = 15


def seconds(command: Sequence[str], environment: Mapping[str, str], *, terminal: bool = False) -> float:
    """The wall time of one run whose output is read and thrown away."""
    begin = time.perf_counter()
    if terminal:
        _run_in_terminal(command, environment)
    else:
        subprocess.run(command, env=dict(environment), check=True, capture_output=True)
    return time.perf_counter() - begin


def ratio(
    command: Sequence[str],
    environment: Mapping[str, str],
    *,
    floor: Sequence[str] = BARE,
    floor_environment: Mapping[str, str] | None = None,
    terminal: bool = False,
    rounds: int = ROUNDS,
) -> float:
    """The median over pairs of `command`'s time to the floor's, the two run in turn after one warm-up each."""
    beneath = environment if floor_environment is None else floor_environment
    seconds(floor, beneath)
    seconds(command, environment, terminal=terminal)
    pairs = [seconds(command, environment, terminal=terminal) / seconds(floor, beneath) for _ in range(rounds)]
    return statistics.median(pairs)


def _run_in_terminal(command: Sequence[str], environment: Mapping[str, str]) -> None:
    leader, follower = pty.openpty()
    process = subprocess.Popen(command, env=dict(environment), stdin=follower, stdout=follower, stderr=follower)
    os.close(follower)
    reader = threading.Thread(target=_drain, args=(leader,))
    reader.start()
    code = process.wait()
    reader.join()
    os.close(leader)
    assert code == 0, command


def _drain(descriptor: int) -> None:
    try:
        while os.read(descriptor, 65536):
            pass
    except OSError:
        return  # the other end closed: Linux says EIO where others say end of file
