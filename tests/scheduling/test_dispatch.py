"""What one pass makes of what is due: posted once, or visibly not."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from doubles.mortality import SimulatedKill
from doubles.scripted_destination import Fault

from onering_cli.errors import ExitCode
from onering_cli.publishing.elapsed import stamp
from onering_cli.publishing.rules import PublishingSettings
from onering_cli.scheduling.changes import resume
from onering_cli.scheduling.lateness import GRACE_S, Policy
from onering_cli.scheduling.model import Cause, EntryState, Late, NewEntry, Repeat
from onering_cli.scheduling.stopping import Stop

if TYPE_CHECKING:
    from doubles.schedule_stage import Stage

HOUR = 3600.0


def test_what_is_due_is_posted_once_and_in_order(stage: Stage) -> None:
    for text, in_s in (("third", 0), ("first", -20), ("second", -10), ("not yet", 60)):
        stage.schedule(text, in_s)
    told = stage.run()
    assert stage.posted == ["first", "second", "third"]
    assert [outcome.entry.state for outcome in told] == [EntryState.POSTED] * 3
    assert all(outcome.url and outcome.entry.run and outcome.exit_code == ExitCode.DONE for outcome in told)
    assert stage.run() == []
    stage.clock.advance(60)
    stage.run()
    assert stage.posted[3:] == ["not yet"]


def test_an_edited_draft_is_posted_as_it_is_when_due_and_a_frozen_one_as_it_was(stage: Stage) -> None:
    for frozen in (False, True):
        stage.schedule(f"before {frozen}", 60)
        stored = stage.drafts.get("@last")
        if frozen:
            stage.queue.remove(stage.queue.get("@last").id, stamp(stage.clock))
            stage.put(NewEntry("ada", stored.id, stage.clock.now() + timedelta(seconds=60), frozen=stored.source))
        stage.drafts.replace(stored.id, f"after {frozen}\n", expected_revision=1)
    stage.clock.advance(60)
    stage.run()
    assert stage.posted == ["after False", "before True"]


def test_a_draft_that_was_removed_fails_in_words_and_is_posted_once_it_is_back(stage: Stage) -> None:
    entry_id = stage.schedule("a", 60)
    draft_id = stage.queue.get(entry_id).draft
    stage.drafts.remove(draft_id)
    stage.clock.advance(60)
    (told,) = stage.run()
    assert (told.entry.state, told.cause) == (EntryState.FAILED, Cause.DRAFT_GONE)
    assert f"onering draft restore {draft_id}; then: onering schedule resume {entry_id}" in told.hint
    stage.drafts.restore(draft_id)
    stage.queue.edit(entry_id, resume(), stamp(stage.clock))
    stage.run()
    assert stage.posted == ["a"]


def test_a_draft_that_was_posted_by_hand_meanwhile_is_not_posted_again(stage: Stage) -> None:
    from doubles.threads import proposal, thread

    entry_id = stage.schedule("a", 60)
    run = stage.machine.publish(proposal(thread("a"), name=f"draft:{stage.queue.get(entry_id).draft}"))
    stage.clock.advance(60)
    (told,) = stage.run()
    assert (told.entry.state, told.cause, told.exit_code) == (
        EntryState.MISSED,
        Cause.ALREADY_POSTED,
        ExitCode.REFUSED,
    )
    assert run.id in told.message
    assert stage.posted == ["a"]


def test_a_draft_that_lint_refuses_fails_in_words(stage: Stage) -> None:
    stage.schedule("x" * 300)
    (told,) = stage.run()
    assert (told.entry.state, told.cause, told.exit_code) == (
        EntryState.FAILED,
        Cause.DRAFT_INVALID,
        ExitCode.REFUSED,
    )
    assert stage.posted == []


@pytest.mark.parametrize(
    ("late", "late_s", "state"),
    [
        (Late.POST, HOUR, "posted"),
        (Late.POST, HOUR + 1, "missed"),
        (Late.SKIP, GRACE_S, "posted"),
        (Late.SKIP, GRACE_S + 1, "missed"),
        (Late.ASK, GRACE_S, "posted"),
        (Late.ASK, GRACE_S + 1, "asking"),
    ],
)
def test_what_is_late_goes_by_the_policy(stage: Stage, late: Late, late_s: float, state: str) -> None:
    stage.policy = Policy(late)
    entry_id = stage.schedule("a", -late_s)
    told = stage.run()
    assert stage.states() == {entry_id: state}
    assert bool(stage.posted) == (state == "posted")
    assert [outcome.exit_code for outcome in told] == [ExitCode.DONE if state == "posted" else ExitCode.PARTIAL]
    assert stage.run() == []


def test_the_entrys_own_policy_counts_before_the_accounts(stage: Stage) -> None:
    stage.policy = Policy(Late.SKIP)
    stage.schedule("patient", -7 * HOUR, late=Late.POST, max_late_s=8 * HOUR)
    stage.schedule("strict", -HOUR, late=Late.POST, max_late_s=60.0)
    stage.run()
    assert stage.posted == ["patient"]


def test_a_missed_entry_says_how_late_it_is_and_is_posted_on_a_persons_word(stage: Stage) -> None:
    entry_id = stage.schedule("a", -3 * HOUR)
    (told,) = stage.run()
    assert told.message == "3 h late, and 1 h is the most"
    assert stage.queue.get(entry_id).detail == told.message
    assert f"onering schedule resume {entry_id}" in told.hint
    stage.queue.edit(entry_id, resume(), stamp(stage.clock))
    assert [outcome.entry.state for outcome in stage.run()] == [EntryState.POSTED]


def test_fault_37_after_hours_asleep_each_entry_is_treated_once_oldest_first_within_the_rate_limit(
    stage: Stage,
) -> None:
    stage.policy = Policy(max_late_s=12 * HOUR)
    stage.machine.settings = PublishingSettings(threads_per_hour=5)
    for number in range(12):
        stage.schedule(str(number), number * 1800.0)
    stage.schedule("too old", -5 * HOUR)
    stage.clock.suspend(8 * HOUR)
    first = stage.run()
    assert [outcome.entry.state for outcome in first[:-1]] == [EntryState.MISSED] + [EntryState.POSTED] * 5
    assert (first[-1].cause, first[-1].exit_code) == (Cause.LIMIT, ExitCode.TRY_LATER)
    assert first[-1].retry_at == stage.clock.now() + timedelta(hours=1)
    for _ in range(2):
        assert stage.run() == []
        stage.clock.advance(HOUR)
        stage.run()
    assert stage.posted == [str(number) for number in range(12)]


def test_waiting_for_the_accounts_limit_does_not_make_an_entry_late(stage: Stage) -> None:
    stage.machine.settings = PublishingSettings(threads_per_hour=1)
    for number in range(4):
        stage.schedule(str(number))
    for _ in range(4):
        stage.run()
        stage.clock.advance(HOUR)
    assert stage.posted == ["0", "1", "2", "3"]


def test_but_being_off_after_the_limit_was_over_does(stage: Stage) -> None:
    stage.machine.settings = PublishingSettings(threads_per_hour=1)
    for number in range(2):
        stage.schedule(str(number))
    stage.run()
    stage.clock.suspend(3 * HOUR)
    (told,) = stage.run()
    assert told.entry.state is EntryState.MISSED
    assert stage.posted == ["0"]


def test_an_account_that_is_logged_out_waits_without_holding_up_others_and_is_missed_in_words(stage: Stage) -> None:
    stage.logged_in = False
    entry_id = stage.schedule("a")
    (told,) = stage.run()
    assert (told.entry.state, told.cause, told.exit_code) == (
        EntryState.SCHEDULED,
        Cause.LOGGED_OUT,
        ExitCode.LOG_IN,
    )
    assert stage.run() == []
    stage.clock.advance(HOUR + 1)
    (told,) = stage.run()
    assert (told.entry.state, told.cause) == (EntryState.MISSED, Cause.LOGGED_OUT)
    assert told.message.endswith("late, and 1 h is the most; ada is not logged in")
    stage.logged_in = True
    stage.queue.edit(entry_id, resume(), stamp(stage.clock))
    stage.run()
    assert stage.posted == ["a"]


def test_an_account_that_logs_in_in_time_posts(stage: Stage) -> None:
    stage.logged_in = False
    stage.schedule("a")
    stage.run()
    stage.logged_in = True
    stage.clock.advance(600)
    stage.run()
    assert stage.posted == ["a"]


def test_without_a_network_an_entry_is_tried_again_and_goes_out_once(stage: Stage) -> None:
    stage.machine.destination.fail_create("a", *[Fault.REFUSED] * 6)
    stage.schedule("a")
    (told,) = stage.run()
    assert (told.entry.state, told.exit_code) == (EntryState.SCHEDULED, ExitCode.TRY_LATER)
    stage.clock.advance(120)
    stage.run()
    assert stage.posted == ["a"]


def test_what_could_not_be_sent_in_time_is_missed_and_nothing_of_it_goes_out_later(stage: Stage) -> None:
    stage.machine.destination.fail_create("a", *[Fault.REFUSED] * 6)
    entry_id = stage.schedule("a")
    stage.run()
    stage.clock.advance(2 * HOUR)
    (told,) = stage.run()
    assert told.entry.state is EntryState.MISSED
    assert stage.posted == []
    assert stage.machine.journal.page(limit=1, unfinished=True) == []
    stage.queue.edit(entry_id, resume(), stamp(stage.clock))
    stage.run()
    assert stage.posted == ["a"]


def test_an_unanswered_post_is_settled_by_the_same_entry(stage: Stage) -> None:
    stage.machine.destination.fail_create("a", Fault.DROP_AFTER)
    entry_id = stage.schedule("a")
    stage.run()
    assert stage.states() == {entry_id: "posted"}
    assert stage.posted == ["a"]


def test_what_needs_a_person_fails_and_names_the_run(stage: Stage) -> None:
    stage.machine.destination.fail_create("a", Fault.FORBIDDEN)
    stage.schedule("a")
    stage.schedule("b", 1)
    stage.clock.advance(1)
    told = stage.run()
    assert (told[0].entry.state, told[0].cause) == (EntryState.FAILED, Cause.REFUSED)
    assert told[0].entry.run in told[0].hint
    assert stage.posted == ["b"]


def test_fault_22_without_credits_no_call_is_made_until_it_is_too_late(stage: Stage) -> None:
    stage.machine.destination.fail_create("a", Fault.NO_CREDITS)
    stage.schedule("a")
    stage.schedule("b")
    stage.run()
    calls = len(stage.machine.platform.calls)
    for _ in range(100):
        stage.clock.advance(60)
        stage.run()
    assert len(stage.machine.platform.calls) == calls
    assert sorted(stage.states().values()) == ["failed", "missed"]


def test_a_series_goes_on_whatever_became_of_one(stage: Stage) -> None:
    due = stage.clock.now()
    assert due == datetime(2026, 8, 1, 12, tzinfo=UTC)
    first = stage.put(NewEntry("ada", stage.draft("daily"), due, "Europe/London", repeat=Repeat("0 13 * * *", more=3)))
    stage.machine.platform.duplicate_rule = False
    stage.run()
    (second,) = stage.queue.page(limit=9)
    assert (second.series, second.occurrence, second.due) == (first, 2, due + timedelta(days=1))
    stage.clock.suspend(86_400 + 2 * HOUR)
    stage.run()
    assert stage.states()[second.id] == "missed"
    stage.clock.advance(86_400 - 2 * HOUR)
    stage.run()
    stage.clock.advance(86_400)
    stage.run()
    assert stage.posted == ["daily"] * 3
    assert [state for state in stage.states().values() if state != "posted"] == ["missed"]


def test_occurrences_that_went_by_in_a_long_sleep_are_missed_in_one_and_the_last_goes_by_the_policy(
    stage: Stage,
) -> None:
    stage.machine.platform.duplicate_rule = False
    first = stage.put(NewEntry("ada", stage.draft("hourly"), stage.clock.now(), repeat=Repeat("0 * * * *")))
    stage.run()
    stage.clock.suspend(8.5 * HOUR)
    told = stage.run()
    assert [(outcome.entry.state, outcome.entry.stands_for) for outcome in told] == [
        (EntryState.MISSED, 7),
        (EntryState.POSTED, 1),
    ]
    assert "missed 7 times" in told[0].message
    assert told[1].entry.occurrence == 9
    (following,) = stage.queue.page(limit=9, states=frozenset({EntryState.SCHEDULED}))
    assert (following.series, following.occurrence) == (first, 10)
    assert following.due == datetime(2026, 8, 1, 21, tzinfo=UTC)
    assert stage.posted == ["hourly"] * 2


def test_a_year_off_takes_no_long_time_and_leaves_one_missed_entry(stage: Stage) -> None:
    stage.put(NewEntry("ada", stage.draft("often"), stage.clock.now(), repeat=Repeat("* * * * *")))
    stage.clock.suspend(365 * 86_400)
    told = stage.run()
    assert [outcome.entry.state for outcome in told] == [EntryState.MISSED, EntryState.POSTED]


def test_a_count_is_of_occurrences_posted_or_not(stage: Stage) -> None:
    stage.put(NewEntry("ada", stage.draft("x"), stage.clock.now(), repeat=Repeat("0 * * * *", more=2)))
    stage.clock.suspend(20 * HOUR)
    told = stage.run()
    assert [(outcome.entry.state, outcome.entry.stands_for) for outcome in told] == [
        (EntryState.MISSED, 2),
        (EntryState.MISSED, 1),
    ]
    assert stage.queue.page(limit=9, states=frozenset({EntryState.SCHEDULED})) == []


def test_a_rotation_takes_the_draft_that_was_posted_longest_ago_and_lets_others_cool_down(stage: Stage) -> None:
    for text in ("one", "two", "three"):
        stage.draft(text, tag="tips")
        stage.clock.advance(1)
    stage.draft("other", tag="news")
    stage.machine.platform.duplicate_rule = False
    new = NewEntry("ada", "", stage.clock.now(), repeat=Repeat("0 12 * * *"), tag="tips", cool_down_s=60 * HOUR)
    stage.put(new)
    runs = set()
    for _ in range(6):
        (told,) = stage.run()
        runs.add(told.entry.run)
        stage.clock.advance(86_400)
    assert stage.posted == ["one", "two", "three", "one", "two", "three"]
    assert len(runs) == 6
    for text in ("two", "three"):
        stage.drafts.remove(next(d for d in stage.drafts.tagged("tips") if text in stage.drafts.get(d).source))
    stage.run()
    assert stage.posted[-1] == "one"
    stage.clock.advance(86_400)
    (told,) = stage.run()
    assert (told.entry.state, told.cause) == (EntryState.MISSED, Cause.NOTHING_TO_ROTATE)


def test_a_bug_in_one_entry_keeps_no_other_from_being_posted(stage: Stage) -> None:
    broken = stage.schedule("a", -1)
    stage.schedule("b")
    queue_get = stage.drafts.get

    def get(reference: str, *, removed: bool = False) -> object:
        if reference == stage.queue.get(broken).draft:
            raise ZeroDivisionError
        return queue_get(reference, removed=removed)

    stage.drafts.get = get  # type: ignore[method-assign, assignment]  # a bug to order
    told = stage.run()
    assert [(outcome.entry.state, outcome.exit_code) for outcome in told] == [
        (EntryState.FAILED, ExitCode.BUG),
        (EntryState.POSTED, ExitCode.DONE),
    ]
    assert len(stage.bugs) == 1


def test_a_wish_to_stop_is_heeded_between_two_posts_of_a_thread_and_the_rest_goes_out_later(stage: Stage) -> None:
    stop = Stop()
    new = NewEntry("ada", stage.draft("one", "two", "three"), stage.clock.now())
    entry_id = stage.put(new)
    stage.machine.destination.before_create = stop.ask
    assert list(stage.make_pass(stop=stop).outcomes()) == []
    assert stage.posted == ["one"]
    assert stage.states() == {entry_id: "scheduled"}
    stage.machine.destination.before_create = lambda: None
    stage.run()
    assert stage.posted == ["one", "two", "three"]
    assert stage.states() == {entry_id: "posted"}


def test_an_entry_that_kills_its_processes_is_left_to_a_person(stage: Stage) -> None:
    from onering_cli.publishing.ports import Claim

    entry_id = stage.schedule("a", max_late_s=100 * HOUR)
    for _ in range(11):
        assert stage.queue.claim(Claim("x", stamp(stage.clock), 120.0)) is not None
        stage.clock.advance(120)
    (told,) = stage.run()
    assert (told.entry.state, told.cause) == (EntryState.FAILED, Cause.DIED)
    stage.queue.edit(entry_id, resume(), stamp(stage.clock))
    stage.run()
    assert stage.posted == ["a"]


def test_a_rotation_passes_over_a_draft_that_cannot_be_posted_and_says_so(stage: Stage) -> None:
    broken = stage.draft("x" * 300, tag="tips")
    stage.clock.advance(1)
    stage.draft("fine", tag="tips")
    stage.put(NewEntry("ada", "", stage.clock.now(), tag="tips", cool_down_s=60.0))
    (told,) = stage.run()
    assert stage.posted == ["fine"]
    assert f"draft {broken} was passed over" in told.message


def test_an_interrupted_pass_gives_its_claim_back(stage: Stage) -> None:
    entry_id = stage.schedule("a")

    def interrupt() -> None:
        raise KeyboardInterrupt

    stage.machine.destination.before_create = interrupt
    with pytest.raises(KeyboardInterrupt):
        stage.run()
    assert stage.states() == {entry_id: "scheduled"}
    stage.machine.destination.before_create = lambda: None
    stage.clock.advance(90)
    stage.run()
    stage.clock.advance(3600)
    stage.run()
    assert stage.posted == ["a"]


def die() -> None:
    raise SimulatedKill


def test_nor_does_one_that_kills_them_in_the_middle_of_its_run_keep_others_waiting(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    entry_id = stage.schedule("a", max_late_s=100 * HOUR)
    stage.schedule("b", 1, max_late_s=100 * HOUR)
    monkeypatch.setattr(stage.machine.destination, "newest_own_id", die)
    for _ in range(12):
        with suppress(SimulatedKill):
            stage.run()
        stage.clock.advance(130)
        if stage.states()[entry_id] == "failed":
            break
    assert stage.queue.get(entry_id).cause is Cause.DIED
    assert stage.queue.get(entry_id).run
    monkeypatch.undo()
    stage.clock.advance(130)
    stage.run()
    assert stage.posted == ["b"]


def test_an_occurrence_that_waited_in_vain_until_the_next_says_for_what(stage: Stage) -> None:
    stage.logged_in = False
    stage.policy = Policy(max_late_s=12 * HOUR)
    first = stage.put(NewEntry("ada", stage.draft("x"), stage.clock.now(), repeat=Repeat("0 * * * *")))
    stage.run()
    stage.clock.advance(HOUR)
    stage.run()
    missed = stage.queue.get(first)
    assert (missed.state, missed.cause) == (EntryState.MISSED, Cause.LOGGED_OUT)
    assert missed.detail.endswith("a later occurrence is due by now; ada is not logged in")
