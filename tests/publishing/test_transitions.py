"""The state machine held against POSTING.md's table, row by row, and against a simple model of the platform."""

from __future__ import annotations

from dataclasses import replace

import pytest
from doubles.fake_clock import FakeClock
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from onering_cli.publishing.elapsed import stamp
from onering_cli.publishing.events import (
    Absent,
    Adopt,
    Cleared,
    Context,
    Effect,
    Event,
    Looked,
    MediaReady,
    NoOracle,
    ParentChecked,
    Ready,
    Recheck,
    RemovalChecked,
    RollBack,
    Taken,
    WatermarkChecked,
)
from onering_cli.publishing.model import Payload, Reason, Segment, SegmentState, Upload
from onering_cli.publishing.outcomes import (
    Ambiguous,
    Blocked,
    Created,
    Duplicate,
    Gone,
    MediaGone,
    NotSent,
    ParentNotVisible,
    RateLimited,
    RemotePost,
    Unavailable,
)
from onering_cli.publishing.ports import Certainty
from onering_cli.publishing.rules import PublishingSettings
from onering_cli.publishing.sameness import Findings
from onering_cli.publishing.transitions import transition

CLOCK = FakeClock()
NOW = stamp(CLOCK)
PLANNED = Segment(1, Payload("two"), "hash", "", 3, 15)
CONTEXT = Context(NOW, PublishingSettings(), Certainty.READING, strict=False, rolling_back=False, answers=True)
POST = RemotePost("42", "two", parent_id="41", url="https://example.com/42")
ONE, SEVERAL, NONE = Findings((POST,), ()), Findings((POST, replace(POST, remote_id="43")), ()), Findings((), ())


def at(state: SegmentState, reason: Reason = Reason.NONE, **ways: object) -> Segment:
    """A segment in a state, attempted once."""
    tried = {} if state is SegmentState.PLANNED else {"watermark": "41", "attempt": 1, "attempted": NOW}
    unanswered = {"unanswered": 1} if state is SegmentState.UNKNOWN else {}
    changes: dict[str, object] = {**tried, **unanswered, "state": state, "reason": reason, **ways}
    return replace(PLANNED, **changes)  # type: ignore[arg-type]  # fields of a segment


