"""A server on loopback that serves files as the Hugging Face hub documents it, and breaks off when it is told to.

What it follows (read 2026-11): https://huggingface.co/docs/hub/api and huggingface_hub's own client, which asks
``HEAD /{repository}/resolve/{revision}/{file}`` and reads ``X-Repo-Commit``, ``X-Linked-Etag`` (an LFS file's SHA-256)
and ``X-Linked-Size`` from a redirect, then follows it to the storage, which answers ``Range`` with 206.
"""

from __future__ import annotations

import hashlib
import threading
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self


class FakeHub:
    """One repository with one file.

    Args:
        repository: ``owner/name``.
        file: Its name there.
        content: What is served.
        sha256: What the hub promises; the content's own unless told otherwise.
        breaks_after: The storage closes the connection after so many bytes, once for each number.
        status: What the hub answers instead of a redirect, or 0.
    """

    def __init__(
        self,
        repository: str,
        file: str,
        content: bytes,
        *,
        sha256: str = "",
        breaks_after: tuple[int, ...] = (),
        status: int = 0,
    ) -> None:
        self.repository, self.file, self.content = repository, file, content
        self.sha256 = sha256 or hashlib.sha256(content).hexdigest()
        self.breaks_after = list(breaks_after)
        self.status = status
        self.asked: list[tuple[str, str, str]] = []
        self.hold = threading.Event()
        self.hold.set()
        self.serving = threading.Event()
        handler = type("Handler", (_Handler,), {"hub": self})
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._thread = threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._http.server_address[1]}"

    @property
    def storage(self) -> str:
        """Where the content is: at another host, since the client follows redirects within one by itself."""
        return f"http://localhost:{self._http.server_address[1]}/storage"

    @property
    def ranges(self) -> list[str]:
        """The ``Range`` of each request to the storage."""
        return [asked_range for method, path, asked_range in self.asked if method == "GET" and path == "/storage"]

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.hold.set()
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()


class _Handler(BaseHTTPRequestHandler):
    hub: FakeHub
    protocol_version = "HTTP/1.1"
    timeout = 20

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- the name is the standard library's
        pass

    def do_HEAD(self) -> None:
        self._redirect()

    def do_GET(self) -> None:
        if self.path == "/storage":
            self._store()
        else:
            self._redirect()

    def _note(self) -> None:
        self.hub.asked.append((self.command, self.path, self.headers.get("range", "")))

    def _redirect(self) -> None:
        self._note()
        hub = self.hub
        known = self.path.startswith(f"/{hub.repository}/resolve/") and self.path.endswith(hub.file)
        if hub.status or not known:
            self.send_response(hub.status or 404)
            if not hub.status:
                self.send_header("X-Error-Code", "EntryNotFound")
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        self.send_response(302)
        fields = {
            "Location": hub.storage,
            "X-Repo-Commit": "0123456789abcdef0123456789abcdef01234567",
            "X-Linked-Etag": f'"{hub.sha256}"',
            "X-Linked-Size": str(len(hub.content)),
            "ETag": '"a-git-blob"',
            "Content-Length": "0",
        }
        for name, value in fields.items():
            self.send_header(name, value)
        self.end_headers()

    def _store(self) -> None:
        self._note()
        hub = self.hub
        asked = self.headers.get("range", "")
        start = int(asked.removeprefix("bytes=").partition("-")[0]) if asked else 0
        body = hub.content[start:]
        self.send_response(206 if asked else 200)
        if asked:
            self.send_header("Content-Range", f"bytes {start}-{len(hub.content) - 1}/{len(hub.content)}")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        hub.serving.set()
        hub.hold.wait(20)
        with suppress(OSError):
            if hub.breaks_after:
                self.wfile.write(body[: hub.breaks_after.pop(0)])
                self.wfile.flush()
                self.close_connection = True
                self.connection.close()
                return
            self.wfile.write(body)
