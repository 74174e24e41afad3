"""Reads HTML, whole pages and the pieces of it that stand in Markdown, as passages."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

from onering_cli.generation.model import BlockKind
from onering_cli.generation.reading.boilerplate import is_boilerplate_heading
from onering_cli.generation.reading.folding import fold_heading
from onering_cli.generation.reading.html_content import BLOCKS, Content
from onering_cli.generation.reading.html_tree import Element, Page, Text, parse
from onering_cli.generation.reading.strand import (
    GAP,
    HARD_BREAK,
    LOWEST_LEVEL,
    Link,
    Manuscript,
    Outline,
    Passage,
    StrandBuilder,
    is_heading_like,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_ENTITY = re.compile(r"&(?:#(?:[0-9]{1,8}|[xX][0-9a-fA-F]{1,7})|[A-Za-z][A-Za-z0-9]{0,31});?")
_HEADING = re.compile(r"h([1-6])")
_LEFT_OUT = frozenset({"del", "s", "strike", "dt"})
"""What is struck through is no longer said, and a term without its definition says nothing."""

_PICTURES = frozenset({"img", "math", "svg", "canvas", "object"})
_CODE = frozenset({"code", "kbd", "samp", "tt", "var"})
_BOLD = frozenset({"b", "strong"})
_EMOJI_CHARS = 12
_NOTE_CHARS = 200
_NOTE = re.compile(r"[\[(]?(?:\d{1,3}|[*†‡§a-z↑↩])[\])]?")
_TAG = re.compile(r"<[^<>]*>")
_SPOKEN = frozenset({"p", "li", "blockquote", "dd", "td"})
"""Blocks that hold prose as a rule; text right in others is as often a label."""

_LABEL_CHARS = 60
_TERMINAL = re.compile(r"[.!?…:。！？：।۔؟][\"'”’»)\]」』）\s]*$")
_SUPERSCRIPT = str.maketrans("0123456789+-−()n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁽⁾ⁿ")
_SUBSCRIPT = str.maketrans("0123456789+-−()", "₀₁₂₃₄₅₆₇₈₉₊₋₋₍₎")
_RAISED = re.compile(r"[0-9+−()n-]+")
_SITE_SUFFIX = re.compile(r"\s+(?:[|·•»«—–:]|-{1,2}|::)\s+")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}")


def read_html(text: str) -> Manuscript:
    """Read a page's main content."""
    page = parse(text)
    content = Content(page)
    walker = _Walker(page, content, range(len(text) + 1), Outline())
    walker.walk(content.root)
    title = _title(page, walker.titles)
    return Manuscript(title, tuple(walker.passages), _declared_language(page))


def read_piece(source: str, places: Sequence[int], outline: Outline) -> tuple[tuple[Passage, ...], tuple[str, ...]]:
    """Read a piece of HTML that stands in another document.

    Args:
        source: The piece.
        places: For each of its characters, and its end, the place in the document.
        outline: The headings above it; its own are entered.

    Returns:
        Its passages and its first-level headings.
    """
    page = parse(source)
    walker = _Walker(page, Content(page, whole=True), places, outline, keep_labels=True)
    walker.walk(page.root)
    return tuple(walker.passages), tuple(walker.titles)


