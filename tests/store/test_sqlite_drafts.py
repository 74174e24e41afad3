from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime, timedelta
from itertools import count
from random import Random
from typing import TYPE_CHECKING

import pytest
from doubles.fake_clock import FakeClock
from doubles.memory_drafts import MemoryDrafts
from doubles.processes import kill_self, outcome, start
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from onering_cli.adapters.sqlite.drafts import SqliteDrafts
from onering_cli.adapters.sqlite.identifiers import mint
from onering_cli.adapters.sqlite.migrations import open_store
from onering_cli.errors import OneRingError, StoreError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from onering_cli.adapters.sqlite.connection import Store

CLOCK = FakeClock()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "store.db"


@pytest.fixture
def store(path: Path) -> Iterator[Store]:
    with closing(open_store(path)) as store:
        yield store


@pytest.fixture
def drafts(store: Store) -> SqliteDrafts:
    return SqliteDrafts(store, CLOCK)


def integrity(store: Store) -> list[str]:
    """What is wrong with the store; nothing, one hopes."""
    wrong = []
    with store.read() as connection:
        wrong += [str(row[0]) for row in connection.execute("PRAGMA integrity_check") if row[0] != "ok"]
        wrong += [str(tuple(row)) for row in connection.execute("PRAGMA foreign_key_check")]
        counted = connection.execute("SELECT kept, removed FROM draft_counts").fetchone()
        counts = connection.execute(
            "SELECT count(*) FILTER (WHERE removed_at IS NULL), count(removed_at) FROM drafts"
        ).fetchone()
        if tuple(counted) != tuple(counts):
            wrong.append(f"counted {tuple(counted)}, there are {tuple(counts)}")
        for question in (
            "SELECT seq FROM drafts EXCEPT SELECT rowid FROM draft_words",
            "SELECT rowid FROM draft_words EXCEPT SELECT seq FROM drafts",
            "SELECT seq, revision FROM drafts EXCEPT SELECT draft, max(number) FROM draft_revisions GROUP BY draft",
            "SELECT draft FROM draft_revisions GROUP BY draft HAVING count(*) <> max(number)",
        ):
            wrong += [f"{question}: {tuple(row)}" for row in connection.execute(question)]
    with store.write() as connection:
        connection.execute("INSERT INTO draft_words (draft_words, rank) VALUES ('integrity-check', 1)")
    return wrong


# --- Against a model


class DraftsLikeTheModel(RuleBasedStateMachine):
    """Whatever is done to the store and to the drafts in memory, they answer the same."""

    def __init__(self) -> None:
        super().__init__()
        import tempfile
        from pathlib import Path

        self.folder = tempfile.TemporaryDirectory()
        self.clock = FakeClock()
        self.store = open_store(Path(self.folder.name) / "store.db")
        self.drafts = SqliteDrafts(self.store, self.clock)
        self.model = MemoryDrafts(self.clock)
        self.pairs: dict[str, str] = {}  # ids in the store: ids in the model

    def teardown(self) -> None:
        wrong = integrity(self.store)
        self.store.close()
        self.folder.cleanup()
        assert wrong == []

    def both(self, call: Callable[[SqliteDrafts | MemoryDrafts, dict[str, str]], object]) -> None:
        """Do the same to both, and compare what they say: an error by its kind."""
        same = {draft_id: draft_id for draft_id in self.pairs}
        answers = []
        for drafts, ids in ((self.drafts, same), (self.model, self.pairs)):
            try:
                answers.append(call(drafts, ids))
            except UsageError as exc:
                answers.append((type(exc), exc.message.split("'")[0][:12]))
        assert answers[0] == answers[1]

    def some_id(self, data: st.DataObject) -> str:
        return data.draw(st.sampled_from(sorted(self.pairs)))

    @rule(source=st.sampled_from(["one", "two words", "---\ntitle: three\naccount: me\n---\nx\n---\ny", "", "---\n"]))
    def add(self, source: str) -> None:
        self.clock.advance(1)  # the model puts what comes out of the bin in the order of the clock
        try:
            kept = self.drafts.add(source)
        except OneRingError as exc:
            with pytest.raises(type(exc)):
                self.model.add(source)
            return
        self.pairs[kept.id] = self.model.add(source).id

    @precondition(lambda self: self.pairs)
    @rule(
        data=st.data(),
        source=st.sampled_from(["new", "two", "---\naccount: me\n---\nnew words"]),
        revision=st.integers(1, 3),
    )
    def replace(self, data: st.DataObject, source: str, revision: int) -> None:
        self.clock.advance(1)
        one = self.some_id(data)
        self.both(lambda drafts, ids: drafts.replace(ids[one], source, expected_revision=revision).revision)

    @precondition(lambda self: self.pairs)
    @rule(data=st.data())
    def remove(self, data: st.DataObject) -> None:
        self.clock.advance(1)
        one = self.some_id(data)
        self.both(lambda drafts, ids: drafts.remove(ids[one]))

    @precondition(lambda self: self.pairs)
    @rule(data=st.data())
    def restore(self, data: st.DataObject) -> None:
        one = self.some_id(data)
        self.both(lambda drafts, ids: drafts.restore(ids[one]).source)

    @rule(days=st.integers(1, 20))
    def days_pass(self, days: int) -> None:
        self.clock.advance(86_400 * days)

    @rule()
    def purge(self) -> None:
        self.both(lambda drafts, _ids: drafts.purge())

    @rule(query=st.sampled_from(["one", "words", "new", "two words", "thr"]))
    def search(self, query: str) -> None:
        self.both(lambda drafts, _ids: sorted(hit.summary.opening for hit in drafts.search(query, limit=100)))

    @invariant()
    def lists_agree(self) -> None:
        for removed in (False, True):
            self.both(lambda drafts, _ids, removed=removed: drafts.count(removed=removed))  # type: ignore[misc]  # bound now
            for account in ("", "me"):
                ours = self.drafts.list(limit=50, removed=removed, account=account)
                theirs = self.model.list(limit=50, removed=removed, account=account)
                assert [self.pairs[summary.id] for summary in ours] == [summary.id for summary in theirs]


