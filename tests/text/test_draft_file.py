import re
import time
from dataclasses import replace

import pytest
from doubles.draft_strategies import drafts, marked_text, nasty_text, sources
from hypothesis import assume, example, given
from hypothesis import strategies as st

from onering_cli.errors import ExitCode
from onering_cli.text import front_matter
from onering_cli.text.draft import Draft, Media, Post, ReplyControl
from onering_cli.text.draft_file import DraftFileError, compose, parse
from onering_cli.text.front_matter_yaml import NotFrontMatterError, load


def parsed(source: str) -> Draft | DraftFileError:
    try:
        return parse(source)
    except DraftFileError as error:
        return error


def texts(source: str) -> list[str]:
    return [post.text for post in parse(source).posts]


def only_media(source: str) -> Media:
    ((media,),) = (post.media for post in parse(source).posts)
    return media


# --- Laws


@given(drafts)
def test_a_composed_draft_parses_to_the_same_draft(draft: Draft) -> None:
    assert parse(compose(draft)) == draft


@given(sources)
@example("---\nname: &a [*a]\n---\n")
@example("---\n? [a]\n: b\n---\n")
@example("---\n%YAML 9.9\n---\n")
@example("---\n{a: 1}\n...\nb\n---\n")
def test_any_text_is_a_draft_or_an_error_with_a_place_in_it(source: str) -> None:
    outcome = parsed(source)
    if isinstance(outcome, DraftFileError):
        lines = re.split(r"\r\n|\r|\n", source.removeprefix("\ufeff"))
        assert 1 <= outcome.line <= len(lines)
        assert 1 <= outcome.column <= len(lines[outcome.line - 1]) + 1
    else:
        assert parse(compose(outcome)) == outcome


@given(st.lists(marked_text.filter(lambda text: "<!--" not in text), max_size=12))
def test_no_word_of_a_file_is_lost(gaps: list[str]) -> None:
    words = [f"word{number}x" for number in range(len(gaps) + 1)]
    source = words[0] + "".join(f"{gap}{word}" for gap, word in zip(gaps, words[1:], strict=True))
    assume("<!--" not in source)
    draft = parsed(source)
    if isinstance(draft, DraftFileError):
        return
    told = "\n".join(
        [post.text for post in draft.posts]
        + [f"{media.alt}\n{media.path}" for post in draft.posts for media in post.media]
    )
    assert sorted(re.findall(r"word\d+x", told)) == sorted(words)


@given(drafts)
def test_line_ends_of_other_systems_mean_the_same(draft: Draft) -> None:
    source = compose(draft)
    assert parse(source.replace("\n", "\r\n")) == draft
    assert source.startswith("\ufeff") or parse("\ufeff" + source) == draft


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["title", "account", "schedule", "reply_control", "reply"]),
            st.just("") | st.sampled_from(["'", '"']),
            nasty_text | st.sampled_from(["everyone", "it's", "a  b ", "09:30", "a::b", "a:b", "a: b", "NULL", "x #y"]),
        ),
        max_size=3,
    )
)
def test_front_matter_reads_the_same_with_and_without_yaml(lines: list[tuple[str, str, str]]) -> None:
    text = "".join(f"{key}: {quote}{value}{quote}\n" for key, quote, value in lines)
    simple = front_matter._read_simple(text)
    if simple is not None:
        assert [replace(entry, value=entry.text) for entry in load(text)] == simple


@given(nasty_text)
def test_a_title_is_written_so_that_yaml_reads_it_too(title: str) -> None:
    written = front_matter.write(Draft((), title=title))
    assert [entry.text for entry in load(written)] == ([title] if title else [])


@pytest.mark.parametrize(
    "source",
    [
        "![" * 300_000,
        "![a](" * 200_000,
        "![" * 100_000 + "](" * 100_000,
        "![a](<" * 100_000,
        "![\n\n" * 100_000 + "](b)" * 100_000,
        "[" * 1_000_000 + "![a](b)",
        "\\" * 1_000_000 + "x",
        " " * 1_000_000 + "<!-- x -->",
        "a <!-- x --> " * 100_000,
        "<!--" * 300_000,
        "\\<!--" * 200_000,
        ("-" * 3 + " " * 1000 + "x\n") * 1000,
        "&#1" * 300_000,
        "\n" * 1_000_000 + "a",
    ],
    ids=lambda source: source[:10] + "...",
)
def test_no_text_takes_long_for_its_size(source: str) -> None:
    started = time.process_time()
    parsed(source)
    assert time.process_time() - started < 5


# --- Posts


def test_a_file_without_text_is_a_draft_of_no_posts() -> None:
    assert parse("") == parse("\n \n") == parse("---\n---\n") == parse("<!-- later -->\n") == Draft(())
    assert parse("---\ntitle: Later\n---\n") == Draft((), title="Later")


def test_posts_are_separated_by_a_line_of_three_hyphens() -> None:
    assert texts("One.\n---\nTwo.\n\n--- \t\n\nThree.") == ["One.", "Two.", "Three."]


