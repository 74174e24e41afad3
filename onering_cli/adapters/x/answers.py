"""What an answer of X means: HTTP in, outcomes of publishing out, as the table in the publishing notes has it.

Nothing here trusts a parser that was written for the good case: only a 201 with a valid id is a created post, and only
a complete answer that refuses says that nothing was done.

Error shapes: https://docs.x.com/x-api/fundamentals/response-codes-and-errors; rate limit headers:
https://docs.x.com/x-api/fundamentals/rate-limits (November 2026).
"""

import json
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any

from onering_cli.adapters.x.transport import Answer, Unanswered
from onering_cli.publishing.model import Reason
from onering_cli.publishing.outcomes import (
    Ambiguous,
    Blocked,
    Created,
    CreateOutcome,
    DeleteOutcome,
    Duplicate,
    Gone,
    MediaGone,
    NotSent,
    ParentNotVisible,
    RateLimited,
    ReadFailure,
    Unavailable,
    Window,
)

OK, CREATED = 200, 201
_NOT_FOUND, _REQUEST_TIMEOUT, _TOO_MANY = 404, 408, 429
_CLIENT_ERRORS = range(400, 500)
_ID = re.compile(r"[0-9]{1,19}")  # https://docs.x.com/fundamentals/x-ids
_MAX_WORDS = 500
DEFAULT_WAIT_S, LEAST_WAIT_S, MOST_WAIT_S = 900.0, 1.0, 86_400.0  # one window; never a busy loop; one day
_WINDOWS = (
    ("x-rate-limit", Window.SHORT),
    ("x-app-limit-24hour", Window.DAILY),
    ("x-user-limit-24hour", Window.DAILY),
)

Refusal = RateLimited | Blocked | ParentNotVisible | MediaGone | Duplicate


def create_outcome(result: Answer | Unanswered, *, address_of: Callable[[str], str], now: datetime) -> CreateOutcome:
    """What became of POST /2/tweets."""
    if isinstance(result, Unanswered):
        return Ambiguous(result.detail) if result.sent else NotSent(result.detail)
    if result.status == CREATED:
        remote_id = _created_id(result)
        if remote_id:
            return Created(remote_id, address_of(remote_id))
        return Ambiguous("X answered that the post was created, but not under which id")
    return refusal(result, now=now) or Ambiguous(f"X answered {result.status}")


def delete_outcome(result: Answer | Unanswered, *, now: datetime) -> DeleteOutcome:
    """What became of DELETE /2/tweets/:id; a post that is not there is as good as deleted."""
    if isinstance(result, Unanswered):
        return Ambiguous(result.detail) if result.sent else NotSent(result.detail)
    if result.status == _NOT_FOUND or (result.status == OK and (_was_deleted(result) or is_missing(result))):
        return Gone()
    refused = refusal(result, now=now)
    if isinstance(refused, RateLimited | Blocked):
        return refused
    return Ambiguous(f"X answered {result.status} without saying that the post is gone")


def read_failure(result: Answer | Unanswered, *, now: datetime) -> ReadFailure | None:
    """Why a call that changes nothing, or nothing that matters, failed; None when it was answered with a 2xx."""
    if isinstance(result, Unanswered):
        return Unavailable(result.detail)
    if OK <= result.status < 300:  # noqa: PLR2004 -- the 2xx
        return None
    refused = refusal(result, now=now)
    if isinstance(refused, RateLimited | Blocked):
        return refused
    return Unavailable(f"X answered {result.status}")


def refusal(answer: Answer, *, now: datetime) -> Refusal | None:
    """What a complete answer refuses; None when it does not say that nothing was done."""
    if answer.status not in _CLIENT_ERRORS or answer.status == _REQUEST_TIMEOUT:
        return None
    problem, words = document(answer), words_of(answer)
    if answer.status == _TOO_MANY:
        if _names(problem, "usage-capped", "UsageCapExceeded"):
            return Blocked(Reason.MONTHLY_CAP, words)
        return rate_limited(answer.headers, detail=words, now=now)
    return {400: _bad, 401: _unauthorized, 402: _unpaid, 403: _forbidden}.get(answer.status, _invalid)(problem, words)


def _invalid(_problem: Mapping[str, Any], words: str) -> Refusal:
    return Blocked(Reason.INVALID, words)


def _bad(_problem: Mapping[str, Any], words: str) -> Refusal:
    is_about_media = "media id" in words.lower()
    return MediaGone(words) if is_about_media else Blocked(Reason.INVALID, words)


