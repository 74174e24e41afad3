"""Untrusted text made safe to show in a terminal."""

import re
from functools import cache

from onering_cli.text.plain_characters import is_plain

_MOST_MARKS = 8
"""Combining marks kept on one character: no orthography needs as many, and more climb over the lines around."""


def printable(text: str, *, newlines: bool = True) -> str:
    """The text without anything that could steer a terminal, turn the reading direction or hide.

    Escape sequences go with their payload (an unterminated one to the end of its line), as do control characters,
    direction marks and invisible formatting. Emoji keep the joiners and styles that make them, scripts that need
    joiners keep theirs. A tab becomes a space, and whatever breaks a line a newline. What is no character at all, as
    half a surrogate pair, becomes U+FFFD. Applying it twice changes nothing more.

    Args:
        text: Untrusted.
        newlines: Keep line breaks; without, each becomes a space.
    """
    if (text.isascii() and text.replace("\n", "").isprintable()) or is_plain(text):
        return text if newlines else text.replace("\n", " ")
    text = _escape_sequences().sub("", text)
    text = _line_breaks().sub("\n" if newlines else " ", text).replace("\t", " ")
    if not text.isascii():
        text = _without_half_characters(text)
        text = _tags().sub(lambda tags: tags["flag"] or "", _invisible().sub("", text))
        text = _stray_joiners().sub("", text)
        text = _piles().sub(lambda pile: _without_excess_marks(pile[0]), text)
    return _controls().sub("", text)


def _without_half_characters(text: str) -> str:
    if _surrogates().search(text):
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")
    return _no_characters().sub("\ufffd", text)


def _without_excess_marks(pile: str) -> str:
    import unicodedata

    kept: list[str] = []
    marks = 0
    for character in pile:
        marks = marks + 1 if unicodedata.category(character) in {"Mn", "Me"} else 0
        if marks <= _MOST_MARKS:
            kept.append(character)
    return "".join(kept)


@cache
def _escape_sequences() -> re.Pattern[str]:
    """The sequences of ECMA-48 (https://ecma-international.org/publications-and-standards/standards/ecma-48/).

    Both forms of each, seven and eight bits wide. An eight-bit introducer of a string counts only where the string
    ends on the same line: in text that was decoded wrongly it is just a letter.
    """
    payload = r"[^\n\v\f\r\x85\u2028\u2029\x07\x18\x1a\x1b\x90\x98\x9b-\x9f]*"
    end = r"(?:\x07|\x1b\\|[\x9c\x18\x1a])"
    return re.compile(
        rf"\x1b[\]PX^_]{payload}{end}?|[\x90\x98\x9d-\x9f]{payload}{end}|"
        r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]?|"
        r"\x1b[ -/]*[0-~]?"
    )


@cache
def _line_breaks() -> re.Pattern[str]:
    return re.compile("\r\n?|[\n\v\f\x85\u2028\u2029]")


@cache
def _controls() -> re.Pattern[str]:
    return re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]")


@cache
def _surrogates() -> re.Pattern[str]:
    return re.compile("[\ud800-\udfff]")


@cache
def _no_characters() -> re.Pattern[str]:
    planes = "".join(f"{chr(plane + 0xFFFE)}{chr(plane + 0xFFFF)}" for plane in range(0, 0x110000, 0x10000))
    return re.compile(f"[\ud800-\udfff\ufdd0-\ufdef{planes}]")


@cache
def _invisible() -> re.Pattern[str]:
    """Format characters and fillers that show nothing, but for joiners, style selectors 15 and 16, and tags."""
    return re.compile(
        "[\x00-\x08\x0e-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f\u202a-\u202e"
        "\u2060-\u206f\u3164\ufe00-\ufe0d\ufeff\uffa0\ufff0-\ufffb\U00013430-\U0001343f\U0001bca0-\U0001bca3"
        "\U0001d173-\U0001d17a]"
    )


@cache
def _tags() -> re.Pattern[str]:
    """Tag characters; only in the flags of England, Scotland and Wales they are not a hidden message."""
    regions = ("".join(chr(0xE0000 + ord(letter)) for letter in region) for region in ("gbeng", "gbsct", "gbwls"))
    return re.compile(f"(?P<flag>\U0001f3f4(?:{'|'.join(regions)})\U000e007f)|[\U000e0000-\U000e0fff]")


@cache
def _stray_joiners() -> re.Pattern[str]:
    """Joiners and style selectors that neither shape an emoji nor a letter."""
    emoji = "[\u203c-\u2bff\u3030\u303d\u3297\u3299\U0001f000-\U0001faff]"
    letter = "[\u0600-\u08ff\u0900-\u0dff\u0f00-\u109f\u1780-\u18af\ua840-\ua87f\uabc0-\uabff\U00010a00-\U0001193f]"
    joins_emoji = f"(?:(?<={emoji})|(?<={emoji}\ufe0f))\u200d(?={emoji})"
    joins_letters = f"(?<={letter})[\u200c\u200d](?={letter})"
    joins_at_end = f"(?<={letter})\u200d(?![\u200c\u200d])"
    styles = f"(?<={emoji})[\ufe0e\ufe0f]|(?<=[\u00a9\u00ae])[\ufe0e\ufe0f]|(?<=[#*0-9])\ufe0f(?=\u20e3)"
    return re.compile(f"(?!{joins_emoji}|{joins_letters}|{joins_at_end}|{styles})[\u200c\u200d\ufe0e\ufe0f]")


@cache
def _piles() -> re.Pattern[str]:
    """Where marks may pile up: a run without Latin letters, ideographs, syllables or emoji."""
    settled = "\u0000-\u02ff\u3000-\u3029\u3030-\u3098\u309b-\u9fff\uac00-\ud7a3\U0001f000-\U0001faff"
    return re.compile(f"[^{settled}]{{{_MOST_MARKS + 1},}}")
