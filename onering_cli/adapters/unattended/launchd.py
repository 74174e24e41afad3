"""An agent of launchd's, among the user's own."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from onering_cli.adapters.unattended.programs import find_program, run, succeed
from onering_cli.adapters.unattended.unit_files import put_back, read_pieces, write_pieces
from onering_cli.errors import UsageError
from onering_cli.scheduling.unattended import Piece

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from onering_cli.adapters.unattended.surroundings import Surroundings


class LaunchdTimer:
    """Satisfies `Timer`.

    Args:
        surroundings: How OneRing is started.
        environment: This process's.
    """

    def __init__(self, surroundings: Surroundings, environment: Mapping[str, str]) -> None:
        self._surroundings = surroundings
        self._environment = environment
        self._label = f"onering.due{surroundings.suffix}"
        self._path = Path(environment.get("HOME") or Path.home(), "Library", "LaunchAgents", f"{self._label}.plist")
        self._domain = f"gui/{os.getuid()}"

    def pieces(self) -> Sequence[Piece]:
        """The agent's property list (launchd.plist(5))."""
        import plistlib

        agent = {
            "Label": self._label,
            "ProgramArguments": list(self._surroundings.command),
            "EnvironmentVariables": dict(self._surroundings.variables),
            "StartInterval": 60,
            "RunAtLoad": True,
            "ProcessType": "Background",
        }
        try:
            content = plistlib.dumps(agent, sort_keys=False).decode()
        except ValueError as exc:  # control characters, which XML cannot hold
            raise UsageError("a folder's name cannot stand in a property list", hint="choose a plainer one") from exc
        return (Piece(str(self._path), content),)

    def install(self) -> bool:
        """Write the property list, and load the agent."""
        launchctl = self._launchctl()
        pieces = self.pieces()
        before = read_pieces(pieces)
        fresh = before[str(self._path)] == pieces[0].content.encode()
        if fresh and run([*launchctl, "print", f"{self._domain}/{self._label}"], self._environment).returncode == 0:
            return False
        try:
            write_pieces(pieces)
            run([*launchctl, "bootout", f"{self._domain}/{self._label}"], self._environment)
            succeed([*launchctl, "bootstrap", self._domain, str(self._path)], self._environment)
        except UsageError:
            put_back(before)
            raise
        return True

    def uninstall(self) -> bool:
        """Unload the agent, and remove its property list."""
        if not self.installed():
            return False
        # It fails where the agent is not loaded, which is as well.
        run([*self._launchctl(), "bootout", f"{self._domain}/{self._label}"], self._environment)
        self._path.unlink(missing_ok=True)
        return True

    def installed(self) -> bool:
        """Whether the property list is there."""
        return self._path.exists()

    def _launchctl(self) -> list[str]:
        otherwise = "launchd is macOS's; elsewhere: onering schedule install systemd, or cron"
        return [find_program("launchctl", self._environment, otherwise=otherwise)]
