"""Which part of a page is its content, and which parts of that are navigation, notices or decoration."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from onering_cli.generation.reading.html_tree import Element, Page, Text
from onering_cli.text.abbreviations import words_of

if TYPE_CHECKING:
    from collections.abc import Callable

BLOCKS = words_of("""
    address article aside blockquote body caption center dd details dialog dir div dl dt fieldset figcaption figure
    footer form h1 h2 h3 h4 h5 h6 head header hgroup hr html li main menu nav ol option p pre section summary table
    tbody td tfoot th thead tr ul
""")
_UNREAD = words_of("""
    applet audio button canvas datalist embed figcaption frameset head iframe img input map math meter noembed
    noframes noscript object optgroup option pre progress rp rt script select style summary svg template textarea
    title video xmp
""")
_CHROME_TAGS = words_of("aside dialog footer form menu nav search")
_CHROME_ROLES = words_of("""
    alert alertdialog banner complementary contentinfo dialog doc-toc form menu menubar navigation search tablist
    toolbar
""")
_CHROME_NAMES = words_of("""
    ad ads advert advertisement authorbox banner bio breadcrumb breadcrumbs byline catlinks comment comments
    commentlist consent cookie cookies dateline disqus editsection footer footnotes gdpr hatnote headerlink infobox
    masthead menu meta metadata modal nav navbar navbox navigation navigator newsletter noprint overlay pager
    pagination paywall permalink popup postmeta printfooter promo promotion recommended reflist related respond
    search share sharing sidebar sidenav signup sitemap skip social socials sphinxsidebar sponsor subscribe
    subscription tableofcontents tags toc toolbar tooltip widget widgets
""")
"""Words in classes and ids that mean navigation and the like."""

_NAME_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_HIDDEN_CLASSES = words_of("hidden d-none sr-only visually-hidden screen-reader-text screenreader-only")
_HIDDEN_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_WRAPPERS = words_of("article body center div form html main section table tbody td tr")

_PROSE_CHARS = 40
_TABLE_PROSE_CHARS = 300
_CHROME_SHARE = 0.35
"""What looks like navigation but holds more of the page's prose than this is content after all."""
_MAIN_SHARE = 0.3
_ARTICLE_SHARE = 0.6
_WRAPPED_SHARE = 0.9
"""An element with more than this of its parent's prose is read in its parent's place."""


@dataclass(slots=True)
class Weight:
    """What an element holds, in characters.

    Args:
        text: All text below it.
        prose: Text in blocks long enough, and free enough of links, to be prose.
        flow: Text that goes on in its parent, as an inline element's does.
        flow_linked: The part of `flow` that stands in links.
        cell: The text of the largest table cell below it.
        nested: A table stands below it.
    """

    text: int = 0
    prose: int = 0
    flow: int = 0
    flow_linked: int = 0
    cell: int = 0
    nested: bool = False


