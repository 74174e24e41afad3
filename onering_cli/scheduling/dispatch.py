"""One pass over what is due: claims each entry, judges how late it is, has it posted, and settles it."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from onering_cli.errors import ExitCode, OneRingError, RefusedError, StoreError, UsageError
from onering_cli.publishing.elapsed import stamp
from onering_cli.publishing.model import SegmentState
from onering_cli.publishing.ports import Claim, Journal, Proposal
from onering_cli.record import record
from onering_cli.scheduling import recurrence
from onering_cli.scheduling.lateness import Judgement, Policy, judge, lateness
from onering_cli.scheduling.model import Cause, EntryState, Outcome
from onering_cli.scheduling.moments import in_full, span_text
from onering_cli.scheduling.ports import ClaimLostError, Publisher, Queue, Recurrence, Settlement
from onering_cli.scheduling.rotation import choose
from onering_cli.scheduling.settling import Ending, after_error, after_run, draft_gone, given_up
from onering_cli.scheduling.stopping import Stop, StopRequested

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import datetime

    from onering_cli.clock import Clock
    from onering_cli.drafts.ports import DraftStore
    from onering_cli.publishing.model import FrozenMedia, Run, Segment
    from onering_cli.publishing.ports import Watcher
    from onering_cli.scheduling.model import Entry

MOST_DEATHS = 10
"""So many processes may die at work on an entry before it is left to a person."""
_FOR_A_PERSON = frozenset({Cause.LOGGED_OUT, Cause.BLOCKED})


@record
class Parts:
    """What a pass works with.

    Args:
        queue: What is due.
        journal: The runs.
        drafts: The user's drafts.
        publisher: Plans and posts.
        clock: The time.
        policy: An account's late policy.
        rule: An entry's calendar rule.
        lease_s: How long an entry stays claimed after its process died.
        owner: Names this process.
        on_bug: Keeps a traceback; where it is.
    """

    queue: Queue
    journal: Journal
    drafts: DraftStore
    publisher: Publisher
    clock: Clock
    policy: Callable[[str], Policy]
    rule: Callable[[Entry], Recurrence]
    lease_s: float
    owner: str
    on_bug: Callable[[Exception], str]


class Pass:
    """Takes what is due, the oldest first, until nothing is.

    Args:
        parts: What to work with.
        stop: Asked for an end after the post in flight.
        watcher: Is told of posts as they go out.
        subscribers: Are told each outcome, after it is durable.
    """

    def __init__(
        self, parts: Parts, *, stop: Stop, watcher: Watcher, subscribers: Sequence[Callable[[Outcome], None]] = ()
    ) -> None:
        self._parts = parts
        self._stop = stop
        self._watcher = watcher
        self._subscribers = tuple(subscribers)

    def outcomes(self) -> Iterator[Outcome]:
        """Treat one entry after the other.

        Raises:
            StoreError: The store cannot be read or written; a claim that was made is resumed later.
        """
        while not self._stop.asked:
            entry = self._parts.queue.claim(Claim(self._parts.owner, stamp(self._parts.clock), self._parts.lease_s))
            if entry is None:
                return
            try:
                if self._is_early(entry):
                    self._give_back(entry)
                    continue
                outcome = self._settle(entry, self._treat(entry))
            except StopRequested:
                self._give_back(entry)
                return
            except KeyboardInterrupt:
                self._give_back(entry)
                raise
            except ClaimLostError:
                continue  # whoever has it now tells what became of it
            for subscriber in self._subscribers:
                subscriber(outcome)
            yield outcome

    def _is_early(self, entry: Entry) -> bool:
        """Whether a process claimed an entry, and died, by a clock that was set back since; what has begun goes on."""
        if entry.act_at <= self._now():
            return False
        begun = self._parts.journal.by_key(entry.account, entry.key)
        return begun is None or _is_untouched(begun)

    def _treat(self, entry: Entry) -> Ending:
        try:
            begun = self._parts.journal.by_key(entry.account, entry.key)
            if entry.deaths >= MOST_DEATHS:
                return _fatal(entry, begun)
            if begun is None:
                return self._unposted(entry) or self._post(entry)
            return self._go_on(entry, begun)
        except (StopRequested, StoreError, ClaimLostError):
            raise
        except OneRingError as error:
            return after_error(entry, error, self._now())
        except Exception as exc:  # noqa: BLE001 -- one entry's bug must not keep the others from being posted
            place = self._parts.on_bug(exc)
            told = f"OneRing failed in a way it should not: {type(exc).__name__}"
            ending = _end(EntryState.FAILED, Cause.BUG, told, f"the details are in {place}; please report them")
            return replace(ending, exit_code=ExitCode.BUG)

    def _unposted(self, entry: Entry) -> Ending | None:
        """How an entry ends without being tried; None when it should be posted."""
        now = self._now()
        if entry.repeat is None:
            return self._late(entry, now)
        rule = self._parts.rule(entry)
        past = recurrence.went_by(entry, rule, now)
        if past is None:
            return self._late(entry, now)
        times = f"{past.count} times" if past.count > 1 else "once"
        because = f"; {entry.detail}" if entry.detail else ""
        told = f"missed {times} since {in_full(entry.due, entry.zone)}: a later occurrence is due by now{because}"
        cause = Cause.LATE if entry.cause is Cause.NONE else entry.cause
        ending = _end(EntryState.MISSED, cause, told, _way_out(entry))
        follows = recurrence.occurrence(entry, rule, past.latest, steps=past.count)
        return replace(ending, settlement=replace(ending.settlement, stands_for=past.count, follows=follows))

    def _late(self, entry: Entry, now: datetime) -> Ending | None:
        """How an entry ends that is too late to be posted without a person's word; None when it is not."""
        policy = self._parts.policy(entry.account).of(entry)
        late_by = lateness(entry, self._parts.queue.gates()[entry.account].excused_until, now)
        judgement = judge(late_by, policy)
        if judgement is Judgement.POST:
            return None
        because = f"; {entry.detail}" if entry.detail else ""
        cause = Cause.LATE if entry.cause is Cause.NONE else entry.cause
        if judgement is Judgement.ASK:
            told = f"{span_text(late_by)} late: it waits for your word{because}"
            return _end(EntryState.ASKING, cause, told, _way_out(entry))
        limit = span_text(timedelta(seconds=policy.most_s))
        told = f"{span_text(late_by)} late, and {limit} is the most{because}"
        return _end(EntryState.MISSED, cause, told, _way_out(entry))

    def _post(self, entry: Entry) -> Ending:
        if entry.tag and not entry.draft:
            return self._rotate(entry)
        proposal = self._propose(entry, entry.draft)
        if isinstance(proposal, Ending):
            return proposal
        return self._publish(entry, proposal)

    def _rotate(self, entry: Entry) -> Ending:
        """Post the draft whose turn it is; one that cannot be posted as it is gives its turn away, and is told of."""
        waiting = set(self._parts.drafts.tagged(entry.tag))
        passed_over = []
        while (draft_id := self._choose(entry, waiting)) is not None:
            waiting.discard(draft_id)
            try:
                proposal = self._propose(entry, draft_id)
            except (RefusedError, UsageError) as error:
                passed_over.append(f"draft {draft_id} was passed over: {error.message}")
                continue
            if not isinstance(proposal, Ending):
                ending = _with_draft(self._publish(entry, proposal), draft_id)
                return replace(ending, message="; ".join([ending.message, *passed_over]))
        cool_down = span_text(timedelta(seconds=entry.cool_down_s))
        told = f"no draft tagged {entry.tag} is free: each was posted within {cool_down}, or there is none"
        told = "; ".join([told, *passed_over])
        return _end(EntryState.MISSED, Cause.NOTHING_TO_ROTATE, told, "write more, or shorten --cool-down")

    def _propose(self, entry: Entry, draft_id: str) -> Proposal | Ending:
        stored = None
        if entry.frozen is None:
            try:
                stored = self._parts.drafts.get(draft_id)
            except UsageError as error:
                return draft_gone(entry, error)
        return self._parts.publisher.propose(entry, draft_id, stored)

    def _go_on(self, entry: Entry, run: Run) -> Ending:
        """A try before this one has begun a run: nothing is planned anew, whatever became of the draft since."""
        late = self._late(entry, self._now()) if _is_untouched(run) else None
        if late is not None:  # leave nothing that could still go out
            self._parts.publisher.roll_back(run)
            return replace(late, settlement=replace(late.settlement, take=entry.take + 1))
        proposal = Proposal(
            account=run.account,
            draft=run.draft,
            key=run.key,
            payload_hash=run.payload_hash,
            form=run.form,
            reply_to_id=run.reply_to_id,
            strict=run.strict,
            segments=run.segments,
        )
        return _with_draft(self._publish(entry, proposal), run.draft.removeprefix("draft:"))

    def _publish(self, entry: Entry, proposal: Proposal) -> Ending:
        keeper = _ClaimKeeper(self._parts, entry, self._stop, self._watcher)
        run = self._parts.publisher.publish(proposal, keeper)
        ending = after_run(run, stamp(self._parts.clock))
        if ending.settlement.cause in _FOR_A_PERSON and self._late(entry, self._now()) is not None:
            return given_up(ending, run)
        return ending

    def _choose(self, entry: Entry, waiting: set[str]) -> str | None:
        latest = {draft: self._parts.journal.latest(entry.account, f"draft:{draft}") for draft in waiting}
        return choose(latest, cool_down_s=entry.cool_down_s, now=self._now())

    def _settle(self, entry: Entry, ending: Ending) -> Outcome:
        settlement = ending.settlement
        if settlement.state is not EntryState.SCHEDULED and entry.repeat and settlement.follows is None:
            follows = recurrence.following(entry, self._parts.rule(entry))
            settlement = replace(settlement, follows=follows, ends_series=follows is None)
        after = self._parts.queue.settle(entry, settlement, stamp(self._parts.clock))
        retry_at = None
        if after.state is EntryState.SCHEDULED:
            closing = settlement.closing
            retry_at = self._now() + timedelta(seconds=closing.seconds) if closing else after.act_at
        return Outcome(after, after.cause, ending.message, ending.hint, ending.exit_code, ending.url, retry_at)

    def _give_back(self, entry: Entry) -> None:
        settlement = Settlement(EntryState.SCHEDULED, cause=entry.cause, detail=entry.detail)
        with suppress(ClaimLostError):  # whoever has it now goes on with it
            self._parts.queue.settle(entry, settlement, stamp(self._parts.clock))

    def _now(self) -> datetime:
        return self._parts.clock.now()


