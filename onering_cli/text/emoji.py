"""Emoji that are written with several characters but count as one.

This module is slow to import and quick to use: `weights` loads it when a text holds a character that joins others.
"""

import re
from collections.abc import Iterator

from onering_cli.text.emoji_sequences import (
    FLAGS,
    ONE_TONE,
    PLAIN,
    STYLED,
    STYLED_AND_TONED,
    TONED,
    TWO_TONES,
    TWO_UNLIKE_TONES,
)

_ZWJ = "\u200d"
_TONES = "\U0001f3fb-\U0001f3ff"
_TONE = re.compile(f"[{_TONES}]")
_REGIONAL_A = 0x1F1E6

# The second character of every sequence, or the first of a flag.
_SECOND = re.compile(f"[\u200d\ufe0f\u20e3{_TONES}\U000e0067]|(?P<regional>[\U0001f1e6-\U0001f1ff])")
_FLAG = re.compile("[\U0001f1e6-\U0001f1ff]{2}")
_KEYCAP = re.compile("[#*0-9]\ufe0f?\u20e3")
_ELEMENT = f"[^{_ZWJ}][\ufe0f{_TONES}]?"
_JOINED = re.compile(f"{_ELEMENT}(?:{_ZWJ}{_ELEMENT}){{1,3}}")
_TAGGED_FLAGS = tuple(
    "\U0001f3f4" + "".join(chr(0xE0000 + ord(letter)) for letter in region) + "\U000e007f"
    for region in ("gbeng", "gbsct", "gbwls")
)


def emoji_sequences(text: str) -> Iterator[tuple[int, int]]:
    """The ranges of emoji of two or more characters, in order."""
    reached = 0
    while (second := _SECOND.search(text, reached)) is not None:
        start = second.start() if second["regional"] else second.start() - 1
        end = None
        if start >= reached:
            end = _flag_end(text, start) if second["regional"] else _sequence_end(text, start)
        if end is None:
            reached = second.end()
        else:
            yield start, end
            reached = end


def _flag_end(text: str, start: int) -> int | None:
    pair = _FLAG.match(text, start)
    if pair is None:
        return None
    region = "".join(chr(ord(half) - _REGIONAL_A + ord("A")) for half in pair[0])
    return pair.end() if region in FLAGS else None


def _sequence_end(text: str, start: int) -> int | None:
    joined = _JOINED.match(text, start)
    if joined is not None:
        length = _joined_length(joined[0].split(_ZWJ))
        if length is not None:
            return start + length
    return _single_end(text, start)


def _single_end(text: str, start: int) -> int | None:
    first, second = text[start], text[start + 1]
    if second == "\ufe0f" and first in STYLED:
        end = start + 2
        return end + 1 if first in STYLED_AND_TONED and _TONE.match(text, end) else end
    if first in TONED and _TONE.match(second):
        return start + 2
    keycap = _KEYCAP.match(text, start)
    if keycap is not None:
        return keycap.end()
    return next((start + len(flag) for flag in _TAGGED_FLAGS if text.startswith(flag, start)), None)


def _joined_length(elements: list[str]) -> int | None:
    """The length of the longest known sequence that starts the elements of a joined one."""
    for count in range(len(elements), 1, -1):
        last = elements[count - 1]
        for ending in (last, last[0]) if len(last) > 1 else (last,):
            sequence = _ZWJ.join([*elements[: count - 1], ending])
            if _is_joined(sequence):
                return len(sequence)
    return None


def _is_joined(sequence: str) -> bool:
    tones = _TONE.findall(sequence)
    skeleton = _TONE.sub("", sequence).replace(_ZWJ, "+")
    if not tones:
        return skeleton in PLAIN
    # The first person's skin and, where there are two persons, the last one's.
    if [sequence[1], sequence[-1]][: len(tones)] != tones:
        return False
    if len(tones) == 1:
        return skeleton in ONE_TONE
    return skeleton in TWO_TONES or (skeleton in TWO_UNLIKE_TONES and tones[0] != tones[1])