DraftsLikeTheModel.TestCase.settings = settings(max_examples=25, stateful_step_count=25, deadline=None)
test_the_store_answers_like_the_model = DraftsLikeTheModel.TestCase


# --- Ids


moments = st.datetimes(datetime(2020, 1, 1), datetime(3000, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - bounds are naive


@given(moments, moments, st.integers(0, 0xFFFF), st.integers(0, 0xFFFF))
def test_ids_sort_by_the_second_they_were_given_in(
    earlier: datetime, later: datetime, one_chance: int, other_chance: int
) -> None:
    earlier, later = sorted((earlier, later))
    one, other = mint(earlier, chance=one_chance), mint(later, chance=other_chance)
    assert len(one) == 10
    assert set(one) <= set("0123456789abcdefghjkmnpqrstvwxyz")
    assert one[:7] <= other[:7]
    assert (one[:7] == other[:7]) == (int(earlier.timestamp()) == int(later.timestamp()))


def test_an_id_given_before_2020_is_valid_too() -> None:
    assert mint(datetime(1970, 1, 1, tzinfo=UTC), chance=32_767) == "0000000zzz"


def test_ids_differ_by_chance() -> None:
    assert len({mint(CLOCK.now()) for _ in range(20)}) > 10


def test_a_taken_id_is_not_given_again(drafts: SqliteDrafts, monkeypatch: pytest.MonkeyPatch) -> None:
    chances = iter([b"\0\1", b"\0\1", b"\0\2"])
    monkeypatch.setattr(os, "urandom", lambda _bytes: next(chances))
    assert [drafts.add("a").id[-3:] for _ in range(2)] == ["001", "002"]


def test_when_a_second_is_used_up_the_next_one_helps_out(drafts: SqliteDrafts, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "urandom", lambda _bytes: b"\0\0")
    assert [drafts.add("a").id for _ in range(3)] == [
        mint(CLOCK.now() + timedelta(seconds=seconds), chance=0) for seconds in range(3)
    ]


# --- Speed that a growing store does not change


def fill(store: Store, total: int) -> list[str]:
    """Drafts of many accounts, one of them rare; a third, the newest too, is in the bin. The ids of the others."""
    drafts = SqliteDrafts(store, FakeClock())
    ids = []
    for number in range(total):
        account = "rare" if number < 20 else number % 7
        source = f"---\ntitle: Draft {number}\naccount: '{account}'\n---\nPost {number**7 % 1009} of {number}."
        ids.append(drafts.add(source).id)
    binned = {*ids[::10], *ids[-total // 4 :]}
    for draft_id in sorted(binned):
        drafts.remove(draft_id)
    return [draft_id for draft_id in ids if draft_id not in binned]


def steps_of(store: Store, work: Callable[[], object]) -> int:
    """How many of its own instructions SQLite needs for this: what it costs, whatever else the machine does."""
    counter = count()
    store.connection.set_progress_handler(lambda: next(counter) and None, 1)
    work()
    store.connection.set_progress_handler(None, 0)
    return next(counter)


def reads(drafts: SqliteDrafts, some_id: str) -> list[Callable[[], object]]:
    return [
        lambda: drafts.list(limit=20),
        lambda: drafts.list(limit=5, account="rare"),
        lambda: drafts.list(limit=2, removed=True),
        drafts.count,
        lambda: drafts.get(some_id),
        lambda: drafts.get("@last"),
        lambda: drafts.revisions(some_id),
        lambda: drafts.ids("", limit=20),
        lambda: drafts.ids(some_id[:1], limit=20),
    ]


def test_reading_costs_the_same_with_many_times_the_drafts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "urandom", Random(1).randbytes)  # noqa: S311 - where the binned ids lie among the others is chance
    costs: list[list[int]] = []
    for total in (50, 800):
        with closing(open_store(tmp_path / f"{total}.db")) as store:
            ids = fill(store, total)
            costs.append([steps_of(store, work) for work in reads(SqliteDrafts(store, CLOCK), ids[20])])
    few, many = costs
    assert all(big <= 1.2 * small + 10 for small, big in zip(few, many, strict=True)), (few, many)


def test_opening_and_listing_import_nothing_heavy() -> None:
    code = (
        "import sys, pathlib, tempfile as _; before = set(sys.modules)\n"
        "from onering_cli.adapters.sqlite.drafts import SqliteDrafts\n"
        "from onering_cli.adapters.sqlite.migrations import open_store\n"
        "from onering_cli.clock import SystemClock\n"
        "store = open_store(pathlib.Path(sys.argv[1]))\n"
        "drafts = SqliteDrafts(store, SystemClock())\n"
        "drafts.list(limit=20), drafts.count(), [drafts.get(one.id) for one in drafts.list(limit=9)]\n"
        "store.close()\n"
        "print(*(set(sys.modules) - before))\n"
    )
    heavy = {"yaml", "sqlite_utils", "logging", "importlib.resources", "difflib", "subprocess", "typing_extensions"}
    import tempfile
    from pathlib import Path

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "store.db"
        with closing(open_store(path)) as store:
            SqliteDrafts(store, CLOCK).add("---\ntitle: 'Why: a tale'\nschedule: 2026-08-01 09:30\n---\nText.")
        done = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    assert "onering_cli.adapters.sqlite.drafts" in loaded
    assert loaded & heavy == set()


# --- Troubles


def test_a_full_disk_loses_nothing_that_was_kept(store: Store, drafts: SqliteDrafts) -> None:
    kept = drafts.add("One.")
    with store.read() as connection:
        (pages,) = connection.execute("PRAGMA page_count").fetchone()
        connection.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(StoreError, match="is full"):
        drafts.add("x" * 100_000)
    with pytest.raises(StoreError, match="is full"):
        drafts.replace(kept.id, "x" * 100_000, expected_revision=1)
    assert drafts.get("@last") == kept
    assert integrity(store) == []


@pytest.mark.parametrize("verb", ["add", "replace", "remove", "restore"])
def test_a_process_killed_at_any_statement_leaves_all_of_a_change_or_nothing(path: Path, verb: str) -> None:
    with closing(open_store(path)) as store:
        drafts = SqliteDrafts(store, CLOCK)
        kept, binned = drafts.add("One."), drafts.add("Two.")
        drafts.remove(binned.id)
    for number in count():

        def work(number: int = number) -> None:
            seen = count()
            with closing(open_store(path)) as own:
                drafts = SqliteDrafts(own, CLOCK)
                own.connection.set_trace_callback(lambda _sql: kill_self() if next(seen) == number else None)
                changes: dict[str, Callable[[], object]] = {
                    "add": lambda: drafts.add("Three."),
                    "replace": lambda: drafts.replace(kept.id, "One again.", expected_revision=1),
                    "remove": lambda: drafts.remove(kept.id),
                    "restore": lambda: drafts.restore(binned.id),
                }
                changes[verb]()

        status = outcome(start(work))
        with closing(open_store(path)) as store:
            assert integrity(store) == []
            drafts = SqliteDrafts(store, CLOCK)
            state = (
                drafts.count(),
                drafts.count(removed=True),
                drafts.list(limit=9)[-1].opening if drafts.count() else "",
            )
        if status != -signal.SIGKILL:
            assert status == 0
            assert number > 3
            assert (
                state
                == {
                    "add": (2, 1, "One."),
                    "replace": (1, 1, "One again."),
                    "remove": (0, 2, ""),
                    "restore": (2, 0, "One."),
                }[verb]
            )
            return
        # The last statement is COMMIT: killed before it, nothing has happened yet.
        assert state == (1, 1, "One.")


def test_two_processes_that_add_at_once_lose_nothing(path: Path) -> None:
    open_store(path).close()

    def work() -> None:
        with closing(open_store(path)) as own:
            drafts = SqliteDrafts(own, CLOCK)
            for number in range(20):
                drafts.add(f"Draft {number}.")

    assert [outcome(child) for child in [start(work) for _ in range(3)]] == [0] * 3
    with closing(open_store(path)) as store:
        assert SqliteDrafts(store, CLOCK).count() == 60
        assert integrity(store) == []


def test_what_is_purged_leaves_no_words_or_revisions_behind(store: Store) -> None:
    clock = FakeClock()
    drafts = SqliteDrafts(store, clock)
    drafts.add("One.")
    drafts.replace("@last", "Two.", expected_revision=1)
    drafts.remove("@last")
    clock.advance(86_400 * 30)
    assert drafts.purge() == 1
    with store.read() as connection:
        assert connection.execute("SELECT count(*) FROM draft_revisions").fetchone()[0] == 0
        assert connection.execute("SELECT count(*) FROM draft_words").fetchone()[0] == 0
    assert integrity(store) == []
