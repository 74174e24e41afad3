"""Voices as files in the user's data folder, one each, made to be edited."""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from onering_cli.errors import UsageError
from onering_cli.memory.voice.voice_file import compose, parse
from onering_cli.record import record

if TYPE_CHECKING:
    from pathlib import Path

    from onering_cli.memory.voice.model import Voice

_NAME = re.compile(r"[^\W_][\w.-]{0,63}")
_SUFFIX = ".toml"
_SEAL = "# as built: "


@record
class KeptVoice:
    """A voice with where it lies.

    Args:
        voice: As its file says.
        path: The file.
        edited: Somebody changed more than its notes and pins since it was built.
    """

    voice: Voice
    path: Path
    edited: bool


class VoiceFiles:
    """The folder of voices; reading makes nothing.

    Args:
        folder: Made when the first voice is kept.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def path(self, name: str) -> Path:
        """Where a voice lies or would lie.

        Raises:
            UsageError: No voice can have this name.
        """
        if not _NAME.fullmatch(name):
            raise UsageError(
                f"{name!r} cannot name a voice", hint="take letters, digits, dots and hyphens, and begin with a letter"
            )
        return self._folder / f"{name}{_SUFFIX}"

    def names(self) -> list[str]:
        """All voices by name."""
        try:
            found = [path.stem for path in self._folder.iterdir() if path.suffix == _SUFFIX and path.is_file()]
        except FileNotFoundError:
            return []
        except OSError as exc:
            raise UsageError(f"{self._folder} cannot be read: {exc.strerror}", hint="check its permissions") from exc
        return sorted(name for name in found if _NAME.fullmatch(name))

    def has(self, name: str) -> bool:
        """Whether there is a voice of this name, readable or not."""
        return self.path(name).exists()

    def get(self, name: str) -> KeptVoice:
        """A voice by name; what it is called is its file's name.

        Raises:
            UsageError: There is none, or its file cannot be read.
            VoiceFileError: It cannot be understood; the message names the line.
        """
        path = self.path(name)
        try:
            source = path.read_text(encoding="utf-8")
        except FileNotFoundError:
            known = self.names()
            hint = f"there are: {', '.join(known)}" if known else f"build it: onering voice build {name}"
            raise UsageError(f"there is no voice {name!r}", hint=hint) from None
        except UnicodeDecodeError as exc:
            raise UsageError(f"{path} is not UTF-8 text (byte {exc.start})", hint="save it as UTF-8") from exc
        except OSError as exc:
            raise UsageError(f"{path} cannot be read: {exc.strerror}", hint="check its permissions") from exc
        voice = replace(parse(source, file=str(path)), name=name)
        return KeptVoice(voice, path, edited=f"{_SEAL}{_digest(voice)}" not in source.splitlines())

    def keep(self, voice: Voice) -> Path:
        """Write a voice in one step, in place of what was there.

        Raises:
            UsageError: It cannot be written.
        """
        from onering_cli.adapters.private_files import write_private

        path = self.path(voice.name)
        write_private(path, f"{compose(voice)}\n{_SEAL}{_digest(voice)}\n")
        return path

    def remove(self, name: str) -> None:
        """Take a voice's file away.

        Raises:
            UsageError: There is none, or it cannot be removed.
        """
        path = self.path(name)
        try:
            path.unlink()
        except FileNotFoundError:
            raise UsageError(f"there is no voice {name!r}", hint="see them: onering voice list") from None
        except OSError as exc:
            raise UsageError(f"{path} cannot be removed: {exc.strerror}", hint="check its permissions") from exc


def _digest(voice: Voice) -> str:
    """What tells whether a file still says what was built, whatever became of its notes and pins."""
    unpinned = tuple(replace(exemplar, pinned=False) for exemplar in voice.exemplars)
    return hashlib.sha256(compose(replace(voice, notes="", exemplars=unpinned)).encode()).hexdigest()[:16]
