"""Files that make a timer: put there all or none, and taken away."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from onering_cli.adapters.files import replace_file
from onering_cli.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from onering_cli.scheduling.unattended import Piece


def read_pieces(pieces: Sequence[Piece]) -> dict[str, bytes | None]:
    """What the files hold now, None where there is none.

    Raises:
        UsageError: One cannot be read.
    """
    found: dict[str, bytes | None] = {}
    for piece in pieces:
        try:
            found[piece.place] = Path(piece.place).read_bytes()
        except FileNotFoundError:
            found[piece.place] = None
        except OSError as exc:
            raise UsageError(f"{piece.place} cannot be read: {exc.strerror}", hint="check its permissions") from exc
    return found


def write_pieces(pieces: Sequence[Piece]) -> None:
    """Write the files.

    Raises:
        UsageError: One cannot be written.
    """
    for piece in pieces:
        path = Path(piece.place)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            replace_file(path, piece.content)
            path.chmod(0o644)
        except OSError as exc:
            raise UsageError(f"{path} cannot be written: {exc.strerror}", hint="check its permissions") from exc


def put_back(before: Mapping[str, bytes | None]) -> None:
    """Bring files back to what they held, as far as that can be done."""
    for place, content in before.items():
        with suppress(OSError):
            if content is None:
                Path(place).unlink(missing_ok=True)
            else:
                Path(place).write_bytes(content)
