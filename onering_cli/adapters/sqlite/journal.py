"""The journal of runs in the store: each step is one durable transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from onering_cli.adapters.sqlite.identifiers import mint
from onering_cli.adapters.sqlite.journal_accounts import (
    account_facts,
    forget_block,
    note_account,
    recent_starts,
    reserve_anew,
    spend,
)
from onering_cli.adapters.sqlite.journal_rows import (
    SUMMARY_COLUMNS,
    frozen_values,
    moving_values,
    run_of,
    run_values,
    summary_of,
)
from onering_cli.clock import Clock, to_iso
from onering_cli.drafts.references import SHOWN_CANDIDATES, Last, ambiguous, read_reference
from onering_cli.errors import StoreError, TryLaterError, UsageError
from onering_cli.publishing.admission import admit, month_of, rest_usd_milli
from onering_cli.publishing.changes import applied, begun, refuse_run_like, refuse_second_run, stands_for
from onering_cli.publishing.elapsed import Pause, Stamp, ends_at
from onering_cli.publishing.model import Reason, Run, Segment, is_final, status_of
from onering_cli.publishing.ports import (
    AccountFacts,
    Change,
    Claim,
    LeaseLostError,
    Limits,
    Proposal,
    RunSummary,
)

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from onering_cli.adapters.sqlite.connection import Store

_ID_TRIES = 20

# A lease has run out when `elapsed.proven_s` says so; here it is in SQL, so that a claim is one statement.
_CLAIM = """
    UPDATE runs SET fence = fence + 1, lease_owner = :owner, lease_wall_s = :wall_s, lease_steady_s = :steady_s,
        lease_s = :lease_s
    WHERE id = :id AND (
        lease_owner IS NULL
        OR lease_s <= min(
            iif(:wall_s < lease_wall_s, 1e300, :wall_s - lease_wall_s),
            iif(:steady_s >= lease_steady_s, :steady_s - lease_steady_s,
                iif(lease_steady_s - :steady_s < 60.0, 0.0, max(:steady_s, 0.0)))
        )
    )
    RETURNING *
"""

_RENEW = "UPDATE runs SET lease_wall_s = ?, lease_steady_s = ? WHERE id = ? AND fence = ? RETURNING seq"

_STEP = """
    UPDATE runs SET status = :status, rolling_back = :rolling_back, spent_usd_milli = :spent_usd_milli,
        updated_at = :updated_at, lease_owner = :owner, lease_wall_s = :wall_s, lease_steady_s = :steady_s,
        reserved_usd_milli = :rest_usd_milli
    WHERE id = :id AND fence = :fence
    RETURNING seq, reserved_month
"""

_MOVE = """
    UPDATE segments SET state = :state, reason = :reason, detail = :detail, uploads = :uploads, key = :key,
        watermark = :watermark, attempt = :attempt, attempted_wall_s = :attempted_wall_s,
        attempted_steady_s = :attempted_steady_s, unanswered = :unanswered, looks = :looks, tries = :tries,
        pause_wall_s = :pause_wall_s, pause_steady_s = :pause_steady_s, pause_s = :pause_s, remote_id = :remote_id,
        url = :url
    WHERE run = :run AND position = :position
"""

_ALIKE = """
    SELECT 1 FROM segments JOIN runs ON runs.seq = segments.run
    WHERE likeness = ? AND likeness <> '' AND attempted_wall_s >= ? AND account = ? AND runs.id <> ? LIMIT 1
"""

_UNFINISHED_LIKE = """
    SELECT runs.id FROM runs INDEXED BY runs_unfinished CROSS JOIN segments ON segments.run = runs.seq AND position = 0
    WHERE status NOT IN ('posted', 'rolled_back') AND account = ? AND likeness = ? AND likeness <> ''
