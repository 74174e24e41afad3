"""An entry in the user's crontab, between two marks; every other line stays as it is, byte for byte."""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING

from onering_cli.adapters.unattended.programs import find_program, run, said, succeed
from onering_cli.errors import UsageError
from onering_cli.scheduling.unattended import Piece

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from onering_cli.adapters.unattended.surroundings import Surroundings

_MOST_COMMAND = 990  # Debian's cron takes commands of up to 998 characters (crontab(5)), and cuts longer ones silently
_NO_CRONTAB = re.compile(rb"no crontab for", re.IGNORECASE)


class CronTimer:
    """Satisfies `Timer`.

    Args:
        surroundings: How OneRing is started.
        environment: This process's.
    """

    def __init__(self, surroundings: Surroundings, environment: Mapping[str, str]) -> None:
        self._surroundings = surroundings
        self._environment = environment
        name = f"onering-due{surroundings.suffix}"
        self._begin = f"# >>> {name}: written by `onering schedule install cron`, removed by `... uninstall cron` >>>"
        self._end = f"# <<< {name} <<<"

    def pieces(self) -> Sequence[Piece]:
        """The lines of the crontab."""
        variables = " ".join(f"{name}={shlex.quote(value)}" for name, value in self._surroundings.variables.items())
        # Silent: cron would mail every line, every minute. What went wrong is in the log, in doctor, and is notified.
        command = f"{variables} {shlex.join(self._surroundings.command)} >/dev/null 2>&1"
        if not command.isprintable():
            raise UsageError("a folder's name cannot stand in a crontab", hint="choose a folder with a plainer name")
        command = command.replace("%", "\\%")
        if len(command.encode()) > _MOST_COMMAND:
            raise UsageError("the command is too long for a crontab", hint="use systemd, or a shorter ONERING_HOME")
        return (Piece("crontab", f"{self._begin}\n* * * * * {command}\n{self._end}\n"),)

    def install(self) -> bool:
        """Put the entry into the crontab, in place of an older one."""
        (piece,) = self.pieces()
        before = self._read()
        start, end = self._span(before)
        lines = piece.content.encode()
        if before[start:end] == lines:
            return False
        gap = b"\n" if start == end and before and not before.endswith(b"\n") else b""
        self._write(before[:start] + gap + lines + before[end:])
        return True

    def uninstall(self) -> bool:
        """Take the entry out of the crontab."""
        before = self._read()
        start, end = self._span(before)
        if start == end:
            return False
        self._write(before[:start] + before[end:])
        return True

    def installed(self) -> bool:
        """Whether the entry is there."""
        start, end = self._span(self._read())
        return start < end

    def _span(self, crontab: bytes) -> tuple[int, int]:
        """Where the entry is; its end twice when there is none."""
        begin, end = self._begin.encode(), self._end.encode()
        found = re.findall(rb"(?m)^" + re.escape(begin) + rb"\n(?:.*\n)*?" + re.escape(end) + rb"(?:\n|\Z)", crontab)
        marks = crontab.count(begin), crontab.count(end)
        if marks == (0, 0):
            return len(crontab), len(crontab)
        if marks != (1, 1) or len(found) != 1:
            raise UsageError(
                "the crontab holds marks of OneRing's that do not belong together",
                hint="crontab -e: remove the lines that begin with '# >>> onering-due' or '# <<< onering-due'",
            )
        start = crontab.index(found[0])
        return start, start + len(found[0])

    def _read(self) -> bytes:
        done = run([*self._program(), "-l"], self._environment)
        if done.returncode == 0:
            return done.stdout
        if _NO_CRONTAB.search(done.stderr):
            return b""
        raise UsageError(f"the crontab cannot be read: {said(done)}", hint="see whether `crontab -l` works")

    def _write(self, crontab: bytes) -> None:
        succeed([*self._program(), "-"], self._environment, content=crontab)

    def _program(self) -> list[str]:
        otherwise = "use systemd: onering schedule install systemd"
        return [find_program("crontab", self._environment, otherwise=otherwise)]
