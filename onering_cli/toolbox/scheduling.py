"""Builds what keeps the schedule."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from onering_cli.errors import RefusedError
from onering_cli.settings import catalogue as settings

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from onering_cli.clock import Clock
    from onering_cli.drafts.model import StoredDraft
    from onering_cli.publishing.model import Run
    from onering_cli.publishing.plan import Plan
    from onering_cli.publishing.ports import Proposal, Watcher
    from onering_cli.scheduling.daemon import Daemon, OnTrouble
    from onering_cli.scheduling.dispatch import Pass
    from onering_cli.scheduling.lateness import Policy
    from onering_cli.scheduling.model import Entry, Outcome
    from onering_cli.scheduling.ports import Queue, Recurrence, Slots, Ticker
    from onering_cli.scheduling.stopping import Stop
    from onering_cli.text.draft import Draft
    from onering_cli.toolbox import Toolbox


class Scheduling:
    """The schedule's part of the toolbox.

    Args:
        toolbox: The whole.
    """

    def __init__(self, toolbox: Toolbox) -> None:
        self._toolbox = toolbox

    @cached_property
    def queue(self) -> Queue:
        """What is due, from a store that no other machine uses.

        Raises:
            StoreError: The store is on a network share.
        """
        from onering_cli.adapters.sqlite.queue import SqliteQueue
        from onering_cli.adapters.this_machine import machine, refuse_share

        refuse_share(self._toolbox.paths.store_file)
        return SqliteQueue(self._toolbox.store, machine())

    def on_final_run(self, run: Run) -> None:
        """Settle an entry whose run a person has seen through; called within the transaction that ends the run."""
        from onering_cli.adapters.sqlite.queue import SqliteQueue

        SqliteQueue(self._toolbox.store, "").on_final_run(run)

    @cached_property
    def slots(self) -> Slots:
        """The user's posting slots."""
        from onering_cli.adapters.sqlite.slots import SqliteSlots

        return SqliteSlots(self._toolbox.store)

    @cached_property
    def zone(self) -> str:
        """The IANA name of the zone that the user's times are meant in.

        Raises:
            UsageError: The setting names none.
        """
        if named := self._toolbox.settings[settings.SCHEDULE_ZONE]:
            from onering_cli.scheduling.zones import find_zone

            return find_zone(named).key
        from onering_cli.adapters.local_zone import local_zone

        return local_zone(self._toolbox.environment)

    def policy(self, account: str) -> Policy:
        """What becomes of an account's entries that are late."""
        from onering_cli.scheduling.lateness import Policy
        from onering_cli.scheduling.model import Late

        values = self._toolbox.settings
        late = values.for_account(settings.ACCOUNT_LATE, account) or values[settings.SCHEDULE_LATE]
        own_s = values.for_account(settings.ACCOUNT_MAX_LATE, account)
        max_late_s = values[settings.SCHEDULE_MAX_LATE] if own_s is None else own_s
        return Policy(Late(late)) if max_late_s is None else Policy(Late(late), max_late_s)

    def rule(self, entry: Entry) -> Recurrence:
        """The calendar rule of an entry that has one."""
        from onering_cli.scheduling.rules import Rule

        if entry.repeat is None:
            raise ValueError(f"entry {entry.id} has no rule")
        return Rule(entry.repeat.cron, entry.zone, entry.repeat.until)

    @property
    def subscribers(self) -> Sequence[Callable[[Outcome], None]]:
        """Who is told what a pass made of each entry, after it is durable."""
        return (self._log, self._toolbox.notifying.notifier.on_outcome)

    def _log(self, outcome: Outcome) -> None:
        entry = outcome.entry
        told = {"entry": entry.id, "state": str(entry.state), "cause": str(entry.cause), "run": entry.run}
        self._toolbox.log.info(outcome.message, extra=told)

    def make_pass(self, *, stop: Stop, watcher: Watcher, subscribers: Sequence[Callable[[Outcome], None]] = ()) -> Pass:
        """One pass over what is due."""
        import os
        import socket

        from onering_cli.scheduling.dispatch import Parts, Pass
        from onering_cli.scheduling.stopping import StoppableClock

        toolbox = self._toolbox
        clock = StoppableClock(toolbox.clock, stop)
        parts = Parts(
            queue=self.queue,
            journal=toolbox.journal,
            drafts=toolbox.drafts,
            publisher=_Publisher(toolbox, clock),
            clock=clock,
            policy=self.policy,
            rule=self.rule,
            lease_s=toolbox.publishing.lease_s,
            owner=f"{socket.gethostname()}:{os.getpid()}",
            on_bug=toolbox.log_bug,
        )
        return Pass(parts, stop=stop, watcher=watcher, subscribers=subscribers)

    def daemon(
        self, *, stop: Stop, watcher: Watcher, subscribers: Sequence[Callable[[Outcome], None]], on_trouble: OnTrouble
    ) -> Daemon:
        """What watches the queue for as long as its process lives."""
        from onering_cli.scheduling.daemon import Daemon

        making = self.make_pass(stop=stop, watcher=watcher, subscribers=subscribers)
        return Daemon(self.queue, self._toolbox.clock, making, on_trouble)

    def warm_up(self) -> None:
        """Load now what the first post will need, so that it goes out on the second."""
        from onering_cli.adapters.x import destination, session  # noqa: F401
        from onering_cli.publishing import engine, plan  # noqa: F401
        from onering_cli.text.weights import measure

        measure("example.com \N{WAVING HAND SIGN}")  # the tables of links and emoji

    def ticker(self, period_s: float) -> Ticker:
        """What lets the daemon's heart beat."""
        from onering_cli.adapters.ticker import ApTicker

        return ApTicker(period_s)


