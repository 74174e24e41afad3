"""Remembered posts as rows of the store, there and back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

from onering_cli.memory.likeness import likeness_hash
from onering_cli.memory.model import Metrics, Post, PostKind, PostMedia, Remembered

if TYPE_CHECKING:
    import sqlite3

    from onering_cli.memory.model import Filter

UNDATED_MS = -(1 << 62)
METRIC_NAMES = ("likes", "reposts", "replies", "quotes", "impressions", "bookmarks")
POST_COLUMNS = """
    p.seq, p.platform, a.name AS account, p.remote_id, p.kind, p.published_ms, p.thread, p.position, p.in_reply_to,
    p.language, p.url, p.media, p.text, p.source
"""
POSTS = f"SELECT {POST_COLUMNS} FROM posts p JOIN memory_accounts a ON a.seq = p.account"  # noqa: S608 - constants only

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
_DIGEST_BYTES = 15


def to_ms(moment: datetime | None) -> int:
    """Milliseconds since 1970; `UNDATED_MS` for an unknown time."""
    return UNDATED_MS if moment is None else (moment - _EPOCH) // _MILLISECOND


def from_ms(milliseconds: int) -> datetime | None:
    """The time that `to_ms` was given, to the millisecond."""
    return None if milliseconds == UNDATED_MS else _EPOCH + timedelta(milliseconds=milliseconds)


def sound(text: str) -> str:
    """The text without what SQLite cannot hold as text: half characters, and NULs, at which many readers stop."""
    if text.isascii() and "\0" not in text:
        return text
    return text.replace("\0", "").encode("utf-8", "replace").decode()


def post_values(post: Post, account: int, source: int) -> tuple[Any, ...]:
    """The values of a new row, in the order of `INSERT_POST`."""
    text, published_ms = sound(post.text), to_ms(post.published_at)
    return (
        account,
        source,
        post.platform,
        sound(post.remote_id),
        None if post.remote_id else digest_of(post),
        str(post.kind),
        published_ms,
        sound(post.in_reply_to),
        sound(post.language),
        likeness_hash(text),
        sound(post.url),
        _media_text(post.media),
        text,
    )


INSERT_POST = """
    INSERT INTO posts (account, source, platform, remote_id, digest, kind, published_ms, in_reply_to,
        language, likeness, url, media, text)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
"""


def digest_of(post: Post) -> str:
    """What tells a post without a remote id from others: platform, account, time and text."""
    parts = (post.platform, post.account, str(to_ms(post.published_at)), sound(post.text))
    return blake2b("\0".join(parts).encode("utf-8", "replace"), digest_size=_DIGEST_BYTES).hexdigest()


def metric_values(metrics: Metrics) -> tuple[int | None, ...]:
    """The values in the order of `METRIC_NAMES`."""
    return tuple(getattr(metrics, name) for name in METRIC_NAMES)


def remembered(row: sqlite3.Row) -> Remembered:
    """A row of `POSTS`."""
    post = Post(
        platform=row["platform"],
        account=row["account"],
        text=row["text"],
        kind=PostKind(row["kind"]),
        published_at=from_ms(row["published_ms"]),
        remote_id=row["remote_id"],
        url=row["url"],
        in_reply_to=row["in_reply_to"],
        language=row["language"],
        media=_media(row["media"]),
    )
    return Remembered(row["seq"], post, row["source"], row["thread"], row["position"] or 0)


def conditions(which: Filter) -> tuple[list[str], dict[str, Any]]:
    """What a filter asks of a row ``p`` of posts beside its account ``a``; undated posts are in no span of time."""
    asked: list[str] = []
    values: dict[str, Any] = {}
    if which.account:
        asked.append("p.account IN (SELECT seq FROM memory_accounts WHERE name = :account)")
        values["account"] = sound(which.account)
    if which.since or which.until:
        asked.append("p.published_ms >= :since")
        values["since"] = to_ms(which.since) if which.since else UNDATED_MS + 1
    if which.until:
        asked.append("p.published_ms < :until")
        values["until"] = to_ms(which.until)
    if which.kinds:
        asked.append(f"p.kind IN ({', '.join(repr(str(kind)) for kind in which.kinds)})")
    if which.source:
        asked.append("p.source IN (SELECT seq FROM memory_sources WHERE name = :source)")
        values["source"] = sound(which.source)
    if which.ids:
        asked.append(f"p.seq IN ({', '.join(str(int(post_id)) for post_id in which.ids)})")
    return asked, values


def _media_text(media: tuple[PostMedia, ...]) -> str:
    if not media:
        return ""
    import json

    return sound(json.dumps([[part.kind, part.location, part.alt] for part in media], ensure_ascii=False))


def _media(text: str) -> tuple[PostMedia, ...]:
    if not text:
        return ()
    import json

    return tuple(PostMedia(*part) for part in json.loads(text))
