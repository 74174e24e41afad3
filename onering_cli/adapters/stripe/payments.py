"""Stripe as the payment service: one account, by its secret key."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from onering_cli.adapters.stripe.shapes import (
    API_VERSION,
    EVENT_TYPES,
    PLAN,
    USER,
    id_of,
    news_of,
    purchase_of,
)
from onering_cli.billing.ports import News, Price
from onering_cli.billing.purchase import Mode, Purchase
from onering_cli.errors import LogInError, OneRingError, RefusedError, TryLaterError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from onering_cli.billing.ports import Request
    from onering_cli.clock import Clock

_PAGE = 100
_MOST_PAGES = 1000
_NOT_FOUND, _CONFLICT = 404, 409
_EXPANDED = ["payment_intent.latest_charge.refunds", "subscription"]


def is_live(key: str) -> bool:
    """Whether a secret key moves real money.

    Raises:
        UsageError: It is no secret key.
    """
    kind, _, rest = key.partition("_")
    mode, _, random = rest.partition("_")
    if kind == "pk":
        raise UsageError(
            "this is Stripe's publishable key, which can open no payment page",
            hint="onering auth login stripe, with the secret key: it starts with sk_test_ or sk_live_",
        )
    if kind not in {"sk", "rk"} or mode not in {"test", "live"} or not random:
        raise UsageError(
            "this is no secret key of Stripe", hint="it starts with sk_test_, sk_live_, rk_test_ or rk_live_"
        )
    return mode == "live"


class StripePayments:
    """Satisfies `Payments`; used from several threads at once.

    Args:
        key: The account's secret or restricted key.
        clock: Waits between tries.
        api_base: Another endpoint that speaks Stripe's API, or "".
        connect_timeout_s: Until a connection stands.
        read_timeout_s: Until an answer is there.

    Raises:
        UsageError: It is no secret key.
    """

    def __init__(
        self,
        key: str,
        clock: Clock,
        *,
        api_base: str = "",
        connect_timeout_s: float = 10.0,
        read_timeout_s: float = 30.0,
    ) -> None:
        self.live = is_live(key)
        import stripe

        from onering_cli.adapters.stripe.http import BoundedHttp

        stripe.enable_telemetry = False
        self._http = BoundedHttp(clock, connect_timeout_s=connect_timeout_s, read_timeout_s=read_timeout_s)
        self._client = stripe.StripeClient(
            key,
            http_client=self._http,
            stripe_version=API_VERSION,
            max_network_retries=0,  # `BoundedHttp` tries again
            base_addresses={"api": api_base} if api_base else None,
        )

    def close(self) -> None:
        """Let go of the connections."""
        self._http.close()

    def find_price(self, named: str) -> Price:
        """The price with an id or a lookup key."""
        if named.startswith("price_"):
            found = self._get(f"/v1/prices/{_safe(named)}", missing_ok=True)
            price = found if found is not None and found.get("active") else None
        else:
            listed = self._call("get", "/v1/prices", lookup_keys=[named], active=True, limit=1)
            price = next(iter(listed["data"]), None)
        if price is None:
            raise UsageError(
                f"this Stripe account sells nothing under the price {named!r}",
                hint="onering config set stripe.price with the id (price_...) or the lookup key of an active price",
            )
        return Price(price["id"], Mode.SUBSCRIPTION if price["type"] == "recurring" else Mode.ONCE)

    def open_checkout(self, request: Request, key: str) -> tuple[str, str]:
        """A session's id and address."""
        metadata = {USER: request.reference, PLAN: request.plan}
        of_mode = "subscription_data" if request.mode is Mode.SUBSCRIPTION else "payment_intent_data"
        made = self._call(
            "post",
            "/v1/checkout/sessions",
            mode=request.mode.value,
            line_items=[{"price": request.price, "quantity": 1}],
            client_reference_id=request.reference,
            metadata=metadata,
            expires_at=request.expires_s,
            success_url=request.success_url,
            idempotency_key=key,
            **{of_mode: {"metadata": metadata}},
        )
        return made["id"], made.get("url") or ""

    def purchase(self, session: str) -> Purchase | None:
        """How a session stands now, with all that came of it."""
        found = self._get(f"/v1/checkout/sessions/{_safe(session)}", missing_ok=True, expand=_EXPANDED)
        if found is None:
            return None
        payment = found.get("payment_intent") or self._payment_of_invoice(id_of(found.get("invoice")))
        charge = (payment or {}).get("latest_charge") or {}
        with _understood():
            refunds = charge.get("refunds") or {"data": [], "has_more": False}
            of_payment = {"payment_intent": payment["id"]} if payment else {}
            all_refunds = self._list("/v1/refunds", **of_payment) if refunds["has_more"] else refunds["data"]
            disputes = self._list("/v1/disputes", **of_payment) if charge.get("disputed") else ()
            return purchase_of(found, payment, all_refunds, disputes)

    def _payment_of_invoice(self, invoice: str) -> dict[str, Any] | None:
        """What paid a subscription's first invoice: its session names no payment."""
        if not invoice:
            return None
        for paid in self._list("/v1/invoice_payments", invoice=invoice, status="paid"):
            with _understood():
                name = id_of(paid["payment"].get("payment_intent"))
            if name:
                return self._get(f"/v1/payment_intents/{_safe(name)}", expand=["latest_charge.refunds"])
        return None

    def sessions_of(self, news: News) -> list[str]:
        """The sessions that a payment or a subscription came from."""
        if news.subscription:
            return self._sessions(subscription=news.subscription)
        if not news.payment:
            return []
        if found := self._sessions(payment_intent=news.payment):
            return found
        # A subscription's session names no payment; its invoice does.
        paid = self._list("/v1/invoice_payments", payment={"type": "payment_intent", "payment_intent": news.payment})
        with _understood():
            invoices = [id_of(one.get("invoice")) for one in paid]
            parents = [(self._get(f"/v1/invoices/{_safe(invoice)}") or {}).get("parent") or {} for invoice in invoices]
            details = [parent.get("subscription_details") or {} for parent in parents]
            subscriptions = dict.fromkeys(id_of(one.get("subscription")) for one in details)
        return [session for name in subscriptions if name for session in self._sessions(subscription=name)]

    def news_since(self, since_s: int) -> Iterator[News]:
        """What happened since, the latest first."""
        for event in self._list("/v1/events", created={"gte": since_s}, types=list(EVENT_TYPES)):
            with _understood():
                news = news_of(event)
            if news is not None:
                yield news

    def sessions_since(self, since_s: int, reference: str) -> Iterator[str]:
        """Sessions made since for a user, the latest first."""
        for session in self._list("/v1/checkout/sessions", created={"gte": since_s}):
            if session.get("client_reference_id") == reference:
                yield id_of(session)

    def open_portal(self, customer: str, return_url: str) -> str:
        """The address of the customer's portal."""
        made = self._call("post", "/v1/billing_portal/sessions", customer=customer, return_url=return_url)
        with _understood():
            return str(made["url"])

    def _sessions(self, **of: str) -> list[str]:
        return [id_of(session) for session in self._list("/v1/checkout/sessions", **of)]

    def _list(self, path: str, **parameters: Any) -> Iterator[dict[str, Any]]:
        """All objects of a list, page by page."""
        for _ in range(_MOST_PAGES):
            page = self._call("get", path, limit=_PAGE, **parameters)
            with _understood():
                yield from page["data"]
                if not page["has_more"] or not page["data"]:
                    return
                parameters["starting_after"] = page["data"][-1]["id"]
        raise TryLaterError(f"Stripe lists more than {_MOST_PAGES * _PAGE} objects at {path}", hint="sync more often")

    def _get(self, path: str, *, missing_ok: bool = False, **parameters: Any) -> dict[str, Any] | None:
        try:
            return self._call("get", path, **parameters)
        except _MissingError:
            if missing_ok:
                return None
            raise

    def _call(self, method: str, path: str, **parameters: Any) -> dict[str, Any]:
        with _translated():
            told = self._client.raw_request(method, path, **parameters).data
        if not isinstance(told, dict):
            raise _strange()
        return told


