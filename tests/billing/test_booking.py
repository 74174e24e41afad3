"""What purchases mean for RING: laws that hold for every history of refunds and disputes, in every order of looks."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onering_cli.billing.booking import VERIFICATION_RING, Books, book, worth
from onering_cli.billing.purchase import Mode, Purchase, Standing, Subscription, Withdrawal, grants_plan, verifies
from onering_cli.billing.ring import Entry, Kind

PAID = Purchase("cs_1", ("me",), "pro", False, Standing.PAID, Mode.ONCE, payment="pi_1", amount_minor=900)  # noqa: FBT003 -- a record's fields in their order


def refund(name: str, amount: int, *, counts: bool = True, at: int = 0) -> Withdrawal:
    return Withdrawal(f"refund:{name}", amount, at, counts, counts)


def dispute(name: str, amount: int, status: str, at: int = 0) -> Withdrawal:
    away = status in ("needs_response", "under_review", "lost")
    return Withdrawal(f"dispute:{name}", amount, at, away, away or status == "won")


def seen(*looks: Purchase) -> list[Entry]:
    """The rows that looks at one purchase make, in this order."""
    books, rows = Books(), []
    for look in looks:
        entries, books = book(books, look)
        rows += entries
    return rows


def amounts(*looks: Purchase) -> dict[str, int]:
    return {entry.key: entry.amount for entry in seen(*looks)}


def test_a_payment_earns_once_however_often_it_is_seen() -> None:
    assert amounts(PAID) == {"session:cs_1": 500}
    assert len(seen(*[PAID] * 100)) == 1


@pytest.mark.parametrize(
    "standing", [Standing.OPEN, Standing.EXPIRED, Standing.PROCESSING, Standing.FAILED, Standing.FREE]
)
def test_what_is_not_paid_earns_nothing(standing: Standing) -> None:
    assert seen(replace(PAID, standing=standing, withdrawals=(refund("r", 900),))) == []


def test_49_a_refund_that_is_seen_with_the_payment_leaves_nothing() -> None:
    rows = seen(replace(PAID, withdrawals=(refund("r", 900),)))
    assert [(row.kind, row.amount) for row in rows] == [(Kind.EARN, 500), (Kind.PENALTY, -500)]


def test_50_partial_refunds_add_up_exactly() -> None:
    thirds = tuple(refund(f"r{n}", 300, at=n) for n in range(3))
    looks = [replace(PAID, withdrawals=thirds[:n]) for n in range(4)]
    assert amounts(*looks) == {"session:cs_1": 500, "refund:r0": -166, "refund:r1": -167, "refund:r2": -167}
    assert amounts(looks[3]) == amounts(*looks)


def test_50_a_dispute_that_is_won_gives_back_and_one_that_is_lost_does_not() -> None:
    opened = replace(PAID, withdrawals=(dispute("d", 900, "needs_response"),))
    won = replace(PAID, withdrawals=(dispute("d", 900, "won"),))
    lost = replace(PAID, withdrawals=(dispute("d", 900, "lost"),))
    assert not verifies(opened)
    assert amounts(opened, won) == {"session:cs_1": 500, "dispute:d": -500, "dispute:d:2": 500}
    assert amounts(won) == amounts(opened, won), "also when it was never seen open"
    assert amounts(opened, lost) == {"session:cs_1": 500, "dispute:d": -500}
    assert seen(opened, won)[-1].kind is Kind.ADJUSTMENT


@pytest.mark.parametrize("status", ["warning_needs_response", "warning_under_review", "warning_closed", "prevented"])
def test_an_inquiry_takes_nothing_until_it_becomes_a_dispute(status: str) -> None:
    inquiry = replace(PAID, withdrawals=(dispute("d", 900, status),))
    assert amounts(inquiry) == {"session:cs_1": 500}
    assert amounts(inquiry, replace(PAID, withdrawals=(dispute("d", 900, "lost"),))) == {
        "session:cs_1": 500,
        "dispute:d": -500,
    }


def test_a_refund_that_fails_is_given_back() -> None:
    done = replace(PAID, withdrawals=(refund("r", 450),))
    failed = replace(PAID, withdrawals=(refund("r", 450, counts=False),))
    assert amounts(done, failed) == {"session:cs_1": 500, "refund:r": -250, "refund:r:2": 250}
    assert amounts(failed) == {"session:cs_1": 500}


def test_a_refund_of_next_to_nothing_is_made_up_for_by_the_next() -> None:
    dear = replace(PAID, amount_minor=100_000)
    one = replace(dear, withdrawals=(refund("a", 100),))
    two = replace(dear, withdrawals=(refund("a", 100), refund("b", 100, at=1)))
    assert amounts(one, two) == {"session:cs_1": 500, "refund:b": -1}


WITHDRAWALS = st.lists(
    st.one_of(
        st.builds(refund, st.sampled_from("abc"), st.integers(1, 400), counts=st.booleans(), at=st.integers(0, 3)),
        st.builds(
            dispute,
            st.sampled_from("de"),
            st.integers(1, 900),
            st.sampled_from(["warning_closed", "needs_response", "under_review", "won", "lost"]),
            st.integers(0, 3),
        ),
    ),
    unique_by=lambda part: part.key,
    max_size=5,
)
LOOKS = st.lists(
    st.builds(
        lambda standing, withdrawals: replace(PAID, standing=standing, withdrawals=tuple(withdrawals)),
        st.sampled_from([Standing.PROCESSING, Standing.PAID, Standing.PAID]),
        WITHDRAWALS,
    ),
    min_size=1,
    max_size=6,
)


@settings(max_examples=200, deadline=None)
@given(LOOKS)
def test_the_rows_always_add_up_to_what_the_last_look_is_worth(looks: list[Purchase]) -> None:
    """Whatever was seen in between; a payment that was seen is never unpaid again, and no refund or dispute vanishes."""
    was_paid = False
    known: dict[str, Withdrawal] = {}
    steady = []
    for look in looks:
        was_paid = was_paid or look.standing is Standing.PAID
        known |= {part.key: part for part in look.withdrawals}
        standing = Standing.PAID if was_paid else look.standing
        steady.append(replace(look, standing=standing, withdrawals=tuple(known.values())))
    rows = seen(*steady)
    assert sum(row.amount for row in rows) == worth(steady[-1])
    assert 0 <= worth(steady[-1]) <= VERIFICATION_RING
    assert len({row.key for row in rows}) == len(rows), "each key once"
    assert all((row.amount > 0) == (row.kind is not Kind.PENALTY) for row in rows)
    assert book(_books(steady), steady[-1])[0] == [], "seen again, nothing changes"


def _books(looks: list[Purchase]) -> Books:
    books = Books()
    for look in looks:
        _, books = book(books, look)
    return books


@settings(deadline=None)
@given(WITHDRAWALS)
def test_the_order_in_which_the_service_lists_things_does_not_matter(withdrawals: list[Withdrawal]) -> None:
    one = replace(PAID, withdrawals=tuple(withdrawals))
    assert seen(one) == seen(replace(one, withdrawals=tuple(reversed(withdrawals))))


def test_a_cancelled_subscription_ends_the_plan_and_not_the_verification() -> None:
    def with_status(status: str, *, is_active: bool) -> Purchase:
        subscription = Subscription("sub_1", status, is_active, 0, ends_then=False)
        return replace(PAID, mode=Mode.SUBSCRIPTION, subscription=subscription)

    assert grants_plan(with_status("past_due", is_active=True))
    cancelled = with_status("canceled", is_active=False)
    assert (grants_plan(cancelled), verifies(cancelled)) == (False, True)
    refunded = replace(with_status("active", is_active=True), withdrawals=(refund("r", 900),))
    assert (grants_plan(refunded), verifies(refunded)) == (False, False)
