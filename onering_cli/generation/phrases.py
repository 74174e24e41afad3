"""Patterns written as tables of phrases, so that a reader can check and extend them."""

import re
from collections.abc import Mapping


def phrases(
    table: str, parts: Mapping[str, str] | None = None, *, before: str = "", after: str = ""
) -> re.Pattern[str]:
    """A pattern that finds any phrase of a table, of whatever case, between the expressions `before` and `after`."""
    return re.compile(f"{before}(?:{alternatives(table, parts)}){after}", re.IGNORECASE)


def alternatives(table: str, parts: Mapping[str, str] | None = None) -> str:
    """The alternation of the phrases of a table, as a regular expression without a group around it.

    A bar or a line end separates phrases, unless the next line starts with a bar; a single space stands for one space;
    a word in capitals stands for the table of that name in `parts`, and makes no difference where there is none.
    """
    joined = "|".join(line.strip(" |") for line in re.split(r"\n(?! *\|)", table.strip()))
    pattern = re.sub(r"\s*\|\s*", "|", joined)
    for name in sorted(set(parts or ()), key=len, reverse=True):
        pattern = re.sub(
            rf"(?<![\w\\]){name}(?!\w)", lambda match: alternatives((parts or {})[match[0]], parts), pattern
        )
    return pattern
