"""A process that stays: sleeps until the next due time, and looks again when anybody has changed the queue."""

from __future__ import annotations

from typing import TYPE_CHECKING

from onering_cli.errors import StoreError
from onering_cli.publishing.elapsed import stamp

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from onering_cli.clock import Clock
    from onering_cli.scheduling.dispatch import Pass
    from onering_cli.scheduling.ports import Queue

    OnTrouble = Callable[[StoreError], None]

BEAT_S = 0.5
"""Between two beats: half of what a post may be late."""
LOOK_S = 60.0
"""The queue is looked at this often by the monotonic clock, whatever the wall clock says; and after trouble."""


class Daemon:
    """Beats; a beat with nothing to do asks the store one question.

    Args:
        queue: What is due.
        clock: The time.
        making: The pass to make whenever something is due.
        on_trouble: Told when the store could not be used; the next look is `LOOK_S` later.
    """

    def __init__(self, queue: Queue, clock: Clock, making: Pass, on_trouble: OnTrouble) -> None:
        self._queue = queue
        self._clock = clock
        self._making = making
        self._on_trouble = on_trouble
        self._mark: int | None = None
        self._wake_at: datetime | None = None
        self._looked_s = clock.monotonic() - LOOK_S
        self._in_trouble = False

    def beat(self) -> None:
        """Make a pass if something is due."""
        try:
            if self._has_reason():
                self._look()
                self._in_trouble = False
        except StoreError as error:
            if not self._in_trouble:
                self._on_trouble(error)
            self._in_trouble = True
            self._looked_s = self._clock.monotonic()

    def _has_reason(self) -> bool:
        if self._clock.monotonic() - self._looked_s >= LOOK_S:
            return True
        if self._in_trouble:
            return False
        is_due = self._wake_at is not None and self._clock.now() >= self._wake_at
        return is_due or self._queue.mark() != self._mark

    def _look(self) -> None:
        self._looked_s = self._clock.monotonic()
        self._mark = self._queue.mark()  # before the look: what changes meanwhile is a reason for another
        now = stamp(self._clock)
        self._wake_at = self._queue.next_at(now)
        if self._wake_at is not None and self._wake_at <= now.at:
            for _ in self._making.outcomes():
                pass  # subscribers tell of each
            self._wake_at = self._queue.next_at(stamp(self._clock))
