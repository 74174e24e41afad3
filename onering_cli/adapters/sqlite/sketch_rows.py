"""The sketches of remembered posts as rows of the store."""

from __future__ import annotations

from typing import TYPE_CHECKING

from onering_cli.memory.sketches import sketch

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable


def insert_sketches(connection: sqlite3.Connection, posts: Iterable[tuple[int, str]]) -> None:
    """Keep the sketches of new posts, given as numbers and texts, within a transaction of the caller's."""
    rows = sorted((shingle, number) for number, text in posts for shingle in sketch(text))
    connection.executemany("INSERT OR IGNORE INTO post_sketches (shingle, post) VALUES (?, ?)", rows)