class _ClaimKeeper:
    """Renews the claim while the engine is at work, and stops it between two posts when asked to."""

    def __init__(self, parts: Parts, entry: Entry, stop: Stop, watcher: Watcher) -> None:
        self._parts = parts
        self._entry = entry
        self._stop = stop
        self._watcher = watcher
        self._renewed_s = parts.clock.monotonic()

    def on_run(self, run: Run) -> None:
        """A run has been begun or claimed."""
        self._watcher.on_run(run)

    def on_segment(self, run: Run, segment: Segment) -> None:
        """A segment has changed, durably."""
        self._watcher.on_segment(run, segment)
        self._keep()
        done = all(part.state is SegmentState.SENT for part in run.segments)
        if segment.state is not SegmentState.SENDING and not done:
            self._stop.heed()

    def on_upload(self, run: Run, segment: Segment, media: FrozenMedia, done_bytes: int) -> None:
        """Part of a media file has been uploaded."""
        self._watcher.on_upload(run, segment, media, done_bytes)
        self._keep()

    def on_wait(self, run: Run, segment: Segment, seconds: float) -> None:
        """The engine waits."""
        self._watcher.on_wait(run, segment, seconds)
        self._keep()
        self._stop.heed()

    def _keep(self) -> None:
        now = stamp(self._parts.clock)
        if now.monotonic_s - self._renewed_s > self._parts.lease_s / 3:
            self._parts.queue.renew(self._entry, now)
            self._renewed_s = now.monotonic_s


def _is_untouched(run: Run) -> bool:
    """Whether nothing of a run can be at the platform."""
    return all(segment.state is SegmentState.PLANNED and not segment.unanswered for segment in run.segments)


def _fatal(entry: Entry, begun: Run | None) -> Ending:
    """How an entry ends that kills its processes; it must not keep the others from being posted."""
    told = f"{entry.deaths} processes died at work on it"
    ending = _end(EntryState.FAILED, Cause.DIED, told, f"onering schedule resume {entry.id}")
    return replace(ending, settlement=replace(ending.settlement, run=begun.id if begun else ""))


def _with_draft(ending: Ending, draft_id: str) -> Ending:
    return replace(ending, settlement=replace(ending.settlement, draft=draft_id))


def _way_out(entry: Entry) -> str:
    return f"onering schedule resume {entry.id} posts it now; or move it, or remove it"


def _end(state: EntryState, cause: Cause, told: str, hint: str) -> Ending:
    return Ending(Settlement(state, cause=cause, detail=told), told, hint, ExitCode.PARTIAL)
