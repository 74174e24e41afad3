"""Shuffled, repeated, delayed news and processes that die between every two commits: the ledger ends as the service says."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest
from doubles.fake_stripe import FakeStripe
from doubles.fake_stripe.direct import DirectPayments
from doubles.mortality import Fate, Mortal, SimulatedKill

from onering_cli.adapters.sqlite.ledger import SqliteLedger
from onering_cli.adapters.sqlite.migrations import open_store
from onering_cli.adapters.sqlite.purchases import SqlitePurchases
from onering_cli.adapters.stripe.shapes import news_of
from onering_cli.billing.fulfilment import hear, sync
from onering_cli.billing.ports import Outcome
from onering_cli.clock import SystemClock

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from doubles.fake_stripe.world import Thing

    from onering_cli.billing.ports import News

FULL, SLICE = 10_000, 300


@dataclass
class Street:
    """A service with a life of its own, a store, and processes that come and go."""

    folder: Path
    service: FakeStripe
    chance: random.Random
    deaths: int = 0
    sessions: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.clock = SystemClock()
        self.store = open_store(self.folder / "onering.db")
        self.payments = DirectPayments(self.service)
        self.books = SqlitePurchases(self.store, self.clock)
        self.ledger = SqliteLedger(self.store, self.clock)
        self.reference = self.books.identity().reference

    def open_page(self, mode: str = "payment", amount: int | None = None) -> str:
        made = self.service.world.session(
            mode=mode,
            client_reference_id=self.reference,
            metadata={"onering_user": self.reference, "onering_plan": "pro"},
            amount_total=self.chance.choice([1, 3, 500, 999, 4900]) if amount is None else amount,
        )
        self.sessions.append(made["id"])
        return str(made["id"])

    def live_on(self) -> None:
        """One thing happens at the service."""
        world, chance = self.service.world, self.chance
        if not self.sessions or chance.random() < 0.2:
            self.open_page(chance.choice(["payment", "subscription"]))
            return
        session = chance.choice(self.sessions)
        page = world.things[session]
        if page["status"] == "open":
            match chance.randrange(5):
                case 0:
                    world.expire(session)
                case 1:
                    world.pay(session, later=True)
                case _:
                    world.pay(session)
        elif page["status"] == "complete" and page["payment_status"] == "unpaid":
            world.settle(session, succeeds=chance.random() < 0.7)
        elif page["payment_status"] == "paid":
            self._go_back(session)

    def _go_back(self, session: str) -> None:
        world, chance = self.service.world, self.chance
        charge = world.charge_of(session)
        left = charge["amount"] - charge["amount_refunded"]
        refunds = [one for one in world.of_kind("refund") if one["charge"] == charge["id"]]
        disputes = [one for one in world.of_kind("dispute") if one["charge"] == charge["id"]]
        choices: list[Callable[[], object]] = []
        if left:
            choices += [lambda: world.refund(session, chance.randint(1, left))]
        if not disputes:
            choices += [
                lambda: world.dispute(session, status=chance.choice(["needs_response", "warning_needs_response"]))
            ]
        choices += [
            lambda one=one: world.judge(one["id"], chance.choice(["under_review", "won", "lost"]))  # type: ignore[misc]  # a default that binds the loop's value
            for one in disputes
            if one["status"] not in ("won", "lost")
        ]
        choices += [lambda one=one: world.fail_refund(one["id"]) for one in refunds if one["status"] == "succeeded" and chance.random() < 0.2]  # type: ignore[misc]  # the same  # fmt: skip
        if choices:
            chance.choice(choices)()

    def deliver(self, news: list[News], fate: Fate | None = None) -> bool:
        """A process hears news, and may die; whether it acknowledged all of them."""
        try:
            payments: Any = Mortal(self.payments, fate) if fate else self.payments
            books: Any = Mortal(self.books, fate) if fate else self.books
            told = hear(news, payments, books)
        except SimulatedKill:
            self.deaths += 1
            return False
        return all(one.outcome is not Outcome.RECEIVED for one in told)

    def check(self) -> None:
        """The ledger is the fold over what the service shows, session by session."""
        assert Counter(_net_of(self.ledger)) == Counter(
            {session: worth for session in self.sessions if (worth := worth_by_api(self.service, session))}
        )
        head = self.ledger.verify()
        assert head.balance == sum(worth_by_api(self.service, session) for session in self.sessions)


def worth_by_api(service: FakeStripe, session: str) -> int:
    """What a session is worth by the API's own objects, counted anew and not by the code under test."""
    world = service.world
    page = world.things[session]
    if page["payment_status"] != "paid":
        return 0
    charge = world.charge_of(session)
    gone = sum(one["amount"] for one in world.of_kind("refund") if one["charge"] == charge["id"] and one["status"] == "succeeded")  # fmt: skip
    gone += sum(one["amount"] for one in world.of_kind("dispute") if one["charge"] == charge["id"] and one["status"] in ("needs_response", "under_review", "lost"))  # fmt: skip
    amount = int(charge["amount"])
    return 500 - 500 * min(int(gone), amount) // amount


