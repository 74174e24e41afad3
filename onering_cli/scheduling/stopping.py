"""How a pass is asked to stop: after the post in flight, never in the middle of one."""

from __future__ import annotations

from threading import Event
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from onering_cli.clock import Clock


class StopRequested(Exception):  # noqa: N818 -- nothing is wrong
    """Somebody asked for an end, at a moment when everything is as durable as it should be."""


class Stop:
    """A wish to stop, that a signal handler may utter at any time."""

    def __init__(self) -> None:
        self._event = Event()

    def ask(self) -> None:
        """Ask for an end."""
        self._event.set()

    @property
    def asked(self) -> bool:
        """Whether somebody has asked."""
        return self._event.is_set()

    def wait(self, seconds: float) -> bool:
        """Wait so long, or until somebody asks; whether somebody has."""
        return self._event.wait(seconds)

    def heed(self) -> None:
        """Stop here, if somebody has asked.

        Raises:
            StopRequested: Somebody has.
        """
        if self.asked:
            raise StopRequested


class StoppableClock:
    """A clock whose waits end when somebody asks for an end; satisfies `Clock`."""

    def __init__(self, clock: Clock, stop: Stop) -> None:
        self._clock = clock
        self._stop = stop

    def now(self) -> datetime:
        """The current time, aware UTC."""
        return self._clock.now()

    def monotonic(self) -> float:
        """Seconds on the monotonic clock."""
        return self._clock.monotonic()

    def sleep(self, seconds: float) -> None:
        """Wait this many seconds.

        Raises:
            StopRequested: Somebody asked for an end before or meanwhile.
        """
        if self._stop.wait(seconds):
            raise StopRequested
