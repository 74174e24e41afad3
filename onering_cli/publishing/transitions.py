"""The state machine of a segment: (state, event) → (state, effect), pure; the engine commits the state, then acts.

Read it beside the table of states in DECISIONS.md (posting integrations): one function a state, one case a row. What
a reading of the timeline decides is in `looking`.
"""

from dataclasses import replace
from typing import NoReturn

from onering_cli.publishing.elapsed import Pause
from onering_cli.publishing.events import (
    Absent,
    Adopt,
    Cleared,
    Context,
    Effect,
    Event,
    Looked,
    MediaReady,
    NoOracle,
    ParentChecked,
    Ready,
    Recheck,
    RemovalChecked,
    RollBack,
    Step,
    Taken,
    WatermarkChecked,
)
from onering_cli.publishing.looking import (
    believe_absence,
    has_looks_left,
    hold,
    judge,
    judge_hidden,
    look,
    look_once,
    settle,
)
from onering_cli.publishing.model import Reason, Segment, SegmentState
from onering_cli.publishing.outcomes import (
    Ambiguous,
    Blocked,
    Created,
    Duplicate,
    Gone,
    MediaGone,
    NotSent,
    ParentNotVisible,
    RateLimited,
    Unavailable,
)

PARENT_PAUSE_S = 60.0  # how long to leave a parent that exists but that the platform does not let us answer yet
MEDIA_TRIES = 2  # uploads of the same file that the platform may lose before it counts as refused


def transition(segment: Segment, event: Event, context: Context) -> Step:
    """The segment after an event, and what to do once that is durable.

    Raises:
        ValueError: The event cannot happen in the segment's state.
    """
    return _BY_STATE[segment.state](segment, event, context)


def _planned(segment: Segment, event: Event, context: Context) -> Step:
    match event:
        case Taken() | RollBack() if _may_exist(segment):
            # A resend was decided earlier, perhaps days ago: what was missing then may have turned up since.
            step = look_once(segment, context)
        case Taken() | Cleared():
            step = segment, Effect.PREPARE
        case MediaReady(position, upload):
            uploads = (*segment.uploads[:position], upload, *segment.uploads[position + 1 :])
            step = replace(segment, uploads=uploads), Effect.PREPARE
        case Ready(watermark, key):
            step = _start(segment, watermark, key, context)
        case NotSent(detail) | Unavailable(detail):
            step = _back_off(segment, detail, context)
        case RateLimited():
            step = _wait_for_limit(segment, event, context)
        case Blocked():
            step = _block(segment, event)
        case ParentChecked(exists):
            step = _judge_parent(segment, context, exists=exists)
        case RollBack():
            step = segment, Effect.PROCEED
        case _:
            _impossible(segment, event)
    return step


def _sending(segment: Segment, event: Event, context: Context) -> Step:
    match event:
        case Created(remote_id, url):
            step = settle(segment, remote_id, url, Reason.NONE)
        case NotSent(detail):
            step = _back_off(segment, detail, context)
        case RateLimited():
            step = _wait_for_limit(segment, event, context)
        case Blocked():
            step = _block(segment, event)
        case ParentNotVisible(detail):
            step = _await_parent(segment, detail, context)
        case MediaGone(detail):
            step = _upload_again(segment, detail)
        case Duplicate(detail):
            step = look(replace(segment, state=SegmentState.UNKNOWN, reason=Reason.DUPLICATE, detail=detail), context)
        case Ambiguous(detail):
            step = _lose_sight(segment, Reason.UNANSWERED, detail, context)
        case Taken() | RollBack():
            step = _lose_sight(segment, Reason.INTERRUPTED, "", context)
        case _:
            _impossible(segment, event)
    return step


