"""The remembered posts in the store."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from onering_cli.adapters.sqlite.post_rows import (
    INSERT_POST,
    METRIC_NAMES,
    POSTS,
    UNDATED_MS,
    conditions,
    digest_of,
    from_ms,
    metric_values,
    post_values,
    remembered,
    sound,
    to_ms,
)
from onering_cli.clock import to_iso
from onering_cli.errors import UsageError
from onering_cli.memory.likeness import likeness_hash
from onering_cli.memory.model import EVERYTHING, UNTOLD, AccountCount, Added, Metrics, SourceMark

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from onering_cli.adapters.sqlite.connection import Store
    from onering_cli.clock import Clock
    from onering_cli.memory.model import Filter, Post, Remembered

_PAGE_POSTS = 500
_FORGOTTEN_HINT = "see what is remembered: onering memory stats"
_METRIC_COLUMNS = ", ".join(METRIC_NAMES)
_MEASURE = f"""
    INSERT INTO post_metrics (post, at_ms, {_METRIC_COLUMNS})
    SELECT seq, ?, ?, ?, ?, ?, ?, ? FROM posts WHERE {{place}} ON CONFLICT DO NOTHING
"""  # noqa: S608 - constants only
_MEASURE_BY_REMOTE_ID = _MEASURE.format(place="remote_id = ? AND remote_id <> '' AND platform = ?")
_MEASURE_BY_DIGEST = _MEASURE.format(place="digest = ?")


class SqliteCorpus:
    """Satisfies `Corpus`.

    Args:
        store: The store, at the latest schema.
        clock: Tells when a source is read, and when metrics are true whose source does not tell.
    """

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def source(self, name: str, *, format_: str, fingerprint: str, account: str = "") -> SourceMark:
        """Where posts come from: the mark of an earlier reading of the same content, else a new one."""
        with self._store.write() as connection:
            return find_source(connection, name, format_, fingerprint, account, to_iso(self._clock.now()))

    def add(self, posts: Sequence[Post], *, source: int, position: int | None = None) -> Added:
        """Remember posts in one transaction; those known already stay as they are, but for their metrics."""
        now_ms = to_ms(self._clock.now())
        with self._store.write() as connection:
            added = insert_posts(connection, posts, source, now_ms)
            if position is not None:
                connection.execute("UPDATE memory_sources SET position = ? WHERE seq = ?", (position, source))
        return added

    def finish(self, source: int) -> None:
        """Mark a source as read to its end, and join what it brought into threads."""
        from onering_cli.adapters.sqlite.post_threads import join_threads

        with self._store.write() as connection:
            join_threads(connection)
            connection.execute(
                "UPDATE memory_sources SET finished_at = ? WHERE seq = ?", (to_iso(self._clock.now()), source)
            )

    def get(self, post_id: int) -> Remembered:
        """The post with a number."""
        with self._store.read() as connection:
            row = connection.execute(f"{POSTS} WHERE p.seq = ?", (post_id,)).fetchone()
        if row is None:
            raise UsageError(f"there is no post {post_id} in the memory", hint=_FORGOTTEN_HINT)
        return remembered(row)

    def posts(self, which: Filter = EVERYTHING, *, newest_first: bool = False, limit: int = 0) -> Iterator[Remembered]:
        """Posts by the time they were published, undated ones as the oldest."""
        asked, values = conditions(which)
        beyond, order = ("<", "DESC") if newest_first else (">", "ASC")
        given = 0
        while True:
            page = min(_PAGE_POSTS, limit - given) if limit else _PAGE_POSTS
            where = f" WHERE {' AND '.join(asked)}" if asked else ""
            query = f"{POSTS}{where} ORDER BY p.published_ms {order}, p.seq {order} LIMIT {page}"
            with self._store.read() as connection:
                rows = connection.execute(query, values).fetchall()
            yield from map(remembered, rows)
            given += len(rows)
            if len(rows) < page or given == limit:
                return
            if "last_ms" not in values:
                asked.append(f"(p.published_ms, p.seq) {beyond} (:last_ms, :last_seq)")
            values |= {"last_ms": rows[-1]["published_ms"], "last_seq": rows[-1]["seq"]}

    def same_text(self, text: str, which: Filter = EVERYTHING, *, limit: int = 10) -> list[Remembered]:
        """Posts whose text is the same once case, spaces, marks and links are left out, the newest first."""
        likeness = likeness_hash(sound(text))
        if likeness is None:
            return []
        asked, values = conditions(which)
        where = " AND ".join(["p.likeness = :likeness", *asked])
        query = f"{POSTS} WHERE {where} ORDER BY p.published_ms DESC, p.seq DESC LIMIT :limit"
        with self._store.read() as connection:
            rows = connection.execute(query, {**values, "likeness": likeness, "limit": limit}).fetchall()
        return [remembered(row) for row in rows]

    def count(self, which: Filter) -> int:
        """How many posts are meant."""
        asked, values = conditions(which)
        with self._store.read() as connection:
            query = f"SELECT count(*) FROM posts p WHERE {' AND '.join(asked) or '1'}"  # noqa: S608 - conditions of ours
            (count,) = connection.execute(query, values).fetchone()
        return int(count)

    def forget(self, which: Filter) -> int:
        """Forget posts, their words and their metrics; how many. Every source may be read again from its beginning."""
        asked, values = conditions(which)
        with self._store.write() as connection:
            forgotten = connection.execute(
                f"DELETE FROM posts AS p WHERE {' AND '.join(asked) or '1'}",  # noqa: S608 - the same
                values,
            ).rowcount
            connection.execute(
                "UPDATE posts SET thread = NULL, position = NULL "
                "WHERE thread IS NOT NULL AND thread NOT IN (SELECT seq FROM posts)"
            )
            connection.execute("DELETE FROM post_sketches WHERE post NOT IN (SELECT seq FROM posts)")
            connection.execute("UPDATE memory_sources SET finished_at = NULL, position = 0")
        return forgotten

    def series(self, post_ids: Sequence[int]) -> dict[int, list[tuple[datetime, Metrics]]]:
        """The metrics of posts over time, the earliest first."""
        found: dict[int, list[tuple[datetime, Metrics]]] = {}
        with self._store.read() as connection:
            rows = connection.execute(
                "SELECT * FROM post_metrics WHERE post IN (SELECT value FROM json_each(?)) ORDER BY post, at_ms",
                (f"[{','.join(map(str, post_ids))}]",),
            )
            for row in rows:
                at = from_ms(row["at_ms"])
                if at is not None:
                    found.setdefault(row["post"], []).append((at, Metrics(*(row[name] for name in METRIC_NAMES))))
        return found

    def counts(self) -> list[AccountCount]:
        """What is remembered, account by account."""
        with self._store.read() as connection:
            rows = connection.execute(
                """SELECT a.platform, a.name, p.kind, count(*) AS posts, max(p.published_ms) AS last_ms,
                    min(iif(p.published_ms = ?, NULL, p.published_ms)) AS first_ms
                FROM posts p JOIN memory_accounts a ON a.seq = p.account
                GROUP BY a.seq, p.kind ORDER BY a.platform, a.name, p.kind""",
                (UNDATED_MS,),
            ).fetchall()
        return _account_counts(rows)

    def __len__(self) -> int:
        """How many posts are remembered."""
        with self._store.read() as connection:
            return int(connection.execute("SELECT count(*) FROM posts").fetchone()[0])


def find_source(
    connection: sqlite3.Connection, name: str, format_: str, fingerprint: str, account: str, now: str
) -> SourceMark:
    """The mark of a source, made when it is new."""
    row = connection.execute(
        """INSERT INTO memory_sources (name, format, fingerprint, account, began_at) VALUES (?, ?, ?, ?, ?)
        ON CONFLICT DO UPDATE SET name = excluded.name RETURNING seq, position, finished_at""",
        (sound(name), format_, fingerprint, sound(account), now),
    ).fetchone()
    return SourceMark(row["seq"], row["position"], row["finished_at"] is not None)


def insert_posts(connection: sqlite3.Connection, posts: Sequence[Post], source: int, now_ms: int) -> Added:
    """Remember posts within a transaction of the caller's."""
    from onering_cli.adapters.sqlite.full_text import indexable
    from onering_cli.adapters.sqlite.sketch_rows import insert_sketches

    if not posts:
        return Added()
    accounts: dict[tuple[str, str], int] = {}
    for post in posts:
        key = (post.platform, post.account)
        if key not in accounts:
            accounts[key] = _account(connection, *key)
    (before,) = connection.execute("SELECT coalesce(max(seq), 0) FROM posts").fetchone()
    connection.executemany(
        INSERT_POST, [post_values(post, accounts[post.platform, post.account], source) for post in posts]
    )
    new = connection.execute("SELECT seq, text FROM posts WHERE seq > ?", (before,)).fetchall()
    connection.executemany(
        "INSERT INTO post_words (rowid, body) VALUES (?, ?)", [(seq, indexable(text)) for seq, text in new]
    )
    insert_sketches(connection, new)
    _measure(connection, posts, now_ms)
    return Added(new=len(new), known=len(posts) - len(new))


