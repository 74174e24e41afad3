"""How much time has passed for certain, whatever happened to the wall clock in between."""

from datetime import UTC, datetime, timedelta

from onering_cli.clock import Clock
from onering_cli.record import record

PROOF_CAP_S = 900.0  # a pause is never ended on the wall clock's word alone before this much has passed for certain


STALE_S = 60.0
"""A stamp may be this old when it is used: its process may have waited for the store since it read the clocks."""


@record
class Stamp:
    """A moment on both clocks.

    `time.monotonic` is system-wide (https://docs.python.org/3/library/time.html#time.monotonic, August 2026), so a
    stamp that another process stored can be compared with; it starts again with the machine and may stand still
    while it sleeps, so a difference is the least that has passed.

    Args:
        at: The wall clock, aware UTC.
        monotonic_s: The monotonic clock.
    """

    at: datetime
    monotonic_s: float


EPOCH = Stamp(datetime(1970, 1, 1, tzinfo=UTC), 0.0)


@record
class Pause:
    """A stretch of time that must pass, counted from a stamp, before something may happen."""

    since: Stamp
    seconds: float


def stamp(clock: Clock) -> Stamp:
    """Now, on both clocks."""
    return Stamp(clock.now(), clock.monotonic())


def proven_s(since: Stamp, now: Stamp) -> float:
    """The least number of seconds that can have passed: a clock set forward does not count, nor does one set back."""
    steady_s = now.monotonic_s - since.monotonic_s
    if -STALE_S < steady_s < 0:  # `now` was read first, by a process that had to wait before it could use it
        return 0.0
    if steady_s < 0:  # the machine started again: it has been up no longer than it has been since the stamp
        steady_s = max(now.monotonic_s, 0.0)
    wall_s = (now.at - since.at).total_seconds()
    return steady_s if wall_s < 0 else min(steady_s, wall_s)


def possible_s(since: Stamp, now: Stamp) -> float:
    """The greatest number of seconds that either clock says have passed; for what may have expired."""
    return max(now.monotonic_s - since.monotonic_s, (now.at - since.at).total_seconds(), 0.0)


def remaining_s(pause: Pause, now: Stamp) -> float:
    """Seconds that a pause still lasts; 0 when it is over.

    A long pause (a daily limit) may end on the wall clock's word, since a machine that slept has a monotonic clock
    that stood still; but never before `PROOF_CAP_S` have passed for certain.
    """
    proven = proven_s(pause.since, now)
    steady_s = now.monotonic_s - pause.since.monotonic_s
    if proven >= pause.seconds or steady_s >= pause.seconds:
        return 0.0
    left_s = pause.seconds - proven
    wall_s = (now.at - pause.since.at).total_seconds()
    if wall_s < 0:
        return left_s
    return max(min(left_s, pause.seconds - wall_s), min(pause.seconds, PROOF_CAP_S) - proven, 0.0)


def ends_at(pause: Pause, now: Stamp) -> datetime:
    """When a pause is over, on the wall clock as it stands now."""
    return now.at + timedelta(seconds=remaining_s(pause, now))
