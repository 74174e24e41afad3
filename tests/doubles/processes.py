"""Children of the test's own process, for what only a process of its own can show."""

from __future__ import annotations

import os
import signal
import sys
import traceback
from contextlib import contextmanager
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

NOBODY = 65534


def start(work: Callable[[], object]) -> int:
    """Fork a child that does this and ends with 0, or with 1 when it raises; its process id."""
    sys.stdout.flush()
    sys.stderr.flush()
    child = os.fork()
    if not child:
        _end_with(work)
    return child


def outcome(child: int) -> int:
    """How a child ended: its status, or the negative of the signal that killed it."""
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def kill_self(*_arguments: object) -> None:
    """Die as by a power cut, with nothing tidied up."""
    os.kill(os.getpid(), signal.SIGKILL)


@contextmanager
def as_nobody() -> Iterator[None]:
    """Without the rights of root, to whom no folder is read-only; a plain user stays who they are."""
    if os.geteuid():
        yield
        return
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


def _end_with(work: Callable[[], object]) -> NoReturn:
    status = 1
    try:
        work()
        status = 0
    except BaseException:  # noqa: BLE001 - a child that outlived its work would run the rest of the tests again
        traceback.print_exc()
    finally:
        os._exit(status)
