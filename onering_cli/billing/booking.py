"""What a purchase means for RING: a fold over what the payment service shows, whatever order the news came in.

Each look at a purchase is compared with what has been booked for it, and the difference becomes rows. So the sum of a
purchase's rows is always `worth` of the latest look, in exact integers, and a look that shows nothing new adds nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from onering_cli.billing.purchase import Purchase, Standing, Withdrawal, withdrawn_minor
from onering_cli.billing.ring import Entry, Kind
from onering_cli.record import record

if TYPE_CHECKING:
    from collections.abc import Iterable

VERIFICATION_RING = 500
"""What a verified payment earns."""

_WORDS = {
    ("refund", True): "the payment was refunded",
    ("refund", False): "the refund failed",
    ("dispute", True): "the payment is disputed",
    ("dispute", False): "the dispute was won",
}


@record
class Booked:
    """A withdrawal as it is booked.

    Args:
        key: As in `Withdrawal`.
        amount_minor: What was counted at its last turn.
        turns: How often it went away or came back; away when odd.
    """

    key: str
    amount_minor: int
    turns: int


@record
class Books:
    """What has been booked for a purchase.

    Args:
        paid_minor: What was charged when the payment was booked; 0 before that.
        withdrawals: Those that ever counted.
    """

    paid_minor: int = 0
    withdrawals: tuple[Booked, ...] = ()


def share(withdrawn_minor: int, paid_minor: int) -> int:
    """The part of what a payment earns that goes back with `withdrawn_minor` of it, in RING, rounded down."""
    return VERIFICATION_RING * min(withdrawn_minor, paid_minor) // paid_minor


def worth(purchase: Purchase) -> int:
    """What a purchase is worth in RING: the sum of its rows."""
    if purchase.standing is not Standing.PAID:
        return 0
    return VERIFICATION_RING - share(withdrawn_minor(purchase), purchase.amount_minor)


def book(books: Books, purchase: Purchase) -> tuple[list[Entry], Books]:
    """The rows that bring the ledger to what a purchase now shows, and the books with them in."""
    if purchase.standing is not Standing.PAID:
        return [], books
    entries: list[Entry] = []
    if not books.paid_minor:
        entries.append(Entry(Kind.EARN, VERIFICATION_RING, "a payment was verified", f"session:{purchase.session}"))
        books = Books(purchase.amount_minor, books.withdrawals)
    for wanted in _turns(books, purchase.withdrawals):
        entry, books = _turn(books, wanted)
        if entry is not None:
            entries.append(entry)
    return entries, books


def _turns(books: Books, withdrawals: Iterable[Withdrawal]) -> list[Booked]:
    """What has to turn, in an order that does not depend on when it was seen: what goes away, then what comes back."""
    before = {booked.key: booked for booked in books.withdrawals}
    away: list[Booked] = []
    back: list[Booked] = []
    for part in sorted(withdrawals, key=lambda part: (part.created_s, part.key)):
        booked = before.get(part.key, Booked(part.key, part.amount_minor, 0))
        is_away = bool(booked.turns % 2)
        if is_away and part.counts and booked.amount_minor != part.amount_minor:
            back.append(Booked(part.key, booked.amount_minor, booked.turns + 1))
            back.append(Booked(part.key, part.amount_minor, booked.turns + 2))
        elif is_away and not part.counts:
            back.append(Booked(part.key, booked.amount_minor, booked.turns + 1))
        elif not is_away and (part.counts or (part.did_count and not booked.turns)):
            away.append(Booked(part.key, part.amount_minor, booked.turns + 1))
            if not part.counts:
                back.append(Booked(part.key, part.amount_minor, booked.turns + 2))
    return away + back


def _turn(books: Books, wanted: Booked) -> tuple[Entry | None, Books]:
    """The row of one turn: the difference it makes to the share, so that all rows together are exact."""
    after = Books(books.paid_minor, (*(one for one in books.withdrawals if one.key != wanted.key), wanted))
    amount = share(_away_minor(books), books.paid_minor) - share(_away_minor(after), after.paid_minor)
    if not amount:
        return None, after
    is_away = bool(wanted.turns % 2)
    words = _WORDS[wanted.key.partition(":")[0], is_away]
    key = wanted.key if wanted.turns == 1 else f"{wanted.key}:{wanted.turns}"
    return Entry(Kind.PENALTY if is_away else Kind.ADJUSTMENT, amount, words, key), after


def _away_minor(books: Books) -> int:
    return sum(one.amount_minor for one in books.withdrawals if one.turns % 2)
