"""What the payment service says of one purchase, at one moment."""

from __future__ import annotations

from enum import StrEnum

from onering_cli.record import record


class Standing(StrEnum):
    """Where a purchase stands."""

    OPEN = "open"
    """The page waits for a payment."""
    EXPIRED = "expired"
    PROCESSING = "processing"
    """Promised, by a method that takes days."""
    FAILED = "failed"
    FREE = "free"
    """Complete, and nothing was to pay: a trial, a full discount."""
    PAID = "paid"


class Mode(StrEnum):
    """How a price is paid."""

    ONCE = "payment"
    SUBSCRIPTION = "subscription"


@record
class Withdrawal:
    """Money that went back: a refund or a dispute.

    Args:
        key: ``refund:ID`` or ``dispute:ID``.
        amount_minor: In the currency's smallest unit.
        created_s: Seconds since 1970.
        counts: The money is away now: the refund succeeded, the dispute is open or lost.
        did_count: It was away at some time, even if it is back: a dispute that was won.
    """

    key: str
    amount_minor: int
    created_s: int
    counts: bool
    did_count: bool


@record
class Subscription:
    """What a purchase goes on with.

    Args:
        id: The service's.
        status: In the service's words.
        is_active: The plan is in force.
        period_ends_s: Seconds since 1970, or 0 when that is not known.
        ends_then: It was cancelled, and stays in force until then.
    """

    id: str
    status: str
    is_active: bool
    period_ends_s: int
    ends_then: bool


@record
class Purchase:
    """One checkout session with all that came of it.

    Args:
        session: Its id.
        references: Whom it says that it is for; empty when nobody has put one there.
        plan: What is bought, as this program named it.
        live: With real money.
        standing: Where it stands.
        mode: How it is paid.
        payment: The payment's id, or "".
        customer: The customer's id, or "".
        amount_minor: What was charged, in the currency's smallest unit.
        currency: Three letters, lower case.
        created_s: When the session was made, seconds since 1970.
        expires_s: When its page closes.
        url: The page, while it is open.
        withdrawals: Refunds and disputes.
        subscription: What it goes on with, or None.
    """

    session: str
    references: tuple[str, ...]
    plan: str
    live: bool
    standing: Standing
    mode: Mode
    payment: str = ""
    customer: str = ""
    amount_minor: int = 0
    currency: str = ""
    created_s: int = 0
    expires_s: int = 0
    url: str = ""
    withdrawals: tuple[Withdrawal, ...] = ()
    subscription: Subscription | None = None


def withdrawn_minor(purchase: Purchase) -> int:
    """What is away now, at most what was charged."""
    return min(purchase.amount_minor, sum(part.amount_minor for part in purchase.withdrawals if part.counts))


def verifies(purchase: Purchase) -> bool:
    """Whether it marks its user verified: something was paid, and not all of it went back.

    A cancelled subscription ends the plan, not this: the payment was made and kept.
    """
    return purchase.standing is Standing.PAID and withdrawn_minor(purchase) < purchase.amount_minor


def grants_plan(purchase: Purchase) -> bool:
    """Whether the plan is in force because of it."""
    if purchase.mode is Mode.ONCE:
        return verifies(purchase) or purchase.standing is Standing.FREE
    if purchase.standing not in {Standing.PAID, Standing.FREE} or purchase.subscription is None:
        return False
    all_went_back = purchase.standing is Standing.PAID and not verifies(purchase)
    return purchase.subscription.is_active and not all_went_back


def belongs_to(purchase: Purchase, reference: str) -> bool:
    """Whether it was made for the user with this reference: everything in it that names one names them."""
    return set(purchase.references) == {reference}
