"""What billing needs from the world: the RING ledger, the payment service, and the record of purchases."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

from onering_cli.record import record

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import date, datetime

    from onering_cli.billing.earning import EarnRules
    from onering_cli.billing.purchase import Mode, Purchase
    from onering_cli.billing.ring import Entry, Head, Row
    from onering_cli.billing.spending import Bought, Perk
    from onering_cli.billing.verifying import Witness


class Ledger(Protocol):
    """The RING ledger; what is appended is durable when a method returns, and stays.

    Raises:
        StoreError: Any method, when the store cannot be read or written; then nothing was written.
    """

    def head(self) -> Head:
        """Where it stands, in constant time."""
        ...

    def append(self, entries: Sequence[Entry]) -> list[Row]:
        """Append those whose key is not there yet, all or none of them; the rows that were added."""
        ...

    def buy(self, perk: Perk, price: int) -> Bought:
        """Spend RING on a perk, at once or not at all.

        Raises:
            RefusedError: The balance does not suffice.
        """
        ...

    def latest_end(self, perk: Perk) -> datetime | None:
        """When the last bought day of a perk ends, or ended."""
        ...

    def page(self, *, limit: int, offset: int = 0) -> list[Row]:
        """Rows, the latest first."""
        ...

    def rows(self) -> Iterator[Row]:
        """All rows, from the first."""
        ...

    def days(self) -> Iterable[date]:
        """Local days with a published thread that was not rolled back, each once, the latest first."""
        ...

    def verify(self, witnesses: Iterable[Witness] = ()) -> Head:
        """Prove that it is whole; where it stands.

        Raises:
            BrokenLedgerError: It is not.
        """
        ...


class ThreadLedger(Protocol):
    """The part of the ledger that hears of threads, within the transaction that makes them so."""

    def published(self, run: str, day: date, at: datetime, rules: EarnRules) -> None:
        """A thread is out; again for the same run, nothing happens."""
        ...

    def rolled_back(self, run: str) -> None:
        """A thread was taken back."""
        ...


@record
class Price:
    """What a plan costs.

    Args:
        id: The service's.
        mode: How it is paid.
    """

    id: str
    mode: Mode


@record
class Request:
    """All that a checkout session is asked for with; the same again for the same key.

    Args:
        price: The price's id.
        mode: How it is paid.
        plan: What is bought.
        reference: For whom.
        success_url: Where the browser goes afterwards.
        expires_s: When the page closes, seconds since 1970.
    """

    price: str
    mode: Mode
    plan: str
    reference: str
    success_url: str
    expires_s: int


class CheckoutState(StrEnum):
    """Where a checkout stands on this side."""

    ASKED = "asked"
    """The key is kept; the service may or may not have made the session."""
    OPEN = "open"
    CLOSED = "closed"


@record
class Checkout:
    """A payment page that was asked for.

    Args:
        key: The idempotency key, kept before the service was asked.
        live: With real money.
        state: Where it stands.
        request: What was asked for.
        session: Its id, once the service has answered.
        url: Its address.
    """

    key: str
    live: bool
    state: CheckoutState
    request: Request
    session: str = ""
    url: str = ""


@record
class News:
    """That something happened at the payment service, reduced to what it is about.

    Args:
        event: The event's id.
        type: In the service's words.
        live: With real money.
        account: The connected account it happened at; "" for the user's own.
        created_s: Seconds since 1970.
        session: The checkout session it names, or "".
        payment: The payment it names, or "".
        subscription: The subscription it names, or "".
        reference: The user it says that it is about; "" when it could say so and does not, None when it cannot.
    """

    event: str
    type: str
    live: bool
    account: str
    created_s: int
    session: str = ""
    payment: str = ""
    subscription: str = ""
    reference: str | None = None


class Outcome(StrEnum):
    """What became of news."""

    RECEIVED = "received"
    """Kept, and still to be acted on."""
    DONE = "done"
    FOREIGN = "foreign"
    """Not about this user's purchases."""


