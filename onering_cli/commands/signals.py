"""Signals that ask a command to come to an end by itself."""

from __future__ import annotations

import signal
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@contextmanager
def asked_by(*numbers: signal.Signals, act: Callable[[], None]) -> Iterator[None]:
    """Call `act` when one of these signals comes, for as long as the block lasts."""

    def handle(*_: Any) -> None:
        act()

    before = {number: signal.signal(number, handle) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
