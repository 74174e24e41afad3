"""APScheduler as a ticker: it keeps no jobs and stores nothing, it only calls back at an even pace."""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from threading import Event
from time import monotonic
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_WATCH_S = 5.0
_JUMP_S = 1.0


class ApTicker:
    """Satisfies `Ticker`.

    Args:
        period_s: Between two beats; a beat that takes longer makes the next ones fall out.
    """

    def __init__(self, period_s: float) -> None:
        self._period_s = period_s
        self._stop = Event()

    def run(self, beat: Callable[[], None]) -> None:
        """Beat until `stop`; returns when the last beat has ended, and raises what a beat raised."""
        from apscheduler.executors.pool import ThreadPoolExecutor
        from apscheduler.schedulers.background import BackgroundScheduler

        logging.getLogger("apscheduler").setLevel(logging.CRITICAL)  # that a beat fell out is no news
        failures: list[BaseException] = []

        def guarded() -> None:
            if self._stop.is_set():
                return
            try:
                beat()
            except BaseException as exc:  # noqa: BLE001 -- raised again below, in the thread that waits
                failures.append(exc)
                self._stop.set()

        scheduler = BackgroundScheduler(timezone=UTC, executors={"default": ThreadPoolExecutor(1)})
        job = scheduler.add_job(
            guarded,
            "interval",
            seconds=self._period_s,
            coalesce=True,
            max_instances=1,
            misfire_grace_time=None,
            next_run_time=datetime.now(UTC),
        )
        scheduler.start()
        try:
            self._watch(lambda: job.modify(next_run_time=datetime.now(UTC)))
        finally:
            self._stop.set()
            scheduler.shutdown(wait=True)
        if failures:
            raise failures[0]

    def stop(self) -> None:
        """Let the beat that is under way be the last; may be called from a signal handler."""
        self._stop.set()

    def _watch(self, start_over: Callable[[], object]) -> None:
        """Wait for the end. APScheduler goes by the wall clock: set back by a day, it would not beat for a day."""
        distance_s = datetime.now(UTC).timestamp() - monotonic()
        while not self._stop.wait(_WATCH_S):
            before_s, distance_s = distance_s, datetime.now(UTC).timestamp() - monotonic()
            if before_s - distance_s > _JUMP_S:
                start_over()