"""


class SqliteJournal:
    """Satisfies `Journal`.

    Args:
        store: Opened by this process.
        clock: What month it is, and what time.
        subscribers: Called with every run that becomes posted or rolled back, inside the transaction that makes it
            so; what they write on the store's connection is durable with it, and what they raise undoes it.
    """

    def __init__(self, store: Store, clock: Clock, subscribers: Sequence[Callable[[Run], None]] = ()) -> None:
        self._store = store
        self._clock = clock
        self._subscribers = tuple(subscribers)

    def begin(self, proposal: Proposal, claim: Claim, limits: Limits) -> tuple[Run, bool]:
        """The run for a proposal, and whether it is new (then claimed)."""
        with self._store.write() as connection:
            found = _find(connection, proposal)
            if found is not None:
                return found, False
            for run_id in _unfinished_like(connection, proposal):
                refuse_run_like(_load(connection, run_id))
            rest = sum(segment.cost_usd_milli for segment in proposal.segments)
            now = claim.now.at
            admit(
                account_facts(connection, proposal.account, now),
                limits,
                cost_usd_milli=rest,
                starts=recent_starts(connection, proposal.account, now, limits.runs_per_hour),
                now=now,
            )
            run = begun(proposal, claim, _free_id(connection, now))
            _insert(connection, run, rest_usd_milli=rest)
            spend(connection, run.account, month_of(now), reserved_usd_milli=rest)
            return run, True

    def claim(self, run_id: str, claim: Claim, limits: Limits) -> Run:
        """Take the lease, with a new fencing token."""
        with self._store.write() as connection:
            row = connection.execute(
                _CLAIM,
                {
                    "id": run_id,
                    "owner": claim.owner,
                    "wall_s": claim.now.at.timestamp(),
                    "steady_s": claim.now.monotonic_s,
                    "lease_s": claim.lease_s,
                },
            ).fetchone()
            if row is None:
                raise _held_elsewhere(_load(connection, run_id), claim.now)
            run = run_of(row, _segments(connection, row["seq"]))
            reserve_anew(connection, run, row, limits, claim.now.at)
            return run

    def renew(self, run: Run, now: Stamp) -> Run:
        """Renew the lease."""
        with self._store.write() as connection:
            values = (now.at.timestamp(), now.monotonic_s, run.id, run.fence)
            if connection.execute(_RENEW, values).fetchone() is None:
                raise _lost(run)
        return applied(run, Change(), now)

    def record(self, run: Run, change: Change, now: Stamp) -> Run:
        """Write one step and renew the lease; the run as it is then."""
        after = applied(run, change, now)
        status = status_of(after)
        rest = rest_usd_milli(after)
        with self._store.write() as connection:
            row = connection.execute(_STEP, _step_values(after, rest)).fetchone()
            if row is None:
                raise _lost(run)
            for segment in change.segments:
                connection.execute(_MOVE, {**moving_values(segment), "run": row["seq"]})
            if released := rest - rest_usd_milli(run):
                spend(connection, run.account, row["reserved_month"], reserved_usd_milli=released)
            if change.spent_usd_milli:
                spend(connection, run.account, month_of(now.at), spent_usd_milli=change.spent_usd_milli)
            note_account(connection, run.account, change, now.at)
            if is_final(status) and status is not status_of(run):
                for subscriber in self._subscribers:
                    subscriber(after)
        return after

    def get(self, reference: str) -> Run:
        """The run that a reference names."""
        with self._store.read() as connection:
            return _load(connection, _resolve(connection, reference))

    def by_key(self, account: str, key: str) -> Run | None:
        """The run that was begun under an idempotency key."""
        with self._store.read() as connection:
            return _by_key(connection, account, key)

    def latest(self, account: str, draft: str) -> RunSummary | None:
        """The last run of a draft to an account."""
        query = f"SELECT {SUMMARY_COLUMNS} FROM runs WHERE account = ? AND draft = ? ORDER BY seq DESC LIMIT 1"  # noqa: S608 - only the constant above
        with self._store.read() as connection:
            row = connection.execute(query, (account, draft)).fetchone()
        return None if row is None else summary_of(row)

    def page(self, *, limit: int, offset: int = 0, unfinished: bool = False, account: str = "") -> list[RunSummary]:
        """Summaries, the most recently begun first."""
        conditions = ["status NOT IN ('posted', 'rolled_back')"] if unfinished else []
        conditions += ["account = :account"] if account else []
        where = f"WHERE {' AND '.join(conditions)}" if conditions else ""
        query = f"SELECT {SUMMARY_COLUMNS} FROM runs {where} ORDER BY seq DESC LIMIT :limit OFFSET :offset"  # noqa: S608 - only the constants above
        with self._store.read() as connection:
            rows = connection.execute(query, {"account": account, "limit": limit, "offset": offset}).fetchall()
        return [summary_of(row) for row in rows]

    def ids(self, prefix: str, *, limit: int) -> list[str]:
        """Ids that start so, for shell completion."""
        with self._store.read() as connection:
            return _ids(connection, prefix, limit)

    def taken_ids(self, account: str, remote_ids: Sequence[str]) -> set[str]:
        """Those of the ids that some segment already has."""
        query = """
            SELECT remote_id FROM segments JOIN runs ON runs.seq = segments.run
            WHERE remote_id = ? AND remote_id <> '' AND account = ? LIMIT 1
        """
        with self._store.read() as connection:
            rows = (connection.execute(query, (remote_id, account)).fetchone() for remote_id in remote_ids)
            return {row["remote_id"] for row in rows if row is not None}

    def alike(self, segment: Segment, *, account: str, run_id: str, since: datetime) -> bool:
        """True when another run's first segment, which a timeline cannot tell from this one, was attempted since."""
        with self._store.read() as connection:
            values = (segment.likeness, since.timestamp(), account, run_id)
            return connection.execute(_ALIKE, values).fetchone() is not None

    def facts(self, account: str) -> AccountFacts:
        """What is remembered of an account."""
        with self._store.read() as connection:
            return account_facts(connection, account, self._clock.now())

    def clear_block(self, account: str) -> None:
        """A person says that the cause of an account-wide block is gone."""
        if self.facts(account).block is Reason.NONE:
            return
        with self._store.write() as connection:
            forget_block(connection, account)


