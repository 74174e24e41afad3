"""What every journal promises, held by the one in memory and the one in the store alike."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from doubles.fake_clock import FakeClock
from doubles.threads import proposal, thread

from onering_cli.errors import PartialError, RefusedError, TryLaterError, UsageError
from onering_cli.publishing.elapsed import EPOCH, Pause, stamp
from onering_cli.publishing.model import Form, Poll, Reason, RunStatus, SegmentState, Upload, status_of
from onering_cli.publishing.ports import Change, Claim, LeaseLostError, Limits

if TYPE_CHECKING:
    from collections.abc import Callable

    from onering_cli.publishing.model import Run, Segment
    from onering_cli.publishing.ports import Journal

LIMITS = Limits(1000, None)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def finished() -> list[Run]:
    """The runs that subscribers were told of."""
    return []


@pytest.fixture
def journal(make_journal: Callable[..., Journal], clock: FakeClock, finished: list[Run]) -> Journal:
    return make_journal(clock, [finished.append])


def claim(clock: FakeClock, owner: str = "a") -> Claim:
    return Claim(owner, stamp(clock), 120.0)


def begun(journal: Journal, clock: FakeClock, *texts: str, name: str = "draft:1") -> Run:
    run, is_new = journal.begin(proposal(thread(*texts), name=name), claim(clock), LIMITS)
    assert is_new
    return run


def sent(segment: Segment, remote_id: str) -> Segment:
    return replace(segment, state=SegmentState.SENT, remote_id=remote_id, url=f"https://example.com/{remote_id}")


def test_a_run_is_read_back_as_it_was_written(journal: Journal, clock: FakeClock) -> None:
    wanted = proposal(
        thread("one & zwei", "é", pictures=(1,)),
        key="K",
        strict=True,
        reply_to_id="7",
        poll=Poll(("yes", "no"), 60),
        made_with_ai=True,
    )
    wanted = replace(wanted, warnings=("mind the gap",))
    run, _ = journal.begin(wanted, claim(clock), LIMITS)
    assert journal.get(run.id) == run
    assert (run.segments, run.key, run.form, run.strict) == (wanted.segments, "K", Form.THREAD, True)


def test_a_step_is_read_back_as_it_was_written(journal: Journal, clock: FakeClock) -> None:
    run = begun(journal, clock, "one", "two")
    clock.advance(1.234567)
    moved = replace(
        run.segments[1],
        state=SegmentState.UNKNOWN,
        reason=Reason.UNANSWERED,
        detail="“what?”",
        uploads=(Upload("m1", stamp(clock), 86_400.0), None),
        key="k",
        watermark="",
        attempt=2,
        attempted=stamp(clock),
        unanswered=1,
        looks=3,
        tries=1,
        pause=Pause(stamp(clock), 5.5),
    )
    after = journal.record(run, Change(segments=(moved,), spent_usd_milli=3), stamp(clock))
    assert journal.get(run.id) == after
    assert after.segments[1] == moved
    assert after.spent_usd_milli == 3


def test_the_same_key_or_draft_finds_the_run_that_is_there(journal: Journal, clock: FakeClock) -> None:
    run = begun(journal, clock, "one")
    assert journal.begin(proposal(thread("one")), claim(clock, "b"), LIMITS) == (run, False)
    assert journal.begin(proposal(thread("two"), name="draft:2"), claim(clock), LIMITS)[1]
    assert journal.begin(proposal(thread("one"), account="bob"), claim(clock), LIMITS)[1]


def test_a_lease_keeps_others_out_until_it_runs_out(journal: Journal, clock: FakeClock) -> None:
    run = begun(journal, clock, "one")
    clock.advance(119)
    with pytest.raises(TryLaterError) as told:
        journal.claim(run.id, claim(clock, "b"), LIMITS)
    assert told.value.retry_at == clock.now() + timedelta(seconds=1)
    clock.advance(1)
    taken = journal.claim(run.id, claim(clock, "b"), LIMITS)
    assert taken.fence == run.fence + 1
    assert taken.lease is not None
    assert taken.lease.owner == "b"
    assert journal.get(run.id) == taken


@pytest.mark.parametrize(
    ("happening", "is_free"),
    [
        (lambda clock: clock.set_back(-86_400), False),
        (lambda clock: clock.set_back(86_400), False),
        (lambda clock: clock.suspend(86_400), False),
        (lambda clock: clock.restart(up_s=119), False),
        (lambda clock: clock.restart(up_s=120), True),
        (lambda clock: (clock.set_back(86_400), clock.advance(120)), True),
        (lambda clock: (clock.suspend(86_400), clock.advance(120)), True),
    ],
)
def test_a_lease_runs_out_by_the_time_that_has_passed_for_certain(
    journal: Journal, clock: FakeClock, happening: Callable[[FakeClock], object], is_free: bool
) -> None:
    run = begun(journal, clock, "one")
    happening(clock)
    if is_free:
        assert journal.claim(run.id, claim(clock, "b"), LIMITS).fence == 2
    else:
        with pytest.raises(TryLaterError):
            journal.claim(run.id, claim(clock, "b"), LIMITS)


def test_renewing_and_recording_prolong_the_lease(journal: Journal, clock: FakeClock) -> None:
    run = begun(journal, clock, "one")
    clock.advance(100)
    run = journal.renew(run, stamp(clock))
    clock.advance(100)
    run = journal.record(run, Change(), stamp(clock))
    clock.advance(100)
    with pytest.raises(TryLaterError):
        journal.claim(run.id, claim(clock, "b"), LIMITS)
    assert journal.get(run.id) == run


def test_a_lease_given_back_is_free_at_once(journal: Journal, clock: FakeClock) -> None:
    run = begun(journal, clock, "one")
    assert journal.record(run, Change(release=True), stamp(clock)).lease is None
    assert journal.claim(run.id, claim(clock, "b"), LIMITS).fence == 2


def test_an_old_fencing_token_is_refused_and_nothing_is_written(journal: Journal, clock: FakeClock) -> None:
    old = begun(journal, clock, "one")
    clock.advance(120)
    new = journal.claim(old.id, claim(clock, "b"), LIMITS)
    with pytest.raises(LeaseLostError):
        journal.record(old, Change(segments=(sent(old.segments[0], "1"),), spent_usd_milli=15), stamp(clock))
    with pytest.raises(LeaseLostError):
        journal.renew(old, stamp(clock))
    assert journal.get(old.id) == new
    assert journal.facts("ada").spent_usd_milli == 0


def test_subscribers_hear_of_each_end_once(journal: Journal, clock: FakeClock, finished: list[Run]) -> None:
    run = begun(journal, clock, "one")
    run = journal.record(run, Change(segments=(sent(run.segments[0], "1"),)), stamp(clock))
    run = journal.record(run, Change(release=True), stamp(clock))
    assert [status_of(heard) for heard in finished] == [RunStatus.POSTED]
    run = journal.claim(run.id, claim(clock), LIMITS)
    run = journal.record(run, Change(rolling_back=True), stamp(clock))
    gone = replace(run.segments[0], state=SegmentState.DELETED)
    journal.record(run, Change(segments=(gone,)), stamp(clock))
    assert [status_of(heard) for heard in finished] == [RunStatus.POSTED, RunStatus.ROLLED_BACK]


def test_a_block_holds_for_the_account_until_it_is_cleared(journal: Journal, clock: FakeClock) -> None:
    run = begun(journal, clock, "one")
    blocking = Change(block=Reason.NO_CREDITS, block_detail="402")
    journal.record(run, blocking, stamp(clock))
    assert (journal.facts("ada").block, journal.facts("ada").block_detail) == (Reason.NO_CREDITS, "402")
    with pytest.raises(RefusedError):
        journal.begin(proposal(thread("two"), name="draft:2"), claim(clock), LIMITS)
    assert journal.begin(proposal(thread("two"), account="bob"), claim(clock), LIMITS)[1]
    journal.clear_block("ada")
    journal.clear_block("nobody")
    assert journal.facts("ada").block is Reason.NONE


def test_refused_replies_are_remembered_until_one_is_accepted(journal: Journal, clock: FakeClock) -> None:
    run = begun(journal, clock, "one")
    run = journal.record(run, Change(replies_refused=True), stamp(clock))
    assert journal.facts("ada").replies_refused_at == clock.now()
    journal.record(run, Change(replies_accepted=True), stamp(clock))
    assert journal.facts("ada").replies_refused_at is None


def test_money_is_reserved_at_the_start_and_freed_by_what_was_spent(journal: Journal, clock: FakeClock) -> None:
    run = begun(journal, clock, "one", "two")
    assert journal.facts("ada").reserved_usd_milli == 30
    first = Change(segments=(sent(run.segments[0], "1"),), spent_usd_milli=15)
    run = journal.record(run, first, stamp(clock))
    facts = journal.facts("ada")
    assert (facts.spent_usd_milli, facts.reserved_usd_milli) == (15, 15)
    journal.record(run, Change(rolling_back=True), stamp(clock))
    assert journal.facts("ada").reserved_usd_milli == 0


def test_what_waits_over_the_end_of_a_month_is_paid_from_the_next(journal: Journal, clock: FakeClock) -> None:
    run = begun(journal, clock, "one", "two")
    clock.advance(31 * 86_400)
    assert journal.facts("ada").reserved_usd_milli == 0
    with pytest.raises(TryLaterError):
        journal.claim(run.id, claim(clock), Limits(5, 29))
    run = journal.claim(run.id, claim(clock), Limits(5, 30))
    assert journal.facts("ada").reserved_usd_milli == 30
    journal.record(run, Change(segments=(sent(run.segments[0], "1"),), spent_usd_milli=15), stamp(clock))
    facts = journal.facts("ada")
    assert (facts.spent_usd_milli, facts.reserved_usd_milli) == (15, 15)


def test_starts_stamped_by_a_wrong_clock_do_not_count(journal: Journal, clock: FakeClock) -> None:
    limits = Limits(1, None)
    clock.set_back(-86_400)
    journal.begin(proposal(thread("one")), claim(clock), limits)
    clock.set_back(86_400)
    assert journal.begin(proposal(thread("two"), name="draft:2"), claim(clock), limits)[1]
    with pytest.raises(TryLaterError):
        journal.begin(proposal(thread("three"), name="draft:3"), claim(clock), limits)


def test_references_name_one_run_or_say_why_not(journal: Journal, clock: FakeClock) -> None:
    with pytest.raises(UsageError):
        journal.get("@last")
    first = begun(journal, clock, "one", name="draft:1")
    second = begun(journal, clock, "two", name="draft:2")
    assert journal.get("@last").id == second.id
    assert journal.get("@last~1").id == first.id
    assert journal.get(first.id).id == first.id
    for reference in ("0", "@last~2", "zzzz", "not a reference", ""):
        with pytest.raises(UsageError):
            journal.get(reference)
    assert journal.ids("", limit=5) == sorted([first.id, second.id])
    assert journal.ids(first.id, limit=5) == [first.id]
    assert journal.ids("", limit=1) == sorted([first.id, second.id])[:1]


def test_lists_show_the_latest_first_and_can_be_narrowed(journal: Journal, clock: FakeClock) -> None:
    first = begun(journal, clock, "one", "more", name="draft:1")
    journal.record(first, Change(segments=(sent(first.segments[0], "1"), sent(first.segments[1], "2"))), stamp(clock))
    clock.set_back(3600)
    second = begun(journal, clock, "two", name="draft:2")
    page = journal.page(limit=10)
    assert [summary.id for summary in page] == [second.id, first.id]
    assert (page[1].status, page[1].segments, page[1].sent, page[1].opening) == (RunStatus.POSTED, 2, 2, "one")
    assert [summary.id for summary in journal.page(limit=10, unfinished=True)] == [second.id]
    assert journal.page(limit=10, account="bob") == []
    assert [summary.id for summary in journal.page(limit=1, offset=1, account="ada")] == [first.id]


def test_ids_that_segments_have_are_known(journal: Journal, clock: FakeClock) -> None:
    run = begun(journal, clock, "one", "two")
    journal.record(run, Change(segments=(sent(run.segments[0], "11"),)), stamp(clock))
    assert journal.taken_ids("ada", ["11", "12", ""]) == {"11"}
    assert journal.taken_ids("bob", ["11"]) == set()


def test_texts_that_repeat_lately_are_known(journal: Journal, clock: FakeClock) -> None:
    first = begun(journal, clock, "good morning", name="draft:1")
    second = begun(journal, clock, "good morning", name="draft:2")
    segment = second.segments[0]

    def alike(account: str = "ada", run_id: str = second.id, hours: float = 1) -> bool:
        since = clock.now() - timedelta(hours=hours)
        return journal.alike(segment, account=account, run_id=run_id, since=since)

    assert not alike()
    attempted = replace(first.segments[0], attempt=1, attempted=stamp(clock))
    journal.record(first, Change(segments=(attempted,)), stamp(clock))
    assert alike()
    assert not alike(account="bob")
    assert not alike(run_id=first.id)
    clock.advance(7200)
    assert not alike()
    assert alike(hours=3)


def test_a_run_does_not_begin_like_one_that_is_partly_out(journal: Journal, clock: FakeClock) -> None:
    first = begun(journal, clock, "good morning", "one", name="draft:1")
    again = proposal(thread("good morning", "two"), name="draft:2")
    assert journal.begin(again, claim(clock), LIMITS)[1]  # nothing of the first is out
    sending = replace(first.segments[0], state=SegmentState.SENDING, attempt=1, attempted=stamp(clock))
    first = journal.record(first, Change(segments=(sending,)), stamp(clock))
    with pytest.raises(PartialError) as told:
        journal.begin(replace(again, draft="draft:3"), claim(clock), LIMITS)
    assert told.value.details["run"] == first.id
    assert journal.begin(replace(again, draft="draft:3", account="bob"), claim(clock), LIMITS)[1]
    parts = tuple(replace(part, state=SegmentState.SENT, remote_id=f"{part.index}") for part in first.segments)
    journal.record(first, Change(segments=parts), stamp(clock))
    assert journal.begin(replace(again, draft="draft:3"), claim(clock), LIMITS)[1]


def test_a_stamp_of_long_ago_is_a_stamp(journal: Journal, clock: FakeClock) -> None:
    run = begun(journal, clock, "one")
    paused = replace(run.segments[0], pause=Pause(EPOCH, 1.0))
    journal.record(run, Change(segments=(paused,)), stamp(clock))
    assert journal.get(run.id).segments[0].pause == Pause(EPOCH, 1.0)


def test_a_run_is_found_by_its_key_and_the_last_one_by_its_draft(journal: Journal, clock: FakeClock) -> None:
    wanted = proposal(thread("one"), name="draft:1", key="K")
    run, _ = journal.begin(wanted, claim(clock), LIMITS)
    assert journal.by_key(wanted.account, "K") == run
    assert journal.by_key(wanted.account, "L") is None
    assert journal.by_key("somebody", "K") is None
    latest = journal.latest(wanted.account, "draft:1")
    assert latest is not None
    assert (latest.id, latest.status) == (run.id, RunStatus.PLANNED)
    assert journal.latest(wanted.account, "draft:2") is None


def test_a_draft_that_is_wanted_once_is_not_posted_again_under_another_key(journal: Journal, clock: FakeClock) -> None:
    run = begun(journal, clock, "one")
    change = Change(segments=(sent(run.segments[0], "7"),), release=True)
    journal.record(run, change, stamp(clock))
    again = replace(proposal(thread("one"), name="draft:1", key="K"), once=True)
    with pytest.raises(RefusedError, match=run.id) as refused:
        journal.begin(again, claim(clock), LIMITS)
    assert refused.value.details["reason"] == "already_posted"
    _, is_new = journal.begin(replace(again, once=False), claim(clock), LIMITS)
    assert is_new


def test_who_read_the_clock_and_then_waited_for_the_store_takes_no_run_from_the_living(
    journal: Journal, clock: FakeClock
) -> None:
    read_first = claim(clock, "b")
    clock.advance(5)
    run = begun(journal, clock, "one")
    with pytest.raises(TryLaterError):
        journal.claim(run.id, read_first, LIMITS)
