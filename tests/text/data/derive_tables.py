"""Writes the three tables of `onering_cli/text` that come from elsewhere.

Run it where ``TWITTER_TEXT`` names the directory of npm twitter-text 3.1.0 and the PyPI package ``emoji`` (2.16) is
installed::

    TWITTER_TEXT=…/node_modules/twitter-text PYTHONPATH=tests python tests/text/data/derive_tables.py

twitter-text has not been released since 2020, so only `emoji_sequences.py` will ever change: when X learns the emoji of
a later Unicode, raise `EMOJI_VERSION` in `doubles/twitter_text.py`.
"""

import json
import re
import textwrap
from collections import defaultdict
from pathlib import Path
from typing import Any

from doubles.twitter_text import EMOJI_VERSION, ask, recommended_emoji

TARGET = Path(__file__).parents[3] / "onering_cli" / "text"
TONES = "\U0001f3fb-\U0001f3ff"
ZWJ = "\u200d"


def main() -> None:
    """Write all tables."""
    tables = json.loads(ask("tables"))
    (TARGET / "top_level_domains.py").write_text(domains(tables), encoding="utf-8")
    (TARGET / "entity_characters.py").write_text(characters(tables), encoding="utf-8")
    (TARGET / "emoji_sequences.py").write_text(emoji_sequences(tables), encoding="utf-8")


def domains(tables: dict[str, list[str]]) -> str:
    """The source of `top_level_domains.py`."""
    every = set(tables["gtld"]) | set(tables["cctld"])
    international = sorted(
        (domain for domain in every if not domain.isascii()), key=lambda domain: (-len(domain), domain)
    )
    return f'''"""The top-level domains that X takes for links; the list of 2018 that its counting still uses.

Derived by tests/text/data/derive_tables.py from twitter-text 3.1.0
(https://github.com/twitter/twitter-text), Copyright 2018 Twitter, Inc., Apache-2.0.
"""

_ASCII_DOMAINS_LINE = (
{wrapped(sorted(domain for domain in every if domain.isascii()))}
)
ASCII_DOMAINS = frozenset(_ASCII_DOMAINS_LINE.split())

_INTERNATIONAL_DOMAINS_LINE = (
    # The longest first, as the reference tries them.
{wrapped(international, 60)}
)
INTERNATIONAL_DOMAINS = tuple(_INTERNATIONAL_DOMAINS_LINE.split())
'''


def characters(tables: dict[str, list[list[int]]]) -> str:
    """The source of `entity_characters.py`."""
    classes = {
        "TAG_LETTERS": tables["tag_letter"] + tables["tag_letter_astral"],
        "TAG_OTHERS": tables["tag_other"] + tables["tag_other_astral"],
        "OUTSIDE_DOMAIN": others(tables["domain"], keep="-._"),
        "NOT_BEFORE_LINK": others(tables["before_url"]),
        "LATIN_DOMAIN": tables["ascii_domain"],
        "LATIN_ACCENTS": tables["latin_accent"],
        "PATH": tables["path"],
        "PATH_END": tables["path_end"],
        "QUERY": tables["query"],
        "QUERY_END": tables["query_end"],
        "SPACES": tables["spaces"],
        "AFTER_CASHTAG": tables["after_cashtag"],
    }
    lines = "".join(f"\n{name} = (\n{wrapped_raw(char_class(ranges))}\n)\n" for name, ranges in classes.items())
    return f'''"""The insides of the character classes that hashtags and links are made of, letter case closed over.

Derived by tests/text/data/derive_tables.py from twitter-text 3.1.0
(https://github.com/twitter/twitter-text), Copyright 2018 Twitter, Inc., Apache-2.0. Classes of links hold UTF-16 units.
"""
{lines}'''


def others(ranges: list[list[int]], keep: str = "") -> list[list[int]]:
    """All UTF-16 units that are in no range, nor among those to keep."""
    inside = {unit for first, last in ranges for unit in range(first, last + 1)} | set(map(ord, keep))
    return merge({chr(unit) for unit in range(0x10000) if unit not in inside})


