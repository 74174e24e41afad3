"""``onering doctor``: does everything that OneRing stands on hold, and how is it mended?"""

from __future__ import annotations

import locale
from itertools import chain
from typing import TYPE_CHECKING, Annotated

import typer

from onering_cli.adapters.finding import Finding, State
from onering_cli.commands.session import AsJson, session_of
from onering_cli.errors import ExitCode

if TYPE_CHECKING:
    from collections.abc import Sequence

    from onering_cli.render.streams import Streams

_NARROW_COLUMNS = 40
# When several things fail, the one to mend first gives the exit code.
_WORST_FIRST = (ExitCode.STORE, ExitCode.USAGE, ExitCode.LOG_IN)


def attach(root: typer.Typer) -> None:
    """Add the command to the app."""
    root.command("doctor", rich_help_panel="Care")(doctor)


def doctor(
    context: typer.Context,
    *,
    as_cron: Annotated[
        bool, typer.Option("--as-cron", help="Check in a bare environment, as cron has it: no terminal, no D-Bus.")
    ] = False,
    expect: Annotated[
        list[str] | None, typer.Option(hidden=True, help="A secret that must be found; used by --as-cron.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Check Python, SQLite, the store, the disk, settings, keyring, secrets, log, clock and terminal.

    Ends with 0 unless something fails; warnings do not count. With --as-cron the same is looked at from where a timer
    runs: what would fail there, and how it is mended.

    Examples:
        onering doctor

        onering doctor --as-cron
    """
    session = session_of(context)
    session.promise("doctor", as_json=as_json, state=None, checks=[])
    toolbox = session.toolbox
    looked_at = (
        toolbox.unattended.check_up()
        if as_cron
        else chain(toolbox.check_up(expect or ()), [_terminal(session.streams)])
    )
    findings: list[Finding] = []
    for finding in looked_at:
        findings.append(finding)
        if not session.wants_json:
            _show(session.streams, finding)
    session.answer(state=_overall(findings), checks=[_document(finding) for finding in findings])
    code = _exit_code(findings)
    if code:
        raise typer.Exit(code)


def _terminal(streams: Streams) -> Finding:
    if not streams.out_is_terminal:
        return Finding("terminal", State.OK, "none: output is plain, and nothing is asked")
    encoding = locale.getpreferredencoding(do_setlocale=False)
    if encoding.lower().replace("-", "") != "utf8":
        told = f"the locale's encoding is {encoding}, so some characters may not show"
        return Finding("terminal", State.WARN, told, "export LANG=C.UTF-8")
    told = f"{streams.width} columns, {'with' if streams.colour else 'without'} colour, {encoding}"
    if streams.width < _NARROW_COLUMNS:
        return Finding("terminal", State.WARN, f"{told}: cards need {_NARROW_COLUMNS}", "widen the window")
    return Finding("terminal", State.OK, told)


def _show(streams: Streams, finding: Finding) -> None:
    streams.data(f"{finding.state:<4}  {finding.check:<11}  {finding.message}")
    if finding.mend:
        streams.data(f"{'':19}{finding.mend}")


def _document(finding: Finding) -> dict[str, str | int]:
    return {
        "name": finding.check,
        "state": finding.state,
        "message": finding.message,
        "mend": finding.mend,
        "exit_code": int(finding.exit_code),
    }


def _overall(findings: Sequence[Finding]) -> State:
    states = {finding.state for finding in findings}
    return next((state for state in (State.FAIL, State.WARN) if state in states), State.OK)


def _exit_code(findings: Sequence[Finding]) -> ExitCode:
    codes = {finding.exit_code for finding in findings if finding.state is State.FAIL}
    return next((code for code in _WORST_FIRST if code in codes), max(codes, default=ExitCode.DONE))
