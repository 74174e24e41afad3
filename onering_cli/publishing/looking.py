"""How a segment in doubt is looked for, and what a reading of the timeline decides about it; pure."""

from dataclasses import replace

from onering_cli.publishing.elapsed import Pause, possible_s, proven_s
from onering_cli.publishing.events import Context, Effect, Looked, Step
from onering_cli.publishing.model import Reason, Segment, SegmentState
from onering_cli.publishing.ports import Certainty

LOOK_AGAIN_S = 1800.0  # once all looks are used up, how long until one more is worth its price


def look(segment: Segment, context: Context) -> Step:
    """How to find out: a destination with a key is simply told again, another one is read."""
    if context.certainty is Certainty.KEY:
        if segment.reason is Reason.DUPLICATE:
            return hold(segment, Reason.DUPLICATE, context)
        return replace(segment, state=SegmentState.PLANNED, reason=Reason.RESEND), Effect.PREPARE
    late = segment.looks >= len(context.settings.reconcile_waits_s) - 1
    if late and segment.reason is Reason.WATERMARK_HIDDEN:
        return segment, Effect.CHECK_WATERMARK  # instead of another reading that would show as little
    return segment, Effect.LOOK


def look_once(segment: Segment, context: Context) -> Step:
    """Back to unknown with all waits behind it: one reading decides."""
    reason = Reason.DUPLICATE if segment.reason is Reason.DUPLICATE else Reason.UNANSWERED
    looks = len(context.settings.reconcile_waits_s)
    return look(replace(segment, state=SegmentState.UNKNOWN, reason=reason, looks=looks, pause=None), context)


def judge(segment: Segment, event: Looked, context: Context) -> Step:
    """What one reading of the timeline decides."""
    found = event.findings
    looked = replace(segment, looks=_looks_by(segment, context), detail="", pause=None)
    if found.matches:
        several = len(found.matches) > 1
        oldest = found.matches[0]
        reason = Reason.ADOPTED_ONE_OF_SEVERAL if several else Reason.ADOPTED
        return settle(looked, oldest.remote_id, oldest.url, reason)
    duplicate = segment.reason is Reason.DUPLICATE
    if not duplicate:
        reason = Reason.UNANSWERED if event.watermark_visible else Reason.WATERMARK_HIDDEN
        looked = replace(looked, reason=reason)
    if has_looks_left(looked, context):
        return look(looked, context)
    if found.nearly:
        return hold(looked, Reason.NO_ORACLE, context)
    if duplicate:
        return _judge_duplicate(looked, context)
    return _judge_absence(looked, context) if event.watermark_visible else _judge_hiding(looked, segment.looks, context)


def _judge_duplicate(segment: Segment, context: Context) -> Step:
    """The platform holds something identical that is not ours, or ours that it does not show yet; never resend."""
    waited_s = possible_s(segment.attempted, context.now) if segment.attempted else 0.0
    if segment.unanswered and waited_s < context.settings.give_up_duplicate_s:
        return _leave(segment, context)
    return hold(segment, Reason.DUPLICATE, context)


def _judge_absence(segment: Segment, context: Context) -> Step:
    """It is not on the timeline, which reaches back far enough."""
    if context.strict:
        return hold(segment, Reason.NOT_FOUND, context)
    if segment.unanswered > 1 and not context.rolling_back:  # the one resend was not answered either
        return hold(segment, Reason.RESENT, context)
    return believe_absence(segment, context)


def _judge_hiding(segment: Segment, looks_before: int, context: Context) -> Step:
    """All looks are over and the watermark is not to be seen."""
    if looks_before == len(context.settings.reconcile_waits_s) - 1:  # it was there until the last reading
        return _leave(segment, context)
    return segment, Effect.CHECK_WATERMARK


def judge_hidden(segment: Segment, context: Context, *, exists: bool) -> Step:
    """The timeline does not show the watermark: the parent, or of a first segment the newest post before it.

    While it is missing, no reading proves that it reaches back far enough; when it was deleted, none ever will.
    """
    looked = replace(segment, looks=segment.looks + 1, reason=Reason.UNANSWERED, pause=None)
    if exists:
        return _leave(looked, context)
    if not segment.index:
        return hold(looked, Reason.WATERMARK_GONE, context)
    if context.rolling_back and not context.strict:
        return believe_absence(looked, context)
    return hold(looked, Reason.PARENT_GONE, context)


def believe_absence(segment: Segment, context: Context) -> Step:
    """It is not there: send the same once more, or leave it, when the run is being undone."""
    reason, effect = (Reason.NONE, Effect.PROCEED) if context.rolling_back else (Reason.RESEND, Effect.PREPARE)
    return replace(segment, state=SegmentState.PLANNED, reason=reason, tries=0, pause=None), effect


def _looks_by(segment: Segment, context: Context) -> int:
    """How many looks are behind the segment after this one, which stands for all that were due before it."""
    waited_s = proven_s(segment.attempted, context.now) if segment.attempted else 0.0
    due = sum(wait_s <= waited_s for wait_s in context.settings.reconcile_waits_s)
    return max(segment.looks + 1, due)


def has_looks_left(segment: Segment, context: Context) -> bool:
    """Whether some of the readings that a segment in doubt gets are still to come."""
    return segment.looks < len(context.settings.reconcile_waits_s)


def _leave(segment: Segment, context: Context) -> Step:
    """All looks are used up and nothing is certain: leave it, and look again much later."""
    return replace(segment, pause=Pause(context.now, LOOK_AGAIN_S)), Effect.STOP


def hold(segment: Segment, reason: Reason, context: Context) -> Step:
    """A person decides; a rollback goes on with what it can delete."""
    held = replace(segment, state=SegmentState.HELD, reason=reason, pause=None)
    return held, Effect.PROCEED if context.rolling_back else Effect.STOP


def settle(segment: Segment, remote_id: str, url: str, reason: Reason) -> Step:
    """It is out, under this id."""
    sent = replace(
        segment,
        state=SegmentState.SENT,
        reason=reason,
        detail="",
        remote_id=remote_id,
        url=url,
        tries=0,
        pause=None,
    )
    return sent, Effect.PROCEED
