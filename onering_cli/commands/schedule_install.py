"""``onering schedule install`` and ``uninstall``: have the machine post what is due."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from onering_cli.commands.session import AsJson, declare, session_of
from onering_cli.errors import OneRingError
from onering_cli.scheduling.unattended import TimerKind

if TYPE_CHECKING:
    from onering_cli.scheduling.unattended import Timer

declare("schedule.install", timer=None, changed=False, pieces=[], warnings=[])
declare("schedule.uninstall", removed=[])


def attach(app: typer.Typer) -> None:
    """Add the commands to ``onering schedule``."""
    app.command("install")(install)
    app.command("uninstall")(uninstall)


def install(
    context: typer.Context,
    kind: Annotated[TimerKind, typer.Argument(help="Who keeps the time on this machine.")],
    *,
    show: Annotated[bool, typer.Option("--show", "-n", help="Print what would be written; write nothing.")] = False,
    as_json: AsJson = False,
) -> None:
    """Have the machine post what is due, every minute: a timer of systemd's, a line for cron, or an agent of launchd's.

    What is written holds no secret. Installing again changes nothing, or brings it up to date.

    Examples:
        onering schedule install systemd --show

        onering schedule install cron

        onering doctor --as-cron
    """
    session = session_of(context)
    session.promise("schedule.install", as_json=as_json, timer=kind)
    timer = session.toolbox.unattended.timer(kind)
    pieces = timer.pieces()
    warnings = session.toolbox.unattended.warnings(kind)
    session.fill(pieces=[{"place": piece.place, "content": piece.content} for piece in pieces], warnings=list(warnings))
    changed = False if show else timer.install()
    session.answer(changed=changed)
    for warning in warnings:
        session.streams.warn(warning)
    if session.wants_json:
        return
    for piece in pieces:
        session.streams.data(f"# {piece.place}\n{piece.content}" if show else piece.place)
    if not show:
        told = "installed: what is due is posted every minute" if changed else "it was installed already, just so"
        session.streams.note(f"{told}; see what it can reach: onering doctor --as-cron")
        if kind is TimerKind.SYSTEMD:
            session.streams.note("it runs while you are logged in; always: loginctl enable-linger")


def uninstall(
    context: typer.Context,
    kind: Annotated[TimerKind | None, typer.Argument(help="Which timer; without it, all there are.")] = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Remove what `schedule install` wrote; nothing happens when there is nothing.

    Examples:
        onering schedule uninstall

        onering schedule uninstall cron
    """
    session = session_of(context)
    session.promise("schedule.uninstall", as_json=as_json)
    removed: list[str] = []
    for each in TimerKind if kind is None else (kind,):
        timer = session.toolbox.unattended.timer(each)
        if (kind is not None or _may_be_there(timer)) and timer.uninstall():
            removed.append(each)
            session.fill(removed=removed)
    session.answer(removed=removed)
    if session.wants_json:
        return
    for name in removed:
        session.streams.data(name)
    session.streams.note("removed; nothing is posted by itself any more" if removed else "there was no timer to remove")


def _may_be_there(timer: Timer) -> bool:
    """Whether a timer is there; one whose program the machine lacks cannot be."""
    try:
        return timer.installed()
    except OneRingError:
        return False
