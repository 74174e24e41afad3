"""One HTTP request at a time to X: a fresh connection, bounded time, no redirect, no retry, nothing logged.

Whether a byte of the request was handed to the kernel is recorded, so that "nothing was sent" is a fact and not a
guess from the kind of an exception.
"""

import contextlib
import io
import logging
import os
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextvars import ContextVar
from dataclasses import field
from http.cookiejar import DefaultCookiePolicy
from typing import Any

import requests
import urllib3
from requests.adapters import HTTPAdapter
from requests.auth import AuthBase
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import NameResolutionError, ReadTimeoutError

from onering_cli.record import record

MAX_ANSWER_BYTES = 8 << 20  # 100 posts of 25,000 characters fit three times
TWEEPY_BASE = "https://api.twitter.com"  # fixed in tweepy.client.BaseClient.request (4.17)
_TALKATIVE = ("tweepy", "requests", "requests_oauthlib", "oauthlib", "urllib3")


@record
class Answer:
    """A complete HTTP answer.

    Args:
        status: Its status code.
        headers: By name in lower case.
        body: Whole, decompressed.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)


@record
class Unanswered:
    """No complete answer came.

    Args:
        sent: Whether any byte of the request was handed to the network; if not, nothing can have happened.
        detail: Why, for people; holds nothing that was sent.
    """

    sent: bool
    detail: str


def quiet_loggers() -> None:
    """Keep the libraries below from logging headers and bodies, which hold tokens, whatever the root logger's level.

    Each logger that exists by now gets a level of its own, since a level set on a parent later would else reach it.
    """
    known = [name for name in logging.root.manager.loggerDict if name.startswith(_TALKATIVE)]
    for name in {*_TALKATIVE, *known}:
        logging.getLogger(name).setLevel(logging.WARNING)


class _Flight:
    """What happens to one request."""

    def __init__(self, ends_at: float) -> None:
        self.ends_at = ends_at
        self.sent = False
        self.expired = False
        self.answer: Answer | None = None
        self._watched: socket.socket | None = None
        self._timer: threading.Timer | None = None

    def left_s(self) -> float:
        return self.ends_at - time.monotonic()

    def departs(self) -> None:
        """The next step hands bytes to the network; too late is never, since others may count on the limit by then."""
        if not self.sent and self.left_s() <= 0:
            raise TimeoutError("the time was over before anything was sent")
        self.sent = True

    def watch(self, connection: socket.socket) -> None:
        """Cut this connection when the time is over, however busily the other side keeps dripping."""
        self.unwatch()
        self._watched = socket.socket(fileno=os.dup(connection.fileno()))  # lives on when TLS takes the original over
        self._timer = threading.Timer(max(self.left_s(), 0), self._cut)
        self._timer.daemon = True
        self._timer.start()

    def unwatch(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer.join()
        if self._watched is not None:
            self._watched.close()
        self._timer = self._watched = None

    def _cut(self) -> None:
        self.expired = True
        if self._watched is not None:
            with contextlib.suppress(OSError):  # the other side may have closed by now
                self._watched.shutdown(socket.SHUT_RDWR)


_flight: ContextVar[_Flight] = ContextVar("flight")


class _PlainConnection(HTTPConnection):
    """Tells its flight when it stands, and when the first byte of the request goes out."""

    def _new_conn(self) -> socket.socket:
        connection = super()._new_conn()
        _flight.get().watch(connection)
        return connection

    def connect(self) -> None:
        super().connect()
        _flight.get().sent = False  # what went to a proxy was not the request

    def send(self, data: Any) -> None:
        if self.sock is None:
            self.connect()
        _flight.get().departs()
        super().send(data)


class _TlsConnection(_PlainConnection, HTTPSConnection):
    """The same over TLS."""


class _PlainPool(HTTPConnectionPool):
    ConnectionCls = _PlainConnection


class _TlsPool(HTTPSConnectionPool):
    ConnectionCls = _TlsConnection


class _Adapter(HTTPAdapter):
    def init_poolmanager(self, connections: int, maxsize: int, block: bool = False, **pool_kwargs: Any) -> None:
        super().init_poolmanager(connections, maxsize, block, **pool_kwargs)
        self.poolmanager.pool_classes_by_scheme = {"http": _PlainPool, "https": _TlsPool}


class _AsGiven(AuthBase):
    """Leave a request's headers alone; without it, requests would overwrite them from the user's netrc file."""

    def __call__(self, r: requests.PreparedRequest) -> requests.PreparedRequest:
        return r


class _Session(requests.Session):
    """What tweepy calls: requests go to our address, within our limits, and their answers are kept whole."""

    def __init__(self, api_base: str, timeouts_s: tuple[float, float]) -> None:
        super().__init__()
        self.mount("https://", _Adapter(pool_connections=1, pool_maxsize=1))
        self.mount("http://", _Adapter(pool_connections=1, pool_maxsize=1))
        self.headers["Connection"] = "close"
        self.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        self.auth = _AsGiven()
        self._api_base = api_base
        self._timeouts_s = timeouts_s

    def get_redirect_target(self, resp: requests.Response) -> str | None:  # noqa: ARG002 -- the base class's signature
        """Nowhere: a redirect is an answer like any other."""
        return None

    def request(self, method: str, url: str | bytes, *args: Any, **options: Any) -> requests.Response:
        """Send one request and keep its answer."""
        address = str(url)
        if address.startswith(TWEEPY_BASE + "/"):
            address = self._api_base + address.removeprefix(TWEEPY_BASE)
        options |= {"timeout": self._timeouts_s, "allow_redirects": False, "stream": True}
        response = super().request(method, address, *args, **options)
        body = _whole_body(response)
        if _flight.get().expired:
            raise requests.exceptions.ReadTimeout("the answer was cut off at the limit")
        headers = {name.lower(): value for name, value in response.headers.items()}
        _flight.get().answer = Answer(response.status_code, headers, body)
        response.raw = io.BytesIO(body)  # what the caller reads from here on is what was checked
        return response


def _whole_body(response: requests.Response) -> bytes:
    """The body, proven whole by the length that the answer declares: http.client takes a cut head for a whole one."""
    length, coding = response.headers.get("content-length", ""), response.headers.get("transfer-encoding", "")
    with contextlib.closing(response.raw) as raw:
        if not length.isdigit() and coding.lower() != "chunked" and response.status_code != requests.codes.no_content:
            raise requests.exceptions.ContentDecodingError("the answer does not say how long it is")
        body = b""
        while piece := raw.read(1 << 16, decode_content=True):
            body += piece
            if len(body) > MAX_ANSWER_BYTES:
                raise requests.exceptions.ContentDecodingError("the answer is too large")
        return body


class Transport:
    """Sends single requests to one API address.

    Args:
        api_base: Where the API is, without a slash at the end.
        connect_timeout_s: For name, connection and TLS, each step.
        read_timeout_s: For silence in the answer. Both together bound the whole request, however it drips.
    """

    def __init__(self, api_base: str, *, connect_timeout_s: float, read_timeout_s: float) -> None:
        quiet_loggers()
        self.api_base = api_base
        self.connect_timeout_s = connect_timeout_s
        self.limit_s = connect_timeout_s + read_timeout_s
        self.session: requests.Session = _Session(api_base, (connect_timeout_s, read_timeout_s))

    def deadline(self) -> float:
        """The end, on the monotonic clock, of a request that starts now."""
        return time.monotonic() + self.limit_s

    def send(self, method: str, route: str, *, ends_at: float, **options: Any) -> Answer | Unanswered:
        """One request by requests' own options (`auth`, `data`, `files`, `params`)."""
        return self.exchange(lambda: self.session.request(method, self.api_base + route, **options), ends_at=ends_at)

    def exchange(self, ask: Callable[[], object], *, ends_at: float) -> Answer | Unanswered:
        """The answer to the one request that `ask` makes on our session, whatever `ask` itself makes of it."""
        with self._flying(ends_at) as flight:
            try:
                ask()
            except Exception as exc:
                is_network = isinstance(exc, (requests.RequestException, urllib3.exceptions.HTTPError, OSError))
                if flight.answer is None and not flight.sent and not is_network:
                    raise
                if flight.answer is None:
                    return Unanswered(flight.sent, self._words(exc, flight))
            if flight.answer is None:
                raise RuntimeError("no request was made")
            return flight.answer

    @contextlib.contextmanager
    def _flying(self, ends_at: float) -> Iterator[_Flight]:
        flight = _Flight(ends_at)
        token = _flight.set(flight)
        try:
            yield flight
        finally:
            _flight.reset(token)
            flight.unwatch()
            self.session.close()  # so that no later request meets a connection that has grown stale

    def _words(self, error: Exception, flight: _Flight) -> str:
        is_slow = flight.expired or _caused_by(error, TimeoutError, ReadTimeoutError)
        if flight.sent and is_slow:
            return f"no complete answer within {self.limit_s:g} s"
        if flight.sent:
            return "the connection was lost before the answer was complete"
        if _caused_by(error, NameResolutionError, socket.gaierror):
            return "the name of the server cannot be resolved"
        if _caused_by(error, ssl.SSLError):
            return "no secure connection to the server"
        if is_slow:
            return f"no connection within {self.connect_timeout_s:g} s"
        return "no connection to the server"


def _caused_by(error: BaseException, *kinds: type[BaseException]) -> bool:
    """Whether an exception is one of these kinds, or wraps one."""
    waiting: list[object] = [error]
    seen: set[int] = set()
    while waiting:
        each = waiting.pop()
        if not isinstance(each, BaseException) or id(each) in seen:
            continue
        if isinstance(each, kinds):
            return True
        seen.add(id(each))
        waiting += [each.__cause__, each.__context__, getattr(each, "reason", None), *each.args]
    return False
