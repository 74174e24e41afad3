"""What RING buys, and what it may not: nobody spends what they do not have."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from onering_cli.billing.ring import Entry, Head, Kind
from onering_cli.clock import to_iso
from onering_cli.errors import RefusedError
from onering_cli.record import record

if TYPE_CHECKING:
    from datetime import datetime

PERK_LASTS = timedelta(days=1)


class Perk(StrEnum):
    """What can be bought."""

    LIMIT = "limit"
    """More threads an hour, for a day."""


@record
class ThreadLimits:
    """How many threads an account may start in an hour.

    Args:
        set_by_user: The user's own number, or None.
        plain: For everybody.
        verified: For who has paid.
        bought: On top, while a bought day lasts.
    """

    set_by_user: int | None = None
    plain: int = 5
    verified: int = 20
    bought: int = 10


@record
class Bought:
    """A perk that was bought.

    Args:
        perk: What.
        key: The ledger row that paid for it.
        begins_at: Aware UTC.
        ends_at: Aware UTC.
    """

    perk: Perk
    key: str
    begins_at: datetime
    ends_at: datetime


def bought(perk: Perk, now: datetime, latest_end: datetime | None) -> Bought:
    """A day of a perk from now, or from the end of the one that is still running."""
    begins = max(now, latest_end) if latest_end is not None else now
    return Bought(perk, f"perk:{perk}:{to_iso(begins)}", begins, begins + PERK_LASTS)


def payment(purchase: Bought, price: int, head: Head) -> Entry:
    """The row that pays for it.

    Raises:
        RefusedError: The balance does not suffice.
    """
    if head.balance < price:
        raise RefusedError(
            f"a day of {purchase.perk} costs {price} RING, and there are {head.balance}",
            hint="publish threads, or `onering upgrade`" if head.balance >= 0 else "the balance must be above 0 first",
            details={"price": price, "balance": head.balance},
        )
    return Entry(Kind.SPEND, -price, f"a day of {purchase.perk}", purchase.key)


def threads_per_hour(limits: ThreadLimits, *, is_verified: bool, has_bought: bool) -> int:
    """The sliding window's limit: the user's own number if there is one, and what was bought on top of it."""
    by_standing = limits.verified if is_verified else limits.plain
    base = by_standing if limits.set_by_user is None else limits.set_by_user
    return base + (limits.bought if has_bought else 0)
