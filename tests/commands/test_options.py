"""Every option of every command comes from the environment and from the file too, under the name users know it by."""

from __future__ import annotations

import json
import tomllib
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from typer.core import TyperCommand

from onering_cli.app import run
from onering_cli.commands.option_names import option_name
from onering_cli.commands.registry import build
from onering_cli.errors import ExitCode

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from doubles.program import Result

    Run = Callable[..., Result]
    Command = tuple[str, ...]


def commands(command: Any, path: Command = ()) -> Iterator[tuple[Command, Any]]:
    """Every command that does something, with its words."""
    below = getattr(command, "commands", None)
    if below is None:
        yield path, command
    for name, each in (below or {}).items():
        yield from commands(each, (*path, name))


ROOT = build()
OPTIONS = [
    (path, command, option)
    for path, command in commands(ROOT)
    for option in command.params
    if option_name(option) and option_name(option) != "help"
]


def choices_of(parameter: Any) -> list[str]:
    """The words that a parameter takes; none when it takes any."""
    return [choice.value if isinstance(choice, Enum) else choice for choice in getattr(parameter.type, "choices", ())]


def values(option: Any) -> tuple[Any, Any, Any]:
    """What the file, the environment and the flag say: two values that differ, the last beating the one before."""
    kind = option.type
    if option.is_flag or kind.name == "boolean":
        return not option.default, bool(option.default), not option.default
    if choices := choices_of(option):
        default = option.default.value if isinstance(option.default, Enum) else option.default
        first, *others = sorted(choices, key=lambda choice: choice == default)  # the default last
        return first, others[0] if others else first, first
    if "int" in kind.name or "float" in kind.name:
        least = getattr(kind, "min", None) or 1
        return least + 2, least + 1, least
    return "file", "environment", "flag"


def as_flag(option: Any, value: Any) -> list[str]:
    """The command line's way of saying it; nothing where the option has no word for this value."""
    long = max((name for name in option.opts if name.startswith("--")), key=len)
    if isinstance(value, bool):
        refusals = [name for name in option.secondary_opts if name.startswith("--")]
        return [long] if value else refusals[:1]
    return [long, str(value)]


@pytest.fixture
def received(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """Run a command up to where its function would begin; the value that this is handed for one option."""
    handed: dict[str, Any] = {}
    monkeypatch.setattr(TyperCommand, "invoke", lambda _self, context: handed.update(context.params))

    def call(path: Command, command: Any, option: Any, *flags: str) -> Any:
        handed.clear()
        needed = [
            "1" if "int" in each.type.name else (choices_of(each) or ["x"])[0]
            for each in command.params
            if each.param_type_name == "argument" and each.required
        ]
        assert run([*path, *flags, *needed]) == ExitCode.DONE
        found = handed[option.name]
        found = (found or [None])[0] if option.multiple else found
        return found.value if isinstance(found, Enum) else str(found) if isinstance(found, Path) else found

    return call


@pytest.mark.parametrize(
    ("path", "command", "option"), OPTIONS, ids=lambda value: " ".join(value) if isinstance(value, tuple) else ""
)
def test_a_flag_beats_the_variable_which_beats_the_file(
    received: Callable[..., Any],
    home: Path,
    monkeypatch: pytest.MonkeyPatch,
    path: Command,
    command: Any,
    option: Any,
) -> None:
    name = option_name(option)
    in_file, in_environment, on_command_line = values(option)
    if in_file != in_environment:  # else there is no choice
        assert received(path, command, option) != in_file
    home.mkdir(exist_ok=True)
    for spelled in (name, name.replace("_", "-")):
        entry = json.dumps([in_file] if option.multiple else in_file)
        (home / "config.toml").write_text(f"[{'.'.join(path)}]\n{spelled} = {entry}\n", encoding="utf-8")
        assert received(path, command, option) == in_file
    monkeypatch.setenv("_".join(("ONERING", *path, name)).upper(), str(in_environment))
    assert received(path, command, option) == in_environment
    if flags := as_flag(option, on_command_line):
        assert received(path, command, option, *flags) == on_command_line


@pytest.mark.parametrize(
    ("setting", "place"),
    [("variable", "ONERING_DRAFT_LIST_LIMIT"), ("file", "onering config unset draft.list.limit"), ("flag", "--help")],
)
def test_a_value_that_an_option_does_not_take_is_told_with_its_place(
    onering: Run, home: Path, monkeypatch: pytest.MonkeyPatch, setting: str, place: str
) -> None:
    home.mkdir()
    if setting == "variable":
        monkeypatch.setenv("ONERING_DRAFT_LIST_LIMIT", "many")
    elif setting == "file":
        (home / "config.toml").write_text('[draft.list]\nlimit = "many"\n', encoding="utf-8")
    result = onering("draft", "list", *(["--limit", "many"] if setting == "flag" else []))
    assert result.code == ExitCode.USAGE
    assert result.err.startswith("error: Invalid value for '--limit': 'many' is not a valid")
    assert place in result.err.splitlines()[1]


def test_options_are_set_under_the_names_of_the_command_line(onering: Run, home: Path) -> None:
    for key in ("generate.allow-unsupported", "generate.json", "post.dry_run"):
        assert onering("config", "set", key, "true").code == 0
    assert onering("config", "set", "generate.from", "notes.md").code == 0
    written = tomllib.loads((home / "config.toml").read_text(encoding="utf-8"))
    assert written["generate"] == {"allow-unsupported": True, "json": True, "from": ["notes.md"]}
    assert written["post"] == {"dry_run": True}
    refused = onering("config", "set", "draft.show.format", "pdf")
    assert refused.code == ExitCode.USAGE
    assert "onering draft show --help" in refused.err