def _unknown(segment: Segment, event: Event, context: Context) -> Step:  # noqa: C901 -- one case a row of the table
    match event:
        case Taken() | RollBack():
            step = look(segment, context)
        case Recheck():
            step = look(replace(segment, pause=None), context)
        case Looked():
            step = judge(segment, event, context)
        case NoOracle():
            step = hold(segment, Reason.NO_ORACLE, context)
        case WatermarkChecked(exists):
            step = judge_hidden(segment, context, exists=exists)
        case Unavailable(detail):
            looked = replace(segment, looks=segment.looks + 1, detail=detail)
            step = look(looked, context) if has_looks_left(looked, context) else (looked, Effect.STOP)
        case Blocked(_, detail):
            step = replace(segment, detail=detail), Effect.STOP
        case RateLimited(wait_s, _, detail):
            step = replace(segment, detail=detail, pause=Pause(context.now, wait_s)), Effect.LOOK
        case Absent() if has_looks_left(segment, context):
            step = look(segment, context)
        case Absent():
            step = believe_absence(segment, context)
        case Adopt(remote_id, url):
            step = settle(segment, remote_id, url, Reason.ADOPTED)
        case _:
            _impossible(segment, event)
    return step


def _held(segment: Segment, event: Event, context: Context) -> Step:
    match event:
        case Taken():
            step = segment, Effect.STOP
        case Recheck() | RollBack() if _may_exist(segment) and segment.reason is not Reason.NO_ORACLE:
            step = look_once(segment, context)
        case Recheck():
            step = segment, Effect.STOP
        case RollBack() if _may_exist(segment):
            step = segment, Effect.PROCEED
        case RollBack():
            step = replace(segment, state=SegmentState.PLANNED, reason=Reason.NONE), Effect.PROCEED
        case Absent():
            step = believe_absence(segment, context)
        case Adopt(remote_id, url):
            step = settle(segment, remote_id, url, Reason.ADOPTED)
        case _:
            _impossible(segment, event)
    return step


def _blocked(segment: Segment, event: Event, context: Context) -> Step:
    planned = replace(segment, state=SegmentState.PLANNED, reason=Reason.NONE, detail="", tries=0, pause=None)
    match event:
        case Taken() | Recheck():
            step = segment, Effect.STOP
        case Cleared():
            step = _planned(planned, Taken(), context)
        case RollBack() if _may_exist(segment):
            step = look_once(segment, context)
        case RollBack():
            step = segment, Effect.PROCEED
        case _:
            _impossible(segment, event)
    return step


def _sent(segment: Segment, event: Event, context: Context) -> Step:
    del context
    match event:
        case Taken() | Recheck():
            step = segment, Effect.PROCEED
        case RollBack():
            cleared = replace(segment, state=SegmentState.DELETING, reason=Reason.NONE, detail="", tries=0, pause=None)
            step = cleared, Effect.REMOVE
        case _:
            _impossible(segment, event)
    return step


def _deleting(segment: Segment, event: Event, context: Context) -> Step:
    match event:
        case Taken() | RollBack() | Cleared():
            step = replace(segment, reason=Reason.NONE, tries=0), Effect.REMOVE
        case Gone() | RemovalChecked(exists=False):
            deleted = replace(segment, state=SegmentState.DELETED, reason=Reason.NONE, detail="", pause=None)
            step = deleted, Effect.PROCEED
        case Ambiguous(detail):
            step = replace(segment, reason=Reason.UNANSWERED, detail=detail), Effect.CHECK_REMOVAL
        case NotSent(detail) | Unavailable(detail):
            step = _try_removal_again(segment, detail, context)
        case RemovalChecked():
            step = _try_removal_again(segment, segment.detail, context)
        case RateLimited(wait_s, _, detail):
            pause = Pause(context.now, wait_s)
            step = replace(segment, reason=Reason.RATE_LIMITED, detail=detail, pause=pause), Effect.REMOVE
        case Blocked(reason, detail):
            step = replace(segment, reason=reason, detail=detail), Effect.STOP
        case _:
            _impossible(segment, event)
    return step


def _deleted(segment: Segment, event: Event, context: Context) -> Step:
    del context
    if not isinstance(event, Taken | RollBack | Recheck):
        _impossible(segment, event)
    return segment, Effect.PROCEED


_BY_STATE = {
    SegmentState.PLANNED: _planned,
    SegmentState.SENDING: _sending,
    SegmentState.SENT: _sent,
    SegmentState.UNKNOWN: _unknown,
    SegmentState.HELD: _held,
    SegmentState.BLOCKED: _blocked,
    SegmentState.DELETING: _deleting,
    SegmentState.DELETED: _deleted,
}


