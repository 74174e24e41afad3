"""One process at work on one claimed run: performs the effects that the transitions ask for, one at a time."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

from onering_cli.clock import Clock
from onering_cli.errors import OneRingError
from onering_cli.publishing.elapsed import Pause, Stamp, possible_s, remaining_s, stamp
from onering_cli.publishing.events import (
    Context,
    Effect,
    Event,
    Looked,
    MediaReady,
    NoOracle,
    ParentChecked,
    Ready,
    RemovalChecked,
    WatermarkChecked,
)
from onering_cli.publishing.model import (
    ACCOUNT_WIDE,
    Reason,
    Run,
    Segment,
    SegmentState,
    Upload,
    is_final,
    parent_id,
    status_of,
)
from onering_cli.publishing.outcomes import (
    Ambiguous,
    Blocked,
    Created,
    Found,
    Gone,
    LookupOutcome,
    Newest,
    NotSent,
    Timeline,
    Uploaded,
)
from onering_cli.publishing.ports import Certainty, Change, Destination, Journal, MediaFiles, Watcher
from onering_cli.publishing.rules import PlatformRules, PublishingSettings
from onering_cli.publishing.sameness import find, says_nothing
from onering_cli.publishing.transitions import transition
from onering_cli.record import record

LOOK_LIMIT = 100  # posts a reading may bring: https://docs.x.com/x-api/users/get-posts, max_results, August 2026
RECENT = timedelta(days=7)  # texts that repeat within this long cannot be told apart by a reading
EXPIRY_MARGIN_S = 600.0  # uploaded media count as expired this long before they do
LEAST_SEND_WITHIN_S = 1.0


@record
class Parts:
    """What the engine works with."""

    journal: Journal
    destination: Destination
    files: MediaFiles
    clock: Clock
    settings: PublishingSettings
    platform: PlatformRules
    watcher: Watcher


class Drive:
    """Moves the segments of a claimed run; `run` is always what the journal holds.

    Args:
        run: Claimed by this process.
        parts: What to work with.
        may_send: Whether segments may be sent; without, what is unknown is settled and nothing else.
    """

    def __init__(self, run: Run, parts: Parts, *, may_send: bool = True) -> None:
        self.run = run
        self._parts = parts
        self._may_send = may_send
        self._facts = parts.destination.describe()
        self._read_usd_milli = 0
        parts.watcher.on_run(run)

    def follow(self, index: int, event: Event) -> bool:
        """Take a segment from an event as far as it gets; true when the next segment may have its turn."""
        effect = self._step(index, event)
        while effect not in (Effect.PROCEED, Effect.STOP):
            following = self._perform(index, effect)
            if following is None:
                return False
            effect = self._step(index, following)
        return effect is Effect.PROCEED

    def note(self, index: int, event: Event) -> None:
        """Record what happened to a segment, and leave what follows from it for its turn."""
        self._step(index, event)

    def mark_rolling_back(self) -> None:
        """Make the wish to roll back durable, so that whoever comes later goes on with it."""
        if not self.run.rolling_back:
            self._record(Change(rolling_back=True))

    def release(self) -> None:
        """Give the run back, if this process still has it."""
        if self.run.lease is not None:
            with suppress(OneRingError):  # whoever took the run has it; a lease that cannot be given back runs out
                self._read_again()
                self._record(Change(release=True))
                self._parts.watcher.on_run(self.run)

    def _read_again(self) -> None:
        """An interruption may have come between a commit and its being known here; the journal knows."""
        stored = self._parts.journal.get(self.run.id)
        if stored.fence == self.run.fence:
            self.run = stored

    def _step(self, index: int, event: Event) -> Effect:
        """One transition, durable before its effect is known to the caller."""
        before = self.run.segments[index]
        after, effect = transition(before, event, self._context(index))
        if after is not before or isinstance(event, Blocked):
            self._record(self._change(after, event, stops=effect is Effect.STOP))
            self._parts.watcher.on_segment(self.run, after)
            if self.run.lease is None:
                self._parts.watcher.on_run(self.run)
        return effect

    def _change(self, segment: Segment, event: Event, *, stops: bool) -> Change:
        spent_usd_milli, self._read_usd_milli = self._read_usd_milli, 0
        before = self.run.segments[segment.index]
        if segment.state is SegmentState.SENT and before.state is not SegmentState.SENT:
            spent_usd_milli += segment.cost_usd_milli
        if segment.state is SegmentState.DELETED:
            spent_usd_milli += self._parts.platform.delete_usd_milli
        reason = event.reason if isinstance(event, Blocked) else Reason.NONE
        account_wide = isinstance(event, Blocked) and reason in ACCOUNT_WIDE
        segments = tuple(segment if part.index == segment.index else part for part in self.run.segments)
        ends = is_final(status_of(replace(self.run, segments=segments)))
        return Change(
            segments=(segment,),
            spent_usd_milli=spent_usd_milli,
            block=reason if account_wide else Reason.NONE,
            block_detail=event.detail if isinstance(event, Blocked) and account_wide else "",
            replies_refused=reason is Reason.NOT_SUMMONED and segment.index > 0,
            replies_accepted=isinstance(event, Created) and segment.index > 0,
            release=stops or ends,
        )

    def _record(self, change: Change) -> None:
        self.run = self._parts.journal.record(self.run, change, self._now())

    def _perform(self, index: int, effect: Effect) -> Event | None:
        """Do what a transition asked for; the event it leads to, or None when it has to wait for another day."""
        performers: dict[Effect, Callable[[int], Event | None]] = {
            Effect.PREPARE: self._prepare,
            Effect.SEND: self._send,
            Effect.LOOK: self._look,
            Effect.CHECK_PARENT: self._check_parent,
            Effect.CHECK_WATERMARK: self._check_watermark,
            Effect.REMOVE: self._remove,
            Effect.CHECK_REMOVAL: self._check_removal,
        }
        return performers[effect](index)

    def _prepare(self, index: int) -> Event | None:
        segment = self.run.segments[index]
        if not self._may_send or not self._wait(index, segment.pause):
            return None
        for other in self.run.segments[index + 1 :]:
            if other.state is SegmentState.PLANNED and not self._upload_all(other.index):
                return None
        failed_or_uploaded = self._upload_next(index)
        if failed_or_uploaded is not None:
            return failed_or_uploaded
        return self._ready(index)

    def _ready(self, index: int) -> Event:
        segment = self.run.segments[index]
        if self._facts.certainty is Certainty.KEY:
            return Ready(watermark="", key=f"onering-{self.run.id}-{index + 1}")
        if segment.watermark is not None:
            return Ready(watermark=segment.watermark, key="")
        if index:
            return Ready(watermark=parent_id(self.run, index), key="")
        newest = self._parts.destination.newest_own_id()
        if not isinstance(newest, Newest):
            return newest
        self._charge_reading(newest.posts_read)
        return Ready(watermark=newest.remote_id, key="")

    def _upload_all(self, index: int) -> bool:
        """Bring a later segment's media to the platform, so that no thread starts whose media would be refused."""
        while (event := self._upload_next(index)) is not None:
            if self._step(index, event) is not Effect.PREPARE:
                return False
            if not self._wait(index, self.run.segments[index].pause):
                return False
        return True

    def _upload_next(self, index: int) -> Event | None:
        """Upload the first file that is missing or has expired; None when there is none."""
        segment = self.run.segments[index]
        for position, media in enumerate(segment.payload.media):
            if self._is_live(segment.uploads[position]):
                continue
            content = self._parts.files.snapshot(media)
            if content is None:
                return Blocked(Reason.MEDIA_CHANGED, media.path)
            with content:
                outcome = self._parts.destination.upload(
                    media, content, on_progress=self._upload_progress(segment, position)
                )
            if not isinstance(outcome, Uploaded):
                return outcome
            return MediaReady(position, Upload(outcome.media_id, self._now(), outcome.expires_in_s))
        return None

    def _upload_progress(self, segment: Segment, position: int) -> Callable[[int], None]:
        media = segment.payload.media[position]

        def on_progress(done_bytes: int) -> None:
            self._keep_lease()
            self._parts.watcher.on_upload(self.run, segment, media, done_bytes)

        return on_progress

    def _is_live(self, upload: Upload | None) -> bool:
        if upload is None:
            return False
        margin_s = min(EXPIRY_MARGIN_S, upload.expires_in_s / 10)
        return possible_s(upload.done, self._now()) < upload.expires_in_s - margin_s

    def _send(self, index: int) -> Event:
        segment = self.run.segments[index]
        if self._is_too_late(segment):
            return NotSent("this process was held up between its decision to send and the call")
        answered = False
        try:
            outcome = self._parts.destination.create(
                segment.payload,
                parent_id=parent_id(self.run, index),
                media_ids=[upload.media_id for upload in segment.uploads if upload is not None],
                key=segment.key,
            )
            answered = True
        finally:
            if not answered:  # interrupted, or a bug: the call may have been made
                with suppress(OneRingError):
                    self._step(index, Ambiguous("the call was interrupted"))
        return outcome

    def _is_too_late(self, segment: Segment) -> bool:
        """A process that was stopped after its commit must not send when others may already look for its post."""
        settings = self._parts.settings
        patience_s = min(settings.reconcile_waits_s[0], settings.lease_s) - self._facts.longest_request_s
        since = segment.attempted or self._now()
        return self._parts.clock.monotonic() - since.monotonic_s > max(patience_s, LEAST_SEND_WITHIN_S)

    def _look(self, index: int) -> Event | None:
        if not self._reach_look(index):
            return None
        segment = self.run.segments[index]
        if self._cannot_tell(segment):
            return NoOracle()
        timeline = self._parts.destination.own_posts_since(segment.watermark or "", limit=LOOK_LIMIT)
        if not isinstance(timeline, Timeline):
            return timeline
        self._charge_reading(timeline.posts_read)
        taken = self._parts.journal.taken_ids(self.run.account, [post.remote_id for post in timeline.posts])
        findings = find(segment, timeline.posts, parent_id=parent_id(self.run, index), taken=taken)
        return Looked(findings, timeline.watermark_visible)

    def _cannot_tell(self, segment: Segment) -> bool:
        if says_nothing(segment):
            return True
        since = self._parts.clock.now() - RECENT
        return segment.index == 0 and self._parts.journal.alike(
            segment, account=self.run.account, run_id=self.run.id, since=since
        )

    def _reach_look(self, index: int) -> bool:
        """Wait until the next look is due."""
        segment = self.run.segments[index]
        if not self._wait(index, segment.pause):
            return False
        waits_s = self._parts.settings.reconcile_waits_s
        if segment.attempted is not None and segment.looks < len(waits_s):
            self._sleep(index, Pause(segment.attempted, waits_s[segment.looks]))
        return True

    def _check_parent(self, index: int) -> Event:
        found = self._look_up(parent_id(self.run, index))
        return ParentChecked(isinstance(found, Found)) if isinstance(found, Found | Gone) else found

    def _check_watermark(self, index: int) -> Event | None:
        if not self._reach_look(index):
            return None
        found = self._look_up(self.run.segments[index].watermark or "")
        return WatermarkChecked(isinstance(found, Found)) if isinstance(found, Found | Gone) else found

    def _remove(self, index: int) -> Event | None:
        segment = self.run.segments[index]
        if not self._wait(index, segment.pause):
            return None
        return self._parts.destination.delete(segment.remote_id)

    def _check_removal(self, index: int) -> Event:
        found = self._look_up(self.run.segments[index].remote_id)
        return RemovalChecked(isinstance(found, Found)) if isinstance(found, Found | Gone) else found

    def _look_up(self, remote_id: str) -> LookupOutcome:
        found = self._parts.destination.lookup(remote_id)
        self._charge_reading(1)
        return found

    def _wait(self, index: int, pause: Pause | None) -> bool:
        """Wait for a pause to end; false when that takes longer than a command should wait."""
        if pause is None:
            return True
        if remaining_s(pause, self._now()) > self._parts.settings.max_wait_s:
            return False
        self._sleep(index, pause)
        return True

    def _sleep(self, index: int, pause: Pause) -> None:
        left_s = remaining_s(pause, self._now())
        if left_s > 0:
            self._parts.watcher.on_wait(self.run, self.run.segments[index], left_s)
        while left_s > 0:
            self._parts.clock.sleep(min(left_s, self._parts.settings.lease_s / 3))
            self._keep_lease()
            left_s = remaining_s(pause, self._now())

    def _keep_lease(self) -> None:
        now = self._now()
        lease = self.run.lease
        if lease is not None and possible_s(lease.renewed, now) > lease.seconds / 4:
            self.run = self._parts.journal.renew(self.run, now)

    def _charge_reading(self, posts_read: int) -> None:
        self._read_usd_milli += posts_read * self._parts.platform.read_usd_milli

    def _context(self, index: int) -> Context:
        return Context(
            now=self._now(),
            settings=self._parts.settings,
            certainty=self._facts.certainty,
            strict=self.run.strict or self._parts.settings.strict,
            rolling_back=self.run.rolling_back,
            answers=bool(parent_id(self.run, index)),
        )

    def _now(self) -> Stamp:
        return stamp(self._parts.clock)
