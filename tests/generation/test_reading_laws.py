"""What holds for the reading of any text at all."""

import html
import re
import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from onering_cli.generation.model import Material, MaterialKind, Reading
from onering_cli.generation.reading import read

_MARKDOWN = (
    "# ", "## ", "- ", "1. ", "> ", "    ", "```\n", "~~~\n", "**", "*", "_", "`", "``", "[", "](", "](http://a.b/c)",
    "![", ")", "<", ">", "&amp;", "&", "\\", "---\n", "+++\n", "===\n", "|", "| a | b |\n|---|---|\n", "[^1]",
    "[a]: http://x.y\n", "title: T\n", "(#12)", "by @me in https://x.y/z/pull/1", ":tada:", "{% x %}", "~~",
)  # fmt: skip
_HTML = (
    "<p>", "</p>", "<div>", "</div>", "<li>", "<ul>", "</ul>", "<br>", "<b>", "</b>", "<a href='x'>", "</a>",
    "<table>", "<tr>", "<td>", "</table>", "<h1>", "</h1>", "<script>", "</script>", "<!--", "-->", "<sup>", "</sup>",
    "<pre>", "</pre>", "&lt;", "&copy", "&#x41;", "<head>", "<title>", "</title>", "<body>", "<nav>", "</nav>",
    "<img alt='x'>", '<x y="', '">', "<header>", "<blockquote>", "<dl>", "<dt>", "<dd>", "</header>", "<article>",
    "<p hidden>", "<br/>", "</",
)  # fmt: skip
_PLAIN = (
    ".. note::\n   ", "::\n\n  ", "====\n", ">>> ", ":role:`x`", "``x``", "`t <http://u>`_", "|s|", "* ", "a) ",
    "-- \n", "Subject: x\n", "From: y\n", "> ", "\t", "+---+\n", "-----BEGIN X-----\n", "Hi,\n",
)  # fmt: skip
_WORDS = (
    "word", "The cat sat.", "It works! ", "Is it?", "e.g. this", "3.14", "v1.2.3", "Ein Satz. ", "这是一句话。",
    "это так. ", "imple-\nmented", "Copyright 2020 Me", "cookies", "By Jane Doe", "May 3, 2024", "Note:", " ", "  \n",
    "\n", "\n\n", "\r\n", "\r", "\f", "\u2028", "\x00", "\x1b[31m", "\u202e", "\u200b", "\xad", "\ufeff",
    "\U0001f468\u200d\U0001f469", "é", "e\u0301", "\ufffc", "\ud800",
)  # fmt: skip
_ENTITY = re.compile(r"&#?\w+;?")
_BIDI = set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c")


def _texts(marks: tuple[str, ...]) -> st.SearchStrategy[str]:
    piece = st.sampled_from(marks) | st.sampled_from(_WORDS) | st.text(max_size=6)
    return st.lists(piece, max_size=40).map("".join)


_MATERIALS = st.one_of(
    st.builds(Material, st.just("x"), _texts(_MARKDOWN + _HTML), st.just(MaterialKind.MARKDOWN)),
    st.builds(Material, st.just("x"), _texts(_HTML), st.just(MaterialKind.HTML)),
    st.builds(Material, st.sampled_from(["x", "x.rst"]), _texts(_PLAIN + _MARKDOWN), st.just(MaterialKind.PLAIN)),
)


def _check(material: Material, reading: Reading) -> None:
    end, block, position = 0, 0, -1
    for sentence in reading.sentences:
        span = sentence.span
        assert span.material == 3
        assert end <= span.start < span.end <= len(material.text)
        end = span.end
        assert (sentence.block, sentence.position) in {(block, position + 1), (block + 1, 0)}
        block, position = sentence.block, sentence.position
        assert sentence.text == " ".join(sentence.text.split())
        assert not {"Cc", "Cs", "Zl", "Zp"} & set(map(unicodedata.category, sentence.text))
        assert not _BIDI & set(sentence.text)
        assert any(map(str.isalnum, sentence.text))
        _check_origin(sentence.text, material.text[span.start : span.end])


def _check_origin(clean: str, raw: str) -> None:
    """Every character of the clean text stands in its source, in order."""
    both = _ENTITY.sub(lambda entity: entity.group() + html.unescape(entity.group()), raw)
    source = iter(unicodedata.normalize("NFKC", both))
    missing = [mark for mark in unicodedata.normalize("NFKC", clean) if not mark.isspace() and mark not in source]
    assert not missing, (clean, raw)


@settings(max_examples=200, deadline=None)
@given(_MATERIALS)
@example(Material("x", "", MaterialKind.MARKDOWN))
@example(Material("x", "One.****Two.", MaterialKind.MARKDOWN))
@example(Material("x", "\0\0\0", MaterialKind.PLAIN))
@example(Material("x", '<a href="<p>It is.</p>', MaterialKind.HTML))
@example(Material("x", "\u3000\nIt is a thing.\n", MaterialKind.MARKDOWN))
def test_any_text_is_read_into_sentences_whose_spans_hold_their_words(material: Material) -> None:
    _check(material, read(material, 3))


@pytest.mark.slow
@settings(max_examples=3_000, deadline=None)
@given(_MATERIALS)
def test_a_great_many_texts_are_read_into_sentences_whose_spans_hold_their_words(material: Material) -> None:
    _check(material, read(material, 3))


@settings(max_examples=50, deadline=None)
@given(_MATERIALS)
def test_reading_twice_gives_the_same(material: Material) -> None:
    assert read(material, 3) == read(material, 3)