@pytest.mark.parametrize("line", ["----", "--", "- - -", " ---", "--- x", "***", "===", "\u2014"])
def test_no_other_line_separates_posts(line: str) -> None:
    assert texts(f"One.\n{line}\nTwo.") == [f"One.\n{line}\nTwo."]


def test_a_text_keeps_everything_but_the_blank_lines_around_it() -> None:
    assert texts("\n \n  indented\n\n\n* list  \n\t\n") == ["  indented\n\n\n* list  "]


def test_one_backslash_makes_a_separator_text() -> None:
    assert texts("a\n\\---\n\\\\--- \nb") == ["a\n---\n\\--- \nb"]


def test_a_lone_backslash_keeps_a_blank_line_at_an_edge() -> None:
    assert texts("\\\na\n\\") == ["\na\n"]


def test_a_code_fence_means_nothing() -> None:
    assert texts("```\na\n---\nb\n```") == ["```\na", "b\n```"]


@pytest.mark.parametrize(
    ("source", "line", "words"),
    [
        ("a\n---\n", 2, "post 2 is empty"),
        ("a\n---\n---\nb\n", 2, "post 2 is empty"),
        ("a\n\n---\nb\n---\n \n---\n", 5, "post 3 is empty"),
        ("\n---\nb", 2, "post 1 is empty"),
    ],
)
def test_a_separator_needs_a_post_on_both_sides(source: str, line: int, words: str) -> None:
    with pytest.raises(DraftFileError, match=words) as caught:
        parse(source)
    assert (caught.value.line, caught.value.column) == (line, 1)


def test_an_error_names_file_line_and_column_and_is_a_usage_error() -> None:
    with pytest.raises(DraftFileError) as caught:
        parse("One.\r\nTwo <!-- never closed", name="notes.md")
    assert caught.value.message == "notes.md, line 2, column 5: this comment is never closed"
    assert caught.value.details == {"line": 2, "column": 5}
    assert caught.value.exit_code is ExitCode.USAGE


def test_half_a_character_is_refused_where_it_stands() -> None:
    with pytest.raises(DraftFileError) as caught:
        parse("a\nb\ud800")
    assert (caught.value.line, caught.value.column) == (2, 2)


# --- Comments


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("a <!-- x --> b", "a b"),
        ("a<!-- x -->, b", "a, b"),
        ("<!-- x --> a", "a"),
        ("a <!-- x -->", "a"),
        ("a\n<!-- x -->\nb", "a\nb"),
        ("a\n\n<!-- x -->\n\nb", "a\n\nb"),
        ("a\n\n<!-- x --> <!-- y -->\n<!--\nz\n-->\n\nb", "a\n\nb"),
        ("a\n\n\n<!-- x -->\n\n\nb", "a\n\n\n\nb"),
        ("a <!-- x\n---\ny --> b", "a b"),
        ("a <!--> b", "a b"),
        ("\\<!-- x -->", "<!-- x -->"),
        ("\\\\<!-- x -->", "\\<!-- x -->"),
    ],
)
def test_comments_are_not_published(source: str, text: str) -> None:
    assert texts(source) == [text]


def test_a_post_that_is_commented_out_is_no_post() -> None:
    assert texts("a\n---\n<!-- b -->\n---\nc\n---\n<!-- d -->") == ["a", "c"]
    assert texts("<!-- notes -->\n---\na") == ["a"]


# --- Media


def test_media_on_a_line_or_within_one_leave_no_gap() -> None:
    (post,) = parse("a\n\n![first](1.png)\n![second](2.png)\n\nb ![third](3.png) c").posts
    assert post.text == "a\n\nb c"
    assert [media.path for media in post.media] == ["1.png", "2.png", "3.png"]
    assert [media.alt for media in post.media] == ["first", "second", "third"]


@pytest.mark.parametrize(
    ("source", "path", "alt"),
    [
        ("![a](b.png)", "b.png", "a"),
        ("![](b.png)", "b.png", ""),
        ("![a]()", "", "a"),
        ("![a](<>)", "", "a"),
        ("![a](b c (1).png )", "b c (1).png", "a"),
        (r"![a](b\).png)", "b).png", "a"),
        (r"![a](C:\pics\new.png)", r"C:\pics\new.png", "a"),
        ("![a]( <b ) c.png> )", "b ) c.png", "a"),
        (r"![a](<b\>c.png>)", "b>c.png", "a"),
        ("![Figure [1] (left)](b)", "b", "Figure [1] (left)"),
        (r"![a \] \[ b](c)", "c", "a ] [ b"),
        ("![two\nlines](b)", "b", "two\nlines"),
        ("![two&#10;lines](b)", "b", "two\nlines"),
        ("![a <!-- x -->b](c)", "c", "a b"),
        ("![a](https://example.com/x_(1).png?w=1&h=2#top)", "https://example.com/x_(1).png?w=1&h=2#top", "a"),
        ('![a](b.png "title")', 'b.png "title"', "a"),
    ],
)
def test_media_have_a_path_and_a_description(source: str, path: str, alt: str) -> None:
    assert only_media(source) == Media(path, alt)


