"""Reads and replaces files that nobody but their owner may see, one process at a time."""

from __future__ import annotations

import errno
import fcntl
import os
import stat
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from onering_cli.adapters.files import replace_file
from onering_cli.errors import TryLaterError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from onering_cli.clock import Clock

_OTHERS = stat.S_IRWXG | stat.S_IRWXO
_POLL_S = 0.02


def make_private_folder(folder: Path) -> None:
    """Create a folder that only its owner may enter; one that is there already stays as it is.

    Raises:
        UsageError: It cannot be created.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as exc:
        raise _unwritable(folder, exc) from exc


def read_private(path: Path) -> bytes | None:
    """The file's bytes, None when there is no file.

    Raises:
        UsageError: It cannot be read, or others than its owner may read or write it.
    """
    try:
        with path.open("rb") as file:
            if stat.S_IMODE(os.fstat(file.fileno()).st_mode) & _OTHERS:
                raise UsageError(
                    f"{path} holds secrets and other users of this machine may read it", hint=f"chmod 600 {path}"
                )
            return file.read()
    except FileNotFoundError:
        return None
    except OSError as exc:
        raise UsageError(f"{path} cannot be read: {exc.strerror or exc}", hint="check its permissions") from exc


def write_private(path: Path, content: str) -> None:
    """Replace the file's content in one step that survives a power cut; only its owner may read it.

    Raises:
        UsageError: It cannot be written; what was there before is still there.
    """
    make_private_folder(path.parent)
    try:
        replace_file(path, content)
        _sync_folder(path.parent)
    except OSError as exc:
        raise _unwritable(path, exc) from exc


@contextmanager
def locked(path: Path, *, clock: Clock, wait_s: float) -> Iterator[None]:
    """Hold the lock beside `path` (``<name>.lock``); processes take turns, and a killed one lets go by dying.

    Raises:
        UsageError: The lock file cannot be created.
        TryLaterError: Another process held it for `wait_s`.
    """
    make_private_folder(path.parent)
    lock = path.with_name(path.name + ".lock")
    try:
        descriptor = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as exc:
        raise _unwritable(lock, exc) from exc
    try:
        gives_up_at = clock.monotonic() + wait_s
        while not try_lock(descriptor):
            if clock.monotonic() >= gives_up_at:
                raise TryLaterError(f"another OneRing process is changing {path}", hint="try again in a moment")
            clock.sleep(_POLL_S)
        yield
    finally:
        os.close(descriptor)  # lets go of the lock as well


def try_lock(descriptor: int) -> bool:
    """Take the lock on an open file if nobody has it."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as exc:
        if exc.errno in (errno.EWOULDBLOCK, errno.EACCES):
            return False
        raise
    return True


def _sync_folder(folder: Path) -> None:
    """Make the new name durable too; file systems that cannot sync a folder do not need it."""
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _unwritable(path: Path, exc: OSError) -> UsageError:
    return UsageError(
        f"{path} cannot be written: {exc.strerror or exc}", hint="check its folder's permissions and the free space"
    )
