"""Every state of a run can be read, acted on, and parsed."""

from __future__ import annotations

import itertools
import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from doubles.scripted_destination import Fault
from doubles.threads import machine, proposal, thread

from onering_cli.errors import ExitCode
from onering_cli.publishing.elapsed import stamp
from onering_cli.publishing.model import Lease, Reason, Run, RunStatus, SegmentState, status_of
from onering_cli.publishing.report import report
from onering_cli.publishing.words import explain, verdict

if TYPE_CHECKING:
    from doubles.threads import Machine

THREAD = thread("one", "two", "three")


def in_states(*states: SegmentState, reason: Reason = Reason.NONE, rolling_back: bool = False) -> Run:
    """A run whose segments are in these states."""
    run = machine().publish(proposal(THREAD))
    segments = tuple(
        replace(segment, state=state, reason=reason) for segment, state in zip(run.segments, states, strict=False)
    )
    return replace(run, segments=segments, rolling_back=rolling_back)


P, S, OUT, U, H, B, DEL, GONE = (
    SegmentState.PLANNED,
    SegmentState.SENDING,
    SegmentState.SENT,
    SegmentState.UNKNOWN,
    SegmentState.HELD,
    SegmentState.BLOCKED,
    SegmentState.DELETING,
    SegmentState.DELETED,
)


@pytest.mark.parametrize(
    ("states", "rolling_back", "status", "exit_code"),
    [
        ((P, P, P), False, RunStatus.PLANNED, ExitCode.TRY_LATER),
        ((OUT, OUT, OUT), False, RunStatus.POSTED, None),
        ((OUT, P, P), False, RunStatus.PARTIAL, ExitCode.PARTIAL),
        ((OUT, S, P), False, RunStatus.UNKNOWN, ExitCode.UNKNOWN),
        ((OUT, U, P), False, RunStatus.UNKNOWN, ExitCode.UNKNOWN),
        ((OUT, H, P), False, RunStatus.HELD, ExitCode.PARTIAL),
        ((OUT, B, P), False, RunStatus.BLOCKED, ExitCode.REFUSED),
        ((P, B, P), False, RunStatus.BLOCKED, ExitCode.REFUSED),
        ((GONE, GONE, GONE), True, RunStatus.ROLLED_BACK, None),
        ((GONE, P, B), True, RunStatus.ROLLED_BACK, None),
        ((P, P, P), True, RunStatus.ROLLED_BACK, None),
        ((OUT, DEL, GONE), True, RunStatus.PARTIAL, ExitCode.PARTIAL),
        ((OUT, OUT, OUT), True, RunStatus.PARTIAL, ExitCode.PARTIAL),
        ((GONE, H, P), True, RunStatus.HELD, ExitCode.PARTIAL),
        ((OUT, U, P), True, RunStatus.UNKNOWN, ExitCode.UNKNOWN),
    ],
)
def test_the_state_of_the_segments_is_the_status_of_the_run(
    states: tuple[SegmentState, ...], rolling_back: bool, status: RunStatus, exit_code: ExitCode | None
) -> None:
    run = in_states(*states, rolling_back=rolling_back)
    told = verdict(run, stamp(machine().clock))
    assert status_of(run) is status
    assert (told.exit_code if told else None) == exit_code


def test_a_refused_login_asks_to_log_in() -> None:
    told = verdict(in_states(OUT, B, P, reason=Reason.UNAUTHORIZED), stamp(machine().clock))
    assert told is not None
    assert told.exit_code is ExitCode.LOG_IN
    assert told.hint == "onering auth login x"


@pytest.mark.parametrize(("state", "reason"), [*itertools.product(SegmentState, Reason)])
def test_every_state_and_reason_reads_as_a_sentence(state: SegmentState, reason: Reason) -> None:
    for rolling_back in (False, True):
        run = in_states(OUT, state, P, reason=reason, rolling_back=rolling_back)
        told = explain(run, stamp(machine().clock))
        assert len(told.posts) == 3
        for sentence in (told.headline, *told.posts):
            assert sentence == sentence.strip()
            assert "_" not in sentence
        if status_of(run) not in {RunStatus.POSTED, RunStatus.ROLLED_BACK}:
            assert told.steps


def test_a_run_that_another_process_drives_says_so_and_until_when() -> None:
    stage: Machine = machine()
    run = replace(in_states(OUT, S, P), lease=Lease("host:1", stamp(stage.clock), 120.0))
    told = explain(run, stamp(stage.clock))
    assert told.headline == (
        "another process (host:1) is at work on it, or died over it; 1 of 3 posts is out; "
        "it can go on after 2026-08-01 12:02:00 UTC"
    )
    assert told.steps == (f"onering thread status {run.id}",)


def test_the_platform_s_own_words_are_quoted() -> None:
    stage = machine()
    stage.destination.fail_create("two", Fault.INVALID)
    run = stage.publish(proposal(THREAD))
    assert explain(run, stamp(stage.clock)).headline == (
        "post 2 of 3 is blocked: the platform says that it is not valid: “invalid”"
    )


def test_the_report_has_the_promised_shape() -> None:
    stage = machine()
    stage.destination.fail_create("two", Fault.DAILY_LIMIT)
    run = stage.publish(proposal(THREAD, name="draft:abc"))
    first = run.segments[0]
    assert json.loads(json.dumps(report(run, operation="post"))) == {
        "operation": "post",
        "status": "partial",
        "draft": "abc",
        "run": run.id,
        "account": "ada",
        "root": {"id": first.remote_id, "url": first.url},
        "posts": [
            {"index": 1, "state": "sent", "id": first.remote_id, "url": first.url, "weight": 3},
            {"index": 2, "state": "planned", "id": None, "url": None, "weight": 3},
            {"index": 3, "state": "planned", "id": None, "url": None, "weight": 5},
        ],
        "remaining": 2,
        "warnings": [],
        "cost_usd": 0.015,
    }


def test_a_post_found_more_than_once_is_among_the_warnings() -> None:
    run = in_states(OUT, OUT, OUT, reason=Reason.ADOPTED_ONE_OF_SEVERAL)
    told = report(run, operation="post")
    assert len(told["warnings"]) == 3
    assert "post 1 is on the timeline more than once" in told["warnings"][0]


def test_a_file_has_no_draft() -> None:
    run = machine().publish(proposal(THREAD, name="content:00"))
    assert report(run, operation="post")["draft"] is None
