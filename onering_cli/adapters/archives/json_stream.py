"""Reads the objects of a long JSON array one by one, in bounded memory."""

from __future__ import annotations

import codecs
import json
import re
from typing import TYPE_CHECKING, Any

from onering_cli.memory.archives import ArchiveError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from onering_cli.adapters.archives.containers import ByteStream

_CHUNK_BYTES = 1 << 18
_LARGEST_ENTRY_CHARACTERS = 8 << 20
_LARGEST_HEAD_CHARACTERS = 1 << 20
_BETWEEN = re.compile(r"[\s,]*")
_SCAN = json.JSONDecoder().raw_decode
_NO_ARRAY_HINT = "is it the file that the platform gave you?"


def array_entries(stream: ByteStream, name: str, *, key: str = "") -> Iterator[Any]:
    """The entries of the first array in a stream, or of the one that is the value of `key`.

    What stands before the array is passed over, so that X's ``window.YTD.tweets.part0 = [`` is one, too.

    Raises:
        ArchiveError: There is no such array, an entry is not JSON, or the stream ends within it.
    """
    text = ""
    count = 0
    opening = re.compile(rf'"{key}"\s*:\s*\[' if key else r"\[")
    opened = False
    for piece in _pieces(stream):
        text += piece
        if not opened:
            found = opening.search(text)
            if found is None:
                if len(text) > _LARGEST_HEAD_CHARACTERS:
                    break
                continue
            opened, text = True, text[found.end() :]
        entries, text, ended = _whole_entries(text, name, count)
        count += len(entries)
        yield from entries
        if ended:
            return
    if not opened:
        raise ArchiveError(f"{name} does not hold the list of posts that it should", hint=_NO_ARRAY_HINT)
    raise _damaged(name, count)


def _whole_entries(text: str, name: str, count: int) -> tuple[list[Any], str, bool]:
    """The entries that a piece of an array holds whole, what is left of it, and whether the array ends there."""
    entries: list[Any] = []
    at = 0
    while True:
        between = _BETWEEN.match(text, at)
        at = between.end() if between else at
        if text.startswith("]", at):
            return entries, "", True
        try:
            entry, at = _SCAN(text, at)
        except (ValueError, RecursionError) as exc:
            if len(text) - at > _LARGEST_ENTRY_CHARACTERS or isinstance(exc, RecursionError):
                raise _damaged(name, count + len(entries)) from None
            return entries, text[at:], False  # it goes on in the next piece
        entries.append(entry)


def _pieces(stream: ByteStream) -> Iterator[str]:
    decode = codecs.getincrementaldecoder("utf-8-sig")("replace").decode
    while chunk := stream.read(_CHUNK_BYTES):
        yield decode(chunk)


def _damaged(name: str, count: int) -> ArchiveError:
    return ArchiveError(
        f"{name} is damaged or cut off after {count:,} entries",
        hint="download it again; what was whole before that place is remembered, and is not imported twice",
    )
