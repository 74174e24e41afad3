"""A timer of systemd's, among the user's own units."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from onering_cli.adapters.unattended.programs import find_program, run, succeed
from onering_cli.adapters.unattended.unit_files import put_back, read_pieces, write_pieces
from onering_cli.errors import UsageError
from onering_cli.scheduling.unattended import Piece

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from onering_cli.adapters.unattended.surroundings import Surroundings

# AccuracySec: systemd's default lets a timer be a minute late. Persistent: a minute that went by while the machine was
# off is made up for at once (systemd.timer(5)).
_TIMER = """\
# Written by `onering schedule install systemd`; `onering schedule uninstall systemd` removes it.
[Unit]
Description=OneRing: every minute, post what is due

[Timer]
OnCalendar=*:0/1
AccuracySec=1s
Persistent=true
Unit={service}

[Install]
WantedBy=timers.target
"""
_SERVICE = """\
# Written by `onering schedule install systemd`; `onering schedule uninstall systemd` removes it.
# It holds no secret. Without a keyring a drop-in can hand them over: LoadCredential=x.default.access_token:FILE
[Unit]
Description=OneRing: post what is due

[Service]
Type=oneshot
{variables}
ExecStart={command}
# 5: to be tried again, which the next minute does
SuccessExitStatus=5
"""


class SystemdTimer:
    """Satisfies `Timer`.

    Args:
        surroundings: How OneRing is started.
        environment: This process's.
    """

    def __init__(self, surroundings: Surroundings, environment: Mapping[str, str]) -> None:
        self._surroundings = surroundings
        self._environment = environment
        config = environment.get("XDG_CONFIG_HOME") or Path(environment.get("HOME") or Path.home(), ".config")
        self._folder = Path(config, "systemd", "user")
        self._name = f"onering-due{surroundings.suffix}"

    def pieces(self) -> Sequence[Piece]:
        """The service's and the timer's unit files."""
        given = self._surroundings.variables.items()
        variables = (f"Environment={_quoted(f'{name}={value}')}" for name, value in given)
        words = (_quoted(word).replace("$", "$$") for word in self._surroundings.command)
        service = _SERVICE.format(variables="\n".join(variables), command=" ".join(words))
        return (
            Piece(str(self._folder / f"{self._name}.service"), service),
            Piece(str(self._folder / f"{self._name}.timer"), _TIMER.format(service=f"{self._name}.service")),
        )

    def install(self) -> bool:
        """Write the units, and start the timer."""
        systemctl = self._systemctl()
        pieces = self.pieces()
        before = read_pieces(pieces)
        fresh = all(before[piece.place] == piece.content.encode() for piece in pieces)
        if (
            fresh
            and run([*systemctl, "is-active", "--quiet", f"{self._name}.timer"], self._environment).returncode == 0
        ):
            return False
        try:
            write_pieces(pieces)
            succeed([*systemctl, "daemon-reload"], self._environment)
            succeed([*systemctl, "enable", f"{self._name}.timer"], self._environment)
            # Not `enable --now`, which leaves a timer alone that runs by the units of before.
            succeed([*systemctl, "restart", f"{self._name}.timer"], self._environment)
        except UsageError:
            if not any(before.values()):
                run([*systemctl, "disable", f"{self._name}.timer"], self._environment)
            put_back(before)
            run([*systemctl, "daemon-reload"], self._environment)
            raise
        return True

    def uninstall(self) -> bool:
        """Stop the timer, and remove the units."""
        if not self.installed():
            return False
        systemctl = self._systemctl()
        succeed([*systemctl, "disable", "--now", f"{self._name}.timer"], self._environment)
        for piece in self.pieces():
            Path(piece.place).unlink(missing_ok=True)
        run([*systemctl, "daemon-reload"], self._environment)
        return True

    def installed(self) -> bool:
        """Whether one of the units is there."""
        return any(Path(piece.place).exists() for piece in self.pieces())

    def _systemctl(self) -> list[str]:
        otherwise = "use cron: onering schedule install cron"
        return [find_program("systemctl", self._environment, otherwise=otherwise), "--user"]


def _quoted(text: str) -> str:
    """A word of a unit file (systemd.syntax(7), systemd.service(5)): quoted, and no specifier."""
    if not text.isprintable():
        raise UsageError(f"{text!r} cannot stand in a unit file", hint="choose a folder with a plainer name")
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%")
    return f'"{escaped}"'
