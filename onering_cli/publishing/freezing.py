"""The exact form in which a payload is kept and compared, and its digests."""

import json
from dataclasses import asdict
from hashlib import sha256
from typing import Any

from onering_cli.publishing.model import FrozenMedia, MediaKind, Payload, Poll
from onering_cli.text.draft import ReplyControl


def freeze(payload: Payload) -> str:
    """A payload as canonical JSON: equal payloads give equal text."""
    return json.dumps(asdict(payload), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def thaw(frozen: str) -> Payload:
    """The payload that `freeze` wrote."""
    told: dict[str, Any] = json.loads(frozen)
    poll = told["poll"]
    return Payload(
        text=told["text"],
        media=tuple(FrozenMedia(**{**media, "kind": MediaKind(media["kind"])}) for media in told["media"]),
        poll=Poll(tuple(poll["options"]), poll["duration_minutes"]) if poll else None,
        quote_id=told["quote_id"],
        reply_control=ReplyControl(told["reply_control"]),
        made_with_ai=told["made_with_ai"],
    )


def payload_digest(payload: Payload) -> str:
    """SHA-256 of all that the payload says; where its media lie on the disk does not matter."""
    told = asdict(payload)
    for media in told["media"]:
        del media["path"]
    return _digest(json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":")))


def run_digest(payload_hashes: tuple[str, ...], *, reply_to_id: str) -> str:
    """SHA-256 over a whole run."""
    return _digest("\n".join((reply_to_id, *payload_hashes)))


def _digest(text: str) -> str:
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
