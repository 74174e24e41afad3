"""Reads plain text as passages: wrapped or not, with bullets, underlined headings, mail headers or none of these."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from onering_cli.generation.model import BlockKind
from onering_cli.generation.reading.folding import fold_heading
from onering_cli.generation.reading.strand import HARD_BREAK, SOFT_BREAK, Manuscript, Outline, Passage, StrandBuilder

if TYPE_CHECKING:
    from collections.abc import Sequence

_LINE = re.compile(r"[^\r\n\f\v\x1c-\x1e\x85\u2028\u2029]*(?:\r\n|[\r\n\f\v\x1c-\x1e\x85\u2028\u2029]|\Z)")
_BULLET = re.compile(r"(?P<mark>[-*+•‣◦▪●○–—·]|\(?\d{1,3}[.)]|\(?[a-z][.)]|\[[ xX]\])[ \t]+(?=\S)")
_UNDERLINE = re.compile(r"([=\-~^\"'`#*+:.])\1{2,}")
_TITLE_CHARS = 100


@dataclass(frozen=True, slots=True)
class Line:
    """A line without its end.

    Args:
        start: Where its text begins, behind the indentation.
        text: Without white space at either end.
        indent: Columns before it.
    """

    start: int
    text: str
    indent: int


def read_plain(text: str) -> Manuscript:
    """Read plain text."""
    return _Reader().read(_lines(text))


def _lines(text: str) -> list[Line]:
    lines = []
    for match in _LINE.finditer(text):
        raw = match.group()
        body = raw.strip()
        indent = raw[: len(raw) - len(raw.lstrip())] if body else ""
        lines.append(Line(match.start() + len(indent), body, len(indent.expandtabs())))
    return lines


class _Reader:
    def __init__(self) -> None:
        self._outline = Outline()
        self._passages: list[Passage] = []
        self._title = ""

    def read(self, lines: Sequence[Line]) -> Manuscript:
        block: list[Line] = []
        for line in [*lines, Line(0, "", 0)]:
            if line.text:
                block.append(line)
            elif block:
                self._block(block)
                block = []
        return Manuscript(self._title, tuple(self._passages))

    def _block(self, block: list[Line]) -> None:
        item: list[Line] = []
        kind = BlockKind.PARAGRAPH
        for line in block:
            bullet = _BULLET.match(line.text)
            if bullet:
                self._flush(item, kind)
                kind = BlockKind.LIST_ITEM
                end = bullet.end()
                line = Line(line.start + end, line.text[end:], line.indent)
                item = []
            item.append(line)
        self._flush(item, kind)

    def _flush(self, lines: list[Line], kind: BlockKind) -> None:
        if not lines:
            return
        builder = StrandBuilder()
        for line in lines:
            builder.verbatim(line.text, line.start)
            builder.decoded(SOFT_BREAK, line.start + len(line.text))
        self._passages.append(Passage(builder.finish(), kind, self._outline.path))