def emoji_sequences(tables: dict[str, Any]) -> str:
    """The source of `emoji_sequences.py`."""
    known = recommended_emoji()
    styled = {text[0] for text in known if text[1:] == "\ufe0f"} | set(map(chr, tables["emoji_style"]))
    toned = {text[0] for text in known if re.fullmatch(f".[{TONES}]", text)} | set(map(chr, tables["toned"]))
    flags = {text for text in known if re.fullmatch("[\U0001f1e6-\U0001f1ff]{2}", text)} | set(tables["flags"])
    groups = joined(known)
    # The reference's own, which Unicode does not list in this form.
    groups["plain"] |= {"👁+🗨", "🕴\ufe0f+♀\ufe0f", "🕴\ufe0f+♂\ufe0f"}
    groups["one_tone"] |= {"🕴+♀\ufe0f", "🕴+♂\ufe0f"}
    letters = sorted("".join(chr(ord(half) - 0x1F1E6 + ord("A")) for half in flag) for flag in flags)
    return f'''"""The emoji of more than one character that X counts as one.

Derived by tests/text/data/derive_tables.py: every sequence that Unicode {EMOJI_VERSION} recommends for interchange
(https://unicode.org/Public/{EMOJI_VERSION}.0.0/emoji/, Unicode-3.0) and those that twitter-text 3.1.0 joins through
twemoji-parser 11.0.2 (https://github.com/twitter/twemoji-parser, MIT). ``+`` stands for ZERO WIDTH JOINER.
"""

_STYLED_LINE = (
    # Followed by VARIATION SELECTOR-16.
{wrapped(sorted(styled), 60)}
)
STYLED = frozenset(_STYLED_LINE.split())

_TONED_LINE = (
    # Followed by a skin tone.
{wrapped(sorted(toned), 60)}
)
TONED = frozenset(_TONED_LINE.split())

_STYLED_AND_TONED_LINE = (
    # Followed by both.
{wrapped(list(map(chr, tables["styled_toned"])))}
)
STYLED_AND_TONED = frozenset(_STYLED_AND_TONED_LINE.split())

_FLAGS_LINE = (
{wrapped(letters)}
)
FLAGS = frozenset(_FLAGS_LINE.split())

_PLAIN_LINE = (
    # No skin tone anywhere.
{wrapped(sorted(groups["plain"]), 60)}
)
PLAIN = frozenset(_PLAIN_LINE.split())

_ONE_TONE_LINE = (
    # One skin tone, here left out.
{wrapped(sorted(groups["one_tone"]), 60)}
)
ONE_TONE = frozenset(_ONE_TONE_LINE.split())

_TWO_TONES_LINE = (
    # Two skin tones, here left out, alike or not.
{wrapped(sorted(groups["two_tones"]), 60)}
)
TWO_TONES = frozenset(_TWO_TONES_LINE.split())

_TWO_UNLIKE_TONES_LINE = (
    # Two skin tones, here left out, that differ; two that are alike have a character of their own.
{wrapped(sorted(groups["two_unlike_tones"]), 60)}
)
TWO_UNLIKE_TONES = frozenset(_TWO_UNLIKE_TONES_LINE.split())
'''


def joined(known: list[str]) -> dict[str, set[str]]:
    """ZWJ sequences with their skin tones taken out, by how many tones they had."""
    tones_of: defaultdict[tuple[str, int], set[str]] = defaultdict(set)
    for text in known:
        if ZWJ in text:
            tones = re.findall(f"[{TONES}]", text)
            if [text[1], text[-1]][: len(tones)] != tones:
                raise ValueError(f"{text!r} has its tones elsewhere than on its first and last character")
            tones_of[re.sub(f"[{TONES}]", "", text).replace(ZWJ, "+"), len(tones)].add("".join(tones))
    names = {(0, 1): "plain", (1, 5): "one_tone", (2, 25): "two_tones", (2, 20): "two_unlike_tones"}
    groups: dict[str, set[str]] = {name: set() for name in names.values()}
    for (skeleton, count), combinations in tones_of.items():
        groups[names[count, len(combinations)]].add(skeleton)
    return groups


def merge(texts: set[str]) -> list[list[int]]:
    """Characters as ranges."""
    ranges: list[list[int]] = []
    for point in sorted(map(ord, texts)):
        if ranges and ranges[-1][1] == point - 1:
            ranges[-1][1] = point
        else:
            ranges.append([point, point])
    return ranges


def char_class(ranges: list[list[int]]) -> list[str]:
    """The inside of a character class, a piece a range."""
    return [escaped(first) if first == last else f"{escaped(first)}-{escaped(last)}" for first, last in ranges]


def escaped(point: int) -> str:
    """A character as it stands in a regular expression's class."""
    if chr(point).isalnum() and chr(point).isascii():
        return chr(point)
    return f"\\x{point:02x}" if point < 0x100 else f"\\u{point:04x}" if point < 0x10000 else f"\\U{point:08x}"


def wrapped(words: list[str], width: int = 108) -> str:
    """Words as lines of one string."""
    lines = textwrap.wrap(" ".join(words), width, break_long_words=False, break_on_hyphens=False)
    return "\n".join(f'    "{line}{" " if number < len(lines) else ""}"' for number, line in enumerate(lines, 1))


def wrapped_raw(pieces: list[str]) -> str:
    """Pieces of a character class as lines of one raw string."""
    lines = textwrap.wrap(" ".join(pieces), 120, break_long_words=False, break_on_hyphens=False)
    return "\n".join(f'    r"{line.replace(" ", "")}"' for line in lines)


if __name__ == "__main__":
    main()
