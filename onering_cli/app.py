"""From arguments to an exit code: builds the Typer app and turns every exception into its code."""

from __future__ import annotations

import os
import sys
from importlib import import_module
from typing import TYPE_CHECKING, Annotated, Any

import typer

from onering_cli.commands.session import Session
from onering_cli.errors import ExitCode, OneRingError, UsageError
from onering_cli.render.streams import Streams, process_streams
from onering_cli.toolbox import Toolbox

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

# Each noun with the module that attaches it. Only the noun that is asked for is loaded; help and completion load all.
NOUNS: dict[str, str] = {
    "generate": "generate",
    "draft": "draft",
    "search": "search",
    "post": "post",
    "thread": "thread",
    "auth": "auth",
    "config": "config",
    "doctor": "doctor",
    "log": "log",
}
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


def build(arguments: Sequence[str] = ()) -> typer.Typer:
    """The Typer app with the noun that `arguments` start with, or with every noun when they name none."""
    root = typer.Typer(
        name="onering",
        help="Turn notes into threads and publish them exactly as promised.",
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
        epilog="Start with: onering generate notes.md",
    )
    root.callback()(_root)
    asked = arguments[0] if arguments else ""
    for module in dict.fromkeys([NOUNS[asked]] if asked in NOUNS else NOUNS.values()):
        import_module(f"onering_cli.commands.{module}").attach(root)
    return root


def _root(
    version: Annotated[bool, typer.Option("--version", "-V", help="Show the version and exit.", is_eager=True)] = False,
) -> None:
    """Turn notes into threads and publish them exactly as promised."""
    if version:
        from onering_cli import __version__

        sys.stdout.write(f"onering {__version__}\n")
        raise typer.Exit


def _dispatch(arguments: Sequence[str], session: Session) -> int:
    try:
        return _invoke(arguments, session)
    except OneRingError as error:
        return _report(error, session)
    except typer.TyperException as exc:
        return _report(_usage_error(exc, arguments, session), session)
    except (KeyboardInterrupt, typer.Abort):
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
    code = command.main(
        args=list(arguments),
        prog_name="onering",
        standalone_mode=False,
        obj=session,
        auto_envvar_prefix="ONERING",
        default_map={} if completing else _default_map(session),
    )
    return int(code or ExitCode.DONE)


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
