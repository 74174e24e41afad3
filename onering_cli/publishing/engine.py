"""The verbs of publishing: publish, resume, reconcile, adopt and roll back a run."""

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from onering_cli.errors import RefusedError, UsageError
from onering_cli.publishing.admission import blocked_error
from onering_cli.publishing.drive import Drive, Parts
from onering_cli.publishing.elapsed import stamp
from onering_cli.publishing.events import Absent, Adopt, Cleared, Event, Recheck, RollBack, Taken
from onering_cli.publishing.model import (
    ACCOUNT_WIDE,
    Reason,
    Run,
    RunStatus,
    SegmentState,
    is_final,
    status_of,
)
from onering_cli.publishing.outcomes import Found, Gone
from onering_cli.publishing.ports import Claim, Limits, Proposal

CHANGED_SINCE = "the draft has changed since this run froze it; what is posted is the text as it was then"

_IN_DOUBT = frozenset({SegmentState.UNKNOWN, SegmentState.HELD})
_THERE = frozenset({SegmentState.SENT, SegmentState.DELETING})


class Engine:
    """Publishes runs to one destination; every method returns the run as it was left.

    Args:
        parts: What to work with.
        owner: Names this process to others; by default host and process number.
    """

    def __init__(self, parts: Parts, *, owner: str = "") -> None:
        self._parts = parts
        self._owner = owner or f"{socket.gethostname()}:{os.getpid()}"

    def publish(self, proposal: Proposal) -> Run:
        """Post what is proposed, once: a proposal that has a run already goes on with it, or returns how it ended.

        Raises:
            TryLaterError: A limit is reached, or another process is at work on the run; nothing was sent.
            LogInError: The platform refused the account's credential earlier.
            RefusedError: The account is blocked, or this was posted and taken back before.
            PartialError: The draft has an unfinished run under another key.
            StoreError: The journal cannot be written.
        """
        run, is_new = self._parts.journal.begin(proposal, self._claim(), self._limits())
        if is_new:
            return self._send(Drive(run, self._parts))
        if status_of(run) is RunStatus.ROLLED_BACK:
            raise RefusedError(
                f"this was posted and taken back (run {run.id})",
                hint="to post it again, give it an --idempotency-key of its own",
                details={"run": run.id},
            )
        if status_of(run) is not RunStatus.POSTED and not run.rolling_back:
            run = self._go_on(run)
        if run.payload_hash != proposal.payload_hash:
            run = replace(run, warnings=(*run.warnings, CHANGED_SINCE))
        return run

    def resume(self, run_id: str, *, absent: bool = False) -> Run:
        """Go on with a run on a person's word: blocks count as cleared, a rollback that was begun goes on.

        Args:
            run_id: A reference to the run.
            absent: The person has looked, and says that the post in doubt is not there, so that it is sent again.
        """
        journal = self._parts.journal
        run = journal.get(run_id)
        if run.rolling_back:
            return self.roll_back(run.id, absent=absent)
        if is_final(status_of(run)):
            return run
        drive = Drive(journal.claim(run.id, self._claim(), self._limits()), self._parts)
        journal.clear_block(run.account)
        return self._send(drive, absent=absent)

    def reconcile(self, run_id: str) -> Run:
        """Find out what became of segments that are unknown or held; nothing is sent."""
        journal = self._parts.journal
        run = journal.get(run_id)
        if is_final(status_of(run)):
            return run
        drive = Drive(self._claim_without_cost(run), self._parts, may_send=False)
        with _released(drive):
            journal.clear_block(run.account)
            for segment in drive.run.segments:
                if segment.state is SegmentState.SENDING:
                    drive.follow(segment.index, Taken())
                elif segment.state in _IN_DOUBT:
                    drive.follow(segment.index, Recheck())
        return drive.run

    def adopt(self, run_id: str, index: int | None, remote_id: str) -> Run:
        """Take a person's word for which post a segment became; None for the first that is in doubt.

        Raises:
            UsageError: The segment is not in doubt, or there is no such post.
        """
        run = self._parts.journal.get(run_id)
        if index is None:
            index = next((segment.index for segment in run.segments if segment.state in _IN_DOUBT), 0)
        if not 0 <= index < len(run.segments):
            raise UsageError(f"run {run.id} has posts 1 to {len(run.segments)}, not {index + 1}")
        if run.segments[index].state not in _IN_DOUBT:
            raise UsageError(f"post {index + 1} of run {run.id} is {run.segments[index].state}, not in doubt")
        found = self._parts.destination.lookup(remote_id)
        if isinstance(found, Gone):
            raise UsageError(
                f"there is no post {remote_id}", hint="give the id or the address of the post that you see"
            )
        url = found.post.url if isinstance(found, Found) else ""
        drive = Drive(self._claim_without_cost(run), self._parts, may_send=False)
        with _released(drive):
            drive.follow(index, Adopt(remote_id, url))
        return drive.run

    def roll_back(self, run_id: str, *, absent: bool = False) -> Run:
        """Undo a run: settle what is unknown, then delete from the last post to the first.

        Args:
            run_id: A reference to the run.
            absent: The person has looked, and says that the post in doubt is not there.
        """
        run = self._parts.journal.get(run_id)
        if status_of(run) is RunStatus.ROLLED_BACK:
            return run
        drive = Drive(self._claim_without_cost(run), self._parts)
        with _released(drive):
            self._parts.journal.clear_block(run.account)
            drive.mark_rolling_back()
            _undo(drive, absent=absent)
        return drive.run

    def _go_on(self, run: Run) -> Run:
        """What a repeated `publish` does with an unfinished run: what needs a person is left as it is."""
        facts = self._parts.journal.facts(run.account)
        if status_of(run) is RunStatus.HELD:
            return run
        if facts.block is not Reason.NONE:
            if status_of(run) is RunStatus.BLOCKED:
                return run
            raise blocked_error(facts)
        if status_of(run) is RunStatus.BLOCKED and not _blocked_account_wide(run):
            return run
        drive = Drive(self._parts.journal.claim(run.id, self._claim(), self._limits()), self._parts)
        return self._send(drive, by_person=False)

    def _send(self, drive: Drive, *, absent: bool = False, by_person: bool = True) -> Run:
        with _released(drive):
            for segment in drive.run.segments:
                if segment.state is SegmentState.BLOCKED and (by_person or segment.reason in ACCOUNT_WIDE):
                    drive.note(segment.index, Cleared())  # before any is sent, so that all media are looked at first
            for segment in drive.run.segments:
                event: Event = Taken()
                if segment.state in _IN_DOUBT and absent:
                    event, absent = Absent(), False
                if not drive.follow(segment.index, event):
                    break
        return drive.run

    def _claim_without_cost(self, run: Run) -> Run:
        """Claim a run for what creates no post, so that a budget does not stand in its way."""
        unlimited = Limits(self._parts.settings.threads_per_hour, None)
        return self._parts.journal.claim(run.id, self._claim(), unlimited)

    def _claim(self) -> Claim:
        return Claim(self._owner, stamp(self._parts.clock), self._parts.settings.lease_s)

    def _limits(self) -> Limits:
        settings = self._parts.settings
        return Limits(settings.threads_per_hour, settings.monthly_budget_usd_milli)


@contextmanager
def _released(drive: Drive) -> Iterator[None]:
    """Give the run back at the end, whatever the end is."""
    try:
        yield
    finally:
        drive.release()


def _blocked_account_wide(run: Run) -> bool:
    return any(part.state is SegmentState.BLOCKED and part.reason in ACCOUNT_WIDE for part in run.segments)


def _undo(drive: Drive, *, absent: bool) -> None:
    for segment in drive.run.segments:
        event = Absent() if absent and segment.state in _IN_DOUBT else RollBack()
        if segment.state not in _THERE and not drive.follow(segment.index, event):
            return
    for segment in reversed(drive.run.segments):
        if segment.state in _THERE and not drive.follow(segment.index, RollBack()):
            return
