"""Who is calling: OAuth 1.0a signatures that are really checked, and OAuth 2.0 tokens that rotate.

https://docs.x.com/fundamentals/authentication/oauth-1-0a/authorizing-a-request and
https://docs.x.com/fundamentals/authentication/oauth-2-0/authorization-code (read November 2026): codes live 30 s,
access tokens two hours, a refresh token is used once, the redirect address must match exactly.
"""

import base64
import hashlib
import secrets
import threading
from dataclasses import dataclass, field
from types import SimpleNamespace
from urllib.parse import urlencode, urlsplit

from doubles.fake_x.problems import UNAUTHORIZED, RefusedError
from doubles.fake_x.wire import Reply, Request
from doubles.fake_x.world import Account, World
from oauthlib.oauth1.rfc5849.signature import (  # type: ignore[import-untyped]  # oauthlib ships no types
    collect_parameters,
    verify_hmac_sha1,
)

READ = {"tweet.read", "users.read"}
WRITE = READ | {"tweet.write"}
MEDIA = {"media.write"}


@dataclass(slots=True)
class Grant:
    """What an access or refresh token stands for."""

    account: Account
    client_id: str
    scopes: frozenset[str]
    expires_at: float = float("inf")


@dataclass(slots=True)
class _Code:
    grant: Grant
    challenge: str
    redirect_uri: str


