"""The store's schema, one numbered SQL file a step, applied under `user_version` after a backup."""

from __future__ import annotations

import os
from contextlib import closing
from typing import TYPE_CHECKING

from onering_cli.adapters.sqlite.connection import Store, create_private, translated, unreachable
from onering_cli.errors import StoreError

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator
    from importlib.resources.abc import Traversable
    from pathlib import Path

LATEST = 7  # the number of the last file in schema/; a test holds the two together
APPLICATION_ID = 0x4F6E5269  # "OnRi": what tells our files from another program's


def open_store(path: Path, *, busy_timeout_s: float | None = None) -> Store:
    """Open the store at `path`, brought to the latest schema.

    Raises:
        StoreError: It cannot be opened, is another program's, or a newer OneRing wrote it.
    """
    store = Store(path) if busy_timeout_s is None else Store(path, busy_timeout_s=busy_timeout_s)
    try:
        migrate(store)
    except BaseException:
        store.close()
        raise
    return store


def migrate(store: Store, *, latest: int = LATEST, steps: Traversable | None = None) -> None:
    """Bring the store to schema `latest`, all steps in one transaction; a backup is made first when it holds data.

    Args:
        store: The store; nobody else writes to it meanwhile, and two processes that come at once do it once.
        latest: The number of the last step to take.
        steps: The folder of ``NNNN_name.sql`` files; the package's own by default.

    Raises:
        StoreError: The store is another program's, was written by a newer OneRing, or cannot be written.
    """
    with store.read() as connection:
        found = _version(connection, store.path, latest)
    if found == latest:
        return
    with store.write() as connection:
        # Another process may have migrated while this one waited for the lock.
        found = _version(connection, store.path, latest)
        if 0 < found < latest:
            _back_up(store.path, found)
        for number in range(found + 1, latest + 1):
            for statement in _statements(_script(number, steps)):
                connection.execute(statement)
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.execute(f"PRAGMA user_version = {latest}")


def _version(connection: sqlite3.Connection, path: Path, latest: int) -> int:
    """The schema's number, 0 for an empty file, at most `latest`."""
    version, application = connection.execute("SELECT * FROM pragma_user_version, pragma_application_id").fetchone()
    if application != APPLICATION_ID:
        (tables,) = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
        if tables or version:
            raise StoreError(
                f"{path} belongs to another program, not to OneRing",
                hint="move it away, or set ONERING_HOME to another folder",
            )
    if version > latest:
        raise StoreError(
            f"the store {path} was written by a newer OneRing (schema {version}, this one knows {latest})",
            hint="upgrade OneRing: pip install --upgrade onering-cli",
        )
    return int(version)


def _back_up(path: Path, version: int) -> None:
    """Copy the store beside itself; the caller holds the write lock, so that the copy is of this very version."""
    target = path.with_name(f"{path.name}.before-schema-{version + 1}")
    partial = path.with_name(f"{target.name}.partial")
    try:
        partial.unlink(missing_ok=True)  # of a process that was killed; the lock says that nobody else writes one now
        create_private(partial)  # VACUUM INTO takes an empty file, and would make one that all can read
        with translated(partial), closing(Store(path, read_only=True)) as copy:
            copy.connection.execute("VACUUM INTO ?", (str(partial),))
        _sync(partial)
        partial.replace(target)
        _sync(path.parent)
    except OSError as exc:
        raise unreachable(target, exc) from exc
    finally:
        partial.unlink(missing_ok=True)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _script(number: int, steps: Traversable | None) -> str:
    if steps is None:
        from importlib.resources import files

        steps = files("onering_cli.adapters.sqlite").joinpath("schema")
    (step,) = (entry for entry in steps.iterdir() if entry.name.startswith(f"{number:04d}_"))
    return step.read_text(encoding="utf-8")


def _statements(script: str) -> Iterator[str]:
    """Single statements: `executescript` would commit behind the transaction's back."""
    from pysqlite3 import dbapi2

    statement = ""
    *pieces, rest = script.split(";")
    for piece in pieces:  # a semicolon in a trigger, a text or a comment does not complete a statement
        statement += f"{piece};"
        if dbapi2.complete_statement(statement):
            yield statement
            statement = ""
    if any(line.strip() and not line.lstrip().startswith("--") for line in (statement + rest).splitlines()):
        raise ValueError("a schema step does not end with a semicolon")
