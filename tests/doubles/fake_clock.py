"""A clock that only moves when a test moves it, or when somebody sleeps on it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta


class FakeClock:
    """Satisfies `Clock`.

    Args:
        now: Where the wall clock starts, aware UTC.
        monotonic_s: Where the monotonic clock starts.
    """

    def __init__(self, now: datetime = datetime(2026, 8, 1, 12, 0, tzinfo=UTC), monotonic_s: float = 1000.0) -> None:
        self._now = now
        self._monotonic_s = monotonic_s
        self.slept_s: list[float] = []
        self.true_s = 0.0  # what has really passed, as the rest of the world counts it

    def now(self) -> datetime:
        return self._now

    def monotonic(self) -> float:
        return self._monotonic_s

    def sleep(self, seconds: float) -> None:
        self.slept_s.append(seconds)
        self.advance(seconds)

    def advance(self, seconds: float) -> None:
        """Time passes on both clocks."""
        self.true_s += seconds
        self._now += timedelta(seconds=seconds)
        self._monotonic_s += seconds

    def set_back(self, seconds: float) -> None:
        """Somebody sets the wall clock back; a negative number sets it forward."""
        self._now -= timedelta(seconds=seconds)

    def suspend(self, seconds: float) -> None:
        """The machine sleeps: its monotonic clock stands still."""
        self.true_s += seconds
        self._now += timedelta(seconds=seconds)

    def restart(self, down_s: float = 30.0, up_s: float = 5.0) -> None:
        """The machine starts again: its monotonic clock begins at nought."""
        self.true_s += down_s + up_s
        self._now += timedelta(seconds=down_s + up_s)
        self._monotonic_s = up_s