def _start(segment: Segment, watermark: str, key: str, context: Context) -> Step:
    """The attempt is counted and its watermark kept before anything leaves; W is that of the first attempt."""
    sending = replace(
        segment,
        state=SegmentState.SENDING,
        watermark=watermark if segment.watermark is None else segment.watermark,
        key=segment.key or key,
        attempt=segment.attempt + 1,
        attempted=context.now,
        looks=0,
        pause=None,
    )
    return sending, Effect.SEND


def _back_off(segment: Segment, detail: str, context: Context) -> Step:
    """Nothing was sent; a few tries with growing pauses, then leave it for later."""
    waits_s = context.settings.connect_backoff_s
    tries = segment.tries if segment.reason is Reason.NOT_SENT else 0
    more = tries < len(waits_s)
    planned = replace(
        segment,
        state=SegmentState.PLANNED,
        reason=Reason.NOT_SENT,
        detail=detail,
        tries=tries + 1 if more else 0,
        pause=Pause(context.now, waits_s[min(tries, len(waits_s) - 1)]) if waits_s else None,
    )
    return planned, Effect.PREPARE if more else Effect.STOP


def _wait_for_limit(segment: Segment, event: RateLimited, context: Context) -> Step:
    planned = replace(
        segment,
        state=SegmentState.PLANNED,
        reason=Reason.RATE_LIMITED,
        detail=event.detail,
        pause=Pause(context.now, event.wait_s),
    )
    return planned, Effect.PREPARE


def _block(segment: Segment, event: Blocked) -> Step:
    blocked = replace(segment, state=SegmentState.BLOCKED, reason=event.reason, detail=event.detail, pause=None)
    return blocked, Effect.STOP


def _await_parent(segment: Segment, detail: str, context: Context) -> Step:
    """The platform may lag behind its own answer: try again a few times, then look the parent up."""
    if not context.answers:
        return _block(segment, Blocked(Reason.FORBIDDEN, detail))
    waits_s = context.settings.parent_waits_s
    tries = segment.tries if segment.reason is Reason.PARENT_LAG else 0
    lagging = replace(segment, state=SegmentState.PLANNED, reason=Reason.PARENT_LAG, detail=detail, tries=tries)
    if tries >= len(waits_s):
        return lagging, Effect.CHECK_PARENT
    return replace(lagging, tries=tries + 1, pause=Pause(context.now, waits_s[tries])), Effect.PREPARE


def _judge_parent(segment: Segment, context: Context, *, exists: bool) -> Step:
    if not exists:
        return hold(segment, Reason.PARENT_GONE, context)
    return replace(segment, tries=0, pause=Pause(context.now, PARENT_PAUSE_S)), Effect.STOP


def _upload_again(segment: Segment, detail: str) -> Step:
    tries = segment.tries + 1 if segment.reason is Reason.MEDIA_EXPIRED else 1
    if tries > MEDIA_TRIES:
        return _block(segment, Blocked(Reason.MEDIA_REFUSED, detail))
    planned = replace(
        segment,
        state=SegmentState.PLANNED,
        reason=Reason.MEDIA_EXPIRED,
        detail=detail,
        uploads=(None,) * len(segment.uploads),
        tries=tries,
    )
    return planned, Effect.PREPARE


def _lose_sight(segment: Segment, reason: Reason, detail: str, context: Context) -> Step:
    unknown = replace(
        segment, state=SegmentState.UNKNOWN, reason=reason, detail=detail, unanswered=segment.unanswered + 1
    )
    return look(unknown, context)


def _try_removal_again(segment: Segment, detail: str, context: Context) -> Step:
    waits_s = context.settings.connect_backoff_s
    if segment.tries >= len(waits_s):
        return replace(segment, detail=detail, tries=0), Effect.STOP
    pause = Pause(context.now, waits_s[segment.tries])
    return replace(segment, detail=detail, tries=segment.tries + 1, pause=pause), Effect.REMOVE


def _may_exist(segment: Segment) -> bool:
    return segment.unanswered > 0


def _impossible(segment: Segment, event: Event) -> NoReturn:
    raise ValueError(f"{type(event).__name__} cannot happen to a segment that is {segment.state}")
