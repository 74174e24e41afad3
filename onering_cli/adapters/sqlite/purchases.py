"""Checkouts, purchases and news in the store."""

from __future__ import annotations

import json
import secrets
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from onering_cli.adapters.sqlite.ledger import append
from onering_cli.billing.booking import Booked, Books, book
from onering_cli.billing.ports import Checkout, CheckoutState, Identity, News, Outcome, Received, Request
from onering_cli.billing.purchase import Mode, Purchase, Standing, Subscription, Withdrawal, verifies
from onering_cli.clock import Clock, to_iso

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping, Sequence

    from onering_cli.adapters.sqlite.connection import Store
    from onering_cli.billing.ring import Row

KEY_LASTS = timedelta(hours=19)
"""A session that was asked for longer ago is not asked for again: its key and its page are about to end."""

NEWS_ARE_KEPT = timedelta(days=90)
"""Three times as long as the service can send them again."""

# A few of the oldest with each that comes, so that nobody ever waits for a great clearing.
_FORGET = """
    DELETE FROM webhook_events
    WHERE seq < (SELECT min(seq) + 100 FROM webhook_events) AND received_at < ? AND outcome <> 'received'
"""

_SEE = """
    INSERT INTO purchases (session, ticket, payment, subscription, verifies, live, created_s, seen)
    VALUES (:session, :ticket, :payment, :subscription, :verifies, :live, :created_s, :seen)
    ON CONFLICT DO UPDATE SET ticket = excluded.ticket, payment = excluded.payment,
        subscription = excluded.subscription, verifies = excluded.verifies, live = excluded.live,
        created_s = excluded.created_s, seen = excluded.seen
"""

_OF_THE_MODE = "live = (SELECT coalesce(live, 0) FROM billing_identity)"


class SqlitePurchases:
    """Satisfies `PurchaseBooks`.

    Args:
        store: Opened by this process.
        clock: When rows are written.
    """

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def identity(self) -> Identity:
        """Who the user is; made at the first call."""
        with self._store.read() as connection:
            row = connection.execute("SELECT * FROM billing_identity").fetchone()
        if row is None:
            with self._store.write() as connection:
                connection.execute(
                    "INSERT OR IGNORE INTO billing_identity (id, reference, live, customer, events_mark_s, tickets) "
                    "VALUES (1, ?, NULL, '', ?, 0)",
                    (f"onering_{secrets.token_hex(12)}", int(self._clock.now().timestamp())),
                )
                row = connection.execute("SELECT * FROM billing_identity").fetchone()
        live = None if row["live"] is None else bool(row["live"])
        return Identity(row["reference"], live, row["customer"], row["events_mark_s"])

    def change_mode(self, *, live: bool) -> None:
        """Which purchases count from now on."""
        self.identity()
        with self._store.write() as connection:
            connection.execute(
                "UPDATE billing_identity SET customer = iif(live IS ?1, customer, ''), live = ?1", (int(live),)
            )

    def ask(self, request: Request, *, live: bool, now: datetime) -> Checkout:
        """The checkout that is under way, or a new one."""
        at = to_iso(now)
        with self._store.write() as connection:
            connection.execute(
                "UPDATE checkouts SET state = 'closed' WHERE state <> 'closed' AND "
                "(expires_at <= ?1 OR created_at > ?2 OR (state = 'asked' AND created_at <= ?3))",
                (at, to_iso(now + timedelta(minutes=5)), to_iso(now - KEY_LASTS)),
            )
            row = connection.execute(
                "SELECT * FROM checkouts WHERE state <> 'closed' AND plan = ? AND price = ? AND live = ?",
                (request.plan, request.price, int(live)),
            ).fetchone()
            if row is not None:
                return _checkout(row)
            key = f"onering_{secrets.token_hex(16)}"
            expires = datetime.fromtimestamp(request.expires_s, now.tzinfo)
            connection.execute(
                "INSERT INTO checkouts (key, plan, price, live, state, url, request, created_at, expires_at) "
                "VALUES (?, ?, ?, ?, 'asked', '', ?, ?, ?)",
                (key, request.plan, request.price, int(live), json.dumps(asdict(request)), at, to_iso(expires)),
            )
            return Checkout(key, live, CheckoutState.ASKED, request)

    def opened(self, key: str, session: str, url: str) -> None:
        """The service has answered."""
        with self._store.write() as connection:
            connection.execute(
                "UPDATE checkouts SET state = 'open', session = ?, url = ? WHERE key = ?", (session, url, key)
            )

    def close(self, key: str) -> None:
        """The checkout is over."""
        with self._store.write() as connection:
            connection.execute("UPDATE checkouts SET state = 'closed' WHERE key = ?", (key,))

    def draw_ticket(self) -> int:
        """A number to draw before looking."""
        self.identity()
        with self._store.write() as connection:
            return _ticket(connection)

    def book(
        self, looks: Sequence[tuple[Purchase, int]], outcomes: Mapping[str, tuple[Outcome, str]] | None = None
    ) -> list[Row]:
        """Book what was seen, and what became of the news of it."""
        if not looks and not outcomes:
            return []
        added: list[Row] = []
        with self._store.write() as connection:
            for purchase, ticket in looks:
                row = connection.execute(
                    "SELECT ticket, seen FROM purchases WHERE session = ?", (purchase.session,)
                ).fetchone()
                if row is not None and row["ticket"] > ticket:
                    continue
                before = _books(json.loads(row["seen"])["books"]) if row is not None else Books()
                entries, books = book(before, purchase)
                added += append(connection, entries, self._clock.now())
                connection.execute(_SEE, _values(purchase, books, ticket))
                if purchase.standing not in {Standing.OPEN, Standing.PROCESSING}:
                    connection.execute("UPDATE checkouts SET state = 'closed' WHERE session = ?", (purchase.session,))
                if purchase.customer:
                    connection.execute(
                        "UPDATE billing_identity SET customer = ?1 WHERE customer <> ?1 AND live IS ?2",
                        (purchase.customer, int(purchase.live)),
                    )
            connection.executemany(
                "UPDATE webhook_events SET outcome = ?, detail = ? WHERE id = ?",
                [(outcome.value, detail, event) for event, (outcome, detail) in (outcomes or {}).items()],
            )
        return added

    def purchases(self, *, limit: int = 20) -> list[Purchase]:
        """As last seen, the latest first."""
        query = f"SELECT seen FROM purchases WHERE {_OF_THE_MODE} ORDER BY created_s DESC, session LIMIT ?"  # noqa: S608 -- only the constant above
        with self._store.read() as connection:
            return [_purchase(json.loads(row["seen"])["purchase"]) for row in connection.execute(query, (limit,))]

    def known_sessions(self) -> list[str]:
        """The sessions of checkouts under way and of the latest purchases."""
        query = f"SELECT session FROM checkouts WHERE state = 'open' AND {_OF_THE_MODE}"  # noqa: S608 -- only the constant above
        with self._store.read() as connection:
            under_way = [str(row["session"]) for row in connection.execute(query)]
        return list(dict.fromkeys([*under_way, *(purchase.session for purchase in self.purchases())]))

    def find_session(self, *, payment: str, subscription: str) -> str:
        """The session that is known to have a payment or a subscription."""
        with self._store.read() as connection:
            for query, value in (
                ("SELECT session FROM purchases WHERE payment = ? AND payment <> ''", payment),
                ("SELECT session FROM purchases WHERE subscription = ? AND subscription <> ''", subscription),
            ):
                row = connection.execute(query, (value,)).fetchone() if value else None
                if row is not None:
                    return str(row["session"])
        return ""

    def is_verified(self) -> bool:
        """Whether a payment stands."""
        query = f"SELECT 1 FROM purchases WHERE verifies = 1 AND {_OF_THE_MODE} LIMIT 1"  # noqa: S608 -- only the constant above
        with self._store.read() as connection:
            return connection.execute(query).fetchone() is not None

    def receive(self, news: Sequence[News]) -> tuple[list[Received], int]:
        """Keep news that are not kept yet."""
        self.identity()
        at = to_iso(self._clock.now())
        with self._store.write() as connection:
            connection.executemany(
                "INSERT INTO webhook_events (id, type, news, received_at, outcome, detail) "
                "VALUES (?, ?, ?, ?, 'received', '') ON CONFLICT DO NOTHING",
                [(one.event, one.type, json.dumps(asdict(one)), at) for one in news],
            )
            forgotten = to_iso(self._clock.now() - NEWS_ARE_KEPT)
            connection.execute(_FORGET, (forgotten,))
            kept = [_received(connection, one.event) for one in news]
            return [one for one in kept if one is not None], _ticket(connection)

    def open_news(self, *, limit: int) -> list[News]:
        """News that are still to be acted on, the oldest first."""
        query = "SELECT news FROM webhook_events WHERE outcome = 'received' ORDER BY seq LIMIT ?"
        with self._store.read() as connection:
            return [News(**json.loads(row["news"])) for row in connection.execute(query, (limit,))]

    def find_news(self, event: str) -> Received | None:
        """Kept news."""
        with self._store.read() as connection:
            return _received(connection, event)

    def advance_mark(self, mark_s: int) -> None:
        """The service's events were looked through up to then."""
        with self._store.write() as connection:
            connection.execute("UPDATE billing_identity SET events_mark_s = max(events_mark_s, ?)", (mark_s,))


