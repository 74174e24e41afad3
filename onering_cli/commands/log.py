"""``onering log``: what happened, as the log has it."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from onering_cli.commands.session import AsJson, session_of
from onering_cli.commands.times import past

if TYPE_CHECKING:
    from onering_cli.render.streams import Streams


class Level(StrEnum):
    """How much an entry matters."""

    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


def attach(root: typer.Typer) -> None:
    """Add the command to the app."""
    root.command("log", rich_help_panel="Care")(log)


def log(
    context: typer.Context,
    *,
    limit: Annotated[int, typer.Option(min=1, max=100_000, help="The most entries to show.")] = 50,
    since: Annotated[
        str, typer.Option(metavar="TIME", help="Not older than this: 30m, 2h, 7d, or 2026-08-01 09:30.")
    ] = "",
    level: Annotated[
        Level, typer.Option(case_sensitive=False, help="Only what matters at least so much.")
    ] = Level.INFO,
    as_json: AsJson = False,
) -> None:
    """Show the last entries of the log, the newest last; secrets were taken out before it was written.

    Examples:
        onering log --since 2h --level error

        onering log --json | jq '.entries[].message'
    """
    session = session_of(context)
    session.promise("log", as_json=as_json, entries=[])
    earliest = past(since, session.toolbox.clock.now()) if since else None
    entries = list(session.toolbox.log_entries(limit=limit, since=earliest, level=level.name))
    session.answer(entries=entries)
    if session.wants_json:
        return
    for entry in entries:
        _show(session.streams, entry)
    if not entries:
        session.streams.note("the log has no such entries")


def _show(streams: Streams, entry: dict[str, Any]) -> None:
    """One line an entry, and a traceback below it where there is one."""
    at = datetime.fromisoformat(entry["at"]).astimezone()
    fields = "".join(f"  {name}={value}" for name, value in entry.get("fields", {}).items())
    message = str(entry.get("message", "")).replace("\n", " ")
    streams.data(f"{at:%Y-%m-%d %H:%M:%S %Z}  {entry['level']:<7}  {message}{fields}")
    for line in entry.get("error", {}).get("traceback", "").splitlines():
        streams.data(f"    {line}")
