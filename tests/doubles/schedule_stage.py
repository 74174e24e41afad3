"""A schedule before a platform in memory: what outlives a process, and processes that may die at any moment."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING, cast

from doubles.mortality import Fate, Mortal
from doubles.threads import READ_ONLY, MemoryFiles

from onering_cli.errors import LogInError, RefusedError
from onering_cli.publishing.plan import Wishes, plan, propose
from onering_cli.publishing.ports import AccountFacts, Unwatched
from onering_cli.scheduling.dispatch import Parts, Pass
from onering_cli.scheduling.lateness import Policy
from onering_cli.scheduling.model import EntryState, NewEntry
from onering_cli.scheduling.options import Options, read, written
from onering_cli.scheduling.rules import Rule
from onering_cli.scheduling.stopping import Stop
from onering_cli.text.draft_file import parse

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from doubles.fake_clock import FakeClock
    from doubles.memory_drafts import MemoryDrafts
    from doubles.threads import Machine

    from onering_cli.drafts.model import StoredDraft
    from onering_cli.publishing.engine import Engine
    from onering_cli.publishing.model import Run
    from onering_cli.publishing.ports import Journal, Proposal, Watcher
    from onering_cli.scheduling.model import Entry, Outcome
    from onering_cli.scheduling.ports import Queue, Recurrence
    from onering_cli.text.draft import Draft

QUIET = frozenset({"next_at", "gates", "counts", "mark", "by_key", "latest", "tagged"}) | READ_ONLY


@dataclass
class StagePublisher:
    """Satisfies `Publisher`, over an engine of the stage's machine."""

    engine: Callable[[Watcher], Engine]
    login: Callable[[], None]

    def propose(self, entry: Entry, draft_id: str, stored: StoredDraft | None) -> Proposal:
        draft: Draft = stored.draft if stored else parse(entry.frozen or "")
        options = read(entry.options, premium=False)
        facts = AccountFacts(entry.account)
        made = plan(draft, account=entry.account, wishes=options.wishes, files=MemoryFiles(), facts=facts)
        if made.errors:
            raise RefusedError(made.errors[0].message, hint="change the draft")
        return propose(made, draft=f"draft:{draft_id}", key=entry.key, strict=options.strict, once=not options.again)

    def publish(self, proposal: Proposal, watcher: Watcher) -> Run:
        self.login()
        return self.engine(watcher).publish(proposal)

    def roll_back(self, run: Run) -> Run:
        self.login()
        return self.engine(Unwatched()).roll_back(run.id)


@dataclass
class Stage:
    """What outlives a process."""

    machine: Machine
    queue: Queue
    drafts: MemoryDrafts
    policy: Policy = field(default_factory=Policy)
    logged_in: bool = True
    bugs: list[Exception] = field(default_factory=list)

    @property
    def clock(self) -> FakeClock:
        return self.machine.clock

    @property
    def posted(self) -> list[str]:
        """What is at the platform, in the order in which it came."""
        return [post.payload.text for post in self.machine.platform.live()]

    def draft(self, *texts: str, tag: str = "") -> str:
        """A stored draft; its id."""
        head = f"---\ntags: [{tag}]\n---\n" if tag else ""
        return self.drafts.add(head + "\n\n---\n\n".join(texts) + "\n").id

    def schedule(self, text: str, in_s: float = 0.0, *, account: str = "ada", **rest: object) -> str:
        """Schedule a draft of one post; the entry's id."""
        new = NewEntry(account, self.draft(text), self.clock.now() + timedelta(seconds=in_s))
        return self.put(replace(new, **rest))  # type: ignore[arg-type]  # tests name fields of NewEntry

    def put(self, new: NewEntry) -> str:
        """Put an entry in; its id."""
        if new.repeat or new.tag:
            new = replace(new, options=written(Options(Wishes(), again=True)))
        return self.queue.add([new], self.clock.now())[0]

    def make_pass(self, *, stop: Stop | None = None, fate: Fate | None = None, owner: str = "") -> Pass:
        """A pass of a new process."""

        def login() -> None:
            if not self.logged_in:
                raise LogInError("ada is not logged in", hint="onering auth login x")

        publisher = StagePublisher(lambda watcher: self.machine.process(fate=fate, watcher=watcher), login)
        queue, journal = self.queue, self.machine.journal
        if fate is not None:
            queue = cast("Queue", Mortal(queue, fate, harmless=QUIET))
            journal = cast("Journal", Mortal(journal, fate, harmless=QUIET))
        self.machine.processes += 1
        parts = Parts(
            queue=queue,
            journal=journal,
            drafts=self.drafts,
            publisher=publisher,
            clock=self.clock,
            policy=lambda _account: self.policy,
            rule=rule,
            lease_s=120.0,
            owner=owner or f"host:{self.machine.processes}",
            on_bug=self._on_bug,
        )
        return Pass(parts, stop=stop or Stop(), watcher=Unwatched())

    def _on_bug(self, exc: Exception) -> str:
        self.bugs.append(exc)
        return "the log"

    def run(self) -> Sequence[Outcome]:
        """One process that makes a pass and ends."""
        return list(self.make_pass().outcomes())

    def states(self) -> dict[str, str]:
        """Where every entry stands, by id."""
        found = self.queue.page(limit=1_000_000, states=frozenset(EntryState))
        return {entry.id: str(entry.state) for entry in found}


def rule(entry: Entry) -> Recurrence:
    """An entry's rule, as the program makes it."""
    assert entry.repeat is not None
    return Rule(entry.repeat.cron, entry.zone, entry.repeat.until)
