"""Joins remembered posts that answer one another into threads."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence

# From every first post that its own author answered, down through the answers. A circle has no first post, so that the
# recursion ends; what answers somebody else's post is a reply, and so is what follows it.
_JOIN = """
    WITH RECURSIVE chain (seq, root) AS (
        SELECT DISTINCT first.seq, first.seq FROM posts answer CROSS JOIN posts first
        WHERE answer.in_reply_to <> '' AND first.remote_id = answer.in_reply_to AND first.remote_id <> ''
            AND first.platform = answer.platform AND first.account = answer.account AND first.in_reply_to = ''
        UNION ALL
        SELECT answer.seq, chain.root FROM chain CROSS JOIN posts before CROSS JOIN posts answer
        WHERE before.seq = chain.seq AND answer.in_reply_to = before.remote_id AND answer.in_reply_to <> ''
            AND answer.platform = before.platform AND answer.account = before.account
    ),
    placed (seq, thread, position) AS (
        SELECT chain.seq, root, row_number() OVER (PARTITION BY root ORDER BY published_ms, chain.seq)
        FROM chain JOIN posts ON posts.seq = chain.seq
    )
    UPDATE posts SET thread = placed.thread, position = placed.position, kind = 'thread' FROM placed
    WHERE placed.seq = posts.seq AND (posts.thread IS NOT placed.thread OR posts.position IS NOT placed.position)
"""


def join_threads(connection: sqlite3.Connection) -> int:
    """Join all that answer one another; how many posts found their place or changed it."""
    return connection.execute(_JOIN).rowcount


def place_thread(connection: sqlite3.Connection, platform: str, remote_ids: Sequence[str]) -> None:
    """Say that these posts are a thread, in this order."""
    first = connection.execute(
        "SELECT seq FROM posts WHERE remote_id = ? AND remote_id <> '' AND platform = ?", (remote_ids[0], platform)
    ).fetchone()
    if first is None or len(remote_ids) == 1:
        return
    connection.executemany(
        """UPDATE posts SET thread = ?, position = ?, kind = 'thread'
        WHERE remote_id = ? AND remote_id <> '' AND platform = ?""",
        [(first["seq"], place, remote_id, platform) for place, remote_id in enumerate(remote_ids, 1)],
    )
