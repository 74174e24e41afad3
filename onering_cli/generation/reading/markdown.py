"""Reads Markdown, and the HTML that stands in it, as passages."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from onering_cli.generation.model import BlockKind
from onering_cli.generation.reading.folding import fold_heading
from onering_cli.generation.reading.front_matter import front_matter
from onering_cli.generation.reading.inline import read_inline
from onering_cli.generation.reading.lines import Lines
from onering_cli.generation.reading.markdown_parser import markdown_parser
from onering_cli.generation.reading.strand import GAP, LOWEST_LEVEL, Manuscript, Outline, Passage, is_heading_like

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from markdown_it.token import Token

_IMAGE_WORDS = re.compile(r"!\[([^\]]*)\]|<img\b[^>]*\balt=[\"']([^\"']*)", re.IGNORECASE)
_FOOTNOTE = re.compile(r"\[\^[^\]\n]{1,60}\]:")
_ALERT = re.compile(r"\s*\[!\w+\][^\n]*")
_TABLE_TAG = re.compile(r"<(?P<close>/?)table\b", re.IGNORECASE)


def read_markdown(text: str) -> Manuscript:
    """Read a Markdown document."""
    start, title = front_matter(text)
    reader = _Reader(text, start)
    reader.read()
    return Manuscript(title or reader.title, tuple(reader.passages))


class _Reader:
    """Walks the parser's block tokens, keeping count of what a block stands in."""

    def __init__(self, text: str, start: int) -> None:
        self.passages: list[Passage] = []
        # The parser would make a visible character of each NUL.
        text = text.replace("\0", "\u200b")
        self._source = text[start:]
        self._lines = Lines(text, start)
        self._outline = Outline()
        self._containers: list[BlockKind] = []
        self._heading_level = 0
        self._titles: list[str] = []
        self._opening = ""
        self._first_heading = ""

    @property
    def title(self) -> str:
        """The heading that opens the document, or its only one of the first level if that is its first."""
        if self._opening or not self._titles:
            return self._opening
        first = self._titles[0]
        return first if len(self._titles) == 1 and first == self._first_heading else ""

    def read(self) -> None:
        """Read the whole document."""
        tokens = markdown_parser().parse(self._source)
        for token in _without_tables(tokens):
            match token.type:
                case "bullet_list_open" | "ordered_list_open":
                    self._containers.append(BlockKind.LIST_ITEM)
                case "blockquote_open":
                    self._containers.append(BlockKind.QUOTE)
                case "bullet_list_close" | "ordered_list_close" | "blockquote_close":
                    self._containers.pop()
                case "heading_open":
                    self._heading_level = int(token.tag[1:])
                case "heading_close":
                    self._heading_level = 0
                case "inline":
                    self._inline(token)
                case "html_block":
                    self._html(token)

    def _inline(self, token: Token) -> None:
        if _FOOTNOTE.match(token.content):
            return
        passage = read_inline(token.children or [], token.content, self._places(token))
        strand = passage.strand
        if self._heading_level:
            self._heading(self._heading_level, fold_heading(strand.text) or _image_words(token.content))
            return
        if not self._containers and _is_all_bold(token.children or []) and is_heading_like(strand.text):
            self._heading(LOWEST_LEVEL, fold_heading(strand.text))
            return
        alert = _ALERT.match(strand.text) if self._containers else None
        if alert:
            # GitHub's notes are written as quotes, but are the author's own words.
            self._containers[-1] = BlockKind.PARAGRAPH
            strand = strand.slice(alert.end(), len(strand.text))
        self.passages.append(replace(passage, strand=strand, kind=self._kind(), headings=self._outline.path))

    def _html(self, token: Token) -> None:
        from onering_cli.generation.reading.html import read_piece

        passages, titles = read_piece(token.content, self._places(token), self._outline)
        for title in titles:
            self._note(1, title)
        kind = self._kind()
        if kind is not BlockKind.PARAGRAPH:
            passages = tuple(replace(passage, kind=kind) for passage in passages)
        self.passages += passages

    def _places(self, token: Token) -> Sequence[int]:
        first, end = token.map or (0, 1)
        return self._lines.places(token.content, first, end)

    def _heading(self, level: int, heading: str) -> None:
        self._outline.enter(level, heading)
        self._note(level, heading)

    def _note(self, level: int, heading: str) -> None:
        """Remember a heading that may be the document's title."""
        if heading and level == 1:
            self._titles.append(heading)
        self._first_heading = self._first_heading or heading
        if not any(passage.strand.text.strip(f" \n{GAP}") for passage in self.passages):
            self._opening = self._opening or heading

    def _kind(self) -> BlockKind:
        if BlockKind.QUOTE in self._containers:
            return BlockKind.QUOTE
        return BlockKind.LIST_ITEM if BlockKind.LIST_ITEM in self._containers else BlockKind.PARAGRAPH


def _is_all_bold(tokens: Sequence[Token]) -> bool:
    """Whether a paragraph is one bold run: a heading of those who do not write headings."""
    kinds = [token.type for token in tokens if token.type != "text" or token.content.strip()]
    return kinds[:1] == ["strong_open"] and kinds[-1:] == ["strong_close"] and kinds.count("strong_open") == 1


def _image_words(content: str) -> str:
    return next((fold_heading(one or other) for one, other in _IMAGE_WORDS.findall(content) if one or other), "")


def _without_tables(tokens: Sequence[Token]) -> Iterator[Token]:
    """The tokens without what stands in tables: Markdown's, and HTML's whose rows are blocks of their own."""
    closing = [
        number for number, token in enumerate(tokens) if token.type == "html_block" and "</table" in token.content
    ]
    last_close = closing[-1] if closing else -1
    in_markdown = in_html = 0
    for number, token in enumerate(tokens):
        in_markdown += (token.type == "table_open") - (token.type == "table_close")
        if token.type == "html_block":
            in_html = max(0, in_html + _opened_tables(token.content)) if number <= last_close else 0
        if token.nesting or not (in_markdown or in_html):
            yield token


def _opened_tables(source: str) -> int:
    return sum(-1 if close else 1 for close in _TABLE_TAG.findall(source))
