"""``onering thread``: what became of what was posted, and how to go on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from onering_cli.commands.completion import complete_accounts, complete_runs
from onering_cli.commands.post import post_id
from onering_cli.commands.run_outcome import EMPTY_REPORT, finish_run, run_told
from onering_cli.commands.session import AsJson, Session, declare, session_of
from onering_cli.errors import UsageError
from onering_cli.publishing.elapsed import stamp
from onering_cli.publishing.report import report
from onering_cli.publishing.words import explain, verdict
from onering_cli.render.posting import PostingProgress, show_run, show_runs

if TYPE_CHECKING:
    from onering_cli.publishing.engine import Engine
    from onering_cli.publishing.model import Run

Reference = Annotated[str, typer.Argument(help="A run's id, a prefix of one, or @last.", autocompletion=complete_runs)]

app = typer.Typer(no_args_is_help=True, help="See what became of a thread, and go on with it.")


def attach(root: typer.Typer) -> None:
    """Add the noun to the app."""
    root.add_typer(app, name="thread", rich_help_panel="Publish")
    for verb in ("resume", "reconcile", "rollback"):
        declare(f"thread.{verb}", **EMPTY_REPORT)
    declare("thread.status", **EMPTY_REPORT, explanation="", next=[])
    declare("thread.list", runs=[])
    declare("thread.open", run=None, url=None)


@app.command("list")
def list_(
    context: typer.Context,
    *,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="The most runs to list.")] = 20,
    offset: Annotated[int, typer.Option(min=0, help="Skip so many.")] = 0,
    unfinished: Annotated[bool, typer.Option("--unfinished", help="Only what still needs something.")] = False,
    account: Annotated[str, typer.Option(help="Only this account's.", autocompletion=complete_accounts)] = "",
    as_json: AsJson = False,
) -> None:
    """List what was posted or begun, the latest first.

    Examples:
        onering thread list --unfinished
    """
    session = session_of(context)
    session.promise("thread.list", as_json=as_json)
    runs = session.toolbox.journal.page(limit=limit, offset=offset, unfinished=unfinished, account=account)
    if session.wants_json:
        documents = [
            {
                "run": run.id,
                "status": run.status,
                "account": run.account,
                "draft": run.draft,
                "opening": run.opening,
                "posts": run.segments,
                "sent": run.sent,
                "created_at": run.created_at.isoformat(),
                "updated_at": run.updated_at.isoformat(),
            }
            for run in runs
        ]
        session.answer(runs=documents)
        return
    show_runs(session.streams, runs)
    if not runs:
        session.streams.note("nothing is unfinished" if unfinished else "nothing was posted yet")


@app.command()
def status(context: typer.Context, reference: Reference = "@last", *, as_json: AsJson = False) -> None:
    """Say where a thread stands, post by post, and what to do next.

    Examples:
        onering thread status

        onering thread status @last~1 --json
    """
    session = session_of(context)
    session.promise("thread.status", as_json=as_json)
    run = session.toolbox.journal.get(reference)
    now = stamp(session.toolbox.clock)
    if session.wants_json:
        told = explain(run, now)
        session.answer(**_report(run, "thread.status"), explanation=told.headline, next=list(told.steps))
    else:
        show_run(session.streams, run, now)


@app.command()
def resume(
    context: typer.Context,
    reference: Reference = "@last",
    *,
    send_again: Annotated[
        bool, typer.Option("--send-again", help="You looked: the held post is not there. Send it again.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Go on with a thread that stopped: settle what is unknown, then post the rest.

    Examples:
        onering thread resume @last
    """
    session, run, engine, progress = _begin(context, "thread.resume", reference, as_json=as_json)
    with run_told(session, progress):
        run = engine.resume(run.id, absent=send_again)
    _finish(session, run, "thread.resume")


@app.command()
def reconcile(
    context: typer.Context,
    reference: Reference = "@last",
    *,
    adopt: Annotated[str, typer.Option(help="The id or address of the post that the doubtful one became.")] = "",
    number: Annotated[
        int | None, typer.Option("--post", min=1, help="Which post --adopt is about; else the first in doubt.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Find out what became of posts whose outcome is unknown; sends nothing.

    Examples:
        onering thread reconcile @last

        onering thread reconcile @last --post 3 --adopt https://x.com/me/status/1890000000000000000
    """
    session, run, engine, progress = _begin(context, "thread.reconcile", reference, as_json=as_json)
    remote_id = post_id(adopt, "--adopt")
    with run_told(session, progress):
        index = number - 1 if number is not None else None
        run = engine.adopt(run.id, index, remote_id) if remote_id else engine.reconcile(run.id)
    _finish(session, run, "thread.reconcile")


@app.command()
def rollback(
    context: typer.Context,
    reference: Reference = "@last",
    *,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    not_there: Annotated[bool, typer.Option("--not-there", help="You looked: the post in doubt is not there.")] = False,
    as_json: AsJson = False,
) -> None:
    """Take a thread back: delete its posts, the last one first.

    Examples:
        onering thread rollback @last --yes
    """
    session, run, engine, progress = _begin(context, "thread.rollback", reference, as_json=as_json)
    if not yes:
        if session.wants_json:
            raise UsageError("deleting posts needs a confirmation", hint="add --yes")
        show_run(session.streams, run, stamp(session.toolbox.clock))
        if not session.streams.confirm("Delete these posts?"):
            raise UsageError("nothing was deleted", hint="answer y, or add --yes")
    with run_told(session, progress):
        run = engine.roll_back(run.id, absent=not_there)
    _finish(session, run, "thread.rollback")


@app.command("open")
def open_(context: typer.Context, reference: Reference = "@last", *, as_json: AsJson = False) -> None:
    """Open a thread's first post in the browser, or print its address where there is none.

    Examples:
        onering thread open @last
    """
    session = session_of(context)
    session.promise("thread.open", as_json=as_json)
    run = session.toolbox.journal.get(reference)
    url = run.segments[0].url
    if not url:
        raise UsageError(f"the first post of run {run.id} is not out", hint=f"onering thread status {run.id}")
    session.answer(run=run.id, url=url)
    if session.wants_json:
        return
    session.streams.data(url)
    if session.streams.interactive and not session.toolbox.open_browser(url):
        session.streams.note("no browser could be opened; the address is above")


def _begin(
    context: typer.Context, operation: str, reference: str, *, as_json: bool
) -> tuple[Session, Run, Engine, PostingProgress]:
    session = session_of(context)
    session.promise(operation, as_json=as_json)
    run = session.toolbox.journal.get(reference)
    session.fill(**_report(run, operation))
    progress = PostingProgress(session.streams)
    return session, run, session.toolbox.engine(run.account, watcher=progress), progress


def _finish(session: Session, run: Run, operation: str) -> None:
    told = {"operation": operation, **_report(run, operation)}
    if not session.wants_json:
        show_run(session.streams, run, stamp(session.toolbox.clock))
    finish_run(session, run, told, verdict(run, stamp(session.toolbox.clock)), links=False)


def _report(run: Run, operation: str) -> dict[str, object]:
    told = report(run, operation=operation)
    del told["operation"]
    return told
