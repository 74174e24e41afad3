"""A user's desk before a fake Stripe: a key in the environment, short waits, and the program."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from doubles.fake_stripe import TEST_KEY, FakeStripe

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from doubles.fake_stripe import World

SESSIONS = "/v1/checkout/sessions"
UPGRADE_KEYS = {"operation", "plan", "status", "session", "url", "expires_at", "verified"}


@dataclass
class BillingDesk:
    """A service and the program."""

    stripe: FakeStripe
    call: Callable[..., Any]
    monkeypatch: pytest.MonkeyPatch

    @property
    def world(self) -> World:
        return self.stripe.world

    def set(self, **variables: str) -> None:
        """Set variables, named without ``ONERING_``."""
        for name, value in variables.items():
            self.monkeypatch.setenv(f"ONERING_{name}", value)

    def open_session(self) -> str:
        """The id of the page that ``upgrade`` opens."""
        result = self.call("upgrade", "--json")
        assert result.code == 0, result.err
        return str(result.json["session"])

    def upgrade(self) -> str:
        """Open a page, pay it, and catch up; the session."""
        session = self.open_session()
        self.world.pay(session)
        self.sync()
        return session

    def sync(self) -> Any:
        result = self.call("upgrade", "--sync", "--json")
        assert result.code == 0, result.err
        return result.json

    def balance(self) -> int:
        return int(self.call("ring", "balance").out)

    def rows(self) -> list[tuple[str, int]]:
        """Key and amount of every row, the first first."""
        rows = self.call("ring", "history", "--json", "--limit", "1000").json["rows"]
        return [(row["key"], row["amount"]) for row in reversed(rows)]

    def creates(self) -> int:
        """How often a page was asked for."""
        return self.stripe.count("POST", SESSIONS)


@pytest.fixture(name="desk")
def billing_desk(onering: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> Iterator[BillingDesk]:
    """A desk with everything in its place."""
    with FakeStripe() as stripe:
        made = BillingDesk(stripe, onering, monkeypatch)
        made.set(
            STRIPE_SECRET_KEY=TEST_KEY, STRIPE_API_BASE=stripe.base, STRIPE_PRICE="price_once", STRIPE_POLL_S="0.01"
        )
        monkeypatch.setattr("onering_cli.adapters.stripe.http._RETRY_WAITS_S", (0.0, 0.0))
        for name in ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER"):
            monkeypatch.delenv(name, raising=False)
        yield made