class _Walker:
    """Walks a page's content in order and collects its passages."""

    def __init__(
        self, page: Page, content: Content, places: Sequence[int], outline: Outline, *, keep_labels: bool = False
    ) -> None:
        self.passages: list[Passage] = []
        self.titles: list[str] = []
        self._page = page
        self._content = content
        self._places = places
        self._outline = outline
        self._keep_labels = keep_labels
        self._builder = StrandBuilder()
        self._links: list[Link] = []
        self._codes: list[tuple[int, int]] = []
        self._blocks: list[str] = []
        self._raised: dict[int, int] | None = None
        self._heading_image = ""
        self._headers = 0
        self._bold = 0
        self._all_bold = True
        self._broken = False

    def walk(self, root: Element) -> None:
        """Read everything below an element; without recursion, as pages may nest as deep as they like."""
        if root.tag in BLOCKS:
            self._blocks.append(root.tag)
            self._headers += self._content.is_header(root)
        path: list[tuple[Element, Iterator[Element | Text]]] = [(root, iter(root.children))]
        while path:
            element, children = path[-1]
            child = next(children, None)
            if child is None:
                self._leave(element)
                path.pop()
            elif isinstance(child, Text):
                self._text(child)
            elif self._enter(child):
                path.append((child, iter(child.children)))
        self._flush()

    def _enter(self, element: Element) -> bool:
        """Begin an element; whether what stands in it is to be read."""
        tag = element.tag
        if tag in BLOCKS:
            self._flush()
        if tag == "br":
            self._break(element)
        elif tag in _PICTURES:
            self._picture(element)
        if tag in _LEFT_OUT or not self._content.reads(element):
            return False
        if tag in {"sup", "sub"}:
            return self._raise(element)
        if tag == "a":
            return self._link(element)
        if tag in _BOLD:
            self._bold += 1
        elif tag in _CODE:
            self._codes.append((self._places[element.content_start], self._places[element.end]))
        elif tag in BLOCKS:
            self._blocks.append(tag)
            self._headers += self._content.is_header(element)
        return True

    def _leave(self, element: Element) -> None:
        tag = element.tag
        if tag in BLOCKS:
            self._flush()
            self._blocks.pop()
            self._headers -= self._content.is_header(element)
        elif tag in _BOLD:
            self._bold -= 1
        elif tag in {"sup", "sub"}:
            self._raised = None

    def _text(self, text: Text) -> None:
        source, places = self._page.source, self._places
        words = source[text.start : text.end].strip()
        self._broken = self._broken and not words
        self._all_bold = self._all_bold and (bool(self._bold) or not words)
        done = text.start
        for entity in _ENTITY.finditer(source, text.start, text.end):
            start, end = entity.span()
            self._builder.placed(self._shown(source[done:start]), places[done:start])
            self._builder.decoded(html.unescape(entity.group()), places[start])
            done = end
        self._builder.placed(self._shown(source[done : text.end]), places[done : text.end])

    def _shown(self, text: str) -> str:
        return text.translate(self._raised) if self._raised else text

    def _break(self, element: Element) -> None:
        if self._broken:
            self._flush()
        else:
            self._builder.decoded(HARD_BREAK, self._places[element.start])
            self._broken = True

    def _picture(self, element: Element) -> None:
        alternative = html.unescape(self._page.attributes(element).get("alt", ""))
        if self._blocks and _HEADING.fullmatch(self._blocks[-1]):
            self._heading_image = self._heading_image or alternative
        else:
            emoji = len(alternative) <= _EMOJI_CHARS and not alternative.isascii()
            self._builder.decoded(alternative if emoji else GAP, self._places[element.start])

    def _raise(self, element: Element) -> bool:
        """Digits stay what they are, 10⁶ or H₂O; a note's mark goes."""
        words = self._page.source[element.content_start : element.end]
        if any(isinstance(child, Element) and child.tag == "a" for child in element.children):
            return False
        if _RAISED.fullmatch(words.partition("<")[0].strip()):
            self._raised = _SUPERSCRIPT if element.tag == "sup" else _SUBSCRIPT
        return True

    def _link(self, element: Element) -> bool:
        """Begin a link; whether its words are to be read, which a note's mark is not."""
        address = html.unescape(self._page.attributes(element).get("href", "")).strip()
        if address.startswith("#") and element.end - element.content_start <= _NOTE_CHARS:
            words = _TAG.sub("", self._page.source[element.content_start : element.end])
            if _NOTE.fullmatch(words.strip()):
                return False
        if address:
            self._links.append(Link(self._places[element.start], self._places[element.end], address))
        return True

    def _flush(self) -> None:
        """End the block that is being read."""
        strand, links, codes = self._builder.finish(), tuple(self._links), tuple(self._codes)
        self._links, self._codes = [], []
        bold, self._all_bold, self._broken = self._all_bold, True, False
        block = self._blocks[-1] if self._blocks else ""
        heading = _HEADING.fullmatch(block)
        if heading:
            self._heading(int(heading[1]), fold_heading(strand.text) or fold_heading(self._heading_image))
        elif bold and block != "li" and is_heading_like(strand.text):
            self._heading(LOWEST_LEVEL, fold_heading(strand.text))
        elif strand.text and not strand.text.isspace() and not self._is_label(strand.text, block):
            self.passages.append(Passage(strand, self._kind(), self._outline.path, links, codes))

    def _heading(self, level: int, heading: str) -> None:
        self._heading_image = ""
        if heading:
            self._outline.enter(level, heading)
            if level == 1:
                self.titles.append(heading)

    def _is_label(self, text: str, block: str) -> bool:
        short, ended = len(text.strip()) < _LABEL_CHARS, bool(_TERMINAL.search(text))
        if self._headers:
            # A standfirst is prose; the byline and the links around it are not.
            return short or not ended
        return short and not ended and block not in _SPOKEN and not self._keep_labels

    def _kind(self) -> BlockKind:
        if "blockquote" in self._blocks:
            return BlockKind.QUOTE
        return BlockKind.LIST_ITEM if "li" in self._blocks or "dd" in self._blocks else BlockKind.PARAGRAPH


def _title(page: Page, headings: Sequence[str]) -> str:
    """The content's own heading, else what the page calls itself."""
    shared = _shared_title(page)
    named = _title_element(page)
    headings = [heading for heading in headings if not is_boilerplate_heading(heading)]
    if headings and (len(headings) == 1 or headings[0] in f"{shared} {named}"):
        return headings[0]
    if shared:
        return shared
    return _without_site(named, headings) or (headings[0] if headings else "")


def _shared_title(page: Page) -> str:
    for element in page.elements:
        if element.tag == "meta":
            attributes = page.attributes(element)
            if attributes.get("property", attributes.get("name", "")).lower() in {"og:title", "twitter:title"}:
                return fold_heading(html.unescape(attributes.get("content", "")))
    return ""


def _title_element(page: Page) -> str:
    for element in page.elements:
        if element.tag == "title":
            texts = (child for child in element.children if isinstance(child, Text))
            return fold_heading(html.unescape("".join(page.source[text.start : text.end] for text in texts)))
    return ""


def _without_site(title: str, headings: Sequence[str]) -> str:
    """A title without the site's name before or behind it."""
    parts = _SITE_SUFFIX.split(title)
    known = [part for part in parts if part in headings]
    return known[0] if known else parts[0] if len(parts[0].split()) > 1 else title


def _declared_language(page: Page) -> str:
    for element in page.elements[:8]:
        if element.tag == "html":
            language = _LANGUAGE.match(page.attributes(element).get("lang", ""))
            return language.group().lower() if language else ""
    return ""
