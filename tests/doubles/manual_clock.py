"""A clock that stands still until somebody waits or moves it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta


class ManualClock:
    """Satisfies `Clock`; `waits` lists what was slept."""

    def __init__(self, start: datetime = datetime(2026, 8, 1, 9, 30, tzinfo=UTC)) -> None:
        self._start = start
        self._passed_s = 0.0
        self.waits: list[float] = []

    def now(self) -> datetime:
        return self._start + timedelta(seconds=self._passed_s)

    def monotonic(self) -> float:
        return 1_000.0 + self._passed_s

    def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        self._passed_s += seconds

    def advance(self, seconds: float) -> None:
        self._passed_s += seconds
