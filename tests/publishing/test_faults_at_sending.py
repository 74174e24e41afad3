"""Faults 1 to 36 of publishing that strike while a thread is sent: no duplicate, nothing lost, no broken chain."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from doubles.mortality import Fate, SimulatedKill
from doubles.scripted_destination import Fault, ScriptedDestination
from doubles.threads import machine, proposal, states, thread

from onering_cli.errors import ExitCode, LogInError, RefusedError, TryLaterError
from onering_cli.publishing.elapsed import stamp
from onering_cli.publishing.model import Payload, Reason, Run, RunStatus, status_of
from onering_cli.publishing.ports import LeaseLostError
from onering_cli.publishing.rules import PublishingSettings
from onering_cli.publishing.words import explain, verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from doubles.threads import Machine

    from onering_cli.publishing.outcomes import CreateOutcome

THREAD = thread("one", "two", "three")


def in_order(stage: Machine) -> list[str]:
    """What the platform holds, checked to be one unbroken chain."""
    live = stage.platform.live()
    assert [post.parent_id for post in live] == ["", *(post.remote_id for post in live)][: len(live)]
    return [post.payload.text for post in live]


def killed(stage: Machine, moment: int) -> None:
    """A process that posts the thread and dies at a moment."""
    with pytest.raises(SimulatedKill):
        stage.process(fate=Fate(moment)).publish(proposal(THREAD))


def once_more(stage: Machine) -> Run:
    """The same call again, after the lease of the dead has run out."""
    stage.clock.advance(stage.settings.lease_s)
    return stage.publish(proposal(THREAD))


def moment_of(verb: str, nth: int, *, after: bool) -> int:
    """The moment right before or after the nth call of a verb, counted in a process that lives."""
    stage = machine()
    fate = Fate()
    moments: list[int] = []
    body = stage.journal if verb == "record" else stage.destination
    method = getattr(body, verb)

    def counted(*args: object, **kwargs: object) -> object:
        moments.append(fate.moments - 1)
        return method(*args, **kwargs)

    setattr(body, verb, counted)
    stage.process(fate=fate).publish(proposal(THREAD))
    return moments[nth] + after


def test_fault_01_killed_before_the_commit_of_sending_is_posted_once_later(stage: Machine) -> None:
    killed(stage, moment_of("record", 0, after=False))
    assert in_order(stage) == []
    assert status_of(once_more(stage)) is RunStatus.POSTED
    assert in_order(stage) == ["one", "two", "three"]


def test_fault_02_killed_between_commit_and_call_is_sent_again_once(stage: Machine) -> None:
    killed(stage, moment_of("create", 1, after=False))
    assert stage.platform.count("create") == 1
    run = once_more(stage)
    assert states(run) == ["sent"] * 3
    assert run.segments[1].attempt == 2
    assert in_order(stage) == ["one", "two", "three"]


def test_fault_03_killed_in_flight_and_accepted_is_adopted(stage: Machine) -> None:
    killed(stage, moment_of("create", 1, after=True))
    run = once_more(stage)
    assert run.segments[1].reason is Reason.ADOPTED
    assert stage.platform.count("create") == 3
    assert in_order(stage) == ["one", "two", "three"]


def test_fault_04_killed_in_flight_and_accepted_late_is_adopted_without_a_second_create(stage: Machine) -> None:
    stage.destination.fail_create("two", Fault.LATE)
    run = stage.publish(proposal(THREAD))
    assert run.segments[1].reason is Reason.ADOPTED
    assert stage.platform.count("create") == 3
    assert in_order(stage) == ["one", "two", "three"]


def test_fault_05_killed_before_the_commit_of_sent_is_adopted(stage: Machine) -> None:
    killed(stage, moment_of("record", 3, after=False))
    assert states(stage.journal.get("@last")) == ["sent", "sending", "planned"]
    run = once_more(stage)
    assert run.segments[1].reason is Reason.ADOPTED
    assert in_order(stage) == ["one", "two", "three"]


def test_fault_06_killed_after_the_commit_of_sent_goes_on(stage: Machine) -> None:
    killed(stage, moment_of("record", 3, after=True))
    assert states(stage.journal.get("@last")) == ["sent", "sent", "planned"]
    assert status_of(once_more(stage)) is RunStatus.POSTED
    assert stage.platform.count("create") == 3


@pytest.mark.parametrize("moments", range(4))
def test_fault_07_killed_while_it_reconciles_comes_to_the_same_end(stage: Machine, moments: int) -> None:
    stage.destination.fail_create("two", Fault.DROP_AFTER)
    killed(stage, moment_of("create", 1, after=True) + 3 + moments)
    run = once_more(stage)
    assert run.segments[1].reason is Reason.ADOPTED
    assert in_order(stage) == ["one", "two", "three"]


def test_fault_09_dropped_before_it_was_accepted_is_posted_once(stage: Machine) -> None:
    stage.destination.fail_create("two", Fault.DROP_BEFORE)
    run = stage.publish(proposal(THREAD))
    assert (run.segments[1].attempt, run.segments[1].unanswered) == (2, 1)
    assert in_order(stage) == ["one", "two", "three"]


@pytest.mark.parametrize("index", range(3))
def test_fault_10_dropped_after_it_was_accepted_is_adopted(stage: Machine, index: int) -> None:
    stage.destination.fail_create(("one", "two", "three")[index], Fault.DROP_AFTER)
    run = stage.publish(proposal(THREAD))
    assert run.segments[index].reason is Reason.ADOPTED
    assert stage.platform.count("create") == 3
    assert in_order(stage) == ["one", "two", "three"]


def test_faults_11_to_16_no_clear_answer_is_unknown_and_never_planned(stage: Machine) -> None:
    stage.destination.fail_create("two", Fault.DROP_AFTER)
    stage.settings = replace(stage.settings, reconcile_waits_s=(90.0,))
    stage.destination.fail("timeline", Fault.UNAVAILABLE)
    run = stage.publish(proposal(THREAD))
    assert states(run) == ["sent", "unknown", "planned"]
    told = verdict(run, stamp(stage.clock))
    assert told is not None
    assert told.exit_code is ExitCode.UNKNOWN
    assert "reconcile" in told.hint
    assert states(stage.process().reconcile(run.id)) == ["sent", "sent", "planned"]


def test_fault_12_refused_without_being_accepted_is_sent_again_once_and_then_held(stage: Machine) -> None:
    stage.destination.fail_create("two", Fault.DROP_BEFORE, Fault.DROP_BEFORE, Fault.DROP_BEFORE)
    run = stage.publish(proposal(THREAD))
    assert states(run) == ["sent", "held", "planned"]
    assert run.segments[1].reason is Reason.RESENT
    assert stage.platform.count("create") == 3
    assert states(stage.publish(proposal(THREAD))) == ["sent", "held", "planned"]
    assert stage.platform.count("create") == 3


def test_fault_17_a_server_that_hangs_leaves_the_segment_unknown(stage: Machine) -> None:
    stage.destination.fail_create("one", Fault.HANG)
    run = stage.publish(proposal(THREAD))
    assert run.segments[0].attempt == 2
    assert in_order(stage) == ["one", "two", "three"]


def test_fault_18_no_connection_stays_planned_and_backs_off(stage: Machine) -> None:
    stage.destination.fail_create("two", *[Fault.REFUSED] * 5)
    run = stage.publish(proposal(THREAD))
    assert stage.clock.slept_s == [1.0, 2.0, 4.0, 8.0]
    assert states(run) == ["sent", "planned", "planned"]
    assert run.segments[1].unanswered == 0
    stage.clock.advance(60)
    assert status_of(stage.publish(proposal(THREAD))) is RunStatus.POSTED


def test_fault_18_before_anything_was_sent_is_told_as_try_later(stage: Machine) -> None:
    stage.destination.fail("newest", *[Fault.UNAVAILABLE] * 5)
    told = verdict(stage.publish(proposal(THREAD)), stamp(stage.clock))
    assert isinstance(told, TryLaterError)
    assert stage.platform.count("create") == 0


@pytest.mark.parametrize(("fault", "wait_s"), [(Fault.SHORT_LIMIT, 900.0), (Fault.DAILY_LIMIT, 80_000.0)])
def test_faults_19_and_20_a_limit_is_waited_out_without_an_early_call(
    stage: Machine, fault: Fault, wait_s: float
) -> None:
    stage.destination.fail_create("two", fault)
    run = stage.publish(proposal(THREAD))
    told = verdict(run, stamp(stage.clock))
    assert told is not None
    assert told.exit_code is ExitCode.PARTIAL
    assert "retry_at" in told.details
    stage.clock.advance(wait_s - 100)
    assert states(stage.publish(proposal(THREAD))) == ["sent", "planned", "planned"]
    assert stage.platform.count("create") == 2
    stage.clock.advance(41)
    assert status_of(stage.publish(proposal(THREAD))) is RunStatus.POSTED


@pytest.mark.parametrize("fault", [Fault.MONTHLY_CAP, Fault.NO_CREDITS])
def test_faults_21_and_22_a_cap_or_empty_account_costs_one_call_until_a_person_clears_it(
    stage: Machine, fault: Fault
) -> None:
    stage.destination.fail_create("one", fault)
    run = stage.publish(proposal(THREAD))
    assert states(run) == ["blocked", "planned", "planned"]
    calls = len(stage.platform.calls)
    for _ in range(3):
        stage.clock.advance(86_400)
        assert states(stage.publish(proposal(THREAD))) == ["blocked", "planned", "planned"]
        with pytest.raises(RefusedError):
            stage.publish(proposal(thread("something else"), name="draft:2"))
    assert len(stage.platform.calls) == calls
    assert status_of(stage.process().resume(run.id)) is RunStatus.POSTED
    assert status_of(stage.publish(proposal(thread("something else"), name="draft:2"))) is RunStatus.POSTED


def test_fault_23_a_duplicate_that_is_ours_is_adopted(stage: Machine) -> None:
    stage.destination.fail_create("two", Fault.DUPLICATE_OF_OURS)
    run = stage.publish(proposal(THREAD))
    assert run.segments[1].reason is Reason.ADOPTED
    assert stage.platform.count("create") == 3


def test_fault_24_a_duplicate_of_an_older_post_is_held_and_never_sent_again(stage: Machine) -> None:
    stage.platform.accept(Payload("one"), "", by_hand=True)
    stage.destination.fail_create("one", Fault.DUPLICATE_OF_OLDER)
    stage.clock.advance(3600)
    run = stage.publish(proposal(THREAD))
    assert states(run) == ["held", "planned", "planned"]
    assert run.segments[0].reason is Reason.DUPLICATE
    assert stage.platform.count("create") == 1


def test_fault_24_a_duplicate_after_an_unanswered_attempt_is_looked_for_during_a_day(
    make_machine: Callable[..., Machine],
) -> None:
    stage = make_machine(timeline_lag_s=20_000.0)
    stage.destination.fail_create("one", Fault.DROP_AFTER)
    run = stage.publish(proposal(THREAD))
    assert run.segments[0].reason is Reason.DUPLICATE
    assert states(run)[0] == "unknown"
    for _ in range(12):
        stage.clock.advance(1800)
        run = stage.publish(proposal(THREAD))
        if states(run)[0] == "sent":
            break
    assert run.segments[0].reason is Reason.ADOPTED
    assert [post.payload.text for post in stage.platform.live()].count("one") == 1


def test_fault_25_a_parent_that_lags_is_answered_later(make_machine: Callable[..., Machine]) -> None:
    stage = make_machine(parent_lag_s=12.0)
    assert status_of(stage.publish(proposal(THREAD))) is RunStatus.POSTED
    assert stage.clock.slept_s == [5.0, 10.0, 5.0, 10.0]
    assert in_order(stage) == ["one", "two", "three"]


def test_fault_26_a_parent_deleted_meanwhile_holds_the_thread_without_an_orphan(stage: Machine) -> None:
    stage.destination.fail_create("three", Fault.PARENT_DELETED)
    run = stage.publish(proposal(THREAD))
    assert states(run) == ["sent", "sent", "held"]
    assert run.segments[2].reason is Reason.PARENT_GONE
    assert in_order(stage) == ["one"]
    assert explain(run, stamp(stage.clock)).steps == (f"onering thread rollback {run.id}",)


def test_fault_27_a_reply_that_was_not_summoned_is_remembered_before_the_next_thread(stage: Machine) -> None:
    stage.destination.fail_create("two", Fault.NOT_SUMMONED)
    run = stage.publish(proposal(THREAD))
    assert states(run) == ["sent", "blocked", "planned"]
    explanation = explain(run, stamp(stage.clock))
    assert "replies that nobody asked for" in explanation.headline
    assert any("--as long" in step for step in explanation.steps)
    assert stage.journal.facts("ada").replies_refused_at is not None
    assert stage.journal.facts("ada").block is Reason.NONE
    assert status_of(stage.process().resume(run.id)) is RunStatus.POSTED
    assert stage.journal.facts("ada").replies_refused_at is None


def test_fault_28_a_login_refused_half_way_goes_on_after_the_next_login(stage: Machine) -> None:
    stage.destination.fail_create("two", Fault.UNAUTHORIZED)
    run = stage.publish(proposal(THREAD))
    assert isinstance(verdict(run, stamp(stage.clock)), LogInError)
    with pytest.raises(LogInError):
        stage.publish(proposal(thread("something else"), name="draft:2"))
    stage.journal.clear_block("ada")
    assert status_of(stage.publish(proposal(THREAD))) is RunStatus.POSTED
    assert in_order(stage) == ["one", "two", "three"]


def test_fault_31_an_index_that_lags_beyond_the_window_is_held_in_strict_mode(
    make_machine: Callable[..., Machine],
) -> None:
    stage = make_machine(timeline_lag_s=5_000.0, duplicate_rule=False)
    strict = proposal(THREAD, strict=True)
    stage.platform.accept(Payload("an older one"), "", by_hand=True)
    stage.clock.advance(6_000)
    stage.destination.fail_create("one", Fault.DROP_AFTER)
    run = stage.publish(strict)
    assert states(run) == ["held", "planned", "planned"]
    assert run.segments[0].reason is Reason.NOT_FOUND
    assert stage.platform.count("create") == 1
    stage.clock.advance(5_000)
    assert states(stage.process().reconcile(run.id)) == ["sent", "planned", "planned"]
    assert stage.platform.count("create") == 1


@pytest.mark.parametrize(
    "text",
    [
        "fish & chips < 5 > 3 &amp; more",
        "👩‍👩‍👧 families and 🏳️‍🌈",
        "cafe\u0301 in NFD",
        "read example.com and https://Example.com/A%20B/?q=1&r=2 today",
        "  white\r\nspace  everywhere \t",
        "long " * 5_000,
    ],
)
def test_fault_32_a_text_that_the_platform_writes_otherwise_is_matched(stage: Machine, text: str) -> None:
    stage.destination.fail_create(text, Fault.DROP_AFTER)
    run = stage.publish(proposal(thread(text), premium=True))
    assert run.segments[0].reason is Reason.ADOPTED
    assert stage.platform.count("create") == 1


def test_fault_33_what_the_user_writes_by_hand_meanwhile_is_not_adopted(stage: Machine) -> None:
    stage.destination.fail_create("two", Fault.HAND_REPLY)
    run = stage.publish(proposal(THREAD))
    by_hand = {post.remote_id for post in stage.platform.posts if post.by_hand}
    assert len(by_hand) == 1
    assert not by_hand & {segment.remote_id for segment in run.segments}
    assert in_order(stage) == ["one", "two", "three"]


def test_fault_34_media_that_expired_are_uploaded_again(stage: Machine) -> None:
    with_picture = proposal(thread("one", "two", pictures=(1,)))
    stage.destination.fail_create("two", Fault.DAILY_LIMIT)
    stage.publish(with_picture)
    assert stage.platform.uploads == 1
    stage.clock.advance(90_000)
    assert status_of(stage.publish(with_picture)) is RunStatus.POSTED
    assert stage.platform.uploads == 2
    assert stage.destination.media_ids_used[-1] == ("media-2",)


def test_fault_34_media_that_the_platform_lost_are_uploaded_again(stage: Machine) -> None:
    stage.destination.fail_create("one", Fault.MEDIA_GONE)
    assert status_of(stage.publish(proposal(thread("one", pictures=(0,))))) is RunStatus.POSTED
    assert stage.destination.media_ids_used == [("media-1",), ("media-2",)]


class Overtaken(ScriptedDestination):
    """A destination during whose first create call another process takes the run over."""

    def __init__(self, stage: Machine) -> None:
        super().__init__(stage.platform)
        self._stage = stage
        self.other: Run | None = None

    def create(self, payload: Payload, *, parent_id: str, media_ids: Sequence[str], key: str) -> CreateOutcome:
        outcome = super().create(payload, parent_id=parent_id, media_ids=media_ids, key=key)
        if self.other is None:
            self._stage.destination = ScriptedDestination(self._stage.platform)
            self._stage.clock.advance(self._stage.settings.lease_s)
            self.other = self._stage.publish(proposal(THREAD))
        return outcome


def test_fault_36_the_fencing_token_of_an_owner_whose_lease_ran_out_is_refused(stage: Machine) -> None:
    overtaken = stage.destination = Overtaken(stage)
    with pytest.raises(LeaseLostError):
        stage.publish(proposal(THREAD))
    assert overtaken.other is not None
    assert status_of(overtaken.other) is RunStatus.POSTED
    assert overtaken.other.segments[0].reason is Reason.ADOPTED
    assert in_order(stage) == ["one", "two", "three"]


def test_a_process_that_was_stopped_after_its_commit_does_not_send_late(
    stage: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = stage.process()
    record = stage.journal.record
    stopped: list[bool] = []

    def slow(*args: object) -> Run:
        run: Run = record(*args)  # type: ignore[arg-type]  # handed through
        if not stopped:
            stopped.append(True)
            stage.clock.advance(100)
        return run

    monkeypatch.setattr(stage.journal, "record", slow)
    run = engine.publish(proposal(THREAD))
    assert status_of(run) is RunStatus.POSTED
    assert [segment.attempt for segment in run.segments] == [2, 1, 1]
    assert stage.platform.count("create") == 3


def test_another_process_is_told_how_long_to_wait(stage: Machine) -> None:
    killed(stage, moment_of("create", 1, after=False))
    stage.clock.advance(20)
    with pytest.raises(TryLaterError) as told:
        stage.publish(proposal(THREAD))
    assert told.value.retry_at is not None
    assert (told.value.retry_at - stage.clock.now()).total_seconds() == 100.0


def test_never_more_than_four_readings_a_reconcile(stage: Machine) -> None:
    stage.destination.fail_create("one", Fault.DROP_BEFORE)
    stage.publish(proposal(THREAD))
    assert stage.platform.count("timeline") == 4


def test_a_look_that_comes_late_stands_for_those_before_it(stage: Machine) -> None:
    killed(stage, moment_of("create", 1, after=False))
    stage.clock.advance(86_400)
    assert status_of(stage.publish(proposal(THREAD))) is RunStatus.POSTED
    assert stage.platform.count("timeline") == 1


def test_a_wait_longer_than_allowed_ends_the_command_and_loses_nothing(make_machine: Callable[..., Machine]) -> None:
    stage = make_machine(settings=PublishingSettings(max_wait_s=0.5))
    stage.destination.fail_create("two", Fault.REFUSED)
    run = stage.publish(proposal(THREAD))
    assert stage.clock.slept_s == []
    assert states(run) == ["sent", "planned", "planned"]
    stage.clock.advance(1)
    assert status_of(stage.publish(proposal(THREAD))) is RunStatus.POSTED
