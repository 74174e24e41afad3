"""What DRAFT, FILE and ``-`` on a command line stand for."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from onering_cli.errors import UsageError
from onering_cli.record import record
from onering_cli.text.draft_file import parse

if TYPE_CHECKING:
    from onering_cli.commands.session import Session
    from onering_cli.drafts.model import StoredDraft
    from onering_cli.text.draft import Draft

MOST_BYTES = 4 * 1024 * 1024
"""A hundred posts of Premium's 25,000 characters, with room to spare."""


@record
class Target:
    """A draft from the store, from a file or from stdin.

    Args:
        name: For messages: an id, a path, ``stdin``.
        source: The draft file's text.
        draft: `source`, parsed.
        folder: What its media paths count from.
        stored: The stored draft, when it is one.
    """

    name: str
    source: str
    draft: Draft
    folder: Path
    stored: StoredDraft | None = None


def find_target(session: Session, reference: str) -> Target:
    """``-`` is stdin, a file that exists is that file, everything else names a stored draft."""
    if reference == "-":
        return _parsed("stdin", sys.stdin.buffer.read(MOST_BYTES + 1), Path.cwd())
    path = Path(reference)
    if not reference.startswith("@") and path.exists() and not path.is_dir():
        try:
            with path.open("rb") as file:
                return _parsed(reference, file.read(MOST_BYTES + 1), path.absolute().parent)
        except OSError as exc:
            raise UsageError(f"{reference} cannot be read: {exc.strerror}", hint="check its permissions") from exc
    if path.suffix or "/" in reference:
        raise UsageError(f"there is no file {reference}", hint="give a file, a draft's id, @last, or - for stdin")
    stored = session.toolbox.drafts.get(reference)
    folder = stored.provenance.get("folder")
    return Target(
        stored.id, stored.source, stored.draft, Path(folder) if isinstance(folder, str) else Path.cwd(), stored
    )


def _parsed(name: str, content: bytes, folder: Path) -> Target:
    source = decode(name, content)
    return Target(name, source, parse(source, name=name), folder)


def decode(name: str, content: bytes) -> str:
    """The text of a draft file.

    Raises:
        UsageError: It is too large, or not UTF-8.
    """
    if len(content) > MOST_BYTES:
        raise UsageError(f"{name} is larger than 4 MiB: that is no draft", hint="split it into several drafts")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as exc:
        raise UsageError(
            f"{name} is not UTF-8 text (byte {exc.start})", hint=f"convert it: iconv -t UTF-8 {name} > new.md"
        ) from exc
