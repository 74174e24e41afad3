"""The store's queue does whatever the one in memory does, through crashes, clock jumps and suspends; and promises hold."""

from __future__ import annotations

import tempfile
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from doubles.fake_clock import FakeClock
from doubles.memory_drafts import MemoryDrafts
from doubles.memory_queue import MemoryQueue
from doubles.mortality import Fate, SimulatedKill
from doubles.schedule_stage import Stage
from doubles.threads import machine
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from onering_cli.adapters.sqlite.journal import SqliteJournal
from onering_cli.adapters.sqlite.migrations import open_store
from onering_cli.adapters.sqlite.queue import SqliteQueue
from onering_cli.errors import OneRingError
from onering_cli.publishing.elapsed import stamp
from onering_cli.publishing.ports import Claim
from onering_cli.publishing.rules import PublishingSettings
from onering_cli.scheduling.changes import move, pause, resume
from onering_cli.scheduling.lateness import Policy
from onering_cli.scheduling.model import NEEDS_A_PERSON, Cause, EntryState, NewEntry
from onering_cli.scheduling.ports import Closing, Settlement

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from onering_cli.scheduling.model import Entry
    from onering_cli.scheduling.ports import Queue

DAY = 86_400.0
ACCOUNTS = ("ada", "bob")
OFFSETS = st.sampled_from([-DAY, -3600.0, -1.0, 0.0, 1.0, 60.0, 3600.0, DAY])
SPANS = st.sampled_from([0.5, 30.0, 119.0, 121.0, 600.0, 3601.0, 8 * 3600.0])


class Clocks:
    """What happens to a machine's clocks, on purpose or not."""

    clock: FakeClock

    @rule(seconds=SPANS)
    def time_passes(self, seconds: float) -> None:
        self.clock.advance(seconds)

    @rule(seconds=SPANS)
    def the_machine_sleeps(self, seconds: float) -> None:
        self.clock.suspend(seconds)

    @rule(seconds=st.sampled_from([-DAY, DAY, -2.0, 2.0]))
    def somebody_sets_the_clock(self, seconds: float) -> None:
        self.clock.set_back(seconds)

    @rule()
    def the_machine_starts_again(self) -> None:
        self.clock.restart()


