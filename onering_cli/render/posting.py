"""Tells a person what the engine does while it does it, and how a run stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from onering_cli.publishing.cost import dollars
from onering_cli.publishing.model import SegmentState
from onering_cli.publishing.words import explain
from onering_cli.render.tables import show_rows
from onering_cli.render.times import local

if TYPE_CHECKING:
    from collections.abc import Sequence

    from onering_cli.publishing.elapsed import Stamp
    from onering_cli.publishing.model import FrozenMedia, Run, Segment
    from onering_cli.publishing.ports import RunSummary
    from onering_cli.render.streams import Streams

_LONG_WAIT_S = 1.0


class PostingProgress:
    """A line on stderr for each thing a person waits for; silent where nobody watches.

    Args:
        streams: Where the person is.

    Attributes:
        run_id: The run that this process works at, or worked at last; "" before it has one.
    """

    def __init__(self, streams: Streams) -> None:
        self._streams = streams
        self.run_id = ""

    def on_run(self, run: Run) -> None:
        """The run was begun, taken up or left; a person sees it by what happens to its posts."""
        self.run_id = run.id

    def on_segment(self, run: Run, segment: Segment) -> None:
        """A segment has changed, durably."""
        if segment.state is SegmentState.SENT:
            self._say(run, segment, f"sent  {segment.url}  ({dollars(run.spent_usd_milli)} so far)")
        elif segment.state is SegmentState.DELETED:
            self._say(run, segment, "deleted")
        elif segment.state is SegmentState.UNKNOWN:
            self._say(run, segment, "sent, but not confirmed; looking for it")

    def on_upload(self, run: Run, segment: Segment, media: FrozenMedia, done_bytes: int) -> None:
        """Part of a media file has been uploaded."""
        self._say(run, segment, f"uploading {media.path}: {100 * done_bytes // max(media.size_bytes, 1)} %")

    def on_wait(self, run: Run, segment: Segment, seconds: float) -> None:
        """The engine waits."""
        if seconds >= _LONG_WAIT_S:
            self._say(run, segment, f"waiting {seconds:.0f} s")

    def _say(self, run: Run, segment: Segment, words: str) -> None:
        if self._streams.err_is_terminal:
            self._streams.note(f"{segment.index + 1}/{len(run.segments)}  {words}")


def show_run(streams: Streams, run: Run, now: Stamp) -> None:
    """How a run stands: one sentence, a line a post, and the commands that help."""
    told = explain(run, now)
    streams.data(f"{run.id}: {told.headline}")
    for segment, words in zip(run.segments, told.posts, strict=True):
        link = f"  {segment.url}" if segment.url else ""
        streams.data(f"  {segment.index + 1}/{len(run.segments)}  {words}{link}")
    for warning in run.warnings:
        streams.data(f"  note: {warning}")
    for step in told.steps:
        streams.data(f"  next: {step}")


def show_runs(streams: Streams, runs: Sequence[RunSummary]) -> None:
    """A line a run."""
    rows = [
        (run.id, run.status.value, f"{run.sent}/{run.segments}", run.account, local(run.created_at), run.opening)
        for run in runs
    ]
    if rows or not streams.out_is_terminal:
        show_rows(streams, ("RUN", "STATUS", "OUT", "ACCOUNT", "BEGUN", "OPENING"), rows)
