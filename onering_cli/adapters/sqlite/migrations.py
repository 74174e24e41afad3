"""The store's schema, one numbered SQL file a step, applied under `user_version` after a backup."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from onering_cli.adapters.sqlite.connection import Store, translated
from onering_cli.errors import StoreError

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

LATEST = 1  # the number of the last file in schema/; a test holds the two together


def open_store(path: Path, *, busy_timeout_s: float | None = None) -> Store:
    """Open the store at `path`, brought to the latest schema.

    Raises:
        StoreError: It cannot be opened, or a newer OneRing wrote it.
    """
    store = Store(path) if busy_timeout_s is None else Store(path, busy_timeout_s=busy_timeout_s)
    try:
        migrate(store)
    except BaseException:
        store.close()
        raise
    return store


def migrate(store: Store, *, latest: int = LATEST) -> None:
    """Bring the store to schema `latest`, all steps in one transaction; a backup is made first when it holds data."""
    with store.read() as connection:
        found = _version(connection)
    if found == latest:
        return
    if found > latest:
        raise StoreError(
            f"the store {store.path} was written by a newer OneRing (schema {found}, this one knows {latest})",
            hint="upgrade OneRing: pip install --upgrade onering-cli",
        )
    if found > 0:
        _back_up(store, found)
    with store.write() as connection:
        found = _version(connection)  # another process may have migrated while this one waited for the lock
        for number in range(found + 1, latest + 1):
            for statement in _statements(_script(number)):
                connection.execute(statement)
        if found < latest:
            connection.execute(f"PRAGMA user_version = {latest}")


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def _back_up(store: Store, version: int) -> None:
    target = store.path.with_name(f"{store.path.name}.before-schema-{version + 1}")
    if target.exists():
        return
    partial = target.with_name(target.name + ".partial")
    partial.unlink(missing_ok=True)
    with translated(partial):
        store.connection.execute("VACUUM INTO ?", (str(partial),))
        partial.chmod(0o600)
        partial.rename(target)


def _script(number: int) -> str:
    (match,) = (
        entry
        for entry in files("onering_cli.adapters.sqlite").joinpath("schema").iterdir()
        if entry.name.startswith(f"{number:04d}_")
    )
    return match.read_text(encoding="utf-8")


def _statements(script: str) -> Iterator[str]:
    """Single statements: `executescript` would commit behind the transaction's back."""
    from pysqlite3 import dbapi2

    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if dbapi2.complete_statement(statement):
            yield statement
            statement = ""
    if statement.strip():
        raise StoreError("a schema step does not end with a semicolon")
