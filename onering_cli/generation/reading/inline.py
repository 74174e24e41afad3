"""Reads a Markdown block's inline tokens as words and links."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from onering_cli.generation.reading.strand import GAP, HARD_BREAK, SOFT_BREAK, Link, Passage, StrandBuilder

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markdown_it.token import Token

_TAG = re.compile(r"<(?P<close>/?)(?P<name>[A-Za-z][A-Za-z0-9-]*)")
_HREF = re.compile(r"""\bhref\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE)
_STRUCK = frozenset({"del", "s", "strike"})


def read_inline(tokens: Sequence[Token], content: str, places: Sequence[int]) -> Passage:
    """The words, links and code of a block.

    Args:
        tokens: What the block's content was parsed into; each text knows its place in it.
        content: The block's content.
        places: For each of its characters, and its end, the place in the source.
    """
    reader = _InlineReader(content, places)
    for token in tokens:
        reader.read(token)
    return Passage(reader.builder.finish(), links=tuple(reader.links), codes=tuple(reader.codes))


@dataclass(slots=True)
class _InlineReader:
    content: str
    places: Sequence[int]
    builder: StrandBuilder = field(default_factory=StrandBuilder)
    links: list[Link] = field(default_factory=list)
    codes: list[tuple[int, int]] = field(default_factory=list)
    _at: int = 0
    _struck: int = 0
    _anchor: tuple[int, str] | None = None

    def read(self, token: Token) -> None:
        # Only text beyond the parser's nesting limit has no place of its own; it goes on where the last token ended.
        at = token.meta.get("at", self._at)
        end = token.meta.get("end", at + len(token.content))
        self._at = end
        match token.type:
            case "s_open":
                self._struck += 1
            case "s_close":
                self._struck -= 1
            case "link_open":
                self.links.append(Link(self.places[at], self.places[end], str(token.attrs.get("href", ""))))
            case "html_inline":
                self._tag(token.content, at, end)
            case "softbreak":
                self._mark(HARD_BREAK if self.content.endswith("  ", 0, at) else SOFT_BREAK, at)
            case "hardbreak":
                self._mark(HARD_BREAK, at)
            case _ if not self._struck:
                self._words(token, at, end)

    def _words(self, token: Token, at: int, end: int) -> None:
        match token.type:
            case "text_special" if token.info != "escape":
                self._mark(token.content, at)
                return
            case "text_special":
                start = end - len(token.content)
            case "image":
                self._mark(GAP, at)
                return
            case "code_inline":
                self.codes.append((self.places[at], self.places[end]))
                # A space at either side of the code is not part of it.
                start = at + (end - at - len(token.content)) // 2
            case _:
                start = at
        self.builder.placed(token.content, self.places[start : start + len(token.content)])

    def _mark(self, text: str, at: int) -> None:
        self.builder.decoded(text, self.places[at])

    def _tag(self, source: str, at: int, end: int) -> None:
        tag = _TAG.match(source)
        if not tag:
            return
        name = tag["name"].lower()
        if name == "br":
            self._mark(HARD_BREAK, at)
        elif name == "img":
            self._mark(GAP, at)
        elif name in _STRUCK:
            self._struck = max(0, self._struck + (-1 if tag["close"] else 1))
        elif name == "a" and tag["close"]:
            self._close_anchor(end)
        elif name == "a" and (href := _HREF.search(source)):
            self._anchor = (self.places[at], next(filter(None, href.groups()), ""))

    def _close_anchor(self, end: int) -> None:
        if self._anchor:
            start, address = self._anchor
            self.links.append(Link(start, self.places[end], address))
            self._anchor = None