class SameQueues(Clocks, RuleBasedStateMachine):
    """Two queues that are told the same answer the same; entries go by the name of their draft."""

    def __init__(self) -> None:
        super().__init__()
        self.clock = FakeClock()
        self._folder = tempfile.TemporaryDirectory()
        self._store = open_store(Path(self._folder.name) / "queue.db")
        self._store.connection.execute("PRAGMA synchronous = OFF")  # nothing here outlives the test
        self.queues: tuple[Queue, Queue] = (SqliteQueue(self._store, "here"), MemoryQueue("here"))
        self.ids: dict[str, tuple[str, str]] = {}
        self.claims: list[tuple[Entry, Entry]] = []

    def teardown(self) -> None:
        self._store.close()
        self._folder.cleanup()

    def both(self, act: Callable[[Queue, int], Any]) -> tuple[Any, Any]:
        """What both answer, an error by its kind."""
        answers = []
        for number, queue in enumerate(self.queues):
            try:
                answers.append(act(queue, number))
            except OneRingError as error:
                answers.append(type(error))
        return answers[0], answers[1]

    def new(self, in_s: float, account: str) -> NewEntry:
        return NewEntry(account, f"d{len(self.ids)}", self.clock.now() + timedelta(seconds=in_s))

    def note(self, new: NewEntry, ids: tuple[Any, Any]) -> None:
        self.ids[new.draft] = (ids[0][0], ids[1][0])

    @rule(in_s=OFFSETS, account=st.sampled_from(ACCOUNTS))
    def add(self, in_s: float, account: str) -> None:
        new = self.new(in_s, account)
        self.note(new, self.both(lambda queue, _: queue.add([new], self.clock.now())))

    @rule(owner=st.sampled_from("abc"))
    def claim(self, owner: str) -> None:
        found = self.both(lambda queue, _: queue.claim(Claim(owner, stamp(self.clock), 120.0)))
        assert same(*found)
        if found[0] is not None:
            self.claims.append(found)

    @precondition(lambda self: self.claims)
    @rule(data=st.data())
    def renew(self, data: st.DataObject) -> None:
        held = data.draw(st.sampled_from(self.claims))
        one, other = self.both(lambda queue, number: queue.renew(held[number], stamp(self.clock)))
        assert one == other

    @precondition(lambda self: self.claims)
    @rule(data=st.data(), state=st.sampled_from(["posted", "missed", "failed", "scheduled"]), close=st.booleans())
    def settle(self, data: st.DataObject, state: str, *, close: bool) -> None:
        held = data.draw(st.sampled_from(self.claims))
        follows = self.new(data.draw(OFFSETS), held[0].account) if state != "scheduled" and close else None
        settlement = Settlement(
            EntryState(state),
            act_at=self.clock.now() + timedelta(seconds=60) if state == "scheduled" else None,
            cause=Cause.LIMIT,
            run="r" if state == "posted" else "",
            follows=follows,
            closing=Closing(600.0, Cause.LIMIT, "", excuses=True) if close else None,
        )
        done = self.both(lambda queue, number: queue.settle(held[number], settlement, stamp(self.clock)))
        assert same(*done)
        if follows is not None and not isinstance(done[0], type):
            self.note(follows, ([self.queues[0].get("@last").id], [self.queues[1].get("@last").id]))

    @precondition(lambda self: self.ids)
    @rule(data=st.data(), kind=st.sampled_from(["pause", "resume", "move", "remove"]), in_s=OFFSETS)
    def a_person_changes_an_entry(self, data: st.DataObject, kind: str, in_s: float) -> None:
        ids = self.ids[data.draw(st.sampled_from(sorted(self.ids)))]
        edits = {
            "pause": pause(),
            "resume": resume(),
            "move": move(self.clock.now() + timedelta(seconds=in_s), zone="UTC"),
        }
        if kind == "remove":
            done = self.both(lambda queue, number: queue.remove(ids[number], stamp(self.clock)))
        else:
            done = self.both(lambda queue, number: queue.edit(ids[number], edits[kind], stamp(self.clock)))
        assert same(*done)

    @rule(account=st.sampled_from([*ACCOUNTS, ""]), paused=st.booleans())
    def a_person_pauses(self, account: str, *, paused: bool) -> None:
        self.both(lambda queue, _: queue.pause(account, paused=paused))

    @invariant()
    def they_hold_the_same(self) -> None:
        now = stamp(self.clock)
        every = frozenset(EntryState)
        mine, model = ([view(entry) for entry in queue.page(limit=1000, states=every)] for queue in self.queues)
        assert mine == model
        assert self.queues[0].counts() == self.queues[1].counts()
        assert self.queues[0].next_at(now) == self.queues[1].next_at(now)


def view(entry: Entry) -> tuple[object, ...]:
    """An entry without what two queues may call by different names."""
    return (
        entry.draft,
        entry.state,
        entry.account,
        entry.due,
        entry.act_at,
        entry.run,
        entry.cause,
        entry.deaths,
        entry.fence,
        entry.settled_at,
        entry.lease,
    )


def same(one: Any, other: Any) -> bool:
    """Whether two answers agree."""
    if one is None or other is None or isinstance(one, type) or isinstance(other, type):
        return one is other
    return view(one) == view(other)


