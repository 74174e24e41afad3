"""Every state of a run in words, with the command to run next, and the error that a script is told."""

from datetime import datetime

from onering_cli.errors import LogInError, OneRingError, PartialError, RefusedError, TryLaterError, UnknownOutcomeError
from onering_cli.publishing.elapsed import Pause, Stamp, ends_at, proven_s, remaining_s
from onering_cli.publishing.model import Reason, Run, RunStatus, Segment, SegmentState, status_of
from onering_cli.record import record


@record
class Explanation:
    """Where a run stands, for people.

    Args:
        headline: One sentence about the whole.
        posts: One sentence a post, in order.
        steps: Commands that help, the best first; empty when nothing is left to do.
    """

    headline: str
    posts: tuple[str, ...]
    steps: tuple[str, ...]


def explain(run: Run, now: Stamp) -> Explanation:
    """Where a run stands, and what to do about it."""
    return Explanation(_headline(run, now), tuple(_post(segment) for segment in run.segments), _steps(run, now))


def verdict(run: Run, now: Stamp) -> OneRingError | None:
    """The error that a script is told about a run that was left as it is; None when all is done."""
    status = status_of(run)
    retry_at = come_back_at(run, now)
    explanation = explain(run, now)
    message = explanation.headline
    hint = explanation.steps[0] if explanation.steps else ""
    details = {"retry_at": retry_at.isoformat()} if retry_at else {}
    reasons = {segment.reason for segment in run.segments if segment.state is SegmentState.BLOCKED}
    if status in {RunStatus.POSTED, RunStatus.ROLLED_BACK}:
        error: OneRingError | None = None
    elif status is RunStatus.PLANNED:
        error = TryLaterError(message, hint=hint, retry_at=retry_at)
    elif status is RunStatus.UNKNOWN:
        error = UnknownOutcomeError(message, hint=hint, details=details)
    elif Reason.UNAUTHORIZED in reasons:
        error = LogInError(message, hint=hint)
    elif status is RunStatus.BLOCKED:
        error = RefusedError(message, hint=hint, details={"reason": str(next(iter(reasons)))})
    else:
        error = PartialError(message, hint=hint, details=details)
    return error


def come_back_at(run: Run, now: Stamp) -> datetime | None:
    """When it is worth calling again: after the lease of whoever has the run, and after the pauses of its segments."""
    pauses = [segment.pause for segment in run.segments if segment.pause is not None]
    if run.lease is not None:
        pauses.append(Pause(run.lease.renewed, run.lease.seconds))
    return max((ends_at(pause, now) for pause in pauses if remaining_s(pause, now) > 0), default=None)


def is_held_by_another(run: Run, now: Stamp) -> bool:
    """True while some process has the run."""
    return run.lease is not None and proven_s(run.lease.renewed, now) < run.lease.seconds


def _headline(run: Run, now: Stamp) -> str:
    total = len(run.segments)
    sent = sum(segment.state is SegmentState.SENT for segment in run.segments)
    retry_at = come_back_at(run, now)
    later = f"; it can go on after {retry_at:%Y-%m-%d %H:%M:%S} UTC" if retry_at else ""
    concerned = _concerned(run)
    index = concerned.index
    by_status: dict[RunStatus, str] = {
        RunStatus.POSTED: f"all {total} posts are out" if total > 1 else "the post is out",
        RunStatus.ROLLED_BACK: "the thread was taken back; nothing of it is left",
        RunStatus.PLANNED: f"nothing was sent{_because(concerned)}{later}",
        RunStatus.PARTIAL: f"{_out(sent, total)}{_because(concerned)}{later}",
        RunStatus.HELD: f"post {index + 1} of {total} is held: {_post(concerned)}",
        RunStatus.BLOCKED: f"post {index + 1} of {total} is blocked: {_post(concerned)}",
        RunStatus.UNKNOWN: f"nobody knows yet whether post {index + 1} of {total} is out: {_post(concerned)}",
    }
    status = status_of(run)
    if is_held_by_another(run, now) and run.lease is not None:
        return f"another process ({run.lease.owner}) is at work on it, or died over it; {_out(sent, total)}{later}"
    if run.rolling_back and status is RunStatus.PARTIAL:
        return f"the rollback is not finished: {_left(run)} of {total} posts are still to be deleted{later}"
    return by_status[status]


_BY_CONCERN = (
    frozenset({SegmentState.SENDING, SegmentState.UNKNOWN}),
    frozenset({SegmentState.HELD}),
    frozenset({SegmentState.BLOCKED}),
    frozenset({SegmentState.PLANNED, SegmentState.DELETING}),
    frozenset(SegmentState),
)


def _concerned(run: Run) -> Segment:
    """The first segment in the state that the run's status tells of."""
    return next(segment for states in _BY_CONCERN for segment in run.segments if segment.state in states)


def _out(sent: int, total: int) -> str:
    return f"{sent} of {total} posts {'is' if sent == 1 else 'are'} out"


def _left(run: Run) -> int:
    return sum(segment.state in {SegmentState.SENT, SegmentState.DELETING} for segment in run.segments)


def _because(segment: Segment) -> str:
    told = _WHY_PLANNED.get(segment.reason, "")
    return f" ({told}{_quoted(segment)})" if told else ""


def _quoted(segment: Segment) -> str:
    return f": “{segment.detail}”" if segment.detail else ""


