"""HTML as a tree whose texts and elements know their places in the source.

HTML5 parsers repair a page and forget where its words stood, while here every sentence has to point back into the
source. This one keeps the places and repairs what matters to prose: end tags that are left out, stray or crossed,
raw text, broken comments and quotes. Its time is linear in the source, its depth not bounded by the stack.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field

from onering_cli.text.abbreviations import words_of

_TAG = re.compile(r"</?(?P<name>[A-Za-z][^\s/>]*)")
_TAG_END = re.compile(r""">|=\s*(?P<quote>["'])""")
_COMMENT_END = re.compile(r"--!?>")
_ATTRIBUTE = re.compile(r"""([^\s=/>"']+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>"']+)))?""")
_ATTRIBUTES_CHARS = 4_096

_VOID = words_of("area base br col embed hr img input link meta param source track wbr")
_RAW_TEXT = words_of("script style textarea title xmp iframe noembed noframes plaintext")
_CLOSES_PARAGRAPH = words_of("""
    address article aside blockquote center details dialog dir div dl fieldset figcaption figure footer form h1 h2
    h3 h4 h5 h6 header hgroup hr li dt dd main menu nav ol p pre search section summary table ul
""")
_IN_HEAD = words_of("base link meta noscript script style template title")
_SCOPES = words_of("caption object table td template th")
_TABLE_PARTS = words_of("caption col colgroup table tbody td tfoot th thead tr")
_SIBLINGS = {
    "li": (frozenset({"li"}), frozenset({"ul", "ol", "menu"})),
    "dt": (frozenset({"dt", "dd"}), frozenset({"dl"})),
    "dd": (frozenset({"dt", "dd"}), frozenset({"dl"})),
    "option": (frozenset({"option"}), frozenset({"select"})),
    "tr": (frozenset({"tr"}), frozenset({"table"})),
    "td": (frozenset({"td", "th"}), frozenset({"tr", "table"})),
    "th": (frozenset({"td", "th"}), frozenset({"tr", "table"})),
    "tbody": (frozenset({"thead", "tbody", "tfoot"}), frozenset({"table"})),
    "thead": (frozenset({"thead", "tbody", "tfoot"}), frozenset({"table"})),
    "tfoot": (frozenset({"thead", "tbody", "tfoot"}), frozenset({"table"})),
}
"""What an element without end tag ends at: the next of these siblings, looked for no further up than these parents."""
_SIBLING_LEVELS = 48


@dataclass(frozen=True, slots=True)
class Text:
    """Characters between tags, entities not yet decoded."""

    start: int
    end: int


@dataclass(slots=True, eq=False)
class Element:
    """An element and its place, tags included.

    Args:
        index: Its number in the page.
        tag: Its name in lower case.
        start: Where its start tag begins.
        attributes_start: Where its attributes begin.
        content_start: Where its start tag ends.
        end: Where its end tag ends, or its content when there is none.
    """

    index: int
    tag: str
    start: int
    attributes_start: int
    content_start: int
    end: int
    children: list[Element | Text] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Page:
    """A parsed source.

    Args:
        source: The source itself.
        root: An element without a tag around everything.
        elements: All elements by their index, every one behind its parent.
    """

    source: str
    root: Element
    elements: list[Element]

    def attributes(self, element: Element) -> dict[str, str]:
        """An element's attributes by name in lower case, values as they are written; the first of a name counts."""
        if element.attributes_start >= element.content_start:
            return {}
        end = min(element.content_start, element.attributes_start + _ATTRIBUTES_CHARS)
        found = _ATTRIBUTE.findall(self.source, element.attributes_start, end)
        return {name.lower(): double or single or bare for name, double, single, bare in reversed(found)}


def parse(source: str) -> Page:
    """Parse a page or a fragment."""
    builder = _Builder(source)
    _tokenize(source, builder)
    return builder.finish()


class _Builder:
    """The open elements, and for each scope (a table cell, say) how many of each name are open in it."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._root = Element(0, "", 0, 0, 0, len(source))
        self._elements = [self._root]
        self._open = [self._root]
        self._scopes: list[Counter[str]] = [Counter()]
        self._total: Counter[str] = Counter()

    def finish(self) -> Page:
        while len(self._open) > 1:
            self._pop(len(self._source))
        return Page(self._source, self._root, self._elements)

    def text(self, start: int, end: int) -> None:
        if start < end:
            current = self._open[-1]
            if current.tag == "head" and not self._source[start:end].isspace():
                self._pop(start)
                current = self._open[-1]
            current.children.append(Text(start, end))

    def open(self, tag: str, start: int, attributes_start: int, end: int) -> None:
        if self._open[-1].tag == "head" and tag not in _IN_HEAD:
            self._pop(start)
        if tag in _CLOSES_PARAGRAPH and self._scopes[-1]["p"]:
            self._close_in_scope("p", start)
        if tag in _SIBLINGS:
            self._close_sibling(*_SIBLINGS[tag], start)
        elif tag == self._open[-1].tag and tag in {"a", "button", "h1", "h2", "h3", "h4", "h5", "h6"}:
            self._pop(start)
        element = Element(len(self._elements), tag, start, attributes_start, end, end)
        self._open[-1].children.append(element)
        self._elements.append(element)
        if tag not in _VOID and not self._is_self_closing(element):
            self._open.append(element)
            self._scopes[-1][tag] += 1
            self._total[tag] += 1
            if tag in _SCOPES:
                self._scopes.append(Counter())

    def _is_self_closing(self, element: Element) -> bool:
        """XHTML's ``<a id="x"/>``, but not ``<a href=/x/>``."""
        end = element.content_start
        if not self._source.startswith("/>", end - 2):
            return False
        attributes = self._source[element.attributes_start : end - 2]
        return attributes[-1:] in {"", " ", "\n", "\t", '"', "'"} or "=" not in attributes

    def close(self, tag: str, start: int, end: int) -> None:
        if self._scopes[-1][tag]:
            self._close_in_scope(tag, end, inner_end=start)
        elif self._total[tag] and (tag in _TABLE_PARTS or tag in _SCOPES):
            while self._open[-1].tag != tag:
                self._pop(start)
            self._pop(end)

    def _close_in_scope(self, tag: str, end: int, inner_end: int | None = None) -> None:
        while self._open[-1].tag != tag:
            self._pop(end if inner_end is None else inner_end)
        self._pop(end)

    def _close_sibling(self, siblings: frozenset[str], parents: frozenset[str], start: int) -> None:
        for depth, element in enumerate(reversed(self._open[-_SIBLING_LEVELS:]), 1):
            if element.tag in parents:
                return
            if element.tag in siblings:
                for _ in range(depth):
                    self._pop(start)
                return

    def _pop(self, end: int) -> None:
        element = self._open.pop()
        element.end = end
        if element.tag in _SCOPES:
            self._scopes.pop()
        self._scopes[-1][element.tag] -= 1
        self._total[element.tag] -= 1


def _tokenize(source: str, builder: _Builder) -> None:
    """Tell the builder tags and texts in order."""
    ends = _TagEnds(source)
    position = text_start = 0
    while (opening := source.find("<", position)) >= 0:
        tag = _TAG.match(source, opening)
        if not tag:
            position = _skip_declaration(source, opening)
            if position > opening + 1:
                builder.text(text_start, opening)
                text_start = position
            continue
        builder.text(text_start, opening)
        name, end = tag["name"].lower(), ends.after(tag.end())
        if source[opening + 1] == "/":
            builder.close(name, opening, end)
        else:
            builder.open(name, opening, tag.end(), end)
            if name in _RAW_TEXT and not source.startswith("/>", end - 2):
                end = _raw_text(source, name, end, builder)
        position = text_start = end
    builder.text(text_start, len(source))


def _raw_text(source: str, name: str, start: int, builder: _Builder) -> int:
    end_tag = re.compile(rf"</{name}(?=[\s/>])[^>]*>?", re.IGNORECASE).search(source, start)
    content_end, end = end_tag.span() if end_tag else (len(source), len(source))
    builder.text(start, content_end)
    builder.close(name, content_end, end)
    return end


def _skip_declaration(source: str, opening: int) -> int:
    """Behind a comment, doctype or the like; one further when the ``<`` is just a character."""
    if source.startswith("<!--", opening):
        if source.startswith((">", "->"), opening + 4):
            return source.index(">", opening) + 1
        closing = _COMMENT_END.search(source, opening + 4)
        return closing.end() if closing else len(source)
    if source.startswith(("<!", "<?", "</"), opening):
        end = source.find(">", opening)
        return end + 1 if end >= 0 else len(source)
    return opening + 1


class _TagEnds:
    """Finds where tags end, quoted attributes respected; each kind of unclosed quote costs one search only."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._unclosed: set[str] = set()

    def after(self, position: int) -> int:
        """The place behind the ``>`` of the tag whose name ends at `position`."""
        source, scan = self._source, position
        while mark := _TAG_END.search(source, scan):
            quote = mark["quote"]
            if not quote:
                return mark.end()
            closing = -1 if quote in self._unclosed else source.find(quote, mark.end())
            if closing < 0:
                self._unclosed.add(quote)
                scan = mark.end()
            else:
                scan = closing + 1
        return len(source)
