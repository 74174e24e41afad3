"""``onering slot``: the times of the week at which an account posts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from onering_cli.commands.completion import complete_accounts
from onering_cli.commands.session import AsJson, Session, declare, session_of
from onering_cli.errors import UsageError

if TYPE_CHECKING:
    from datetime import datetime

    from onering_cli.scheduling.model import Slot

declare("slot.set", slot=None, added=False)
declare("slot.list", slots=[])
declare("slot.rm", removed=[])

Spec = Annotated[str, typer.Argument(help='Days, then times: "mon-fri 09:30", "sat,sun 10am,5pm", "daily noon".')]
Account = Annotated[str, typer.Option(help="Whose slot.", autocompletion=complete_accounts)]
Zone = Annotated[str, typer.Option("--tz", help="The time zone that is meant, such as Europe/London.")]

app = typer.Typer(no_args_is_help=True, help="Keep the times of the week at which an account posts.")


def attach(root: typer.Typer) -> None:
    """Add the noun to the app."""
    root.add_typer(app, name="slot", rich_help_panel="Schedule")


@app.command("set")
def set_(
    context: typer.Context, spec: Spec, *, account: Account = "", zone: Zone = "", as_json: AsJson = False
) -> None:
    """Keep a weekly slot for an account; `--next-slot` takes the next that is free.

    A time that clocks jump over is the first moment after the jump; one that comes twice is the first of the two.

    Examples:
        onering slot set "mon-fri 09:30" --tz Europe/London

        onering slot set "sat,sun 10am" --account work
    """
    session = session_of(context)
    session.promise("slot.set", as_json=as_json)
    slot = _slot(session, spec, account, zone)
    now = session.toolbox.clock.now()
    added = session.toolbox.scheduling.slots.put(slot, now)
    session.answer(slot=_document(session, slot, now), added=added)
    if session.wants_json:
        return
    _show(session, slot, now)
    if not added:
        session.streams.note("it was kept already")


@app.command("list")
def list_(context: typer.Context, *, account: Account = "", as_json: AsJson = False) -> None:
    """List the slots, each with the next time it is free: local, zone and UTC.

    Examples:
        onering slot list --account work
    """
    session = session_of(context)
    session.promise("slot.list", as_json=as_json)
    slots = session.toolbox.scheduling.slots
    found = slots.of(account) if account else slots.all()
    now = session.toolbox.clock.now()
    session.answer(slots=[_document(session, slot, now) for slot in found])
    if session.wants_json:
        return
    for slot in found:
        _show(session, slot, now)
    if not found:
        session.streams.note('there is none yet; make one: onering slot set "mon-fri 09:30"')


@app.command("rm")
def remove(
    context: typer.Context, spec: Spec, *, account: Account = "", zone: Zone = "", as_json: AsJson = False
) -> None:
    """Forget a slot; what was put into it stays scheduled.

    Examples:
        onering slot rm "mon-fri 09:30"
    """
    session = session_of(context)
    session.promise("slot.rm", as_json=as_json)
    wanted = _slot(session, spec, account, zone)
    slots = session.toolbox.scheduling.slots
    kept = slots.of(wanted.account)
    found = [slot for slot in kept if slot.spec == wanted.spec and (not zone or slot.zone == wanted.zone)]
    if not found:
        known = ", ".join(f'"{slot.spec}" --tz {slot.zone}' for slot in kept) or "none"
        raise UsageError(f"{wanted.account} has no slot {wanted.spec!r}", hint=f"its slots: {known}")
    if len(found) > 1:
        zones = " or ".join(f"--tz {slot.zone}" for slot in found)
        raise UsageError(f"{wanted.account} has {len(found)} slots {wanted.spec!r}", hint=f"say which: {zones}")
    slots.remove(found[0])
    session.answer(removed=[{"account": found[0].account, "slot": found[0].spec, "zone": found[0].zone}])
    if not session.wants_json:
        session.streams.data(f"{found[0].account}  {found[0].spec}  {found[0].zone}")


def _slot(session: Session, spec: str, account: str, zone: str) -> Slot:
    """The slot that a command line means, in the words in which slots are kept."""
    from onering_cli.scheduling.model import Slot
    from onering_cli.scheduling.slots import parse_slot

    toolbox = session.toolbox
    parsed = parse_slot(spec, zone=zone or toolbox.scheduling.zone)
    return Slot(toolbox.account(account), parsed.text, parsed.zone)


def _next_free(session: Session, slot: Slot, now: datetime) -> datetime | None:
    """When a slot is next free; None when it is not for a year."""
    from datetime import timedelta

    from onering_cli.scheduling.slots import HORIZON, next_free, parse_slot

    taken = session.toolbox.scheduling.queue.taken(slot.account, now, now + HORIZON + timedelta(days=1))
    try:
        return next_free([parse_slot(slot.spec, zone=slot.zone)], after=now, taken=set(taken))
    except UsageError:
        return None


def _document(session: Session, slot: Slot, now: datetime) -> dict[str, Any]:
    from onering_cli.scheduling.zones import find_zone

    at = _next_free(session, slot, now)
    local = at.astimezone(find_zone(slot.zone)).isoformat() if at else None
    free = {"utc": at.isoformat() if at else None, "local": local, "zone": slot.zone}
    return {"account": slot.account, "slot": slot.spec, "zone": slot.zone, "next_free": free}


def _show(session: Session, slot: Slot, now: datetime) -> None:
    from onering_cli.scheduling.moments import in_full

    at = _next_free(session, slot, now)
    free = in_full(at, slot.zone) if at else "full for a year"
    if session.streams.out_is_terminal:
        session.streams.data(f"{slot.account}  {slot.spec}  ({slot.zone})\n  next free: {free}")
    else:
        session.streams.row(slot.account, slot.spec, slot.zone, free)
