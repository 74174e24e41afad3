"""Gives remembered posts back in the form in which they can be taken in again."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any

from onering_cli.clock import to_iso

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from onering_cli.memory.model import Filter, Metrics, Remembered
    from onering_cli.memory.ports import Corpus

_POSTS_AT_ONCE = 500
_METRICS = ("likes", "reposts", "replies", "quotes", "impressions", "bookmarks")


def lines(corpus: Corpus, which: Filter) -> Iterator[dict[str, Any]]:
    """An object a post, by the time of publishing; what is empty is left out."""
    posts = corpus.posts(which)
    while page := list(islice(posts, _POSTS_AT_ONCE)):
        series = corpus.series([found.id for found in page])
        for found in page:
            yield _line(found, series.get(found.id, []))


def _line(found: Remembered, series: list[tuple[datetime, Metrics]]) -> dict[str, Any]:
    post = found.post
    told = {
        "platform": post.platform,
        "account": post.account,
        "id": post.remote_id,
        "kind": str(post.kind),
        "published_at": to_iso(post.published_at) if post.published_at else "",
        "url": post.url,
        "in_reply_to": post.in_reply_to,
        "language": post.language,
        "text": post.text,
        "media": [{"kind": part.kind, "location": part.location, "alt": part.alt} for part in post.media],
        "metrics": [{"at": to_iso(at), **_told(metrics)} for at, metrics in series],
    }
    return {key: value for key, value in told.items() if value}


def _told(metrics: Metrics) -> dict[str, int]:
    return {name: value for name in _METRICS if (value := getattr(metrics, name)) is not None}
