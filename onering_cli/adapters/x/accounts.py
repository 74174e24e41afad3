"""The user's accounts at X: which credentials each has, and the destination they open."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from onering_cli.adapters.secrets import X_FIELDS, SecretStore
from onering_cli.adapters.x.credentials import (
    API_BASE,
    AUTHORIZE_BASE,
    OAuth1Credentials,
    OAuth2App,
    OAuth2Tokens,
    checked_base,
)
from onering_cli.errors import LogInError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from onering_cli.adapters.secrets import SecretsChain
    from onering_cli.adapters.x.destination import XDestination
    from onering_cli.adapters.x.own_posts import XOwnPosts
    from onering_cli.adapters.x.session import Signer
    from onering_cli.adapters.x.transport import Transport
    from onering_cli.clock import Clock

LOGIN_WAIT_S = 300.0


class SecretTokens:
    """Keeps OAuth 2.0 tokens in the secrets chain, a pair an account as one secret; satisfies `TokenStore`."""

    def __init__(self, secrets: SecretsChain, where: SecretStore | None = None) -> None:
        self._secrets = secrets
        self._where = where

    def load(self, account: str) -> OAuth2Tokens | None:
        """The tokens of an account, read anew, or None."""
        secret = self._secrets.get(_tokens_name(account))
        if secret is None:
            return None
        try:
            return OAuth2Tokens.from_record(json.loads(secret.reveal()))
        except ValueError as exc:
            raise _log_in(account, "the tokens that were kept for it are damaged") from exc

    def save(self, account: str, tokens: OAuth2Tokens) -> None:
        """Replace the tokens of an account, in the place where the last ones were kept."""
        name = _tokens_name(account)
        kept = self._secrets.origins().get(name, [])
        where = self._where or next((SecretStore(o.value) for o in kept if o.value in set(SecretStore)), None)
        self._secrets.keep({name: json.dumps(tokens.to_record())}, where=where)


class XAccounts:
    """Opens accounts at X.

    Args:
        secrets: Where credentials are kept.
        clock: Tells when tokens end.
        api_base: Another endpoint in place of X's, or "".
        client_id: The app's OAuth 2.0 client id, or "".
        callback_port: Where the browser is sent back to on 127.0.0.1.
        connect_timeout_s: Until a connection stands.
        read_timeout_s: Until the whole answer is there.
        lock_folder: Where renewals of one account's tokens wait for each other.
    """

    def __init__(
        self,
        secrets: SecretsChain,
        *,
        clock: Clock,
        api_base: str,
        client_id: str,
        callback_port: int,
        connect_timeout_s: float,
        read_timeout_s: float,
        lock_folder: Path,
    ) -> None:
        self._secrets = secrets
        self._clock = clock
        self._api_base = checked_base(api_base) if api_base else API_BASE
        self._authorize_base = self._api_base if api_base else AUTHORIZE_BASE
        self._client_id = client_id
        self._callback_port = callback_port
        self._timeouts_s = (connect_timeout_s, read_timeout_s)
        self._lock_folder = lock_folder

    def destination(self, account: str) -> XDestination:
        """The destination that posts as `account`.

        Raises:
            LogInError: It has no credentials.
        """
        from onering_cli.adapters.x.destination import XDestination
        from onering_cli.adapters.x.session import Session

        transport = self._transport()
        signer, user_id = self._signer(account, transport)
        return XDestination(Session(transport, signer), clock=self._clock, user_id=user_id)

    def own_posts(self, account: str) -> XOwnPosts:
        """The posts of `account` with their metrics.

        Raises:
            LogInError: It has no credentials.
        """
        from onering_cli.adapters.x.own_posts import XOwnPosts

        return XOwnPosts(self.destination(account), account, clock=self._clock)

    def log_in(
        self,
        account: str,
        *,
        where: SecretStore | None,
        on_address: Callable[[str], None],
        ask_redirect: Callable[[], str] | None,
    ) -> None:
        """Log in with a browser (OAuth 2.0, PKCE); with `ask_redirect` the redirect is pasted, else it is awaited.

        Raises:
            UsageError: There is no client id, or the redirect is not this login's.
            LogInError: The person said no, or X did not take the code.
            TryLaterError: Nobody came, or X could not be reached.
        """
        from onering_cli.adapters.x.login import CALLBACK_PATH, await_code, begin, code_from_redirect
        from onering_cli.adapters.x.oauth import exchange_code

        app = self._app()
        redirect_uri = f"http://127.0.0.1:{self._callback_port}{CALLBACK_PATH}"
        started = begin(app, authorize_base=self._authorize_base, redirect_uri=redirect_uri)
        if ask_redirect is None:
            code = await_code(started, clock=self._clock, wait_s=LOGIN_WAIT_S, on_ready=on_address)
        else:
            on_address(started.address)
            code = code_from_redirect(started, ask_redirect())
        tokens = exchange_code(
            self._transport(),
            app,
            code=code,
            verifier=started.verifier,
            redirect_uri=redirect_uri,
            now=self._clock.now(),
        )
        SecretTokens(self._secrets, where).save(account, tokens)

    def _signer(self, account: str, transport: Transport) -> tuple[Signer, str]:
        from onering_cli.adapters.x.oauth import OAuth2Keeper
        from onering_cli.adapters.x.session import OAuth1Signer, OAuth2Signer

        credentials = self._oauth1(account)
        if credentials is not None:
            return OAuth1Signer(credentials), credentials.user_id
        store = SecretTokens(self._secrets)
        if store.load(account) is None:
            raise _log_in(account, "it has no credentials")
        lock_path = self._lock_folder / f"x-{account}.lock"
        lock_path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        keeper = OAuth2Keeper(
            account, self._app(), store=store, transport=transport, lock_path=lock_path, clock=self._clock
        )
        return OAuth2Signer(keeper), ""

    def _oauth1(self, account: str) -> OAuth1Credentials | None:
        found = {field: self._secrets.get(f"x.{account}.{field}") for field in X_FIELDS}
        values = {field: secret.reveal() for field, secret in found.items() if secret is not None}
        if not values:
            return None
        missing = [field for field in X_FIELDS if field not in values]
        if missing:
            raise _log_in(account, f"{', '.join(missing)} is missing")
        return OAuth1Credentials(**values)

    def _app(self) -> OAuth2App:
        from onering_cli.errors import UsageError

        if not self._client_id:
            raise UsageError(
                "logging in with a browser needs the client id of your app at X",
                hint="onering config set x.client_id ID (developer.x.com, User authentication settings)",
            )
        secret = self._secrets.get("x.client_secret")
        return OAuth2App(self._client_id, secret.reveal() if secret else "")

    def _transport(self) -> Transport:
        from onering_cli.adapters.x.transport import Transport, quiet_loggers

        quiet_loggers()
        connect_s, read_s = self._timeouts_s
        return Transport(self._api_base, connect_timeout_s=connect_s, read_timeout_s=read_s)


def _tokens_name(account: str) -> str:
    return f"x.{account}.oauth2_tokens"


def _log_in(account: str, why: str) -> LogInError:
    return LogInError(
        f"the X account {account} is not logged in: {why}", hint=f"onering auth login x --account {account}"
    )
