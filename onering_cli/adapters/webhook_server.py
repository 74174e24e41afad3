"""The webhook's listener: FastAPI on uvicorn. Nothing is acknowledged before it is durable and acted on."""

from __future__ import annotations

import asyncio
import json
import socket
from contextlib import suppress
from logging import INFO, WARNING
from typing import TYPE_CHECKING, Any

import h11
import uvicorn
from fastapi import FastAPI, Request, Response
from starlette.requests import ClientDisconnect
from uvicorn.protocols.http.h11_impl import H11Protocol

from onering_cli.adapters.stripe.shapes import news_of
from onering_cli.adapters.stripe.signatures import HEADER, SignatureError, check_signature
from onering_cli.billing.ports import News, Outcome
from onering_cli.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from logging import Logger

    from onering_cli.adapters.hearing import Hearing
    from onering_cli.billing.fulfilment import Heard
    from onering_cli.clock import Clock

LARGEST_BODY_BYTES = 256 * 1024
PATH = "/webhook"

_HEAD_S = 10.0
_BODY_S = 10.0
_HEALTH_S = 5.0
_ENDING_S = 3
_MOST_CONNECTIONS = 512
_PAID_PAGE = b"<!doctype html><meta charset=utf-8><title>OneRing</title><p>Thank you. You can close this page."


class RefusedBodyError(Exception):
    """A request that is answered with a status and one sentence.

    Args:
        status: Of the answer.
        why: For the answer and the log; nothing of what was sent.
    """

    def __init__(self, status: int, why: str) -> None:
        super().__init__(why)
        self.status = status
        self.why = why


def application(
    hearing: Hearing,
    secrets: Sequence[str],
    *,
    clock: Clock,
    log: Logger,
    on_heard: Callable[[News, Heard], None],
    body_s: float = _BODY_S,
) -> FastAPI:
    """The routes: ``POST /webhook``, ``GET /healthz`` and ``GET /paid``.

    Args:
        hearing: Acts on news.
        secrets: Every signing secret in force.
        clock: What time it is.
        log: Told what was refused and what failed.
        on_heard: Told what became of news.
        body_s: How long a body may take to arrive.
    """
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)

    @app.post(PATH)
    async def webhook(request: Request) -> Response:
        try:
            body = await _body(request, body_s)
            news = _news(body, request.headers.get(HEADER, ""), secrets, clock)
        except RefusedBodyError as refused:
            log.warning("webhook refused", extra={"status": refused.status, "why": refused.why})
            return _answer(refused.status, refused.why, closes=refused.status != _BAD_REQUEST)
        if news is None:
            return _answer(_OK, "nothing that changes a purchase")
        try:
            heard = await asyncio.wrap_future(hearing.tell(news))
        except Exception as exc:  # whatever failed, Stripe sends the event again
            log.exception("webhook failed", exc_info=exc, extra={"event": news.event, "type": news.type})
            return _answer(_SERVER_ERROR, "it could not be kept; send it again")
        if heard is None:
            return _answer(_SERVER_ERROR, "it was not heard; send it again")
        fields = {"event": news.event, "type": news.type, "outcome": heard.outcome, "why": heard.detail}
        log.log(WARNING if heard.outcome is Outcome.RECEIVED else INFO, "webhook", extra={**fields, "new": heard.new})
        with suppress(OSError):  # nobody reads the terminal any more: the news are kept all the same
            on_heard(news, heard)
        if heard.outcome is Outcome.RECEIVED:
            return _answer(_SERVER_ERROR, "kept, but not acted on; send it again")
        return _answer(_OK, str(heard.outcome) if heard.new else "known already")

    @app.get("/healthz")
    async def healthz() -> Response:
        try:
            await asyncio.wait_for(asyncio.wrap_future(hearing.ping()), _HEALTH_S)
        except Exception as exc:  # noqa: BLE001 -- whatever it is, the listener is not well
            return _answer(_UNAVAILABLE, f"not well: {type(exc).__name__}")
        return _answer(_OK, "well")

    @app.get("/paid")
    async def paid() -> Response:
        return Response(_PAID_PAGE, media_type="text/html")

    return app


