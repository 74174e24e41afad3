"""Remembers what OneRing itself publishes, in the transaction that makes a run final."""

from __future__ import annotations

from typing import TYPE_CHECKING

from onering_cli.adapters.sqlite.corpus import find_source, insert_posts
from onering_cli.adapters.sqlite.post_rows import to_ms
from onering_cli.adapters.sqlite.post_threads import place_thread
from onering_cli.clock import to_iso
from onering_cli.memory.model import Post, PostKind, PostMedia
from onering_cli.publishing.model import MediaKind, RunStatus, SegmentState, parent_id, status_of

if TYPE_CHECKING:
    import sqlite3

    from onering_cli.publishing.model import Run, Segment

_PLATFORM = "x"  # the only one that runs go to
_MEDIA = {MediaKind.IMAGE: "photo", MediaKind.GIF: "gif", MediaKind.VIDEO: "video"}


def remember_run(connection: sqlite3.Connection, run: Run) -> None:
    """Remember the posts of a run that was posted, and forget those of one that was rolled back.

    No vector is made: that happens when meaning is next asked for, so that posting does not wait for it.

    Args:
        connection: The store's, within a write.
        run: Posted or rolled back.
    """
    if status_of(run) is RunStatus.ROLLED_BACK:
        # By what its segments were, not by what they are: a deleted one keeps its remote id.
        connection.executemany(
            "DELETE FROM posts WHERE remote_id = ? AND remote_id <> '' AND platform = ?",
            [(segment.remote_id, _PLATFORM) for segment in run.segments],
        )
        return
    sent = [segment for segment in run.segments if segment.state is SegmentState.SENT and segment.remote_id]
    source = find_source(connection, "onering post", "onering", "", "", to_iso(run.created_at))
    insert_posts(connection, [_post(run, segment) for segment in sent], source.id, to_ms(run.updated_at))
    if len(sent) > 1 and not run.reply_to_id:
        place_thread(connection, _PLATFORM, [segment.remote_id for segment in sent])


def _post(run: Run, segment: Segment) -> Post:
    return Post(
        platform=_PLATFORM,
        account=run.account,
        text=segment.payload.text,
        kind=PostKind.REPLY if run.reply_to_id else PostKind.QUOTE if segment.payload.quote_id else PostKind.POST,
        published_at=segment.attempted.at if segment.attempted else run.updated_at,
        remote_id=segment.remote_id,
        url=segment.url,
        in_reply_to=parent_id(run, segment.index),
        media=tuple(PostMedia(_MEDIA[media.kind], media.path, media.alt) for media in segment.payload.media),
    )
