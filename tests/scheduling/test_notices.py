"""A person is told once a cause, by every channel, and again only when it was over or a day has gone by."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from doubles.manual_clock import ManualClock
from doubles.memory_notices import MemoryNotices

from onering_cli.adapters.notice_mark import NoticeMark
from onering_cli.adapters.sqlite.migrations import open_store
from onering_cli.adapters.sqlite.notices import SqliteNotices
from onering_cli.errors import StoreError
from onering_cli.scheduling.model import Cause, Entry, EntryState, Outcome
from onering_cli.scheduling.notices import AGAIN_AFTER, Notice, NoticeKind, Notifier, notice_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from onering_cli.scheduling.notices import NoticeBook

NOW = datetime(2026, 8, 1, 9, 30, tzinfo=UTC)
NOTICE = Notice(NoticeKind.LOG_IN, "work", "", "work: log in", "onering auth login x", NOW)


def outcome(cause: Cause, state: EntryState, account: str = "work") -> Outcome:
    entry = Entry("06fgfmnazj", "06fgfmnazj", 1, account, "d", state, NOW, NOW, NOW)
    return Outcome(entry, cause, "it was not posted", "do this", 7)


POSTED = outcome(Cause.NONE, EntryState.POSTED)
LOGGED_OUT = outcome(Cause.LOGGED_OUT, EntryState.SCHEDULED)


class Listener:
    """Satisfies `Channel`; keeps what it is told."""

    def __init__(self, failure: Exception | None = None) -> None:
        self.name = "a listener"
        self.heard: list[Notice] = []
        self.failure = failure

    def tell(self, notice: Notice) -> None:
        if self.failure is not None:
            raise self.failure
        self.heard.append(notice)


class Desk:
    """A notifier with all it needs at hand."""

    def __init__(self, *channels: Listener) -> None:
        self.clock = ManualClock(NOW)
        self.book = MemoryNotices()
        self.spare = MemoryNotices()
        self.failures: list[str] = []
        self.notifier = Notifier(
            lambda: channels,
            book=lambda: self.book,
            spare=self.spare,
            clock=self.clock,
            on_failure=lambda where, _exc: self.failures.append(where),
        )


@pytest.mark.parametrize(
    ("cause", "state", "kind"),
    [
        (Cause.LOGGED_OUT, EntryState.SCHEDULED, NoticeKind.LOG_IN),
        (Cause.BLOCKED, EntryState.SCHEDULED, NoticeKind.BLOCKED),
        (Cause.HELD, EntryState.FAILED, NoticeKind.HELD),
        (Cause.UNKNOWN, EntryState.FAILED, NoticeKind.HELD),
        (Cause.BUDGET, EntryState.SCHEDULED, NoticeKind.BUDGET),
        (Cause.LATE, EntryState.MISSED, NoticeKind.MISSED),
        (Cause.LATE, EntryState.ASKING, NoticeKind.MISSED),
        (Cause.LOGGED_OUT, EntryState.MISSED, NoticeKind.MISSED),
        (Cause.NOT_SENT, EntryState.MISSED, NoticeKind.MISSED),
        (Cause.DRAFT_GONE, EntryState.FAILED, NoticeKind.FAILED),
        (Cause.REFUSED, EntryState.FAILED, NoticeKind.FAILED),
        (Cause.BUG, EntryState.FAILED, NoticeKind.FAILED),
    ],
)
def test_what_needs_a_person_is_told_by_its_kind(cause: Cause, state: EntryState, kind: NoticeKind) -> None:
    found = notice_of(outcome(cause, state), NOW)
    assert found is not None
    assert (found.kind, found.account, found.hint) == (kind, "work", "do this")
    assert found.message == "work: it was not posted"


@pytest.mark.parametrize(
    ("cause", "state"),
    [
        (Cause.NONE, EntryState.POSTED),
        (Cause.LIMIT, EntryState.SCHEDULED),
        (Cause.NOT_SENT, EntryState.SCHEDULED),
        (Cause.BUSY, EntryState.SCHEDULED),
        (Cause.UNKNOWN, EntryState.SCHEDULED),
    ],
)
def test_what_is_well_or_mends_itself_is_not_told(cause: Cause, state: EntryState) -> None:
    assert notice_of(outcome(cause, state), NOW) is None


def test_a_cause_is_told_once_not_every_minute() -> None:
    listener = Listener()
    desk = Desk(listener)
    for _ in range(60):
        desk.notifier.on_outcome(LOGGED_OUT)
        desk.clock.advance(60)
    assert len(listener.heard) == 1


def test_every_account_and_every_kind_has_its_own_message() -> None:
    listener = Listener()
    desk = Desk(listener)
    for told in (
        LOGGED_OUT,
        outcome(Cause.LOGGED_OUT, EntryState.SCHEDULED, "play"),
        outcome(Cause.LATE, EntryState.MISSED),
    ):
        desk.notifier.on_outcome(told)
        desk.notifier.on_outcome(told)
    for cause in (Cause.REFUSED, Cause.DRAFT_GONE, Cause.REFUSED):
        desk.notifier.on_outcome(outcome(cause, EntryState.FAILED))
    assert [(one.account, one.kind.value, one.cause) for one in listener.heard] == [
        ("work", "log_in", ""),
        ("play", "log_in", ""),
        ("work", "missed", ""),
        ("work", "failed", "refused"),
        ("work", "failed", "draft_gone"),
    ]


def test_it_is_told_again_when_it_was_over_or_after_a_day() -> None:
    listener = Listener()
    desk = Desk(listener)
    desk.notifier.on_outcome(LOGGED_OUT)
    desk.notifier.on_outcome(POSTED)
    desk.notifier.on_outcome(LOGGED_OUT)
    assert len(listener.heard) == 2
    desk.clock.advance(AGAIN_AFTER.total_seconds() - 1)
    desk.notifier.on_outcome(LOGGED_OUT)
    assert len(listener.heard) == 2
    desk.clock.advance(1)
    desk.notifier.on_outcome(LOGGED_OUT)
    assert len(listener.heard) == 3


def test_another_accounts_success_ends_nothing() -> None:
    listener = Listener()
    desk = Desk(listener)
    desk.notifier.on_outcome(LOGGED_OUT)
    desk.notifier.on_outcome(outcome(Cause.NONE, EntryState.POSTED, "play"))
    desk.notifier.on_outcome(LOGGED_OUT)
    assert len(listener.heard) == 1


def test_a_channel_that_fails_does_not_keep_the_others_from_telling() -> None:
    listener = Listener()
    desk = Desk(Listener(RuntimeError("down")), listener)
    desk.notifier.on_outcome(LOGGED_OUT)
    desk.notifier.on_outcome(LOGGED_OUT)
    assert len(listener.heard) == 1
    assert desk.failures == ["a listener"]


def test_a_message_that_reached_nobody_is_tried_again_after_ten_minutes_not_every_minute() -> None:
    listener = Listener(RuntimeError("down"))
    desk = Desk(listener)
    for _ in range(10):
        desk.notifier.on_outcome(LOGGED_OUT)
        desk.clock.advance(60)
    assert len(desk.failures) == 1
    listener.failure = None
    desk.notifier.on_outcome(LOGGED_OUT)
    assert len(listener.heard) == 1
    desk.clock.advance(600)
    desk.notifier.on_outcome(LOGGED_OUT)
    assert len(listener.heard) == 1, "now it has arrived"


def test_without_a_channel_nothing_is_written() -> None:
    desk = Desk()
    desk.notifier.on_outcome(LOGGED_OUT)
    assert not desk.book.told


def test_a_store_in_trouble_is_told_once_and_again_when_it_worked_meanwhile() -> None:
    listener = Listener()
    desk = Desk(listener)
    trouble = StoreError("the disk is full", hint="free some space")
    desk.notifier.on_trouble(trouble)
    desk.notifier.on_trouble(trouble)
    assert [(one.kind, one.message, one.hint) for one in listener.heard] == [
        (NoticeKind.STORE, "the disk is full", "free some space")
    ]
    assert not desk.book.told, "the store is not asked"
    desk.notifier.on_outcome(POSTED)
    desk.notifier.on_trouble(trouble)
    assert len(listener.heard) == 2


class BrokenBook(MemoryNotices):
    """The store fails under it."""

    def claim(self, notice: Notice) -> bool:
        raise StoreError("the disk is full")

    def forget(self, account: str) -> None:
        raise StoreError("the disk is full")


def test_a_book_that_fails_breaks_no_pass() -> None:
    desk = Desk(Listener())
    desk.book = BrokenBook()
    desk.spare = BrokenBook()
    desk.notifier.on_outcome(LOGGED_OUT)
    desk.notifier.on_outcome(POSTED)
    desk.notifier.on_trouble(StoreError("the disk is full"))
    assert desk.failures


# The books: what holds for the double holds for the real ones


@pytest.fixture(params=["memory", "store", "mark"])
def book(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[NoticeBook]:
    monkeypatch.setattr("onering_cli.adapters.notice_mark.gettempdir", lambda: str(tmp_path))
    if request.param == "memory":
        yield MemoryNotices()
    elif request.param == "mark":
        yield NoticeMark(tmp_path)
    else:
        with closing(open_store(tmp_path / "onering.db")) as store:
            yield SqliteNotices(store)


def test_a_book_lets_one_claim_a_notice_until_it_is_time_again(book: NoticeBook) -> None:
    def claim(after: timedelta) -> bool:
        return book.claim(replace(NOTICE, at=NOW + after))

    assert claim(timedelta(0))
    book.confirm(NOTICE)
    assert not claim(timedelta(0))
    assert not claim(timedelta(hours=23))
    assert claim(timedelta(hours=24))
    book.confirm(replace(NOTICE, at=NOW + timedelta(hours=24)))
    assert claim(timedelta(hours=-1)), "the clock was set back: rather once more than never"


def test_a_claim_that_is_not_confirmed_ends_and_forgetting_ends_all(book: NoticeBook) -> None:
    assert book.claim(NOTICE)
    assert not book.claim(replace(NOTICE, at=NOW + timedelta(minutes=9)))
    assert book.claim(replace(NOTICE, at=NOW + timedelta(minutes=10)))
    book.forget("work")
    assert book.claim(replace(NOTICE, at=NOW + timedelta(minutes=11)))
    book.forget("nobody")


def test_two_processes_tell_once(tmp_path: Path) -> None:
    with closing(open_store(tmp_path / "onering.db")) as one, closing(open_store(tmp_path / "onering.db")) as other:
        claims = [SqliteNotices(store).claim(NOTICE) for store in (one, other)]
    assert claims == [True, False]


def test_the_mark_of_a_store_in_trouble_is_kept_elsewhere_when_its_folder_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.setattr("onering_cli.adapters.notice_mark.gettempdir", lambda: str(elsewhere))
    mark = NoticeMark(tmp_path / "gone")
    assert mark.claim(NOTICE)
    assert not NoticeMark(tmp_path / "gone").claim(NOTICE)
    (found,) = elsewhere.iterdir()
    assert found.stat().st_mode & 0o777 == 0o600
    mark.forget("")
    assert not list(elsewhere.iterdir())


def test_a_link_that_somebody_laid_in_the_way_of_the_mark_is_not_followed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("onering_cli.adapters.notice_mark.gettempdir", lambda: str(tmp_path))
    victim = tmp_path / "victim"
    victim.write_text("mine")
    before = victim.stat().st_mtime
    (tmp_path / "notice").symlink_to(victim)
    mark = NoticeMark(tmp_path)
    assert mark.claim(replace(NOTICE, at=datetime(2020, 1, 1, tzinfo=UTC)))
    assert victim.stat().st_mtime == before