class Promises(Clocks, RuleBasedStateMachine):
    """Passes that die at any moment, over clocks that jump: each post at most once, none early, none lost."""

    def __init__(self) -> None:
        super().__init__()
        self._folder = tempfile.TemporaryDirectory()
        self._store = open_store(Path(self._folder.name) / "stage.db")
        self._store.connection.execute("PRAGMA synchronous = OFF")  # its processes die, the machine does not
        made = machine(
            journal=lambda clock: SqliteJournal(self._store, clock),
            settings=PublishingSettings(threads_per_hour=4),
            duplicate_rule=False,  # nothing but the program stands between an entry and its second post
        )
        self.stage = Stage(made, SqliteQueue(self._store, "here"), MemoryDrafts(made.clock), Policy(max_late_s=7200.0))
        self.clock = made.clock
        self.due: dict[str, float] = {}

    def teardown(self) -> None:
        try:
            self._come_to_an_end()
        finally:
            self._store.close()
            self._folder.cleanup()

    @rule(in_s=OFFSETS, parts=st.integers(1, 3), account=st.sampled_from(ACCOUNTS))
    def schedule(self, in_s: float, parts: int, account: str) -> None:
        name = f"t{len(self.due)}"
        due = self.clock.now() + timedelta(seconds=in_s)
        texts = [f"{name} {part}" for part in range(parts)]
        self.stage.put(NewEntry(account, self.stage.draft(*texts), due))
        self.due[name] = due.timestamp()

    @rule()
    def a_pass_is_made(self) -> None:
        self._check_early(self.stage.run)

    @rule(moment=st.integers(0, 60))
    def a_pass_is_killed(self, moment: int) -> None:
        def die() -> None:
            try:
                list(self.stage.make_pass(fate=Fate(moment)).outcomes())
            except SimulatedKill:
                return

        self._check_early(die)

    @precondition(lambda self: self.due)
    @rule(data=st.data(), in_s=OFFSETS)
    def a_person_moves_an_entry(self, data: st.DataObject, in_s: float) -> None:
        found = self.stage.queue.page(limit=1000)
        if not found:
            return
        entry = data.draw(st.sampled_from(found))
        due = self.clock.now() + timedelta(seconds=in_s)
        try:
            self.stage.queue.edit(entry.id, move(due, zone="UTC"), stamp(self.clock))
        except OneRingError:
            return
        name = self.stage.drafts.get(entry.draft).draft.posts[0].text.split()[0]
        self.due[name] = due.timestamp()

    def _begun(self) -> Iterator[str]:
        """The names of what may be out in part: that goes on, whatever the clock says now."""
        for entry in self.stage.queue.page(limit=1000, states=frozenset(EntryState)):
            run = self.stage.machine.journal.by_key(entry.account, entry.key)
            if run is not None and any(part.state != "planned" or part.unanswered for part in run.segments):
                yield run.segments[0].payload.text.split()[0]

    def _check_early(self, act: Callable[[], object]) -> None:
        before = len(self.stage.machine.platform.posts)
        begun = set(self._begun())
        act()
        now_s = self.clock.now().timestamp()
        for post in self.stage.machine.platform.posts[before:]:
            name = post.payload.text.split()[0]
            assert name in begun or self.due[name] <= now_s, f"{name} was posted early"

    @invariant()
    def nothing_is_out_twice(self) -> None:
        posted = self.stage.posted
        assert len(posted) == len(set(posted)), posted

    def _come_to_an_end(self) -> None:
        """However it came about: a day later each entry is posted whole, or says why not."""
        for _ in range(500):
            self.stage.run()
            states = self.stage.states().values()
            if set(states) <= {"posted", *NEEDS_A_PERSON}:
                break
            next_at = self.stage.queue.next_at(stamp(self.clock))
            self.clock.advance(max((next_at - self.clock.now()).total_seconds(), 1.0) if next_at else 900.0)
        assert set(self.stage.states().values()) <= {"posted", *NEEDS_A_PERSON}
        posted = self.stage.posted
        assert len(posted) == len(set(posted))
        for entry in self.stage.queue.page(limit=1000, states=frozenset(EntryState)):
            texts = [post.text for post in self.stage.drafts.get(entry.draft).draft.posts]
            out = [text for text in texts if text in posted]
            if entry.state is EntryState.POSTED:
                assert out == texts
            elif entry.state is EntryState.MISSED:
                assert out == []
                assert entry.detail


QUICK = (Phase.explicit, Phase.reuse, Phase.generate)  # without shrinking, which takes minutes; `slow` shrinks
SLICE = settings(
    max_examples=25, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck), phases=QUICK
)
LONG = settings(max_examples=1500, stateful_step_count=60, deadline=None, suppress_health_check=list(HealthCheck))


MACHINES = pytest.mark.parametrize("promise", [SameQueues, Promises])


@MACHINES
def test_a_queue_keeps_its_promises(promise: type[RuleBasedStateMachine]) -> None:
    run_state_machine_as_test(promise, settings=SLICE)


@pytest.mark.slow
@MACHINES
def test_a_queue_keeps_its_promises_at_length(promise: type[RuleBasedStateMachine]) -> None:
    run_state_machine_as_test(promise, settings=LONG)
