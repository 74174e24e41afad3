"""Publishing once: the same call again, two callers at once, people who decide, and destinations with a key."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from doubles.mortality import Fate, SimulatedKill
from doubles.scripted_destination import Fault
from doubles.threads import PICTURE, proposal, states, thread

from onering_cli.errors import PartialError, TryLaterError, UsageError
from onering_cli.publishing.elapsed import stamp
from onering_cli.publishing.engine import CHANGED_SINCE
from onering_cli.publishing.model import Form, Reason, RunStatus, status_of
from onering_cli.publishing.outcomes import Uploaded
from onering_cli.publishing.ports import Certainty
from onering_cli.publishing.rules import PublishingSettings
from onering_cli.publishing.words import explain

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, BinaryIO

    from doubles.threads import Machine

    from onering_cli.publishing.model import FrozenMedia, Payload, Run

THREAD = thread("one", "two", "three")


def _accept(stage: Machine, payload: Payload) -> None:
    """The platform takes a post in that no call of ours made."""
    stage.platform.accept(payload, "", by_hand=True)


def test_a_thread_is_posted_in_order_each_answering_the_one_before(stage: Machine) -> None:
    run = stage.publish(proposal(THREAD))
    assert states(run) == ["sent"] * 3
    live = stage.platform.live()
    assert [post.payload.text for post in live] == ["one", "two", "three"]
    assert [post.parent_id for post in live] == ["", live[0].remote_id, live[1].remote_id]
    assert run.spent_usd_milli == 45
    assert stage.platform.calls == ["newest", "create", "create", "create"]


def test_the_first_post_can_answer_another(stage: Machine) -> None:
    other = stage.platform.accept(proposal(thread("a question")).segments[0].payload, "", by_hand=True)
    stage.publish(proposal(thread("an answer"), reply_to_id=other.remote_id))
    assert stage.platform.live()[0].parent_id == other.remote_id


@pytest.mark.parametrize("key", ["", "K"])
def test_the_same_call_returns_the_first_result_however_often(stage: Machine, key: str) -> None:
    first = stage.publish(proposal(THREAD, key=key))
    calls = len(stage.platform.calls)
    for _ in range(3):
        again = stage.publish(proposal(THREAD, key=key))
        assert (again.id, again.segments) == (first.id, first.segments)
    assert len(stage.platform.calls) == calls


def test_a_call_without_a_key_finds_what_one_with_a_key_posted(stage: Machine) -> None:
    first = stage.publish(proposal(THREAD, key="K"))
    assert stage.publish(proposal(THREAD)).id == first.id


def test_a_new_key_posts_the_draft_again_on_purpose(make_machine: Callable[..., Machine]) -> None:
    stage = make_machine(duplicate_rule=False)
    stage.publish(proposal(THREAD, key="monday"))
    stage.publish(proposal(THREAD, key="tuesday"))
    assert len(stage.platform.live()) == 6


def test_a_new_key_does_not_begin_beside_an_unfinished_run(stage: Machine) -> None:
    stage.destination.fail_create("two", Fault.DAILY_LIMIT)
    first = stage.publish(proposal(THREAD, key="monday"))
    with pytest.raises(PartialError) as told:
        stage.publish(proposal(THREAD, key="tuesday"))
    assert told.value.details["run"] == first.id


def test_the_same_draft_goes_to_each_account_once(make_machine: Callable[..., Machine]) -> None:
    stage = make_machine(duplicate_rule=False)
    assert stage.publish(proposal(THREAD)).id != stage.publish(proposal(THREAD, account="bob")).id


def test_a_draft_edited_meanwhile_is_posted_as_it_was_and_the_user_is_told(stage: Machine) -> None:
    stage.destination.fail_create("two", Fault.DAILY_LIMIT)
    stage.publish(proposal(THREAD))
    stage.clock.advance(86_400)
    run = stage.publish(proposal(thread("one", "two", "three, but better")))
    assert CHANGED_SINCE in run.warnings
    assert [post.payload.text for post in stage.platform.live()] == ["one", "two", "three"]


def test_two_callers_at_once_post_once(stage: Machine) -> None:
    refused: list[TryLaterError] = []

    def come_in_beside() -> None:
        with pytest.raises(TryLaterError) as told:
            stage.publish(proposal(THREAD))
        refused.append(told.value)

    stage.destination.before_create = come_in_beside
    assert status_of(stage.publish(proposal(THREAD))) is RunStatus.POSTED
    assert len(refused) == 3
    assert refused[0].retry_at is not None
    assert len(stage.platform.live()) == 3


def test_an_interrupted_call_is_unknown_at_once_and_the_run_is_free(stage: Machine) -> None:
    def interrupt() -> None:
        stage.destination.after_create = stage.platform.settle
        raise KeyboardInterrupt

    stage.destination.after_create = interrupt
    with pytest.raises(KeyboardInterrupt):
        stage.publish(proposal(THREAD))
    run = stage.journal.get("@last")
    assert states(run) == ["unknown", "planned", "planned"]
    assert run.lease is None
    assert status_of(stage.publish(proposal(THREAD))) is RunStatus.POSTED
    assert len(stage.platform.live()) == 3


def test_an_interruption_between_a_commit_and_its_return_leaves_the_run_as_committed(
    stage: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = stage.journal.record
    written = 0

    def record_and_be_interrupted(*arguments: Any) -> Run:
        nonlocal written
        written += 1
        after = record(*arguments)
        if written == 4:
            raise KeyboardInterrupt
        return after

    monkeypatch.setattr(stage.journal, "record", record_and_be_interrupted)
    with pytest.raises(KeyboardInterrupt):
        stage.publish(proposal(THREAD))
    (summary,) = stage.journal.page(limit=1)
    run = stage.journal.get("@last")
    assert states(run) == ["sent", "sent", "planned"]
    assert (summary.status, summary.sent) == (RunStatus.PARTIAL, 2)
    assert run.lease is None
    assert run.spent_usd_milli == 30
    assert status_of(stage.publish(proposal(THREAD))) is RunStatus.POSTED


def test_all_media_are_uploaded_before_the_first_post(stage: Machine) -> None:
    stage.publish(proposal(thread("one", "two", "three", pictures=(0, 2))))
    assert stage.platform.calls[:4] == ["upload", "upload", "newest", "create"]


def test_media_that_the_platform_refuses_stop_the_thread_before_its_first_post(stage: Machine) -> None:
    stage.destination.fail("upload", Fault.NO_CREDITS)
    run = stage.publish(proposal(thread("one", "two", pictures=(1,))))
    assert states(run) == ["planned", "blocked"]
    assert stage.platform.count("create") == 0


@pytest.mark.parametrize("content", [None, b"another picture"])
def test_media_deleted_or_changed_since_the_plan_stop_the_thread(stage: Machine, content: bytes | None) -> None:
    wanted = proposal(thread("one", "two", pictures=(1,)))
    del stage.files.files["cat.png"]
    if content is not None:
        stage.files.files["cat.png"] = content
    run = stage.publish(wanted)
    for _ in range(2):
        assert states(run) == ["planned", "blocked"]
        assert run.segments[1].reason is Reason.MEDIA_CHANGED
        assert states(stage.publish(wanted)) == ["planned", "blocked"]
        run = stage.process().resume(run.id)
    assert stage.platform.calls == []
    stage.files.files["cat.png"] = PICTURE
    assert status_of(stage.process().resume(run.id)) is RunStatus.POSTED


def test_a_long_upload_keeps_the_lease(stage: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    def slow(media: FrozenMedia, content: BinaryIO, *, on_progress: Callable[[int], None]) -> Uploaded:
        for _ in range(40):
            stage.clock.advance(10)
            on_progress(1)
            with pytest.raises(TryLaterError):
                stage.publish(proposal(thread("one", pictures=(0,))))
        return Uploaded("media-1", 86_400.0)

    monkeypatch.setattr(stage.destination, "upload", slow)
    assert status_of(stage.publish(proposal(thread("one", pictures=(0,))))) is RunStatus.POSTED


def test_media_alone_have_no_oracle(stage: Machine) -> None:
    stage.destination.fail_create("", Fault.DROP_AFTER)
    run = stage.publish(proposal(thread("", pictures=(0,))))
    assert states(run) == ["held"]
    assert run.segments[0].reason is Reason.NO_ORACLE
    assert stage.platform.count("timeline") == 0


def test_a_text_that_the_account_posted_lately_has_no_oracle(make_machine: Callable[..., Machine]) -> None:
    stage = make_machine(duplicate_rule=False)
    stage.publish(proposal(thread("good morning"), name="draft:1"))
    stage.clock.advance(86_400)
    stage.destination.fail_create("good morning", Fault.DROP_BEFORE)
    run = stage.publish(proposal(thread("good morning"), name="draft:2"))
    assert run.segments[0].reason is Reason.NO_ORACLE
    assert states(stage.process().reconcile(run.id)) == ["held"]
    assert status_of(stage.process().resume(run.id, absent=True)) is RunStatus.POSTED


def test_what_differs_only_in_its_link_is_held_and_not_taken_for_ours(stage: Machine) -> None:
    stage.destination.fail_create("read https://example.com/a", Fault.DROP_BEFORE)
    theirs = proposal(thread("read https://example.com/b")).segments[0].payload
    stage.destination.after_create = lambda: _accept(stage, theirs)
    run = stage.publish(proposal(thread("read https://example.com/a")))
    assert run.segments[0].reason is Reason.NO_ORACLE


def test_several_that_match_leave_the_oldest_adopted_and_flagged(make_machine: Callable[..., Machine]) -> None:
    stage = make_machine(duplicate_rule=False)
    stage.destination.fail_create("one", Fault.DROP_AFTER)
    wanted = proposal(thread("one"))
    stage.destination.after_create = lambda: _accept(stage, wanted.segments[0].payload)
    run = stage.publish(wanted)
    assert run.segments[0].reason is Reason.ADOPTED_ONE_OF_SEVERAL
    assert run.segments[0].remote_id == stage.platform.posts[0].remote_id
    assert stage.platform.count("delete") == 0


def test_a_person_who_found_the_post_names_it(make_machine: Callable[..., Machine]) -> None:
    stage = make_machine(timeline_lag_s=10_000.0)
    stage.platform.accept(proposal(thread("older")).segments[0].payload, "", by_hand=True)
    stage.clock.advance(10_001)
    stage.destination.fail_create("one", Fault.DROP_AFTER)
    run = stage.publish(proposal(THREAD, strict=True))
    with pytest.raises(UsageError):
        stage.process().adopt(run.id, 0, "404")
    with pytest.raises(UsageError):
        stage.process().adopt(run.id, 1, stage.platform.live()[0].remote_id)
    stage.process().adopt(run.id, 0, stage.platform.live()[0].remote_id)
    assert status_of(stage.process().resume(run.id)) is RunStatus.POSTED
    assert len(stage.platform.live()) == 3


def test_a_watermark_that_is_gone_is_never_taken_for_absence(stage: Machine) -> None:
    older = stage.platform.accept(proposal(thread("older")).segments[0].payload, "", by_hand=True)
    stage.destination.fail_create("one", Fault.DROP_BEFORE)

    def delete_by_hand() -> None:
        older.deleted = True

    stage.destination.after_create = delete_by_hand
    run = stage.publish(proposal(THREAD))
    assert (run.segments[0].state, run.segments[0].reason) == ("held", Reason.WATERMARK_GONE)
    assert stage.platform.count("timeline") + stage.platform.count("lookup") == 4
    assert states(stage.process().reconcile(run.id))[0] == "held"
    assert stage.platform.count("create") == 1
    assert status_of(stage.process().resume(run.id, absent=True)) is RunStatus.POSTED


def test_a_post_is_found_although_its_watermark_is_gone(make_machine: Callable[..., Machine]) -> None:
    """Held at first, because a timeline that lags shows nothing yet; the next reading finds it."""
    stage = make_machine(timeline_lag_s=400.0)
    stage.platform.accept(proposal(thread("older")).segments[0].payload, "", by_hand=True).accepted_s = -1e6
    stage.destination.fail_create("one", Fault.OLDER_DELETED_AFTER)
    run = stage.publish(proposal(THREAD))
    assert run.segments[0].reason is Reason.WATERMARK_GONE
    stage.clock.advance(400.0)
    assert status_of(stage.process().reconcile(run.id)) is RunStatus.PARTIAL
    assert status_of(stage.publish(proposal(THREAD))) is RunStatus.POSTED
    assert stage.platform.count("create") == 3


def test_a_timeline_that_does_not_reach_back_leaves_the_post_unknown_with_ways_on(stage: Machine) -> None:
    """Ever so many posts by hand since: the watermark is there, and no reading shows it."""
    stage.platform.accept(proposal(thread("older")).segments[0].payload, "", by_hand=True)
    stage.destination.fail_create("one", Fault.DROP_BEFORE)

    def write_much() -> None:
        for number in range(150):
            stage.platform.accept(proposal(thread(f"by hand {number}")).segments[0].payload, "", by_hand=True)

    stage.destination.after_create = write_much
    run = stage.publish(proposal(THREAD))
    told = explain(run, stamp(stage.clock))
    assert states(run)[0] == "unknown"
    assert f"onering thread resume {run.id} --send-again" in told.steps
    assert stage.platform.count("create") == 1


def test_a_person_cannot_call_a_post_absent_before_all_looks_are_over(stage: Machine) -> None:
    with pytest.raises(SimulatedKill):
        stage.process(fate=Fate(7)).publish(proposal(THREAD))
    stage.clock.advance(stage.settings.lease_s)
    run = stage.process().resume(stage.journal.get("@last").id, absent=True)
    assert status_of(run) is RunStatus.POSTED
    assert len(stage.platform.live()) == 3


@pytest.mark.parametrize("fault", [Fault.DROP_BEFORE, Fault.DROP_AFTER])
def test_a_destination_with_a_key_is_simply_told_again(make_machine: Callable[..., Machine], fault: Fault) -> None:
    stage = make_machine(certainty=Certainty.KEY, duplicate_rule=False)
    stage.destination.fail_create("two", fault)
    run = stage.publish(proposal(THREAD))
    assert status_of(run) is RunStatus.POSTED
    assert [post.payload.text for post in stage.platform.live()] == ["one", "two", "three"]
    assert len({segment.key for segment in run.segments}) == 3
    assert "timeline" not in stage.platform.calls
    assert stage.clock.slept_s == []


@pytest.mark.parametrize("moment", range(14))
def test_a_destination_with_a_key_survives_every_death(make_machine: Callable[..., Machine], moment: int) -> None:
    stage = make_machine(certainty=Certainty.KEY, duplicate_rule=False)
    with pytest.raises(SimulatedKill):
        stage.process(fate=Fate(moment)).publish(proposal(THREAD))
    stage.clock.advance(stage.settings.lease_s)
    assert status_of(stage.publish(proposal(THREAD))) is RunStatus.POSTED
    assert [post.payload.text for post in stage.platform.live()] == ["one", "two", "three"]


def test_reconcile_settles_what_is_unknown_and_sends_nothing(stage: Machine) -> None:
    stage.destination.fail_create("two", Fault.DROP_BEFORE)
    stage.destination.fail("timeline", *[Fault.UNAVAILABLE] * 4)
    run = stage.publish(proposal(THREAD))
    assert states(stage.process().reconcile(run.id)) == ["sent", "planned", "planned"]
    assert stage.platform.count("create") == 2
    assert status_of(stage.process().resume(run.id)) is RunStatus.POSTED


def test_one_long_post_is_a_run_of_one_segment(stage: Machine) -> None:
    run = stage.publish(proposal(THREAD, form=Form.LONG))
    assert [post.payload.text for post in stage.platform.live()] == ["one\n\ntwo\n\nthree"]
    assert run.form is Form.LONG


def test_more_threads_than_allowed_in_an_hour_are_refused_before_anything_is_sent(stage: Machine) -> None:
    for number in range(5):
        stage.publish(proposal(thread(f"thread {number}"), name=f"draft:{number}"))
        stage.clock.advance(60)
    calls = len(stage.platform.calls)
    with pytest.raises(TryLaterError) as told:
        stage.publish(proposal(THREAD, name="draft:6"))
    assert told.value.retry_at is not None
    assert (told.value.retry_at - stage.clock.now()).total_seconds() == 3600 - 300
    assert len(stage.platform.calls) == calls
    stage.publish(proposal(THREAD, account="bob"))
    stage.clock.advance(3600 - 300)
    assert status_of(stage.publish(proposal(thread("late"), name="draft:7"))) is RunStatus.POSTED


def test_a_month_s_budget_is_never_overspent_even_by_threads_that_wait(make_machine: Callable[..., Machine]) -> None:
    stage = make_machine(settings=PublishingSettings(monthly_budget_usd_milli=100))
    stage.destination.fail_create("one", Fault.SHORT_LIMIT)
    stage.publish(proposal(THREAD))
    assert stage.journal.facts("ada").reserved_usd_milli == 45
    stage.publish(proposal(thread("four", "five", "six"), name="draft:2"))
    with pytest.raises(TryLaterError) as told:
        stage.publish(proposal(thread("seven"), name="draft:3"))
    assert "$0.10 a month" in told.value.message
    assert told.value.retry_at is not None
    assert (told.value.retry_at.month, told.value.retry_at.day) == (9, 1)
    stage.clock.advance(900)
    assert status_of(stage.publish(proposal(THREAD))) is RunStatus.POSTED
    facts = stage.journal.facts("ada")
    assert (facts.spent_usd_milli, facts.reserved_usd_milli) == (90, 0)


def test_a_budget_begins_anew_with_the_month(make_machine: Callable[..., Machine]) -> None:
    stage = make_machine(settings=PublishingSettings(monthly_budget_usd_milli=50))
    stage.publish(proposal(THREAD))
    with pytest.raises(TryLaterError):
        stage.publish(proposal(thread("seven"), name="draft:2"))
    stage.clock.advance(31 * 86_400)
    assert status_of(stage.publish(proposal(thread("seven"), name="draft:2"))) is RunStatus.POSTED


def test_a_budget_lowered_meanwhile_stops_a_run_that_waits(stage: Machine) -> None:
    stage.destination.fail_create("two", Fault.SHORT_LIMIT)
    stage.publish(proposal(THREAD))
    stage.clock.advance(900)
    stage.settings = replace(stage.settings, monthly_budget_usd_milli=40)
    with pytest.raises(TryLaterError):
        stage.publish(proposal(THREAD))
    stage.settings = replace(stage.settings, monthly_budget_usd_milli=45)
    assert status_of(stage.publish(proposal(THREAD))) is RunStatus.POSTED
