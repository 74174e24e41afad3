import random
import subprocess
import sys

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from onering_cli.text.graphemes import columns, graphemes


@pytest.mark.parametrize(
    ("text", "clusters"),
    [
        ("", []),
        ("abc", ["a", "b", "c"]),
        ("a\r\nb", ["a", "\r\n", "b"]),
        ("e\u0301a", ["e\u0301", "a"]),
        ("👩‍💻🇩🇪🇺🇸", ["👩‍💻", "🇩🇪", "🇺🇸"]),
        ("👍🏽1️⃣", ["👍🏽", "1️⃣"]),
        ("क्षि", ["क्षि"]),
        ("กำ", ["กำ"]),
        ("\u1112\u1161\u11ab글", ["\u1112\u1161\u11ab", "글"]),
    ],
)
def test_a_grapheme_is_what_a_reader_takes_for_one_character(text: str, clusters: list[str]) -> None:
    assert list(graphemes(text)) == clusters


@given(st.text(max_size=80))
def test_graphemes_are_those_of_unicode_and_lose_nothing(text: str) -> None:
    clusters = list(graphemes(text))
    assert clusters == regex.findall(r"\X", text)
    assert "".join(clusters) == text


def test_the_quick_way_cuts_characters_that_stand_alone_as_unicode_does() -> None:
    blocks = [
        *range(0x20, 0x300),
        *range(0x370, 0x530),
        *range(0x2010, 0x2C00),
        *range(0x3000, 0xA000),
        *range(0xAC00, 0xD7A4),
    ]
    characters = [chr(point) for point in [*blocks, *range(0xFF01, 0xFF9E), *range(0x1F300, 0x1FB00)]]
    random.Random(1).shuffle(characters)  # noqa: S311 - seeded for repeatability, not for secrets
    for start in range(0, len(characters), 40):
        text = "".join(characters[start : start + 40])
        assert list(graphemes(text)) == regex.findall(r"\X", text)


@pytest.mark.parametrize(
    ("text", "cells"),
    [
        ("", 0),
        ("plain", 5),
        ("naïve “café” — 5 €", 18),
        ("日本語", 6),
        ("ﾊﾝｶｸ", 4),
        ("한글", 4),
        ("\u1112\u1161\u11ab", 2),
        ("e\u0301", 1),
        ("สวัสดี", 4),
        ("नमस्ते", 4),
        ("😀", 2),
        ("👩‍💻", 2),
        ("👨‍👩‍👧‍👦", 2),
        ("👍🏽", 2),
        ("🇩🇪", 2),
        ("1️⃣", 2),
        ("❤️", 2),
        ("☺", 1),
        ("🫪", 2),  # of Unicode 17, which no Python knows yet
        ("a\u200b\u200e\u0007b", 2),
    ],
)
def test_columns_are_the_cells_that_a_terminal_fills(text: str, cells: int) -> None:
    assert columns(text) == cells


@given(st.text(max_size=40), st.text(max_size=40))
def test_lines_side_by_side_are_as_wide_as_both(left: str, right: str) -> None:
    assert columns(f"{left}\n{right}") == columns(left) + columns(right)


def test_western_text_is_cut_and_measured_without_the_regex_package() -> None:
    code = (
        "import sys; from onering_cli.text.graphemes import columns, graphemes;"
        "text = 'It’s 5 € — naïve 😀 日本'; list(graphemes(text)); columns(text); print('regex' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    assert done.stdout.strip() == "False"