_OK, _BAD_REQUEST, _TIMEOUT, _TOO_LARGE, _SERVER_ERROR, _UNAVAILABLE = 200, 400, 408, 413, 500, 503


async def _body(request: Request, body_s: float) -> bytes:
    """The raw body, if it is not too large and comes in time."""
    told = request.headers.get("content-length", "")
    if told.isdigit() and int(told) > LARGEST_BODY_BYTES:
        raise RefusedBodyError(_TOO_LARGE, "the body is too large")
    body = bytearray()
    try:
        async with asyncio.timeout(body_s):
            async for piece in request.stream():
                body += piece
                if len(body) > LARGEST_BODY_BYTES:
                    raise RefusedBodyError(_TOO_LARGE, "the body is too large")
    except TimeoutError:
        raise RefusedBodyError(_TIMEOUT, "the body took too long") from None
    except ClientDisconnect:
        raise RefusedBodyError(_BAD_REQUEST, "the client left") from None
    return bytes(body)


def _news(body: bytes, header: str, secrets: Sequence[str], clock: Clock) -> News | None:
    """What a signed body says; None when it is about nothing that changes a purchase."""
    try:
        check_signature(body, header, secrets, clock.now().timestamp())
    except SignatureError as exc:
        raise RefusedBodyError(_BAD_REQUEST, str(exc)) from None
    try:
        event = json.loads(body)
        if not isinstance(event, dict):
            raise RefusedBodyError(_BAD_REQUEST, "the body is no JSON object")
        return news_of(event)
    except (ValueError, RecursionError):
        raise RefusedBodyError(_BAD_REQUEST, "the body is no event") from None


def _answer(status: int, words: str, *, closes: bool = False) -> Response:
    headers = {"connection": "close"} if closes else None
    return Response(f"{words}\n", status, headers=headers, media_type="text/plain; charset=utf-8")


def claim_port(host: str, port: int) -> socket.socket:
    """A socket that listens there.

    Raises:
        UsageError: Another process does, or this one may not.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(128)
    except (OSError, OverflowError) as exc:
        listener.close()
        why = getattr(exc, "strerror", None) or str(exc)
        raise UsageError(f"cannot listen on {host} port {port}: {why}", hint="choose another with --port") from exc
    return listener


def server_of(app: FastAPI) -> uvicorn.Server:
    """A server that finishes what was begun when a signal ends it; ``run(sockets=[…])`` starts it."""
    config = uvicorn.Config(
        app,
        http=PromptHttp,
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        date_header=False,
        limit_concurrency=_MOST_CONNECTIONS,
        timeout_graceful_shutdown=_ENDING_S,
        proxy_headers=False,
    )
    return uvicorn.Server(config)


class PromptHttp(H11Protocol):
    """uvicorn's protocol, which by itself would wait for ever for a request's head that drips."""

    head_s = _HEAD_S
    _patience: asyncio.TimerHandle | None = None

    def connection_made(self, transport: Any) -> None:
        """Begin to wait for a head."""
        super().connection_made(transport)
        self._be_patient()

    def data_received(self, data: bytes) -> None:
        """Stop waiting once the head is whole."""
        self._be_patient()
        super().data_received(data)
        if self.conn.their_state is not h11.IDLE:
            self._stop_waiting()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop waiting."""
        self._stop_waiting()
        super().connection_lost(exc)

    def _be_patient(self) -> None:
        if self._patience is None and self.conn.their_state is h11.IDLE:
            self._patience = self.loop.call_later(self.head_s, self.transport.abort)

    def _stop_waiting(self) -> None:
        if self._patience is not None:
            self._patience.cancel()
            self._patience = None
