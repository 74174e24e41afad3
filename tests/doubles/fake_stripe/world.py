"""What a Stripe account holds, and everything that can happen in it; each step leaves the events that Stripe sends.

Shapes as documented for API version 2026-10-28.endive (August 2026), reduced to the fields that a client of Checkout
reads: https://docs.stripe.com/api/checkout/sessions/object, /payment_intents/object, /charges/object, /refunds/object,
/disputes/object, /subscriptions/object, /invoices/object, /invoice-payment/object, /prices/object, /events/object.
Which events come when: https://docs.stripe.com/api/events/types and https://docs.stripe.com/payments/checkout/fulfill-orders.
"""

from __future__ import annotations

import copy
import hashlib
import hmac
import json
import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

TEST_KEY = "sk_test_fake4711fake4711"
LIVE_KEY = "sk_live_fake4711fake4711"
DAY_S = 86_400
MONTH_S = 30 * DAY_S

Thing = dict[str, Any]


def signature_header(body: bytes, secret: str, at_s: int) -> str:
    """``Stripe-Signature`` as https://docs.stripe.com/webhooks#verify-manually describes it (August 2026)."""
    digest = hmac.new(secret.encode(), f"{at_s}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={at_s},v1={digest}"


@dataclass
class World:
    """One account in test mode, or in live mode.

    Args:
        tell_time: Seconds since 1970.
        live: With real money.
        base: Where its payment pages are.
    """

    tell_time: Callable[[], float] = time.time
    live: bool = False
    base: str = "http://127.0.0.1"
    things: dict[str, Thing] = field(default_factory=dict)
    lock: threading.RLock = field(default_factory=threading.RLock)
    _numbers: int = 0

    def __post_init__(self) -> None:
        self.price("price_month", recurring=True, lookup_key="pro_monthly")
        self.price("price_once", recurring=False, lookup_key="pro_forever", amount=4900)
        self.price("price_yen", recurring=False, amount=500, currency="jpy")
        self.price("price_old", recurring=False, active=False)

    # ---- what is there ----------------------------------------------------------------------------------------

    def now_s(self) -> int:
        return int(self.tell_time())

    def of_kind(self, kind: str) -> list[Thing]:
        """All objects of a kind, the latest first, as lists have them."""
        return [thing for thing in reversed(list(self.things.values())) if thing["object"] == kind]

    def events(self) -> list[Thing]:
        """All events, the first first."""
        return self.of_kind("event")[::-1]

    def add(self, kind: str, prefix: str, **fields: Any) -> Thing:
        with self.lock:
            self._numbers += 1
            mode = "live" if self.live else "test"
            name = f"{prefix}_{mode}_{self._numbers:08d}" if prefix == "cs" else f"{prefix}_{self._numbers:08d}"
            thing = {"id": name, "object": kind, "livemode": self.live, "created": self.now_s(), **fields}
            self.things[name] = thing
            return thing

    def price(self, name: str, *, recurring: bool, lookup_key: str | None = None, **fields: Any) -> Thing:
        thing = {
            "id": name,
            "object": "price",
            "livemode": self.live,
            "created": self.now_s(),
            "active": fields.get("active", True),
            "type": "recurring" if recurring else "one_time",
            "lookup_key": lookup_key,
            "unit_amount": fields.get("amount", 900),
            "currency": fields.get("currency", "usd"),
            "recurring": {"interval": "month", "interval_count": 1} if recurring else None,
        }
        self.things[name] = thing
        return thing

    def emit(self, kind: str, thing: Thing) -> Thing:
        """Leave an event, with the object as it is now."""
        return self.add(
            "event",
            "evt",
            api_version="2026-10-28.endive",
            type=kind,
            data={"object": copy.deepcopy(thing)},
            pending_webhooks=1,
            request={"id": None, "idempotency_key": None},
        )

    # ---- what a customer does ---------------------------------------------------------------------------------

    def session(self, **fields: Any) -> Thing:
        """A page that is open."""
        made = self.add(
            "checkout.session",
            "cs",
            **{
                "mode": "payment",
                "status": "open",
                "payment_status": "unpaid",
                "payment_intent": None,
                "subscription": None,
                "invoice": None,
                "customer": None,
                "client_reference_id": None,
                "metadata": {},
                "amount_total": 4900,
                "currency": "usd",
                "expires_at": self.now_s() + DAY_S,
                **fields,
            },
        )
        made["url"] = f"{self.base}/c/pay/{made['id']}"
        return made

    def pay(self, session: str, *, later: bool = False) -> Thing:
        """The customer pays; `later`, by a method that takes days."""
        with self.lock:
            page = self.things[session]
            if page["status"] != "open":
                raise ValueError(f"the page is {page['status']}")
            page |= {"status": "complete", "url": None}
            if page["mode"] == "subscription":  # else a guest: `customer_creation` is `if_required` by default
                page["customer"] = self.add("customer", "cus")["id"]
            if page["amount_total"] == 0:
                page["payment_status"] = "no_payment_required"
            else:
                self._charge(page, later=later)
            if page["mode"] == "subscription":
                self._subscribe(page)
            self.emit("checkout.session.completed", page)
            return page

    def _charge(self, page: Thing, *, later: bool) -> None:
        payment = self.add(
            "payment_intent",
            "pi",
            amount=page["amount_total"],
            currency=page["currency"],
            status="processing" if later else "succeeded",
            latest_charge=None,
            customer=page["customer"],
            metadata=dict(page["metadata"]),
        )
        if page["mode"] == "payment":
            page["payment_intent"] = payment["id"]
        else:
            page["_payment"] = payment["id"]
        if not later:
            self._succeed(page, payment)

    def _succeed(self, page: Thing, payment: Thing) -> None:
        charge = self.add(
            "charge",
            "ch",
            amount=payment["amount"],
            amount_captured=payment["amount"],
            amount_refunded=0,
            refunded=False,
            disputed=False,
            currency=payment["currency"],
            payment_intent=payment["id"],
            metadata=dict(payment["metadata"]),
            status="succeeded",
        )
        payment |= {"status": "succeeded", "latest_charge": charge["id"]}
        page["payment_status"] = "paid"
        self.emit("payment_intent.succeeded", payment)
        self.emit("charge.succeeded", charge)

    def _subscribe(self, page: Thing) -> None:
        subscription = self.add(
            "subscription",
            "sub",
            status="active",
            customer=page["customer"],
            cancel_at=None,
            cancel_at_period_end=False,
            metadata=dict(page["metadata"]),
            items={"object": "list", "has_more": False, "data": [{"object": "subscription_item", "current_period_end": self.now_s() + MONTH_S}]},
        )  # fmt: skip
        parent = {"type": "subscription_details", "subscription_details": {"subscription": subscription["id"]}}
        invoice = self.add("invoice", "in", status="paid", parent=parent, customer=page["customer"])
        if page.get("_payment"):
            paid = {"type": "payment_intent", "payment_intent": page["_payment"]}
            self.add("invoice_payment", "inpay", invoice=invoice["id"], status="paid", payment=paid)
        page |= {"subscription": subscription["id"], "invoice": invoice["id"]}
        self.emit("customer.subscription.created", subscription)

    def settle(self, session: str, *, succeeds: bool) -> None:
        """A payment that took days has come, or not."""
        with self.lock:
            page = self.things[session]
            payment = self.things[page["payment_intent"] or page["_payment"]]
            if succeeds:
                self._succeed(page, payment)
                self.emit("checkout.session.async_payment_succeeded", page)
            else:
                payment["status"] = "requires_payment_method"
                self.emit("checkout.session.async_payment_failed", page)

    def expire(self, session: str) -> None:
        """Nobody paid."""
        with self.lock:
            page = self.things[session]
            page |= {"status": "expired", "url": None}
            self.emit("checkout.session.expired", page)

    # ---- what goes back ---------------------------------------------------------------------------------------

    def charge_of(self, session: str) -> Thing:
        page = self.things[session]
        payment = self.things[page["payment_intent"] or page["_payment"]]
        return self.things[payment["latest_charge"]]

    def refund(self, session: str, amount: int | None = None, *, status: str = "succeeded") -> Thing:
        """All of what is left, or part of it."""
        with self.lock:
            charge = self.charge_of(session)
            left = charge["amount"] - charge["amount_refunded"]
            refund = self.add(
                "refund",
                "re",
                amount=left if amount is None else amount,
                charge=charge["id"],
                currency=charge["currency"],
                payment_intent=charge["payment_intent"],
                status=status,
            )
            charge["amount_refunded"] += refund["amount"]
            charge["refunded"] = charge["amount_refunded"] == charge["amount"]
            self.emit("refund.created", refund)
            self.emit("charge.refunded", charge)
            return refund

    def fail_refund(self, refund: str) -> None:
        """The customer's bank sent it back."""
        with self.lock:
            thing = self.things[refund]
            thing["status"] = "failed"
            charge = self.things[thing["charge"]]
            charge["amount_refunded"] -= thing["amount"]
            charge["refunded"] = False
            self.emit("refund.failed", thing)

    def dispute(self, session: str, amount: int | None = None, *, status: str = "needs_response") -> Thing:
        """The customer asks their bank for the money."""
        with self.lock:
            charge = self.charge_of(session)
            dispute = self.add(
                "dispute",
                "du",
                amount=charge["amount"] if amount is None else amount,
                charge=charge["id"],
                currency=charge["currency"],
                payment_intent=charge["payment_intent"],
                status=status,
            )
            charge["disputed"] = True
            self.emit("charge.dispute.created", dispute)
            return dispute

    def judge(self, dispute: str, status: str) -> None:
        """The bank has decided, or an inquiry has moved on."""
        with self.lock:
            thing = self.things[dispute]
            thing["status"] = status
            closed = status in ("won", "lost", "warning_closed")
            self.emit("charge.dispute.closed" if closed else "charge.dispute.updated", thing)

    # ---- what becomes of a subscription -----------------------------------------------------------------------

    def subscription_of(self, session: str) -> Thing:
        return self.things[self.things[session]["subscription"]]

    def change(self, session: str, **fields: Any) -> None:
        """A subscription changes: ``status="past_due"``, ``cancel_at_period_end=True``."""
        with self.lock:
            subscription = self.subscription_of(session)
            subscription |= fields
            over = subscription["status"] == "canceled"
            self.emit("customer.subscription.deleted" if over else "customer.subscription.updated", subscription)

    def renew(self, session: str) -> None:
        """Another month is paid."""
        with self.lock:
            subscription = self.subscription_of(session)
            subscription["items"]["data"][0]["current_period_end"] += MONTH_S
            self.emit("customer.subscription.updated", subscription)


def body_of(event: Thing) -> bytes:
    """An event as Stripe sends it: indented JSON."""
    return json.dumps(event, indent=2).encode()
