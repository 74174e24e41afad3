"""``onering schedule``: what is to be posted, and when."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from onering_cli.commands import schedule_add, schedule_install, schedule_list, schedule_run
from onering_cli.commands.completion import complete_accounts, complete_entries
from onering_cli.commands.scheduled import At, In, NextSlot, Time, Zone, resolve_time, tell
from onering_cli.commands.session import AsJson, Session, declare, session_of
from onering_cli.errors import UsageError

if TYPE_CHECKING:
    from onering_cli.scheduling.model import Edit, Entry

Reference = Annotated[
    str, typer.Argument(help="An entry's id, a prefix of one, or @last.", autocompletion=complete_entries)
]
References = Annotated[
    list[str] | None, typer.Argument(help="Entries' ids.", autocompletion=complete_entries, show_default=False)
]
WholeAccount = Annotated[str, typer.Option(help="All of this account.", autocompletion=complete_accounts)]
Everything = Annotated[bool, typer.Option("--all", help="The whole queue.")]

app = typer.Typer(no_args_is_help=True, help="Say what is posted when, and see what is next.")


def attach(root: typer.Typer) -> None:
    """Add the noun to the app."""
    root.add_typer(app, name="schedule", rich_help_panel="Schedule")


schedule_list.attach(app)
schedule_add.attach(app)
schedule_run.attach(app)
schedule_install.attach(app)
declare("schedule.move", entry=None)
declare("schedule.rm", removed=[])
for _verb in ("pause", "resume"):
    declare(f"schedule.{_verb}", entries=[], account=None, all=False)


@app.command()
def move(
    context: typer.Context,
    reference: Reference,
    *,
    at: At = "",
    after: In = "",
    next_slot: NextSlot = False,
    zone: Zone = "",
    as_json: AsJson = False,
) -> None:
    """Give an entry another time; one that was missed has a new chance then.

    Examples:
        onering schedule move @last --at "fri 9:30"

        onering schedule move @last --in 2h
    """
    from onering_cli.publishing.elapsed import stamp
    from onering_cli.scheduling.changes import move as moved

    session = session_of(context)
    session.promise("schedule.move", as_json=as_json)
    queue = session.toolbox.scheduling.queue
    entry = queue.get(reference)
    when = resolve_time(session, Time(at, after, next_slot, zone), entry.account)
    edit = moved(when.at, zone=when.zone, note=when.note)
    tell(session, queue.edit(entry.id, edit, stamp(session.toolbox.clock)))


@app.command()
def rm(
    context: typer.Context,
    references: References = None,
    *,
    missed: Annotated[bool, typer.Option("--missed", help="All that were missed.")] = False,
    as_json: AsJson = False,
) -> None:
    """Take entries out, and with a series what would follow; drafts stay.

    Examples:
        onering schedule rm @last

        onering schedule rm --missed
    """
    from onering_cli.publishing.elapsed import stamp
    from onering_cli.render.schedule import entry_document
    from onering_cli.scheduling.model import EntryState

    session = session_of(context)
    session.promise("schedule.rm", as_json=as_json)
    queue = session.toolbox.scheduling.queue
    if missed:
        found = queue.page(limit=100_000, states=frozenset({EntryState.MISSED}))
    else:
        found = [queue.get(reference) for reference in _some(references)]
    removed: list[Entry] = []
    for entry in found:
        removed.append(queue.remove(entry.id, stamp(session.toolbox.clock)))
        session.fill(removed=[entry_document(gone) for gone in removed])
        if not session.wants_json:
            session.streams.note(f"took out {entry.id}")
    session.answer()


@app.command()
def pause(
    context: typer.Context,
    references: References = None,
    *,
    account: WholeAccount = "",
    everything: Everything = False,
    as_json: AsJson = False,
) -> None:
    """Post nothing of these until they are resumed: entries, an account, or the whole queue.

    Examples:
        onering schedule pause --account work

        onering schedule pause --all
    """
    from onering_cli.scheduling.changes import pause as paused

    session = session_of(context)
    session.promise("schedule.pause", as_json=as_json)
    _turn(session, references, paused(), account=account, everything=everything, paused=True)


@app.command()
def resume(
    context: typer.Context,
    references: References = None,
    *,
    account: WholeAccount = "",
    everything: Everything = False,
    as_json: AsJson = False,
) -> None:
    """Go on after a pause; post what was missed or has failed at the next pass, however late.

    Examples:
        onering schedule resume @last

        onering schedule resume --account work
    """
    from onering_cli.scheduling.changes import resume as resumed

    session = session_of(context)
    session.promise("schedule.resume", as_json=as_json)
    _turn(session, references, resumed(), account=account, everything=everything, paused=False)


def _turn(
    session: Session, references: list[str] | None, edit: Edit, *, account: str, everything: bool, paused: bool
) -> None:
    from onering_cli.publishing.elapsed import stamp
    from onering_cli.render.schedule import entry_document

    queue = session.toolbox.scheduling.queue
    word = "paused" if paused else "resumed"
    if account or everything:
        if references or (account and everything):
            raise UsageError("say entries, --account or --all", hint="one of them at a time")
        queue.pause(account, paused=paused)
        session.answer(account=account or None, all=everything)
        if not session.wants_json:
            session.streams.note(f"{account or 'the whole queue'} is {word}")
        return
    changed: list[Entry] = []
    for reference in _some(references):
        entry = queue.get(reference)
        changed.append(queue.edit(entry.id, edit, stamp(session.toolbox.clock)))
        session.fill(entries=[entry_document(entry) for entry in changed])
        if not session.wants_json:
            session.streams.note(f"{word} {entry.id}")
    session.answer()


def _some(references: list[str] | None) -> list[str]:
    if not references:
        raise UsageError("which entries?", hint="give their ids: onering schedule list")
    return references
