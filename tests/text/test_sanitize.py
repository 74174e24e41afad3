import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onering_cli.text.sanitize import printable

BIDI = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
VISIBLE_FORMATS = "\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd"

nasty = st.lists(
    st.one_of(
        st.sampled_from(
            [
                "\x1b",
                "\x1b[",
                "\x1b]",
                "\x1bP",
                "\x1b\\",
                "\x9b",
                "\x9d",
                "\x9c",
                "\x90",
                "\x07",
                "31m",
                "52;c;",
                "\n",
                "\r",
                "\t",
                "\x18",
                *BIDI,
                "\u200b",
                "\u200c",
                "\u200d",
                "︎",
                "️",
                "⃣",
                "\U000e0067",
                "\U000e007f",
                "🏴",
                "👩",
                "💻",
                "1",
                "#",
                "́",
                "҉",
                "م",
                "क",
                "्",
                "a",
                "é",
                "�",
                "�",
                "\ufdd0",
                "\u2028",
                "\x85",
                "ㅤ",
                "͏",
                "\u180e",
            ]
        ),
        st.characters(codec=None),
    ),
    max_size=30,
).map("".join)


@given(nasty, st.booleans())
def test_nothing_that_steers_turns_or_hides_survives(text: str, newlines: bool) -> None:
    for character in printable(text, newlines=newlines):
        if character == "\n":
            assert newlines
        else:
            category = unicodedata.category(character)
            assert category not in {"Cc", "Cs", "Zl", "Zp"}
            assert (
                category != "Cf"
                or character in VISIBLE_FORMATS + "\u200c\u200d"
                or "\U000e0061" <= character <= "\U000e007f"
            )
            assert character not in BIDI


@given(nasty, st.booleans())
def test_a_second_time_changes_nothing(text: str, newlines: bool) -> None:
    once = printable(text, newlines=newlines)
    assert printable(once, newlines=newlines) == once


@given(nasty)
def test_the_result_can_be_written_to_any_stream(text: str) -> None:
    assert printable(text).encode().decode() == printable(text)


@given(
    st.text(
        st.characters(categories=["L", "Nd", "P", "S", "Zs"], exclude_characters="\u115f\u1160\u3164\uffa0"),
        max_size=60,
    )
)
def test_letters_digits_and_signs_stay_as_they_are(text: str) -> None:
    assert printable(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x1b[38;2;1;2;3mx\x1b[?25l\x1b[2J", "x"),
        ("\x1b]52;c;c2VjcmV0\x07done", "done"),
        ("\x1b]52;c;c2VjcmV0\x1b\\done", "done"),
        ("\x1b]52;c;c2VjcmV0\x9cdone", "done"),
        ("\x9d52;c;c2VjcmV0\x9cdone", "done"),
        ("\x1b]8;;https://evil.example\x1b\\text\x1b]8;;\x1b\\", "text"),
        ("\x1bPq#0;2;0;0;0\x1b\\a\x1b_hidden\x1b\\b\x1b^hidden\x1b\\c\x1bXhidden\x1b\\d", "abcd"),
        ("\x9b31mred\x9b0m", "red"),
        ("\x1bc\x1b(B\x1b7\x1b=x", "x"),
        ("a\x1b[31", "a"),
        ("a\x1b", "a"),
        ("\x1b\x1b[m[31m", "[31m"),
        ("\x1b[3\x18text", "text"),
        ("progress 10%\rprogress 20%", "progress 10%\nprogress 20%"),
        ("rm -rf ~\b\b\b\b\b\b\b\bls", "rm -rf ~ls"),
    ],
)
def test_escape_sequences_go_with_their_payload(text: str, shown: str) -> None:
    assert printable(text) == shown


def test_a_sequence_without_an_end_takes_no_more_than_its_line() -> None:
    assert printable("a\x1b]0;title never ends\nsecond line\x07") == "a\nsecond line"


def test_letters_that_were_decoded_wrongly_take_no_text_with_them() -> None:
    assert printable("Dvo\x9eák said \x93yes\x94") == "Dvoák said yes"


def test_direction_marks_cannot_turn_a_file_name_around() -> None:
    assert printable("invoice\u202egnp.exe\u2066!\u2069") == "invoicegnp.exe!"


def test_messages_hidden_in_tags_and_selectors_go() -> None:
    hidden = "".join(chr(0xE0000 + ord(letter)) for letter in "ignore all")
    assert printable(f"Hi{hidden} 葛\U000e0100\U000e0101 a\ufe00\ufe01\u200b\u2060\ufeff") == "Hi 葛 a"


@pytest.mark.parametrize(
    "text",
    ["👩‍💻 ❤️‍🔥 ☺︎ ©️ 1️⃣ #️⃣ 🇩🇪 👍🏽", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "می‌خواهم", "ക്‍", "श्‍र क्‌ष", "e\u0301", "שָׁלוֹם", "Tiếng Việt", "บำรุง", "བསྒྲུབས", "￼"],
)
def test_emoji_and_scripts_keep_what_shapes_them(text: str) -> None:
    assert printable(text) == text
    assert printable(unicodedata.normalize("NFD", text)) == unicodedata.normalize("NFD", text)


def test_joiners_and_styles_that_shape_nothing_go() -> None:
    assert printable("a\u200db\u200cc\ufe0f 1\ufe0f 👩\u200d 👩\ufe0f\ufe0f") == "abc 1 👩 👩\ufe0f"


def test_marks_do_not_pile_up_over_the_lines_around() -> None:
    assert printable("Z" + "\u0301" * 500 + "a\u0489" * 2) == "Z" + "\u0301" * 8 + "a\u0489" * 2


def test_what_is_no_character_becomes_the_replacement_character() -> None:
    assert printable("a\ud800b\udc00\ufffe\U0010ffff") == "a\ufffdb\ufffd\ufffd\ufffd"
    assert printable("\ud83d\ude00") == "😀"


def test_every_line_break_becomes_a_newline_or_a_space() -> None:
    text = "a\r\nb\rc\nd\u2028e\u2029f\x85g\vh\fi\tj"
    assert printable(text) == "a\nb\nc\nd\ne\nf\ng\nh\ni j"
    assert printable(text, newlines=False) == "a b c d e f g h i j"


@pytest.mark.parametrize(
    "text",
    ["\x9d" * 50_000, "\x1b]" * 50_000, "\x9d" + "a" * 100_000, "\u200d" * 50_000, "Z" + "\u0301" * 50_000],
    ids=["strings", "introducers", "payload", "joiners", "marks"],
)
def test_no_text_takes_more_than_linear_time(text: str) -> None:
    started = time.process_time()
    printable(text)
    assert time.process_time() - started < 1.0  # some 0.03 s; where work grew squarely, 15 s
