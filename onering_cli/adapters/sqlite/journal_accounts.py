"""What the journal keeps of accounts: blocks, refused replies, what was spent and what unfinished runs may spend."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from onering_cli.clock import from_iso, to_iso
from onering_cli.publishing.admission import CLOCK_TOLERANCE, WINDOW, admit_cost, month_of, rest_usd_milli
from onering_cli.publishing.model import Reason
from onering_cli.publishing.ports import AccountFacts

if TYPE_CHECKING:
    import sqlite3
    from datetime import datetime

    from onering_cli.publishing.model import Run
    from onering_cli.publishing.ports import Change, Limits

_SPEND = """
    INSERT INTO spending (account, month, spent_usd_milli, reserved_usd_milli) VALUES (?, ?, ?, ?)
    ON CONFLICT DO UPDATE SET spent_usd_milli = spent_usd_milli + excluded.spent_usd_milli,
        reserved_usd_milli = reserved_usd_milli + excluded.reserved_usd_milli
"""

_NOTE_BLOCK = """
    INSERT INTO account_notes (account, block, block_detail) VALUES (?, ?, ?)
    ON CONFLICT DO UPDATE SET block = excluded.block, block_detail = excluded.block_detail
"""

_NOTE_REFUSED_REPLIES = """
    INSERT INTO account_notes (account, block, block_detail, replies_refused_at) VALUES (?, '', '', ?)
    ON CONFLICT DO UPDATE SET replies_refused_at = excluded.replies_refused_at
"""

_FORGET_REFUSED_REPLIES = """
    UPDATE account_notes SET replies_refused_at = NULL WHERE account = ? AND replies_refused_at IS NOT NULL
"""


def account_facts(connection: sqlite3.Connection, account: str, now: datetime) -> AccountFacts:
    """What is remembered of an account."""
    note = connection.execute("SELECT * FROM account_notes WHERE account = ?", (account,)).fetchone()
    spending = connection.execute(
        "SELECT * FROM spending WHERE account = ? AND month = ?", (account, month_of(now))
    ).fetchone()
    refused_at = note["replies_refused_at"] if note else None
    return AccountFacts(
        account=account,
        block=Reason(note["block"]) if note else Reason.NONE,
        block_detail=note["block_detail"] if note else "",
        replies_refused_at=from_iso(refused_at) if refused_at else None,
        spent_usd_milli=spending["spent_usd_milli"] if spending else 0,
        reserved_usd_milli=spending["reserved_usd_milli"] if spending else 0,
    )


def recent_starts(connection: sqlite3.Connection, account: str, now: datetime, limit: int) -> list[datetime]:
    """When the account's runs of the last hour began, at most so many, the latest first."""
    rows = connection.execute(
        "SELECT created_at FROM runs WHERE account = ? AND created_at BETWEEN ? AND ? ORDER BY created_at DESC LIMIT ?",
        (account, to_iso(now - WINDOW), to_iso(now + CLOCK_TOLERANCE), limit),
    )
    return [from_iso(row["created_at"]) for row in rows]


def spend(
    connection: sqlite3.Connection, account: str, month: str, *, spent_usd_milli: int = 0, reserved_usd_milli: int = 0
) -> None:
    """Add to what was spent, or to what is promised, in a month."""
    connection.execute(_SPEND, (account, month, spent_usd_milli, reserved_usd_milli))


def reserve_anew(connection: sqlite3.Connection, run: Run, row: sqlite3.Row, limits: Limits, now: datetime) -> None:
    """Check what is left to spend against this month's budget, and move the reservation when the month has changed."""
    month, rest = month_of(now), rest_usd_milli(run)
    reserved_month, reserved = row["reserved_month"], row["reserved_usd_milli"]
    if rest:
        facts = account_facts(connection, run.account, now)
        of_others = facts.reserved_usd_milli - (reserved if reserved_month == month else 0)
        admit_cost(replace(facts, reserved_usd_milli=of_others), limits, cost_usd_milli=rest, now=now)
    if reserved_month != month:
        spend(connection, run.account, reserved_month, reserved_usd_milli=-reserved)
        spend(connection, run.account, month, reserved_usd_milli=rest)
        connection.execute(
            "UPDATE runs SET reserved_month = ?, reserved_usd_milli = ? WHERE seq = ?", (month, rest, row["seq"])
        )


def note_account(connection: sqlite3.Connection, account: str, change: Change, now: datetime) -> None:
    """Remember what a step says about the whole account."""
    if change.block is not Reason.NONE:
        connection.execute(_NOTE_BLOCK, (account, str(change.block), change.block_detail))
    if change.replies_refused:
        connection.execute(_NOTE_REFUSED_REPLIES, (account, to_iso(now)))
    if change.replies_accepted:
        connection.execute(_FORGET_REFUSED_REPLIES, (account,))


def forget_block(connection: sqlite3.Connection, account: str) -> None:
    """The cause of an account-wide block is gone."""
    connection.execute("UPDATE account_notes SET block = '', block_detail = '' WHERE account = ?", (account,))
