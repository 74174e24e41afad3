"""Writes files whole or not at all."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from onering_cli.errors import UsageError


def write_new(path: Path, content: str | bytes, *, overwrite: bool = False) -> None:
    """Write a file that is not there yet; with `overwrite`, replace one that is.

    Raises:
        UsageError: It is there already, or cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if overwrite:
            replace_file(path, content)
            return
        with path.open("xb") as file:
            file.write(content.encode("utf-8") if isinstance(content, str) else content)
    except FileExistsError as exc:
        raise UsageError(f"{path} is there already", hint="add --force to overwrite it") from exc
    except OSError as exc:
        raise UsageError(f"{path} cannot be written: {exc.strerror}", hint="choose another folder") from exc


def replace_file(path: Path, content: str | bytes) -> None:
    """Replace a file atomically; what is written is 0600 and on disk before the old content goes.

    Raises:
        OSError: The folder cannot be written, or the disk is full; the old file is untouched.
    """
    descriptor, partial = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content.encode("utf-8") if isinstance(content, str) else content)
            file.flush()
            os.fsync(file.fileno())
        Path(partial).replace(path)
    except BaseException:
        Path(partial).unlink(missing_ok=True)
        raise