def _find(connection: sqlite3.Connection, proposal: Proposal) -> Run | None:
    """The run that a proposal means, if there is one."""
    if proposal.key and (of_key := _by_key(connection, proposal.account, proposal.key)) is not None:
        return of_key
    row = connection.execute(
        "SELECT id FROM runs WHERE account = ? AND draft = ? ORDER BY seq DESC LIMIT 1",
        (proposal.account, proposal.draft),
    ).fetchone()
    if row is None:
        return None
    run = _load(connection, row["id"])
    if proposal.key:
        refuse_second_run(run, once=proposal.once)
        return None
    return run if stands_for(run, proposal) else None


def _unfinished_like(connection: sqlite3.Connection, proposal: Proposal) -> list[str]:
    """Unfinished runs that begin with the same post; few runs are unfinished, and many may begin alike."""
    rows = connection.execute(_UNFINISHED_LIKE, (proposal.account, proposal.segments[0].likeness))
    return [row["id"] for row in rows]


def _by_key(connection: sqlite3.Connection, account: str, key: str) -> Run | None:
    row = connection.execute("SELECT id FROM runs WHERE account = ? AND key = ?", (account, key)).fetchone()
    return None if row is None else _load(connection, row["id"])


def _load(connection: sqlite3.Connection, run_id: str) -> Run:
    row = connection.execute("SELECT * FROM runs WHERE id = ?", (run_id,)).fetchone()
    if row is None:
        raise _unknown(run_id)
    return run_of(row, _segments(connection, row["seq"]))


def _segments(connection: sqlite3.Connection, seq: int) -> list[sqlite3.Row]:
    return connection.execute("SELECT * FROM segments WHERE run = ? ORDER BY position", (seq,)).fetchall()


