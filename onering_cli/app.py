"""From arguments to an exit code: builds the Typer app and turns every exception into its code."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

import typer

from onering_cli.commands.registry import build
from onering_cli.commands.session import Session
from onering_cli.errors import ExitCode, OneRingError, StoppedError, UsageError
from onering_cli.render.streams import Streams, process_streams
from onering_cli.toolbox import Toolbox

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

COMPLETION_VARIABLE = "_ONERING_COMPLETE"


def run(
    arguments: Sequence[str], *, streams: Streams | None = None, environment: Mapping[str, str] | None = None
) -> int:
    """Run one command; its exit code."""
    streams = streams or process_streams()
    session = Session(Toolbox(os.environ if environment is None else environment, on_wait=streams.note), streams)
    try:
        return _finish(_dispatch(arguments, session), streams)
    except BrokenPipeError:
        return _closed_pipe()
    finally:
        session.toolbox.close()


def _dispatch(arguments: Sequence[str], session: Session) -> int:
    try:
        return _invoke(arguments, session)
    except OneRingError as error:
        return _report(error, session)
    except typer.TyperException as exc:
        return _report(_usage_error(exc, arguments, session), session)
    except (KeyboardInterrupt, EOFError, typer.Abort):
        session.answer_error(StoppedError("interrupted"))
        session.streams.note("interrupted")
        return ExitCode.INTERRUPTED
    except BrokenPipeError:
        raise
    except Exception as exc:  # noqa: BLE001 -- the one place where a bug becomes an exit code
        return _report_bug(exc, session)


def _invoke(arguments: Sequence[str], session: Session) -> int:
    from typer.main import get_command

    completing = COMPLETION_VARIABLE in os.environ
    command = get_command(build(() if completing else arguments))
    if completing:
        return int(command.main(args=list(arguments), prog_name="onering", standalone_mode=False) or ExitCode.DONE)
    # Not `main`, which turns Ctrl-C and a closed pipe into exits of its own.
    try:
        with command.make_context(
            "onering",
            list(arguments),
            obj=session,
            auto_envvar_prefix="ONERING",
            default_map=_default_map(session),
        ) as context:
            return int(command.invoke(context) or ExitCode.DONE)
    except typer.Exit as done:
        return done.exit_code


def _default_map(session: Session) -> dict[str, Any]:
    """The file's tables; Typer finds a command's defaults in the table named like it."""
    return {name: table for name, table in session.toolbox.settings.file.items() if isinstance(table, dict)}


def _usage_error(exc: typer.TyperException, arguments: Sequence[str], session: Session) -> UsageError:
    context = getattr(exc, "ctx", None)
    path = context.command_path if context is not None else "onering"
    if session.document is None:
        session.promise(path.removeprefix("onering").strip().replace(" ", "."), as_json="--json" in arguments)
    message = exc.format_message() if hasattr(exc, "format_message") else str(exc)
    return UsageError(message.rstrip("."), hint=f"try: {path} --help")


def _report(error: OneRingError, session: Session) -> int:
    session.answer_error(error)
    session.streams.error(error)
    return error.exit_code


def _report_bug(exc: Exception, session: Session) -> int:
    place = session.toolbox.log_bug(exc)
    error = OneRingError(
        f"OneRing failed in a way it should not: {type(exc).__name__}",
        hint=f"the details are in {place}; please report them",
    )
    return _report(error, session)


def _finish(code: int, streams: Streams) -> int:
    streams.flush()
    return code


def _closed_pipe() -> int:
    """The reader left (``| head``): what was asked for is done, and Python must not complain while it shuts down."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return ExitCode.DONE
