"""Reads reStructuredText as passages."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from onering_cli.generation.model import BlockKind
from onering_cli.generation.reading.folding import fold_heading
from onering_cli.generation.reading.layout import Line, flowing, lines_of
from onering_cli.generation.reading.strand import GAP, Link, Manuscript, Outline, Passage, Strand
from onering_cli.text.abbreviations import words_of

if TYPE_CHECKING:
    from collections.abc import Sequence

_UNDERLINE = re.compile(r"([=\-~^\"'`#*+:.<>_])\1*")
_EXPLICIT = re.compile(r"\.\.(?:\s+|$)")
_DIRECTIVE = re.compile(r"\.\.\s+(?P<name>[\w:+-]+)::\s*(?P<argument>.*)")
_READ_DIRECTIVES = words_of("""
    admonition attention caution class compound container danger deprecated epigraph error highlights hint important
    note only pull-quote rst-class tip topic versionadded versionchanged warning
""")
_ARGUMENT_IS_PROSE = words_of("attention caution danger error hint important note tip warning")
_TABLE = re.compile(r"\+[-=+]{3,}\+|={2,}(?:\s+={2,})+")
_FIELD = re.compile(r":[\w ./-]+:(?:\s|$)")
_OPTION = re.compile(r"(?:--?[\w-]+|/[A-Z])(?:[ =]\S+)?(?:,\s+--?[\w-]+(?:[ =]\S+)?)*(?:\s{2,}|$)")
_ATTRIBUTION = re.compile(r"(?:--|—)\s*\S")

_LOOSE_HEADING_LINES = 4
_MAX_DEPTH = 40
_INLINE = re.compile(
    # Literals, roles, links and their like; then emphasis; then marks that stand for something elsewhere.
    r"``(.{1,300}?)``(?!`)"
    r"|:[\w.:+-]{1,60}:`(?:~[\w.]{0,200}\.|!)?([^`<>]{1,300}?)(?:\s*<[^`<>]{1,300}>)?`_{0,2}"
    r"|(?<![\w`])`(?:~[\w.]{0,200}\.|!)?([^`<>]{1,300}?)(?:\s*<[^`<>]{1,300}>)?`(?::[\w.-]{1,60}:|_{0,2})(?!\w)"
    r"|\*\*(?=\S)(.{1,300}?)(?<=\S)\*\*"
    r"|(?<![\w*])\*(?=[^\s*])([^*]{1,300}?)(?<=\S)\*(?![\w*])"
    r"|\s?\[(?:\d+|#[\w-]*|\*|[A-Z][\w-]*\d{2,4}\w?)\]_(?!\w)"
    r"|\b([A-Za-z0-9](?:[\w.-]{0,60}[A-Za-z0-9])?)__?(?![\w`])"
    r"|\\\s|\\(?=[*`|_\\])",
    re.DOTALL,
)
_SUBSTITUTION = re.compile(r"(?<![\w|])\|(?=\S)[^|\n]{1,60}(?<=\S)\|_{0,2}(?![\w|])")
_LITERAL = re.compile(r"``.{1,300}?``(?!`)", re.DOTALL)
_LINK = re.compile(r"`[^`<>]{0,300}<\s*([a-z][\w+.-]{1,12}:[^`<>\s]{1,2000})\s*>`_{0,2}")


def read_rst(text: str) -> Manuscript:
    """Read a reStructuredText document."""
    reader = _Reader()
    reader.read(lines_of(text), BlockKind.PARAGRAPH, 0)
    return Manuscript(reader.title, tuple(reader.passages))


class _Reader:
    """Reads a document's lines; what is indented below a line is read as a document within it."""

    def __init__(self) -> None:
        self.passages: list[Passage] = []
        self.title = ""
        self._outline = Outline()
        self._levels: dict[tuple[str, bool], int] = {}
        self._literal = False

    def read(self, lines: Sequence[Line], kind: BlockKind, depth: int) -> None:
        """Read lines that stand in a block of some kind, `depth` levels down."""
        at = 0
        base = min((line.indent for line in lines if line.text), default=0)
        while at < len(lines):
            line = lines[at]
            if not line.text:
                at += 1
            elif line.indent > base:
                end = _deeper_end(lines, at, base)
                self._indented(lines[at:end], kind, depth)
                at = end
            else:
                self._literal = False
                at = self._block(lines, at, kind, depth)

    def _block(self, lines: Sequence[Line], at: int, kind: BlockKind, depth: int) -> int:
        """Read the block that begins at line `at`; where the next one begins."""
        line = lines[at]
        heading_end = self._heading(lines, at)
        if heading_end:
            return heading_end
        if _EXPLICIT.match(line.text):
            end = _deeper_end(lines, at + 1, line.indent)
            self._explicit(line, lines[at + 1 : end], kind, depth)
            return end
        skipped = _skipped_end(lines, at)
        if skipped:
            return skipped
        if line.bullet():
            end = _deeper_end(lines, at + 1, line.indent)
            self._nested([line.behind(line.bullet()), *lines[at + 1 : end]], BlockKind.LIST_ITEM, depth)
            return end
        return self._paragraph(lines, at, kind, depth)

    def _paragraph(self, lines: Sequence[Line], at: int, kind: BlockKind, depth: int) -> int:
        line, end = lines[at], at + 1
        if end < len(lines) and lines[end].text and lines[end].indent > line.indent and not _is_sentence(line.text):
            # A term and its definition: the term alone says nothing.
            end = _deeper_end(lines, end, line.indent)
            self._nested(lines[at + 1 : end], BlockKind.LIST_ITEM, depth)
            return end
        while end < len(lines) and lines[end].text and not (lines[end].bullet() and _is_sentence(lines[end - 1].text)):
            end += 1
        paragraph = list(lines[at:end])
        if len(paragraph) <= _LOOSE_HEADING_LINES and paragraph[-1].is_rule():
            self._enter(paragraph[0].text, (paragraph[-1].text[0], False))
            return end
        last = paragraph[-1]
        self._literal = last.text.endswith("::")
        if self._literal:
            paragraph[-1] = Line(last.start, last.text[: -2 if last.text in {"::", " ::"} else -1], last.indent)
        self._emit(flowing(paragraph), kind)
        return end

    def _indented(self, lines: Sequence[Line], kind: BlockKind, depth: int) -> None:
        if self._literal:
            self._literal = False
            return
        quoted = kind is BlockKind.PARAGRAPH and any(_ATTRIBUTION.match(line.text) for line in lines[-2:])
        self._nested(lines, BlockKind.QUOTE if quoted else kind, depth)

    def _nested(self, lines: Sequence[Line], kind: BlockKind, depth: int) -> None:
        if depth < _MAX_DEPTH:
            self.read(lines, kind, depth + 1)

    def _explicit(self, line: Line, body: Sequence[Line], kind: BlockKind, depth: int) -> None:
        directive = _DIRECTIVE.match(line.text)
        if not directive or directive["name"].lower() not in _READ_DIRECTIVES:
            return
        if directive["argument"] and directive["name"].lower() in _ARGUMENT_IS_PROSE:
            argument = line.behind(directive.start("argument"))
            indent = min((other.indent for other in body if other.text), default=argument.indent)
            body = [Line(argument.start, argument.text, indent), *body]
        self._nested(body, kind, depth)

    def _heading(self, lines: Sequence[Line], at: int) -> int:
        """Enter the heading at line `at`; where it ends, 0 when there is none."""
        texts = [line.text for line in lines[at : at + 3]] + ["", "", ""]
        over = bool(texts[2]) and texts[0] == texts[2] and _is_underline(texts[0], texts[1])
        if over:
            words, style, end = texts[1], (texts[0][0], True), at + 3
        elif (
            _is_underline(texts[1], texts[0])
            and not _is_underline(texts[0], "")
            and lines[at + 1].indent == lines[at].indent
        ):
            words, style, end = texts[0], (texts[1][0], False), at + 2
        else:
            return 0
        self._enter(words, style)
        return end

    def _enter(self, words: str, style: tuple[str, bool]) -> None:
        level = self._levels.setdefault(style, len(self._levels) + 1)
        heading = fold_heading(Strand(words, range(len(words))).unwrap(_INLINE).text)
        self._outline.enter(level, heading)
        if not self.title and not self.passages:
            self.title = heading

    def _emit(self, strand: Strand, kind: BlockKind) -> None:
        starts = strand.starts
        links = (Link(starts[at.start()], starts[at.end() - 1] + 1, at[1]) for at in _LINK.finditer(strand.text))
        codes = ((starts[at.start()], starts[at.end() - 1] + 1) for at in _LITERAL.finditer(strand.text))
        clean = strand.unwrap(_INLINE).rewrite(_SUBSTITUTION, lambda _: GAP)
        if any(map(str.isalnum, clean.text)):
            self.passages.append(Passage(clean, kind, self._outline.path, tuple(links), tuple(codes)))


