"""Entries and gates as rows of the store, there and back."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from onering_cli.clock import from_iso, to_iso
from onering_cli.publishing.elapsed import Stamp
from onering_cli.publishing.model import Lease
from onering_cli.scheduling.model import Cause, Entry, EntryState, Gate, Late, Repeat

if TYPE_CHECKING:
    import sqlite3

    from onering_cli.scheduling.model import NewEntry

INSERT = """
    INSERT INTO entries (id, series, occurrence, account, draft, tag, cool_down_s, state, due_s, act_s, zone, note,
        late, max_late_s, cron, until_s, more, created_at, options, frozen)
    VALUES (?, ?, ?, ?, ?, ?, ?, 'scheduled', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
# For entries of which nothing else is said: half the time, which tells when a hundred thousand come at once.
INSERT_PLAIN = """
    INSERT INTO entries (id, series, occurrence, account, draft, state, due_s, act_s, zone, note, late, options,
        created_at)
    VALUES (?1, ?1, 1, ?2, ?3, 'scheduled', ?4, ?4, ?5, '', '', ?6, ?7)
"""

UPDATE = """
    UPDATE entries SET draft = :draft, state = :state, due_s = :due_s, act_s = :act_s, zone = :zone, note = :note,
        cron = :cron, until_s = :until_s, more = :more, run = :run, take = :take, cause = :cause, detail = :detail,
        stands_for = :stands_for, deaths = :deaths, settled_at = :settled_at, lease_owner = :lease_owner,
        fence = fence + :more_fence, lease_host = :lease_host,
        lease_wall_s = :lease_wall_s, lease_steady_s = :lease_steady_s, lease_s = :lease_s
    WHERE id = :id AND fence = :fence AND (:more_fence OR state = 'claimed')
    RETURNING seq
"""


def new_row(new: NewEntry, entry_id: str, created_at: str) -> tuple[Any, ...]:
    """The values that `INSERT` takes."""
    due_s = new.due.timestamp()
    repeat = new.repeat
    return (
        entry_id,
        new.series or entry_id,
        new.occurrence,
        new.account,
        new.draft,
        new.tag,
        new.cool_down_s,
        due_s,
        due_s,
        new.zone,
        new.note,
        new.late or "",
        new.max_late_s,
        repeat.cron if repeat else "",
        _seconds(repeat.until) if repeat else None,
        repeat.more if repeat else None,
        created_at,
        new.options,
        new.frozen,
    )


def is_plain(new: NewEntry) -> bool:
    """Whether `INSERT_PLAIN` says all of an entry."""
    return not (
        new.series or new.tag or new.note or new.late or new.repeat or new.frozen is not None or new.occurrence > 1
    ) and (new.max_late_s is None and not new.cool_down_s)


def plain_row(new: NewEntry, entry_id: str, created_at: str) -> tuple[Any, ...]:
    """The values that `INSERT_PLAIN` takes."""
    return entry_id, new.account, new.draft, new.due.timestamp(), new.zone, new.options, created_at


def moving_values(entry: Entry) -> dict[str, Any]:
    """The values that `UPDATE` takes: all that can change after an entry was put in."""
    lease, repeat = entry.lease, entry.repeat
    return {
        "id": entry.id,
        "fence": entry.fence,
        "more_fence": 0,
        "draft": entry.draft,
        "state": str(entry.state),
        "due_s": entry.due.timestamp(),
        "act_s": entry.act_at.timestamp(),
        "zone": entry.zone,
        "note": entry.note,
        "cron": repeat.cron if repeat else "",
        "until_s": _seconds(repeat.until) if repeat else None,
        "more": repeat.more if repeat else None,
        "run": entry.run,
        "take": entry.take,
        "cause": str(entry.cause),
        "detail": entry.detail,
        "stands_for": entry.stands_for,
        "deaths": entry.deaths,
        "settled_at": to_iso(entry.settled_at) if entry.settled_at else None,
        "lease_owner": lease.owner if lease else None,
        "lease_host": entry.lease_host if lease else None,
        "lease_wall_s": lease.renewed.at.timestamp() if lease else None,
        "lease_steady_s": lease.renewed.monotonic_s if lease else None,
        "lease_s": lease.seconds if lease else None,
    }


def entry_of(row: sqlite3.Row) -> Entry:
    """The entry that a row describes."""
    lease = None
    if row["lease_owner"] is not None:
        renewed = Stamp(moment(row["lease_wall_s"]), row["lease_steady_s"])
        lease = Lease(row["lease_owner"], renewed, row["lease_s"])
    return Entry(
        id=row["id"],
        series=row["series"],
        occurrence=row["occurrence"],
        account=row["account"],
        draft=row["draft"],
        state=EntryState(row["state"]),
        due=moment(row["due_s"]),
        act_at=moment(row["act_s"]),
        created_at=from_iso(row["created_at"]),
        zone=row["zone"],
        note=row["note"],
        late=Late(row["late"]) if row["late"] else None,
        max_late_s=row["max_late_s"],
        repeat=Repeat(row["cron"], _moment_or_none(row["until_s"]), row["more"]) if row["cron"] else None,
        tag=row["tag"],
        cool_down_s=row["cool_down_s"],
        options=row["options"],
        frozen=row["frozen"],
        run=row["run"],
        take=row["take"],
        cause=Cause(row["cause"]),
        detail=row["detail"],
        stands_for=row["stands_for"],
        deaths=row["deaths"],
        settled_at=from_iso(row["settled_at"]) if row["settled_at"] else None,
        fence=row["fence"],
        lease=lease,
        lease_host=row["lease_host"] or "",
    )


def gate_of(row: sqlite3.Row) -> Gate:
    """The gate that a row describes."""
    return Gate(
        account=row["account"],
        paused=bool(row["paused"]),
        since=moment(row["since_s"]) if row["since_s"] else None,
        closed_s=row["closed_s"],
        excused_until=moment(row["excused_s"]) if row["excused_s"] else None,
        cause=Cause(row["cause"]),
        detail=row["detail"],
    )


def moment(seconds: float) -> datetime:
    """Aware UTC from seconds since 1970."""
    return datetime.fromtimestamp(seconds, UTC)


def _moment_or_none(seconds: float | None) -> datetime | None:
    return None if seconds is None else moment(seconds)


def _seconds(at: datetime | None) -> float | None:
    return None if at is None else at.timestamp()
