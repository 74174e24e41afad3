"""What the RING ledger holds, and the hash that ties each row to all rows before it."""

from __future__ import annotations

from enum import StrEnum
from hashlib import sha256

from onering_cli.record import record

GENESIS = bytes(32)
"""What the first row's hash follows."""


class Kind(StrEnum):
    """What a row does."""

    EARN = "EARN"
    SPEND = "SPEND"
    PENALTY = "PENALTY"
    ADJUSTMENT = "ADJUSTMENT"


@record
class Entry:
    """A row that is wanted.

    Args:
        kind: What it does.
        amount: In RING, signed: what the balance changes by; EARN is above 0, SPEND and PENALTY are below.
        reason: For people.
        key: The business object it stands for; the ledger holds each key once.
    """

    kind: Kind
    amount: int
    reason: str
    key: str


@record
class Row:
    """A row as it stands in the ledger.

    Args:
        seq: From 1, without gaps.
        kind: What it does.
        amount: In RING, signed.
        reason: For people.
        key: Unique.
        balance: After this row.
        at: UTC, as `to_iso` writes it; part of what is hashed.
        hash: SHA-256 of the previous row's hash and this row.
    """

    seq: int
    kind: Kind
    amount: int
    reason: str
    key: str
    balance: int
    at: str
    hash: bytes


@record
class Head:
    """Where the ledger stands.

    Args:
        rows: How many there are.
        balance: In RING.
        earned: What the balance would be if nothing had been spent.
        hash: The last row's.
    """

    rows: int = 0
    balance: int = 0
    earned: int = 0
    hash: bytes = GENESIS


def chained(previous: bytes, seq: int, kind: str, amount: int, reason: str, key: str, balance: int, at: str) -> bytes:
    """The hash of a row after the row whose hash is `previous`.

    The texts' lengths come first, so that no two different rows are the same bytes.
    """
    lengths = f"{len(kind)},{len(reason)},{len(key)},{len(at)}"
    told = f"{seq},{amount},{balance},{lengths}:{kind}{reason}{key}{at}"
    return sha256(previous + told.encode()).digest()


def following(head: Head, entry: Entry, at: str) -> Row:
    """The row that `entry` becomes at the ledger's end."""
    seq, balance = head.rows + 1, head.balance + entry.amount
    digest = chained(head.hash, seq, entry.kind, entry.amount, entry.reason, entry.key, balance, at)
    return Row(seq, entry.kind, entry.amount, entry.reason, entry.key, balance, at, digest)


def after(head: Head, row: Row) -> Head:
    """Where the ledger stands once it has that row."""
    earned = head.earned + (0 if row.kind is Kind.SPEND else row.amount)
    return Head(row.seq, row.balance, earned, row.hash)