@pytest.mark.parametrize("text", ["wow![1]", "![a]", "![a] (b)", "![a](b", "![a\n\nb](c)", "![a(b)", "[a](b)", "![]"])
def test_what_is_not_quite_media_is_text(text: str) -> None:
    assert parse(text).posts == (Post(text),)


def test_a_backslash_makes_media_text() -> None:
    assert texts(r"\![a](b)") == ["![a](b)"]
    assert texts(r"\\![a](b)") == [r"\![a](b)"]


# --- Front matter


def test_front_matter_fills_the_fields_and_keeps_other_keys() -> None:
    draft = parse(
        "---\ntitle: Why\naccount: main\nschedule: 2026-08-01 09:30\nreply: following\ntags: [a, 1]\n---\nHi."
    )
    assert draft == Draft((Post("Hi."),), "Why", "main", "2026-08-01 09:30", ReplyControl.FOLLOWING, {"tags": ["a", 1]})


@pytest.mark.parametrize("value", ["yes", "2026", "12:30", "2026-08-01", "1e5", "true", "007", "1_000"])
def test_a_title_stays_the_text_it_is(value: str) -> None:
    assert parse(f"---\ntitle: {value}\nx: 1\n---\n").title == parse(f"---\ntitle: {value}\n---\n").title == value


@pytest.mark.parametrize("value", ["", "~", "null", "''"])
def test_a_key_without_a_value_is_empty(value: str) -> None:
    assert parse(f"---\ntitle: {value}\nreply_control: {value}\n---\n") == Draft(())


@pytest.mark.parametrize(
    ("value", "read"), [("2026-08-01", "2026-08-01"), ("12:30", "12:30"), ("no", "no"), (".inf", ".inf")]
)
def test_values_have_no_surprising_types(value: str, read: str) -> None:
    assert parse(f"---\nwhen: {value}\n---\n").extra == {"when": read}


@pytest.mark.parametrize(
    ("front", "place", "words"),
    [
        ("title: a: b", (2, 9), "not YAML"),
        ("account: @me", (2, 10), "not YAML"),
        ("title: [a", (3, 1), "not YAML"),
        ("title: 'a", (3, 1), "not YAML"),
        ("One post.", (2, 1), "key: value"),
        ("- a", (2, 1), "key: value"),
        ("a: &x 1\nb: *x", (2, 4), "anchors"),
        ("a: 1\nb: *x", (3, 4), "anchors"),
        ("a: !!python/name:os.system x", (2, 4), "tags"),
        ("a: 1\na: 2", (3, 1), "given twice"),
        ("a: {b: 1, b: 2}", (2, 11), "given twice"),
        ("[a]: 1", (2, 1), "key"),
        ("title: \u00fc\x07", (2, 9), "U\\+0007"),
        ("title: [a]", (2, 8), "must be a text"),
        ("reply: nobody", (2, 8), "cannot be 'nobody'"),
        ("reply: everyone\nreply_control: everyone", (3, 1), "same thing"),
        ("a: " + "[" * 5000, (2, 23), "nest"),
        ("a: " + "x" * 16_384, (2, 1), "16 KiB"),
        ("a: 1\n...\nb: 2", (4, 1), "not YAML"),
    ],
)
def test_bad_front_matter_is_told_with_its_place_in_the_file(front: str, place: tuple[int, int], words: str) -> None:
    with pytest.raises(DraftFileError, match=words) as caught:
        parse(f"---\n{front}\n---\nText.")
    assert (caught.value.line, caught.value.column) == place


def test_front_matter_must_be_closed() -> None:
    with pytest.raises(DraftFileError, match="no closing ---") as caught:
        parse("---\ntitle: a\n")
    assert (caught.value.line, caught.value.column) == (1, 1)


def test_front_matter_begins_on_the_first_line_only() -> None:
    with pytest.raises(DraftFileError) as caught:
        parse("\n---\ntitle: a\n---\nText.")
    assert "first line" in caught.value.hint


def test_the_canonical_file_reads_as_markdown() -> None:
    draft = Draft(
        (Post("One.\n---", (Media("a b.png", "It's [here]"),)), Post("", (Media("https://example.com/a_b.png"),))),
        title="Why: a tale",
        reply_control=ReplyControl.VERIFIED,
        extra={"tags": ["a", "b"]},
    )
    assert compose(draft) == (
        "---\ntitle: 'Why: a tale'\nreply_control: verified\ntags:\n- a\n- b\n---\n\n"
        "One.\n\\---\n\n![It's \\[here\\]](<a b.png>)\n\n---\n\n![](https://example.com/a_b.png)\n"
    )


def test_a_known_key_cannot_hide_among_the_unknown() -> None:
    with pytest.raises(ValueError, match="title"):
        compose(Draft((), extra={"title": "x"}))


def test_a_title_too_long_for_front_matter_is_refused() -> None:
    with pytest.raises(DraftFileError, match="16 KiB"):
        compose(Draft((), title="x" * 20_000))


def test_load_names_what_yaml_it_refuses() -> None:
    with pytest.raises(NotFrontMatterError, match="tags"):
        load("a: !x 1\n")
