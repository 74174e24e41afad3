"""The one place where the store is opened, and where SQLite's errors become ours."""

from __future__ import annotations

import os
import stat
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from onering_cli.errors import StoreError

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator
else:
    # pysqlite3 carries SQLite 3.53: the WAL-reset bug of 3.7.0 to 3.51.2 is fixed in it, and it can load extensions,
    # which many Pythons' own sqlite3 cannot (DECISIONS.md, Database and vector memory).
    from pysqlite3 import dbapi2 as sqlite3

BUSY_TIMEOUT_S = 10.0
_WAL_TRIES = 50


class Store:
    """One connection to the store; use it in the thread and process that opened it.

    Args:
        path: The database file; created 0600, with its folder 0700, when it is missing.
        busy_timeout_s: How long a write waits for another process's write.
        read_only: Open without the right to write; the file must exist.
    """

    def __init__(self, path: Path, *, busy_timeout_s: float = BUSY_TIMEOUT_S, read_only: bool = False) -> None:
        self.path = path
        with translated(path):
            if not read_only:
                _create_private(path)
            mode = "ro" if read_only else "rw"
            self.connection = sqlite3.connect(
                f"{path.absolute().as_uri()}?mode={mode}",
                uri=True,
                timeout=busy_timeout_s,
                isolation_level=None,  # transactions are ours: BEGIN IMMEDIATE, never the module's deferred ones
                cached_statements=256,
            )
            self.connection.row_factory = sqlite3.Row
            _configure(self.connection, read_only=read_only)

    @contextmanager
    def write(self) -> Iterator[sqlite3.Connection]:
        """One write transaction, taken at once; durable on leaving, rolled back on an exception.

        Raises:
            StoreError: The store is locked, full, read-only or damaged.
        """
        with translated(self.path):
            self.connection.execute("BEGIN IMMEDIATE")
            try:
                yield self.connection
                self.connection.execute("COMMIT")
            except BaseException:
                if self.connection.in_transaction:
                    self.connection.execute("ROLLBACK")
                raise

    @contextmanager
    def read(self) -> Iterator[sqlite3.Connection]:
        """The connection, with SQLite's errors translated; each statement sees the newest committed state."""
        with translated(self.path):
            yield self.connection

    def close(self) -> None:
        """Close the connection; harmless when closed already."""
        self.connection.close()


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """Turn SQLite's exceptions into a `StoreError` that says what to do next."""
    try:
        yield
    except sqlite3.Error as exc:
        raise _store_error(exc, path) from exc
    except OSError as exc:
        raise StoreError(
            f"the store {path} cannot be opened: {exc.strerror or exc}",
            hint="check the folder's permissions, or set ONERING_HOME to a folder you can write to",
        ) from exc


def _create_private(path: Path) -> None:
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    # O_EXCL is not used: two processes may create the store at once, and both must end up with the same 0600 file.
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, stat.S_IRUSR | stat.S_IWUSR))


def _configure(connection: sqlite3.Connection, *, read_only: bool) -> None:
    connection.execute("PRAGMA foreign_keys = ON")
    # FULL: with NORMAL a power cut can lose a committed `sending` row, and that is a duplicate post.
    connection.execute("PRAGMA synchronous = FULL")
    if read_only:
        return
    (mode,) = connection.execute("PRAGMA journal_mode").fetchone()
    tries = 0
    while mode != "wal":
        # Switching to WAL needs the file to itself and ignores the busy timeout; whoever loses asks again.
        try:
            (mode,) = connection.execute("PRAGMA journal_mode = WAL").fetchone()
        except sqlite3.OperationalError:
            tries += 1
            if tries >= _WAL_TRIES:
                raise
            connection.execute("BEGIN IMMEDIATE").connection.execute("ROLLBACK")


def _store_error(exc: sqlite3.Error, path: Path) -> StoreError:
    name = getattr(exc, "sqlite_errorname", "") or ""
    for prefix, message, hint in _MEANINGS:
        if name.startswith(prefix):
            return StoreError(message.format(path=path), hint=hint.format(path=path), details={"sqlite": name})
    if isinstance(exc, sqlite3.DatabaseError) and not name and "not a database" in str(exc):
        return StoreError(f"{path} is not a OneRing store", hint="move it away, or restore a backup")
    return StoreError(f"the store {path} failed: {exc}", hint="run `onering doctor`", details={"sqlite": name})


_MEANINGS = (
    (
        "SQLITE_BUSY",
        "the store {path} is locked by another process",
        "try again in a moment; `onering doctor` shows who might hold it",
    ),
    ("SQLITE_LOCKED", "the store {path} is locked by another process", "try again in a moment"),
    ("SQLITE_FULL", "the disk that holds {path} is full", "free some space and run the command again; nothing was lost"),
    ("SQLITE_READONLY", "the store {path} is read-only", "check its permissions, or set ONERING_HOME elsewhere"),
    ("SQLITE_CANTOPEN", "the store {path} cannot be opened", "check its folder's permissions and the free space"),
    ("SQLITE_NOTADB", "{path} is not a OneRing store", "move it away, or restore a backup"),
    ("SQLITE_CORRUPT", "the store {path} is damaged", "copy the file away, then restore a backup"),
    ("SQLITE_IOERR", "the disk failed under {path}", "check the disk, then run `onering doctor`"),
)
