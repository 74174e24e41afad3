"""systemctl, crontab and launchctl as small programs on PATH: they keep their state in a folder and note every call."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_PROGRAM = """\
#!/bin/sh
state={state}
name=${{0##*/}}
echo "$name $*" >> "$state/calls"
if [ -e "$state/failing" ]; then
  for argument; do
    if grep -qxF -e "$argument" "$state/failing"; then
      echo "Failed to connect to bus: No medium found" >&2
      exit 1
    fi
  done
fi
case "$name $*" in
  "crontab -l")
    if [ -e "$state/crontab" ]; then exec cat "$state/crontab"; fi
    echo "no crontab for somebody" >&2
    exit 1 ;;
  "crontab -") exec cat > "$state/crontab" ;;
  *" is-active "*|"launchctl print "*) [ -e "$state/running" ] || exit 3 ;;
  *" restart "*|"launchctl bootstrap "*) touch "$state/running" ;;
  *" disable "*|"launchctl bootout "*) rm -f "$state/running" ;;
esac
"""


class Timekeepers:
    """The folder of the programs, to be put on PATH, and what they did.

    Args:
        folder: Where to keep all of it.
    """

    def __init__(self, folder: Path) -> None:
        self.programs = folder / "programs"
        self._state = folder / "state"
        self.programs.mkdir(parents=True)
        self._state.mkdir()
        for name in ("systemctl", "crontab", "launchctl"):
            program = self.programs / name
            program.write_text(_PROGRAM.format(state=shlex.quote(str(self._state))), encoding="utf-8")
            program.chmod(0o755)

    @property
    def calls(self) -> list[str]:
        """Every call so far."""
        path = self._state / "calls"
        return path.read_text(encoding="utf-8").splitlines() if path.exists() else []

    @property
    def crontab(self) -> bytes | None:
        """The user's crontab, None when there is none."""
        path = self._state / "crontab"
        return path.read_bytes() if path.exists() else None

    @crontab.setter
    def crontab(self, content: bytes) -> None:
        (self._state / "crontab").write_bytes(content)

    @property
    def running(self) -> bool:
        """Whether a unit or an agent is at work."""
        return (self._state / "running").exists()

    def fail(self, *words: str) -> None:
        """Let calls with one of these arguments fail from now on."""
        (self._state / "failing").write_text("\n".join(words), encoding="utf-8")
