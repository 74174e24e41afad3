"""Text as a page of lines: indentation, bullets, rules, and which line breaks a typist meant."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from onering_cli.generation.reading.strand import HARD_BREAK, SOFT_BREAK, Strand, StrandBuilder

if TYPE_CHECKING:
    from collections.abc import Sequence

_LINE = re.compile(r"[^\r\n\f\v\x1c-\x1e\x85\u2028\u2029]*(?:\r\n|[\r\n\f\v\x1c-\x1e\x85\u2028\u2029]|\Z)")
_BULLET = re.compile(r"(?:\*{2,4}|[-*+•‣◦▪●○–·]|\(?(?:\d{1,3}|#|[a-z]|[ivx]{1,4})[.)])[ \t]+(?=\S)")
_RULE = re.compile(r"([^\w\s])\1{2,}")
_TERMINAL = re.compile(r"[.!?…:;。！？：।۔؟][\"'”’»)\]」』）*_`]*$")
_OPENS = re.compile(r"[\"'“‘«(\[]*[^\W_a-z\u00df-\u00f6\u00f8-\u00ff]")

_NARROWEST_COLUMNS = 40
_WIDEST_COLUMNS = 120
_RAGGED_COLUMNS = 15
_LISTING_LINES = 3


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text.

    Args:
        start: Where its text begins, behind the indentation.
        text: Without white space at either end.
        indent: The columns before it.
    """

    start: int
    text: str
    indent: int

    def behind(self, characters: int) -> Line:
        """What is left of it behind so many characters, at the column where that stands."""
        rest = self.text[characters:]
        lead = characters + len(rest) - len(rest.lstrip())
        return Line(self.start + lead, self.text[lead:], self.indent + lead)

    def bullet(self) -> int:
        """How many characters its bullet or number takes, 0 without one."""
        mark = _BULLET.match(self.text)
        return mark.end() if mark else 0

    def is_rule(self) -> bool:
        """Whether it is nothing but one mark, again and again."""
        return bool(_RULE.fullmatch(self.text))


def lines_of(text: str) -> list[Line]:
    """The lines of a text, blank ones included."""
    lines = []
    for match in _LINE.finditer(text):
        raw = match.group()
        body = raw.strip()
        lead = len(raw) - len(raw.lstrip()) if body else 0
        lines.append(Line(match.start() + lead, body, len(raw[:lead].expandtabs())))
    return lines


def blocks_of(lines: Sequence[Line]) -> list[list[Line]]:
    """The runs of lines between blank ones."""
    blocks: list[list[Line]] = []
    gap = True
    for line in lines:
        if line.text and gap:
            blocks.append([line])
        elif line.text:
            blocks[-1].append(line)
        gap = not line.text
    return blocks


def width_of(blocks: Sequence[Sequence[Line]]) -> int:
    """The column that most paragraphs are wrapped at, 0 when lines are not wrapped."""
    ends = sorted(line.indent + len(line.text) for block in blocks for line in block[:-1])
    if not ends:
        return 0
    width = ends[len(ends) * 9 // 10]
    return width if _NARROWEST_COLUMNS <= width <= _WIDEST_COLUMNS else 0


def is_listing(lines: Sequence[Line], width: int) -> bool:
    """Whether each of a block's lines is an entry of its own: they end early and none as a sentence does."""
    early = all(line.indent + len(line.text) < (width or _NARROWEST_COLUMNS) - _RAGGED_COLUMNS for line in lines)
    return len(lines) >= _LISTING_LINES and early and not any(_TERMINAL.search(line.text) for line in lines)


def joined(lines: Sequence[Line], width: int) -> Strand:
    """A block's lines as one strand, with the breaks its typist meant kept.

    Args:
        lines: The block.
        width: The column that the document is wrapped at, or 0.
    """
    builder = StrandBuilder()
    for line, following in zip(lines, [*lines[1:], None], strict=True):
        builder.verbatim(line.text, line.start)
        if following:
            meant = _breaks(line, following, width)
            builder.decoded(HARD_BREAK if meant else SOFT_BREAK, line.start + len(line.text))
    return builder.finish()


def flowing(lines: Sequence[Line]) -> Strand:
    """A block's lines as one strand whose line breaks mean nothing."""
    builder = StrandBuilder()
    for line in lines:
        builder.verbatim(line.text, line.start)
        builder.decoded(SOFT_BREAK, line.start + len(line.text))
    return builder.finish()


def _breaks(line: Line, following: Line, width: int) -> bool:
    """Whether the typist broke the line although more would have fitted."""
    end = line.indent + len(line.text)
    if _TERMINAL.search(line.text) or not _OPENS.match(following.text):
        return False
    room = width - end - 1 - len(following.text.split(maxsplit=1)[0])
    return not width or (room > 0 and end < width - _RAGGED_COLUMNS)
