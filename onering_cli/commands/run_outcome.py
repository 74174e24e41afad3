"""How a run is told that a command was at work on: its report, its error, its links."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from onering_cli.errors import OneRingError, StoppedError, TryLaterError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from onering_cli.commands.session import Session
    from onering_cli.publishing.model import Run
    from onering_cli.render.posting import PostingProgress

EMPTY_REPORT: dict[str, Any] = {
    "status": None,
    "draft": None,
    "run": None,
    "account": None,
    "root": {"id": None, "url": None},
    "posts": [],
    "remaining": 0,
    "warnings": [],
    "cost_usd": 0.0,
}


@contextmanager
def run_told(session: Session, progress: PostingProgress) -> Iterator[None]:
    """Let an error, or Ctrl-C, say where its run stands, and when to come back."""
    try:
        yield
    except KeyboardInterrupt as exc:
        if progress.run_id:
            raise _stopped(session, progress.run_id) from exc
        raise
    except OneRingError as error:
        run_id = error.details.get("run", progress.run_id)
        if session.wants_json and isinstance(run_id, str) and run_id:
            _fill_run(session, session.toolbox.journal.get(run_id))
        if isinstance(error, TryLaterError) and error.retry_at is not None:
            rest = error.hint.removeprefix("wait; ")
            error.hint = f"try again after {error.retry_at.astimezone():%Y-%m-%d %H:%M:%S %Z}; {rest}"
        raise


def _stopped(session: Session, run_id: str) -> StoppedError:
    """Where a run stands that a person interrupted."""
    from onering_cli.publishing.elapsed import stamp
    from onering_cli.publishing.words import explain

    run = session.toolbox.journal.get(run_id)
    _fill_run(session, run)
    told = explain(run, stamp(session.toolbox.clock))
    return StoppedError(
        f"interrupted; {told.headline}", hint=told.steps[0] if told.steps else "", details={"run": run_id}
    )


def _fill_run(session: Session, run: Run) -> None:
    from onering_cli.publishing.report import report

    told = report(run, operation="")
    session.fill(**{name: value for name, value in told.items() if name != "operation"})


def finish_run(
    session: Session, run: Run, told: dict[str, Any], error: Exception | None, *, links: bool = True
) -> None:
    """Print how a run stands: its report as JSON, or the links of what is out; then raise what is left to act on."""
    session.fill(**{name: value for name, value in told.items() if name != "operation"})
    if error is None:
        session.answer()
    if links and not session.wants_json:
        for segment in run.segments:
            if segment.url:
                session.streams.data(segment.url)
        for warning in run.warnings:
            session.streams.warn(warning)
    if error is not None:
        raise error
