"""Elapsed time, whatever the wall clock does."""

from __future__ import annotations

from datetime import timedelta

from doubles.fake_clock import FakeClock
from hypothesis import given
from hypothesis import strategies as st

from onering_cli.publishing.elapsed import (
    PROOF_CAP_S,
    STALE_S,
    Pause,
    Stamp,
    ends_at,
    possible_s,
    proven_s,
    remaining_s,
    stamp,
)

JUMPS = st.lists(
    st.one_of(
        st.tuples(st.just("advance"), st.floats(0, 10_000)),
        st.tuples(st.just("set_back"), st.floats(-200_000, 200_000)),
        st.tuples(st.just("suspend"), st.floats(0, 100_000)),
        st.tuples(st.just("restart"), st.floats(0, 10_000)),
    ),
    max_size=12,
)


def after(jumps: list[tuple[str, float]]) -> tuple[FakeClock, Pause]:
    """A clock that went through something since an hour's pause began."""
    clock = FakeClock()
    pause = Pause(stamp(clock), 3600.0)
    for what, seconds in jumps:
        getattr(clock, what)(seconds)
    return clock, pause


@given(JUMPS)
def test_what_is_proven_has_passed(jumps: list[tuple[str, float]]) -> None:
    clock, pause = after(jumps)
    assert proven_s(pause.since, stamp(clock)) <= clock.true_s + 0.01


@given(JUMPS)
def test_no_pause_is_cut_short_beyond_what_a_wrong_clock_can_do(jumps: list[tuple[str, float]]) -> None:
    clock, pause = after(jumps)
    if remaining_s(pause, stamp(clock)) == 0:
        assert clock.true_s >= PROOF_CAP_S - 0.01


@given(JUMPS)
def test_every_pause_ends_once_it_has_been_waited_out(jumps: list[tuple[str, float]]) -> None:
    clock, pause = after(jumps)
    for _ in range(3):
        clock.advance(remaining_s(pause, stamp(clock)))
    assert remaining_s(pause, stamp(clock)) < 0.01


def test_a_machine_that_slept_trusts_the_wall_clock_for_a_long_pause() -> None:
    clock = FakeClock()
    pause = Pause(stamp(clock), 80_000.0)
    clock.suspend(90_000)
    assert remaining_s(pause, stamp(clock)) == PROOF_CAP_S
    clock.advance(PROOF_CAP_S)
    assert remaining_s(pause, stamp(clock)) == 0


def test_a_clock_set_back_does_not_stretch_a_pause() -> None:
    clock = FakeClock()
    pause = Pause(stamp(clock), 900.0)
    clock.set_back(86_400)
    clock.advance(100)
    assert remaining_s(pause, stamp(clock)) == 800.0
    assert ends_at(pause, stamp(clock)) == clock.now() + timedelta(seconds=800)


def test_a_store_from_another_machine_goes_by_the_wall_clock() -> None:
    clock = FakeClock()
    since = Stamp(clock.now(), clock.monotonic() - 1_000_000.0)
    clock.advance(5)
    assert proven_s(since, stamp(clock)) == 5


def test_a_stamp_that_was_read_before_the_other_one_proves_nothing() -> None:
    clock = FakeClock()
    read_first = stamp(clock)
    clock.advance(STALE_S - 1)
    assert proven_s(stamp(clock), read_first) == 0


def test_what_may_have_expired_goes_by_the_faster_clock() -> None:
    clock = FakeClock()
    since = stamp(clock)
    clock.suspend(100)
    assert possible_s(since, stamp(clock)) == 100
    clock.set_back(1000)
    clock.advance(5)
    assert possible_s(since, stamp(clock)) == 5
