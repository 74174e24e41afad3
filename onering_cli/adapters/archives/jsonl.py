"""One JSON object a line: what ``memory export`` writes, and what other tools make easily."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from onering_cli.adapters.archives.containers import closing_stream
from onering_cli.adapters.archives.counting import Counter
from onering_cli.adapters.archives.moments import iso_time, twitter_time
from onering_cli.memory.archives import ArchiveError, Skipped
from onering_cli.memory.model import UNTOLD, Metrics, Post, PostKind, PostMedia

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from onering_cli.adapters.archives.containers import ByteStream, Container

_CHUNK_BYTES = 1 << 18
_LONGEST_LINE_BYTES = 8 << 20
_LARGEST_COUNT = 1 << 62
_TEXT_KEYS = ("text", "full_text", "content")
_TIME_KEYS = ("published_at", "created_at", "date")
_ID_KEYS = ("id", "id_str", "uri")
_METRICS = ("likes", "reposts", "replies", "quotes", "impressions", "bookmarks")
_KINDS = {str(kind): kind for kind in PostKind}

_NOT_AN_OBJECT = Skipped("lines that are no JSON objects")
_NO_TEXT = Skipped("lines without a text")
_TOO_LONG = Skipped("lines longer than 8 MiB")


class Jsonl:
    """Satisfies `Archive`.

    Args:
        name: For people.
        container: Holds the file.
        account: Whose the posts are, within OneRing, where a line does not say.
        everybody: Let the lines' own accounts stand; else all are `account`'s.
    """

    format = "jsonl"

    def __init__(self, name: str, container: Container, *, account: str, everybody: bool) -> None:
        self.name = name
        self._container = container
        self._account = account
        self._everybody = everybody
        self._counter = Counter()
        self._member = container.names[0]
        self.total_bytes = container.size(self._member)
        self.fingerprint = container.fingerprint([self._member])

    @property
    def read_bytes(self) -> int:
        """How much of it has been read."""
        return self._counter.read_bytes

    def entries(self) -> Iterator[Post | Skipped]:
        """Every line that is not blank."""
        any_object = False
        lines = 0
        with closing_stream(self._container.open(self._member)) as stream:
            for line in _lines(self._counter.around(stream)):
                lines += 1
                entry: Post | Skipped = _NOT_AN_OBJECT if line else _TOO_LONG
                told = _object(line)
                if told is not None:
                    any_object = True
                    entry = _post(told, self._account, everybody=self._everybody) or _NO_TEXT
                yield entry
        if lines and not any_object:
            raise ArchiveError(
                f"{self.name} is no JSONL: not one of its lines is a JSON object",
                hint='a line looks like this: {"text": "…", "id": "1", "published_at": "2026-03-01T09:30:00Z"}',
            )


def _lines(stream: ByteStream) -> Iterator[bytes]:
    """Lines that are not blank; one that is too long comes as an empty one."""
    rest = b""
    too_long = False
    while chunk := stream.read(_CHUNK_BYTES):
        *lines, rest = (rest + chunk).split(b"\n")
        for line in lines:
            if too_long:
                yield b""
                too_long = False
            elif line.strip():
                yield line
        if len(rest) > _LONGEST_LINE_BYTES:
            rest, too_long = b"", True
    if too_long:
        yield b""
    elif rest.strip():
        yield rest


def _object(line: bytes) -> dict[str, Any] | None:
    try:
        told = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return told if isinstance(told, dict) else None


def _post(told: dict[str, Any], account: str, *, everybody: bool) -> Post | None:
    text = next((told[key] for key in _TEXT_KEYS if isinstance(told.get(key), str)), "")
    if not text.strip():
        return None
    moment = next((told[key] for key in _TIME_KEYS if isinstance(told.get(key), str)), None)
    own = told.get("account")
    *history, (metrics, metrics_at) = _measured(told.get("metrics"))
    parent = _text(told.get("in_reply_to"))
    kind = _KINDS.get(_text(told.get("kind")), PostKind.REPLY if parent else PostKind.POST)
    return Post(
        platform=_text(told.get("platform")) or "notes",
        account=own if everybody and isinstance(own, str) and own else account,
        text=text,
        kind=kind,
        published_at=twitter_time(moment),
        remote_id=next((_text(told[key]) for key in _ID_KEYS if told.get(key)), ""),
        url=_text(told.get("url")),
        in_reply_to=parent,
        language=_text(told.get("language"))[:2],
        media=_media(told.get("media")),
        metrics=metrics,
        metrics_at=metrics_at,
        history=tuple((at, earlier) for earlier, at in history if at is not None),
    )


def _measured(told: object) -> list[tuple[Metrics, datetime | None]]:
    """Metrics and their times, as one object or a list of them."""
    listed = told if isinstance(told, list) else [told]
    found = [(_read_metrics(one), iso_time(one.get("at"))) for one in listed if isinstance(one, dict)]
    return found or [(UNTOLD, None)]


def _read_metrics(told: dict[str, Any]) -> Metrics:
    return Metrics(
        **{
            name: value
            for name in _METRICS
            if isinstance(value := told.get(name), int) and not isinstance(value, bool) and 0 <= value < _LARGEST_COUNT
        }
    )


def _media(told: object) -> tuple[PostMedia, ...]:
    if not isinstance(told, list):
        return ()
    return tuple(
        PostMedia(_text(part.get("kind")) or "file", _text(part["location"]), _text(part.get("alt")))
        for part in told
        if isinstance(part, dict) and part.get("location")
    )


def _text(told: object) -> str:
    return told if isinstance(told, str) else str(told) if isinstance(told, int) and not isinstance(told, bool) else ""
