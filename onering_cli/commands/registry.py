"""Which nouns there are, and how the Typer app is put together from them."""

from __future__ import annotations

import sys
from copy import copy
from importlib import import_module
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.main import get_command

if TYPE_CHECKING:
    from collections.abc import Sequence

    from typer.models import CommandInfo

# Each noun with the module that attaches it. The order is that of help. Only the noun that is asked
# for is loaded; help and completion load all.
NOUNS: dict[str, str] = {
    "generate": "generate",
    "draft": "draft",
    "voice": "voice",
    "style": "style",
    "model": "model",
    "post": "post",
    "thread": "thread",
    "stats": "stats",
    "schedule": "schedule",
    "slot": "slot",
    "search": "search",
    "similar": "search",
    "memory": "memory",
    "upgrade": "upgrade",
    "plan": "upgrade",
    "ring": "ring",
    "webhook": "webhook",
    "auth": "auth",
    "config": "config",
    "doctor": "doctor",
    "log": "log",
}


def build(arguments: Sequence[str] = ()) -> Any:
    """The command line with what `arguments` start with, noun and verb; with all there is where they name none."""
    root = typer.Typer(
        name="onering",
        help="Turn notes into threads and publish them exactly as promised.",
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
        epilog="Start with: onering generate notes.md",
    )
    root.callback()(_root)
    noun, verb = (*arguments, "", "")[:2]
    for module in dict.fromkeys([NOUNS[noun]] if noun in NOUNS else NOUNS.values()):
        import_module(f"onering_cli.commands.{module}").attach(root)
    if noun in NOUNS:
        for group in root.registered_groups:
            group.typer_instance = _narrowed(group.typer_instance, verb)
    command: Any = get_command(root)
    # Typer puts commands before groups; a person reads them panel by panel.
    command.commands = {name: command.commands[name] for name in NOUNS if name in command.commands}
    return command


def _narrowed(group: typer.Typer | None, verb: str) -> typer.Typer | None:
    """The noun with only the verb that was asked for: Typer inspects the signature of every one that it has."""
    if group is None:
        return None
    asked = [command for command in group.registered_commands if _name(command) == verb]
    narrowed = copy(group)
    narrowed.registered_commands = asked or group.registered_commands
    return narrowed


def _name(command: CommandInfo) -> str:
    return command.name or getattr(command.callback, "__name__", "").replace("_", "-")


def _root(
    version: Annotated[bool, typer.Option("--version", "-V", help="Show the version and exit.", is_eager=True)] = False,
) -> None:
    """Turn notes into threads and publish them exactly as promised."""
    if version:
        from onering_cli import __version__

        sys.stdout.write(f"onering {__version__}\n")
        raise typer.Exit
