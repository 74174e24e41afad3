"""Logging in with a browser: the authorize address, and the code that comes back, by loopback or by paste.

https://docs.x.com/fundamentals/authentication/oauth-2-0/authorization-code (November 2026): X sends the browser to an
address that must match the app's settings exactly, hence the fixed port; `state` ties the answer to this login, and the
verifier (PKCE, https://www.rfc-editor.org/rfc/rfc7636) ties the code to this process.
"""

import hmac
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Callable
from dataclasses import field
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit

from onering_cli.adapters.x.credentials import AUTHORIZE_BASE, OAuth2App
from onering_cli.clock import Clock
from onering_cli.errors import LogInError, TryLaterError, UsageError
from onering_cli.record import record

CALLBACK_HOST, CALLBACK_PORT, CALLBACK_PATH = "127.0.0.1", 8710, "/callback"
REDIRECT_URI = f"http://{CALLBACK_HOST}:{CALLBACK_PORT}{CALLBACK_PATH}"
SCOPES = ("tweet.read", "tweet.write", "users.read", "media.write", "offline.access")
_STALL_S = 5.0  # a connection that says nothing is dropped, so that the browser's own gets its turn
_MAX_TARGET = 4096


@record
class Authorization:
    """A login that has begun.

    Args:
        address: For the browser.
        redirect_uri: Where the browser is sent back to.
        state: Comes back with the code.
        verifier: Goes with the code to the token endpoint.
    """

    address: str = field(repr=False)
    redirect_uri: str
    state: str = field(repr=False)
    verifier: str = field(repr=False)


def begin(app: OAuth2App, *, authorize_base: str = AUTHORIZE_BASE, redirect_uri: str = REDIRECT_URI) -> Authorization:
    """Begin a login."""
    state, verifier = secrets.token_urlsafe(32), secrets.token_urlsafe(64)
    challenge = urlsafe_b64encode(sha256(verifier.encode()).digest()).decode().rstrip("=")
    query = {
        "response_type": "code",
        "client_id": app.client_id,
        "redirect_uri": redirect_uri,
        "scope": " ".join(SCOPES),
        "state": state,
        "code_challenge": challenge,
        "code_challenge_method": "S256",
    }
    return Authorization(f"{authorize_base}/i/oauth2/authorize?{urlencode(query)}", redirect_uri, state, verifier)


def code_from_redirect(authorization: Authorization, pasted: str) -> str:
    """The code in the address that the browser was sent back to, as a person pastes it.

    Raises:
        UsageError: It is not such an address, or not this login's.
        LogInError: The person said no at X.
    """
    parts = urlsplit(pasted.strip())
    if f"{parts.scheme}://{parts.netloc}{parts.path}" != authorization.redirect_uri:
        raise UsageError(
            "that is not the address the browser was sent back to",
            hint=f"It begins with {authorization.redirect_uri}? and shows in the browser's address bar.",
        )
    code = _code_in(authorization, parts.query)
    if code is None:
        raise UsageError("that address belongs to another login", hint="Start again, and use the address shown last.")
    return code


def _code_in(authorization: Authorization, query: str) -> str | None:
    """The code of a redirect; None when it is not the answer to this login."""
    answer = parse_qs(query)
    state, code = answer.get("state", [""])[0], answer.get("code", [""])[0]
    if not hmac.compare_digest(state.encode(), authorization.state.encode()):
        return None
    if answer.get("error"):
        raise LogInError("X was told not to allow this login", hint="Log in again and allow the app.")
    return code or None


class _Callback(HTTPServer):
    """Takes the one redirect of one login."""

    allow_reuse_address = True

    def __init__(self, authorization: Authorization) -> None:
        parts = urlsplit(authorization.redirect_uri)
        super().__init__((parts.hostname or CALLBACK_HOST, parts.port or CALLBACK_PORT), _Page)
        self.authorization = authorization
        self.path = parts.path
        self.code: str | None = None
        self.refusal: LogInError | None = None

    def handle_error(self, request: object, client_address: object) -> None:
        """A connection that failed is not this login's answer; the wait goes on."""


class _Page(BaseHTTPRequestHandler):
    server: _Callback
    timeout = _STALL_S
    server_version, sys_version = "OneRing", ""

    def do_GET(self) -> None:
        """Answer the browser."""
        parts = urlsplit(self.path)
        if parts.path != self.server.path or len(self.path) > _MAX_TARGET:
            self._say(404, "There is nothing here.")
            return
        try:
            self.server.code = _code_in(self.server.authorization, parts.query)
        except LogInError as exc:
            self.server.refusal = exc
            self._say(200, "The login was not allowed. You can close this window.")
            return
        if self.server.code is None:
            self._say(400, "This answer belongs to another login.")
        else:
            self._say(200, "OneRing is logged in. You can close this window.")

    def _say(self, status: int, words: str) -> None:
        body = f"<!doctype html><meta charset=utf-8><title>OneRing</title><p>{words}</p>".encode()
        self.send_response(status)
        for name, value in (
            ("Content-Type", "text/html; charset=utf-8"),
            ("Content-Length", str(len(body))),
            ("Content-Security-Policy", "default-src 'none'"),
            ("Referrer-Policy", "no-referrer"),
            ("Cache-Control", "no-store"),
            ("Connection", "close"),
        ):
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- the base class's name
        """Log nothing: the request line holds the code."""


def await_code(authorization: Authorization, *, clock: Clock, wait_s: float, on_ready: Callable[[str], None]) -> str:
    """Wait for the browser to bring the code; `on_ready` gets the address to open once we listen.

    Raises:
        UsageError: Something else listens on the port.
        LogInError: The person said no at X.
        TryLaterError: Nobody came in time.
    """
    try:
        server = _Callback(authorization)
    except OSError as exc:
        raise UsageError(
            f"something else listens on {authorization.redirect_uri.partition('//')[2]}",
            hint="Stop it, or log in with --headless.",
        ) from exc
    with server:
        on_ready(authorization.address)
        ends_at = clock.monotonic() + wait_s
        while server.code is None and server.refusal is None:
            left_s = ends_at - clock.monotonic()
            if left_s <= 0:
                raise TryLaterError(f"no answer from the browser within {wait_s:g} s", hint="Start the login again.")
            server.timeout = left_s
            server.handle_request()
    if server.refusal is not None:
        raise server.refusal
    return server.code or ""
