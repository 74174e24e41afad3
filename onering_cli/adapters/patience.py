"""Waits for a call that may never return, but not for ever."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")


def within(seconds: float, call: Callable[[], T]) -> T:
    """What `call` returns or raises, if it does so in time.

    A call that does not come back is left behind in a daemon thread, which the interpreter does not wait for when it
    exits; so it must not hold anything that the rest of the process needs.

    Raises:
        TimeoutError: The time is over.
    """
    results: list[T] = []
    failures: list[BaseException] = []

    def work() -> None:
        try:
            results.append(call())
        except BaseException as exc:  # noqa: BLE001 -- carried over to the thread that waits, and raised there
            failures.append(exc)

    worker = threading.Thread(target=work, daemon=True)
    worker.start()
    worker.join(max(seconds, 0))
    if results:
        return results[0]
    if failures:
        raise failures[0]
    raise TimeoutError(f"no answer within {seconds:g} s")
