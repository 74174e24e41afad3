"""The one place where the store is opened, and where SQLite's errors become ours."""

from __future__ import annotations

import os
import stat
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from onering_cli.errors import StoreError

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator
    from pathlib import Path
else:
    # pysqlite3 carries SQLite 3.53: the WAL-reset bug of 3.7.0 to 3.51.2 is fixed in it, and it can load extensions,
    # which many Pythons' own sqlite3 cannot (DECISIONS.md, Database and vector memory).
    from pysqlite3 import dbapi2 as sqlite3

BUSY_TIMEOUT_S = 10.0
_WAL_TRIES = 50
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


class Store:
    """One connection to the store; use it in the process that opened it, in one thread at a time.

    Args:
        path: The database file; created 0600, with its folder 0700, when it is missing, and made 0600 when it is not.
        busy_timeout_s: How long a write waits for another process's write.
        read_only: Open without the right to write; the file must exist.

    Raises:
        StoreError: The file cannot be opened, or is no SQLite database.
    """

    def __init__(self, path: Path, *, busy_timeout_s: float = BUSY_TIMEOUT_S, read_only: bool = False) -> None:
        self.path = path
        self._process = os.getpid()
        if not read_only:
            _make_private(path)
        with translated(path):
            mode = "ro" if read_only else "rw"
            self.connection = sqlite3.connect(
                f"{path.absolute().as_uri()}?mode={mode}",
                uri=True,
                timeout=busy_timeout_s,
                isolation_level=None,  # transactions are ours: BEGIN IMMEDIATE, never the module's deferred ones
                cached_statements=256,
                check_same_thread=False,  # LangGraph runs a node in a thread of its own while the caller waits for it
            )
            try:
                self.connection.row_factory = sqlite3.Row
                _configure(self.connection, path, read_only=read_only)
            except BaseException:
                self.connection.close()
                raise

    @contextmanager
    def write(self) -> Iterator[sqlite3.Connection]:
        """One write transaction, taken at once; durable on leaving, rolled back on an exception.

        Raises:
            StoreError: The store is locked, full, read-only or damaged.
            RuntimeError: This is a fork of the process that opened the store, or a write is under way already.
        """
        self._refuse_forks()
        if self.connection.in_transaction:
            raise RuntimeError("a write to the store within a write to the store")
        with translated(self.path):
            try:
                self.connection.execute("BEGIN IMMEDIATE")
                yield self.connection
                self.connection.execute("COMMIT")
            except BaseException:
                _roll_back(self.connection)
                raise

    @contextmanager
    def read(self) -> Iterator[sqlite3.Connection]:
        """The connection, with SQLite's errors translated; each statement sees the newest committed state.

        Raises:
            StoreError: The store is locked or damaged.
            RuntimeError: This is a fork of the process that opened the store.
        """
        self._refuse_forks()
        with translated(self.path):
            yield self.connection

    def close(self) -> None:
        """Close the connection; harmless when closed already."""
        self.connection.close()

    def _refuse_forks(self) -> None:
        # A connection carried across a fork shares its locks and its file position: writing through it damages the file
        # (https://sqlite.org/howtocorrupt.html, section 2.6, 2026-01-10).
        if os.getpid() != self._process:
            raise RuntimeError("the store was opened before a fork; open it anew in the child")


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """Turn SQLite's exceptions into a `StoreError` that says what to do next.

    Misuse of the connection (`ProgrammingError`) is a bug of ours, not a trouble of the store, and stays one.
    """
    try:
        yield
    except sqlite3.ProgrammingError:
        raise
    except sqlite3.Error as exc:
        raise _store_error(exc, path) from exc


def unreachable(path: Path, exc: OSError) -> StoreError:
    """What to tell when the file system refuses."""
    return StoreError(
        f"the store {path} cannot be opened: {exc.strerror or exc}",
        hint="check the folder's permissions, or set ONERING_HOME to a folder you can write to",
    )


