"""Who an account is at X: keys and tokens that never show themselves, and its identity."""

from dataclasses import field
from datetime import UTC, datetime
from typing import Protocol
from urllib.parse import urlsplit

from onering_cli.clock import from_iso, to_iso
from onering_cli.errors import UsageError
from onering_cli.record import record

API_BASE = "https://api.x.com"
AUTHORIZE_BASE = "https://x.com"


@record
class OAuth1Credentials:
    """The four secrets of OAuth 1.0a; they do not rotate, which suits a timer.

    https://docs.x.com/fundamentals/authentication/oauth-1-0a/api-key-and-secret (November 2026)
    """

    consumer_key: str = field(repr=False)
    consumer_secret: str = field(repr=False)
    access_token: str = field(repr=False)
    access_token_secret: str = field(repr=False)

    @property
    def user_id(self) -> str:
        """The account's id, which an access token begins with; "" when it does not."""
        head = self.access_token.partition("-")[0]
        return head if head.isascii() and head.isdigit() else ""


@record
class OAuth2App:
    """An app as X knows it; a public client has no secret."""

    client_id: str = field(repr=False)
    client_secret: str = field(default="", repr=False)


@record
class OAuth2Tokens:
    """A pair of tokens; the refresh token can be used once.

    Args:
        access_token: Lives about two hours.
        refresh_token: "" when X gave none.
        expires_at: When the access token ends, aware UTC.
        scope: What it allows, separated by spaces.
    """

    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)
    expires_at: datetime
    scope: str = ""

    def to_record(self) -> dict[str, str]:
        """For a store of secrets: names and text."""
        return {
            "access_token": self.access_token,
            "refresh_token": self.refresh_token,
            "expires_at": to_iso(self.expires_at),
            "scope": self.scope,
        }

    @classmethod
    def from_record(cls, record: dict[str, str]) -> "OAuth2Tokens":
        """What `to_record` wrote.

        Raises:
            ValueError: It is not that.
        """
        try:
            expires_at = from_iso(record["expires_at"]) if record.get("expires_at") else datetime.now(UTC)
            return cls(record["access_token"], record.get("refresh_token", ""), expires_at, record.get("scope", ""))
        except (KeyError, TypeError, AttributeError) as exc:
            raise ValueError("not a record of tokens") from exc


class TokenStore(Protocol):
    """Keeps OAuth 2.0 tokens, one pair an account.

    `save` returns when the tokens are durable, whole or not at all, and can be read back; both raise a `OneRingError`
    when the store cannot be used.
    """

    def load(self, account: str) -> OAuth2Tokens | None:
        """The tokens of an account, read anew, or None."""
        ...

    def save(self, account: str, tokens: OAuth2Tokens) -> None:
        """Replace the tokens of an account."""
        ...


@record
class Identity:
    """An account as X names it."""

    user_id: str
    username: str
    premium: bool = False


def checked_base(address: str) -> str:
    """An API address that secrets may be sent to: https, or http to this machine; without a slash at the end.

    Raises:
        UsageError: It is neither.
    """
    parts = urlsplit(address)
    is_local = parts.hostname in {"127.0.0.1", "::1", "localhost"}
    if not parts.hostname or not (parts.scheme == "https" or (parts.scheme == "http" and is_local)):
        raise UsageError(
            f"{address!r} cannot stand in for {API_BASE}",
            hint="Set ONERING_X_API_BASE to an https address, or to http on this machine.",
        )
    return address.rstrip("/")
