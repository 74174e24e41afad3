"""Builds what runs OneRing when nobody does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from onering_cli.errors import OneRingError
from onering_cli.scheduling.unattended import TimerKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from onering_cli.adapters.finding import Finding
    from onering_cli.scheduling.unattended import Timer
    from onering_cli.toolbox import Toolbox


class Unattended:
    """The timers' part of the toolbox.

    Args:
        toolbox: The whole.
    """

    def __init__(self, toolbox: Toolbox) -> None:
        self._toolbox = toolbox

    def timer(self, kind: TimerKind) -> Timer:
        """The machine's timer of one kind."""
        from onering_cli.adapters.unattended.crontab import CronTimer
        from onering_cli.adapters.unattended.launchd import LaunchdTimer
        from onering_cli.adapters.unattended.surroundings import surroundings
        from onering_cli.adapters.unattended.systemd import SystemdTimer

        environment = self._toolbox.environment
        needed = surroundings(environment, has_bus=kind is not TimerKind.CRON)
        if kind is TimerKind.SYSTEMD:
            return SystemdTimer(needed, environment)
        return CronTimer(needed, environment) if kind is TimerKind.CRON else LaunchdTimer(needed, environment)

    def check_up(self) -> Iterator[Finding]:
        """Look at everything from where a timer does."""
        from onering_cli.adapters.unattended.bare_checkup import check_up_bare
        from onering_cli.adapters.unattended.surroundings import surroundings

        try:
            expected = list(self._toolbox.secrets.origins())
        except OneRingError:
            expected = []  # the checks themselves tell what is wrong
        environment = self._toolbox.environment
        timers = {kind: self.timer(kind) for kind in TimerKind}
        return check_up_bare(surroundings(environment, has_bus=True), environment, expected, timers)

    def warnings(self, kind: TimerKind) -> tuple[str, ...]:
        """What a timer will not have that this process has."""
        from onering_cli.adapters.unattended.surroundings import surroundings

        return surroundings(self._toolbox.environment, has_bus=kind is not TimerKind.CRON).warnings
