"""``onering config``: what is set, where it came from, and how to change it."""

from __future__ import annotations

import json
from typing import Annotated, Any

import typer

from onering_cli.commands.completion import complete_settings
from onering_cli.commands.session import AsJson, Session, session_of
from onering_cli.errors import UsageError
from onering_cli.render.tables import show_rows
from onering_cli.settings import find_setting
from onering_cli.settings.catalogue import SETTINGS
from onering_cli.settings.setting import Origin, Setting

Key = Annotated[
    str,
    typer.Argument(
        help="Dotted, such as publishing.threads_per_hour.", autocompletion=complete_settings, show_default=False
    ),
]

app = typer.Typer(no_args_is_help=True, help="Show and change settings.")


def attach(root: typer.Typer) -> None:
    """Add the noun to the app."""
    root.add_typer(app, name="config", rich_help_panel="Care")


@app.command("list")
def list_(context: typer.Context, *, as_json: AsJson = False) -> None:
    """List every setting with its value and where that came from.

    Options of commands can be set too, in the table named like the command: `generate.posts`, `draft.list.limit`.

    Examples:
        onering config list

        onering config list --json | jq -r ".settings[].key"
    """
    session = session_of(context)
    session.promise("config.list", as_json=as_json, settings=[])
    rows = [_row(session, setting, name) for setting in SETTINGS for name in _names(session, setting)]
    rows += [{"key": key, "value": value, "origin": Origin.FILE, "help": ""} for key, value in _options(session)]
    if session.wants_json:
        session.answer(settings=rows)
        return
    told = [(row["key"], _shown(row["value"]), row["origin"]) for row in rows]
    if session.streams.out_is_terminal:  # the longest column last, so that it can give way
        show_rows(session.streams, ("SETTING", "FROM", "VALUE"), [(key, origin, value) for key, value, origin in told])
    else:
        show_rows(session.streams, ("SETTING", "VALUE", "FROM"), told)


@app.command()
def get(context: typer.Context, key: Key, *, as_json: AsJson = False) -> None:
    """Print the value in force of one setting.

    Examples:
        onering config get publishing.threads_per_hour
    """
    session = session_of(context)
    session.promise("config.get", as_json=as_json, key=key, value=None, origin=None, help="")
    row = _row(session, *_find(key))
    if session.wants_json:
        session.answer(**row)
    else:
        session.streams.data(_shown(row["value"]))


@app.command("set")
def set_(
    context: typer.Context,
    key: Key,
    value: Annotated[str, typer.Argument(help="The value, as text.", show_default=False)],
    *,
    as_json: AsJson = False,
) -> None:
    """Set one setting in the file, after checking that it is one and takes this value.

    Examples:
        onering config set publishing.threads_per_hour 10

        onering config set accounts.work.premium true
    """
    from onering_cli.adapters.config_file import set_key

    session = session_of(context)
    session.promise("config.set", as_json=as_json, key=key, value=None)
    found = find_setting(key)
    kept = _checked(found[0], key, value) if found is not None else _checked_option(key, value)
    set_key(session.toolbox.paths.config_file, key, kept)
    session.answer(value=kept)
    session.streams.note(f"{key} is now {_shown(kept)}")


@app.command()
def unset(context: typer.Context, key: Key, *, as_json: AsJson = False) -> None:
    """Take one setting out of the file, so that its default holds again.

    Examples:
        onering config unset publishing.threads_per_hour
    """
    from onering_cli.adapters.config_file import remove_key

    session = session_of(context)
    session.promise("config.unset", as_json=as_json, key=key, removed=False)
    removed = remove_key(session.toolbox.paths.config_file, key)
    session.answer(removed=removed)
    session.streams.note(f"{key} is unset" if removed else f"{key} was not set")


@app.command()
def path(context: typer.Context, *, as_json: AsJson = False) -> None:
    """Print where the configuration file is, whether or not it exists yet.

    Examples:
        $EDITOR "$(onering config path)"
    """
    session = session_of(context)
    session.promise("config.path", as_json=as_json, path=str(session.toolbox.paths.config_file))
    if session.wants_json:
        session.answer()
    else:
        session.streams.data(str(session.toolbox.paths.config_file))


def _find(key: str) -> tuple[Setting[Any], str]:
    found = find_setting(key)
    if found is None:
        raise _unknown(key)
    return found


def _unknown(key: str) -> UsageError:
    return UsageError(f"there is no setting {key}", hint="`onering config list` shows what there is")


def _row(session: Session, setting: Setting[Any], name: str) -> dict[str, Any]:
    value, origin = session.toolbox.settings.look_up(setting, name)
    return {"key": setting.key.replace("*", name), "value": value, "origin": origin, "help": setting.help}


def _names(session: Session, setting: Setting[Any]) -> list[str]:
    """What the file has in place of the setting's ``*``; one empty name for a setting without one."""
    if "*" not in setting.key:
        return [""]
    table = session.toolbox.settings.file.get(setting.key.partition(".")[0], {})
    return sorted(name for name, value in table.items() if isinstance(value, dict)) if isinstance(table, dict) else []


def _options(session: Session) -> list[tuple[str, Any]]:
    """The file's keys that are no setting, so options of commands."""
    found: list[tuple[str, Any]] = []

    def walk(prefix: str, table: dict[str, Any]) -> None:
        for name, value in table.items():
            key = f"{prefix}{name}"
            if isinstance(value, dict):
                walk(key + ".", value)
            elif find_setting(key) is None:
                found.append((key, value))

    walk("", dict(session.toolbox.settings.file))
    return found


def _checked(setting: Setting[Any], key: str, value: str) -> Any:
    try:
        parsed = setting.parse(value)
    except ValueError as exc:
        raise UsageError(f"{key} takes {exc}, not {value!r}", hint=setting.help) from exc
    if isinstance(parsed, tuple):
        return list(parsed)
    return value if setting.default is None else parsed


def _checked_option(key: str, value: str) -> Any:
    """The value of a command's option, checked by the option itself."""
    from onering_cli.commands.option_names import option_name
    from onering_cli.commands.registry import NOUNS, build

    *path, name = key.split(".")
    if not path or path[0] not in NOUNS:
        raise _unknown(key)
    command = build(path)
    for part in path:
        command = getattr(command, "commands", {}).get(part)
    option = next(
        (found for found in getattr(command, "params", ()) if option_name(found) == name.replace("-", "_")), None
    )
    if option is None:
        raise _unknown(key)
    given = value.split() if option.multiple else value  # as Typer splits a variable of the environment
    converted = option.type_cast_value(typer.Context(command, info_name=f"onering {' '.join(path)}"), given)
    return converted if isinstance(converted, (bool, int, float)) else given


def _shown(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)
