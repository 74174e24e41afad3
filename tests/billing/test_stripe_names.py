"""The names that the adapter and the fake use are those of Stripe's own description, as stripe-python was generated from it."""

from __future__ import annotations

import inspect
import re
from typing import TYPE_CHECKING, Any

import pytest
import stripe
from doubles.fake_stripe import TEST_KEY, FakeStripe
from doubles.fake_stripe.direct import DirectPayments
from stripe import params
from stripe.params import billing_portal, checkout

from onering_cli.adapters.stripe.payments import StripePayments
from onering_cli.adapters.stripe.shapes import API_VERSION, EVENT_TYPES
from onering_cli.billing.checkout import Plan, Wish, begin
from onering_cli.billing.ports import News
from onering_cli.clock import SystemClock

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CLASSES: dict[str, type] = {
    "checkout.session": stripe.checkout.Session,
    "payment_intent": stripe.PaymentIntent,
    "charge": stripe.Charge,
    "refund": stripe.Refund,
    "dispute": stripe.Dispute,
    "subscription": stripe.Subscription,
    "subscription_item": stripe.SubscriptionItem,
    "invoice": stripe.Invoice,
    "invoice_payment": stripe.InvoicePayment,
    "price": stripe.Price,
    "customer": stripe.Customer,
    "event": stripe.Event,
    "billing_portal.session": stripe.billing_portal.Session,
}
PARAMETERS: dict[str, type] = {
    "GET /v1/prices": params.PriceListParams,
    "GET /v1/prices/": params.PriceRetrieveParams,
    "POST /v1/checkout/sessions": checkout.SessionCreateParams,
    "GET /v1/checkout/sessions": checkout.SessionListParams,
    "GET /v1/checkout/sessions/": checkout.SessionRetrieveParams,
    "GET /v1/payment_intents/": params.PaymentIntentRetrieveParams,
    "GET /v1/refunds": params.RefundListParams,
    "GET /v1/disputes": params.DisputeListParams,
    "GET /v1/events": params.EventListParams,
    "GET /v1/invoices/": params.InvoiceRetrieveParams,
    "GET /v1/invoice_payments": params.InvoicePaymentListParams,
    "POST /v1/billing_portal/sessions": billing_portal.SessionCreateParams,
}


def fields_of(described: type) -> set[str]:
    """What a class of stripe-python says that an object has, its bases' fields included."""
    return {name for base in described.__mro__ for name in inspect.get_annotations(base)}


class Noting(DirectPayments):
    """Keeps what is asked."""

    def __init__(self, service: FakeStripe) -> None:
        super().__init__(service)
        self.asked: list[tuple[str, dict[str, Any]]] = []

    def _call(self, method: str, path: str, **parameters: Any) -> dict[str, Any]:
        known = {"idempotency_key"}
        route = re.sub(r"/[a-z]+_[^/]*$", "/", path) if re.search(r"/(price|cs|pi|in)_[^/]+$", path) else path
        self.asked.append((f"{method.upper()} {route}", {k: v for k, v in parameters.items() if k not in known}))
        return super()._call(method, path, **parameters)


@pytest.fixture
def story(tmp_path: Path) -> Iterator[Noting]:
    """Everything that the adapter ever asks, and everything that the fake ever holds."""
    from onering_cli.adapters.sqlite.migrations import open_store
    from onering_cli.adapters.sqlite.purchases import SqlitePurchases

    store = open_store(tmp_path / "onering.db")
    with FakeStripe() as service:
        payments = Noting(service)
        books = SqlitePurchases(store, SystemClock())
        world = service.world
        for price in ("price_once", "pro_monthly"):
            session = begin(Wish(Plan.PRO, price, "http://127.0.0.1/paid"), payments, books, SystemClock()).session
            world.pay(session)
            world.fail_refund(world.refund(session, 1)["id"])
            for _ in range(11):
                world.refund(session, 1)
            world.judge(world.dispute(session)["id"], "won")
            payments.purchase(session)
        world.renew(session)
        world.change(session, status="canceled")
        late = world.session(mode="payment")
        world.pay(late["id"], later=True)
        world.settle(late["id"], succeeds=False)
        world.expire(world.session()["id"])
        charge = world.charge_of(session)
        payments.sessions_of(News("evt", "charge.refunded", False, "", 0, payment=charge["payment_intent"]))  # noqa: FBT003 -- a record's fields
        list(payments.news_since(0))
        list(payments.sessions_since(0, "me"))
        payments.open_portal(world.things[session]["customer"], "http://127.0.0.1")
        yield payments
    store.close()


def test_every_parameter_that_is_sent_is_one_that_stripe_describes(story: Noting) -> None:
    assert {route for route, _ in story.asked} == set(PARAMETERS)
    for route, parameters in story.asked:
        assert parameters.keys() <= fields_of(PARAMETERS[route]), route
    created = dict(story.asked)["POST /v1/checkout/sessions"]
    for name, described in (
        ("subscription_data", checkout.SessionCreateParamsSubscriptionData),
        ("payment_intent_data", checkout.SessionCreateParamsPaymentIntentData),
    ):
        assert created.get(name, {}).keys() <= fields_of(described)
    assert created["line_items"][0].keys() <= fields_of(checkout.SessionCreateParamsLineItem)


def test_every_field_of_the_fake_is_one_that_stripe_describes(story: Noting) -> None:
    things = story._service.world.things.values()
    assert {thing["object"] for thing in things} | {"subscription_item"} == set(CLASSES)
    for thing in things:
        unknown = {name for name in thing if not name.startswith("_")} - fields_of(CLASSES[thing["object"]])
        # An event's and an invoice payment's own mode are described in the package's base class only.
        assert unknown <= {"object", "livemode"}, (thing["object"], unknown)
        if thing["object"] == "subscription":
            assert thing["items"]["data"][0].keys() <= fields_of(stripe.SubscriptionItem)


def test_every_state_that_is_read_is_one_that_stripe_describes() -> None:
    def told(described: type, name: str) -> str:
        return str(inspect.get_annotations(described)[name])

    for state in ("open", "complete", "expired"):
        assert f"'{state}'" in told(stripe.checkout.Session, "status")
    for state in ("paid", "unpaid", "no_payment_required"):
        assert f"'{state}'" in told(stripe.checkout.Session, "payment_status")
    for state in ("needs_response", "under_review", "lost", "won", "prevented", "warning_needs_response"):
        assert f"'{state}'" in told(stripe.Dispute, "status")
    for state in ("active", "trialing", "past_due", "canceled"):
        assert f"'{state}'" in told(stripe.Subscription, "status")
    for state in ("requires_payment_method", "canceled", "processing"):
        assert f"'{state}'" in told(stripe.PaymentIntent, "status")


def test_every_event_that_is_listened_to_is_one_that_stripe_describes() -> None:
    described = str(inspect.get_annotations(stripe.Event)["type"])
    assert len(EVENT_TYPES) <= 20
    for kind in EVENT_TYPES:
        assert f"'{kind}'" in described, kind


def test_the_version_that_the_shapes_are_of_is_asked_for() -> None:
    with FakeStripe() as service:
        payments = StripePayments(TEST_KEY, SystemClock(), api_base=service.base)
        payments.find_price("price_once")
        payments.close()
    assert service.versions == {API_VERSION}
