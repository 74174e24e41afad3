"""Media by X's chunked upload, version 2: initialize, append, finalize, wait for processing, describe.

https://docs.x.com/x-api/media/quickstart/media-upload-chunked and
https://docs.x.com/x-api/media/quickstart/best-practices (November 2026). tweepy uploads by version 1.1 only.
"""

from collections.abc import Callable, Mapping
from typing import Any, BinaryIO, Protocol

from onering_cli.adapters.x.answers import data_of, read_failure, valid_id
from onering_cli.adapters.x.transport import Answer, Unanswered
from onering_cli.clock import Clock
from onering_cli.publishing.model import FrozenMedia, MediaKind, Reason
from onering_cli.publishing.outcomes import Blocked, ReadFailure, Unavailable, Uploaded, UploadOutcome
from onering_cli.publishing.rules import X

CHUNK_BYTES = 1 << 20  # small enough that progress is told often on a slow line; 1,000 segments at most, 5 MB each
PROCESSING_LIMIT_S = 600.0
LEAST_CHECK_S, MOST_CHECK_S = 1.0, 15.0
PROGRESS_S = 5.0
DEFAULT_LIFE_S = 86_400.0
_CATEGORIES = {
    MediaKind.IMAGE: "tweet_image",
    MediaKind.GIF: "tweet_gif",
    MediaKind.VIDEO: "tweet_video",
}


class Caller(Protocol):
    """What uploads need of a session: a call ends in an outcome of its own kind, never in an exception."""

    def __call__(self, method: str, route: str, **options: Any) -> Answer | Unanswered | Blocked:
        """A call with ``params`` or ``json``, or with ``fields`` and ``content`` as multipart."""
        ...


class _FailedError(Exception):
    """An upload ended early."""

    def __init__(self, failure: ReadFailure) -> None:
        super().__init__(failure.detail)
        self.failure = failure


def upload(
    ask: Caller, media: FrozenMedia, content: BinaryIO, *, on_progress: Callable[[int], None], clock: Clock
) -> UploadOutcome:
    """Upload one file with its description; what X would refuse for its type or size is not sent at all."""
    refused = _refused_here(media)
    if refused is not None:
        return refused
    upload_ = _Upload(ask, clock, on_progress)
    try:
        return upload_.run(media, content)
    except _FailedError as exc:
        return exc.failure


def _refused_here(media: FrozenMedia) -> Blocked | None:
    if media.mime_type not in X.media_types:
        return Blocked(Reason.MEDIA_REFUSED, f"X does not take {media.mime_type}")
    if not 0 < media.size_bytes <= X.media_bytes[media.kind]:
        return Blocked(Reason.MEDIA_REFUSED, f"X takes at most {X.media_bytes[media.kind]:,} bytes of this kind")
    return None


class _Upload:
    def __init__(self, ask: Caller, clock: Clock, on_progress: Callable[[int], None]) -> None:
        self._ask = ask
        self._clock = clock
        self._on_progress = on_progress

    def run(self, media: FrozenMedia, content: BinaryIO) -> Uploaded:
        media_id = self._initialize(media)
        self._append(media_id, media, content)
        finalized_at = self._clock.monotonic()
        state = self._called("POST", f"/2/media/upload/{media_id}/finalize")
        state = self._processed(media_id, state, media.size_bytes)
        if media.alt and media.kind is not MediaKind.VIDEO:  # X describes pictures; films have captions instead
            described = {"id": media_id, "metadata": {"alt_text": {"text": media.alt}}}
            self._called("POST", "/2/media/metadata", json=described)
        return Uploaded(media_id, max(_life_s(state) - (self._clock.monotonic() - finalized_at), 0.0))

    def _initialize(self, media: FrozenMedia) -> str:
        body = {
            "media_type": media.mime_type,
            "media_category": _CATEGORIES[media.kind],
            "total_bytes": media.size_bytes,
        }
        media_id = valid_id(self._called("POST", "/2/media/upload/initialize", json=body).get("id"))
        if not media_id:
            raise _FailedError(Unavailable("X began the upload without naming it"))
        return media_id

    def _append(self, media_id: str, media: FrozenMedia, content: BinaryIO) -> None:
        done = index = 0
        while chunk := content.read(CHUNK_BYTES):
            self._called(
                "POST", f"/2/media/upload/{media_id}/append", fields={"segment_index": str(index)}, content=chunk
            )
            done, index = done + len(chunk), index + 1
            self._on_progress(done)
        if done != media.size_bytes:
            raise _FailedError(Blocked(Reason.MEDIA_CHANGED, f"{done:,} bytes instead of {media.size_bytes:,}"))

    def _processed(self, media_id: str, state: Mapping[str, Any], size_bytes: int) -> Mapping[str, Any]:
        """The state once X has processed the file, which it does in the background."""
        ends_at = self._clock.monotonic() + PROCESSING_LIMIT_S
        while (step := _step(state)) not in {"", "succeeded"}:
            if step == "failed":
                raise _FailedError(Blocked(Reason.MEDIA_REFUSED, "X could not process the file"))
            if self._clock.monotonic() >= ends_at:
                raise _FailedError(Unavailable(f"X is still processing the file after {PROCESSING_LIMIT_S:g} s"))
            self._wait(_check_after_s(state), size_bytes)
            state = self._called("GET", "/2/media/upload", params={"command": "STATUS", "media_id": media_id})
        return state

    def _wait(self, seconds: float, size_bytes: int) -> None:
        while seconds > 0:
            self._clock.sleep(min(seconds, PROGRESS_S))
            seconds -= PROGRESS_S
            self._on_progress(size_bytes)

    def _called(self, method: str, route: str, **options: Any) -> Mapping[str, Any]:
        result = self._ask(method, route, **options)
        failure = result if isinstance(result, Blocked) else read_failure(result, now=self._clock.now())
        if isinstance(failure, Blocked) and failure.reason is Reason.INVALID:
            failure = Blocked(Reason.MEDIA_REFUSED, failure.detail)
        if failure is not None:
            raise _FailedError(failure)
        return data_of(result) if isinstance(result, Answer) else {}


def _step(state: Mapping[str, Any]) -> str:
    processing = state.get("processing_info")
    return str(processing.get("state", "")) if isinstance(processing, dict) else ""


def _check_after_s(state: Mapping[str, Any]) -> float:
    asked = state["processing_info"].get("check_after_secs")
    asked_s = float(asked) if isinstance(asked, (int, float)) else LEAST_CHECK_S
    return min(max(asked_s, LEAST_CHECK_S), MOST_CHECK_S)


def _life_s(state: Mapping[str, Any]) -> float:
    life = state.get("expires_after_secs")
    is_plain = isinstance(life, (int, float)) and not isinstance(life, bool) and 0 < life <= DEFAULT_LIFE_S
    return float(life) if is_plain and life is not None else DEFAULT_LIFE_S