def _measure(connection: sqlite3.Connection, posts: Sequence[Post], now_ms: int) -> None:
    by_remote_id: list[tuple[Any, ...]] = []
    by_digest: list[tuple[Any, ...]] = []
    for post in posts:
        if post.metrics is UNTOLD and not post.history:
            continue
        told = [(to_ms(post.metrics_at) if post.metrics_at else now_ms, post.metrics)]
        for at_ms, metrics in [*((to_ms(at), metrics) for at, metrics in post.history), *told]:
            counts = metric_values(metrics)
            if counts.count(None) == len(counts):
                continue
            values = (at_ms, *counts)
            if post.remote_id:
                by_remote_id.append((*values, sound(post.remote_id), post.platform))
            else:
                by_digest.append((*values, digest_of(post)))
    connection.executemany(_MEASURE_BY_REMOTE_ID, by_remote_id)
    connection.executemany(_MEASURE_BY_DIGEST, by_digest)


def _account(connection: sqlite3.Connection, platform: str, name: str) -> int:
    row = connection.execute(
        """INSERT INTO memory_accounts (platform, name) VALUES (?, ?)
        ON CONFLICT DO UPDATE SET name = excluded.name RETURNING seq""",
        (platform, sound(name)),
    ).fetchone()
    return int(row["seq"])


def _account_counts(rows: Sequence[sqlite3.Row]) -> list[AccountCount]:
    found: dict[tuple[str, str], AccountCount] = {}
    for row in rows:
        key = (row["platform"], row["name"])
        so_far = found.get(key) or AccountCount(*key, {})
        first, last = from_ms(UNDATED_MS if row["first_ms"] is None else row["first_ms"]), from_ms(row["last_ms"])
        found[key] = AccountCount(
            *key,
            {**so_far.kinds, row["kind"]: row["posts"]},
            min((at for at in (so_far.first_at, first) if at), default=None),
            max((at for at in (so_far.last_at, last) if at), default=None),
        )
    return list(found.values())
