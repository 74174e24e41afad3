"""The short way for plain text is the long way's answer."""

from __future__ import annotations

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from onering_cli.text.plain_characters import _plain, is_plain
from onering_cli.text.sanitize import printable
from onering_cli.text.weights import weigh

PLAIN = st.text(st.sampled_from(sorted(_plain())), max_size=300)
# Takes the long way, weighs 2 and stays apart from what stands before it.
FOREIGN = "\u4e2d"


@given(PLAIN)
def test_plain_text_is_printable_normal_and_weighs_the_same_both_ways(text: str) -> None:
    assert is_plain(text)
    assert not is_plain(text + FOREIGN)
    assert printable(text) == text == printable(text + FOREIGN).removesuffix(FOREIGN)
    assert printable(text, newlines=False) == text.replace("\n", " ")
    assert unicodedata.normalize("NFC", text) == text
    if "." not in text:  # no link that what follows could change
        assert weigh(text + FOREIGN) == weigh(text) + 2


def test_what_steers_joins_or_hides_is_not_plain() -> None:
    for character in "\x1b\x7f\x9b\xad\u0301\u200b\u200d\u200e\u2028\u202e\u2060\ufe0f\ufeff\u20e3\r\t\0":
        assert not is_plain(f"a{character}b"), hex(ord(character))
