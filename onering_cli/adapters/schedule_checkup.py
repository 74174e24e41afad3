"""Looks at the schedule without changing it: was anything missed, and is anybody keeping it?"""

from __future__ import annotations

from contextlib import closing, contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING

from onering_cli.adapters.finding import Finding, State
from onering_cli.errors import ExitCode
from onering_cli.scheduling.model import Cause, EntryState
from onering_cli.scheduling.moments import in_full

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from onering_cli.adapters.secrets import SecretsChain
    from onering_cli.adapters.sqlite.queue import SqliteQueue
    from onering_cli.clock import Clock
    from onering_cli.scheduling.model import Entry

_UNATTENDED = timedelta(minutes=10)
_FOR_A_PERSON = frozenset({Cause.BLOCKED, Cause.LOGGED_OUT, Cause.BUDGET})


def examine_schedule(path: Path, clock: Clock, zone: Callable[[], str]) -> Iterator[Finding]:
    """What is found about the schedule in the store at `path`; `zone` is the one that times are told in.

    Raises:
        StoreError: The store cannot be read, or lies on a network share although something is scheduled.
    """
    from onering_cli.adapters.this_machine import refuse_share
    from onering_cli.publishing.elapsed import stamp

    with _queue(path) as queue:
        if queue is None:
            return
        counts = queue.counts()
        next_at = queue.next_at(stamp(clock))
        stopped = list(_stopped(queue))
    if counts or next_at is not None:
        refuse_share(path)
    if counts:
        told = ", ".join(f"{count} {state}" for state, count in sorted(counts.items()))
        yield Finding("schedule", State.WARN, f"{told}: they wait for you", "onering schedule list")
    for entry in stopped:
        told = f"{entry.account} posts nothing: {entry.detail}"
        yield Finding(
            "schedule", State.WARN, told, f"onering thread resume {entry.run}" if entry.run else "onering schedule list"
        )
    if next_at is not None and clock.now() - next_at > _UNATTENDED:
        told = f"something is due since {in_full(next_at, zone())}, and nothing has posted it"
        yield Finding("schedule", State.WARN, told, "onering post --due, and a timer: onering schedule install --help")
    elif not counts and not stopped:
        when = f"the next post is due {in_full(next_at, zone())}" if next_at else "nothing is scheduled"
        yield Finding("schedule", State.OK, when)


def _stopped(queue: SqliteQueue) -> Iterator[Entry]:
    """The entry of each account that was tried and waits for a person."""
    waiting = frozenset({EntryState.SCHEDULED})
    for account in filter(None, sorted(queue.gates())):
        yield from (
            entry for entry in queue.page(limit=1, account=account, states=waiting) if entry.cause in _FOR_A_PERSON
        )


def examine_logins(path: Path, secrets: SecretsChain) -> Iterator[Finding]:
    """Whether somebody is logged in for every account that something is scheduled for; asks no keyring.

    Raises:
        StoreError: The store cannot be read.
    """
    with _queue(path) as queue:
        if queue is None:
            return
        waiting = frozenset({EntryState.SCHEDULED})
        accounts = [name for name in queue.gates() if name and queue.page(limit=1, account=name, states=waiting)]
    for account in sorted(set(accounts) - set(secrets.accounts("x"))):
        told = f"posts are scheduled for {account}, and nobody is logged in there"
        yield Finding("login", State.FAIL, told, f"onering auth login x --account {account}", ExitCode.LOG_IN)


@contextmanager
def _queue(path: Path) -> Iterator[SqliteQueue | None]:
    """The queue in a store, to be read; None when there is none of this version, which the next command makes."""
    from onering_cli.adapters.sqlite.connection import Store
    from onering_cli.adapters.sqlite.migrations import LATEST
    from onering_cli.adapters.sqlite.queue import SqliteQueue
    from onering_cli.adapters.this_machine import machine

    if not path.exists():
        yield None
        return
    with closing(Store(path, read_only=True)) as store:
        with store.read() as connection:
            found = int(connection.execute("PRAGMA user_version").fetchone()[0])
        yield SqliteQueue(store, machine()) if found == LATEST else None