P, S, U, H, B = (
    SegmentState.PLANNED,
    SegmentState.SENDING,
    SegmentState.UNKNOWN,
    SegmentState.HELD,
    SegmentState.BLOCKED,
)
SENT, DELETING, DELETED = SegmentState.SENT, SegmentState.DELETING, SegmentState.DELETED
TABLE: list[tuple[Segment, Event, SegmentState, Reason, Effect]] = [
    (at(P), Taken(), P, Reason.NONE, Effect.PREPARE),
    (at(P, uploads=(None,)), MediaReady(0, Upload("m", NOW, 9.0)), P, Reason.NONE, Effect.PREPARE),
    (at(P), Ready("41", ""), S, Reason.NONE, Effect.SEND),
    (at(P), Blocked(Reason.MEDIA_REFUSED), B, Reason.MEDIA_REFUSED, Effect.STOP),
    (at(P), Unavailable("down"), P, Reason.NOT_SENT, Effect.PREPARE),
    (at(P), RollBack(), P, Reason.NONE, Effect.PROCEED),
    (at(P, Reason.RESEND, unanswered=1), Taken(), U, Reason.UNANSWERED, Effect.LOOK),
    (at(P, Reason.RESEND, unanswered=1), RollBack(), U, Reason.UNANSWERED, Effect.LOOK),
    (at(S), Created("42", "u"), SENT, Reason.NONE, Effect.PROCEED),
    (at(S), NotSent("refused"), P, Reason.NOT_SENT, Effect.PREPARE),
    (at(S, Reason.NOT_SENT, tries=4), NotSent("refused"), P, Reason.NOT_SENT, Effect.STOP),
    (at(S), RateLimited(900.0), P, Reason.RATE_LIMITED, Effect.PREPARE),
    (at(S), Blocked(Reason.MONTHLY_CAP), B, Reason.MONTHLY_CAP, Effect.STOP),
    (at(S), Blocked(Reason.NOT_SUMMONED), B, Reason.NOT_SUMMONED, Effect.STOP),
    (at(S), ParentNotVisible(), P, Reason.PARENT_LAG, Effect.PREPARE),
    (at(S, Reason.PARENT_LAG, tries=3), ParentNotVisible(), P, Reason.PARENT_LAG, Effect.CHECK_PARENT),
    (at(P, Reason.PARENT_LAG, tries=3), ParentChecked(exists=True), P, Reason.PARENT_LAG, Effect.STOP),
    (at(P, Reason.PARENT_LAG, tries=3), ParentChecked(exists=False), H, Reason.PARENT_GONE, Effect.STOP),
    (at(S), MediaGone(), P, Reason.MEDIA_EXPIRED, Effect.PREPARE),
    (at(S, Reason.MEDIA_EXPIRED, tries=2), MediaGone(), B, Reason.MEDIA_REFUSED, Effect.STOP),
    (at(S), Ambiguous("timeout"), U, Reason.UNANSWERED, Effect.LOOK),
    (at(S), Taken(), U, Reason.INTERRUPTED, Effect.LOOK),
    (at(S), Duplicate(), U, Reason.DUPLICATE, Effect.LOOK),
    (at(U), Looked(ONE, watermark_visible=True), SENT, Reason.ADOPTED, Effect.PROCEED),
    (at(U), Looked(ONE, watermark_visible=False), SENT, Reason.ADOPTED, Effect.PROCEED),
    (at(U), Looked(SEVERAL, watermark_visible=True), SENT, Reason.ADOPTED_ONE_OF_SEVERAL, Effect.PROCEED),
    (at(U), Looked(NONE, watermark_visible=True), U, Reason.UNANSWERED, Effect.LOOK),
    (at(U, looks=3), Looked(NONE, watermark_visible=True), P, Reason.RESEND, Effect.PREPARE),
    (at(U, looks=3, unanswered=2), Looked(NONE, watermark_visible=True), H, Reason.RESENT, Effect.STOP),
    (at(U, looks=3), Looked(NONE, watermark_visible=False), U, Reason.WATERMARK_HIDDEN, Effect.STOP),
    (at(U, looks=2), Looked(NONE, watermark_visible=False), U, Reason.WATERMARK_HIDDEN, Effect.CHECK_WATERMARK),
    (at(U, looks=4), Looked(NONE, watermark_visible=False), U, Reason.WATERMARK_HIDDEN, Effect.CHECK_WATERMARK),
    (at(U, looks=3), Looked(Findings((), (POST,)), watermark_visible=True), H, Reason.NO_ORACLE, Effect.STOP),
    (at(U, Reason.WATERMARK_HIDDEN, looks=3), WatermarkChecked(exists=False), H, Reason.PARENT_GONE, Effect.STOP),
    (at(U, Reason.WATERMARK_HIDDEN, looks=3), WatermarkChecked(exists=True), U, Reason.UNANSWERED, Effect.STOP),
    (
        at(U, Reason.WATERMARK_HIDDEN, looks=3, index=0),
        WatermarkChecked(exists=False),
        H,
        Reason.WATERMARK_GONE,
        Effect.STOP,
    ),
    (at(H, Reason.WATERMARK_GONE, unanswered=1, index=0), Recheck(), U, Reason.UNANSWERED, Effect.LOOK),
    (at(H, Reason.WATERMARK_GONE, unanswered=1, index=0), Absent(), P, Reason.RESEND, Effect.PREPARE),
    (
        at(U, Reason.DUPLICATE, looks=3, unanswered=0),
        Looked(NONE, watermark_visible=True),
        H,
        Reason.DUPLICATE,
        Effect.STOP,
    ),
    (at(U, Reason.DUPLICATE, looks=3), Looked(NONE, watermark_visible=True), U, Reason.DUPLICATE, Effect.STOP),
    (at(U), NoOracle(), H, Reason.NO_ORACLE, Effect.STOP),
    (at(U), Unavailable("down"), U, Reason.NONE, Effect.LOOK),
    (at(U, looks=3), Unavailable("down"), U, Reason.NONE, Effect.STOP),
    (at(U), RateLimited(900.0), U, Reason.NONE, Effect.LOOK),
    (at(U), Blocked(Reason.UNAUTHORIZED), U, Reason.NONE, Effect.STOP),
    (at(U), Adopt("42", "u"), SENT, Reason.ADOPTED, Effect.PROCEED),
    (at(U), Absent(), U, Reason.NONE, Effect.LOOK),
    (at(U, looks=4), Absent(), P, Reason.RESEND, Effect.PREPARE),
    (at(H, Reason.RESENT, unanswered=2), Taken(), H, Reason.RESENT, Effect.STOP),
    (at(H, Reason.RESENT, unanswered=2), Recheck(), U, Reason.UNANSWERED, Effect.LOOK),
    (at(H, Reason.NO_ORACLE, unanswered=1), Recheck(), H, Reason.NO_ORACLE, Effect.STOP),
    (at(H, Reason.RESENT, unanswered=2), Absent(), P, Reason.RESEND, Effect.PREPARE),
    (at(H, Reason.NO_ORACLE, unanswered=1), Adopt("42", "u"), SENT, Reason.ADOPTED, Effect.PROCEED),
    (at(H, Reason.PARENT_GONE), RollBack(), P, Reason.NONE, Effect.PROCEED),
    (at(B, Reason.NO_CREDITS), Taken(), B, Reason.NO_CREDITS, Effect.STOP),
    (at(B, Reason.NO_CREDITS), Cleared(), P, Reason.NONE, Effect.PREPARE),
    (at(B, Reason.NO_CREDITS, unanswered=1), Cleared(), U, Reason.UNANSWERED, Effect.LOOK),
    (at(B, Reason.NO_CREDITS), RollBack(), B, Reason.NO_CREDITS, Effect.PROCEED),
    (at(SENT), Taken(), SENT, Reason.NONE, Effect.PROCEED),
    (at(SENT), RollBack(), DELETING, Reason.NONE, Effect.REMOVE),
    (at(DELETING), Gone(), DELETED, Reason.NONE, Effect.PROCEED),
    (at(DELETING), Ambiguous("drop"), DELETING, Reason.UNANSWERED, Effect.CHECK_REMOVAL),
    (at(DELETING), RemovalChecked(exists=False), DELETED, Reason.NONE, Effect.PROCEED),
    (at(DELETING), RemovalChecked(exists=True), DELETING, Reason.NONE, Effect.REMOVE),
    (at(DELETING), Taken(), DELETING, Reason.NONE, Effect.REMOVE),
    (at(DELETING), Blocked(Reason.UNAUTHORIZED), DELETING, Reason.UNAUTHORIZED, Effect.STOP),
    (at(DELETED), RollBack(), DELETED, Reason.NONE, Effect.PROCEED),
]


