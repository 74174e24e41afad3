"""HTTP/1.1 by hand, so that a fault can strike at any byte."""

import contextlib
import json
import select
import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, BinaryIO
from urllib.parse import parse_qsl, urlsplit

from doubles.fake_x.faults import Fault

_MAX_BODY_BYTES = 64 << 20


@dataclass(frozen=True, slots=True)
class Request:
    """One request as it was read."""

    method: str
    target: str
    headers: Mapping[str, str]  # names in lower case
    body: bytes
    connection: int

    @property
    def path(self) -> str:
        """The path without its query."""
        return urlsplit(self.target).path

    @property
    def query(self) -> dict[str, str]:
        """The query's parameters."""
        return dict(parse_qsl(urlsplit(self.target).query, keep_blank_values=True))

    @property
    def form(self) -> dict[str, str]:
        """The body's parameters, when it is a form."""
        return dict(parse_qsl(self.body.decode(), keep_blank_values=True))

    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body or b"null")


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer before a fault gets at it."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, status: int, document: object, headers: Mapping[str, str] | None = None) -> "Reply":
        """An answer in JSON."""
        return cls(
            status,
            json.dumps(document, ensure_ascii=False).encode(),
            {"content-type": "application/json; charset=utf-8", **(headers or {})},
        )

    def encoded(self, *, closes: bool) -> bytes:
        """The bytes that go over the wire."""
        try:
            phrase = HTTPStatus(self.status).phrase
        except ValueError:
            phrase = "Unknown"
        lines = [f"HTTP/1.1 {self.status} {phrase}"]
        lines += [f"{name}: {value}" for name, value in self.headers.items()]
        lines += [f"content-length: {len(self.body)}", f"connection: {'close' if closes else 'keep-alive'}", "", ""]
        return "\r\n".join(lines).encode() + self.body


def read_head(stream: BinaryIO) -> tuple[str, str] | None:
    """The method and target of the next request, or None when there is none."""
    line = stream.readline(65_537).decode("latin-1").strip()
    parts = line.split(" ")
    return (parts[0], parts[1]) if len(parts) == 3 else None


def read_rest(stream: BinaryIO, method: str, target: str, connection: int) -> Request:
    """The headers and the body that follow a request line."""
    headers: dict[str, str] = {}
    while line := stream.readline(65_537).decode("latin-1").rstrip("\r\n"):
        name, _, value = line.partition(":")
        headers[name.strip().lower()] = value.strip()
    length = int(headers.get("content-length", "0"))
    if length > _MAX_BODY_BYTES:
        raise ValueError("body too large")
    body = stream.read(length)
    if len(body) < length:
        raise ConnectionResetError("the client left in the middle of its request")
    return Request(method, target, headers, body, connection)


def reset(connection: socket.socket) -> None:
    """Close so that the other side gets a reset."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


@dataclass(slots=True)
class Silence:
    """Answers that are being held back; `release` lets them go."""

    holding: int = 0
    _go: threading.Event = field(default_factory=threading.Event)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def release(self) -> None:
        """Let everything that is held back go now."""
        self._go.set()
        self._go = threading.Event()

    def keep(self, connection: socket.socket, seconds: float) -> bool:
        """Say nothing for so long; False when the client left meanwhile."""
        go = self._go
        until = time.monotonic() + seconds
        with self._lock:
            self.holding += 1
        try:
            while time.monotonic() < until and not go.is_set():
                readable, _, _ = select.select([connection], [], [], 0.02)
                if readable and (isinstance(connection, ssl.SSLSocket) or connection.recv(1, socket.MSG_PEEK) == b""):
                    return False
        except OSError:
            return False
        else:
            return True
        finally:
            with self._lock:
                self.holding -= 1


def send(connection: socket.socket, reply: Reply, fault: Fault | None, silence: Silence, *, closes: bool) -> bool:
    """Send an answer as the fault leaves it; whether the connection can be used again."""
    data = reply.encoded(closes=closes or fault is not None)
    if fault is None:
        connection.sendall(data)
        return not closes
    if fault.hang_s and not silence.keep(connection, fault.hang_s):
        return False
    if fault.cut_after_bytes is not None:
        data = data[: fault.cut_after_bytes]
    with contextlib.suppress(OSError):  # the client may have given up, which is the point of some faults
        if fault.drip_s:
            drip(connection, data, fault.drip_s)
        else:
            connection.sendall(data)
    return False


def drip(connection: socket.socket, data: bytes, pause_s: float, sleep: Callable[[float], None] = time.sleep) -> None:
    """Send byte by byte."""
    for offset in range(len(data)):
        connection.sendall(data[offset : offset + 1])
        sleep(pause_s)
