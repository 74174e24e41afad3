"""``onering schedule list``: what is next, what was missed, and what is free."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from onering_cli.commands.completion import complete_accounts
from onering_cli.commands.session import AsJson, Session, declare, session_of
from onering_cli.errors import UsageError

if TYPE_CHECKING:
    from datetime import datetime

    from onering_cli.scheduling.model import Entry, Slot


def attach(app: typer.Typer) -> None:
    """Add the verb to the noun."""
    app.command("list")(list_)
    declare("schedule.list", entries=[], accounts=[], paused=False)


def list_(
    context: typer.Context,
    *,
    week: Annotated[bool, typer.Option("--week", help="Show the next seven days, free slots included.")] = False,
    account: Annotated[str, typer.Option(help="Only this account's.", autocompletion=complete_accounts)] = "",
    posted: Annotated[bool, typer.Option("--all", help="With what is posted already.")] = False,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="The most entries to list.")] = 50,
    offset: Annotated[int, typer.Option(min=0, help="Skip so many.")] = 0,
    as_json: AsJson = False,
) -> None:
    """List what is scheduled, and what was missed or needs you; each time as local time, zone and UTC.

    Examples:
        onering schedule list --week

        onering schedule list --account work --json
    """
    from datetime import timedelta

    from onering_cli.render import schedule as shown
    from onering_cli.scheduling.model import EntryState

    session = session_of(context)
    session.promise("schedule.list", as_json=as_json)
    scheduling = session.toolbox.scheduling
    states = frozenset(EntryState) if posted else frozenset[EntryState]()
    now = session.toolbox.clock.now()
    since, until = (now - timedelta(days=1), now + timedelta(days=7)) if week else (None, None)
    entries = scheduling.queue.page(
        limit=limit, offset=offset, account=account, states=states, since=since, until=until
    )
    gates = scheduling.queue.gates()
    if session.wants_json:
        session.answer(
            entries=[shown.entry_document(entry) for entry in entries],
            accounts=[shown.gate_document(gate, now) for gate in gates.values() if gate.account],
            paused=bool(gates[""].paused) if "" in gates else False,
        )
        return
    titles = {entry.draft: _title(session, entry) for entry in entries}
    if week:
        free = _free_slots(session, account, now)
        shown.show_week(session.streams, entries, titles, free=free, zone=scheduling.zone, now=now)
    else:
        shown.show_entries(session.streams, entries, titles)
    shown.show_gates(session.streams, gates, now, scheduling.zone)
    if not entries:
        session.streams.note("nothing is scheduled")
    elif len(entries) == limit:
        session.streams.note(f"these are {limit}; there may be more: --limit, --offset")


def _free_slots(session: Session, account: str, now: datetime) -> list[tuple[datetime, Slot]]:
    """The slots of the coming week that hold nothing yet."""
    from datetime import timedelta
    from itertools import takewhile

    from onering_cli.scheduling.slots import parse_slot

    scheduling, end = session.toolbox.scheduling, now + timedelta(days=7)
    free = []
    for kept in scheduling.slots.of(account) if account else scheduling.slots.all():
        taken = set(scheduling.queue.taken(kept.account, now, end))
        moments = takewhile(lambda at: at < end, parse_slot(kept.spec, zone=kept.zone).after(now))
        free += [(at, kept) for at in moments if at not in taken]
    return free


def _title(session: Session, entry: Entry) -> str:
    from onering_cli.drafts.summaries import opening
    from onering_cli.text.draft_file import parse

    if entry.frozen is None and not entry.draft:
        return ""
    try:
        draft = parse(entry.frozen) if entry.frozen is not None else session.toolbox.drafts.get(entry.draft).draft
    except UsageError:
        return "(its draft is gone)"
    return draft.title or opening(draft)
