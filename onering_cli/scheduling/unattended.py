"""What runs OneRing when nobody does: a timer of the machine's own, and what it puts where."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

from onering_cli.record import record

if TYPE_CHECKING:
    from collections.abc import Sequence


class TimerKind(StrEnum):
    """Who keeps the time."""

    SYSTEMD = "systemd"
    CRON = "cron"
    LAUNCHD = "launchd"


@record
class Piece:
    """Something that a timer consists of.

    Args:
        place: The file's path, or what else holds it.
        content: Its text, exactly.
    """

    place: str
    content: str


class Timer(Protocol):
    """Has the machine post what is due every minute; installing twice is as installing once.

    Raises:
        UsageError: Any method, when this machine does not have what keeps the time, or will not do it; then
            everything is as it was.
    """

    def pieces(self) -> Sequence[Piece]:
        """What installing puts where; nothing is touched."""
        ...

    def install(self) -> bool:
        """Put it there and set it going; false when it was there just so."""
        ...

    def uninstall(self) -> bool:
        """Take it away; false when it was not there."""
        ...

    def installed(self) -> bool:
        """Whether it is there, in whatever version."""
        ...
