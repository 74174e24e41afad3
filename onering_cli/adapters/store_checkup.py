"""Looks into the store without changing it: is it whole, private, and of the shape that this version expects?"""

from __future__ import annotations

import stat
from contextlib import closing
from typing import TYPE_CHECKING

from onering_cli.adapters.finding import Finding, State
from onering_cli.adapters.sqlite.connection import Store
from onering_cli.adapters.sqlite.migrations import LATEST, open_store
from onering_cli.adapters.sqlite.post_vectors import load_vector_search
from onering_cli.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_OTHERS = stat.S_IRWXG | stat.S_IRWXO
_MOST_FAULTS = 3
_RESTORE = "copy the file away, then restore a backup"


def examine_store(path: Path) -> Iterator[Finding]:
    """What is found about the store at `path`.

    Raises:
        StoreError: It cannot be opened, is damaged, or is not of this version's shape.
        UsageError: sqlite-vec cannot be loaded.
    """
    if not path.exists():
        yield Finding("store", State.OK, f"there is none yet; the first draft makes it: {path}")
        return
    if path.stat().st_mode & _OTHERS:
        yield Finding("store", State.WARN, f"other users of this machine may read {path}", f"chmod 600 {path}")
    with closing(Store(path, read_only=True)) as store:
        load_vector_search(store.connection)  # the tables of vectors cannot be looked at without it
        version = _version(store)
        _refuse_damage(store)
        if version == LATEST:
            _refuse_other_shape(store)
            shape = f"schema {version}"
        else:
            shape = f"schema {version}, brought to {LATEST} by the next command, after a backup"
    yield Finding("store", State.OK, f"whole, {path.stat().st_size / 1e6:,.1f} MB, {shape}: {path}")


def _version(store: Store) -> int:
    with store.read() as connection:
        version = int(connection.execute("PRAGMA user_version").fetchone()[0])
    if version > LATEST:
        raise StoreError(
            f"a newer OneRing wrote {store.path} (schema {version}, this one knows {LATEST})",
            hint="upgrade OneRing: pip install --upgrade onering-cli",
        )
    return version


def _refuse_damage(store: Store) -> None:
    with store.read() as connection:
        faults = [str(row[0]) for row in connection.execute(f"PRAGMA quick_check({_MOST_FAULTS})")]
        orphans = connection.execute("PRAGMA foreign_key_check").fetchmany(_MOST_FAULTS)
    if faults != ["ok"]:
        raise StoreError(f"{store.path} is damaged: {'; '.join(faults)}", hint=_RESTORE)
    if orphans:
        tables = ", ".join(sorted({str(row[0]) for row in orphans}))
        raise StoreError(f"{store.path} has rows that belong to nothing, in {tables}", hint=_RESTORE)


def _refuse_other_shape(store: Store) -> None:
    """Compare tables, columns, indexes and triggers with those of a store that is made now."""
    import tempfile
    from pathlib import Path

    with tempfile.TemporaryDirectory() as folder, closing(open_store(Path(folder, "new.db"))) as new:
        expected = _shape(new)
    found = _shape(store)
    missing = sorted(expected - found)
    if missing:
        told = ", ".join(missing[:_MOST_FAULTS]) + (", …" if len(missing) > _MOST_FAULTS else "")
        raise StoreError(f"{store.path} lacks {told}", hint=_RESTORE)


def _shape(store: Store) -> set[str]:
    """Everything a schema consists of, in words."""
    from sqlite_utils import Database

    with store.read() as connection:
        database = Database(connection)
        shape = {f"table {name}" for name in database.table_names()}
        shape |= {f"view {name}" for name in database.view_names()}
        shape |= {f"trigger {trigger.name}" for trigger in database.triggers}
        for table in database.tables:
            shape |= {f"column {table.name}.{column.name}" for column in table.columns}
            shape |= {f"index {index.name}" for index in table.indexes}
    return shape
