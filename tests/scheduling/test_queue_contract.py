"""What every queue promises, held by the one in memory and the one in the store alike."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from onering_cli.errors import PartialError, TryLaterError, UsageError
from onering_cli.publishing.elapsed import stamp
from onering_cli.publishing.ports import Claim
from onering_cli.scheduling.changes import move, pause, resume
from onering_cli.scheduling.model import Cause, EntryState, Late, NewEntry, Repeat, Slot
from onering_cli.scheduling.ports import ClaimLostError, Closing, MomentTakenError, Settlement

if TYPE_CHECKING:
    from doubles.fake_clock import FakeClock

    from onering_cli.scheduling.model import Entry
    from onering_cli.scheduling.ports import Queue, Slots

LEASE_S = 120.0
POSTED = Settlement(EntryState.POSTED, run="run0000001")


def entry(clock: FakeClock, in_s: float = 0.0, *, account: str = "work", draft: str = "d") -> NewEntry:
    return NewEntry(account, draft, clock.now() + timedelta(seconds=in_s))


def claim(queue: Queue, clock: FakeClock, owner: str = "a") -> Entry | None:
    return queue.claim(Claim(owner, stamp(clock), LEASE_S))


def claimed(queue: Queue, clock: FakeClock, owner: str = "a") -> Entry:
    found = claim(queue, clock, owner)
    assert found is not None
    return found


def test_an_entry_is_read_back_as_it_was_put_in(queue: Queue, clock: FakeClock) -> None:
    until = clock.now() + timedelta(days=9)
    wanted = NewEntry(
        account="work",
        draft="",
        due=clock.now() + timedelta(hours=1, microseconds=250),
        zone="Europe/London",
        note="09:30 exists twice; the first was taken",
        late=Late.ASK,
        max_late_s=60.0,
        repeat=Repeat("30 9 * * 1-5", until, 4),
        tag="tips",
        cool_down_s=86400.0,
        options='{"strict": true}',
        frozen="é\n",
    )
    (entry_id,) = queue.add([wanted], clock.now())
    found = queue.get(entry_id)
    assert (found.id, found.series, found.occurrence, found.state) == (entry_id, entry_id, 1, EntryState.SCHEDULED)
    for name in NewEntry.__annotations__.keys() - {"series"}:
        assert getattr(found, name) == getattr(wanted, name), name
    assert (found.act_at, found.created_at) == (wanted.due, clock.now())
    assert queue.get("@last") == queue.get(entry_id[:10]) == found


def test_an_entry_of_which_little_is_said_has_the_defaults(queue: Queue, clock: FakeClock) -> None:
    wanted = NewEntry("work", "d", clock.now(), "Europe/London", options='{"strict": true}')
    (plain,) = queue.add([wanted], clock.now())
    found = queue.get(plain)
    (same, _) = queue.add([wanted, replace(wanted, late=Late.SKIP)], clock.now())
    assert replace(queue.get(same), id=plain, series=plain) == found
    for name in NewEntry.__annotations__.keys() - {"series"}:
        assert getattr(found, name) == getattr(wanted, name), name


def test_ids_rise_in_a_burst_and_name_one_entry_each(queue: Queue, clock: FakeClock) -> None:
    ids = queue.add([entry(clock)] * 50_000, clock.now())
    more = queue.add([entry(clock)], clock.now())
    assert ids + more == sorted(set(ids + more))
    assert len(ids) == 50_000


def test_an_id_is_not_given_again_after_its_entry_was_removed(queue: Queue, clock: FakeClock) -> None:
    ids = set()
    for _ in range(20):
        (entry_id,) = queue.add([entry(clock)], clock.now())
        ids.add(entry_id)
        queue.remove(entry_id, stamp(clock))
    assert len(ids) == 20


def test_nothing_is_claimed_before_it_is_due(queue: Queue, clock: FakeClock) -> None:
    queue.add([entry(clock, 10)], clock.now())
    assert claim(queue, clock) is None
    assert queue.next_at(stamp(clock)) == clock.now() + timedelta(seconds=10)
    clock.advance(9.9)
    assert claim(queue, clock) is None
    clock.advance(0.1)
    assert claimed(queue, clock).state is EntryState.CLAIMED


def test_the_oldest_is_claimed_first_across_accounts(queue: Queue, clock: FakeClock) -> None:
    times = [(-5, "a"), (-50, "b"), (-20, "a"), (-30, "c"), (5, "a")]
    queue.add([entry(clock, in_s, account=account, draft=str(in_s)) for in_s, account in times], clock.now())
    order = []
    while (found := claim(queue, clock)) is not None:
        order.append(found.draft)
    assert order == ["-50", "-30", "-20", "-5"]


def test_what_was_claimed_is_nobody_elses_until_its_lease_has_run_out(queue: Queue, clock: FakeClock) -> None:
    queue.add([entry(clock)], clock.now())
    first = claimed(queue, clock)
    clock.advance(LEASE_S - 1)
    assert claim(queue, clock, "b") is None
    assert queue.next_at(stamp(clock)) == clock.now() + timedelta(seconds=1)
    clock.advance(1)
    second = claimed(queue, clock, "b")
    assert (second.id, second.fence, second.deaths) == (first.id, first.fence + 1, 1)


def test_a_clock_set_forward_does_not_end_a_lease(queue: Queue, clock: FakeClock) -> None:
    queue.add([entry(clock)], clock.now())
    claimed(queue, clock)
    clock.set_back(-86_400)
    assert claim(queue, clock, "b") is None
    clock.set_back(2 * 86_400)
    clock.advance(LEASE_S)
    assert claim(queue, clock, "b") is not None


def test_a_lease_of_before_a_restart_runs_out(queue: Queue, clock: FakeClock) -> None:
    queue.add([entry(clock)], clock.now())
    claimed(queue, clock)
    clock.restart(down_s=60, up_s=5)
    assert claim(queue, clock, "b") is None
    clock.advance(LEASE_S)
    assert claim(queue, clock, "b") is not None


def test_who_has_lost_a_claim_writes_nothing(queue: Queue, clock: FakeClock) -> None:
    queue.add([entry(clock)], clock.now())
    slow = claimed(queue, clock)
    clock.advance(LEASE_S)
    quick = claimed(queue, clock, "b")
    with pytest.raises(ClaimLostError):
        queue.settle(slow, replace(POSTED, follows=entry(clock)), stamp(clock))
    with pytest.raises(ClaimLostError):
        queue.renew(slow, stamp(clock))
    assert queue.get(slow.id) == quick
    assert len(queue.page(limit=9)) == 1
    assert queue.settle(quick, POSTED, stamp(clock)).state is EntryState.POSTED


def test_a_renewed_claim_lasts_longer(queue: Queue, clock: FakeClock) -> None:
    queue.add([entry(clock)], clock.now())
    held = claimed(queue, clock)
    clock.advance(LEASE_S - 1)
    queue.renew(held, stamp(clock))
    clock.advance(LEASE_S - 1)
    assert claim(queue, clock, "b") is None


def test_what_is_settled_is_read_back_and_not_claimed_again(queue: Queue, clock: FakeClock) -> None:
    queue.add([entry(clock, draft="")], clock.now())
    settlement = Settlement(
        EntryState.MISSED, draft="chosen", cause=Cause.LATE, detail="too late", stands_for=3, ends_series=True, take=2
    )
    after = queue.settle(claimed(queue, clock), settlement, stamp(clock))
    assert queue.get(after.id) == after
    assert (after.state, after.draft, after.cause, after.detail) == (
        EntryState.MISSED,
        "chosen",
        Cause.LATE,
        "too late",
    )
    assert (after.stands_for, after.repeat, after.lease, after.settled_at) == (3, None, None, clock.now())
    assert after.key == f"schedule:{after.id}:2"
    assert claim(queue, clock) is None
    assert queue.next_at(stamp(clock)) is None
    assert queue.counts() == {EntryState.MISSED: 1}


def test_the_next_occurrence_takes_the_rule_with_it(queue: Queue, clock: FakeClock) -> None:
    wanted = replace(entry(clock), repeat=Repeat("@daily"))
    (entry_id,) = queue.add([wanted], clock.now())
    follows = replace(wanted, due=wanted.due + timedelta(days=1), series=entry_id, occurrence=2)
    queue.settle(claimed(queue, clock), replace(POSTED, follows=follows), stamp(clock))
    assert queue.get(entry_id).repeat is None
    (following,) = queue.page(limit=9)
    assert (following.series, following.occurrence, following.repeat) == (entry_id, 2, Repeat("@daily"))


def test_an_entry_that_is_tried_again_has_its_turn_later(queue: Queue, clock: FakeClock) -> None:
    queue.add([entry(clock)], clock.now())
    again = clock.now() + timedelta(seconds=30)
    found = claimed(queue, clock)
    after = queue.settle(found, Settlement(EntryState.SCHEDULED, act_at=again, run="r"), stamp(clock))
    assert (after.act_at, after.due, after.settled_at, after.run) == (again, found.due, None, "r")
    assert claim(queue, clock) is None
    clock.advance(30)
    assert claimed(queue, clock).id == after.id


def test_a_closed_gate_holds_one_account_and_opens_by_itself(queue: Queue, clock: FakeClock) -> None:
    queue.add([entry(clock), entry(clock, 1), entry(clock, 2, account="home")], clock.now())
    closing = Closing(600.0, Cause.LIMIT, "5 an hour", excuses=True)
    queue.settle(claimed(queue, clock), Settlement(EntryState.SCHEDULED, closing=closing), stamp(clock))
    gate = queue.gates()["work"]
    assert (gate.cause, gate.detail, gate.excused_until) == (
        Cause.LIMIT,
        "5 an hour",
        clock.now() + timedelta(seconds=600),
    )
    clock.advance(2)
    other = claimed(queue, clock)
    assert other.account == "home"
    queue.settle(other, POSTED, stamp(clock))
    assert claim(queue, clock) is None
    clock.advance(598)
    assert claimed(queue, clock).account == "work"


def test_a_clock_set_back_opens_a_gate_rather_than_closing_it_for_a_day(queue: Queue, clock: FakeClock) -> None:
    clock.set_back(-86_400)
    queue.add([entry(clock, -90_000)], clock.now())
    closing = Closing(600.0, Cause.LIMIT, "", excuses=True)
    queue.settle(claimed(queue, clock), Settlement(EntryState.SCHEDULED, closing=closing), stamp(clock))
    clock.set_back(86_400)
    assert claim(queue, clock) is not None


@pytest.mark.parametrize("paused", ["work", ""])
def test_nothing_is_claimed_while_an_account_or_the_queue_is_paused(
    queue: Queue, clock: FakeClock, paused: str
) -> None:
    queue.add([entry(clock)], clock.now())
    queue.pause(paused, paused=True)
    assert claim(queue, clock) is None
    assert queue.next_at(stamp(clock)) is None
    assert queue.gates()[paused].paused
    queue.pause(paused, paused=False)
    assert claim(queue, clock) is not None


def test_a_claim_that_died_waits_while_its_account_is_paused(queue: Queue, clock: FakeClock) -> None:
    queue.add([entry(clock)], clock.now())
    claimed(queue, clock)
    clock.advance(LEASE_S)
    queue.pause("work", paused=True)
    assert claim(queue, clock) is None


def test_a_person_moves_pauses_and_resumes_an_entry(queue: Queue, clock: FakeClock) -> None:
    (entry_id,) = queue.add([entry(clock)], clock.now())
    queue.edit(entry_id, pause(), stamp(clock))
    assert claim(queue, clock) is None
    later = clock.now() + timedelta(hours=1)
    moved = queue.edit(entry_id, move(later, zone="Europe/London", note="n"), stamp(clock))
    assert (moved.state, moved.due, moved.act_at, moved.zone) == (EntryState.PAUSED, later, later, "Europe/London")
    resumed = queue.edit(entry_id, resume(), stamp(clock))
    assert queue.get(entry_id) == resumed
    assert (resumed.state, claim(queue, clock)) == (EntryState.SCHEDULED, None)
    clock.advance(3600)
    assert claim(queue, clock) is not None


def test_a_missed_entry_is_resumed_at_once_and_counts_no_more(queue: Queue, clock: FakeClock) -> None:
    (entry_id,) = queue.add([entry(clock, -9000)], clock.now())
    queue.settle(claimed(queue, clock), Settlement(EntryState.MISSED, cause=Cause.LATE, detail="x"), stamp(clock))
    queue.edit(entry_id, resume(), stamp(clock))
    found = claimed(queue, clock)
    assert (found.act_at, found.cause, found.detail) == (clock.now(), Cause.NONE, "")
    assert queue.counts() == {}


def test_nobody_changes_what_a_process_is_at_work_on(queue: Queue, clock: FakeClock) -> None:
    (entry_id,) = queue.add([entry(clock)], clock.now())
    slow = claimed(queue, clock)
    with pytest.raises(TryLaterError):
        queue.edit(entry_id, move(clock.now(), zone="UTC"), stamp(clock))
    with pytest.raises(TryLaterError):
        queue.remove(entry_id, stamp(clock))
    clock.advance(LEASE_S)
    queue.edit(entry_id, pause(), stamp(clock))
    with pytest.raises(ClaimLostError):
        queue.settle(slow, POSTED, stamp(clock))


def test_what_is_posted_or_has_begun_is_not_moved(queue: Queue, clock: FakeClock) -> None:
    (entry_id,) = queue.add([entry(clock)], clock.now())
    queue.settle(claimed(queue, clock), Settlement(EntryState.SCHEDULED, run="r1"), stamp(clock))
    with pytest.raises(PartialError, match="r1"):
        queue.edit(entry_id, move(clock.now(), zone="UTC"), stamp(clock))
    with pytest.raises(UsageError) as told:
        queue.edit(entry_id, resume(), stamp(clock))
    assert "onering thread resume r1" in told.value.hint
    queue.settle(claimed(queue, clock), POSTED, stamp(clock))
    for edit in (move(clock.now(), zone="UTC"), pause(), resume()):
        with pytest.raises(UsageError):
            queue.edit(entry_id, edit, stamp(clock))
    with pytest.raises(UsageError):
        queue.remove(entry_id, stamp(clock))


def test_a_removed_entry_is_gone(queue: Queue, clock: FakeClock) -> None:
    (entry_id,) = queue.add([entry(clock)], clock.now())
    assert queue.remove(entry_id, stamp(clock)).id == entry_id
    assert claim(queue, clock) is None
    with pytest.raises(UsageError):
        queue.get(entry_id)


def test_pages_are_by_due_time_and_can_be_narrowed(queue: Queue, clock: FakeClock) -> None:
    queue.add([entry(clock, 60 * n, account="ab"[n % 2], draft=str(n)) for n in (3, 0, 2, 1)], clock.now())
    queue.settle(claimed(queue, clock), POSTED, stamp(clock))
    seen = {
        "all": queue.page(limit=9),
        "second": queue.page(limit=1, offset=1),
        "of b": queue.page(limit=9, account="b"),
        "posted": queue.page(limit=9, states=frozenset({EntryState.POSTED})),
        "between": queue.page(
            limit=9, since=clock.now() + timedelta(seconds=120), until=clock.now() + timedelta(seconds=180)
        ),
    }
    told = {name: [found.draft for found in page] for name, page in seen.items()}
    assert told == {"all": ["1", "2", "3"], "second": ["2"], "of b": ["1", "3"], "posted": ["0"], "between": ["2"]}
    assert queue.taken("a", clock.now(), clock.now() + timedelta(hours=1)) == [clock.now() + timedelta(seconds=120)]
    assert queue.ids("", limit=2) == sorted((found.id for found in queue.page(limit=9)), reverse=True)[:2]


def test_slots_are_kept_once_and_forgotten(slots: Slots, clock: FakeClock) -> None:
    morning, evening = Slot("work", "mon-fri 09:30", "Europe/London"), Slot("home", "sun 20:00", "UTC")
    assert slots.put(morning, clock.now())
    assert slots.put(evening, clock.now())
    assert not slots.put(morning, clock.now())
    assert slots.all() == [evening, morning]
    assert slots.of("work") == [morning]
    assert slots.remove(morning)
    assert not slots.remove(morning)
    assert slots.all() == [evening]


def test_a_moment_can_be_had_for_one_entry_alone(queue: Queue, clock: FakeClock) -> None:
    queue.add([entry(clock, 60)], clock.now(), exclusive=True)
    queue.add([entry(clock, 60, account="home")], clock.now(), exclusive=True)
    with pytest.raises(MomentTakenError):
        queue.add([entry(clock, 61), entry(clock, 60)], clock.now(), exclusive=True)
    assert len(queue.page(limit=9)) == 2


def test_who_read_the_clock_and_then_waited_for_the_store_takes_nothing_from_the_living(
    queue: Queue, clock: FakeClock
) -> None:
    queue.add([entry(clock)], clock.now())
    read_first = Claim("b", stamp(clock), LEASE_S)
    clock.advance(5)
    claimed(queue, clock)
    assert queue.claim(read_first) is None
