"""From arguments to an exit code: builds the Typer app and turns every exception into its code."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

import typer

from onering_cli.commands.help_texts import make_readable
from onering_cli.commands.option_names import defaults, name_variables, option_name
from onering_cli.commands.registry import build
from onering_cli.commands.session import Session
from onering_cli.errors import ExitCode, OneRingError, StoppedError, UsageError
from onering_cli.render.streams import Streams, UnwritableError, process_streams
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
        return _abandoned(ExitCode.DONE)  # the reader left (``| head``): what was asked for is done
    except UnwritableError as error:
        streams.error(error)
        return _abandoned(error.exit_code)
    finally:
        session.toolbox.close()


def _dispatch(arguments: Sequence[str], session: Session) -> int:
    try:
        return _invoke(arguments, session)
    except UnwritableError:
        raise
    except OneRingError as error:
        return _report(error, session)
    except typer.TyperException as exc:
        return _report(_usage_error(exc, session), session)
    except (KeyboardInterrupt, EOFError, typer.Abort):
        session.answer_error(StoppedError("interrupted"))
        session.streams.note("interrupted")
        return ExitCode.INTERRUPTED
    except BrokenPipeError:
        raise
    except Exception as exc:  # noqa: BLE001 -- the one place where a bug becomes an exit code
        return _report_bug(exc, session)


def _invoke(arguments: Sequence[str], session: Session) -> int:
    completing = COMPLETION_VARIABLE in os.environ
    command = build(() if completing else arguments)
    name_variables(command)
    make_readable(command)
    # The command promises its own keys; until it gets that far, this is what a failure answers with.
    session.promise(_operation(command, arguments), as_json="--json" in arguments)
    if completing:
        return int(command.main(args=list(arguments), prog_name="onering", standalone_mode=False) or ExitCode.DONE)
    # Not `main`, which turns Ctrl-C and a closed pipe into exits of its own.
    try:
        with command.make_context(
            "onering",
            list(arguments),
            obj=session,
            default_map=_defaults(command, arguments, session),
        ) as context:
            return int(command.invoke(context) or ExitCode.DONE)
    except typer.Exit as done:
        return done.exit_code


def _operation(command: Any, arguments: Sequence[str]) -> str:
    """The noun and the verb that the arguments begin with: ``draft.list``."""
    path = []
    for word in arguments:
        command = getattr(command, "commands", {}).get(word)
        if command is None:
            break
        path.append(word)
    return ".".join(path)


def _defaults(command: Any, arguments: Sequence[str], session: Session) -> dict[str, Any]:
    """What the file sets; whoever looks for what is wrong with it, or for help, is let through with none."""
    try:
        return defaults(command, session.toolbox.settings.file)
    except UsageError:
        noun = arguments[0] if arguments else "--help"
        if noun in ("doctor", "config") or not {noun, *arguments}.isdisjoint(("--help", "-h")):
            return {}
        raise


def _usage_error(exc: typer.TyperException, session: Session) -> UsageError:
    context = getattr(exc, "ctx", None)
    path = context.command_path if context is not None else "onering"
    message = exc.format_message() if hasattr(exc, "format_message") else str(exc)
    message = message.replace(f" (env var: '{getattr(getattr(exc, 'param', None), 'envvar', '')}')", "")
    return UsageError(message.rstrip("."), hint=_set_elsewhere(exc, session) or f"try: {path} --help")


def _set_elsewhere(exc: typer.TyperException, session: Session) -> str:
    """Where the value that an option does not take was set, when that was not on the command line."""
    context, option = getattr(exc, "ctx", None), getattr(exc, "param", None)
    if context is None or option is None or not option_name(option):
        return ""
    source = getattr(context.get_parameter_source(option.name), "name", "")
    if source == "ENVIRONMENT":
        return f"the variable {option.envvar} sets it"
    key = ".".join([*context.command_path.split()[1:], option_name(option)])
    return f"{session.toolbox.paths.config_file} sets it: onering config unset {key}" if source == "DEFAULT_MAP" else ""


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


def _abandoned(code: int) -> int:
    """Let Python not complain, while it ends, that what it still holds for stdout has nowhere to go."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return code
