"""What a command's options are called in the environment and in the file: as on the command line.

Typer goes by the names of the function's parameters, which are not always those that users see: ``--json`` is
`as_json`, ``--from`` is `from_`, since Python keeps those words for itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

ENVIRONMENT_PREFIX = "ONERING"


def option_name(option: Any) -> str:
    """The name of an option as a key: ``--dry-run`` is ``dry_run``; "" for what is no option."""
    long = [name for name in option.opts if name.startswith("--")]
    return max(long, key=len).removeprefix("--").replace("-", "_") if long else ""


def name_variables(command: Any, prefix: str = ENVIRONMENT_PREFIX) -> None:
    """Have every option of the commands below this one read ``ONERING_<COMMAND>_<OPTION>``.

    The program's own options (``--version``, ``--install-completion``) are orders: no variable gives them.
    """
    for name, below in _below(command):
        name_variables(below, f"{prefix}_{name.replace('-', '_').upper()}")
    for option in command.params if prefix != ENVIRONMENT_PREFIX else ():
        if option.envvar is None and (name := option_name(option)):
            option.envvar = f"{prefix}_{name.upper()}"


def defaults(command: Any, table: Mapping[str, Any]) -> dict[str, Any]:
    """The file's tables, keyed as Typer looks for them; in the file a name may have hyphens, as on the command line."""
    found: dict[str, Any] = {}
    keys = {key.replace("-", "_"): key for key in table}
    for name, below in _below(command):
        key = keys.get(name.replace("-", "_"))
        if key is not None and isinstance(table[key], dict):
            found[name] = defaults(below, table[key])
    for option in command.params:
        key = keys.get(option_name(option))
        if key is not None and not isinstance(table[key], dict):
            found[option.name] = table[key]
    return found


def _below(command: Any) -> Iterator[tuple[str, Any]]:
    yield from getattr(command, "commands", {}).items()
