"""Puts what publishing does into the log, as entries that can be searched; never a text, never a secret."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from onering_cli.publishing.model import Reason, RunStatus, SegmentState, status_of

if TYPE_CHECKING:
    from onering_cli.publishing.model import FrozenMedia, Run, Segment
    from onering_cli.publishing.ports import Watcher

_ADOPTED = frozenset({Reason.ADOPTED, Reason.ADOPTED_ONE_OF_SEVERAL})
_SEGMENT_ASKS = frozenset({SegmentState.UNKNOWN, SegmentState.HELD, SegmentState.BLOCKED})
_RUN_ASKS = frozenset({RunStatus.UNKNOWN, RunStatus.HELD, RunStatus.BLOCKED})


class PostingLog:
    """Satisfies `Watcher`: writes down what it is told, and tells another watcher.

    Args:
        logger: Where entries go: what asks for a person as a warning, the rest as information.
        then: Is told everything too.
    """

    def __init__(self, logger: logging.Logger, then: Watcher) -> None:
        self._logger = logger
        self._then = then
        self._last: dict[tuple[str, int], tuple[SegmentState, Reason]] = {}

    def on_run(self, run: Run) -> None:
        """The run was begun, taken up or left."""
        status = status_of(run)
        if run.lease is None:
            words = f"run left {status}" if status in _RUN_ASKS else f"run {status}"
        else:
            words = "run begun" if run.fence == 1 else "run taken up"
        level = logging.WARNING if run.lease is None and status in _RUN_ASKS else logging.INFO
        self._write(level, words.replace("_", " "), run, draft=run.draft, status=str(status), posts=len(run.segments))
        self._then.on_run(run)

    def on_segment(self, run: Run, segment: Segment) -> None:
        """A segment has changed, durably."""
        state = segment.state
        adopted = state is SegmentState.SENT and segment.reason in _ADOPTED
        fields: dict[str, Any] = {
            "post": segment.index + 1,
            "state": str(state),
            "reason": str(segment.reason) or None,
            "attempt": segment.attempt or None,
            "id": segment.remote_id or None,
        }
        told = {name: value for name, value in fields.items() if value is not None}
        level = logging.WARNING if state in _SEGMENT_ASKS else logging.INFO
        place, now = (run.id, segment.index), (state, segment.reason)
        if self._last.get(place) == now:  # looked for once more, or uploaded one more file
            level = logging.DEBUG
        self._last[place] = now
        self._write(level, f"post {'adopted' if adopted else state}", run, **told)
        self._then.on_segment(run, segment)

    def on_upload(self, run: Run, segment: Segment, media: FrozenMedia, done_bytes: int) -> None:
        """Part of a media file has been uploaded, which is not worth an entry."""
        self._then.on_upload(run, segment, media, done_bytes)

    def on_wait(self, run: Run, segment: Segment, seconds: float) -> None:
        """The engine waits."""
        self._write(logging.INFO, "waiting", run, post=segment.index + 1, seconds=round(seconds, 1))
        self._then.on_wait(run, segment, seconds)

    def _write(self, level: int, words: str, run: Run, **fields: Any) -> None:
        self._logger.log(level, words, extra={"run": run.id, "account": run.account, **fields})
