"""What the ledger, the record of purchases and the payment service promise, kept by the fakes and the real ones alike."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from doubles.fake_clock import FakeClock
from doubles.fake_stripe import TEST_KEY, FakeStripe
from doubles.fake_stripe.direct import DirectPayments
from doubles.memory_billing import MemoryLedger, MemoryPurchases

from onering_cli.adapters.sqlite.ledger import SqliteLedger
from onering_cli.adapters.sqlite.migrations import open_store
from onering_cli.adapters.sqlite.purchases import SqlitePurchases
from onering_cli.adapters.stripe.payments import StripePayments
from onering_cli.adapters.stripe.shapes import news_of
from onering_cli.billing.checkout import Plan, Wish, begin, plan_in_force
from onering_cli.billing.fulfilment import fulfil, hear, sync
from onering_cli.billing.ports import CheckoutState, News, Outcome, Payments, PurchaseBooks, Request
from onering_cli.billing.purchase import Mode, Purchase, Standing
from onering_cli.billing.ring import Entry, Kind
from onering_cli.billing.spending import Perk
from onering_cli.clock import SystemClock
from onering_cli.errors import RefusedError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from onering_cli.billing.ports import Ledger

NOW = datetime(2026, 8, 1, 12, tzinfo=UTC)
REQUEST = Request("price_1", Mode.ONCE, "pro", "me", "http://127.0.0.1/paid", int(NOW.timestamp()) + 72_000)
PAID = Purchase("cs_1", ("me",), "pro", False, Standing.PAID, Mode.ONCE, payment="pi_1", customer="cus_1", amount_minor=900, created_s=5)  # noqa: FBT003 -- a record's fields in their order  # fmt: skip


@dataclass
class Keeping:
    """A ledger and the record beside it."""

    ledger: Ledger
    books: PurchaseBooks
    clock: FakeClock


@pytest.fixture(params=["memory", "sqlite"])
def keeping(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Keeping]:
    clock = FakeClock(NOW)
    if request.param == "memory":
        ledger = MemoryLedger(clock)
        yield Keeping(ledger, MemoryPurchases(ledger, clock), clock)
        return
    store = open_store(tmp_path / "onering.db")
    yield Keeping(SqliteLedger(store, clock), SqlitePurchases(store, clock), clock)
    store.close()


def test_a_ledger_books_each_key_once_and_ends_where_its_rows_do(keeping: Keeping) -> None:
    ledger = keeping.ledger
    entries = [Entry(Kind.EARN, 120, "why", "a"), Entry(Kind.PENALTY, -20, "why", "b"), Entry(Kind.EARN, 5, "why", "a")]
    assert [row.balance for row in ledger.append(entries)] == [120, 100]
    assert ledger.append(entries) == []
    assert [row.key for row in ledger.page(limit=1)] == ["b"]
    assert [row.key for row in ledger.page(limit=5, offset=1)] == ["a"]
    assert [row.key for row in ledger.rows()] == ["a", "b"]
    assert ledger.latest_end(Perk.LIMIT) is None
    assert ledger.buy(Perk.LIMIT, 100).ends_at == NOW + timedelta(days=1) == ledger.latest_end(Perk.LIMIT)
    with pytest.raises(RefusedError):
        ledger.buy(Perk.LIMIT, 1)
    assert ledger.verify() == ledger.head()
    assert (ledger.head().rows, ledger.head().balance, ledger.head().earned) == (3, 0, 100)


def test_a_checkout_under_way_is_found_by_plan_and_price(keeping: Keeping) -> None:
    books = keeping.books
    first = books.ask(REQUEST, live=False, now=NOW)
    assert (first.state, first.request, first.session) == (CheckoutState.ASKED, REQUEST, "")
    later = replace(REQUEST, expires_s=REQUEST.expires_s + 60)
    assert books.ask(later, live=False, now=NOW) == first, "what was asked for first stands"
    assert books.ask(REQUEST, live=True, now=NOW).key != first.key
    assert books.ask(replace(REQUEST, price="price_2"), live=False, now=NOW).key != first.key
    books.opened(first.key, "cs_1", "https://example.com/pay")
    again = books.ask(later, live=False, now=NOW)
    assert (again.key, again.state, again.session) == (first.key, CheckoutState.OPEN, "cs_1")
    books.change_mode(live=False)
    assert books.known_sessions() == ["cs_1"]
    books.close(first.key)
    assert books.ask(later, live=False, now=NOW).key != first.key


def test_a_checkout_is_over_when_its_page_is_or_its_purchase_is_seen(keeping: Keeping) -> None:
    books = keeping.books
    first = books.ask(REQUEST, live=False, now=NOW)
    books.opened(first.key, "cs_1", "")
    assert books.ask(REQUEST, live=False, now=NOW + timedelta(hours=20)).key != first.key
    second = books.ask(replace(REQUEST, price="price_2"), live=False, now=NOW)
    books.opened(second.key, "cs_2", "")
    books.book([(replace(PAID, session="cs_2", standing=Standing.OPEN), books.draw_ticket())])
    assert books.ask(second.request, live=False, now=NOW).key == second.key
    books.book([(replace(PAID, session="cs_2"), books.draw_ticket())])
    assert books.ask(second.request, live=False, now=NOW).key != second.key


def test_a_purchase_is_booked_by_its_latest_look(keeping: Keeping) -> None:
    books = keeping.books
    books.change_mode(live=False)
    early, late = books.draw_ticket(), books.draw_ticket()
    assert early < late
    assert [row.amount for row in books.book([(PAID, late)])] == [500]
    assert books.book([(replace(PAID, standing=Standing.PROCESSING), early)]) == []
    assert books.purchases() == [PAID]
    assert books.is_verified()
    assert books.identity().customer == "cus_1"
    assert books.find_session(payment="pi_1", subscription="") == "cs_1"
    assert books.find_session(payment="", subscription="") == ""
    books.change_mode(live=True)
    assert (books.purchases(), books.is_verified(), books.identity().customer) == ([], False, "")


def test_news_are_kept_once_until_something_became_of_them(keeping: Keeping) -> None:
    books = keeping.books
    one, other = (News(f"evt_{n}", "charge.refunded", False, "", n, payment="pi_1") for n in (1, 2))  # noqa: FBT003 -- a record's fields
    kept, ticket = books.receive([one, one, other])
    assert [(received.news, received.outcome) for received in kept] == [
        (n, Outcome.RECEIVED) for n in (one, one, other)
    ]
    assert ticket < books.receive([])[1]
    books.book([], {"evt_1": (Outcome.FOREIGN, "not ours")})
    assert books.open_news(limit=10) == [other]
    found = books.find_news("evt_1")
    assert found is not None
    assert (found.news, found.outcome, found.detail) == (one, Outcome.FOREIGN, "not ours")
    assert books.receive([one])[0][0].outcome is Outcome.FOREIGN
    assert books.find_news("evt_3") is None


def test_the_mark_only_goes_forward(keeping: Keeping) -> None:
    mark = keeping.books.identity().events_mark_s
    assert mark == int(NOW.timestamp())
    keeping.books.advance_mark(mark + 10)
    keeping.books.advance_mark(mark)
    assert keeping.books.identity().events_mark_s == mark + 10


# ---- the payment service -----------------------------------------------------------------------------------------


@pytest.fixture(params=["straight", "http"])
def service(request: pytest.FixtureRequest) -> Iterator[tuple[FakeStripe, Payments]]:
    with FakeStripe() as stripe:
        if request.param == "straight":
            yield stripe, DirectPayments(stripe)
            return
        payments = StripePayments(TEST_KEY, SystemClock(), api_base=stripe.base)
        yield stripe, payments
        payments.close()


def test_a_price_is_found_by_id_and_by_lookup_key(service: tuple[FakeStripe, Payments]) -> None:
    _, payments = service
    assert payments.find_price("price_month") == payments.find_price("pro_monthly")
    assert payments.find_price("price_month").mode is Mode.SUBSCRIPTION
    assert payments.find_price("pro_forever").mode is Mode.ONCE
    for unknown in ("price_none", "price_old", "none", "price_/../x", "ключ"):
        with pytest.raises(UsageError):
            payments.find_price(unknown)


@pytest.mark.parametrize("price", ["price_once", "price_month"])
def test_the_whole_story_of_an_upgrade(service: tuple[FakeStripe, Payments], keeping: Keeping, price: str) -> None:
    stripe, payments = service
    books, ledger = keeping.books, keeping.ledger
    books.change_mode(live=False)
    wish = Wish(Plan.PRO, price, "http://127.0.0.1/paid")
    opened = begin(wish, payments, books, SystemClock())
    assert opened.standing is Standing.OPEN
    assert begin(wish, payments, books, SystemClock()).session == opened.session
    stripe.world.pay(opened.session)
    assert sync(payments, books) > 0
    assert plan_in_force(books.purchases()) is not None
    stripe.world.refund(opened.session, 90)
    news = [found for event in stripe.world.events() if (found := news_of(event))]
    assert {told.outcome for told in hear(news * 3, payments, books)} == {Outcome.DONE}
    purchase, rows = fulfil(opened.session, payments, books)
    assert rows == []
    expected = 500 - 500 * 90 // purchase.amount_minor
    assert (ledger.head().balance, ledger.verify().rows) == (expected, 2)
    customer = books.identity().customer
    assert bool(customer) == (price == "price_month")
    if customer:
        assert payments.open_portal(customer, "http://127.0.0.1").startswith("http")
    assert payments.purchase("cs_unknown") is None
    with pytest.raises(RefusedError):
        fulfil("cs_unknown", payments, books)
