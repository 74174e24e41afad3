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
_HASH_SIGN = re.compile("[#\uff03]")
_ASCII_WORD = re.compile("[0-9A-Za-z_]*")
_DOT_BEFORE_LETTER = re.compile(r"\.[^\x00-@\[-`{-\x7f]")


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
    reached = 0
    for sign in _HASH_SIGN.finditer(text):
        start = sign.start()
        # What stands before a tag must be no part of another.
        if start < reached or (start and (start - 1 < reached or not _allows_hashtag(text[start - 1]))):
            continue
        end = _word_end(text, start + 1)
        if text.startswith(("\ufe0f", "\u20e3"), start + 1) or not _has_letter(text[start + 1 : end]):
            continue
        reached = end
        if not text.startswith(("#", "\uff03", "://"), end):
            yield start, end


def _allows_hashtag(before: str) -> bool:
    if before.isascii():
        return not (before.isalnum() or before in "_&")
    return before in "\ufe0e\ufe0f" or not ("\ud800" <= before <= "\udfff" or _tag_word().match(before))


def _word_end(text: str, start: int) -> int:
    """Where the letters, digits and connecting signs of a tag end."""
    ascii_word = _ASCII_WORD.match(text, start)
    end = ascii_word.end() if ascii_word else start
    if text[end : end + 1].isascii():
        return end
    word = _tag_word().match(text, end)
    return word.end() if word else end


def _has_letter(word: str) -> bool:
    if word.isascii():
        return any(character.isalpha() for character in word)
    return _tag_letter().search(word) is not None


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
def _tag_word() -> re.Pattern[str]:
    from onering_cli.text.entity_characters import TAG_LETTERS, TAG_OTHERS

    return re.compile(f"[{TAG_LETTERS}{TAG_OTHERS}]+")


@cache
def _tag_letter() -> re.Pattern[str]:
    """Any character of a tag's word that is no digit or connecting sign."""
    from onering_cli.text.entity_characters import TAG_OTHERS

    return re.compile(f"[^{TAG_OTHERS}]")


@cache
def _cashtag() -> re.Pattern[str]:
    from onering_cli.text.entity_characters import AFTER_CASHTAG, SPACES

    symbol = r"\$[a-zA-Z]{1,6}(?:[._][a-zA-Z]{1,2})?"
    return re.compile(rf"(?:\A|[{SPACES}])(?P<cashtag>{symbol})(?=\Z|[{AFTER_CASHTAG}])")
