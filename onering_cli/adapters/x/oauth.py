"""OAuth 2.0 tokens: getting them for a code, and renewing them once, however many processes want to.

https://docs.x.com/fundamentals/authentication/oauth-2-0/authorization-code (November 2026): a code lives 30 s,
an access token two hours; a refresh token is good for one use. So: lock, read again, refresh, keep durably, then use.
"""

import json
import time
from datetime import datetime, timedelta
from pathlib import Path

from requests.auth import HTTPBasicAuth

from onering_cli.adapters.x.credentials import OAuth2App, OAuth2Tokens, TokenStore
from onering_cli.adapters.x.transport import Answer, Transport, Unanswered
from onering_cli.clock import Clock
from onering_cli.errors import LogInError, TryLaterError

TOKEN_ROUTE = "/2/oauth2/token"  # noqa: S105 -- an address
EARLY = timedelta(seconds=90)  # a token that ends within the longest request is renewed before it
DEFAULT_LIFE_S = 7200.0
_OK = 200
_REFUSED = frozenset({400, 401, 403})


class OAuth2Keeper:
    """Looks after one account's tokens.

    Args:
        account: Its name in the store.
        app: The app they belong to.
        store: Where they are kept.
        transport: How X is asked.
        lock_path: A file that every process of this user locks while it renews this account's tokens.
        clock: Tells when tokens end.
    """

    def __init__(
        self, account: str, app: OAuth2App, *, store: TokenStore, transport: Transport, lock_path: Path, clock: Clock
    ) -> None:
        self._account = account
        self._app = app
        self._store = store
        self._transport = transport
        self._lock_path = lock_path
        self._clock = clock
        self._tokens: OAuth2Tokens | None = None

    def current(self, *, ends_at: float) -> OAuth2Tokens:
        """Tokens that last for the next call.

        Raises:
            LogInError: There are none, or X does not take them any more.
            TryLaterError: They are over, and X could not be asked for new ones in time.
        """
        if self._tokens is None:
            self._tokens = self._load()
        if self._is_over(self._tokens):
            return self.renew(ends_at=ends_at)
        return self._tokens

    def renew(self, *, ends_at: float) -> OAuth2Tokens:
        """Tokens in place of those that were refused: another process's, if it was faster, else new ones.

        Raises:
            LogInError: X does not renew them.
            TryLaterError: X could not be asked in time.
        """
        from filelock import FileLock, Timeout

        old = self._tokens or self._load()
        self._lock_path.parent.mkdir(parents=True, exist_ok=True)
        lock = FileLock(self._lock_path, timeout=max(ends_at - time.monotonic(), 0), mode=0o600)
        try:
            with lock:
                kept = self._load()
                if kept.access_token == old.access_token or self._is_over(kept):
                    kept = self._refreshed(kept, ends_at)
                    self._store.save(self._account, kept)
                self._tokens = kept
                return kept
        except Timeout as exc:
            raise TryLaterError("another process is renewing the login, and takes too long", hint="Try again.") from exc

    def _load(self) -> OAuth2Tokens:
        tokens = self._store.load(self._account)
        if tokens is None:
            raise self._log_in_again(f"account {self._account} is not logged in")
        return tokens

    def _is_over(self, tokens: OAuth2Tokens) -> bool:
        return tokens.expires_at - EARLY <= self._clock.now()

    def _refreshed(self, old: OAuth2Tokens, ends_at: float) -> OAuth2Tokens:
        if not old.refresh_token:
            raise self._log_in_again(f"the login of account {self._account} has ended")
        form = {"grant_type": "refresh_token", "refresh_token": old.refresh_token}
        try:
            return request_tokens(self._transport, self._app, form, now=self._clock.now(), ends_at=ends_at, old=old)
        except LogInError as exc:
            raise self._log_in_again(f"X does not renew the login of account {self._account}") from exc

    def _log_in_again(self, message: str) -> LogInError:
        return LogInError(message, hint=f"Log in with: onering auth login x --account {self._account}")


def exchange_code(
    transport: Transport, app: OAuth2App, *, code: str, verifier: str, redirect_uri: str, now: datetime
) -> OAuth2Tokens:
    """The tokens for a code, which must be used within 30 s.

    Raises:
        LogInError: X does not take the code.
        TryLaterError: X could not be asked.
    """
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": redirect_uri,
        "code_verifier": verifier,
    }
    return request_tokens(transport, app, form, now=now, ends_at=transport.deadline())


def request_tokens(
    transport: Transport,
    app: OAuth2App,
    form: dict[str, str],
    *,
    now: datetime,
    ends_at: float,
    old: OAuth2Tokens | None = None,
) -> OAuth2Tokens:
    """Ask the token endpoint; an answer never replaces a token of `old` by an empty one.

    Raises:
        LogInError: X refused.
        TryLaterError: X could not be asked, or its answer cannot be read.
    """
    auth = HTTPBasicAuth(app.client_id, app.client_secret) if app.client_secret else None
    form = form if app.client_secret else {**form, "client_id": app.client_id}
    answer = transport.send("POST", TOKEN_ROUTE, ends_at=ends_at, data=form, auth=auth)
    if isinstance(answer, Unanswered):
        raise TryLaterError(f"X could not be asked for a token: {answer.detail}", hint="Try again.")
    if answer.status in _REFUSED:
        raise LogInError("X refused to give a token", hint="Log in again.")
    if answer.status != _OK:
        raise TryLaterError(f"X could not give a token: it answered {answer.status}", hint="Try again.")
    return _read_tokens(answer, now=now, old=old)


def _read_tokens(answer: Answer, *, now: datetime, old: OAuth2Tokens | None) -> OAuth2Tokens:
    try:
        document = json.loads(answer.body)
    except ValueError:
        document = None
    access_token = document.get("access_token") if isinstance(document, dict) else None
    if not isinstance(access_token, str) or not access_token:
        raise TryLaterError("X's answer holds no token", hint="Try again.")
    refresh_token = document.get("refresh_token")
    if not isinstance(refresh_token, str) or not refresh_token:
        refresh_token = old.refresh_token if old is not None else ""
    life_s = document.get("expires_in")
    if isinstance(life_s, bool) or not isinstance(life_s, (int, float)) or not 0 < life_s < 10 * 365 * 86_400:
        life_s = DEFAULT_LIFE_S
    return OAuth2Tokens(
        access_token=access_token,
        refresh_token=refresh_token,
        expires_at=now + timedelta(seconds=life_s),
        scope=str(document.get("scope") or (old.scope if old is not None else "")),
    )
