from __future__ import annotations

import os
import signal
import stat
from contextlib import closing
from importlib.resources import files
from itertools import count
from typing import TYPE_CHECKING

import pytest
from doubles.processes import kill_self, outcome, start
from pysqlite3 import dbapi2 as sqlite3

from onering_cli.adapters.sqlite.connection import Store
from onering_cli.adapters.sqlite.migrations import APPLICATION_ID, LATEST, migrate, open_store
from onering_cli.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FIRST = """
-- The first step; it has a trigger; and semicolons; in comments.
CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT;
CREATE TABLE changes (n INTEGER NOT NULL) STRICT;
INSERT INTO changes VALUES (0);
CREATE TRIGGER notes_counted AFTER INSERT ON notes BEGIN
    UPDATE changes SET n = n + 1;
    UPDATE changes SET n = n + 0;
END;
-- The end.
"""
SECOND = """
ALTER TABLE notes ADD COLUMN kept INTEGER NOT NULL DEFAULT 1;
UPDATE notes SET text = upper(text);
CREATE INDEX notes_by_text ON notes (text);
"""
THIRD = "DROP TABLE changes; DROP TRIGGER IF EXISTS notes_counted;\nCREATE TABLE last (n INTEGER) STRICT;\n"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "store.db"


@pytest.fixture
def steps(tmp_path: Path) -> Path:
    folder = tmp_path / "schema"
    folder.mkdir()
    for number, script in enumerate((FIRST, SECOND, THIRD), 1):
        (folder / f"{number:04}_step.sql").write_text(script)
    return folder


@pytest.fixture
def old_store(path: Path, steps: Path) -> Iterator[Store]:
    """A store at step 1 with a note in it."""
    with closing(Store(path)) as store:
        migrate(store, latest=1, steps=steps)
        with store.write() as connection:
            connection.execute("INSERT INTO notes (text) VALUES ('hello')")
        yield store


def version(store: Store) -> int:
    with store.read() as connection:
        return int(connection.execute("PRAGMA user_version").fetchone()[0])


def shape(store: Store) -> list[tuple[str, ...]]:
    with store.read() as connection:
        return [tuple(row) for row in connection.execute("SELECT type, name, sql FROM sqlite_schema ORDER BY name")]


def texts(store: Store) -> list[str]:
    with store.read() as connection:
        return [row[0] for row in connection.execute("SELECT text FROM notes")]


def backups(path: Path) -> list[str]:
    return sorted(
        entry.name for entry in path.parent.iterdir() if not entry.name.startswith(("store.db-",)) and entry != path
    )


# --- The schema as it is


def test_the_steps_are_numbered_without_gaps_up_to_the_latest() -> None:
    names = sorted(entry.name for entry in files("onering_cli.adapters.sqlite").joinpath("schema").iterdir())
    assert [name[:5] for name in names] == [f"{number:04}_" for number in range(1, LATEST + 1)]
    assert all(name.endswith(".sql") for name in names)


def test_a_new_store_has_the_latest_schema_and_our_mark(path: Path) -> None:
    with closing(open_store(path)) as store:
        assert version(store) == LATEST
        with store.read() as connection:
            assert connection.execute("PRAGMA application_id").fetchone()[0] == APPLICATION_ID
    assert backups(path) == []


def test_every_table_is_strict(path: Path) -> None:
    with closing(open_store(path)) as store, store.read() as connection:
        loose = [
            row["name"]
            for row in connection.execute("PRAGMA table_list")
            if row["type"] == "table" and not row["strict"] and not row["name"].startswith("sqlite_")
        ]
    assert loose == []


def test_opening_a_store_again_changes_nothing(path: Path) -> None:
    open_store(path).close()
    content = path.read_bytes()
    open_store(path).close()
    assert path.read_bytes() == content


# --- Stepping


def test_all_steps_that_are_missing_are_taken_and_data_stay(old_store: Store, steps: Path) -> None:
    migrate(old_store, latest=3, steps=steps)
    assert version(old_store) == 3
    assert texts(old_store) == ["HELLO"]


def test_a_private_backup_is_made_of_what_was_there(old_store: Store, path: Path, steps: Path) -> None:
    before = shape(old_store)
    mask = os.umask(0)
    try:
        migrate(old_store, latest=3, steps=steps)
    finally:
        os.umask(mask)
    assert backups(path) == ["store.db.before-schema-2"]
    backup = path.with_name("store.db.before-schema-2")
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600
    with closing(Store(backup)) as copy:
        assert (version(copy), texts(copy), shape(copy)) == (1, ["hello"], before)
        migrate(copy, latest=3, steps=steps)
        assert texts(copy) == ["HELLO"]


def test_leftovers_of_earlier_backups_are_replaced(old_store: Store, path: Path, steps: Path) -> None:
    for name in ("store.db.before-schema-2", "store.db.before-schema-2.partial"):
        path.with_name(name).write_text("left over")
    migrate(old_store, latest=2, steps=steps)
    assert backups(path) == ["store.db.before-schema-2"]
    with closing(Store(path.with_name("store.db.before-schema-2"))) as copy:
        assert texts(copy) == ["hello"]


def test_a_store_of_a_newer_version_is_left_alone(old_store: Store, path: Path, steps: Path) -> None:
    migrate(old_store, latest=3, steps=steps)
    content = path.read_bytes()
    with pytest.raises(StoreError, match=r"newer OneRing \(schema 3, this one knows 2\)") as caught:
        migrate(old_store, latest=2, steps=steps)
    assert "upgrade" in caught.value.hint
    assert path.read_bytes() == content


