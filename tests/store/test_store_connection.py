from __future__ import annotations

import os
import signal
import sqlite3 as stdlib_sqlite3
import stat
import tempfile
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from doubles.processes import NOBODY, as_nobody, kill_self, outcome, start
from pysqlite3 import dbapi2 as sqlite3

from onering_cli.adapters.sqlite import connection as connection_module
from onering_cli.adapters.sqlite.connection import Store
from onering_cli.errors import ExitCode, StoreError

if TYPE_CHECKING:
    from collections.abc import Iterator

# A tenth of a second or so of SQLite's time.
TAKES_A_WHILE = "WITH RECURSIVE r (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r LIMIT 500000) SELECT sum(n) FROM r"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "home" / "data" / "store.db"


@pytest.fixture
def store(path: Path) -> Iterator[Store]:
    store = Store(path)
    with store.write() as connection:
        connection.execute("CREATE TABLE counters (n INTEGER NOT NULL) STRICT")
        connection.execute("INSERT INTO counters VALUES (0)")
    yield store
    store.close()


@pytest.fixture
def public_folder() -> Iterator[Path]:
    """A folder that nobody, too, can reach, which pytest's own are not."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if not os.geteuid():
            os.chown(folder, NOBODY, NOBODY)
        yield folder
        folder.chmod(0o700)


def counter(store: Store) -> int:
    with store.read() as connection:
        return int(connection.execute("SELECT n FROM counters").fetchone()[0])


def count_up(store: Store) -> None:
    with store.write() as connection:
        connection.execute("UPDATE counters SET n = n + 1")


def modes(folder: Path) -> dict[str, int]:
    return {path.name: stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()}


# --- Privacy


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o777], ids=oct)
def test_the_store_and_its_log_are_the_owners_alone_whatever_the_umask(path: Path, umask: int) -> None:
    path.parent.parent.mkdir()
    before = os.umask(umask)
    try:
        with closing(Store(path)) as store, store.write() as connection:
            connection.execute("CREATE TABLE t (a) ")
            assert modes(path.parent) == {"store.db": 0o600, "store.db-wal": 0o600, "store.db-shm": 0o600}
    finally:
        os.umask(before)
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_a_store_that_others_could_read_is_closed_to_them(store: Store, path: Path) -> None:
    for name in ("store.db", "store.db-wal", "store.db-shm"):
        path.with_name(name).chmod(0o664)
    Store(path).close()
    assert set(modes(path.parent).values()) == {0o600}


def test_a_folder_that_is_there_stays_as_it_is(path: Path) -> None:
    path.parent.mkdir(parents=True)
    path.parent.chmod(0o750)
    Store(path).close()
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o750


# --- Transactions


def test_every_connection_is_durable_and_checks_references(store: Store) -> None:
    with store.read() as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone()[0] == "wal"
        assert connection.execute("PRAGMA synchronous").fetchone()[0] == 2
        assert connection.execute("PRAGMA foreign_keys").fetchone()[0] == 1


def test_a_write_is_seen_by_others_once_it_is_done(store: Store, path: Path) -> None:
    with closing(Store(path)) as other:
        with store.write() as connection:
            connection.execute("UPDATE counters SET n = 7")
            assert counter(other) == 0
        assert counter(other) == 7


@pytest.mark.parametrize("error", [ValueError("x"), OSError("x"), KeyboardInterrupt()])
def test_a_write_that_fails_in_the_middle_is_undone_and_the_error_stays_what_it_was(
    store: Store, error: BaseException
) -> None:
    def write() -> None:
        with store.write() as connection:
            connection.execute("UPDATE counters SET n = 7")
            raise error

    with pytest.raises(type(error)):
        write()
    assert counter(store) == 0
    count_up(store)
    assert counter(store) == 1


def test_a_write_within_a_write_is_a_bug_that_harms_neither(store: Store) -> None:
    with store.write() as connection:
        connection.execute("UPDATE counters SET n = 7")
        with pytest.raises(RuntimeError, match="within a write"), store.write():
            pass
    assert counter(store) == 7


def test_misuse_is_a_bug_and_not_a_trouble_of_the_store(store: Store) -> None:
    with pytest.raises(sqlite3.ProgrammingError), store.read() as connection:
        connection.execute("SELECT ?", ())
    store.close()
    store.close()
    with pytest.raises(sqlite3.ProgrammingError), store.read() as connection:
        connection.execute("SELECT 1")


def test_a_broken_rule_of_the_schema_is_an_error_of_the_store(store: Store) -> None:
    with pytest.raises(StoreError, match="NOT NULL") as caught, store.write() as connection:
        connection.execute("INSERT INTO counters VALUES (NULL)")
    assert caught.value.details["sqlite"] == "SQLITE_CONSTRAINT"


# --- Several processes


def test_processes_that_write_at_once_lose_nothing(store: Store, path: Path) -> None:
    def work() -> None:
        with closing(Store(path)) as own:
            for _ in range(25):
                count_up(own)

    assert [outcome(child) for child in [start(work) for _ in range(4)]] == [0] * 4
    assert counter(store) == 100


def test_processes_that_create_the_store_at_once_end_up_with_one(path: Path) -> None:
    def work() -> None:
        with closing(Store(path)) as own, own.write() as connection:
            connection.execute("CREATE TABLE IF NOT EXISTS t (n)")
            connection.execute("INSERT INTO t VALUES (1)")

    assert [outcome(child) for child in [start(work) for _ in range(8)]] == [0] * 8
    with closing(Store(path)) as store, store.read() as connection:
        assert connection.execute("SELECT count(*) FROM t").fetchone()[0] == 8


def test_a_store_that_another_process_holds_is_told_as_locked(store: Store, path: Path) -> None:
    reads, writes = os.pipe()

    def hold() -> None:
        with closing(Store(path)) as own, own.write():
            os.write(writes, b"held")
            signal.pause()

    child = start(hold)
    assert os.read(reads, 4) == b"held"
    with closing(Store(path, busy_timeout_s=0.01)) as hasty:
        with pytest.raises(StoreError, match="locked by another process") as caught, hasty.write():
            pass
        assert caught.value.exit_code is ExitCode.STORE
        assert counter(hasty) == 0  # readers are not held up
    os.kill(child, signal.SIGKILL)
    assert outcome(child) == -signal.SIGKILL
    count_up(store)
    os.close(reads)
    os.close(writes)


def test_a_write_waits_for_another_processs_write(store: Store, path: Path) -> None:
    reads, writes = os.pipe()

    def hold_a_while() -> None:
        with closing(Store(path)) as own, own.write() as connection:
            os.write(writes, b"held")
            connection.execute(TAKES_A_WHILE).fetchone()
            connection.execute("UPDATE counters SET n = n + 10")

    child = start(hold_a_while)
    assert os.read(reads, 4) == b"held"
    count_up(store)
    assert counter(store) == 11
    assert outcome(child) == 0
    os.close(reads)
    os.close(writes)


def test_the_first_to_open_a_store_waits_for_who_still_writes_it_without_a_log(path: Path) -> None:
    path.parent.mkdir(parents=True)
    reads, writes = os.pipe()

    def hold_a_while() -> None:
        with closing(sqlite3.connect(path, isolation_level=None)) as own:
            own.execute("BEGIN IMMEDIATE")
            own.execute("CREATE TABLE counters (n)")
            own.execute("INSERT INTO counters VALUES (5)")
            os.write(writes, b"held")
            own.execute(TAKES_A_WHILE).fetchone()
            own.execute("COMMIT")

    child = start(hold_a_while)
    assert os.read(reads, 4) == b"held"
    with closing(Store(path)) as store:
        assert counter(store) == 5
    assert outcome(child) == 0
    os.close(reads)
    os.close(writes)


def test_a_fork_cannot_use_its_parents_connection(store: Store) -> None:
    def work() -> None:
        for use in (store.read, store.write):
            with pytest.raises(RuntimeError, match="before a fork"), use():
                pass

    assert outcome(start(work)) == 0
    count_up(store)


def test_a_process_killed_in_the_middle_of_a_write_leaves_what_was(store: Store, path: Path) -> None:
    def work() -> None:
        with closing(Store(path)) as own, own.write() as connection:
            connection.execute("UPDATE counters SET n = 7")
            connection.execute("CREATE TABLE filler AS SELECT randomblob(5000000) AS a")  # spills into the log
            kill_self()

    assert outcome(start(work)) == -signal.SIGKILL
    assert counter(store) == 0
    count_up(store)
    with store.read() as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone()[0] == "ok"


# --- Troubles of the disk


def test_a_full_disk_is_told_and_costs_nothing(store: Store) -> None:
    with store.read() as connection:
        (pages,) = connection.execute("PRAGMA page_count").fetchone()
        connection.execute(f"PRAGMA max_page_count = {pages}")

    def write() -> None:
        with store.write() as connection:
            connection.execute("UPDATE counters SET n = 7")
            connection.execute("CREATE TABLE filler AS SELECT randomblob(100000) AS a")

    with pytest.raises(StoreError, match="is full") as caught:
        write()
    assert "free some space" in caught.value.hint
    assert counter(store) == 0
    count_up(store)
    assert counter(store) == 1


def test_a_file_that_is_no_database_is_left_alone(path: Path) -> None:
    content = b"not a database at all, but longer than a header\n" * 9
    path.parent.mkdir(parents=True)
    path.write_bytes(content)
    with pytest.raises(StoreError, match="is not a OneRing store"):
        Store(path)
    assert path.read_bytes() == content


def test_a_damaged_store_is_told(store: Store, path: Path) -> None:
    with store.write() as connection:
        connection.execute("CREATE TABLE filler AS SELECT randomblob(100000) AS a")
        connection.execute("CREATE INDEX filler_a ON counters (n)")
    store.close()
    content = bytearray(path.read_bytes())
    content[4096 : 4096 * 3] = os.urandom(4096 * 2)
    path.write_bytes(content)
    with closing(Store(path)) as damaged:
        with pytest.raises(StoreError, match="is damaged") as caught:
            counter(damaged)
        assert "backup" in caught.value.hint


def test_a_folder_in_the_stores_place_is_told(path: Path) -> None:
    path.mkdir(parents=True)
    with pytest.raises(StoreError, match="cannot be opened"):
        Store(path)


def test_a_place_below_a_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StoreError, match="cannot be opened") as caught:
        Store(tmp_path / "file" / "store.db")
    assert "ONERING_HOME" in caught.value.hint


def test_a_read_only_folder_is_told(public_folder: Path) -> None:
    path = public_folder / "store.db"
    with as_nobody():
        public_folder.chmod(0o500)
        with pytest.raises(StoreError, match="cannot be opened"):
            Store(path)
        public_folder.chmod(0o700)
        with closing(Store(path)) as store, store.write() as connection:
            connection.execute("CREATE TABLE t (a)")
        public_folder.chmod(0o500)
        with pytest.raises(StoreError, match=r"cannot be opened|is read-only"):
            Store(path)


def test_a_read_only_file_can_be_read_and_says_why_it_cannot_be_written(public_folder: Path) -> None:
    path = public_folder / "store.db"
    with as_nobody():
        with closing(Store(path)) as store, store.write() as connection:
            connection.execute("CREATE TABLE counters (n)")
            connection.execute("INSERT INTO counters VALUES (3)")
        path.chmod(0o400)
        with closing(Store(path)) as store:
            assert counter(store) == 3
            with pytest.raises(StoreError, match="is read-only"):
                count_up(store)


def test_a_file_system_without_write_ahead_logs_is_told(path: Path) -> None:
    class Stubborn(stdlib_sqlite3.Connection):
        def execute(self, sql: str, *_parameters: Any) -> stdlib_sqlite3.Cursor:
            return super().execute("SELECT 'delete'" if "journal_mode" in sql else sql)

    with closing(Stubborn(":memory:")) as connection, pytest.raises(StoreError, match="cannot keep a write-ahead log"):
        connection_module._configure(connection, path, read_only=False)


def test_reading_only_never_writes_or_creates(store: Store, path: Path) -> None:
    count_up(store)
    with closing(Store(path, read_only=True)) as reader:
        assert counter(reader) == 1
        with pytest.raises(StoreError, match="is read-only"):
            count_up(reader)
    with pytest.raises(StoreError, match="cannot be opened"):
        Store(path.with_name("other.db"), read_only=True)
    assert not path.with_name("other.db").exists()
