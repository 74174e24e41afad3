"""What a text weighs on X: the counting of twitter-text, configuration version 3.

Source: https://docs.x.com/fundamentals/counting-characters and twitter-text 3.1.0 (2020), whose `weightedLength` this
equals, but for emoji that are newer than it: there each sequence that Unicode recommends counts 2, as X shows it.
"""

from functools import cache
from typing import TYPE_CHECKING

from onering_cli.record import record
from onering_cli.text.plain_characters import is_plain

if TYPE_CHECKING:
    import re

    from onering_cli.text.links import Link

LIMIT_WEIGHT = 280
"""The most an ordinary account's post may weigh (https://docs.x.com/fundamentals/counting-characters, 2025)."""

PREMIUM_LIMIT_WEIGHT = 25_000
"""The most a Premium account's post may weigh (https://help.x.com/en/using-x/x-premium, 2025)."""

LINK_WEIGHT = 23
"""What every link weighs, however long: X replaces it by one of t.co."""

_EMOJI_WEIGHT = 2
_HALF_CHARACTER_WEIGHT = 2


@record
class Extent:
    """A half-open range of a text, and the characters in it."""

    start: int
    end: int
    text: str


@record
class Measurement:
    """What a text weighs and what X finds in it; the extents index into the text as it was given.

    Args:
        weight: The weighted length.
        links: Addresses, bare domains included.
        cashtags: With their dollar sign.
        mentions: With their at sign; lists (``@user/list``) among them.
        hashtags: With their hash sign.
    """

    weight: int
    links: tuple[Extent, ...]
    cashtags: tuple[Extent, ...]
    mentions: tuple[Extent, ...]
    hashtags: tuple[Extent, ...]


def measure(text: str) -> Measurement:
    """The weight of `text` and the entities in it."""
    from onering_cli.text.entities import Kind, find_entities

    extents: dict[Kind, list[Extent]] = {kind: [] for kind in Kind}
    for start, end, kind in find_entities(text):
        extents[kind].append(Extent(start, end, text[start:end]))
    return Measurement(
        weight=weigh(text),
        links=tuple(extents[Kind.LINK]),
        cashtags=tuple(extents[Kind.CASHTAG]),
        mentions=tuple(extents[Kind.MENTION]),
        hashtags=tuple(extents[Kind.HASHTAG]),
    )


def weigh(text: str) -> int:
    """The weighted length of `text`, as X counts it against a post's limit."""
    if text.isascii():
        return len(text) + sum(LINK_WEIGHT - link.length for link in _links(text))
    normal = _normalised(text)
    weight = _weight_of_characters(normal)
    reached = 0
    for start, end, replacement_weight in _replacements(normal):
        if start >= reached:
            weight += replacement_weight - _weight_of_characters(normal[start:end])
            reached = end
    return weight


def _links(text: str) -> "list[Link]":
    if "." not in text:
        return []
    from onering_cli.text.entities import links_of

    return links_of(text)


def _replacements(text: str) -> list[tuple[int, int, int]]:
    """Ranges that have a weight of their own, with that weight; where a link and an emoji start together, the link."""
    links = [
        (link.start, link.start + link.length, LINK_WEIGHT + (_HALF_CHARACTER_WEIGHT if link.ends_in_half else 0))
        for link in _links(text)
    ]
    if is_plain(text) or _joining().search(text) is None:
        return links
    from onering_cli.text.emoji import emoji_sequences

    emoji = [(start, end, _EMOJI_WEIGHT) for start, end in emoji_sequences(text)]
    return sorted(links + emoji, key=lambda replacement: (replacement[0], -replacement[2])) if links else emoji


def _weight_of_characters(text: str) -> int:
    return len(text) + sum(map(len, _heavy().findall(text)))


def _normalised(text: str) -> str:
    if is_plain(text) or _normal().fullmatch(text):
        return text
    import unicodedata

    from onering_cli.text.entities import joined_surrogates

    return unicodedata.normalize("NFC", joined_surrogates(text))


@cache
def _heavy() -> "re.Pattern[str]":
    """All but the ranges that weigh 1: U+0000 to 10FF, 2000 to 200D, 2010 to 201F and 2032 to 2037."""
    import re

    return re.compile("[^\u0000-\u10ff\u2000-\u200d\u2010-\u201f\u2032-\u2037]+")


@cache
def _normal() -> "re.Pattern[str]":
    """Characters that no normalisation touches, nor what stands beside them."""
    import re

    return re.compile(
        "[\u0000-\u02ff\u2010-\u2027\u2030-\u205e\u20a0-\u20c0\u3001-\u3029\u3041-\u3096\u30a1-\u30fa\u4e00-\u9fff"
        "\uff01-\uff60\U0001f300-\U0001faff\ufe0f\u200d]*"
    )


@cache
def _joining() -> "re.Pattern[str]":
    """What no emoji of several characters is without."""
    import re

    return re.compile("[\u200d\u20e3\ufe0f\U0001f1e6-\U0001f1ff\U0001f3fb-\U0001f3ff\U000e007f]")
