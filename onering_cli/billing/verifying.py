"""Proves that a ledger is whole: every row as it was written, none missing, the balance their sum."""

from __future__ import annotations

from typing import TYPE_CHECKING

from onering_cli.billing.ring import GENESIS, Head, Kind, chained
from onering_cli.errors import StoreError
from onering_cli.record import record

if TYPE_CHECKING:
    from collections.abc import Iterable

Columns = tuple[int, str, int, str, str, int, str, bytes]
"""A row's columns in the order of `Row`'s fields."""


@record
class Witness:
    """Where the ledger once stood, as somebody outside of it remembers."""

    rows: int
    hash: bytes


class BrokenLedgerError(StoreError):
    """The ledger is not what was written."""

    code = "ledger_broken"


def verify(rows: Iterable[Columns], head: Head, witnesses: Iterable[Witness] = ()) -> None:
    """Go through all rows, from the first.

    Args:
        rows: In order.
        head: Where the ledger says that it stands.
        witnesses: What others remember.

    Raises:
        BrokenLedgerError: A row was altered, added or removed; the message names the first.
    """
    remembered = {witness.rows: witness.hash for witness in witnesses if witness.rows}
    previous, balance, spent, last = GENESIS, 0, 0, 0
    for seq, kind, amount, reason, key, told, at, digest in rows:
        last += 1
        if seq != last:
            raise broken(f"row {last} was removed", row=last)
        balance += amount
        previous = chained(previous, seq, kind, amount, reason, key, told, at)
        if previous != digest or told != balance:
            raise broken(f"row {seq} ({key}) was altered, or a row before it was", row=seq)
        if kind == Kind.SPEND:
            spent += amount
        if seq in remembered and remembered.pop(seq) != digest:
            raise broken(f"the rows up to {seq} are not those that were there before: all were written anew", row=seq)
    if last < head.rows or remembered:
        raise broken(f"rows after {last} were removed", row=last + 1)
    if (head.rows, head.balance, head.earned, head.hash) != (last, balance, balance - spent, previous):
        raise broken(f"the end that the ledger remembers is not its last row, {last}", row=last)


def broken(message: str, *, row: int) -> BrokenLedgerError:
    """The error that says so."""
    return BrokenLedgerError(
        f"the RING ledger is broken: {message}",
        hint="restore a backup of the store; `onering ring export` still shows what is there",
        details={"row": row},
    )
