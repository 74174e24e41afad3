"""Tells what went wrong in a call to a chat model, in OneRing's errors.

The SDKs of OpenAI-compatible services (groq, openai, anthropic, ollama) agree on what their exceptions carry: a
``status_code``, a ``response`` with headers, a ``body``; and on the names of those that have no status. So one reading
serves all of them, without importing any.
"""

from __future__ import annotations

import math
import re
from dataclasses import field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import TYPE_CHECKING

from onering_cli.errors import LogInError, OneRingError, RefusedError, TryLaterError, UsageError
from onering_cli.record import record

if TYPE_CHECKING:
    from collections.abc import Mapping

_LONGEST_WAIT_S = 31 * 24 * 3600.0
_LONGEST_MESSAGE_CHARS = 300
_AGAIN_IN = re.compile(r"try again in (?:(\d{1,4})h)?(?:(\d{1,4})m(?!s))?(?:(\d{1,6}(?:\.\d+)?)(ms|s))?", re.IGNORECASE)
_TIMEOUT_NAMES = frozenset({"APITimeoutError", "TimeoutException", "Timeout", "TimeoutError"})
_BROKEN_NAMES = frozenset({"RemoteProtocolError", "ReadError", "WriteError", "LocalProtocolError", "DecodingError"})
_CONNECTION_NAMES = frozenset({"APIConnectionError", "TransportError", "ConnectionError", "HTTPError"})
_MALFORMED = (ValueError, KeyError, TypeError, AttributeError, IndexError)
"""What parsing stumbles over when an answer has not the documented form."""

# Codes in the body of a 4xx that say more than the status
# (https://console.groq.com/docs/errors, https://console.groq.com/docs/deprecations, 2026-11).
_NO_SUCH_MODEL = frozenset({"model_not_found", "model_decommissioned", "model_not_active", "model_terms_required"})
_TOO_LONG = frozenset({"context_length_exceeded", "request_too_large", "string_above_max_length"})
_MODEL_STUMBLED = frozenset({"json_validate_failed", "tool_use_failed"})
_FLEX_CAPACITY_EXCEEDED = 498
_CLIENT_CLOSED_REQUEST = 499
_PASSING = frozenset(
    {
        HTTPStatus.REQUEST_TIMEOUT,
        HTTPStatus.CONFLICT,
        HTTPStatus.TOO_EARLY,
        HTTPStatus.TOO_MANY_REQUESTS,
        _FLEX_CAPACITY_EXCEEDED,
        _CLIENT_CLOSED_REQUEST,
    }
)


@record
class Service:
    """What messages call the service, and what a user can do about it.

    Args:
        name: For sentences: ``Groq``.
        model: The model that was asked.
        log_in_hint: What to do about a key that is refused.
        models_hint: Where the names of models are.
        address_hint: What to do when something else answers at its address.
        secret: The key; it is cut out of whatever the service says.
    """

    name: str
    model: str
    log_in_hint: str
    models_hint: str
    address_hint: str
    secret: str = field(default="", repr=False)


@record
class Failure:
    """What became of a call.

    Args:
        error: What to raise when the call is given up.
        may_pass: The same call may succeed in a moment.
        wait_s: How long the service asks to wait, if it says so.
        options_may_be_why: An optional parameter may be what the service refused; without it the call may succeed.
    """

    error: OneRingError
    may_pass: bool = False
    wait_s: float | None = None
    options_may_be_why: bool = False


def failure_of(exc: Exception, service: Service, now: datetime) -> Failure | None:
    """What an SDK's exception means; None when it does not come from a call at all."""
    if isinstance(exc, OneRingError):
        return Failure(exc)
    status = getattr(exc, "status_code", None)
    if isinstance(status, int):
        return _of_status(exc, status, service, now)
    names = {kind.__name__ for kind in (*type(exc).__mro__, *type(exc.__cause__).__mro__)}
    error: OneRingError | None = None
    if names & _TIMEOUT_NAMES:
        error = TryLaterError(f"{service.name} did not answer in time", hint="try again")
    elif names & _BROKEN_NAMES:
        error = TryLaterError(f"the connection to {service.name} broke off", hint="try again")
    elif names & _CONNECTION_NAMES:
        error = _unreachable(exc, service)
    elif getattr(exc, "body", None) is not None:
        error = _told_in_stream(exc, service)
    elif isinstance(exc, _MALFORMED):
        error = malformed(service)
    return None if error is None else Failure(error, may_pass=isinstance(error, TryLaterError))


