"""How help reads: docstrings made ready for the renderer, so that they flow at any width and lose nothing.

The renderer takes text for markup (`[server]` would vanish), keeps the line breaks of all paragraphs but the first, and
tells each option's variable in a line of its own, which doubles the help of every command; one line says the rule.
"""

from __future__ import annotations

import inspect
from typing import Any

_EXAMPLES = "Examples:"


def make_readable(command: Any, *words: str) -> None:
    """Have the help of a command, named by `words`, and of those below it, read as it was meant."""
    for name, below in getattr(command, "commands", {}).items():
        make_readable(below, *words, name)
    if command.help:
        command.help = _flowing(command.help)
    if any(getattr(option, "envvar", None) for option in command.params):
        variable = "_".join(words).upper().replace("-", "_")
        command.epilog = (
            f"Options can be set as ONERING_{variable}_<OPTION>, or in config.toml under \\[{'.'.join(words)}]."
        )
    for option in command.params:
        option.show_envvar = False
        if getattr(option, "help", None):
            option.help = _plain(option.help)


def _flowing(text: str) -> str:
    first, *others = inspect.cleandoc(text).split("\n\n")
    paragraphs = [_plain(first)]
    examples: list[str] = []
    for paragraph in others:
        if examples or paragraph.startswith(_EXAMPLES):
            lines = paragraph.removeprefix(_EXAMPLES).splitlines()
            examples += [f"[not dim]    {_plain(line.strip())}[/]" for line in lines if line.strip()]
        else:
            paragraphs.append(_plain(paragraph.replace("\n", " ")))
    if examples:
        paragraphs.append("\n".join([_EXAMPLES, *examples]))
    return "\n\n".join(paragraphs)


def _plain(text: str) -> str:
    return text.replace("[", r"\[")
