"""What a reader takes for one character, and how many terminal cells it fills."""

import re
from collections.abc import Iterator
from functools import cache


def graphemes(text: str) -> Iterator[str]:
    """The extended grapheme clusters of `text` in order (https://www.unicode.org/reports/tr29/); joined they are it."""
    if _stands_alone(text):
        yield from text
        return
    import regex

    for cluster in regex.finditer(r"\X", text):
        yield cluster[0]


def columns(text: str) -> int:
    """How many cells `text` fills in a terminal: two for wide characters and emoji, none for marks and controls.

    Source: https://www.unicode.org/reports/tr11/ and what terminals that know clusters draw: an emoji that its style,
    its skin or its joiners make is one wide character.
    """
    if text.isascii():
        return len(text) if text.isprintable() else sum(character.isprintable() for character in text)
    if _narrow().fullmatch(text):
        return len(text)
    return sum(map(_cells_of_cluster, graphemes(text)))


def _cells_of_cluster(cluster: str) -> int:
    if len(cluster) > 1 and _one_wide_emoji().search(cluster):
        return 2
    return sum(map(_cells, cluster))


def _cells(character: str) -> int:
    import unicodedata

    category = unicodedata.category(character)
    if category in {"Mn", "Me", "Mc", "Cc", "Cs", "Zl", "Zp"} or _follows_in_syllable(character):
        return 0
    if category == "Cf":
        return 1 if character in _VISIBLE_FORMATS else 0
    if category == "Cn":  # newer than this Python: emoji and ideographs are wide
        return 2 if "\U0001f000" <= character <= "\U0001faff" or "\U00020000" <= character <= "\U0003fffd" else 1
    return 2 if unicodedata.east_asian_width(character) in {"W", "F"} else 1


_VISIBLE_FORMATS = "\u00ad\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd"


def _follows_in_syllable(character: str) -> bool:
    """Vowels and final consonants of Korean syllables that are written letter by letter."""
    return "\u1160" <= character <= "\u11ff" or "\ud7b0" <= character <= "\ud7fb"


def _stands_alone(text: str) -> bool:
    """Whether no character can join its neighbour; it saves loading `regex`, which takes as long as Python's start."""
    return "\r" not in text and (text.isascii() or _alone().fullmatch(text) is not None)


@cache
def _alone() -> re.Pattern[str]:
    """Letters without marks, punctuation, arrows, ideographs, syllables, and emoji without what styles them."""
    return re.compile(
        "[\u0000-\u02ff\u0370-\u0482\u048a-\u0558\u2010-\u2027\u2030-\u205e\u20a0-\u20c0\u2100-\u2bff\u3000-\u3029"
        "\u3030-\u3098\u309b-\u9fff\uac00-\ud7a3\uff01-\uff9d\U0001f300-\U0001f3fa\U0001f400-\U0001faff]*"
    )


@cache
def _narrow() -> re.Pattern[str]:
    """Scripts of one cell a character, without marks."""
    return re.compile(
        "[ -~\u00a0-\u00ac\u00ae-\u02ff\u0370-\u0377\u0384-\u0482\u048a-\u052f\u2010-\u2027\u2030-\u205e\u20a0-\u20bf]*"
    )


@cache
def _one_wide_emoji() -> re.Pattern[str]:
    """An emoji with its style, its skin or its joiners, a keycap, a flag."""
    emoji = "\u203c-\u3299\U0001f000-\U0001faff"
    return re.compile(
        f"[{emoji}\u00a9\u00ae#*0-9]\ufe0f|\u20e3|[\U0001f1e6-\U0001f1ff]{{2}}|[{emoji}][\U0001f3fb-\U0001f3ff]|"
        f"\u200d[{emoji}]"
    )