def _unauthorized(_problem: Mapping[str, Any], words: str) -> Refusal:
    return Blocked(Reason.UNAUTHORIZED, words)


def _unpaid(_problem: Mapping[str, Any], words: str) -> Refusal:
    return Blocked(Reason.NO_CREDITS, words)


def _forbidden(problem: Mapping[str, Any], words: str) -> Refusal:
    """A 403, whose kinds only its words tell: their type is ``about:blank``, and there is no code."""
    said = words.lower()
    if "duplicate content" in said:
        return Duplicate(words)
    if "deleted or not visible" in said:
        return ParentNotVisible(words)
    if "reply to this conversation is not allowed" in said or "not been mentioned or otherwise engaged" in said:
        return Blocked(Reason.NOT_SUMMONED, words)
    if _names(problem, "/credits", "SpendCapReached"):
        return Blocked(Reason.NO_CREDITS, words)
    if _names(problem, "usage-capped", "UsageCapExceeded"):
        return Blocked(Reason.MONTHLY_CAP, words)
    return Blocked(Reason.FORBIDDEN, words)


def _names(problem: Mapping[str, Any], type_end: str, title: str) -> bool:
    return str(problem.get("type", "")).endswith(type_end) or problem.get("title") == title


def rate_limited(headers: Mapping[str, str], *, detail: str, now: datetime) -> RateLimited:
    """How long a 429 asks to wait: until the last reset among the limits that are spent, by the server's own clock."""
    server_now = _server_time(headers, now).timestamp()
    waits = [
        (reset - server_now, window)
        for prefix, window in _WINDOWS
        if headers.get(f"{prefix}-remaining") == "0" and (reset := _number(headers.get(f"{prefix}-reset"))) is not None
    ]
    if not waits:
        waits = [(_fallback_wait_s(headers, server_now), Window.SHORT)]
    wait_s, window = max(waits)
    return RateLimited(min(max(wait_s, LEAST_WAIT_S), MOST_WAIT_S), window, detail)


def _fallback_wait_s(headers: Mapping[str, str], server_now: float) -> float:
    asked_s = _number(headers.get("retry-after"))
    if asked_s is not None:
        return asked_s
    reset = _number(headers.get("x-rate-limit-reset"))
    return reset - server_now if reset is not None else DEFAULT_WAIT_S


def _server_time(headers: Mapping[str, str], now: datetime) -> datetime:
    try:
        date = parsedate_to_datetime(headers["date"])
    except (KeyError, ValueError):
        return now
    return date if date.tzinfo is not None else now


def _number(text: str | None) -> float | None:
    return float(text) if text is not None and text.isascii() and text.isdigit() else None


def document(answer: Answer) -> Mapping[str, Any]:
    """The answer's JSON object; empty when it is anything else."""
    try:
        read = json.loads(answer.body)
    except (ValueError, RecursionError):
        return {}
    return read if isinstance(read, dict) else {}


def data_of(answer: Answer) -> Mapping[str, Any]:
    """The object under ``data``; empty when there is none."""
    data = document(answer).get("data")
    return data if isinstance(data, dict) else {}


def words_of(answer: Answer) -> str:
    """The platform's own words about a refusal, untrusted and cut to a bearable length."""
    problem = document(answer)
    errors = problem.get("errors")
    first = errors[0] if isinstance(errors, list) and errors and isinstance(errors[0], dict) else {}
    said = [first.get("message"), first.get("detail"), problem.get("detail"), problem.get("title")]
    words = [each for each in said if isinstance(each, str) and each]
    return ". ".join(dict.fromkeys(each.rstrip(".") for each in words[:2]))[:_MAX_WORDS]


def is_missing(answer: Answer) -> bool:
    """Whether an answer says that there is no such post; lookups say it with status 200."""
    read = document(answer)
    errors = read.get("errors")
    if read.get("data") or not isinstance(errors, list):
        return False
    return any(isinstance(each, dict) and str(each.get("type", "")).endswith("resource-not-found") for each in errors)


def valid_id(value: object) -> str:
    """An id as X gives them, or ""."""
    return value if isinstance(value, str) and _ID.fullmatch(value) else ""


def _created_id(answer: Answer) -> str:
    return valid_id(data_of(answer).get("id"))


def _was_deleted(answer: Answer) -> bool:
    return data_of(answer).get("deleted") is True
