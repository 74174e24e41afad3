"""The clean text of a block, each character tied to the place in the source it came from."""

import re
from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from onering_cli.generation.model import BlockKind

SOFT_BREAK = "\n"
"""The end of a source line within a paragraph: reads as a space."""

HARD_BREAK = "\u2028"
"""A line break the author asked for."""

GAP = "\ufffc"
"""Stands for what cannot be read: an image, a formula. A sentence with one in its middle is no sentence."""


@dataclass(frozen=True, slots=True)
class Strand:
    """Clean text with its origin.

    Args:
        text: The characters as they read.
        starts: For each character, where its source begins; never decreasing.
    """

    text: str
    starts: Sequence[int]

    def slice(self, start: int, end: int) -> "Strand":
        """A part of it."""
        return Strand(self.text[start:end], self.starts[start:end])

    def span_of(self, start: int, end: int) -> tuple[int, int]:
        """The characters that a range of the source became."""
        return bisect_left(self.starts, start), bisect_left(self.starts, end)

    def strip(self) -> "Strand":
        """Without white space at either end."""
        start = len(self.text) - len(self.text.lstrip())
        return self.slice(start, max(start, len(self.text.rstrip())))

    def rewrite(self, pattern: re.Pattern[str], replace: Callable[[re.Match[str]], str]) -> "Strand":
        """Every match of a pattern replaced by text that is no longer than the match.

        A replacement's characters are tied to the first characters of what they replace.
        """
        pieces: list[str] = []
        starts: list[int] = []
        done = 0
        for match in pattern.finditer(self.text):
            replacement = replace(match)
            if replacement == match.group():
                continue
            begin, end = match.span()
            pieces += (self.text[done:begin], replacement)
            starts += self.starts[done:begin]
            starts += self.starts[begin : begin + len(replacement)]
            done = end
        if not done:
            return self
        pieces.append(self.text[done:])
        starts += self.starts[done:]
        return Strand("".join(pieces), starts)

    def unwrap(self, pattern: re.Pattern[str]) -> "Strand":
        """Every match of a pattern replaced by the last of its groups that took part, or by nothing."""
        pieces: list[str] = []
        starts: list[int] = []
        done = 0
        for match in pattern.finditer(self.text):
            begin, end = match.span(match.lastindex) if match.lastindex else (match.start(), match.start())
            pieces += (self.text[done : match.start()], self.text[begin:end])
            starts += self.starts[done : match.start()]
            starts += self.starts[begin:end]
            done = match.end()
        if not done:
            return self
        pieces.append(self.text[done:])
        starts += self.starts[done:]
        return Strand("".join(pieces), starts)

    def cut(self, pattern: re.Pattern[str]) -> "Strand":
        """Every match of a pattern taken out."""
        return self.rewrite(pattern, lambda _: "")


class StrandBuilder:
    """Collects the characters of a block as its markup is read."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._starts: list[int] = []

    def verbatim(self, text: str, start: int) -> None:
        """Add text that stands in the source as it is, from `start` on."""
        self._pieces.append(text)
        self._starts += range(start, start + len(text))

    def placed(self, text: str, starts: Sequence[int]) -> None:
        """Add text that stands in the source piece by piece."""
        self._pieces.append(text)
        self._starts += starts

    def decoded(self, text: str, start: int) -> None:
        """Add text that the source at `start` spells differently: an entity, a line break."""
        self._pieces.append(text)
        self._starts += [start] * len(text)

    def finish(self) -> Strand:
        """What was collected; the builder is empty again afterwards."""
        strand = Strand("".join(self._pieces), self._starts)
        self._pieces, self._starts = [], []
        return strand


@dataclass(frozen=True, slots=True)
class Link:
    """A link in the source: the range its words stand in, and where it points to."""

    start: int
    end: int
    address: str


@dataclass(frozen=True, slots=True)
class Passage:
    """A block of prose as a format's reader found it, before an editor's eye went over it.

    Args:
        strand: Its text, line breaks still in it.
        kind: What it stands in.
        headings: The headings above it, outermost first.
        links: The links in it, in the source's order.
        codes: The ranges of the source that hold inline code.
    """

    strand: Strand
    kind: BlockKind = BlockKind.PARAGRAPH
    headings: tuple[str, ...] = ()
    links: tuple[Link, ...] = ()
    codes: tuple[tuple[int, int], ...] = ()

    def linked_share(self) -> float:
        """How much of its letters and digits are words of links, from 0 to 1."""
        text = self.strand.text
        total = sum(map(str.isalnum, text))
        linked = 0
        for link in self.links:
            begin, end = self.strand.span_of(link.start, link.end)
            linked += sum(map(str.isalnum, text[begin:end]))
        return linked / total if total else 1.0


@dataclass(frozen=True, slots=True)
class Manuscript:
    """What a format's reader hands to the editor.

    Args:
        title: The document's title, or "".
        passages: Its passages in order.
        language: The language it says it is in, or "".
    """

    title: str
    passages: tuple[Passage, ...]
    language: str = ""


LOWEST_LEVEL = 7
"""The level of headings that are none by their markup."""

_HEADING_CHARS = 80
_SENTENCE_ENDS = (".", "!", "?", ",", ";", ":", "…", "。", "！", "？", "：", "”", '"')


def is_heading_like(text: str) -> bool:
    """Whether a block that stands out, by being bold, say, is short and open-ended enough for a heading."""
    text = text.strip()
    return 0 < len(text) <= _HEADING_CHARS and not text.endswith(_SENTENCE_ENDS) and HARD_BREAK not in text


class Outline:
    """The headings above the place that is being read."""

    def __init__(self) -> None:
        self._open: list[tuple[int, str]] = []

    def enter(self, level: int, heading: str) -> None:
        """Go below a heading; those of its level and deeper end."""
        while self._open and self._open[-1][0] >= level:
            self._open.pop()
        if heading:
            self._open.append((level, heading))

    @property
    def path(self) -> tuple[str, ...]:
        """The headings above this place, outermost first."""
        return tuple(heading for _, heading in self._open)