_WHY_PLANNED = {
    Reason.NOT_SENT: "the platform could not be reached",
    Reason.RATE_LIMITED: "the platform's rate limit is reached",
    Reason.PARENT_LAG: "the platform does not see the post before it yet",
    Reason.MEDIA_EXPIRED: "its media must be uploaded again",
    Reason.RESEND: "it did not arrive and is to be sent once more",
}
_WHY_UNKNOWN = {
    Reason.UNANSWERED: "it was sent, and no clear answer came",
    Reason.INTERRUPTED: "the process was stopped while it was being sent",
    Reason.DUPLICATE: "the platform says that something identical exists, but does not show it",
    Reason.WATERMARK_HIDDEN: "the timeline does not reach back far enough to tell",
}
_WHY_HELD = {
    Reason.PARENT_GONE: "the post it answers is gone, so it would stand alone",
    Reason.NOT_FOUND: "it was sent without a clear answer and is not on the timeline; look, then decide",
    Reason.RESENT: "it was sent twice without a clear answer and is not on the timeline; look, then decide",
    Reason.DUPLICATE: "the platform refuses it because something identical exists; change the text, or take it as sent",
    Reason.WATERMARK_GONE: "it was sent without a clear answer, and the post that a reading starts from was deleted, "
    "so that nothing is proven; look, then decide",
    Reason.NO_ORACLE: "whether it is out cannot be told, since its text repeats or it has none; look, then decide",
}
_WHY_BLOCKED = {
    Reason.UNAUTHORIZED: "the platform refused the login",
    Reason.NO_CREDITS: "the developer account has no credits left",
    Reason.MONTHLY_CAP: "the developer account has reached its monthly cap",
    Reason.NOT_SUMMONED: "the platform refuses replies that nobody asked for, those in your own thread among them",
    Reason.FORBIDDEN: "the platform refuses it",
    Reason.INVALID: "the platform says that it is not valid",
    Reason.MEDIA_REFUSED: "the platform refuses its media",
    Reason.MEDIA_CHANGED: "a media file is gone or has changed since the thread was planned",
}
_ADOPTED = {
    Reason.ADOPTED: "is out; it was found on the timeline",
    Reason.ADOPTED_ONE_OF_SEVERAL: "is out, and more than once; the oldest counts, and nothing was deleted",
}


def _post(segment: Segment) -> str:
    """One sentence about one post."""
    words = {
        SegmentState.PLANNED: "is not sent yet" + _because(segment),
        SegmentState.SENDING: "it is being sent, or was when its process stopped",
        SegmentState.SENT: _ADOPTED.get(segment.reason, "is out"),
        SegmentState.UNKNOWN: _WHY_UNKNOWN.get(segment.reason, "it may be out") + _quoted(segment),
        SegmentState.HELD: _WHY_HELD.get(segment.reason, "a person must decide") + _quoted(segment),
        SegmentState.BLOCKED: _WHY_BLOCKED.get(segment.reason, "it was refused") + _quoted(segment),
        SegmentState.DELETING: "is being deleted" + _quoted(segment),
        SegmentState.DELETED: "is deleted",
    }
    return words[segment.state]


def _steps(run: Run, now: Stamp) -> tuple[str, ...]:
    """Commands that help, the best first."""
    status = status_of(run)
    roll_back = f"onering thread rollback {run.id}"
    if status in {RunStatus.POSTED, RunStatus.ROLLED_BACK}:
        steps: tuple[str, ...] = ()
    elif is_held_by_another(run, now):
        steps = (f"onering thread status {run.id}",)
    elif run.rolling_back and status is RunStatus.HELD:
        steps = (f"onering thread reconcile {run.id} --adopt ADDRESS", f"{roll_back} --not-there")
    elif run.rolling_back:
        steps = (roll_back,)
    elif status is RunStatus.UNKNOWN:
        steps = _steps_when_unknown(run)
    elif status is RunStatus.HELD:
        steps = _steps_when_held(run)
    elif status is RunStatus.BLOCKED:
        steps = _steps_when_blocked(run)
    else:
        steps = (f"onering thread resume {run.id}", roll_back)
    return steps


def _steps_when_unknown(run: Run) -> tuple[str, ...]:
    reconcile, resume = f"onering thread reconcile {run.id}", f"onering thread resume {run.id}"
    unknown = _concerned(run)
    asks = unknown.looks and unknown.pause is not None  # it was looked for in vain, and a person may know more
    by_person = (f"{reconcile} --adopt ADDRESS", f"{resume} --send-again") if asks else ()
    return (reconcile, resume, *by_person, f"onering thread rollback {run.id}")


def _steps_when_held(run: Run) -> tuple[str, ...]:
    held = next(segment for segment in run.segments if segment.state is SegmentState.HELD)
    roll_back = f"onering thread rollback {run.id}"
    if held.reason is Reason.PARENT_GONE:
        return (roll_back,)
    return (
        f"onering thread reconcile {run.id}",
        f"onering thread reconcile {run.id} --adopt ADDRESS",
        f"onering thread resume {run.id} --send-again",
        roll_back,
    )


def _steps_when_blocked(run: Run) -> tuple[str, ...]:
    blocked = next(segment for segment in run.segments if segment.state is SegmentState.BLOCKED)
    resume, roll_back = f"onering thread resume {run.id}", f"onering thread rollback {run.id}"
    if blocked.reason is Reason.UNAUTHORIZED:
        return ("onering auth login x", resume)
    if blocked.reason is Reason.NOT_SUMMONED:
        return (roll_back, "onering post DRAFT --as long")
    return (resume, roll_back)