@pytest.mark.parametrize(("segment", "event", "state", "reason", "effect"), TABLE)
def test_the_table(segment: Segment, event: Event, state: SegmentState, reason: Reason, effect: Effect) -> None:
    after, does = transition(segment, event, CONTEXT)
    assert (after.state, after.reason, does) == (state, reason, effect)


def test_strict_mode_asks_where_the_default_sends_again() -> None:
    strict = replace(CONTEXT, strict=True)
    after, does = transition(at(U, looks=3), Looked(NONE, watermark_visible=True), strict)
    assert (after.state, after.reason, does) == (H, Reason.NOT_FOUND, Effect.STOP)


def test_the_watermark_is_that_of_the_first_attempt() -> None:
    after, _ = transition(at(P, watermark="41", attempt=1), Ready("99", ""), CONTEXT)
    assert (after.watermark, after.attempt) == ("41", 2)


def test_a_limit_keeps_its_wait_and_a_cap_keeps_none() -> None:
    limited, _ = transition(at(S), RateLimited(900.0), CONTEXT)
    capped, _ = transition(at(S), Blocked(Reason.MONTHLY_CAP), CONTEXT)
    assert limited.pause is not None
    assert limited.pause.seconds == 900.0
    assert capped.pause is None


def test_a_first_post_that_answers_nobody_has_no_parent_to_wait_for() -> None:
    after, does = transition(at(S), ParentNotVisible(), replace(CONTEXT, answers=False))
    assert (after.state, after.reason, does) == (B, Reason.FORBIDDEN, Effect.STOP)


