"""A webhook listener on loopback, in a thread of the test's own process, before a fake Stripe."""

from __future__ import annotations

import http.client
import logging
import socket
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from doubles.fake_stripe import TEST_KEY, FakeStripe, signature_header
from doubles.fake_stripe.world import body_of

from onering_cli.adapters.hearing import Hearing
from onering_cli.adapters.sqlite.ledger import SqliteLedger
from onering_cli.adapters.sqlite.migrations import open_store
from onering_cli.adapters.sqlite.purchases import SqlitePurchases
from onering_cli.adapters.stripe.payments import StripePayments
from onering_cli.adapters.webhook_server import application, claim_port, server_of
from onering_cli.billing.checkout import Plan, Wish, begin
from onering_cli.clock import SystemClock

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from doubles.fake_stripe.world import Thing

SECRET, OLD_SECRET = "whsec_new4711", "whsec_old4711"


@dataclass
class Listening:
    """The listener, what stands behind it, and ways to reach it."""

    stripe: FakeStripe
    port: int
    store_file: Path
    entries: list[logging.LogRecord] = field(default_factory=list)
    heard: list[tuple[str, str, bool]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.clock = SystemClock()
        self.payments = StripePayments(TEST_KEY, self.clock, api_base=self.stripe.base)
        self.store = open_store(self.store_file)  # the test's own connection
        self.books = SqlitePurchases(self.store, self.clock)
        self.ledger = SqliteLedger(self.store, self.clock)

    def page(self, price: str = "price_once") -> str:
        """An open page of this user's."""
        return begin(Wish(Plan.PRO, price, "http://127.0.0.1/paid"), self.payments, self.books, self.clock).session

    def own_session(self, **fields: Any) -> str:
        """Another page of this user's, straight in the world."""
        reference = self.books.identity().reference
        metadata = {"onering_user": reference, "onering_plan": "pro"}
        made = self.stripe.world.session(client_reference_id=reference, metadata=metadata, **fields)
        return str(made["id"])

    def event(self, kind: str) -> Thing:
        """The latest event of a type."""
        return [event for event in self.stripe.world.events() if event["type"] == kind][-1]

    def post(
        self,
        body: bytes,
        *,
        secret: str = SECRET,
        off_s: float = 0,
        header: str | None = None,
        path: str = "/webhook",
    ) -> int:
        """Send a body, signed; the status."""
        signed = signature_header(body, secret, int(time.time() + off_s)) if header is None else header
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request(
                "POST", path, body, {"stripe-signature": signed.encode(), "content-type": "application/json"}
            )
            return connection.getresponse().status
        finally:
            connection.close()

    def deliver(self, event: Thing, **options: Any) -> int:
        """Send an event as Stripe does."""
        return self.post(body_of(event), **options)

    def get(self, path: str) -> tuple[int, str]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        finally:
            connection.close()

    def raw(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), timeout=30)

    def rows(self) -> list[tuple[str, int]]:
        return [(row.key, row.amount) for row in self.ledger.rows()]


class _Keeping(logging.Handler):
    def __init__(self, entries: list[logging.LogRecord]) -> None:
        super().__init__()
        self._entries = entries

    def emit(self, record: logging.LogRecord) -> None:
        self._entries.append(record)


@contextmanager
def listening(folder: Path, stripe: FakeStripe, *, body_s: float = 10.0) -> Iterator[Listening]:
    """Start it, and stop it after what it was given."""
    clock = SystemClock()
    listener = claim_port("127.0.0.1", 0)
    made = Listening(stripe, listener.getsockname()[1], folder / "onering.db")
    log = logging.Logger("listening")  # noqa: LOG001 -- of its own, so that tests do not share it
    log.addHandler(_Keeping(made.entries))
    store = open_store(made.store_file)
    payments = StripePayments(TEST_KEY, clock, api_base=stripe.base)
    try:
        with Hearing(payments, SqlitePurchases(store, clock)) as hearing:
            app = application(
                hearing,
                [SECRET, OLD_SECRET],
                clock=clock,
                log=log,
                on_heard=lambda news, told: made.heard.append((news.event, told.outcome.value, told.new)),
                body_s=body_s,
            )
            server = server_of(app)
            thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
            thread.start()
            yield made
            server.should_exit = True
            thread.join()
    finally:
        listener.close()
        payments.close()
        made.payments.close()
        made.store.close()
        store.close()
