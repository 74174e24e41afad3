"""What a run, or the error that kept it from one, makes of the entry that wanted it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from onering_cli.errors import (
    ExitCode,
    LogInError,
    OneRingError,
    PartialError,
    RefusedError,
    TryLaterError,
    UnknownOutcomeError,
    UsageError,
)
from onering_cli.publishing.changes import ALREADY_POSTED
from onering_cli.publishing.model import ACCOUNT_WIDE, Reason, Run, RunStatus, SegmentState, status_of
from onering_cli.publishing.words import verdict
from onering_cli.record import record
from onering_cli.scheduling.model import Cause, EntryState
from onering_cli.scheduling.ports import Closing, Settlement

if TYPE_CHECKING:
    from datetime import datetime

    from onering_cli.publishing.elapsed import Stamp
    from onering_cli.scheduling.model import Entry

TROUBLE_S = 60.0
"""How long an account rests that is logged out, blocked or without budget; no call is made to find out."""
UNREACHED_S = 60.0
"""How long an account rests when the platform could not be reached."""
AGAIN_S = 60.0
"""When one entry is tried again if nothing says when."""


@record
class Ending:
    """How one try of an entry ended.

    Args:
        settlement: What becomes of the entry.
        message: One sentence.
        hint: The command that helps, or "".
        exit_code: For the whole pass, if nothing worse happens.
        url: Of the first post, when it is out.
    """

    settlement: Settlement
    message: str
    hint: str = ""
    exit_code: int = ExitCode.DONE
    url: str = ""


def after_run(run: Run, now: Stamp) -> Ending:
    """How a try ended that has a run."""
    url = run.segments[0].url
    error = verdict(run, now)
    if error is None:
        posts = len(run.segments)
        told = f"posted {posts} posts" if posts > 1 else "posted"
        return Ending(Settlement(EntryState.POSTED, run=run.id), f"{told}, as run {run.id}", url=url)
    ending = _after_verdict(run, error, now.at)
    return replace(ending, settlement=replace(ending.settlement, run=run.id), url=url)


def after_error(entry: Entry, error: OneRingError, now: datetime) -> Ending:
    """How a try ended that came to no run, or not to its end."""
    run = error.details.get("run")
    retry_at = error.retry_at if isinstance(error, TryLaterError) else None
    reason = error.details.get("reason")
    if isinstance(error, LogInError):
        ending = _rest(Cause.LOGGED_OUT, error, TROUBLE_S)
    elif isinstance(error, TryLaterError) and "budget_usd_milli" in error.details:
        ending = _rest(Cause.BUDGET, error, TROUBLE_S)
    elif isinstance(error, (TryLaterError, PartialError)) and isinstance(run, str):
        ending = _again(Cause.BUSY, error, retry_at, now)
    elif isinstance(error, TryLaterError):
        wait_s = max((retry_at - now).total_seconds(), 1.0) if retry_at else UNREACHED_S
        ending = _rest(Cause.LIMIT, error, wait_s, excuses=True)
    elif isinstance(error, RefusedError) and reason in ACCOUNT_WIDE:
        ending = _rest(Cause.BLOCKED, error, TROUBLE_S)
    elif isinstance(error, RefusedError) and reason == ALREADY_POSTED:
        ending = _end(EntryState.MISSED, Cause.ALREADY_POSTED, error, f"onering schedule rm {entry.id}")
    elif isinstance(error, RefusedError) and isinstance(run, str):
        ending = _end(EntryState.FAILED, Cause.REFUSED, error, error.hint, run=run)
    elif isinstance(error, (RefusedError, UsageError)):
        ending = _end(EntryState.FAILED, Cause.DRAFT_INVALID, error, error.hint)
    else:
        ending = _again(Cause.UNKNOWN, error, retry_at, now)
    return ending


def draft_gone(entry: Entry, error: OneRingError) -> Ending:
    """How a try ended whose draft is not there."""
    hint = f"{error.hint}; then: onering schedule resume {entry.id}" if "restore" in error.hint else ""
    return _end(EntryState.FAILED, Cause.DRAFT_GONE, error, hint or f"onering schedule rm {entry.id}")


def given_up(ending: Ending, run: Run) -> Ending:
    """A try that a person has to mend something for, and that has been tried for as long as it may be late."""
    settlement = ending.settlement
    failed = Settlement(EntryState.FAILED, run=run.id, cause=settlement.cause, detail=settlement.detail)
    return replace(ending, settlement=failed, hint=f"{ending.hint}; then: onering thread resume {run.id}")


def _after_verdict(run: Run, error: OneRingError, now: datetime) -> Ending:
    status = status_of(run)
    retry_at = _retry_at(error)
    reasons = {segment.reason for segment in run.segments if segment.state is not SegmentState.SENT}
    if isinstance(error, UnknownOutcomeError):
        ending = _again(Cause.UNKNOWN, error, retry_at, now)
    elif isinstance(error, LogInError):
        ending = _rest(Cause.LOGGED_OUT, error, TROUBLE_S)
    elif isinstance(error, RefusedError) and reasons & ACCOUNT_WIDE:
        ending = _rest(Cause.BLOCKED, error, TROUBLE_S)
    elif isinstance(error, RefusedError):
        ending = _end(EntryState.FAILED, Cause.REFUSED, error, error.hint)
    elif status is RunStatus.HELD or run.rolling_back:
        ending = _end(EntryState.FAILED, Cause.HELD, error, error.hint)
    elif Reason.RATE_LIMITED in reasons and retry_at is not None:
        ending = _rest(Cause.LIMIT, error, max((retry_at - now).total_seconds(), 1.0), excuses=True)
    elif Reason.NOT_SENT in reasons:
        ending = _rest(Cause.NOT_SENT, error, UNREACHED_S)
    else:
        ending = _again(Cause.UNKNOWN if status is RunStatus.PARTIAL else Cause.NOT_SENT, error, retry_at, now)
    return ending


def _retry_at(error: OneRingError) -> datetime | None:
    if isinstance(error, TryLaterError):
        return error.retry_at
    told = error.details.get("retry_at")
    if not isinstance(told, str):
        return None
    from datetime import datetime

    return datetime.fromisoformat(told)


def _end(state: EntryState, cause: Cause, error: OneRingError, hint: str, *, run: str = "") -> Ending:
    settlement = Settlement(state, cause=cause, detail=error.message, run=run)
    return Ending(settlement, error.message, hint, error.exit_code)


def _again(cause: Cause, error: OneRingError, retry_at: datetime | None, now: datetime) -> Ending:
    """Only this entry waits."""
    at = max(retry_at or now, now + timedelta(seconds=AGAIN_S if retry_at is None else 1))
    settlement = Settlement(EntryState.SCHEDULED, act_at=at, cause=cause, detail=error.message)
    return Ending(settlement, error.message, error.hint, error.exit_code)


def _rest(cause: Cause, error: OneRingError, seconds: float, *, excuses: bool = False) -> Ending:
    """The account's entries wait, this one before all others."""
    closing = Closing(seconds, cause, error.message, excuses)
    settlement = Settlement(EntryState.SCHEDULED, cause=cause, detail=error.message, closing=closing)
    return Ending(settlement, error.message, error.hint, error.exit_code)
