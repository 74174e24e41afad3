"""Media in a draft file: ``![description](path)``, read out of a post's text and written below it.

Imported only for posts that have some: its patterns are a good part of what reading a draft costs.
"""

from __future__ import annotations

import re
from bisect import bisect
from typing import TYPE_CHECKING

from onering_cli.text.draft import Media

if TYPE_CHECKING:
    from collections.abc import Sequence

_BLANKS = " \t"
_PAIRS = re.compile(r"\\!\[|\\.|[\[\]()\n]")
_IMAGE = re.compile(r"\\?!\[")
_ANGLED_PATH = re.compile(r"\([ \t]*<((?:\\.|[^\\<>\n])*)>[ \t]*\)")
_BLANK_LINE = re.compile(r"\n(?=[ \t]*\n)")
_ALT_ESCAPE = re.compile(r"[\\\[\]\n\r]|&(?=#1[03];)")
_PATH_ESCAPE = re.compile(r"[\\<>\n\r]|&(?=#1[03];)")
_LINE_BREAKS = {"\n": "&#10;", "\r": "&#13;"}
_UNESCAPE = re.compile(r"\\([\\!\[\]()<>&])|&#1([03]);")
_BARE_PATH = re.compile(r"(?:[^\s\x00-\x1f\\()\[\]<>&]|&(?!#1[03];))+")


def take_out(part: str, *, gap: str) -> tuple[str, tuple[Media, ...]]:
    r"""The text with `gap` in place of each media and ``\![`` resolved, and the media in order.

    Args:
        part: A post's text; `gap` in it stands for a comment, and is left out of descriptions and paths.
        gap: A character that the file itself cannot hold.
    """
    closing = _closing_marks(part)
    blank_lines = [line.start() for line in _BLANK_LINE.finditer(part)]
    pieces: list[str] = []
    media: list[Media] = []
    at = 0
    while opening := _IMAGE.search(part, at):
        pieces.append(part[at : opening.start()])
        at = opening.end()
        alt_end = None if opening[0].startswith("\\") else closing.get(at - 1)
        if alt_end is None or bisect(blank_lines, at) != bisect(blank_lines, alt_end):
            found = None
        else:
            found = _path(part, alt_end + 1, closing)
        if alt_end is None or found is None:
            pieces.append("![")
        else:
            path, path_end = found
            media.append(Media(_unescaped(path.replace(gap, "")), _unescaped(part[at:alt_end].replace(gap, ""))))
            pieces.append(gap)
            at = path_end
    pieces.append(part[at:])
    return "".join(pieces), tuple(media)


def lines(media: Sequence[Media]) -> str:
    """The lines that `take_out` finds these media in."""
    return "".join(f"![{_escaped(_ALT_ESCAPE, item.alt)}]({_composed_path(item.path)})\n" for item in media)


def _path(part: str, start: int, closing: dict[int, int]) -> tuple[str, int] | None:
    """The path in the parentheses that open at `start`, still escaped, and where they end."""
    if angled := _ANGLED_PATH.match(part, start):
        return angled[1], angled.end()
    end = closing.get(start) if part.startswith("(", start) else None
    return None if end is None else (part[start + 1 : end].strip(_BLANKS), end + 1)


def _closing_marks(part: str) -> dict[int, int]:
    """Where each bracket is closed, and each parenthesis on its line; one pass, so that no text takes long."""
    closing: dict[int, int] = {}
    brackets: list[int] = []
    parentheses: list[int] = []
    for mark in _PAIRS.finditer(part):
        match mark[0]:
            case "[":
                brackets.append(mark.start())
            case "]" if brackets:
                closing[brackets.pop()] = mark.start()
            case "(":
                parentheses.append(mark.start())
            case ")" if parentheses:
                closing[parentheses.pop()] = mark.start()
            case "\n":
                parentheses.clear()
    return closing


def _unescaped(text: str) -> str:
    return _UNESCAPE.sub(lambda found: found[1] or ("\n" if found[2] == "0" else "\r"), text)


def _composed_path(path: str) -> str:
    return path if _BARE_PATH.fullmatch(path) else f"<{_escaped(_PATH_ESCAPE, path)}>"


def _escaped(special: re.Pattern[str], text: str) -> str:
    return special.sub(lambda found: _LINE_BREAKS.get(found[0], f"\\{found[0]}"), text)
