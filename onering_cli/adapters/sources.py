"""Reads material from files and from standard input, within bounds."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from onering_cli.adapters.decoding import decode, kind_of
from onering_cli.errors import UsageError
from onering_cli.generation.model import Material

if TYPE_CHECKING:
    from os import PathLike

LIMIT_BYTES = 20_000_000
_CHUNK_BYTES = 1 << 20


def read_file(path: str | PathLike[str]) -> Material:
    """The text of one file, line ends untouched; pipes and ``/dev/fd`` work as well.

    Raises:
        UsageError: It is missing, a folder, unreadable, larger than `LIMIT_BYTES`, empty, binary or wrongly encoded.
    """
    name = str(path)
    try:
        with Path(path).open("rb", buffering=0) as file:
            data = _read(file, name)
    except FileNotFoundError as exc:
        raise UsageError(
            f"{name} does not exist", hint="check the name, or give text on standard input with -"
        ) from exc
    except IsADirectoryError as exc:
        raise UsageError(f"{name} is a folder", hint="name the files in it, several are fine") from exc
    except PermissionError as exc:
        raise UsageError(f"{name} may not be read by you", hint="check its permissions") from exc
    except (OSError, ValueError) as exc:
        raise UsageError(f"{name} cannot be read: {getattr(exc, 'strerror', None) or exc}") from exc
    text = decode(data, name=name)
    return Material(name, text, kind_of(text, suffix=Path(name).suffix))


def read_stdin(stream: BinaryIO) -> Material:
    """All of standard input; `stream` is its binary side.

    Raises:
        UsageError: It is unreadable, larger than `LIMIT_BYTES`, empty, binary or wrongly encoded.
    """
    try:
        data = _read(stream, "stdin")
    except OSError as exc:
        raise UsageError(f"standard input cannot be read: {exc.strerror or exc}") from exc
    text = decode(data, name="stdin")
    return Material("stdin", text, kind_of(text, suffix=""))


def _read(stream: BinaryIO, name: str) -> bytes:
    """Everything up to the limit, and never more than one chunk beyond it, however much the source goes on to give."""
    size = _known_size(stream)
    chunks: list[bytes] = []
    read = 0
    while size <= LIMIT_BYTES and read <= LIMIT_BYTES:
        chunk = stream.read(_CHUNK_BYTES)
        if not chunk:
            return b"".join(chunks)
        chunks.append(chunk)
        read += len(chunk)
    raise UsageError(
        f"{name} is larger than {LIMIT_BYTES // 1_000_000} MB",
        hint="give the part that the thread is about",
        details={"limit_bytes": LIMIT_BYTES},
    )


def _known_size(stream: BinaryIO) -> int:
    """The size of a regular file, which is then refused without being read; 0 for anything else."""
    try:
        status = os.fstat(stream.fileno())
    except (OSError, AttributeError):
        return 0
    return status.st_size if stat.S_ISREG(status.st_mode) else 0
