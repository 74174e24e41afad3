"""The tree that pages are read from keeps every word, in order and in its place."""

from html import escape, unescape
from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st

from onering_cli.generation.reading.html_tree import Text, parse

_WORDS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=8).map(escape)
_TAGS = st.sampled_from(["div", "p", "b", "a", "ul", "li", "table", "tr", "td", "h2", "section", "blockquote", "em"])
_VALUES = st.text(st.characters(codec="ascii", exclude_categories=["Cc"]), max_size=8).map(escape)


def _element(inside: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.builds(
        lambda tag, value, parts: f'<{tag} title="{value}">{"".join(parts)}</{tag}>',
        _TAGS,
        _VALUES,
        st.lists(inside, max_size=4),
    )


_MARKUP = st.recursive(
    _WORDS | st.sampled_from(["<br>", "<!-- a > b -->", "<img src=x>", "<hr/>"]), _element, max_leaves=20
)


class _Reference(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words = ""

    def handle_data(self, data: str) -> None:
        self.words += data


@given(st.lists(_MARKUP, max_size=4).map("".join))
def test_the_trees_texts_are_the_sources_words_in_order(source: str) -> None:
    reference = _Reference()
    reference.feed(source)
    reference.close()
    page = parse(source)
    texts = sorted(child.start for element in page.elements for child in element.children if isinstance(child, Text))
    ends = {
        child.start: child.end for element in page.elements for child in element.children if isinstance(child, Text)
    }
    assert "".join(unescape(source[start : ends[start]]) for start in texts) == reference.words


@given(st.lists(_MARKUP, max_size=4).map("".join))
def test_every_element_lies_within_its_parent_and_behind_what_stands_before_it(source: str) -> None:
    page = parse(source)
    for element in page.elements:
        place = element.content_start
        for child in element.children:
            assert place <= child.start <= child.end <= element.end
            place = child.end