class Content:
    """What of a page is read.

    Args:
        page: The page.
        whole: It is a piece that has no surroundings to leave out.
    """

    def __init__(self, page: Page, *, whole: bool = False) -> None:
        self._page = page
        self._unread = [self._is_unread(element) for element in page.elements]
        self._weights = self._weigh()
        chrome = [self._is_chrome(element) for element in page.elements]
        self._unread = [unread or left for unread, left in zip(self._unread, chrome, strict=True)]
        self._weights = self._weigh()
        self.root = page.root if whole else self._main()

    def reads(self, element: Element) -> bool:
        """Whether an element's text is part of the content."""
        return not self._unread[element.index] and not (element.tag == "table" and self._is_data_table(element))

    def _is_data_table(self, table: Element) -> bool:
        """Whether a table holds data rather than an old page's layout."""
        weight = self._weights[table.index]
        if weight.nested or self._page.attributes(table).get("role") in {"presentation", "none"}:
            return False
        return weight.cell * 2 < weight.text or weight.prose < _TABLE_PROSE_CHARS

    def is_header(self, element: Element) -> bool:
        """Whether an element holds a title and what stands around it."""
        if element.tag == "header":
            return self._share(element) <= _CHROME_SHARE
        if element.tag != "div":
            return False
        attributes = self._page.attributes(element)
        names = _NAME_WORD.findall(f"{attributes.get('class', '')} {attributes.get('id', '')}")
        return any(name.lower() == "header" for name in names) and self._share(element) <= _CHROME_SHARE

    def _is_unread(self, element: Element) -> bool:
        if element.tag in _UNREAD:
            return True
        attributes = self._page.attributes(element)
        if not attributes or element.tag in {"html", "body"}:
            return False
        return (
            "hidden" in attributes
            or attributes.get("aria-hidden") == "true"
            or bool(_HIDDEN_STYLE.search(attributes.get("style", "")))
            or not _HIDDEN_CLASSES.isdisjoint(attributes.get("class", "").split())
        )

    def _is_chrome(self, element: Element) -> bool:
        if element.tag in {"", "html", "body", "main", "article"}:
            return False
        attributes = self._page.attributes(element)
        names = f"{attributes.get('class', '')} {attributes.get('id', '')}"
        looks_so = (
            element.tag in _CHROME_TAGS
            or attributes.get("role", "").lower() in _CHROME_ROLES
            or any(word.lower() in _CHROME_NAMES for word in _NAME_WORD.findall(names))
        )
        return looks_so and self._share(element) <= _CHROME_SHARE

    def _share(self, element: Element) -> float:
        part, whole = self._weights[element.index], self._weights[0]
        if whole.prose:
            return part.prose / whole.prose
        return part.text / whole.text if whole.text else 0.0

    def _weigh(self) -> list[Weight]:
        weights = [Weight() for _ in self._page.elements]
        for element in reversed(self._page.elements):
            if not self._unread[element.index]:
                self._add_up(element, weights)
        return weights

    def _add_up(self, element: Element, weights: list[Weight]) -> None:
        weight = weights[element.index]
        for child in element.children:
            if isinstance(child, Text):
                length = len(self._page.source[child.start : child.end].strip())
                weight.text += length
                weight.flow += length
            else:
                inner = weights[child.index]
                weight.text += inner.text
                weight.prose += inner.prose
                weight.flow += inner.flow
                weight.flow_linked += inner.flow_linked
                weight.cell = max(weight.cell, inner.cell)
                weight.nested = weight.nested or inner.nested or child.tag == "table"
        if element.tag == "a":
            weight.flow_linked = weight.flow
        elif element.tag in BLOCKS or not element.tag:
            own = weight.flow - weight.flow_linked
            if own >= _PROSE_CHARS and own > weight.flow_linked:
                weight.prose += own
            weight.flow = weight.flow_linked = 0
        if element.tag in {"td", "th"}:
            weight.cell = max(weight.cell, weight.text)

    def _main(self) -> Element:
        root = self._page.root
        root = self._heaviest(root, self._is_declared_main, _MAIN_SHARE) or root
        root = self._heaviest(root, lambda element: element.tag == "article", _ARTICLE_SHARE) or root
        while inner := self._wrapped(root):
            root = inner
        return root

    def _heaviest(self, root: Element, fits: Callable[[Element], bool], share: float) -> Element | None:
        """The element below `root` that fits and holds the most prose, if it holds enough of it."""
        inside = (
            element
            for element in self._page.elements[root.index + 1 :]
            if element.end <= root.end and self.reads(element) and fits(element)
        )
        heaviest = max(inside, key=lambda element: self._weights[element.index].prose, default=None)
        if heaviest is None:
            return None
        enough = self._weights[heaviest.index].prose >= share * max(1, self._weights[root.index].prose)
        return heaviest if enough else None

    def _is_declared_main(self, element: Element) -> bool:
        if element.tag == "main":
            return True
        attributes = self._page.attributes(element)
        return attributes.get("role") == "main" or attributes.get("itemprop") == "articleBody"

    def _wrapped(self, element: Element) -> Element | None:
        prose = self._weights[element.index].prose
        for child in element.children:
            if (
                isinstance(child, Element)
                and child.tag in _WRAPPERS
                and prose
                and self._weights[child.index].prose >= _WRAPPED_SHARE * prose
            ):
                return child
        return None
