"""Reads Markdown, and the HTML that stands in it, as passages."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from onering_cli.generation.model import BlockKind
from onering_cli.generation.reading.folding import fold_heading
from onering_cli.generation.reading.front_matter import front_matter
from onering_cli.generation.reading.lines import Lines
from onering_cli.generation.reading.markdown_parser import markdown_parser
from onering_cli.generation.reading.strand import (
    HARD_BREAK,
    SOFT_BREAK,
    Link,
    Manuscript,
    Outline,
    Passage,
    Strand,
    StrandBuilder,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markdown_it.token import Token

_TAG = re.compile(r"<(?P<close>/?)(?P<name>[A-Za-z][A-Za-z0-9-]*)")
_HREF = re.compile(r"""\bhref\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE)
_IMAGE_WORDS = re.compile(r"!\[([^\]]*)\]|<img\b[^>]*\balt=[\"']([^\"']*)", re.IGNORECASE)
_ALERT = re.compile(r"\[!\w+\][^\n]*")
_STRUCK = frozenset({"del", "s", "strike"})


def read_markdown(text: str) -> Manuscript:
    """Read a Markdown document."""
    start, title = front_matter(text)
    return _Reader(text, start).read(title)


class _Reader:
    """Walks the parser's block tokens, keeping count of what a block stands in."""

    def __init__(self, text: str, start: int) -> None:
        self._source = text[start:]
        self._lines = Lines(text, start)
        self._outline = Outline()
        self._passages: list[Passage] = []
        self._containers: list[BlockKind] = []
        self._table_depth = 0
        self._first_heading = ""
        self._title = ""

    def read(self, title: str) -> Manuscript:
        heading = 0
        for token in markdown_parser().parse(self._source):
            match token.type:
                case "bullet_list_open" | "ordered_list_open":
                    self._containers.append(BlockKind.LIST_ITEM)
                case "blockquote_open":
                    self._containers.append(BlockKind.QUOTE)
                case "bullet_list_close" | "ordered_list_close" | "blockquote_close":
                    self._containers.pop()
                case "table_open":
                    self._table_depth += 1
                case "table_close":
                    self._table_depth -= 1
                case "heading_open":
                    heading = int(token.tag[1])
                case "inline" if self._table_depth == 0:
                    self._inline(token, heading)
                    heading = 0
        return Manuscript(title or self._title or self._first_heading, tuple(self._passages))

    def _inline(self, token: Token, heading: int) -> None:
        first, end = token.map or (0, 0)
        places = self._lines.places(token.content, first, end)
        strand, links = read_inline(token.children or [], token.content, places)
        if heading:
            self._heading(heading, fold_heading(strand.text) or _image_words(token.content))
            return
        kind = self._containers[-1] if self._containers else BlockKind.PARAGRAPH
        if BlockKind.QUOTE in self._containers:
            kind = BlockKind.QUOTE
        self._passages.append(Passage(strand, kind, self._outline.path, links))

    def _heading(self, level: int, heading: str) -> None:
        self._outline.enter(level, heading)
        if level == 1:
            self._title = self._title or heading
        if not self._passages:
            self._first_heading = self._first_heading or heading


def _image_words(content: str) -> str:
    return next((fold_heading(one or other) for one, other in _IMAGE_WORDS.findall(content) if one or other), "")


def read_inline(tokens: Sequence[Token], content: str, places: Sequence[int]) -> tuple[Strand, tuple[Link, ...]]:
    """The words of a block and its links.

    Args:
        tokens: What the block's content was parsed into.
        content: The block's content.
        places: For each of its characters, and its end, the place in the source.
    """
    builder = StrandBuilder()
    links: list[Link] = []
    anchor: tuple[int, str] | None = None
    struck = 0
    at = 0
    for token in tokens:
        at, end = token.meta.get("at", at), token.meta.get("end", at + len(token.content))
        match token.type:
            case "s_open":
                struck += 1
            case "s_close":
                struck -= 1
            case "link_open":
                links.append(Link(places[at], places[end], str(token.attrs.get("href", ""))))
            case "text" | "code_inline" | "text_special" if struck > 0:
                pass
            case "text":
                builder.placed(token.content, places[at : at + len(token.content)])
            case "text_special" if token.info == "escape":
                builder.placed(token.content, places[end - len(token.content) : end])
            case "text_special":
                builder.decoded(token.content, places[at])
            case "code_inline":
                # A space at either side of the code is not part of it.
                inner = at + (end - at - len(token.content)) // 2
                builder.placed(token.content, places[inner : inner + len(token.content)])
            case "softbreak":
                hard = content[at - 2 : at] == "  "
                builder.decoded(HARD_BREAK if hard else SOFT_BREAK, places[at])
            case "hardbreak":
                builder.decoded(HARD_BREAK, places[at])
            case "html_inline":
                tag = _TAG.match(token.content)
                name = tag["name"].lower() if tag else ""
                closes = bool(tag and tag["close"])
                if name == "br":
                    builder.decoded(HARD_BREAK, places[at])
                elif name in _STRUCK:
                    struck = max(0, struck + (-1 if closes else 1))
                elif name == "a" and closes and anchor:
                    links.append(Link(anchor[0], places[end], anchor[1]))
                    anchor = None
                elif name == "a" and (href := _HREF.search(token.content)):
                    anchor = (places[at], next(filter(None, href.groups()), ""))
        at = end
    return builder.finish(), tuple(links)
