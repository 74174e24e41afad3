"""Where X finds links, cashtags, mentions and hashtags in a text."""

import re
from bisect import bisect_left
from collections.abc import Iterator
from enum import IntEnum
from functools import cache
from itertools import accumulate
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from onering_cli.text.links import Link

_SURROGATE = re.compile("[\ud800-\udfff]")
_DOT_BEFORE_LETTER = re.compile(r"\.[A-Za-z\u0080-\uffff]")


class Kind(IntEnum):
    """What an entity is; of two that start together the lower one counts."""

    LINK = 0
    MENTION = 1
    HASHTAG = 2
    CASHTAG = 3


def find_entities(text: str) -> list[tuple[int, int, Kind]]:
    """The entities of `text` in order as half-open ranges; of two that overlap, the one that starts first counts."""
    whole = joined_surrogates(text)
    found = [(link.start, link.end, Kind.LINK) for link in links_of(whole)]
    found += [(start, end, Kind.MENTION) for start, end in _mentions(whole)]
    found += [(start, end, Kind.HASHTAG) for start, end in _hashtags(whole)]
    found += [(start, end, Kind.CASHTAG) for start, end in _cashtags(whole)]
    entities = []
    reached = 0
    for start, end, kind in sorted(found, key=lambda entity: (entity[0], entity[2])):
        if start >= reached:
            reached = end
            entities.append((start, end, kind))
    if whole == text:
        return entities
    original, joined = _unit_starts(text), _unit_starts(whole)
    return [
        (bisect_left(original, joined[start]), bisect_left(original, joined[end]), kind)
        for start, end, kind in entities
    ]


def links_of(text: str) -> "list[Link]":
    """The links of a text whose surrogates are joined."""
    if "." not in text or _DOT_BEFORE_LETTER.search(text) is None:
        return []
    from onering_cli.text.links import find_links

    return find_links(text)


def joined_surrogates(text: str) -> str:
    """The text with surrogates that form a pair joined; those that stand alone stay."""
    if text.isascii() or _SURROGATE.search(text) is None:
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")


def _unit_starts(text: str) -> list[int]:
    """Where each character starts when counted in UTF-16 units, and where the last one ends."""
    return list(accumulate((2 if character > "\uffff" else 1 for character in text), initial=0))


def _mentions(text: str) -> Iterator[tuple[int, int]]:
    if "@" in text or "\uff20" in text:
        for mention in _mention().finditer(text):
            if _after_mention().match(text, mention.end()) is None:
                yield mention.span("mention")


def _hashtags(text: str) -> Iterator[tuple[int, int]]:
    if "#" in text or "\uff03" in text:
        for hashtag in _hashtag().finditer(text):
            if not text.startswith(("#", "\uff03", "://"), hashtag.end()):
                yield hashtag.span("hashtag")


def _cashtags(text: str) -> Iterator[tuple[int, int]]:
    if "$" in text:
        for cashtag in _cashtag().finditer(text):
            yield cashtag.span("cashtag")


@cache
def _mention() -> re.Pattern[str]:
    before = r"(?:\A|[^a-zA-Z0-9_!#$%&*@\uff20]|(?:\A|[^a-zA-Z0-9_+~.-])[rR][tT]:?)"
    return re.compile(rf"{before}(?P<mention>[@\uff20][a-zA-Z0-9_]{{1,20}}(?:/[a-zA-Z][a-zA-Z0-9_-]{{0,24}})?)")


@cache
def _after_mention() -> re.Pattern[str]:
    from onering_cli.text.entity_characters import LATIN_ACCENTS

    return re.compile(rf"[@\uff20{LATIN_ACCENTS}]|://")


@cache
def _hashtag() -> re.Pattern[str]:
    from onering_cli.text.entity_characters import TAG_LETTERS, TAG_OTHERS

    word = f"[{TAG_LETTERS}{TAG_OTHERS}]"
    before = rf"(?:\A|[\ufe0e\ufe0f]|[^{TAG_LETTERS}{TAG_OTHERS}&\ud800-\udfff])"
    return re.compile(rf"{before}(?P<hashtag>[#\uff03](?![\ufe0f\u20e3]){word}*[{TAG_LETTERS}]{word}*)")


@cache
def _cashtag() -> re.Pattern[str]:
    from onering_cli.text.entity_characters import AFTER_CASHTAG, SPACES

    symbol = r"\$[a-zA-Z]{1,6}(?:[._][a-zA-Z]{1,2})?"
    return re.compile(rf"(?:\A|[{SPACES}])(?P<cashtag>{symbol})(?=\Z|[{AFTER_CASHTAG}])")
