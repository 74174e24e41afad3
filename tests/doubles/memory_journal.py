"""A journal in memory: the same rules as the store's, without a store."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

from onering_cli.errors import TryLaterError, UsageError
from onering_cli.publishing.admission import admit, admit_cost, month_of, rest_usd_milli
from onering_cli.publishing.changes import applied, begun, refuse_run_like, refuse_second_run, stands_for
from onering_cli.publishing.elapsed import Pause, Stamp, ends_at, proven_s
from onering_cli.publishing.model import Lease, Reason, Run, Segment, is_final, status_of
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
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from onering_cli.clock import Clock


class MemoryJournal:
    """Satisfies `Journal`; what it holds survives the engine, as a store survives a process."""

    def __init__(self, clock: Clock, subscribers: Sequence[Callable[[Run], None]] = ()) -> None:
        self._clock = clock
        self._subscribers = subscribers
        self._runs: dict[str, Run] = {}
        self._accounts: dict[str, AccountFacts] = {}
        self._spent: defaultdict[tuple[str, str], int] = defaultdict(int)
        self._reserved_month: dict[str, str] = {}

    def begin(self, proposal: Proposal, claim: Claim, limits: Limits) -> tuple[Run, bool]:
        found = self._find(proposal)
        if found is not None:
            return found, False
        for run in self._runs.values():
            if run.account == proposal.account and run.segments[0].likeness == proposal.segments[0].likeness:
                refuse_run_like(run)
        starts = [run.created_at for run in self._runs.values() if run.account == proposal.account]
        cost = sum(segment.cost_usd_milli for segment in proposal.segments)
        facts = self._facts(proposal.account, claim.now.at)
        admit(facts, limits, cost_usd_milli=cost, starts=starts, now=claim.now.at)
        run = begun(proposal, claim, f"{len(self._runs) + 1:010d}")
        self._runs[run.id] = run
        self._reserved_month[run.id] = month_of(claim.now.at)
        return run, True

    def claim(self, run_id: str, claim: Claim, limits: Limits) -> Run:
        run = self._runs[run_id]
        if run.lease is not None and proven_s(run.lease.renewed, claim.now) < run.lease.seconds:
            until = ends_at(Pause(run.lease.renewed, run.lease.seconds), claim.now)
            raise TryLaterError(f"another process ({run.lease.owner}) is at work on run {run.id}", retry_at=until)
        if rest := rest_usd_milli(run):
            facts = self._facts(run.account, claim.now.at, without=run.id)
            admit_cost(facts, limits, cost_usd_milli=rest, now=claim.now.at)
        self._reserved_month[run_id] = month_of(claim.now.at)
        claimed = replace(run, fence=run.fence + 1, lease=Lease(claim.owner, claim.now, claim.lease_s))
        self._runs[run_id] = claimed
        return claimed

    def renew(self, run: Run, now: Stamp) -> Run:
        return self._write(run, Change(), now)

    def record(self, run: Run, change: Change, now: Stamp) -> Run:
        after = self._write(run, change, now)
        self._spent[run.account, month_of(now.at)] += change.spent_usd_milli
        account = self._accounts.get(run.account, AccountFacts(run.account))
        if change.block is not Reason.NONE:
            account = replace(account, block=change.block, block_detail=change.block_detail)
        if change.replies_refused:
            account = replace(account, replies_refused_at=now.at)
        if change.replies_accepted:
            account = replace(account, replies_refused_at=None)
        self._accounts[run.account] = account
        if is_final(status_of(after)) and status_of(after) is not status_of(run):
            for subscriber in self._subscribers:
                subscriber(after)
        return after

    def get(self, reference: str) -> Run:
        last, _, back = reference.partition("~")
        if last == "@last":
            found = [*self._runs][::-1][int(back or 0) :][:1]
        else:
            found = [run_id for run_id in self._runs if run_id.startswith(reference)]
        if len(found) != 1:
            raise UsageError(f"{reference!r} names {len(found)} runs")
        return self._runs[found[0]]

    def by_key(self, account: str, key: str) -> Run | None:
        found = (run for run in self._runs.values() if (run.account, run.key) == (account, key))
        return next(found, None)

    def latest(self, account: str, draft: str) -> RunSummary | None:
        found = [run for run in self._runs.values() if (run.account, run.draft) == (account, draft)]
        return _summary(found[-1]) if found else None

    def page(self, *, limit: int, offset: int = 0, unfinished: bool = False, account: str = "") -> list[RunSummary]:
        runs = [
            run
            for run in reversed(self._runs.values())
            if not (unfinished and is_final(status_of(run))) and account in ("", run.account)
        ]
        return [_summary(run) for run in runs[offset : offset + limit]]

    def ids(self, prefix: str, *, limit: int) -> list[str]:
        return sorted(run_id for run_id in self._runs if run_id.startswith(prefix))[:limit]

    def taken_ids(self, account: str, remote_ids: Sequence[str]) -> set[str]:
        held = {part.remote_id for run in self._runs.values() if run.account == account for part in run.segments}
        return (held - {""}) & set(remote_ids)

    def alike(self, segment: Segment, *, account: str, run_id: str, since: datetime) -> bool:
        others = (run for run in self._runs.values() if run.account == account and run.id != run_id)
        return any(
            part.likeness == segment.likeness != "" and part.attempted is not None and part.attempted.at >= since
            for run in others
            for part in run.segments
        )

    def facts(self, account: str) -> AccountFacts:
        return self._facts(account, self._clock.now())

    def clear_block(self, account: str) -> None:
        if account in self._accounts:
            self._accounts[account] = replace(self._accounts[account], block=Reason.NONE, block_detail="")

    def _find(self, proposal: Proposal) -> Run | None:
        runs = [run for run in reversed(self._runs.values()) if run.account == proposal.account]
        if proposal.key and (of_key := self.by_key(proposal.account, proposal.key)) is not None:
            return of_key
        of_draft = next((run for run in runs if run.draft == proposal.draft), None)
        if of_draft is None:
            return None
        if proposal.key:
            refuse_second_run(of_draft, once=proposal.once)
            return None
        return of_draft if stands_for(of_draft, proposal) else None

    def _facts(self, account: str, now: datetime, *, without: str = "") -> AccountFacts:
        month = month_of(now)
        reserved = sum(
            rest_usd_milli(run)
            for run in self._runs.values()
            if run.account == account and run.id != without and self._reserved_month[run.id] == month
        )
        facts = self._accounts.get(account, AccountFacts(account))
        return replace(facts, spent_usd_milli=self._spent[account, month], reserved_usd_milli=reserved)

    def _write(self, run: Run, change: Change, now: Stamp) -> Run:
        if self._runs[run.id].fence != run.fence:
            raise LeaseLostError(f"another process has taken over run {run.id}")
        self._runs[run.id] = applied(run, change, now)
        return self._runs[run.id]


def _summary(run: Run) -> RunSummary:
    return RunSummary(
        id=run.id,
        account=run.account,
        draft=run.draft,
        status=status_of(run),
        opening=run.segments[0].payload.text,
        segments=len(run.segments),
        sent=sum(segment.state == "sent" for segment in run.segments),
        created_at=run.created_at,
        updated_at=run.updated_at,
    )
