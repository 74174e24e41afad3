"""Which nouns there are, and how the Typer app is put together from them."""

from __future__ import annotations

import sys
from importlib import import_module
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from collections.abc import Sequence

# Each noun with the module that attaches it. Only the noun that is asked for is loaded; help and completion load all.
NOUNS: dict[str, str] = {
    "generate": "generate",
    "draft": "draft",
    "search": "search",
    "voice": "voice",
    "post": "post",
    "thread": "thread",
    "ring": "ring",
    "auth": "auth",
    "config": "config",
    "doctor": "doctor",
    "log": "log",
}


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