def test_opening_a_store_of_a_newer_version_lets_go_of_it(path: Path) -> None:
    with closing(open_store(path)) as store, store.read() as connection:
        connection.execute(f"PRAGMA user_version = {LATEST + 1}")
    with pytest.raises(StoreError, match="newer OneRing"):
        open_store(path)
    assert not path.with_name("store.db-wal").exists()


@pytest.mark.parametrize("their_version", [0, 1, LATEST])
def test_another_programs_database_is_left_alone(path: Path, their_version: int) -> None:
    path.parent.mkdir()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE theirs (a)")
        connection.execute(f"PRAGMA user_version = {their_version}")
    with pytest.raises(StoreError, match="belongs to another program"):
        open_store(path)
    with closing(sqlite3.connect(path)) as connection:
        assert [row[0] for row in connection.execute("SELECT name FROM sqlite_schema")] == ["theirs"]


def test_a_step_that_fails_undoes_all_steps(old_store: Store, steps: Path) -> None:
    (steps / "0003_step.sql").write_text("CREATE TABLE more (a TEXT) STRICT;\nINSERT INTO nowhere VALUES (1);\n")
    before = shape(old_store)
    with pytest.raises(StoreError, match="nowhere"):
        migrate(old_store, latest=3, steps=steps)
    assert (version(old_store), shape(old_store), texts(old_store)) == (1, before, ["hello"])


def test_a_step_without_its_last_semicolon_is_a_bug(old_store: Store, steps: Path) -> None:
    (steps / "0002_step.sql").write_text("CREATE TABLE a (b TEXT) STRICT;\nCREATE TABLE c (d TEXT) STRICT\n")
    with pytest.raises(ValueError, match="semicolon"):
        migrate(old_store, latest=2, steps=steps)
    assert version(old_store) == 1


# --- Troubles


def test_processes_that_migrate_at_once_do_it_once(old_store: Store, path: Path, steps: Path) -> None:
    reads, writes = os.pipe()

    def work() -> None:
        os.read(reads, 1)
        with closing(Store(path)) as own:
            migrate(own, latest=3, steps=steps)
            assert texts(own) == ["HELLO"]

    children = [start(work) for _ in range(6)]
    os.write(writes, b"x" * 6)
    assert [outcome(child) for child in children] == [0] * 6
    assert backups(path) == ["store.db.before-schema-2"]
    with closing(Store(path.with_name("store.db.before-schema-2"))) as copy:
        assert (version(copy), texts(copy)) == (1, ["hello"])
    os.close(reads)
    os.close(writes)


def test_processes_that_open_a_new_store_at_once_all_get_it(path: Path) -> None:
    reads, writes = os.pipe()

    def work() -> None:
        os.read(reads, 1)
        with closing(open_store(path)) as own:
            assert version(own) == LATEST

    children = [start(work) for _ in range(6)]
    os.write(writes, b"x" * 6)
    assert [outcome(child) for child in children] == [0] * 6
    os.close(reads)
    os.close(writes)


@pytest.mark.parametrize("found", [0, 1])
def test_a_migration_killed_at_any_statement_leaves_the_old_store_or_the_new(
    path: Path, steps: Path, found: int
) -> None:
    def prepare(target: Path) -> None:
        with closing(Store(target)) as store:
            if found:
                migrate(store, latest=1, steps=steps)
                with store.write() as connection:
                    connection.execute("INSERT INTO notes (text) VALUES ('hello')")

    def die_before_statement(target: Path, number: int) -> int:
        def work() -> None:
            seen = count()
            with closing(Store(target)) as store:
                store.connection.set_trace_callback(lambda _sql: kill_self() if next(seen) == number else None)
                migrate(store, latest=3, steps=steps)

        return outcome(start(work))

    prepare(path)
    with closing(Store(path)) as store:
        old = shape(store)
        migrate(store, latest=3, steps=steps)
        new = shape(store)
    for number in count():
        target = path.with_name(f"killed-{number}.db")
        prepare(target)
        status = die_before_statement(target, number)
        with closing(Store(target)) as store:
            assert (version(store), shape(store)) in [(found, old), (3, new)]
            with store.read() as connection:
                assert connection.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
            migrate(store, latest=3, steps=steps)
            assert (version(store), shape(store), texts(store)) == (3, new, ["HELLO"] * found)
        if status != -signal.SIGKILL:
            assert status == 0
            assert number > 10
            return


def test_a_disk_that_fills_up_leaves_the_old_store(old_store: Store, steps: Path) -> None:
    before = shape(old_store)
    with old_store.read() as connection:
        (pages,) = connection.execute("PRAGMA page_count").fetchone()
        connection.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(StoreError, match="is full"):
        migrate(old_store, latest=3, steps=steps)
    assert (version(old_store), shape(old_store), texts(old_store)) == (1, before, ["hello"])
    with old_store.read() as connection:
        connection.execute("PRAGMA max_page_count = 1000")
    migrate(old_store, latest=3, steps=steps)
    assert version(old_store) == 3


def test_without_room_for_a_backup_nothing_is_changed(old_store: Store, path: Path, steps: Path) -> None:
    before = shape(old_store)
    path.with_name("store.db.before-schema-2").mkdir()
    with pytest.raises(StoreError, match="before-schema-2"):
        migrate(old_store, latest=3, steps=steps)
    assert (version(old_store), shape(old_store)) == (1, before)
    assert backups(path) == ["store.db.before-schema-2"]