class _MissingError(RefusedError):
    """The account has no such object."""


def _safe(name: str) -> str:
    """An id as part of a path."""
    from urllib.parse import quote

    return quote(name, safe="")


def _strange() -> TryLaterError:
    return TryLaterError("Stripe's answer has an unknown shape", hint="try again; if it stays so, upgrade OneRing")


@contextmanager
def _understood() -> Iterator[None]:
    """Turn what a shape does not hold into an error of ours."""
    try:
        yield
    except (KeyError, TypeError, ValueError, AttributeError, IndexError) as exc:
        raise _strange() from exc


@contextmanager
def _translated() -> Iterator[None]:
    """Turn stripe-python's exceptions into ours; their texts never hold the key."""
    import stripe

    try:
        yield
    except stripe.StripeError as exc:
        raise _meaning(exc) from exc


def _meaning(exc: Any) -> OneRingError:
    """What an exception of stripe-python's means, by its class, else by the answer's status."""
    import stripe

    told = (exc.user_message or "").strip().rstrip(".")
    details = {"request": exc.request_id} if exc.request_id else {}
    refused = RefusedError(f"Stripe refuses: {told}", hint="look at the settings stripe.*", details=details)
    meanings: tuple[tuple[bool, OneRingError], ...] = (
        (
            isinstance(exc, stripe.AuthenticationError),
            LogInError(f"Stripe refuses the key: {told}", hint="onering auth login stripe", details=details),
        ),
        (
            isinstance(exc, stripe.PermissionError),
            RefusedError(f"Stripe does not let this key do that: {told}", hint="give it more rights", details=details),
        ),
        (
            isinstance(exc, stripe.RateLimitError),
            TryLaterError("Stripe asks for fewer calls", hint="try again in a moment", details=details),
        ),
        (
            isinstance(exc, stripe.APIConnectionError),
            TryLaterError("Stripe cannot be reached", hint="check the network, then try again"),
        ),
        (
            exc.http_status == _CONFLICT,
            TryLaterError("another process asks Stripe for the same", hint="try again in a moment", details=details),
        ),
        (exc.http_status == _NOT_FOUND, _MissingError(f"Stripe does not know it: {told}", details=details)),
        (isinstance(exc, (stripe.InvalidRequestError, stripe.IdempotencyError, stripe.CardError)), refused),
    )
    busy = TryLaterError("Stripe has a problem of its own", hint="try again in a few minutes", details=details)
    return next((error for holds, error in meanings if holds), busy)
