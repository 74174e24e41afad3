"""README is true: its commands run, and every command of the program stands in it."""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

from onering_cli.commands.registry import build

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import pytest

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def commands() -> Iterator[tuple[str, Any]]:
    """Every command that can be run, with the words that run it."""

    def walk(words: str, command: Any) -> Iterator[tuple[str, Any]]:
        for name, inner in getattr(command, "commands", {}).items():
            yield from walk(f"{words} {name}", inner)
        if not hasattr(command, "commands"):
            yield words, command

    yield from walk("onering", build())


def reference() -> str:
    """The table that README must hold between its marks; paste it there when this test fails."""
    rows = [f"| `{words}` | {command.help.strip().splitlines()[0].strip()} |" for words, command in commands()]
    return "\n".join(["| command | what it does |", "|---|---|", *rows])


def test_every_command_is_in_the_reference_with_the_first_sentence_of_its_help() -> None:
    found = re.search(r"<!-- commands -->\n(.*?)\n?<!-- /commands -->", README, re.DOTALL)
    assert found is not None
    assert found.group(1).strip() == reference()


def test_every_command_teaches_with_its_help(onering: Callable[..., Any], capsys: pytest.CaptureFixture[str]) -> None:
    for words, _ in commands():
        assert onering(*words.split()[1:], "--help").code == 0, words
        told = capsys.readouterr().out
        assert f"Usage: {words}" in told, words
        assert "Examples:" in told, words


def test_the_commands_of_the_first_minutes_run_as_they_stand(
    onering: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    monkeypatch.chdir(tmp_path)
    section = README.split("## The first minutes")[1].split("```sh\n")[1].split("```")[0]
    for line in section.splitlines():
        command, _, target = line.partition(" > ")
        result = onering(*shlex.split(command)[1:])
        assert result.code == 0, (line, result.err)
        assert result.out or result.err, line
        if target:
            (tmp_path / target).write_text(result.out, encoding="utf-8")


def test_the_exit_codes_are_told_as_they_are() -> None:
    from onering_cli.errors import ExitCode

    told = {int(code) for code in re.findall(r"^\| (\d+) \|", README, re.MULTILINE)}
    assert told == {int(code) for code in ExitCode}


def test_the_changelog_tells_of_every_noun() -> None:
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    for noun in {words.split()[1] for words, _ in commands()}:
        assert f"onering {noun}" in changelog, noun
