"""One pass over what is due, as ``onering post --due`` makes it from cron and from timers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import typer

from onering_cli.commands.session import declare
from onering_cli.errors import ExitCode, StoreError

if TYPE_CHECKING:
    from onering_cli.commands.session import Session
    from onering_cli.scheduling.model import Outcome

declare("post.due", outcomes=[], next_at=None)
# What a caller should know first; exit code 5 (nothing was sent, it is tried again by itself) is the mildest.
_WORST_FIRST = (
    ExitCode.BUG,
    ExitCode.STORE,
    ExitCode.UNKNOWN,
    ExitCode.LOG_IN,
    ExitCode.REFUSED,
    ExitCode.USAGE,
    ExitCode.PARTIAL,
    ExitCode.TRY_LATER,
)


def post_due(session: Session) -> None:
    """Post what is due, say what became of each entry, and end with the code of the worst."""
    try:
        _pass(session)
    except StoreError as error:
        session.toolbox.notifying.notifier.on_trouble(error)
        raise


def _pass(session: Session) -> None:
    from onering_cli.publishing.elapsed import stamp

    toolbox = session.toolbox
    if not toolbox.paths.store_file.exists():
        _end(session, [])
        return
    queue = toolbox.scheduling.queue
    next_at = queue.next_at(stamp(toolbox.clock))
    if next_at is None or next_at > toolbox.clock.now():
        session.fill(next_at=next_at.isoformat() if next_at else None)
        _end(session, [])
        return
    from signal import SIGTERM

    from onering_cli.commands.signals import asked_by
    from onering_cli.render.posting import PostingProgress
    from onering_cli.scheduling.stopping import Stop

    outcomes: list[Outcome] = []
    documents: list[dict[str, Any]] = []
    session.fill(outcomes=documents)
    stop = Stop()
    making = toolbox.scheduling.make_pass(
        stop=stop, watcher=PostingProgress(session.streams), subscribers=toolbox.scheduling.subscribers
    )
    with asked_by(SIGTERM, act=stop.ask):  # a timer that is stopped ends after the post in flight
        for outcome in making.outcomes():
            outcomes.append(outcome)
            documents += [outcome_document(outcome)] if session.wants_json else []
            show_outcome(session, outcome)
    next_at = queue.next_at(stamp(toolbox.clock))
    session.fill(next_at=next_at.isoformat() if next_at else None)
    _end(session, outcomes)


def show_outcome(session: Session, outcome: Outcome) -> None:
    """What became of one entry, on a line: data when it is out, talk when it is not."""
    if session.wants_json:
        return
    from onering_cli.scheduling.model import EntryState

    entry = outcome.entry
    if entry.state is EntryState.POSTED:
        session.streams.data(outcome.url or f"{entry.id}  {outcome.message}")
        return
    state = "waits" if entry.state is EntryState.SCHEDULED else str(entry.state)
    session.streams.warn(f"{entry.id} {state}: {outcome.message}")
    if outcome.hint:
        session.streams.note(f"  {outcome.hint}")


def outcome_document(outcome: Outcome) -> dict[str, Any]:
    """One outcome as JSON."""
    from onering_cli.render.schedule import entry_document

    return {
        **entry_document(outcome.entry),
        "message": outcome.message,
        "hint": outcome.hint,
        "exit_code": int(outcome.exit_code),
        "url": outcome.url or None,
        "retry_at": outcome.retry_at.isoformat() if outcome.retry_at else None,
    }


def _end(session: Session, outcomes: list[Outcome]) -> None:
    session.answer()
    codes = {outcome.exit_code for outcome in outcomes}
    worst = next((code for code in _WORST_FIRST if code in codes), ExitCode.DONE)
    if worst:
        raise typer.Exit(worst)
