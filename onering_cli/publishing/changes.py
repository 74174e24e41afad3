"""What a journal's writes mean, whatever it is kept in."""

from dataclasses import replace

from onering_cli.errors import PartialError, RefusedError
from onering_cli.publishing.elapsed import Stamp
from onering_cli.publishing.model import Lease, Run, RunStatus, SegmentState, is_final, status_of
from onering_cli.publishing.ports import Change, Claim, Proposal

ALREADY_POSTED = "already_posted"

_MAY_BE_OUT = frozenset(
    {SegmentState.SENDING, SegmentState.SENT, SegmentState.UNKNOWN, SegmentState.HELD, SegmentState.DELETING}
)


def begun(proposal: Proposal, claim: Claim, run_id: str) -> Run:
    """The new run for a proposal, claimed."""
    return Run(
        id=run_id,
        account=proposal.account,
        draft=proposal.draft,
        key=proposal.key,
        payload_hash=proposal.payload_hash,
        form=proposal.form,
        reply_to_id=proposal.reply_to_id,
        strict=proposal.strict,
        segments=proposal.segments,
        created_at=claim.now.at,
        updated_at=claim.now.at,
        fence=1,
        lease=Lease(claim.owner, claim.now, claim.lease_s),
        warnings=proposal.warnings,
    )


def applied(run: Run, change: Change, now: Stamp) -> Run:
    """The run after one step, its lease renewed or given back."""
    changed = {segment.index: segment for segment in change.segments}
    lease = replace(run.lease, renewed=now) if run.lease is not None and not change.release else None
    return replace(
        run,
        segments=tuple(changed.get(segment.index, segment) for segment in run.segments),
        spent_usd_milli=run.spent_usd_milli + change.spent_usd_milli,
        rolling_back=run.rolling_back or change.rolling_back,
        updated_at=now.at,
        lease=lease,
    )


def stands_for(run: Run, proposal: Proposal) -> bool:
    """Whether a run of the same draft to the same account is the answer to a proposal without a key.

    One that was taken back is not when the draft has changed since, or when nothing of it had got out.
    """
    if status_of(run) is not RunStatus.ROLLED_BACK:
        return True
    was_out = any(segment.state is SegmentState.DELETED for segment in run.segments)
    return was_out and run.payload_hash == proposal.payload_hash


def refuse_run_like(run: Run) -> None:
    """Refuse to begin a run whose first post is that of another one, which is partly out and not finished.

    A file that is edited after its thread broke off is another draft; posted as such, its beginning would be out twice.

    Raises:
        PartialError: `run` is such a run.
    """
    if not is_final(status_of(run)) and any(part.state in _MAY_BE_OUT or part.unanswered for part in run.segments):
        raise PartialError(
            f"run {run.id} to {run.account} begins with the same post, is partly out and not finished",
            hint=f"onering thread resume {run.id}, or onering thread rollback {run.id} to begin anew",
            details={"run": run.id},
        )


def refuse_second_run(run: Run, *, once: bool = False) -> None:
    """Refuse to begin a run under a new key while another run of the same draft to the same account is not finished.

    Args:
        run: The draft's last.
        once: Refuse as well when it is posted.

    Raises:
        PartialError: `run` is not finished.
        RefusedError: `run` is posted.
    """
    if once and status_of(run) is RunStatus.POSTED:
        raise RefusedError(
            f"its draft was posted to {run.account} already, as run {run.id}",
            hint=f"onering thread status {run.id}",
            details={"run": run.id, "reason": ALREADY_POSTED},
        )
    if not is_final(status_of(run)):
        raise PartialError(
            f"run {run.id} of the same draft to {run.account} is not finished",
            hint=f"onering thread resume {run.id}, or onering thread rollback {run.id}",
            details={"run": run.id},
        )
