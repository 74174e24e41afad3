"""``onering schedule run``: the daemon."""

from __future__ import annotations

import json
from signal import SIGINT, SIGTERM
from typing import TYPE_CHECKING, Annotated

import typer

from onering_cli.commands.due import outcome_document, show_outcome
from onering_cli.commands.session import session_of
from onering_cli.commands.signals import asked_by

if TYPE_CHECKING:
    from onering_cli.commands.session import Session
    from onering_cli.errors import StoreError
    from onering_cli.scheduling.model import Outcome


def attach(app: typer.Typer) -> None:
    """Add the verb to the noun."""
    app.command("run")(run)


def run(
    context: typer.Context,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object a line, for each outcome.")] = False,
) -> None:
    """Stay, and post each entry when it is due; ends after the post in flight on SIGTERM or Ctrl-C.

    Any number of these and of `onering post --due` may run at once: each entry is posted once.

    Examples:
        onering schedule run
    """
    from onering_cli.render.posting import PostingProgress
    from onering_cli.scheduling.daemon import BEAT_S
    from onering_cli.scheduling.stopping import Stop

    session = session_of(context)
    scheduling = session.toolbox.scheduling
    stop, ticker = Stop(), scheduling.ticker(BEAT_S)

    def tell(outcome: Outcome) -> None:
        if as_json:
            session.streams.raw(json.dumps(outcome_document(outcome), ensure_ascii=False) + "\n")
        else:
            show_outcome(session, outcome)
        session.streams.flush()

    daemon = scheduling.daemon(
        stop=stop,
        watcher=PostingProgress(session.streams),
        subscribers=[tell, *scheduling.subscribers],
        on_trouble=lambda error: _tell_trouble(session, error),
    )

    def end() -> None:
        stop.ask()
        ticker.stop()

    with asked_by(SIGTERM, SIGINT, act=end):
        scheduling.warm_up()
        session.streams.note("keeping the schedule; stop with Ctrl-C or SIGTERM")
        ticker.run(daemon.beat)
    session.streams.note("stopped")


def _tell_trouble(session: Session, error: StoreError) -> None:
    session.streams.error(error)
    session.toolbox.notifying.notifier.on_trouble(error)
    session.toolbox.log.error("the schedule's store", extra={"error": error.message})