def without_secret(exc: BaseException, secret: str) -> None:
    """Cut a key out of an exception and of what led to it, should a service repeat it: tracebacks print both."""
    seen: BaseException | None = exc
    while secret and seen is not None:
        seen.args = tuple(arg.replace(secret, "[key]") if isinstance(arg, str) else arg for arg in seen.args)
        seen = seen.__cause__ or seen.__context__


def malformed(service: Service) -> TryLaterError:
    """The error for an answer that has not the documented form."""
    return TryLaterError(f"{service.name} sent an answer that cannot be read", hint=service.address_hint)


def not_the_service(service: Service, content_type: str) -> TryLaterError:
    """The error for an answer that comes from something else: a login page, a proxy."""
    kind = _told(content_type, service).partition(";")[0].strip() or "no content type"
    return TryLaterError(f"what answered in {service.name}'s place sent {kind}", hint=service.address_hint)


def stopped_early(service: Service, reason: str = "") -> TryLaterError:
    """The error for a stream that ends before the model said that it was done."""
    why = f": {_told(reason, service)}" if reason else ""
    return TryLaterError(f"{service.name} stopped in the middle of its answer{why}", hint="try again")


def filtered(service: Service) -> RefusedError:
    """The error for an answer that the service's content filter cut."""
    return RefusedError(f"{service.name}'s content filter stopped the answer", hint="change the material or the topic")


def out_of_time(service: Service, total_s: float) -> TryLaterError:
    """The error for a call that used up its time."""
    return TryLaterError(
        f"{service.name} did not finish within {in_words(total_s)}",
        hint="try again, or allow more with `onering config set groq.timeout_s SECONDS`",
    )


def in_words(seconds: float) -> str:
    """A span of time as a person says it, rounded up: ``47 seconds``, ``5 minutes``, ``1 hour 20 minutes``."""
    whole = math.ceil(seconds)
    if whole < 60:  # noqa: PLR2004 -- seconds a minute
        return _plural(max(1, whole), "second")
    if whole < 300 and whole % 60:  # noqa: PLR2004 -- below five minutes the seconds still matter
        return f"{_plural(whole // 60, 'minute')} {_plural(whole % 60, 'second')}"
    minutes = math.ceil(whole / 60)
    if minutes < 60:  # noqa: PLR2004 -- minutes an hour
        return _plural(minutes, "minute")
    hours, minutes = divmod(minutes, 60)
    if hours >= 48:  # noqa: PLR2004 -- from two days on the hours do not matter
        return _plural(math.ceil(hours / 24), "day")
    return _plural(hours, "hour") + (f" {_plural(minutes, 'minute')}" if minutes else "")


def _plural(count: int, unit: str) -> str:
    return f"{count} {unit}{'' if count == 1 else 's'}"


def _of_status(exc: Exception, status: int, service: Service, now: datetime) -> Failure:
    code, message = _said(exc, service)
    if status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
        refused = "refused the key" if status == HTTPStatus.UNAUTHORIZED else "does not allow this"
        return Failure(LogInError(_sentence(service, refused, message), hint=service.log_in_hint))
    if code in _NO_SUCH_MODEL or (status == HTTPStatus.NOT_FOUND and _is_json(exc)):
        error = UsageError(_sentence(service, f"has no model {service.model!r}", message), hint=service.models_hint)
        return Failure(error)
    if status == HTTPStatus.NOT_FOUND or status < HTTPStatus.BAD_REQUEST:
        error = UsageError(f"{service.name}'s address answers, but not as {service.name} ({status})")
        error.hint = service.address_hint
        return Failure(error)
    if status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE or code in _TOO_LONG:
        hint = "give less material, ask for fewer posts, or choose a model with higher limits"
        return Failure(UsageError(_sentence(service, "finds the request too long", message), hint=hint))
    if status in _PASSING or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return _passing(exc, status, message, service, now)
    return Failure(
        RefusedError(_sentence(service, "refused the request", message), hint="try another --model"),
        may_pass=code in _MODEL_STUMBLED,
        options_may_be_why=status in (HTTPStatus.BAD_REQUEST, HTTPStatus.UNPROCESSABLE_ENTITY),
    )


