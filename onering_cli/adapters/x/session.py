"""Signed calls to X's API by tweepy, with one renewal of a refused token."""

from collections.abc import Mapping
from typing import Any, Protocol

import requests
import tweepy
from requests.auth import AuthBase

from onering_cli.adapters.x.credentials import OAuth1Credentials
from onering_cli.adapters.x.oauth import OAuth2Keeper
from onering_cli.adapters.x.transport import Answer, Transport, Unanswered, quiet_loggers

__all__ = ["OAuth1Signer", "OAuth2Signer", "Session", "quiet_loggers"]

_UNAUTHORIZED = 401


class Signer(Protocol):
    """Makes calls an account's own."""

    is_oauth1: bool

    def client(self, ends_at: float) -> tweepy.Client:
        """A tweepy client with the credentials in force."""
        ...

    def auth(self, ends_at: float) -> AuthBase:
        """The same for a request that tweepy has no method for."""
        ...

    def renew(self, ends_at: float) -> bool:
        """Get new credentials after a refusal; False when there are none to be had by asking."""
        ...


class OAuth1Signer:
    """Signs with four secrets that do not rotate."""

    is_oauth1 = True

    def __init__(self, credentials: OAuth1Credentials) -> None:
        self._credentials = credentials
        self._client = tweepy.Client(
            consumer_key=credentials.consumer_key,
            consumer_secret=credentials.consumer_secret,
            access_token=credentials.access_token,
            access_token_secret=credentials.access_token_secret,
            return_type=requests.Response,
            wait_on_rate_limit=False,
        )

    def client(self, ends_at: float) -> tweepy.Client:  # noqa: ARG002 -- nothing to wait for
        """The one client."""
        return self._client

    def auth(self, ends_at: float) -> AuthBase:  # noqa: ARG002 -- nothing to wait for
        """OAuth 1.0a as tweepy sets it up."""
        secrets = self._credentials
        handler = tweepy.OAuth1UserHandler(
            secrets.consumer_key, secrets.consumer_secret, secrets.access_token, secrets.access_token_secret
        )
        auth: AuthBase = handler.apply_auth()
        return auth

    def renew(self, ends_at: float) -> bool:  # noqa: ARG002 -- nothing to wait for
        """There is nothing to renew."""
        return False


class OAuth2Signer:
    """Carries the access token that a keeper looks after."""

    is_oauth1 = False

    def __init__(self, keeper: OAuth2Keeper) -> None:
        self._keeper = keeper

    def client(self, ends_at: float) -> tweepy.Client:
        """A client with the token in force."""
        token = self._keeper.current(ends_at=ends_at).access_token
        return tweepy.Client(bearer_token=token, return_type=requests.Response, wait_on_rate_limit=False)

    def auth(self, ends_at: float) -> AuthBase:
        """The token in force."""
        auth: AuthBase = tweepy.OAuth2BearerHandler(self._keeper.current(ends_at=ends_at).access_token)
        return auth

    def renew(self, ends_at: float) -> bool:
        """A new token for the one that was refused."""
        self._keeper.renew(ends_at=ends_at)
        return True


class Session:
    """One account's calls. Each call, with its renewal, ends within the transport's limit.

    Every method raises `LogInError` when the account must log in again and another `OneRingError` when its token could
    not be renewed or kept for now; in each case the call itself did nothing.
    """

    def __init__(self, transport: Transport, signer: Signer) -> None:
        self.transport = transport
        self._signer = signer

    def call(
        self, method: str, route: str, *, params: Mapping[str, str] | None = None, json: object = None
    ) -> Answer | Unanswered:
        """A call with a JSON body or none."""

        def once(ends_at: float) -> Answer | Unanswered:
            client = self._signer.client(ends_at)
            client.session = self.transport.session
            user_auth = self._signer.is_oauth1
            return self.transport.exchange(
                lambda: client.request(method, route, params=params, json=json, user_auth=user_auth), ends_at=ends_at
            )

        return self._renewing(once)

    def post_parts(self, route: str, *, fields: Mapping[str, str], name: str, content: bytes) -> Answer | Unanswered:
        """A multipart call, which tweepy has no method for: form fields, and one file under `name`."""

        def once(ends_at: float) -> Answer | Unanswered:
            options: dict[str, Any] = {
                "data": dict(fields),
                "files": {name: ("chunk", content, "application/octet-stream")},
                "auth": self._signer.auth(ends_at),
            }
            return self.transport.send("POST", route, ends_at=ends_at, **options)

        return self._renewing(once)

    def _renewing(self, once: "_Once") -> Answer | Unanswered:
        ends_at = self.transport.deadline()
        answer = once(ends_at)
        is_refused = isinstance(answer, Answer) and answer.status == _UNAUTHORIZED
        if is_refused and self._signer.renew(ends_at):
            return once(ends_at)
        return answer


class _Once(Protocol):
    def __call__(self, ends_at: float) -> Answer | Unanswered: ...
