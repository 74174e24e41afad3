"""Plain text is read by its layout."""

import pytest
from doubles.reading import document, read_document, read_text, sources, texts

from onering_cli.generation.model import BlockKind, MaterialKind, Reading


def _read(text: str, name: str = "notes.txt") -> Reading:
    return read_text(text, MaterialKind.PLAIN, name)


def test_notes_are_read_with_their_title_headings_and_lists() -> None:
    reading = read_document("notes.txt")
    assert reading.title == "The Garden Plan"
    assert [(s.text, s.headings[1:]) for s in reading.sentences] == [
        ("The soil is heavy.", ("SOIL",)),
        ("It holds water in winter and cracks in July, which is why the beans died.", ("SOIL",)),
        ("Sand will not help; compost will.", ("SOIL",)),
        ("Rain is enough until May.", ("WATER",)),
        ("After that:", ("WATER",)),
        ("one can per bed and evening", ("WATER",)),
        ("none when it rained", ("WATER",)),
        ("Buy seeds", ("WATER",)),
        ("Fix the fence", ("WATER",)),
        ("Call Anna about the greenhouse", ("WATER",)),
        ("A second bed, if the first one works out.", ("WHAT COMES NEXT",)),
    ]


def test_a_mail_is_read_without_its_header_greeting_and_signature() -> None:
    reading = read_document("mail.txt")
    assert reading.title == "Moving day"
    assert texts(reading, BlockKind.PARAGRAPH) == [
        "the move is done.",
        "All forty servers are in the new room, and the old one is empty; thanks to everybody who carried.",
        "It did.",
        "What is left:",
    ]
    assert texts(reading, BlockKind.QUOTE) == ["Will the lift work?", "I would rather not carry the big one."]
    assert texts(reading, BlockKind.LIST_ITEM) == [
        "Label the cables",
        "Return the keys by Friday, or we pay another month",
        "Have a beer",
    ]


def test_restructured_text_is_read() -> None:
    reading = read_document("guide.rst")
    assert reading.title == "User guide"
    assert texts(reading) == [
        "Rookery keeps jobs in a Store, and workers take them out again.",
        "Use *args sparingly.",
        "Run this:",
        "A worker that dies is replaced at once.",
        "Windows works.",
        "First item goes on here.",
        "Second item",
        "with a second paragraph.",
        "What the term means.",
        "See issue tracker for more.",
    ]
    assert reading.sentences[0].links == ("https://example.com/workers",)
    assert reading.sentences[2].headings == ("User guide", "Starting")
    raw = sources(reading, document("guide.rst"))
    assert raw[0].startswith("Rookery keeps ``jobs`` in")
    assert raw[0].endswith("take them out again [1]_.")


def test_spans_hold_wrapped_lines_as_they_stand() -> None:
    source = "  One line that is wrapped\n  at some column. Two.\r\n\r\n\t* An item\r\n\t  of two lines\r\n"
    assert sources(_read(source), source) == [
        "One line that is wrapped\n  at some column.",
        "Two.",
        "An item\r\n\t  of two lines",
    ]


def test_text_without_any_line_end_is_read() -> None:
    assert texts(_read("One thing. " * 200)) == ["One thing."] * 200


def test_paragraphs_that_are_one_line_each_are_read_as_such() -> None:
    line = (
        "This paragraph is a single line, as word processors write them, and goes on for quite a while. It ends here."
    )
    reading = _read(f"{line}\n{line}\n\n{line}")
    assert len(reading.sentences) == 6


def test_a_list_of_short_lines_is_not_run_together() -> None:
    assert texts(_read("buy servers\nfix the login bug\ncall Anna re: pricing\n")) == [
        "buy servers",
        "fix the login bug",
        "call Anna re: pricing",
    ]


def test_a_number_at_the_start_of_a_wrapped_line_is_no_list() -> None:
    source = "The company was founded a very long time ago, I think that it was in\n1986. After that it grew.\n"
    assert len(texts(_read(source), BlockKind.LIST_ITEM)) == 0


@pytest.mark.parametrize(
    ("source", "title"),
    [
        ("A title\n\nSome text follows it.", "A title"),
        ("A title\n=======\n\nText.", "A title"),
        ("=======\nA title\n=======\n\nText.", "A title"),
        ("# A title\n\nText.", "A title"),
        ("This is a sentence.\n\nText.", ""),
        ("hello there\n\nText.", ""),
        ("Buy milk\n\nFix bike\n\nCall Anna", ""),
        ("- A bullet\n\nText.", ""),
    ],
)
def test_the_title_is_an_obvious_first_line(source: str, title: str) -> None:
    assert _read(source).title == title


def test_markdown_without_the_name_is_read_as_markdown() -> None:
    source = "# Title\n\nSee [this](https://example.com).\n\n```\ncode. Here.\n```\n"
    reading = _read(source, "stdin")
    assert texts(reading) == ["See this."]
    assert reading.sentences[0].links == ("https://example.com",)


def test_a_signed_message_is_read_without_its_armour() -> None:
    source = (
        "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nIt is signed. Really.\n"
        "-----BEGIN PGP SIGNATURE-----\n\niQEzBAEBCAAdFiEE\n=abcd\n-----END PGP SIGNATURE-----\n"
    )
    assert texts(_read(source)) == ["It is signed.", "Really."]


def test_a_debian_changelog_gives_its_changes() -> None:
    source = (
        "rookery (2.1-1) unstable; urgency=medium\n\n  * New upstream release.\n  * Fix the build (Closes: #12345)\n\n"
        " -- Jane Doe <jane@example.com>  Fri, 03 May 2024 10:00:00 +0200\n"
    )
    assert texts(_read(source)) == ["New upstream release.", "Fix the build"]


def test_a_release_above_a_list_with_other_bullets_is_its_heading() -> None:
    reading = _read(
        "* Version 1.0.18\n - Lamps are lit at once.\n - Towers have names\nof their own.\n\n"
        "* Version 1.0.17\n - The tide is known.\n\n* 2.5 metres of rope\n* 3.1 litres of oil\n"
    )
    assert [(s.text, s.headings[-1]) for s in reading.sentences] == [
        ("Lamps are lit at once.", "Version 1.0.18"),
        ("Towers have names of their own.", "Version 1.0.18"),
        ("The tide is known.", "Version 1.0.17"),
        ("2.5 metres of rope", "Version 1.0.17"),
        ("3.1 litres of oil", "Version 1.0.17"),
    ]