class _Publisher:
    """Satisfies `Publisher`."""

    def __init__(self, toolbox: Toolbox, clock: Clock) -> None:
        self._toolbox = toolbox
        self._clock = clock

    def propose(self, entry: Entry, draft_id: str, stored: StoredDraft | None) -> Proposal:
        """The run that would post an entry, under its key."""
        from onering_cli.publishing.plan import propose
        from onering_cli.scheduling.options import read
        from onering_cli.text.draft_file import parse

        toolbox = self._toolbox
        options = read(entry.options, premium=toolbox.is_premium(entry.account))
        draft = stored.draft if stored else parse(entry.frozen or "", name=f"entry {entry.id}")
        folder = options.folder or (stored.provenance.get("folder") if stored else None)
        media_folder = Path(folder) if isinstance(folder, str) else Path.cwd()
        planned = toolbox.plan(_with_media(draft, options.media), entry.account, options.wishes, media_folder)
        if planned.errors:
            first = planned.errors[0]
            place = "" if first.index is None else f"post {first.index + 1}: "
            hint = f"onering draft edit {draft_id}; then: onering schedule resume {entry.id}"
            raise RefusedError(f"{place}{first.message}", hint=hint)
        strict = options.strict or toolbox.publishing.strict
        reference = f"draft:{draft_id}"
        warnings = () if options.again else self._repeats(entry, planned, reference, refuse=options.strict_repeats)
        return propose(
            planned, draft=reference, key=entry.key, strict=strict, once=not options.again, warnings=warnings
        )

    def _repeats(self, entry: Entry, planned: Plan, reference: str, *, refuse: bool) -> tuple[str, ...]:
        """What an entry repeats of what was published by now; a series and a rotation repeat on purpose."""
        repeats = self._toolbox.repeats.find(
            [post.text for post in planned.posts],
            entry.account,
            draft=reference,
            payload_hash=planned.payload_hash,
            key=entry.key,
        )
        if not repeats:
            return ()
        from onering_cli.memory.repeats import told

        sentences = tuple(f"post {repeat.index + 1}: {told(repeat)}" for repeat in repeats)
        if refuse:
            raise RefusedError(
                sentences[0], hint=f"change the draft; then: onering schedule resume {entry.id}, or onering schedule rm"
            )
        return sentences

    def publish(self, proposal: Proposal, watcher: Watcher) -> Run:
        """Post what is proposed, once."""
        return self._toolbox.engine(proposal.account, watcher=watcher, clock=self._clock).publish(proposal)

    def roll_back(self, run: Run) -> Run:
        """Take back a run of which nothing got out."""
        from onering_cli.publishing.ports import Unwatched

        return self._toolbox.engine(run.account, watcher=Unwatched(), clock=self._clock).roll_back(run.id)


def _with_media(draft: Draft, media: Sequence[tuple[str, str]]) -> Draft:
    from onering_cli.text.draft import Media

    if not media or not draft.posts:
        return draft
    extra = tuple(Media(path, alt) for path, alt in media)
    first = replace(draft.posts[0], media=(*draft.posts[0].media, *extra))
    return replace(draft, posts=(first, *draft.posts[1:]))