def _ticket(connection: sqlite3.Connection) -> int:
    (number,) = connection.execute("UPDATE billing_identity SET tickets = tickets + 1 RETURNING tickets").fetchone()
    return int(number)


def _received(connection: sqlite3.Connection, event: str) -> Received | None:
    row = connection.execute("SELECT news, outcome, detail FROM webhook_events WHERE id = ?", (event,)).fetchone()
    return None if row is None else Received(News(**json.loads(row["news"])), Outcome(row["outcome"]), row["detail"])


def _checkout(row: sqlite3.Row) -> Checkout:
    told = json.loads(row["request"])
    request = Request(**{**told, "mode": Mode(told["mode"])})
    return Checkout(
        row["key"], bool(row["live"]), CheckoutState(row["state"]), request, row["session"] or "", row["url"]
    )


def _values(purchase: Purchase, books: Books, ticket: int) -> dict[str, Any]:
    return {
        "session": purchase.session,
        "ticket": ticket,
        "payment": purchase.payment,
        "subscription": purchase.subscription.id if purchase.subscription else "",
        "verifies": int(verifies(purchase)),
        "live": int(purchase.live),
        "created_s": purchase.created_s,
        "seen": json.dumps({"purchase": asdict(purchase), "books": asdict(books)}),
    }


def _purchase(told: dict[str, Any]) -> Purchase:
    subscription = told["subscription"]
    return Purchase(
        **{
            **told,
            "references": tuple(told["references"]),
            "standing": Standing(told["standing"]),
            "mode": Mode(told["mode"]),
            "withdrawals": tuple(Withdrawal(**one) for one in told["withdrawals"]),
            "subscription": Subscription(**subscription) if subscription else None,
        }
    )


def _books(told: dict[str, Any]) -> Books:
    return Books(told["paid_minor"], tuple(Booked(**one) for one in told["withdrawals"]))
