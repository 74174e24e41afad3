"""The service on a loopback port: routes, faults, a log of what came in."""

import re
import socket
import socketserver
import ssl
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from email.utils import formatdate
from types import TracebackType
from typing import BinaryIO, Self

from doubles.fake_x import posts, uploads
from doubles.fake_x.faults import CREATE, Fault, Script
from doubles.fake_x.identity import MEDIA, READ, WRITE, Identity
from doubles.fake_x.problems import NAMED, NOT_FOUND, Problem, RefusedError
from doubles.fake_x.wire import Reply, Request, Silence, read_head, read_rest, reset, send
from doubles.fake_x.world import WINDOW_S, Account, Post, World

CONSUMER_KEY, CONSUMER_SECRET = "consumer-key", "consumer-secret-4711"
ACCESS_TOKEN, ACCESS_TOKEN_SECRET = "1001-access-token", "access-token-secret-4711"
CLIENT_ID = "public-client"
REDIRECT_URI = "http://127.0.0.1:8710/callback"
SCOPES = frozenset({"tweet.read", "tweet.write", "users.read", "media.write", "offline.access"})


_ROUTES: tuple[tuple[str, str, set[str], Callable[..., Reply]], ...] = (
    ("POST", "/2/tweets", WRITE, posts.create),
    ("GET", "/2/tweets/([^/]+)", READ, posts.look_up),
    ("DELETE", "/2/tweets/([^/]+)", WRITE, posts.delete),
    ("GET", "/2/users/me", READ, posts.me),
    ("GET", "/2/users/([^/]+)/tweets", READ, posts.timeline),
    ("POST", "/2/media/upload/initialize", MEDIA, uploads.initialize),
    ("POST", "/2/media/upload/([^/]+)/append", MEDIA, uploads.append),
    ("POST", "/2/media/upload/([^/]+)/finalize", MEDIA, uploads.finalize),
    ("GET", "/2/media/upload", MEDIA, uploads.status),
    ("POST", "/2/media/metadata", MEDIA, uploads.describe),
)


@dataclass(frozen=True, slots=True)
class Seen:
    """One request in the log."""

    method: str
    target: str
    connection: int
    status: int
    at: float
    body: str
    cookie: str

    @property
    def route(self) -> str:
        """Method and path."""
        return f"{self.method} {self.target.partition('?')[0]}"


