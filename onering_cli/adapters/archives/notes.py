"""Markdown and text files: each is one note."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from onering_cli.adapters.archives.containers import closing_stream
from onering_cli.adapters.archives.counting import Counter
from onering_cli.adapters.archives.moments import iso_time
from onering_cli.memory.archives import Skipped
from onering_cli.memory.model import Post, PostKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from onering_cli.adapters.archives.containers import Container

NOTE = re.compile(r".*\.(?:md|markdown|txt)\Z", re.IGNORECASE)
_LARGEST_NOTE_BYTES = 4 << 20
_FRONT_MATTER = re.compile(r"\A---[ \t]*\r?\n(.*?)\r?\n---[ \t]*(?:\r?\n|\Z)", re.DOTALL)
_DATE = re.compile(r"^(?:date|created|published)\s*:\s*['\"]?([^'\"\r\n]+)", re.IGNORECASE | re.MULTILINE)
_LANGUAGE = re.compile(r"^lang(?:uage)?\s*:\s*['\"]?([a-z]{2})\b", re.IGNORECASE | re.MULTILINE)


class Notes:
    """Satisfies `Archive`.

    Args:
        name: For people.
        container: The files; those that are no notes are left alone.
        account: Whose the notes are, within OneRing.
    """

    format = "notes"

    def __init__(self, name: str, container: Container, *, account: str) -> None:
        self.name = name
        self._container = container
        self._account = account
        self._counter = Counter()
        self._members = sorted(one for one in container.names if NOTE.match(one))
        self.total_bytes = sum(container.size(one) for one in self._members)
        self.fingerprint = container.fingerprint(self._members)

    @property
    def read_bytes(self) -> int:
        """How much of it has been read."""
        return self._counter.read_bytes

    def entries(self) -> Iterator[Post | Skipped]:
        """Every note."""
        for member in self._members:
            with closing_stream(self._container.open(member)) as stream:
                content = self._counter.around(stream).read(_LARGEST_NOTE_BYTES + 1)
            yield _note(content, self._account)


def _note(content: bytes, account: str) -> Post | Skipped:
    if len(content) > _LARGEST_NOTE_BYTES:
        return Skipped("notes larger than 4 MiB")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return Skipped("files that are not UTF-8 text")
    head = _FRONT_MATTER.match(text)
    facts = head[1] if head else ""
    body = text[head.end() :].strip() if head else text.strip()
    if not body:
        return Skipped("notes without a text")
    date, language = _DATE.search(facts), _LANGUAGE.search(facts)
    return Post(
        platform="notes",
        account=account,
        text=body,
        kind=PostKind.NOTE,
        published_at=iso_time(date[1]) if date else None,
        language=language[1].lower() if language else "",
    )
