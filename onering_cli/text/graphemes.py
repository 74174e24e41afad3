"""What a reader takes for one character, and how many terminal cells it fills."""

import unicodedata
from collections.abc import Iterator

_EMOJI_PRESENTATION = "\ufe0f"


def graphemes(text: str) -> Iterator[str]:
    """Extended grapheme clusters (UAX #29), in order; joined they are `text`."""
    if text.isascii() and "\r\n" not in text:
        yield from text
        return
    import regex

    yield from regex.findall(r"\X", text)


def columns(text: str) -> int:
    """Terminal cells: two for wide characters and emoji, none for marks (UAX #11)."""
    if text.isascii():
        return len(text)
    return sum(_cells(grapheme) for grapheme in graphemes(text))


def _cells(grapheme: str) -> int:
    if _EMOJI_PRESENTATION in grapheme:
        return 2
    return max((_character_cells(character) for character in grapheme), default=0)


def _character_cells(character: str) -> int:
    if unicodedata.combining(character) or unicodedata.category(character) in ("Mn", "Me", "Cf", "Cc"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in ("W", "F") else 1
