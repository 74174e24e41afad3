"""The library of hooks (how a thread opens) and formats (how it is built), as words for a model."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from onering_cli.errors import UsageError
from onering_cli.generation.model import Style
from onering_cli.record import record

if TYPE_CHECKING:
    from collections.abc import Mapping

_NAME = re.compile(r"[a-z][a-z0-9-]{0,31}")
_LONGEST_CHARS = 400

HOOKS: Mapping[str, str] = {
    "question": "With the question that the material answers, asked as a reader would ask it.",
    "surprise": "With the most surprising fact of the material, stated plainly and without announcing that it is one.",
    "number": "With the most telling number of the material and what it counts.",
    "problem": "With the problem, so that somebody who has it recognises it.",
    "outcome": "With how it ended; the rest tells how it came about.",
    "mistake": "With what went wrong or what most people get wrong here, if the material says so.",
    "scene": "With a moment of the material: who did what, when, in one sentence.",
    "claim": "With the material's main claim in one short sentence that can be disagreed with.",
}
FORMATS: Mapping[str, str] = {
    "list": "As a list: the first post says of what and how many, each that follows holds one item, whole in itself.",
    "story": "As a story in the order in which it happened: the situation, what went wrong, the turn, how it ended.",
    "before-after": "As before and after: how it was, what changed, how it is now, what it cost.",
    "how-to": "As instructions: what the reader can do after it, then one step a post in order, then how to check it.",
    "announcement": "As an announcement: what is new, for whom, what it changes for them, how to get it.",
}


@record
class Styles:
    """Every hook and every format there is.

    Args:
        hooks: By name.
        formats: By name.
    """

    hooks: Mapping[str, str]
    formats: Mapping[str, str]

    def hook(self, name: str) -> Style | None:
        """The hook of a name, None for "".

        Raises:
            UsageError: There is none.
        """
        return _found(self.hooks, name, "hook")

    def format(self, name: str) -> Style | None:
        """The format of a name, None for "".

        Raises:
            UsageError: There is none.
        """
        return _found(self.formats, name, "format")


def library(own: Mapping[str, object]) -> Styles:
    """The built-in styles with the user's own over them.

    Args:
        own: Tables ``hooks`` and ``formats`` of names and instructions; an empty instruction takes a built-in away.

    Raises:
        UsageError: Something else stands in it.
    """
    unknown = set(own) - {"hooks", "formats"}
    if unknown:
        raise UsageError(f"styles have the tables hooks and formats, not {', '.join(sorted(unknown))}")
    return Styles(_merged(HOOKS, own.get("hooks", {}), "hooks"), _merged(FORMATS, own.get("formats", {}), "formats"))


def _merged(built_in: Mapping[str, str], own: object, table: str) -> dict[str, str]:
    if not isinstance(own, dict):
        raise UsageError(f"{table} in the styles must be a table of names and texts")
    merged = dict(built_in)
    for name, text in own.items():
        if not _NAME.fullmatch(str(name)) or not isinstance(text, str) or len(text) > _LONGEST_CHARS:
            raise UsageError(
                f"{table}.{name} in the styles must be a short name and a text of at most {_LONGEST_CHARS} characters"
            )
        merged[name] = " ".join(text.split())
    return {name: text for name, text in merged.items() if text}


def _found(styles: Mapping[str, str], name: str, what: str) -> Style | None:
    if not name:
        return None
    if name not in styles:
        raise UsageError(f"there is no {what} {name!r}", hint=f"there are {', '.join(styles)}; onering style list")
    return Style(name, styles[name])
