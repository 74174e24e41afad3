"""The ledger and the record of purchases, kept in memory."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

from onering_cli.billing.booking import Books, book
from onering_cli.billing.ports import Checkout, CheckoutState, Identity, Outcome, Received
from onering_cli.billing.purchase import Standing, verifies
from onering_cli.billing.ring import Head, Row, after, following
from onering_cli.billing.spending import Bought, Perk, bought, payment
from onering_cli.billing.verifying import verify
from onering_cli.clock import to_iso

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import date, datetime

    from onering_cli.billing.ports import News, Request
    from onering_cli.billing.purchase import Purchase
    from onering_cli.billing.ring import Entry
    from onering_cli.billing.verifying import Witness
    from onering_cli.clock import Clock


class MemoryLedger:
    """Satisfies `Ledger`."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._rows: list[Row] = []
        self._head = Head()
        self._ends: dict[Perk, datetime] = {}

    def head(self) -> Head:
        return self._head

    def append(self, entries: Sequence[Entry]) -> list[Row]:
        added: list[Row] = []
        for entry in entries:
            if entry.key not in {row.key for row in self._rows}:
                row = following(self._head, entry, to_iso(self._clock.now()))
                self._head = after(self._head, row)
                self._rows.append(row)
                added.append(row)
        return added

    def buy(self, perk: Perk, price: int) -> Bought:
        purchase = bought(perk, self._clock.now(), self.latest_end(perk))
        self.append([payment(purchase, price, self._head)])
        self._ends[perk] = purchase.ends_at
        return purchase

    def latest_end(self, perk: Perk) -> datetime | None:
        return self._ends.get(perk)

    def page(self, *, limit: int, offset: int = 0) -> list[Row]:
        return self._rows[::-1][offset : offset + limit]

    def rows(self) -> Iterator[Row]:
        return iter(self._rows)

    def days(self) -> Iterable[date]:
        return ()

    def verify(self, witnesses: Iterable[Witness] = ()) -> Head:
        rows = [(r.seq, r.kind, r.amount, r.reason, r.key, r.balance, r.at, r.hash) for r in self._rows]
        verify(rows, self._head, witnesses)
        return self._head


class MemoryPurchases:
    """Satisfies `PurchaseBooks`."""

    def __init__(self, ledger: MemoryLedger, clock: Clock) -> None:
        self._ledger = ledger
        self._clock = clock
        self._identity = Identity("onering_me", None, "", int(clock.now().timestamp()))
        self._tickets = 0
        self._checkouts: list[dict[str, Any]] = []
        self._seen: dict[str, tuple[int, Purchase, Books]] = {}
        self._news: dict[str, Received] = {}

    def identity(self) -> Identity:
        return self._identity

    def change_mode(self, *, live: bool) -> None:
        customer = self._identity.customer if self._identity.live == live else ""
        self._identity = Identity(self._identity.reference, live, customer, self._identity.events_mark_s)

    def ask(self, request: Request, *, live: bool, now: datetime) -> Checkout:
        for one in self._checkouts:
            if one["request"].expires_s <= now.timestamp():
                one["state"] = CheckoutState.CLOSED
            same = (one["request"].plan, one["request"].price, one["live"]) == (request.plan, request.price, live)
            if same and one["state"] is not CheckoutState.CLOSED:
                return Checkout(**one)
        made: dict[str, Any] = {
            "key": f"key{len(self._checkouts)}",
            "live": live,
            "state": CheckoutState.ASKED,
            "request": request,
        }
        self._checkouts.append(made)
        return Checkout(**made)

    def opened(self, key: str, session: str, url: str) -> None:
        self._of_key(key).update(state=CheckoutState.OPEN, session=session, url=url)

    def close(self, key: str) -> None:
        self._of_key(key)["state"] = CheckoutState.CLOSED

    def _of_key(self, key: str) -> dict[str, Any]:
        return next(one for one in self._checkouts if one["key"] == key)

    def draw_ticket(self) -> int:
        self._tickets += 1
        return self._tickets

    def book(
        self, looks: Sequence[tuple[Purchase, int]], outcomes: Mapping[str, tuple[Outcome, str]] | None = None
    ) -> list[Row]:
        added: list[Row] = []
        for purchase, ticket in looks:
            drawn, _, books = self._seen.get(purchase.session, (0, purchase, Books()))
            if drawn > ticket:
                continue
            entries, books = book(books, purchase)
            added += self._ledger.append(entries)
            self._seen[purchase.session] = (ticket, purchase, books)
            for one in self._checkouts:
                if one.get("session") == purchase.session and purchase.standing not in {
                    Standing.OPEN,
                    Standing.PROCESSING,
                }:
                    one["state"] = CheckoutState.CLOSED
            if purchase.customer and self._identity.live == purchase.live:
                known = self._identity
                self._identity = Identity(known.reference, known.live, purchase.customer, known.events_mark_s)
        for event, (outcome, detail) in (outcomes or {}).items():
            self._news[event] = Received(self._news[event].news, outcome, detail)
        return added

    def purchases(self, *, limit: int = 20) -> list[Purchase]:
        found = [purchase for _, purchase, _ in self._seen.values() if purchase.live == bool(self._identity.live)]
        return sorted(found, key=lambda purchase: (-purchase.created_s, purchase.session))[:limit]

    def known_sessions(self) -> list[str]:
        under_way = [one["session"] for one in self._checkouts if one["state"] is CheckoutState.OPEN]
        return list(dict.fromkeys([*under_way, *(purchase.session for purchase in self.purchases())]))

    def find_session(self, *, payment: str, subscription: str) -> str:
        for _, purchase, _ in self._seen.values():
            of = purchase.subscription.id if purchase.subscription else ""
            if (payment and purchase.payment == payment) or (subscription and of == subscription):
                return purchase.session
        return ""

    def is_verified(self) -> bool:
        return any(verifies(purchase) for purchase in self.purchases(limit=1000))

    def receive(self, news: Sequence[News]) -> tuple[list[Received], int]:
        for one in news:
            self._news.setdefault(one.event, Received(one, Outcome.RECEIVED, ""))
        return [copy.copy(self._news[one.event]) for one in news], self.draw_ticket()

    def open_news(self, *, limit: int) -> list[News]:
        return [one.news for one in self._news.values() if one.outcome is Outcome.RECEIVED][:limit]

    def find_news(self, event: str) -> Received | None:
        return self._news.get(event)

    def advance_mark(self, mark_s: int) -> None:
        known = self._identity
        mark_s = max(mark_s, known.events_mark_s)
        self._identity = Identity(known.reference, known.live, known.customer, mark_s)
