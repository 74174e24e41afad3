"""Strict mode under schedules that hypothesis draws: whatever the lag, the clocks, the faults and the deaths, no post is there twice.

A person may speak, too, but only says what is true: that a post is not there, or which one it is.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from doubles.mortality import Fate, SimulatedKill
from doubles.scripted_destination import Fault
from doubles.threads import machine, proposal, thread
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from onering_cli.errors import LogInError, OneRingError, RefusedError
from onering_cli.publishing.model import SegmentState, status_of
from onering_cli.publishing.rules import PublishingSettings

if TYPE_CHECKING:
    from collections.abc import Callable

    from onering_cli.publishing.engine import Engine
    from onering_cli.publishing.model import Run, Segment

TEXTS = ("one", "two, with a link https://example.com/a", "three")
DAY_S = 86_400.0
LAGS = st.sampled_from([0.0, 200.0, 301.0, 5_000.0, 1e9])
IN_DOUBT = [
    Fault.DROP_AFTER,
    Fault.DROP_BEFORE,
    Fault.LATE,
    Fault.HANG,
    Fault.DUPLICATE_OF_OURS,
    Fault.OLDER_DELETED_AFTER,
    Fault.HAND_REPLY,
]
# A person who deletes a post has taken it back: that is another story.
FAULTS = st.sampled_from(IN_DOUBT) | st.sampled_from([fault for fault in Fault if fault is not Fault.PARENT_DELETED])


class StrictThread(RuleBasedStateMachine):
    """One thread, any number of processes, and a platform that is as slow and as faulty as it likes."""

    @initialize(
        duplicate_rule=st.booleans(),
        lag_s=LAGS,
        parent_lag_s=st.sampled_from([0.0, 8.0]),
        faults=st.tuples(*(st.lists(FAULTS, max_size=2) for _ in TEXTS)),
        dies_at=st.none() | st.integers(0, 60),
    )
    def begin(
        self,
        duplicate_rule: bool,
        lag_s: float,
        parent_lag_s: float,
        faults: tuple[list[Fault], ...],
        dies_at: int | None,
    ) -> None:
        self.stage = machine(
            settings=PublishingSettings(strict=True, threads_per_hour=1000),
            duplicate_rule=duplicate_rule,
            timeline_lag_s=lag_s,
            parent_lag_s=parent_lag_s,
        )
        older = self.stage.platform.accept(proposal(thread("older")).segments[0].payload, "", by_hand=True)
        older.accepted_s = -1e12
        self.wanted = proposal(thread(*TEXTS, pictures=(1,)), strict=True)
        for text, planned in zip(TEXTS, faults, strict=True):
            self.stage.destination.fail_create(text, *planned)
        self.somebody_posts(dies_at)

    def work(self, verb: Callable[[Engine], Run], dies_at: int | None) -> None:
        """One process does something, and may die over it."""
        try:
            verb(self.stage.process(fate=Fate(dies_at) if dies_at is not None else None))
        except (LogInError, RefusedError):
            self.stage.journal.clear_block("ada")
        except (SimulatedKill, OneRingError):
            pass
        self.begun = bool(self.stage.journal.page(limit=1))

    @rule(dies_at=st.none() | st.integers(0, 60))
    def somebody_posts(self, dies_at: int | None) -> None:
        self.work(lambda engine: engine.publish(self.wanted), dies_at)

    @precondition(lambda self: self.begun)
    @rule(dies_at=st.none() | st.integers(0, 40))
    def somebody_resumes(self, dies_at: int | None) -> None:
        self.work(lambda engine: engine.resume("@last"), dies_at)

    @precondition(lambda self: self.begun)
    @rule(dies_at=st.none() | st.integers(0, 20))
    def somebody_reconciles(self, dies_at: int | None) -> None:
        self.work(lambda engine: engine.reconcile("@last"), dies_at)

    @precondition(lambda self: self.begun and self.in_doubt() is not None)
    @rule()
    def a_person_looks_and_says_what_is_true(self) -> None:
        segment = self.in_doubt()
        assert segment is not None
        found = [post for post in self.stage.platform.live() if post.payload == segment.payload]
        if found:
            self.work(lambda engine: engine.adopt("@last", segment.index, found[0].remote_id), None)
        elif not self.stage.platform.pending:
            self.work(lambda engine: engine.resume("@last", absent=True), None)

    def in_doubt(self) -> Segment | None:
        run = self.stage.journal.get("@last")
        return next((part for part in run.segments if part.state in {SegmentState.HELD, SegmentState.UNKNOWN}), None)

    @rule(seconds=st.sampled_from([1.0, 70.0, 130.0, 400.0, 2_000.0, DAY_S]))
    def time_passes(self, seconds: float) -> None:
        self.stage.clock.advance(seconds)

    @rule(seconds=st.sampled_from([DAY_S, -DAY_S]))
    def somebody_sets_the_clock(self, seconds: float) -> None:
        self.stage.clock.set_back(seconds)

    @rule(lag_s=LAGS)
    def the_platform_becomes_slower_or_faster(self, lag_s: float) -> None:
        self.stage.platform.timeline_lag_s = lag_s

    @rule(fault=st.sampled_from([Fault.UNAVAILABLE, Fault.SHORT_LIMIT, Fault.UNAUTHORIZED]))
    def a_reading_fails(self, fault: Fault) -> None:
        self.stage.destination.fail("timeline", fault)
        self.stage.destination.fail("lookup", fault)

    @invariant()
    def no_post_is_there_twice(self) -> None:
        self.stage.platform.settle()
        ours = Counter(post.payload.text for post in self.stage.platform.posts if not post.by_hand)
        assert all(times == 1 for times in ours.values()), ours

    @invariant()
    def the_chain_is_whole(self) -> None:
        ours = self.stage.platform.live()
        assert [post.payload.text for post in ours] == list(TEXTS[: len(ours)])
        assert [post.parent_id for post in ours] == ["", *(post.remote_id for post in ours)][: len(ours)]

    @invariant()
    def what_is_called_posted_is_there(self) -> None:
        if self.begun:
            run = self.stage.journal.get("@last")
            sent = [part.remote_id for part in run.segments if part.state is SegmentState.SENT]
            assert sent == [post.remote_id for post in self.stage.platform.live()][: len(sent)], status_of(run)


TestStrictThread = StrictThread.TestCase
TestStrictThread.settings = settings(max_examples=150, stateful_step_count=15, deadline=None)