def create_private(path: Path) -> None:
    """Make an empty file 0600, whatever the umask; harmless when it is there."""
    # O_EXCL is not used: two processes may create the store at once, and both must end up with the same file.
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, stat.S_IRUSR | stat.S_IWUSR)
    try:
        os.fchmod(descriptor, stat.S_IRUSR | stat.S_IWUSR)
    finally:
        os.close(descriptor)


def _make_private(path: Path) -> None:
    try:
        try:
            status = path.stat()
        except FileNotFoundError:
            _create_folder(path.parent)
            create_private(path)
        else:
            if status.st_mode & _OTHERS and status.st_uid == os.geteuid():
                # SQLite gives -wal and -shm the mode of the file they belong to, but only when it creates them.
                for suffix in ("", "-wal", "-shm"):
                    with suppress(FileNotFoundError):
                        path.with_name(path.name + suffix).chmod(stat.S_IRUSR | stat.S_IWUSR)
    except OSError as exc:
        raise unreachable(path, exc) from exc


def _create_folder(folder: Path) -> None:
    if folder.exists():
        return
    folder.parent.mkdir(parents=True, exist_ok=True)
    with suppress(FileExistsError):  # another process may have been faster
        folder.mkdir(mode=stat.S_IRWXU)
        folder.chmod(stat.S_IRWXU)


def _configure(connection: sqlite3.Connection, path: Path, *, read_only: bool) -> None:
    connection.execute("PRAGMA foreign_keys = ON")
    # FULL: with NORMAL a power cut can lose a committed `sending` row, and that is a duplicate post.
    connection.execute("PRAGMA synchronous = FULL")
    if read_only:
        return
    (mode,) = connection.execute("PRAGMA journal_mode").fetchone()
    for _ in range(_WAL_TRIES):
        if mode == "wal":
            return
        # Switching to WAL needs the file to itself and ignores the busy timeout; whoever loses waits and asks again.
        try:
            (mode,) = connection.execute("PRAGMA journal_mode = WAL").fetchone()
        except sqlite3.OperationalError as exc:
            if not exc.sqlite_errorname.startswith("SQLITE_BUSY"):
                raise
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("ROLLBACK")
    raise StoreError(
        f"the store {path} cannot keep a write-ahead log (it stays in {mode!r} mode)",
        hint="set ONERING_HOME to a folder on a local disk",
    )


def _roll_back(connection: sqlite3.Connection) -> None:
    if connection.in_transaction:  # SQLite ends it by itself when the disk is full, among other things
        connection.execute("ROLLBACK")


def _store_error(exc: sqlite3.Error, path: Path) -> StoreError:
    name = getattr(exc, "sqlite_errorname", "")
    for prefix, message, hint in _MEANINGS:
        if name.startswith(prefix):
            return StoreError(message.format(path=path), hint=hint, details={"sqlite": name})
    return StoreError(f"the store {path} failed: {exc}", hint="run `onering doctor`", details={"sqlite": name})


# https://sqlite.org/rescode.html, 2026-01-10. Extended codes begin with the code they extend.
_MEANINGS = (
    (
        "SQLITE_BUSY",
        "the store {path} is locked by another process",
        "try again in a moment; `onering doctor` shows who might hold it",
    ),
    ("SQLITE_LOCKED", "the store {path} is locked by another process", "try again in a moment"),
    (
        "SQLITE_FULL",
        "the disk that holds {path} is full",
        "free some space and run the command again; nothing was lost",
    ),
    ("SQLITE_READONLY", "the store {path} is read-only", "check its permissions, or set ONERING_HOME elsewhere"),
    ("SQLITE_CANTOPEN", "the store {path} cannot be opened", "check its folder's permissions and the free space"),
    ("SQLITE_NOTADB", "{path} is not a OneRing store", "move it away, or restore a backup"),
    ("SQLITE_CORRUPT", "the store {path} is damaged", "copy the file away, then restore a backup"),
    ("SQLITE_IOERR", "the disk failed under {path}", "check the disk, then run `onering doctor`"),
)
