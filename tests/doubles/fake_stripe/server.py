"""The service on a loopback port, with faults that strike where a test wants them."""

from __future__ import annotations

import contextlib
import json
import socket
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import unquote, urlsplit

from doubles.fake_stripe.api import CREATES, ApiError, decoded, listed, path_and_name, retrieve
from doubles.fake_stripe.world import LIVE_KEY, TEST_KEY, World

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType


@dataclass(frozen=True)
class Fault:
    """What goes wrong at the next request that fits.

    Args:
        what: ``drop`` (before it acts), ``lose`` (acts, and the answer is lost), ``drip``, ``hang``, ``html``,
            or a status as text.
        method: Which requests it fits.
        path: What their path starts with.
        skip: Let so many pass first.
    """

    what: str
    method: str = "POST"
    path: str = "/v1/"
    skip: int = 0


@dataclass
class FakeStripe:
    """A running service; a context manager that stops it."""

    world: World = field(default_factory=World)
    port: int = 0
    keys: frozenset[str] = frozenset({TEST_KEY, LIVE_KEY})
    faults: list[Fault] = field(default_factory=list)
    seen: list[tuple[str, str]] = field(default_factory=list)
    versions: set[str] = field(default_factory=set)
    on_request: Callable[[str, str], object] | None = None
    _kept: dict[str, tuple[str, Any]] = field(default_factory=dict)
    _busy: set[str] = field(default_factory=set)
    _closing: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self._server = _Server(("127.0.0.1", self.port), _Handler)
        self._server.service = self
        self.port = self._server.server_address[1]
        self.world.base = self.base

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._closing.set()
        self._server.shutdown()
        self._server.server_close()

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def strike(self, *faults: Fault) -> None:
        self.faults.extend(faults)

    def count(self, method: str, path: str) -> int:
        """How many requests came to a path."""
        return sum(one == (method, path) for one in list(self.seen))

    def take_fault(self, method: str, path: str) -> str:
        with self.world.lock:
            for number, fault in enumerate(self.faults):
                if fault.method == method and path.startswith(fault.path):
                    if fault.skip:
                        self.faults[number] = Fault(fault.what, fault.method, fault.path, fault.skip - 1)
                        return ""
                    del self.faults[number]
                    return fault.what
        return ""

    def answer(self, method: str, target: str, headers: Any, body: str) -> tuple[int, Any]:
        """Status and document."""
        parts = urlsplit(target)
        self.versions.add(headers.get("stripe-version", ""))
        try:
            self._let_in(headers.get("authorization", "").removeprefix("Bearer "))
            if method == "POST":
                return 200, self._once(parts.path, headers.get("idempotency-key", ""), body)
            path, name = path_and_name(parts.path)
            parameters = decoded(parts.query)
            with self.world.lock:
                if name:
                    return 200, retrieve(self.world, path, unquote(name), parameters)
                return 200, listed(self.world, path, parameters)
        except ApiError as error:
            return error.status, error.document

    def _let_in(self, key: str) -> None:
        if key not in self.keys or ("_live_" in key) != self.world.live:
            raise ApiError(401, "invalid_request_error", f"Invalid API Key provided: {key[:8]}****{key[-4:]}")

    def _once(self, path: str, key: str, body: str) -> Any:
        """A create, once for each idempotency key (https://docs.stripe.com/api/idempotent_requests)."""
        said = f"{path}\n{body}"
        with self.world.lock:
            if key and key in self._kept:
                before, answer = self._kept[key]
                if before != said:
                    raise ApiError(400, "idempotency_error", "Keys for idempotent requests can only be used with the same parameters they were first used with.")  # fmt: skip
                return answer
            if key and key in self._busy:
                raise ApiError(409, "idempotency_error", "There is currently another in-progress request using this Idempotent Key.", code="idempotency_key_in_use")  # fmt: skip
            self._busy.add(key)
        try:
            kind, _ = path_and_name(path)
            with self.world.lock:
                made = dict(CREATES[kind](self.world, decoded(body)))
                if key:
                    self._kept[key] = (said, made)
                return made
        finally:
            self._busy.discard(key)

    def wait_for_end(self) -> None:
        self._closing.wait(60)

    def closing_within(self, seconds: float) -> bool:
        return self._closing.wait(seconds)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256
    service: FakeStripe


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server
    wbufsize = -1  # one packet an answer
    disable_nagle_algorithm = True

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 -- the name that http.server gives it
        """Say nothing."""

    def do_GET(self) -> None:
        self._serve()

    def do_POST(self) -> None:
        self._serve()

    def _serve(self) -> None:
        service = self.server.service
        path = urlsplit(self.path).path
        body = self.rfile.read(int(self.headers.get("content-length") or 0)).decode()
        service.seen.append((self.command, path))
        if service.on_request is not None:
            service.on_request(self.command, path)
        if path.startswith(("/c/pay/", "/_admin/")):
            self._act(service, path, body)
            return
        what = service.take_fault(self.command, path)
        if what == "drop":
            self._cut()
            return
        if what == "hang":
            service.wait_for_end()
            self._cut()
            return
        status, document = service.answer(self.command, self.path, self.headers, body)
        if what == "lose":
            self._cut()
        elif what == "drip":
            self._drip(service)
        elif what == "html":
            self._send(200, b"<html>busy</html>", "text/html")
        elif what:
            told = {"error": {"type": "api_error", "message": "An unknown error occurred"}}
            self._send(int(what), json.dumps(told).encode())
        else:
            self._send(status, json.dumps(document).encode())

    def _act(self, service: FakeStripe, path: str, body: str) -> None:
        """The payment page, and what a test in another process does to the world: ``/_admin/refund?…``."""
        world = service.world
        try:
            if path.startswith("/c/pay/"):
                page = world.things[path.rpartition("/")[2]]
                told = world.pay(page["id"]) if self.command == "POST" else page
            else:
                form = decoded(urlsplit(self.path).query or body)
                told = getattr(world, path.rpartition("/")[2])(**form)
        except (ValueError, KeyError) as exc:
            self._send(400, f"{exc}\n".encode(), "text/plain")
            return
        self._send(200, json.dumps(told, indent=2).encode())

    def _send(self, status: int, body: bytes, kind: str = "application/json") -> None:
        with contextlib.suppress(OSError):
            self.send_response(status)
            self.send_header("content-type", kind)
            self.send_header("content-length", str(len(body)))
            self.send_header("request-id", f"req_{len(self.server.service.seen):08d}")
            self.end_headers()
            self.wfile.write(body)
            self.wfile.flush()

    def _drip(self, service: FakeStripe) -> None:
        with contextlib.suppress(OSError):
            self.send_response(200)
            self.send_header("content-length", "1000000")
            self.end_headers()
            while not service.closing_within(0.02):
                self.wfile.write(b" ")
                self.wfile.flush()
        self.close_connection = True

    def _cut(self) -> None:
        self.close_connection = True
        with contextlib.suppress(OSError):
            self.connection.shutdown(socket.SHUT_RDWR)
