"""Processes that die: objects whose calls kill the process at a chosen moment, before or after they act."""

from __future__ import annotations

from typing import Any


class SimulatedKill(BaseException):
    """SIGKILL, as far as one process can play it: nothing of it runs afterwards."""


class Fate:
    """When a process dies.

    Args:
        dies_at: The number of the moment, from 0; each call has one before it and one after it. None: never.
    """

    def __init__(self, dies_at: int | None = None) -> None:
        self._dies_at = dies_at
        self.moments = 0

    def pass_moment(self) -> None:
        """Live through one more moment, or die; the dead stay dead."""
        moment = self.moments
        self.moments += 1
        if self._dies_at is not None and moment >= self._dies_at:
            raise SimulatedKill(f"killed at moment {moment}")


class Mortal:
    """Stands before an object, and dies with its process.

    Args:
        body: The object whose public methods are to be called.
        fate: Shared by all that belongs to one process.
        harmless: Methods that nobody outside the process could notice.
    """

    def __init__(self, body: object, fate: Fate, *, harmless: frozenset[str] = frozenset()) -> None:
        self._body = body
        self._fate = fate
        self._harmless = harmless

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._body, name)
        if name in self._harmless or not callable(method):
            return method

        def mortal(*args: Any, **kwargs: Any) -> Any:
            self._fate.pass_moment()
            answer = method(*args, **kwargs)
            self._fate.pass_moment()
            return answer

        return mortal
