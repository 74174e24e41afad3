"""A web server on loopback that answers what a test scripted, byte by byte where that matters."""

from __future__ import annotations

import socket
import threading
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Iterator

    Handler = Callable[["Visit"], object]


class Visit:
    """One request, and the connection to answer it on."""

    def __init__(self, connection: socket.socket, head: str, closing: threading.Event) -> None:
        self.connection = connection
        self.head = head
        self.path = head.split(" ", 2)[1]
        self.closing = closing

    def header(self, name: str) -> str:
        for line in self.head.split("\r\n")[1:]:
            key, _, value = line.partition(":")
            if key.lower() == name.lower():
                return value.strip()
        return ""

    def send(self, data: bytes) -> bool:
        """Send bytes; False when the other side has gone."""
        try:
            self.connection.sendall(data)
        except OSError:
            return False
        return True

    def drip(self, piece: bytes, every_s: float) -> None:
        """Send the same piece again and again until the other side has had enough."""
        while not self.closing.wait(every_s):
            if not self.send(piece):
                return

    def pour(self, piece: bytes) -> None:
        """Send the same piece as fast as it goes until the other side has had enough."""
        while not self.closing.is_set() and self.send(piece):
            pass


def reply(
    body: bytes | str = b"", *, status: str = "200 OK", content_type: str = "text/html; charset=utf-8", **headers: str
) -> Handler:
    """A whole answer; header names are given with underscores."""
    data = body.encode() if isinstance(body, str) else body
    fields = {"Content-Type": content_type, "Content-Length": str(len(data))}
    fields |= {name.replace("_", "-"): value for name, value in headers.items()}
    lines = [f"HTTP/1.1 {status}", *(f"{name}: {value}" for name, value in fields.items() if value), "", ""]
    return lambda visit: visit.send("\r\n".join(lines).encode() + data)


def redirect(location: str, status: str = "302 Found") -> Handler:
    """An answer that leads elsewhere."""
    return reply("elsewhere", status=status, Location=location)


class WebServer:
    """The server; `visits` lists the requests it has had, `connections` counts who came at all."""

    def __init__(self, routes: dict[str, Handler], trust: ssl.SSLContext | None, address: str) -> None:
        self.routes = routes
        self.visits: list[Visit] = []
        self.connections = 0
        self._trust = trust
        self._closing = threading.Event()
        self._listener = socket.create_server(
            (address, 0), family=socket.AF_INET6 if ":" in address else socket.AF_INET
        )
        self.port: int = self._listener.getsockname()[1]
        self._threads = [threading.Thread(target=self._accept)]
        self._threads[0].start()

    def url(self, path: str = "/", host: str = "127.0.0.1") -> str:
        return f"{'https' if self._trust else 'http'}://{host}:{self.port}{path}"

    def close(self) -> None:
        self._closing.set()
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for thread in self._threads:
            thread.join(10)
            assert not thread.is_alive(), "a handler of the test server does not end"

    def _accept(self) -> None:
        while not self._closing.is_set():
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            thread = threading.Thread(target=self._serve, args=(connection,))
            self._threads.append(thread)
            thread.start()

    def _serve(self, connection: socket.socket) -> None:
        connection.settimeout(10)
        with suppress(OSError), connection:
            if self._trust is not None:
                connection = self._trust.wrap_socket(connection, server_side=True)
            with connection:
                head = b""
                while b"\r\n\r\n" not in head:
                    piece = connection.recv(65_536)
                    if not piece:
                        return
                    head += piece
                visit = Visit(connection, head.decode("latin-1"), self._closing)
                self.visits.append(visit)
                self.routes.get(visit.path, reply("not here", status="404 Not Found"))(visit)


@contextmanager
def web_server(
    routes: dict[str, Handler], *, trust: ssl.SSLContext | None = None, address: str = "127.0.0.1"
) -> Iterator[WebServer]:
    """Serve `routes` until the block ends."""
    server = WebServer(routes, trust, address)
    try:
        yield server
    finally:
        server.close()