@dataclass(slots=True)
class FakeX:
    """A running service; a context manager that stops it.

    Args:
        world: What it knows, with one account of the name ``me`` unless the test brings its own.
        port: 0 for any free one.
        tls: To speak https.
    """

    world: World = field(default_factory=World)
    port: int = 0
    tls: ssl.SSLContext | None = None
    script: Script = field(default_factory=Script)
    silence: Silence = field(default_factory=Silence)
    log: list[Seen] = field(default_factory=list)
    identity: Identity = field(init=False)
    account: Account = field(init=False)
    _server: "_Server" = field(init=False)
    _lock: threading.RLock = field(default_factory=threading.RLock)

    def __post_init__(self) -> None:
        self.identity = Identity(self.world)
        self.account = self.world.join("me", account_id="1001")
        self.identity.consumers[CONSUMER_KEY] = CONSUMER_SECRET
        self.identity.tokens_1a[ACCESS_TOKEN] = (ACCESS_TOKEN_SECRET, self.account)
        self.identity.clients[CLIENT_ID] = ""
        self.identity.redirect_uris.add(REDIRECT_URI)
        self._server = _Server(self, self.port)
        self.port = self._server.server_address[1]

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.silence.release()
        self._server.shutdown()
        self._server.server_close()

    @property
    def base(self) -> str:
        """Its address, without a slash at the end."""
        return f"{'https' if self.tls else 'http'}://127.0.0.1:{self.port}"

    def strike(self, *faults: Fault) -> None:
        """Script faults; they strike in this order."""
        with self._lock:
            self.script.waiting.extend(faults)

    @property
    def accepted(self) -> list[Post]:
        """Every post it ever accepted, in order, deleted ones too."""
        return list(self.world.posts.values())

    def seen(self, route: str = "") -> list[Seen]:
        """The requests so far (to one route, such as ``POST /2/tweets``)."""
        return [each for each in list(self.log) if not route or each.route == route]

    # ---- answering --------------------------------------------------------------------------------------------

    def take_fault(self, method: str, path: str) -> Fault | None:
        """The fault that strikes this request, if any."""
        with self._lock:
            return self.script.take(method, path)

    def answer(self, request: Request, fault: Fault | None) -> Reply:
        """The answer to a request, with its effect, as the fault wants it."""
        self.world.settle()
        if fault is None or (fault.commits and fault.late_s is None):
            reply = self._outcome(request)
        else:
            reply = Reply.of(503, {})
            if fault.late_s is not None:
                self.world.later(fault.late_s, lambda: self._late(request))
        reply = reply if fault is None else self._tampered(request, reply, fault)
        date = formatdate(self.world.now(), usegmt=True)
        cookie = "guest_id=v1%3A1; Path=/; Max-Age=34214400"  # X sets one on every answer
        return Reply(reply.status, reply.body, {"date": date, "set-cookie": cookie, **reply.headers})

    def _late(self, request: Request) -> None:
        self._outcome(request)

    def _tampered(self, request: Request, reply: Reply, fault: Fault) -> Reply:
        if fault.problem:
            return self._refusal(NAMED[fault.problem], request, self.account)
        status = reply.status if fault.status is None else fault.status
        if fault.body is None:
            return Reply(status, reply.body, reply.headers)
        headers = {"content-type": fault.content_type}
        if fault.location:
            headers["location"] = fault.location
        return Reply(status, fault.body.encode(), headers)

    def _outcome(self, request: Request) -> Reply:
        try:
            return self._route(request)
        except RefusedError as refused:
            return self._refusal(refused.problem, request, self.account)

    def _refusal(self, problem: Problem, request: Request, who: Account) -> Reply:
        headers = self._limits(request, who)
        if problem.exhausted == "15min" and headers.get("x-rate-limit-remaining") != "0":
            headers |= {"x-rate-limit-remaining": "0", "x-rate-limit-reset": str(int(self.world.now() + WINDOW_S))}
        elif problem.exhausted == "24h":
            headers["x-app-limit-24hour-remaining"] = "0"
        return Reply.of(problem.status, problem.body, headers)

    def _limits(self, request: Request, who: Account) -> dict[str, str]:
        if not request.path.startswith("/2/tweets") and not request.path.startswith("/2/users"):
            return {}
        kind = {"POST": "create", "DELETE": "delete"}.get(request.method, "timeline")
        return self.world.limits(who, kind)

    def _route(self, request: Request) -> Reply:
        if request.path == "/i/oauth2/authorize":
            return self.identity.authorize(request)
        if request.path == "/2/oauth2/token":
            return self.identity.token(request)
        for method, path, scopes, act in _ROUTES:
            found = re.fullmatch(path, request.path) if method == request.method else None
            if found is not None:
                who = self.identity.caller(request, scopes, self.base)
                try:
                    reply = act(self.world, who, request, *found.groups())
                except RefusedError as refused:
                    return self._refusal(refused.problem, request, who)
                return Reply(reply.status, reply.body, {**reply.headers, **self._limits(request, who)})
        raise RefusedError(NOT_FOUND)

    def note(self, request: Request, reply: Reply) -> None:
        """Put a request in the log; bodies only of creates, so that no token is kept."""
        body = request.body.decode(errors="replace") if f"{request.method} {request.path}" == CREATE else ""
        self.log.append(
            Seen(
                method=request.method,
                target=request.target,
                connection=request.connection,
                status=reply.status,
                at=self.world.now(),
                body=body,
                cookie=request.headers.get("cookie", ""),
            )
        )


def administer(service: FakeX, request: Request) -> Reply:
    """What the admin endpoint answers."""
    from doubles.fake_x import admin

    return admin.administer(service, request)


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, service: FakeX, port: int) -> None:
        super().__init__(("127.0.0.1", port), _Connection)
        self.service = service
        self.connections = 0


class _Connection(socketserver.BaseRequestHandler):
    server: _Server
    request: socket.socket

    def handle(self) -> None:
        self.server.connections += 1
        number = self.server.connections
        self.request.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if self.server.service.tls is not None:
            try:
                self.request = self.server.service.tls.wrap_socket(self.request, server_side=True)
            except OSError:  # the client did not like the certificate, or did not speak TLS
                return
        with self.request, self.request.makefile("rb") as stream:
            try:
                while self._serve_one(stream, number):
                    pass
            except (OSError, ValueError):  # the client left, or sent what is not HTTP
                return

    def _serve_one(self, stream: BinaryIO, number: int) -> bool:
        service = self.server.service
        head = read_head(stream)
        if head is None:
            return False
        method, target = head
        if target.startswith("/_admin/"):
            reply = administer(service, read_rest(stream, method, target, number))
            return send(self.request, reply, None, service.silence, closes=False)
        fault = service.take_fault(method, target.partition("?")[0])
        if fault is not None and not fault.reads:
            reset(self.request)
            return False
        request = read_rest(stream, method, target, number)
        reply = service.answer(request, fault)
        service.note(request, reply)
        closes = request.headers.get("connection", "").lower() == "close"
        return send(self.request, reply, fault, service.silence, closes=closes)