def _is_underline(text: str, title: str) -> bool:
    return len(text) > 1 and len(text) + 2 >= len(title) and bool(_UNDERLINE.fullmatch(text))


def _is_sentence(text: str) -> bool:
    return text.endswith((".", "!", "?", ":", "。"))


def _skipped_end(lines: Sequence[Line], at: int) -> int:
    """Where a table, a transition, a session or a list of fields or options ends, 0 when none begins here."""
    line = lines[at]
    if _TABLE.match(line.text):
        return _table_end(lines, at)
    if line.is_rule():
        return at + 1
    if line.text.startswith(">>>"):
        return _block_end(lines, at)
    if _FIELD.match(line.text) or _OPTION.match(line.text):
        return _deeper_end(lines, at + 1, line.indent)
    return 0


def _block_end(lines: Sequence[Line], at: int) -> int:
    while at < len(lines) and lines[at].text:
        at += 1
    return at


def _deeper_end(lines: Sequence[Line], at: int, indent: int) -> int:
    """Behind the lines from `at` on that stand further in than `indent`, and the blank ones among them."""
    while at < len(lines) and (not lines[at].text or lines[at].indent > indent):
        at += 1
    return at


def _table_end(lines: Sequence[Line], at: int) -> int:
    """Behind a table: a grid has no blank lines, a simple table ends with the rule before one."""
    if lines[at].text.startswith("+"):
        return _block_end(lines, at)
    rules = 0
    for number in range(at, len(lines)):
        rules += bool(_TABLE.match(lines[number].text))
        closed = number + 1 >= len(lines) or not lines[number + 1].text
        if rules > 1 and closed and _TABLE.match(lines[number].text):
            return number + 1
    return _block_end(lines, at)