def test_a_duplicate_is_given_up_after_a_day() -> None:
    late = FakeClock()
    late.advance(86_400)
    segment = at(U, Reason.DUPLICATE, looks=5)
    after, _ = transition(segment, Looked(NONE, watermark_visible=True), replace(CONTEXT, now=stamp(late)))
    assert (after.state, after.reason) == (H, Reason.DUPLICATE)


def test_a_destination_with_a_key_sends_the_same_again() -> None:
    keyed = replace(CONTEXT, certainty=Certainty.KEY)
    after, does = transition(at(S, key="k"), Ambiguous("drop"), keyed)
    assert (after.state, after.key, does) == (P, "k", Effect.PREPARE)


@pytest.mark.parametrize("state", SegmentState)
def test_what_cannot_happen_is_a_bug(state: SegmentState) -> None:
    impossible: Event = Created("1", "") if state is not SegmentState.SENDING else Looked(NONE, watermark_visible=True)
    with pytest.raises(ValueError, match=str(state)):
        transition(at(state), impossible, CONTEXT)


class OnePost(RuleBasedStateMachine):
    """One segment and a platform that accepts, drops and lags as it likes, while processes die and people ask.

    The model is a count: how often the platform accepted the post, and whether it shows it.
    """

    strict = False

    @initialize(strict=st.booleans())
    def begin(self, strict: bool) -> None:
        self.clock = FakeClock()
        self.segment = PLANNED
        self.effect = Effect.PREPARE
        self.accepted = 0
        self.deleted = 0
        self.rolling_back = False
        self.strict = strict

    def happens(self, event: Event) -> None:
        context = Context(
            stamp(self.clock), PublishingSettings(), Certainty.READING, self.strict, self.rolling_back, answers=True
        )
        self.segment, self.effect = transition(self.segment, event, context)

    def does(self, effect: Effect) -> bool:
        return self.effect is effect

    @precondition(lambda self: self.does(Effect.PREPARE))
    @rule()
    def is_ready(self) -> None:
        self.happens(Ready("41", ""))

    @precondition(lambda self: self.does(Effect.PREPARE))
    @rule(event=st.sampled_from([Unavailable("x"), RateLimited(9.0), Blocked(Reason.NO_CREDITS)]))
    def cannot_prepare(self, event: Event) -> None:
        self.happens(event)

    @precondition(lambda self: self.does(Effect.SEND))
    @rule(answered=st.booleans())
    def is_accepted(self, answered: bool) -> None:
        self.accepted += 1
        self.happens(Created("42", "u") if answered else Ambiguous("dropped"))

    @precondition(lambda self: self.does(Effect.SEND))
    @rule(
        event=st.sampled_from(
            [
                NotSent("x"),
                RateLimited(9.0),
                Blocked(Reason.UNAUTHORIZED),
                Blocked(Reason.INVALID),
                ParentNotVisible(),
                MediaGone(),
                Ambiguous("x"),
            ]
        )
    )
    def is_refused(self, event: Event) -> None:
        self.happens(Duplicate() if self.accepted else event)

    @precondition(lambda self: self.does(Effect.LOOK))
    @rule()
    def is_looked_for(self) -> None:
        """The platform shows its posts in time, as the default mode presumes."""
        self.clock.advance(100)
        self.happens(Looked(ONE if self.accepted > self.deleted else NONE, watermark_visible=True))

    @precondition(lambda self: self.does(Effect.LOOK))
    @rule()
    def is_looked_for_in_vain(self) -> None:
        """The timeline shows neither the post nor its watermark, whatever is there."""
        self.clock.advance(100)
        self.happens(Looked(NONE, watermark_visible=False))

    @precondition(lambda self: self.strict and self.does(Effect.LOOK))
    @rule()
    def is_looked_for_too_early(self) -> None:
        """The platform hides its posts for as long as it likes, which strict mode must survive."""
        self.clock.advance(100)
        self.happens(Looked(NONE, watermark_visible=True))

    @precondition(lambda self: self.does(Effect.LOOK))
    @rule(event=st.sampled_from([Unavailable("x"), Blocked(Reason.UNAUTHORIZED), NoOracle()]))
    def cannot_be_looked_for(self, event: Event) -> None:
        self.happens(event)

    @precondition(lambda self: self.does(Effect.CHECK_PARENT))
    @rule(exists=st.booleans())
    def parent_is_checked(self, exists: bool) -> None:
        self.happens(ParentChecked(exists))

    @precondition(lambda self: self.does(Effect.CHECK_WATERMARK))
    @rule(exists=st.booleans())
    def watermark_is_checked(self, exists: bool) -> None:
        self.happens(WatermarkChecked(exists))

    @precondition(lambda self: self.does(Effect.REMOVE))
    @rule(answered=st.booleans())
    def is_removed(self, answered: bool) -> None:
        self.deleted = self.accepted
        self.happens(Gone() if answered else Ambiguous("dropped"))

    @precondition(lambda self: self.does(Effect.REMOVE))
    @rule(event=st.sampled_from([NotSent("x"), RateLimited(9.0), Ambiguous("x"), Blocked(Reason.UNAUTHORIZED)]))
    def is_not_removed(self, event: Event) -> None:
        self.happens(event)

    @precondition(lambda self: self.does(Effect.CHECK_REMOVAL))
    @rule()
    def removal_is_checked(self) -> None:
        self.happens(RemovalChecked(self.deleted < self.accepted))

    @rule()
    def process_dies_and_another_takes_over(self) -> None:
        self.clock.advance(200)
        self.happens(RollBack() if self.rolling_back else Taken())

    @precondition(lambda self: self.does(Effect.STOP) or self.does(Effect.PROCEED))
    @rule()
    def a_person_rolls_back(self) -> None:
        self.rolling_back = True
        self.happens(RollBack())

    @precondition(lambda self: self.does(Effect.STOP) and self.segment.state in {H, U})
    @rule()
    def a_person_looks_and_says_the_truth(self) -> None:
        self.happens(Adopt("42", "u") if self.accepted > self.deleted else Absent())

    @precondition(lambda self: self.does(Effect.STOP) and self.segment.state is B)
    @rule()
    def a_person_clears_the_block(self) -> None:
        self.happens(Cleared())

    @invariant()
    def it_is_never_there_twice(self) -> None:
        assert self.accepted <= 1

    @invariant()
    def what_is_called_sent_is_there(self) -> None:
        if self.segment.state is SegmentState.SENT:
            assert self.accepted == 1
            assert self.deleted == 0
            assert self.segment.remote_id == "42"

    @invariant()
    def what_is_called_deleted_is_gone(self) -> None:
        if self.segment.state is SegmentState.DELETED:
            assert self.deleted == self.accepted == 1

    @invariant()
    def what_is_there_is_never_forgotten(self) -> None:
        if self.accepted > self.deleted and self.segment.state in {P, B, H}:
            assert self.segment.unanswered

    @invariant()
    def nothing_is_called_before_it_is_durably_sending(self) -> None:
        if self.does(Effect.SEND):
            assert self.segment.state is SegmentState.SENDING
            assert self.segment.attempted is not None


TestOnePost = OnePost.TestCase
TestOnePost.settings = settings(max_examples=150, stateful_step_count=40, deadline=None)
