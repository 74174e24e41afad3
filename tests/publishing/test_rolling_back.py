"""Rolling back: what is unknown is settled, then everything is deleted from the last post to the first."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from doubles.mortality import Fate, SimulatedKill
from doubles.scripted_destination import Fault
from doubles.threads import machine, proposal, states, thread

from onering_cli.errors import ExitCode, RefusedError
from onering_cli.publishing.elapsed import stamp
from onering_cli.publishing.model import Reason, RunStatus, status_of
from onering_cli.publishing.outcomes import Gone
from onering_cli.publishing.words import explain, verdict

if TYPE_CHECKING:
    from collections.abc import Callable

    from doubles.threads import Machine

    from onering_cli.publishing.model import Run

THREAD = thread("one", "two", "three")


def posted(stage: Machine) -> Run:
    """The thread, out."""
    run = stage.publish(proposal(THREAD))
    assert status_of(run) is RunStatus.POSTED
    return run


def test_posts_are_deleted_from_the_last_to_the_first(stage: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    run = posted(stage)
    deleted: list[str] = []

    def delete(remote_id: str) -> Gone:
        deleted.append(remote_id)
        stage.platform.posts[len(run.segments) - len(deleted)].deleted = True
        return Gone()

    monkeypatch.setattr(stage.destination, "delete", delete)
    undone = stage.process().roll_back(run.id)
    assert status_of(undone) is RunStatus.ROLLED_BACK
    assert deleted == [segment.remote_id for segment in reversed(run.segments)]
    assert stage.platform.live() == []
    assert undone.spent_usd_milli == run.spent_usd_milli + 30


def moments_of_a_rollback() -> int:
    """How many moments a process has that rolls the thread back."""
    stage = machine()
    run = posted(stage)
    fate = Fate()
    stage.process(fate=fate).roll_back(run.id)
    return fate.moments


@pytest.mark.parametrize("moment", range(moments_of_a_rollback()))
def test_fault_08_a_rollback_killed_at_any_moment_is_finished_by_the_next(stage: Machine, moment: int) -> None:
    run = posted(stage)
    with pytest.raises(SimulatedKill):
        stage.process(fate=Fate(moment)).roll_back(run.id)
    stage.clock.advance(stage.settings.lease_s)
    assert status_of(stage.process().roll_back(run.id)) is RunStatus.ROLLED_BACK
    assert stage.platform.live() == []


def test_a_rollback_that_was_begun_is_what_resume_goes_on_with(stage: Machine) -> None:
    run = posted(stage)
    stage.destination.fail("delete", Fault.SHORT_LIMIT)
    waiting = stage.process().roll_back(run.id)
    assert status_of(waiting) is RunStatus.PARTIAL
    told = verdict(waiting, stamp(stage.clock))
    assert told is not None
    assert told.exit_code is ExitCode.PARTIAL
    assert "3 of 3 posts are still to be deleted" in told.message
    stage.clock.advance(900)
    assert states(stage.publish(proposal(THREAD))) == states(waiting)
    assert status_of(stage.process().resume(run.id)) is RunStatus.ROLLED_BACK


def test_a_post_that_is_gone_already_counts_as_deleted(stage: Machine) -> None:
    run = posted(stage)
    stage.platform.posts[1].deleted = True
    assert status_of(stage.process().roll_back(run.id)) is RunStatus.ROLLED_BACK


@pytest.mark.parametrize("fault", [Fault.DROP_BEFORE, Fault.DROP_AFTER, Fault.REFUSED])
def test_an_unanswered_deletion_is_looked_up(stage: Machine, fault: Fault) -> None:
    run = posted(stage)
    stage.destination.fail("delete", fault)
    assert status_of(stage.process().roll_back(run.id)) is RunStatus.ROLLED_BACK
    assert stage.platform.live() == []


def test_what_was_never_answered_is_found_and_deleted_too(stage: Machine) -> None:
    stage.destination.fail_create("two", Fault.DROP_AFTER)
    stage.destination.fail("timeline", *[Fault.UNAVAILABLE] * 4)
    run = stage.publish(proposal(THREAD))
    assert states(run) == ["sent", "unknown", "planned"]
    undone = stage.process().roll_back(run.id)
    assert states(undone) == ["deleted", "deleted", "planned"]
    assert status_of(undone) is RunStatus.ROLLED_BACK
    assert stage.platform.live() == []


def test_what_never_arrived_is_left_out(stage: Machine) -> None:
    stage.destination.fail_create("two", Fault.DROP_BEFORE)
    stage.destination.fail("timeline", *[Fault.UNAVAILABLE] * 4)
    run = stage.publish(proposal(THREAD))
    assert states(stage.process().roll_back(run.id)) == ["deleted", "planned", "planned"]
    assert stage.platform.count("create") == 2


def test_in_strict_mode_a_person_says_that_a_post_is_not_there(make_machine: Callable[..., Machine]) -> None:
    stage = make_machine(timeline_lag_s=5_000.0)
    stage.platform.accept(proposal(thread("older")).segments[0].payload, "", by_hand=True)
    stage.clock.advance(6_000)
    stage.destination.fail_create("one", Fault.DROP_AFTER)
    run = stage.publish(proposal(THREAD, strict=True))
    undone = stage.process().roll_back(run.id)
    assert states(undone) == ["held", "planned", "planned"]
    assert any("--not-there" in step for step in explain(undone, stamp(stage.clock)).steps)
    stage.process().adopt(run.id, 0, stage.platform.live()[0].remote_id)
    assert status_of(stage.process().roll_back(run.id)) is RunStatus.ROLLED_BACK
    assert stage.platform.live() == []


def test_a_refused_login_stops_the_rollback_until_the_next_one(stage: Machine) -> None:
    run = posted(stage)
    stage.destination.fail("delete", Fault.UNAUTHORIZED)
    stopped = stage.process().roll_back(run.id)
    assert states(stopped) == ["sent", "sent", "deleting"]
    assert stage.journal.facts("ada").block is Reason.UNAUTHORIZED
    assert status_of(stage.process().roll_back(run.id)) is RunStatus.ROLLED_BACK


def test_a_thread_that_was_taken_back_is_not_posted_again_by_the_same_call(stage: Machine) -> None:
    run = posted(stage)
    stage.process().roll_back(run.id)
    with pytest.raises(RefusedError) as told:
        stage.publish(proposal(THREAD))
    assert "--idempotency-key" in told.value.hint
    assert status_of(stage.publish(proposal(THREAD, key="again"))) is RunStatus.POSTED
    assert status_of(stage.publish(proposal(thread("one", "two", "changed")))) is RunStatus.POSTED


def test_a_run_of_which_nothing_got_out_leaves_the_draft_free(stage: Machine) -> None:
    stage.destination.fail_create("one", Fault.NO_CREDITS)
    run = stage.publish(proposal(THREAD))
    assert status_of(stage.process().roll_back(run.id)) is RunStatus.ROLLED_BACK
    assert stage.platform.count("delete") == 0
    assert status_of(stage.publish(proposal(THREAD))) is RunStatus.POSTED
