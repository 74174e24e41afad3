"""Markdown is read as prose."""

import pytest
from doubles.reading import document, read_document, read_text, sources, texts

from onering_cli.generation.model import BlockKind, Span


def test_a_readme_gives_its_prose_and_nothing_else() -> None:
    reading = read_document("readme.md")
    assert reading.title == "Rookery"
    assert reading.language == "en"
    assert texts(reading, BlockKind.PARAGRAPH) == [
        "A nest for your background jobs.",
        "Rookery runs background jobs on one machine, with SQLite as its only dependency.",
        "It survives a power cut: every job is written before it starts.",
        "See https://example.com/durability for the proof — and the tests.",
        "Windows is supported since version 2.1.",
        "Most queues need a broker.",
        "Rookery does not, so a well-known source of outages is gone, and implementation time with it.",
        "First get the package:",
        "Press Ctrl+C to stop it.",
        "It takes 3.5 s to start, i.e. no time at all.",
        "Retries double their delay each time.",
        "Pull requests are welcome!",
    ]
    assert texts(reading, BlockKind.QUOTE) == ["A queue is a promise, said Knuth.", "Keep it."]
    assert texts(reading, BlockKind.LIST_ITEM) == [
        "Write a job.",
        "Run rookery work and wait:",
        "It prints hello.",
        "Nested items are items too",
        "Support cron",
        "Retry with backoff",
    ]


def test_spans_hold_the_source_with_its_markup() -> None:
    source = document("readme.md")
    raw = sources(read_document("readme.md"), source)
    assert "It survives a power cut: every job is\nwritten *before* it starts." in raw
    assert "See <https://example.com/durability> for the proof &mdash; and the tests." in raw
    assert "Press <kbd>Ctrl</kbd>+<kbd>C</kbd> to stop it." in raw
    assert "Run `rookery work`\n   and wait:" in raw


def test_markup_that_encloses_a_sentence_belongs_to_its_span() -> None:
    source = "**All bold.** *Then slanted.* [Then a link.](http://example.com/a(b)) Then `code`. <b>And tags.</b>"
    assert sources(read_text(source), source) == [
        "**All bold.**",
        "*Then slanted.*",
        "[Then a link.](http://example.com/a(b))",
        "Then `code`.",
        "<b>And tags.</b>",
    ]


def test_spans_are_right_behind_front_matter_carriage_returns_tabs_and_quote_marks() -> None:
    source = "---\r\ntitle: T\r\n---\r\n\r\n> One line\r\n> goes on. Two.\r\n\r\n-\tA tabbed item.\r\n"
    reading = read_text(source)
    assert reading.title == "T"
    assert sources(reading, source) == ["One line\r\n> goes on.", "Two.", "A tabbed item."]


def test_a_link_that_repeats_its_words_in_its_address_does_not_move_what_follows() -> None:
    source = "See [foo](http://example.com/bar)bar baz."
    [sentence] = read_text(source).sentences
    assert sentence.text == "See foobar baz."
    assert sentence.span == Span(1, 0, len(source))
    assert sentence.links == ("http://example.com/bar",)


def test_sentences_know_their_block_their_place_in_it_and_the_headings_above() -> None:
    reading = read_text("# T\n\nOne. Two.\n\n## A\n\n- Three\n- Four\n\n### B\n\nFive.\n\n## C\n\nSix.")
    assert [(s.text, s.block, s.position, s.headings) for s in reading.sentences] == [
        ("One.", 0, 0, ("T",)),
        ("Two.", 0, 1, ("T",)),
        ("Three", 1, 0, ("T", "A")),
        ("Four", 2, 0, ("T", "A")),
        ("Five.", 3, 0, ("T", "A", "B")),
        ("Six.", 4, 0, ("T", "C")),
    ]


def test_a_changelog_gives_its_changes_without_numbers_and_names() -> None:
    reading = read_document("changelog.md")
    assert reading.title == "Changelog"
    assert texts(reading, BlockKind.LIST_ITEM) == [
        "Windows support",
        "Add --wait to rookery work",
        "cli: Print the next run of each job",
        "Speed up start by 40 %",
        "Fixed a crash when the disk is full.",
        "Do not lose jobs on SIGTERM.",
        "Revert the change of #77",
    ]
    assert reading.sentences[1].headings == ("Changelog", "[2.1.0] - 2024-05-03", "Added")


@pytest.mark.parametrize(
    ("source", "title"),
    [
        ("---\ntitle: 'It''s here'\n---\n# Other\n", "It's here"),
        ('+++\ntitle = "Toml" # really\n+++\nText.\n', "Toml"),
        ("% Pandoc's title\n% Jane Doe\n\nText.\n", "Pandoc's title"),
        ("# First\n\n# Second\n", "First"),
        ("Setext\n======\n\nText.\n", "Setext"),
        ("## Low start\n\nText.\n", "Low start"),
        ("Some text.\n\n# Late but only\n", "Late but only"),
        ("Some text.\n\n## Section\n\n# Late\n", ""),
        ("Some text.\n", ""),
        ("# ![Logo](logo.svg)\n\nText.\n", "Logo"),
        ('<h1 align="center">Centred &amp; big</h1>\n\nText.\n', "Centred & big"),
        ("# Name [![badge](b.svg)](http://example.com) #\n", "Name"),
    ],
)
def test_the_title_is_what_opens_the_document(source: str, title: str) -> None:
    assert read_text(source).title == title


