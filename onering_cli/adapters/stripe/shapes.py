"""From Stripe's JSON to billing's records.

Shapes: https://docs.stripe.com/api/checkout/sessions/object, .../api/charges/object, .../api/refunds/object,
.../api/disputes/object, .../api/subscriptions/object and .../api/events/object, in `API_VERSION`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from onering_cli.billing.ports import News
from onering_cli.billing.purchase import Mode, Purchase, Standing, Subscription, Withdrawal

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

API_VERSION = "2026-10-28.endive"
"""What is asked for, whatever a newer stripe-python would ask for by itself: stripe-python 16.1's own version."""

USER = "onering_user"
PLAN = "onering_plan"

EVENT_TYPES = (
    "checkout.session.completed",
    "checkout.session.async_payment_succeeded",
    "checkout.session.async_payment_failed",
    "checkout.session.expired",
    "customer.subscription.created",
    "customer.subscription.updated",
    "customer.subscription.deleted",
    "customer.subscription.paused",
    "customer.subscription.resumed",
    "charge.refunded",
    "refund.created",
    "refund.updated",
    "refund.failed",
    "charge.dispute.created",
    "charge.dispute.updated",
    "charge.dispute.closed",
    "charge.dispute.funds_withdrawn",
    "charge.dispute.funds_reinstated",
)
"""What can change a purchase (at most 20: https://docs.stripe.com/api/events/list). The rest is not listened to."""

# An inquiry (warning_*) has withdrawn nothing, and a prevented dispute never will.
_AWAY = frozenset({"needs_response", "under_review", "lost"})
_RUNNING = frozenset({"active", "trialing", "past_due"})
_UNPAID_FOR_GOOD = frozenset({"requires_payment_method", "canceled"})


def purchase_of(
    session: Mapping[str, Any],
    payment: Mapping[str, Any] | None,
    refunds: Iterable[Mapping[str, Any]],
    disputes: Iterable[Mapping[str, Any]],
) -> Purchase:
    """A session with all that came of it.

    Args:
        session: With its subscription expanded.
        payment: The payment intent, with its latest charge expanded; None when there is none.
        refunds: All of the charge's.
        disputes: All of the charge's.
    """
    metadata = session.get("metadata") or {}
    charge = (payment or {}).get("latest_charge") or {}
    named = (session.get("client_reference_id"), metadata.get(USER))
    subscription = session.get("subscription")
    return Purchase(
        session=session["id"],
        references=tuple(dict.fromkeys(str(name or "") for name in named)),
        plan=str(metadata.get(PLAN, "")),
        live=bool(session["livemode"]),
        standing=_standing(session, payment, charge),
        mode=Mode(session["mode"]) if session["mode"] in set(Mode) else Mode.ONCE,
        payment=payment["id"] if payment else "",
        customer=id_of(session.get("customer")),
        amount_minor=int(charge.get("amount_captured") or charge.get("amount") or session.get("amount_total") or 0),
        currency=str(charge.get("currency") or session.get("currency") or ""),
        created_s=int(session["created"]),
        expires_s=int(session["expires_at"]),
        url=session.get("url") or "",
        withdrawals=(*(_refund(one) for one in refunds), *(_dispute(one) for one in disputes)),
        subscription=_subscription(subscription) if isinstance(subscription, dict) else None,
    )


def news_of(event: Mapping[str, Any]) -> News | None:
    """What an event is about; None when it is of a type that changes no purchase.

    Raises:
        ValueError: It is no event.
    """
    data = event.get("data")
    thing = data.get("object") if isinstance(data, dict) else None
    name, kind, created = event.get("id"), event.get("type"), event.get("created")
    if not (
        event.get("object") == "event"
        and isinstance(thing, dict)
        and isinstance(name, str)
        and isinstance(kind, str)
        and isinstance(created, int)
        and 0 < len(name) <= _LONGEST_ID
    ):
        raise ValueError("not an event")
    if kind not in EVENT_TYPES:
        return None
    is_session, is_subscription = kind.startswith("checkout."), kind.startswith("customer.")
    return News(
        event=name,
        type=kind,
        live=event.get("livemode") is True,
        account=id_of(event.get("account")),
        created_s=created,
        session=id_of(thing.get("id")) if is_session else "",
        payment="" if is_session or is_subscription else id_of(thing.get("payment_intent")),
        subscription=id_of(thing.get("id")) if is_subscription else "",
        reference=id_of(thing.get("client_reference_id")) if is_session else _named_in(thing.get("metadata")),
    )


def _named_in(metadata: object) -> str | None:
    """The user whom the metadata name, if they do: a charge's and a subscription's come from us, a refund's do not."""
    return id_of(metadata.get(USER)) or None if isinstance(metadata, dict) else None


_LONGEST_ID = 255  # https://docs.stripe.com/upgrades, "What changes does Stripe consider to be backwards-compatible"


def id_of(value: object) -> str:
    """The id of what may be expanded or not; "" when there is none."""
    if isinstance(value, dict):
        value = value.get("id")
    return value if isinstance(value, str) and len(value) <= _LONGEST_ID else ""


def _standing(session: Mapping[str, Any], payment: Mapping[str, Any] | None, charge: Mapping[str, Any]) -> Standing:
    if session["status"] != "complete":
        return Standing.OPEN if session["status"] == "open" else Standing.EXPIRED
    if session["payment_status"] == "paid":
        return Standing.PAID if charge or session.get("amount_total") else Standing.FREE
    if session["payment_status"] == "no_payment_required":
        return Standing.FREE
    is_failed = payment is not None and payment["status"] in _UNPAID_FOR_GOOD
    return Standing.FAILED if is_failed else Standing.PROCESSING


def _refund(refund: Mapping[str, Any]) -> Withdrawal:
    """Only money that has gone back counts: a refund may be pending for days, and may fail."""
    counts = refund["status"] == "succeeded"
    return Withdrawal(f"refund:{refund['id']}", int(refund["amount"]), int(refund["created"]), counts, counts)


def _dispute(dispute: Mapping[str, Any]) -> Withdrawal:
    counts = dispute["status"] in _AWAY
    did_count = counts or dispute["status"] == "won"
    return Withdrawal(f"dispute:{dispute['id']}", int(dispute["amount"]), int(dispute["created"]), counts, did_count)


def _subscription(subscription: Mapping[str, Any]) -> Subscription:
    items = (subscription.get("items") or {}).get("data") or [{}]
    period_ends_s = items[0].get("current_period_end") or subscription.get("current_period_end") or 0
    cancel_at = subscription.get("cancel_at")
    return Subscription(
        id=subscription["id"],
        status=str(subscription["status"]),
        is_active=subscription["status"] in _RUNNING,
        period_ends_s=int(cancel_at or period_ends_s),
        ends_then=bool(subscription.get("cancel_at_period_end") or cancel_at),
    )