def _passing(exc: Exception, status: int, message: str, service: Service, now: datetime) -> Failure:
    wait_s = _wait_s(exc, message, now)
    retry_at = None if wait_s is None else now + timedelta(seconds=wait_s)
    limited = status == HTTPStatus.TOO_MANY_REQUESTS
    what = "limits how much may be asked" if limited else f"is not available right now ({status})"
    if wait_s is None:
        error = TryLaterError(_sentence(service, what, message), hint="try again in a minute")
    else:
        error = TryLaterError(
            f"{service.name} {what}: it asks to wait {in_words(wait_s)}",
            hint=f"try again in {in_words(wait_s)}, or use --model extract now",
            retry_at=retry_at,
        )
    # llama.cpp's server answers 500, not 400, to a `reasoning_format` that it does not know.
    return Failure(error, may_pass=True, wait_s=wait_s, options_may_be_why=status == HTTPStatus.INTERNAL_SERVER_ERROR)


def _wait_s(exc: Exception, message: str, now: datetime) -> float | None:
    """Seconds until the service wants to be asked again: from its headers, else from its message."""
    headers: Mapping[str, str] = getattr(getattr(exc, "response", None), "headers", None) or {}
    asked = headers.get("retry-after", "").strip()
    try:
        seconds = float(asked)
    except ValueError:
        seconds = _seconds_until(asked, now) if asked else _seconds_named(message)
    return min(seconds, _LONGEST_WAIT_S) if math.isfinite(seconds) and seconds >= 0 else None


def _seconds_until(date: str, now: datetime) -> float:
    try:
        moment = parsedate_to_datetime(date)
    except ValueError:
        return math.nan
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - now).total_seconds())


def _seconds_named(message: str) -> float:
    """`Please try again in 1m47.5s` as seconds; Groq says so beside the header, and sometimes instead of it."""
    named = _AGAIN_IN.search(message)
    if named is None or not any(named.groups()[:3]):
        return math.nan
    hours, minutes, seconds, unit = named.groups()
    last = float(seconds or 0) / (1000 if unit and unit.lower() == "ms" else 1)
    return int(hours or 0) * 3600 + int(minutes or 0) * 60 + last


def _said(exc: Exception, service: Service) -> tuple[str, str]:
    """The service's own code and message, cleaned for people."""
    body = getattr(exc, "body", None)
    error = body.get("error", body) if isinstance(body, dict) else None
    if isinstance(error, dict):
        return str(error.get("code") or error.get("type") or ""), _told(str(error.get("message") or ""), service)
    return "", _told(error, service) if isinstance(error, str) else ""


def _is_json(exc: Exception) -> bool:
    return isinstance(getattr(exc, "body", None), dict)


def _told_in_stream(exc: Exception, service: Service) -> OneRingError:
    code, message = _said(exc, service)
    if code in _TOO_LONG:
        return UsageError(_sentence(service, "finds the request too long", message), hint="give less material")
    return stopped_early(service, message or _told(str(exc), service))


def _unreachable(exc: Exception, service: Service) -> TryLaterError:
    cause = exc.__cause__ or exc
    why = re.sub(r"^\[Errno -?\d+\] ", "", _told(str(cause), service))
    return TryLaterError(
        f"{service.name} cannot be reached" + (f": {why}" if why else ""), hint="check the network, then try again"
    )


def _sentence(service: Service, what: str, message: str) -> str:
    return f"{service.name} {what}" + (f": {message}" if message else "")


def _told(text: str, service: Service) -> str:
    """A stranger's words on one short line, without control characters and without keys."""
    from onering_cli.text.sanitize import printable

    if service.secret:
        text = text.replace(service.secret, "[key]")
    line = " ".join(printable(text).split())
    return line if len(line) <= _LONGEST_MESSAGE_CHARS else line[: _LONGEST_MESSAGE_CHARS - 1] + "…"