def test_a_change_whose_words_link_to_it_is_read_where_other_links_are_not() -> None:
    source = (
        "- [Make it much faster](https://example.com/a/pull/12)\n- [A page about birds](https://example.com/birds)\n"
    )
    assert texts(read_text(source)) == ["Make it much faster"]


def test_a_rule_at_the_top_is_no_front_matter() -> None:
    assert texts(read_text("---\n\nIt begins: here.\n\n---\n\nIt ends.")) == ["It begins: here.", "It ends."]


@pytest.mark.parametrize(
    "source",
    [
        "",
        " \n\t\n",
        "```\ncode only. Really.\n```\n",
        "```\nunclosed fence. It goes on.\n",
        "    indented code. Only.\n",
        "[One](http://a.example) | [Two](http://b.example)\n",
        "- [One](http://a.example)\n- [Two](http://b.example)\n",
        "![One image.](a.png)\n",
        "<!-- One comment. -->\n",
        "<script>One script.</script>\n",
        "| One. | Two. |\n|---|---|\n| Three. | Four. |\n",
        "[one]: http://a.example 'One title.'\n",
        "[^1]: One footnote.\n",
        "***\n\n---\n",
        "- `npm run build`\n",
        "# Only a heading\n",
    ],
)
def test_what_is_no_prose_gives_no_sentences(source: str) -> None:
    assert read_text(source).sentences == ()


def test_code_opens_a_sentence_but_does_not_end_one() -> None:
    source = "Call `a.b()`. `default` may be `x. Y` or `None`. It works with `foo(...) + 1` too."
    assert texts(read_text(source)) == [
        "Call a.b().",
        "default may be x. Y or None.",
        "It works with foo(...) + 1 too.",
    ]


def test_a_sentence_with_a_picture_in_its_middle_is_left_out() -> None:
    source = "Press the ![gear](g.png) button. Then wait. ![done](d.png)\n\n![start](s.png) It starts."
    assert texts(read_text(source)) == ["Then wait.", "It starts."]


def test_line_breaks_the_author_asked_for_end_a_sentence_unless_it_goes_on() -> None:
    source = "Roses are red  \nViolets are blue\\\nand so are you  \nor not."
    assert texts(read_text(source)) == ["Roses are red", "Violets are blue and so are you or not."]


def test_a_bold_line_is_the_heading_it_stands_for() -> None:
    reading = read_text("**The plan**\n\nWe go.\n\n**We stay bold.** Really.")
    assert [(s.text, s.headings) for s in reading.sentences] == [
        ("We go.", ("The plan",)),
        ("We stay bold.", ("The plan",)),
        ("Really.", ("The plan",)),
    ]


def test_marks_of_documentation_tools_are_left_out() -> None:
    source = (
        '!!! note "Mind this"\n    It is hot.\n\n:::tip\n\nIt is cold.\n\n:::\n\n{{< figure src="x" >}}\n\n'
        "{% include x %} It is warm.\n\nIt is mild. :tada:\n\nSee {{ version }} for it.\n"
    )
    assert texts(read_text(source)) == ["It is hot.", "It is cold.", "It is warm.", "It is mild."]


def test_struck_out_words_are_not_said() -> None:
    assert texts(read_text("It costs ~~$50~~ $30.")) == ["It costs $30."]


def test_invisible_and_terminal_characters_are_left_out() -> None:
    source = "\ufeffIt \x1b[31mis\x1b[0m \u202ered\u202c and soft\u00adly\u200b \x07here. \x1b]0;title\x07Two."
    assert texts(read_text(source)) == ["It is red and softly here.", "Two."]


def test_a_family_of_emoji_stays_together() -> None:
    assert texts(read_text("A \U0001f468\u200d\U0001f469\u200d\U0001f467 sat ❤\ufe0f here.")) == [
        "A \U0001f468\u200d\U0001f469\u200d\U0001f467 sat ❤\ufe0f here."
    ]


def test_lines_of_chinese_are_joined_without_a_space() -> None:
    assert texts(read_text("这是一个很长的\n句子。 第二句。")) == ["这是一个很长的句子。", "第二句。"]


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        ("A well-\nknown fact.", "A well-known fact."),
        ("An imple-\nmentation of it.", "An implementation of it."),
        ("Pre- and post-\nand mid-term.", "Pre- and post- and mid-term."),
        ("The command-\nline, a command in a line.", "The command-line, a command in a line."),
        ("Use Wi-\nFi here.", "Use Wi-Fi here."),
        ("Much recre-\nation, such recreation.", "Much recreation, such recreation."),
    ],
)
def test_words_divided_at_a_line_end_are_put_together(source: str, sentence: str) -> None:
    assert texts(read_text(source)) == [sentence]