def _insert(connection: sqlite3.Connection, run: Run, *, rest_usd_milli: int) -> None:
    values = {
        **run_values(run),
        **_step_values(run, rest_usd_milli),
        "reserved_month": month_of(run.created_at),
        "lease_s": run.lease.seconds if run.lease else None,
    }
    (seq,) = connection.execute(
        """
        INSERT INTO runs (id, account, draft, key, payload_hash, form, reply_to_id, strict, status, rolling_back,
            spent_usd_milli, reserved_month, reserved_usd_milli, warnings, created_at, updated_at, fence, lease_owner,
            lease_wall_s, lease_steady_s, lease_s)
        VALUES (:id, :account, :draft, :key, :payload_hash, :form, :reply_to_id, :strict, :status, :rolling_back,
            :spent_usd_milli, :reserved_month, :rest_usd_milli, :warnings, :created_at, :updated_at, :fence, :owner,
            :wall_s, :steady_s, :lease_s)
        RETURNING seq
        """,
        values,
    ).fetchone()
    connection.executemany(
        """
        INSERT INTO segments (run, position, state, reason, detail, uploads, key, watermark, attempt, attempted_wall_s,
            attempted_steady_s, unanswered, looks, tries, pause_wall_s, pause_steady_s, pause_s, remote_id,
            url, payload_hash, likeness, weight, cost_usd_milli, payload)
        VALUES (:run, :position, :state, :reason, :detail, :uploads, :key, :watermark, :attempt, :attempted_wall_s,
            :attempted_steady_s, :unanswered, :looks, :tries, :pause_wall_s, :pause_steady_s, :pause_s, :remote_id,
            :url, :payload_hash, :likeness, :weight, :cost_usd_milli, :payload)
        """,
        [{**moving_values(segment), **frozen_values(segment), "run": seq} for segment in run.segments],
    )


def _step_values(run: Run, rest_usd_milli: int) -> dict[str, Any]:
    lease = run.lease
    return {
        "id": run.id,
        "fence": run.fence,
        "status": str(status_of(run)),
        "rolling_back": int(run.rolling_back),
        "spent_usd_milli": run.spent_usd_milli,
        "updated_at": to_iso(run.updated_at),
        "owner": lease.owner if lease else None,
        "wall_s": lease.renewed.at.timestamp() if lease else None,
        "steady_s": lease.renewed.monotonic_s if lease else None,
        "rest_usd_milli": rest_usd_milli,
    }


def _free_id(connection: sqlite3.Connection, now: datetime) -> str:
    for _ in range(_ID_TRIES):
        candidate = mint(now)
        if connection.execute("SELECT 1 FROM runs WHERE id = ?", (candidate,)).fetchone() is None:
            return candidate
    raise StoreError("no free id was found for the run", hint="try again in a second")


def _resolve(connection: sqlite3.Connection, reference: str) -> str:
    """The id that a reference names."""
    try:
        wanted = read_reference(reference)
    except UsageError as exc:
        raise _unknown(reference) from exc
    if isinstance(wanted, Last):
        row = connection.execute("SELECT id FROM runs ORDER BY seq DESC LIMIT 1 OFFSET ?", (wanted.back,)).fetchone()
        found = [str(row["id"])] if row else []
    else:
        found = _ids(connection, wanted.text, SHOWN_CANDIDATES + 1)
    if not found:
        raise _unknown(reference)
    if len(found) > 1:
        raise ambiguous(reference, found, "runs")
    return found[0]


def _ids(connection: sqlite3.Connection, prefix: str, limit: int) -> list[str]:
    rows = connection.execute(
        "SELECT id FROM runs WHERE id >= ? AND id < ? ORDER BY id LIMIT ?", (prefix, f"{prefix}~", limit)
    )
    return [row["id"] for row in rows]


def _unknown(reference: str) -> UsageError:
    return UsageError(f"there is no run {reference!r}", hint="see what there is: onering thread list")


def _held_elsewhere(run: Run, now: Stamp) -> TryLaterError:
    owner = run.lease.owner if run.lease else "another process"
    until = ends_at(Pause(run.lease.renewed, run.lease.seconds), now) if run.lease else None
    return TryLaterError(
        f"another process ({owner}) is at work on run {run.id}",
        hint="wait; if that process has died, the run is free then",
        retry_at=until,
        details={"run": run.id},
    )


def _lost(run: Run) -> LeaseLostError:
    return LeaseLostError(
        f"another process has taken over run {run.id}",
        hint=f"onering thread status {run.id}",
        details={"run": run.id},
    )
