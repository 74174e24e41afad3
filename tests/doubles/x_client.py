"""The X adapter as tests use it: against a service on loopback, with short timeouts and a clock that only jumps."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from doubles.fake_x import (
    ACCESS_TOKEN,
    ACCESS_TOKEN_SECRET,
    CLIENT_ID,
    CONSUMER_KEY,
    CONSUMER_SECRET,
    SCOPES,
    Account,
    FakeX,
)

from onering_cli.adapters.x.credentials import OAuth1Credentials, OAuth2App, OAuth2Tokens
from onering_cli.adapters.x.destination import XDestination
from onering_cli.adapters.x.oauth import OAuth2Keeper
from onering_cli.adapters.x.session import OAuth1Signer, OAuth2Signer, Session
from onering_cli.adapters.x.transport import Transport
from onering_cli.publishing.model import Payload
from onering_cli.publishing.outcomes import Created, CreateOutcome
from onering_cli.publishing.ports import Destination

CREDENTIALS = OAuth1Credentials(CONSUMER_KEY, CONSUMER_SECRET, ACCESS_TOKEN, ACCESS_TOKEN_SECRET)


@dataclass(slots=True)
class JumpingClock:
    """Starts now and moves only when somebody sleeps; remembers the naps."""

    moment: datetime = field(default_factory=lambda: datetime.now(UTC))
    naps: list[float] = field(default_factory=list)
    on_nap: Callable[[float], None] = lambda _seconds: None

    def now(self) -> datetime:
        return self.moment

    def monotonic(self) -> float:
        return self.moment.timestamp()

    def sleep(self, seconds: float) -> None:
        self.moment += timedelta(seconds=seconds)
        self.naps.append(seconds)
        self.on_nap(seconds)


@dataclass(slots=True)
class KeptTokens:
    """A token store in memory that counts what happens to it."""

    kept: dict[str, OAuth2Tokens] = field(default_factory=dict)
    loads: int = 0
    saves: int = 0
    fails_to_save: Exception | None = None

    def load(self, account: str) -> OAuth2Tokens | None:
        self.loads += 1
        return self.kept.get(account)

    def save(self, account: str, tokens: OAuth2Tokens) -> None:
        if self.fails_to_save is not None:
            raise self.fails_to_save
        self.saves += 1
        self.kept[account] = tokens


def transport(service: FakeX, *, connect_timeout_s: float = 2.0, read_timeout_s: float = 5.0) -> Transport:
    """A transport to the service."""
    return Transport(service.base, connect_timeout_s=connect_timeout_s, read_timeout_s=read_timeout_s)


def destination(service: FakeX, *, read_timeout_s: float = 5.0, clock: JumpingClock | None = None) -> XDestination:
    """An account with OAuth 1.0a."""
    session = Session(transport(service, read_timeout_s=read_timeout_s), OAuth1Signer(CREDENTIALS))
    return XDestination(session, clock=clock or JumpingClock(), user_id=CREDENTIALS.user_id, username="me")


def logged_in(service: FakeX, account: Account | None = None) -> OAuth2Tokens:
    """Tokens as a login would have left them."""
    who = account or service.account
    return OAuth2Tokens(
        access_token=service.identity.give(who, CLIENT_ID, SCOPES),
        refresh_token=service.identity.give_refresh(who, CLIENT_ID, SCOPES),
        expires_at=datetime.fromtimestamp(service.world.now() + service.world.rules.token_ttl_s, UTC),
        scope=" ".join(sorted(SCOPES)),
    )


def keeper(
    service: FakeX, store: KeptTokens, folder: Path, *, account: str = "me", clock: JumpingClock | None = None
) -> OAuth2Keeper:
    """Who looks after an account's tokens."""
    return OAuth2Keeper(
        account,
        OAuth2App(CLIENT_ID),
        store=store,
        transport=transport(service),
        lock_path=folder / "locks" / f"{account}.lock",
        clock=clock or JumpingClock(),
    )


def oauth2_destination(
    service: FakeX, store: KeptTokens, folder: Path, *, account: str = "me", clock: JumpingClock | None = None
) -> XDestination:
    """An account with OAuth 2.0, which must ask X who it is."""
    kept = keeper(service, store, folder, account=account, clock=clock)
    return XDestination(Session(transport(service), OAuth2Signer(kept)), clock=clock or JumpingClock())


def post(
    target: Destination, text: str = "hello", *, parent_id: str = "", media_ids: tuple[str, ...] = ()
) -> CreateOutcome:
    """One create."""
    return target.create(Payload(text), parent_id=parent_id, media_ids=media_ids, key="")


def posted(target: Destination, text: str = "hello", *, parent_id: str = "", media_ids: tuple[str, ...] = ()) -> str:
    """One create that must succeed; its id."""
    outcome = post(target, text, parent_id=parent_id, media_ids=media_ids)
    assert isinstance(outcome, Created), outcome
    return outcome.remote_id