@dataclass(slots=True)
class Identity:
    """Keys, tokens and codes."""

    world: World
    consumers: dict[str, str] = field(default_factory=dict)
    tokens_1a: dict[str, tuple[str, Account]] = field(default_factory=dict)
    clients: dict[str, str] = field(default_factory=dict)  # id → secret, "" for a public client
    redirect_uris: set[str] = field(default_factory=set)
    access: dict[str, Grant] = field(default_factory=dict)
    refresh: dict[str, Grant] = field(default_factory=dict)
    codes: dict[str, _Code] = field(default_factory=dict)
    refreshes: int = 0
    denies: bool = False
    who: Account | None = None  # whoever sits before the browser; by default the first account
    _nonces: set[str] = field(default_factory=set)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def caller(self, request: Request, scopes: set[str], base: str) -> Account:
        """The account behind a request, which must be allowed `scopes`."""
        kind, _, rest = request.headers.get("authorization", "").partition(" ")
        if kind == "OAuth":
            return self._signed(request, base)
        grant = self.access.get(rest) if kind == "Bearer" else None
        if grant is None or grant.expires_at <= self.world.now() or not scopes <= grant.scopes:
            raise RefusedError(UNAUTHORIZED)
        return grant.account

    def _signed(self, request: Request, base: str) -> Account:
        is_form = request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded")
        given = dict(
            collect_parameters(
                headers={"Authorization": request.headers["authorization"]}, exclude_oauth_signature=False
            )
        )
        secret = self.consumers.get(given.get("oauth_consumer_key", ""))
        token = self.tokens_1a.get(given.get("oauth_token", ""))
        nonce = given.get("oauth_nonce", "")
        if secret is None or token is None or not nonce or nonce in self._nonces:
            raise RefusedError(UNAUTHORIZED)
        signed = SimpleNamespace(
            http_method=request.method,
            uri=base + request.target,
            params=collect_parameters(
                uri_query=urlsplit(request.target).query,
                body=request.body.decode() if is_form else [],
                headers={"Authorization": request.headers["authorization"]},
            ),
            signature=given.get("oauth_signature", ""),
        )
        if not verify_hmac_sha1(signed, secret, token[0]):
            raise RefusedError(UNAUTHORIZED)
        self._nonces.add(nonce)
        return token[1]

    # ---- OAuth 2.0 --------------------------------------------------------------------------------------------

    def authorize(self, request: Request) -> Reply:
        """The page where a person says yes, already answered: a redirect back with a code."""
        ask = request.query
        wrong = (
            ask.get("client_id") not in self.clients
            or ask.get("redirect_uri") not in self.redirect_uris
            or ask.get("response_type") != "code"
            or ask.get("code_challenge_method") != "S256"
            or not ask.get("code_challenge")
            or not ask.get("state")
        )
        if wrong:
            return Reply.of(400, {"error": "invalid_request"})
        back = {"state": ask["state"]}
        if self.denies:
            back["error"] = "access_denied"
        else:
            account = self.who or next(iter(self.world.accounts.values()))
            scopes = frozenset(ask.get("scope", "").split())
            grant = Grant(account, ask["client_id"], scopes, self.world.now() + self.world.rules.code_ttl_s)
            code = secrets.token_urlsafe(24)
            self.codes[code] = _Code(grant, ask["code_challenge"], ask["redirect_uri"])
            back["code"] = code
        return Reply(302, headers={"location": f"{ask['redirect_uri']}?{urlencode(back)}"})

    def token(self, request: Request) -> Reply:
        """Exchange a code, or a refresh token, for a pair of tokens."""
        form = request.form
        client_id = form.get("client_id", "")
        basic = request.headers.get("authorization", "").removeprefix("Basic ")
        if basic:
            client_id, _, secret = base64.b64decode(basic).decode().partition(":")
            if self.clients.get(client_id) != secret or not secret:
                return _token_error(401, "unauthorized_client", "Missing valid authorization header")
        elif self.clients.get(client_id) != "":
            return _token_error(401, "unauthorized_client", "Missing valid authorization header")
        with self._lock:
            if form.get("grant_type") == "authorization_code":
                return self._exchange(form, client_id)
            if form.get("grant_type") == "refresh_token":
                return self._rotate(form, client_id)
        return _token_error(400, "unsupported_grant_type", "The grant type is not supported.")

    def _exchange(self, form: dict[str, str], client_id: str) -> Reply:
        code = self.codes.pop(form.get("code", ""), None)
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        if (
            code is None
            or code.grant.expires_at <= self.world.now()
            or code.grant.client_id != client_id
            or code.redirect_uri != form.get("redirect_uri")
            or code.challenge != challenge
        ):
            return _token_error(400, "invalid_request", "Value passed for the authorization code was invalid.")
        return self._issue(code.grant)

    def _rotate(self, form: dict[str, str], client_id: str) -> Reply:
        grant = self.refresh.pop(form.get("refresh_token", ""), None)
        if grant is None or grant.client_id != client_id:
            return _token_error(400, "invalid_request", "Value passed for the token was invalid.")
        self.refreshes += 1
        self.access = {token: each for token, each in self.access.items() if each.account is not grant.account}
        return self._issue(grant)

    def _issue(self, grant: Grant) -> Reply:
        ttl_s = self.world.rules.token_ttl_s
        access = self.give(grant.account, grant.client_id, grant.scopes)
        document: dict[str, object] = {
            "token_type": "bearer",
            "expires_in": int(ttl_s),
            "access_token": access,
            "scope": " ".join(sorted(grant.scopes)),
        }
        if "offline.access" in grant.scopes:
            document["refresh_token"] = self.give_refresh(grant.account, grant.client_id, grant.scopes)
        return Reply.of(200, document)

    def give(self, account: Account, client_id: str, scopes: frozenset[str]) -> str:
        """A new access token."""
        token = secrets.token_urlsafe(32)
        self.access[token] = Grant(account, client_id, scopes, self.world.now() + self.world.rules.token_ttl_s)
        return token

    def give_refresh(self, account: Account, client_id: str, scopes: frozenset[str]) -> str:
        """A new refresh token, good for one use."""
        token = secrets.token_urlsafe(32)
        self.refresh[token] = Grant(account, client_id, scopes)
        return token


def _token_error(status: int, error: str, description: str) -> Reply:
    return Reply.of(status, {"error": error, "error_description": description})
