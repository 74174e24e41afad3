"""Begins an upgrade: finds the payment page that is open already, or has one made, exactly once."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from onering_cli.billing.fulfilment import fulfil
from onering_cli.billing.ports import Checkout, Request
from onering_cli.billing.purchase import Purchase, Standing, grants_plan
from onering_cli.errors import RefusedError, TryLaterError
from onering_cli.record import record

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from onering_cli.billing.ports import Payments, PurchaseBooks
    from onering_cli.clock import Clock

PAGE_LASTS = timedelta(hours=20)
"""Less than the 24 hours for which the service keeps idempotency keys and sessions
(https://docs.stripe.com/api/idempotent_requests, https://docs.stripe.com/api/checkout/sessions/create, August 2026)."""

_TRIES = 3
_EAGER_LOOKS = 100


class Plan(StrEnum):
    """What can be bought."""

    PRO = "pro"


@record
class Wish:
    """An upgrade that the user asks for.

    Args:
        plan: What.
        price: The price's id or lookup key at the service.
        success_url: Where the browser goes afterwards.
    """

    plan: Plan
    price: str
    success_url: str


def plan_in_force(purchases: Iterable[Purchase]) -> Purchase | None:
    """The purchase that grants a plan now, the latest if there are several; purchases come latest first."""
    return next((purchase for purchase in purchases if grants_plan(purchase)), None)


def begin(wish: Wish, payments: Payments, books: PurchaseBooks, clock: Clock) -> Purchase:
    """The session to pay at, which may turn out to be paid already.

    Raises:
        UsageError: There is no such price.
        RefusedError: The service does not make such a session.
        TryLaterError: It cannot be asked now; the next call finds the same session, if it was made.
    """
    price = payments.find_price(wish.price)
    for _ in range(_TRIES):
        now = clock.now()
        request = Request(
            price=price.id,
            mode=price.mode,
            plan=wish.plan,
            reference=books.identity().reference,
            success_url=wish.success_url,
            expires_s=int((now + PAGE_LASTS).timestamp()),
        )
        checkout = books.ask(request, live=payments.live, now=now)
        session = checkout.session or _open(checkout, payments, books, is_new=checkout.request == request)
        if not session:
            continue  # what the old key stood for is gone; a new one is made
        purchase, _ = fulfil(session, payments, books)
        if purchase.standing in {Standing.OPEN, Standing.PROCESSING}:
            return purchase
        books.close(checkout.key)
        if grants_plan(purchase):
            return purchase
    raise TryLaterError("the payment service opened no page that stays open", hint="try again in a moment")


def _open(checkout: Checkout, payments: Payments, books: PurchaseBooks, *, is_new: bool) -> str:
    """Have the session made, or found by the key that a process which died has kept; "" when that key is spent."""
    try:
        session, url = payments.open_checkout(checkout.request, checkout.key)
    except RefusedError:
        books.close(checkout.key)
        if is_new:
            raise
        return ""
    books.opened(checkout.key, session, url)
    return session


def wait(
    purchase: Purchase,
    payments: Payments,
    books: PurchaseBooks,
    clock: Clock,
    on_look: Callable[[Purchase, float], None],
    *,
    every_s: float,
) -> Purchase:
    """Look at an open session until it is paid, has failed or has expired.

    Args:
        purchase: As it was last seen.
        payments: The service; a look that fails for the moment is repeated.
        books: Where it is booked.
        clock: What is waited on.
        on_look: Told what was seen, and the seconds that the page stays open.
        every_s: Between looks at first; after a while they come more rarely.
    """
    looks = 0
    while purchase.standing in {Standing.OPEN, Standing.PROCESSING}:
        left_s = purchase.expires_s - clock.now().timestamp()
        if purchase.standing is Standing.PROCESSING or left_s < -every_s * 10:
            break  # that takes days, or the service has not said so yet: the next sync will tell
        on_look(purchase, max(left_s, 0.0))
        clock.sleep(every_s if looks < _EAGER_LOOKS else every_s * 5)
        looks += 1
        try:
            purchase, _ = fulfil(purchase.session, payments, books)
        except TryLaterError:
            continue
    return purchase