def _net_of(ledger: SqliteLedger) -> dict[str, int]:
    """What the rows of each session add up to; a refund's or dispute's row follows its session's."""
    connection = ledger._store.connection
    of: dict[str, str] = {}
    for row in connection.execute("SELECT session, seen FROM purchases"):
        import json

        for part in json.loads(row["seen"])["purchase"]["withdrawals"]:
            of[part["key"]] = row["session"]
    net: Counter[str] = Counter()
    for row in ledger.rows():
        kind, name, *_ = row.key.split(":")
        net[name if kind == "session" else of[f"{kind}:{name}"]] += row.amount
    return {session: amount for session, amount in net.items() if amount}


@pytest.fixture
def service() -> Iterator[FakeStripe]:
    with FakeStripe() as running:
        yield running


def heard_of(events: list[Thing]) -> list[News]:
    return [news for event in events if (news := news_of(event)) is not None]


@pytest.mark.parametrize("deliveries", [SLICE, pytest.param(FULL, marks=pytest.mark.slow)])
@pytest.mark.parametrize("seed", [1, pytest.param(2, marks=pytest.mark.slow)])
def test_shuffled_repeated_delayed_news_and_deaths_end_in_the_services_own_state(
    tmp_path: Path, service: FakeStripe, deliveries: int, seed: int
) -> None:
    street = Street(tmp_path, service, random.Random(seed))  # noqa: S311 -- a history, not a secret
    chance = street.chance
    unheard: list[News] = []
    heard: list[News] = []
    known = delivered = 0
    while delivered < deliveries or unheard:
        if delivered < deliveries:
            for _ in range(chance.randint(0, 3)):
                street.live_on()
            events = service.world.events()[known:]
            known += len(events)
            unheard += heard_of(events)
        chance.shuffle(unheard)  # some wait very long
        batch = unheard[: chance.randint(1, 4)]
        if heard:
            batch += chance.choices(heard, k=chance.randint(0, 3))
        fate = Fate(chance.randint(0, 16)) if chance.random() < 0.5 else None
        delivered += len(batch)
        if street.deliver(batch, fate):
            heard += [news for news in batch if news in unheard]
            unheard = [news for news in unheard if news not in batch]
    assert street.deaths > deliveries / 100
    street.check()


def test_a_death_between_any_two_commits_changes_nothing_in_the_end(tmp_path: Path, service: FakeStripe) -> None:
    """One history, and a process that dies at every moment of hearing it, by events and by sync."""
    world = service.world
    moment = 0
    survived = 0
    while survived < 2:
        folder = tmp_path / str(moment)
        folder.mkdir()
        street = Street(folder, service, random.Random(moment))  # noqa: S311 -- no secret
        session = street.open_page(amount=999)
        before = len(world.events())
        world.pay(session)
        world.refund(session, 333)
        world.judge(world.dispute(session, 500)["id"], "won")
        news = heard_of(world.events()[before:])
        fate = Fate(moment)
        if moment % 2:
            survived += street.deliver(news, fate)
        else:
            survived += _syncs(street, fate)
        assert street.deliver([*street.books.open_news(limit=1000), *news])
        street.check()
        assert street.books.open_news(limit=10) == []
        street.store.close()
        moment += 1
    assert moment > 12, "there were that many moments to die at"


def _syncs(street: Street, fate: Fate) -> bool:
    payments: Any = Mortal(street.payments, fate)
    books: Any = Mortal(street.books, fate)
    try:
        sync(payments, books)
    except SimulatedKill:
        return False
    return True


def test_the_same_rows_whatever_the_order_of_delivery(tmp_path: Path, service: FakeStripe) -> None:
    world = service.world
    street = Street(tmp_path, service, random.Random(7))  # noqa: S311 -- no secret
    session = street.open_page(amount=999)
    world.pay(session)
    for amount in (100, 333, 7):
        world.refund(session, amount)
    world.judge(world.dispute(session, 300)["id"], "won")
    news = heard_of(world.events())
    books_of = []
    for number in range(5):
        folder = tmp_path / str(number)
        folder.mkdir()
        other = Street(folder, service, street.chance)
        other.store.connection.execute("UPDATE billing_identity SET reference = ?", (street.reference,))
        order = news * 100
        street.chance.shuffle(order)
        for one in order[:20]:
            assert other.deliver([one])
        assert other.deliver(order)
        books_of.append([(row.key, row.kind, row.amount, row.reason) for row in other.ledger.rows()])
        other.store.close()
    assert all(rows == books_of[0] for rows in books_of)
    assert sum(amount for _, _, amount, _ in books_of[0]) == worth_by_api(service, session)
