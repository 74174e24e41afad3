"""The ids of drafts: giving them, and finding the one that a reference means."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from onering_cli.drafts.references import (
    ID_ALPHABET,
    SHOWN_CANDIDATES,
    Last,
    ambiguous,
    elsewhere,
    prefix_end,
    read_prefix,
    read_reference,
    unknown,
)

if TYPE_CHECKING:
    import sqlite3

EPOCH = datetime(2020, 1, 1, tzinfo=UTC)
_TIME_CHARACTERS = 7  # 32 ** 7 seconds: until the year 3108
_CHANCE_CHARACTERS = 3
_BITS = 5
_CHANCE_MASK = 32**_CHANCE_CHARACTERS - 1


def mint(moment: datetime, *, chance: int | None = None) -> str:
    """A new id that sorts by time: seven characters of seconds, three of chance.

    Each second has 32,768 of them; the caller asks again when one is taken.

    Args:
        moment: When; aware. A time before 2020 counts as the start of it.
        chance: What to use of the operating system's randomness, which is the default.
    """
    seconds = max(0, int((moment - EPOCH).total_seconds()))
    bits = int.from_bytes(os.urandom(2)) if chance is None else chance
    return _characters(seconds, _TIME_CHARACTERS) + _characters(bits, _CHANCE_CHARACTERS)


def count_up(connection: sqlite3.Connection, now: datetime, count: int) -> list[str]:
    """So many new ids of entries, in order; a burst of more than a second has takes them from the seconds to come."""
    first = max(0, int((now - EPOCH).total_seconds())) << _BITS * _CHANCE_CHARACTERS
    first += int.from_bytes(os.urandom(2)) >> 1
    (last,) = connection.execute(
        "UPDATE entry_numbers SET last = max(last + ?, ?) RETURNING last", (count, first + count)
    ).fetchone()
    high, ids = "", []
    for number in range(last - count + 1, last + 1):
        low = number & _CHANCE_MASK
        if not high or not low:
            high = _characters(number >> _BITS * _CHANCE_CHARACTERS, _TIME_CHARACTERS)
        ids.append(high + ID_ALPHABET[low >> 10] + ID_ALPHABET[low >> 5 & 31] + ID_ALPHABET[low & 31])
    return ids


def prefix_range(prefix: str) -> tuple[str, str]:
    """Ids that start so are at or after the first and before the second."""
    return prefix, prefix_end(prefix)


def resolve(connection: sqlite3.Connection, reference: str, *, removed: bool = False) -> str:
    """The id of the draft that a reference names, among those kept or those in the bin.

    Raises:
        UsageError: It names none, or several.
    """
    wanted = read_reference(reference)
    if isinstance(wanted, Last):
        rows = connection.execute(_LAST_REMOVED if removed else _LAST_SAVED, (wanted.back,))
    else:
        rows = _in_range(connection, wanted.text, SHOWN_CANDIDATES + 1, removed=removed)
    found = [str(row["id"]) for row in rows]
    if len(found) > 1:
        raise ambiguous(reference, found)
    if found:
        return found[0]
    if not isinstance(wanted, Last):
        others = list(_in_range(connection, wanted.text, 2, removed=not removed))
        if len(others) == 1:
            raise elsewhere(others[0]["id"], removed=removed)
    raise unknown(reference, removed=removed)


def starting_with(connection: sqlite3.Connection, prefix: str, limit: int) -> list[str]:
    """Ids of kept drafts that start so, the newest first; every id starts with ""."""
    text = read_prefix(prefix)
    return [] if text is None else [row["id"] for row in _in_range(connection, text, limit, removed=False)]


_LAST_SAVED = "SELECT id FROM drafts WHERE removed_at IS NULL ORDER BY saved DESC LIMIT 1 OFFSET ?"
_LAST_REMOVED = "SELECT id FROM drafts WHERE removed_at IS NOT NULL ORDER BY removed_at DESC, seq DESC LIMIT 1 OFFSET ?"


def _in_range(connection: sqlite3.Connection, prefix: str, limit: int, *, removed: bool) -> sqlite3.Cursor:
    return connection.execute(
        "SELECT id FROM drafts WHERE id >= ? AND id < ? AND (removed_at IS NOT NULL) = ? ORDER BY id DESC LIMIT ?",
        (prefix, prefix_end(prefix), removed, limit),
    )


def _characters(number: int, length: int) -> str:
    return "".join(ID_ALPHABET[number >> (_BITS * place) & 31] for place in reversed(range(length)))