@record
class Received:
    """News that are kept.

    Args:
        news: What they say.
        outcome: What became of them.
        detail: Why, for people.
    """

    news: News
    outcome: Outcome
    detail: str


@record
class Identity:
    """Who the user is to the payment service.

    Args:
        reference: Random, made once.
        live: Whether money was real when it was last asked for; None before that.
        customer: The service's id of the customer, or "".
        events_mark_s: Up to when the service's events were looked through, seconds since 1970.
    """

    reference: str
    live: bool | None
    customer: str
    events_mark_s: int


class Payments(Protocol):
    """The payment service.

    Raises:
        LogInError: The key is refused.
        RefusedError: The service says no to this request.
        TryLaterError: It cannot be reached, or is busy; a session that was asked for may exist all the same.
    """

    live: bool

    def find_price(self, named: str) -> Price:
        """The price with an id or a lookup key.

        Raises:
            UsageError: There is none, or it is not for sale.
        """
        ...

    def open_checkout(self, request: Request, key: str) -> tuple[str, str]:
        """A session's id and address; the same key finds the same session for a day."""
        ...

    def purchase(self, session: str) -> Purchase | None:
        """How a session stands now, with all that came of it; None when the account has no such session."""
        ...

    def sessions_of(self, news: News) -> list[str]:
        """The sessions that a payment or a subscription came from."""
        ...

    def news_since(self, since_s: int) -> Iterator[News]:
        """What happened since, the latest first, as far back as the service remembers."""
        ...

    def sessions_since(self, since_s: int, reference: str) -> Iterator[str]:
        """Sessions made since for a user, the latest first."""
        ...

    def open_portal(self, customer: str, return_url: str) -> str:
        """The address of a page where a customer manages what they pay for."""
        ...


class PurchaseBooks(Protocol):
    """The record of checkouts, purchases and news; what a method wrote is durable when it returns."""

    def identity(self) -> Identity:
        """Who the user is; made at the first call."""
        ...

    def change_mode(self, *, live: bool) -> None:
        """From now on, purchases with (or without) real money are the ones that count."""
        ...

    def ask(self, request: Request, *, live: bool, now: datetime) -> Checkout:
        """The checkout that is under way for this plan and price, or a new one with a key of its own."""
        ...

    def opened(self, key: str, session: str, url: str) -> None:
        """The service has answered."""
        ...

    def close(self, key: str) -> None:
        """The checkout is paid, expired or given up."""
        ...

    def draw_ticket(self) -> int:
        """A number to draw before looking at the service: a later number has seen at least as much."""
        ...

    def book(
        self, looks: Sequence[tuple[Purchase, int]], outcomes: Mapping[str, tuple[Outcome, str]] | None = None
    ) -> list[Row]:
        """Book what was seen, each with the ticket drawn before the look; all of it or nothing; the rows added.

        A look with an older ticket than the last one booked for the purchase changes nothing.

        Args:
            looks: What was seen, and the tickets.
            outcomes: What became of news, by their events' ids, and why.
        """
        ...

    def purchases(self, *, limit: int = 20) -> list[Purchase]:
        """As last seen, the latest first; those of the mode that counts."""
        ...

    def known_sessions(self) -> list[str]:
        """The sessions of checkouts under way and of the latest purchases of the mode that counts."""
        ...

    def find_session(self, *, payment: str, subscription: str) -> str:
        """The session that is known to have a payment or a subscription, or ""."""
        ...

    def is_verified(self) -> bool:
        """Whether a payment stands, in constant time."""
        ...

    def receive(self, news: Sequence[News]) -> tuple[list[Received], int]:
        """Keep news that are not kept yet; each as it is kept now, and a ticket for acting on them."""
        ...

    def open_news(self, *, limit: int) -> list[News]:
        """News that are still to be acted on, the oldest first."""
        ...

    def find_news(self, event: str) -> Received | None:
        """Kept news."""
        ...

    def advance_mark(self, mark_s: int) -> None:
        """The service's events were looked through up to then."""
        ...
