"""Where a text may be cut, and how much a reader would mind."""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from enum import IntEnum
from functools import cache
from itertools import pairwise

from onering_cli.record import record
from onering_cli.text.graphemes import graphemes
from onering_cli.text.sentences import sentence_boundaries
from onering_cli.text.weights import measure, weigh

_CUTS_IN_A_POST = 20


class Level(IntEnum):
    """What ends at a cut; the value is how much a reader minds it."""

    PARAGRAPH = 0
    LINE = 15
    SENTENCE = 30
    CLAUSE = 130
    WORD = 250
    SYLLABLE = 260
    """Between two characters of a script that is written without spaces."""
    LETTER = 600
    ENTITY = 5_000
    """Beside a sign that could make a mention, a tag or a link of what follows it."""


@record
class Cut:
    """A place between two posts: one ends at `end`, the next starts at `start`; white space between them goes."""

    end: int
    start: int
    level: Level


class Manuscript:
    """A text with its possible cuts and the weight of what lies between any two of them."""

    def __init__(self, text: str) -> None:
        self.text = text
        found = measure(text)
        links = [(link.start, link.end) for link in found.links]
        others = (*found.mentions, *found.hashtags, *found.cashtags)
        self._whole = sorted([*links, *((extent.start, extent.end) for extent in others)])
        self._weights = _running_weights(text, links)
        self._is_composed = text.isascii() or unicodedata.is_normalized("NFC", text)
        lead = _space().match(text)
        self.start = lead.end() if lead else 0
        self.end = len(text)
        while self.end > self.start and _space().match(text, self.end - 1):
            self.end -= 1

    def weight(self, start: int, end: int) -> int:
        """The weight from `start` to `end`, both places of a cut; a link that only the cut makes saves nothing."""
        weight = self._weights[end] - self._weights[start]
        if "." in self.text[start:end] and not self._is_apart(start, end):
            return max(weight, weigh(self.text[start:end]))
        return weight

    def _is_apart(self, start: int, end: int) -> bool:
        """Whether the links in the range are those of the text: white space is all around, letters are composed."""
        beside = (self.text[max(start - 1, 0) : start], self.text[end : end + 1])
        return self._is_composed and all(not character or _space().match(character) for character in beside)

    def cuts(self, room: int, *, loose_from: int | None = None) -> list[Cut]:
        """The possible cuts in order, the text's own end the last.

        A sentence that fits into `room` is cut nowhere, nor is a clause of a longer one, nor a word of a longer clause;
        but behind `loose_from` sentences are cut between words whether they fit or not.
        """
        final = Cut(self.end, self.end, Level.PARAGRAPH)
        cuts = self._allowed([*_paragraphs(self.text), *_lines(self.text), *_sentences(self.text)])
        for finer in (_clauses, _words, _letters):
            refined: list[Cut] = []
            start = self.start
            for cut in [*cuts, final]:
                loose = loose_from is not None and cut.end > loose_from and finer is not _letters
                if loose or self.weight(start, cut.end) > room:
                    finer_cuts = self._allowed(finer(self.text, start, cut.end))
                    refined += self._thinned(finer_cuts, room) if finer is _letters else finer_cuts
                refined.append(cut)
                start = cut.start
            cuts = self._allowed(refined)
        return [*cuts, final]

    def _allowed(self, cuts: Iterable[Cut]) -> list[Cut]:
        """The cuts in order, at each place the best one, none at the text's ends or within what stays whole."""
        best: dict[int, Cut] = {}
        for cut in cuts:
            if self.start < cut.end and cut.start < self.end and not self._divides(cut):
                known = best.get(cut.start)
                if known is None or cut.level < known.level:
                    best[cut.start] = cut
        return [best[start] for start in sorted(best)]

    def _thinned(self, cuts: list[Cut], room: int) -> list[Cut]:
        """Fewer cuts between letters, which are all alike: the best of each part of a post, and any alone."""
        step = max(room // _CUTS_IN_A_POST, 1)
        places = [self._weights[cut.end] for cut in cuts]
        best: dict[int, Cut] = {}
        for cut, place in zip(cuts, places, strict=True):
            known = best.get(place // step)
            if known is None or cut.level <= known.level:
                best[place // step] = cut
        kept = set(best.values())
        for (left, before), (right, behind) in pairwise(zip(cuts, places, strict=True)):
            if behind - before > step:
                kept |= {left, right}
        return sorted(kept, key=lambda cut: cut.start)

    def _divides(self, cut: Cut) -> bool:
        place = bisect_right(self._whole, (cut.end, len(self.text))) - 1
        return place >= 0 and self._whole[place][0] < cut.end < self._whole[place][1]


def _running_weights(text: str, links: list[tuple[int, int]]) -> list[int]:
    """The weight of the first 0, 1, 2 … characters; a grapheme's or link's weight counts at its first character."""
    if text.isascii() and not links:
        return list(range(len(text) + 1))
    weights = [0]
    place = 0
    for start, end in [*links, (len(text), len(text))]:
        for cluster in graphemes(text[place:start]):
            weights += [weights[-1] + weigh(cluster)] * len(cluster)
        if start < end:
            weights += [weights[-1] + weigh(text[start:end])] * (end - start)
        place = end
    return weights


def _paragraphs(text: str) -> Iterator[Cut]:
    for gap in _space().finditer(text):
        if len(_line_break().findall(gap[0])) > 1 or "\u2029" in gap[0]:
            yield Cut(gap.start(), gap.end(), Level.PARAGRAPH)


def _lines(text: str) -> Iterator[Cut]:
    for gap in _space().finditer(text):
        if _line_break().search(gap[0]):
            yield Cut(gap.start(), gap.end(), Level.LINE)


def _sentences(text: str) -> Iterator[Cut]:
    for end in sentence_boundaries(text):
        yield _cut_at(text, end, Level.SENTENCE)


def _clauses(text: str, start: int, end: int) -> Iterator[Cut]:
    for clause in _clause_end().finditer(text, start, end):
        yield _cut_at(text, clause.end(), Level.CLAUSE)


def _words(text: str, start: int, end: int) -> Iterator[Cut]:
    for gap in _space().finditer(text, start, end):
        yield Cut(gap.start(), gap.end(), Level.WORD)


def _letters(text: str, start: int, end: int) -> Iterator[Cut]:
    place = start
    before = ""
    for cluster in graphemes(text[start:end]):
        if before and not (_space().match(before) or _space().match(cluster)):
            yield Cut(place, place, _level_between(before, cluster))
        place += len(cluster)
        before = cluster


def _level_between(before: str, behind: str) -> Level:
    if _makes_entities().search(before + behind):
        return Level.ENTITY
    if behind[0] in _NOT_FIRST or before[-1] in _NOT_LAST:
        return Level.LETTER
    return Level.SYLLABLE if _spaceless().match(before) or _spaceless().match(behind) else Level.LETTER


def _cut_at(text: str, end: int, level: Level) -> Cut:
    space = _space().match(text, end)
    return Cut(end, space.end() if space else end, level)


# What a line of Japanese or Chinese must not start or end with (https://www.w3.org/TR/jlreq/#line_composition).
_NOT_FIRST = (
    "、。，．・：；？！）」』】〉》〕］｝”’…‥ー々〻ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮヵヶゝゞヽヾ!?)]},.;:%"
)
_NOT_LAST = "（「『【〈《〔［｛“‘([{$£¥€"


@cache
def _space() -> re.Pattern[str]:
    """White space where a line may break; a link ends at each of these."""
    return re.compile(r"[\t-\r \x85\u1680\u2000-\u2006\u2008-\u200a\u2028\u2029\u205f\u3000]+")


@cache
def _line_break() -> re.Pattern[str]:
    return re.compile(r"\r\n|[\n-\r\x85\u2028\u2029]")


@cache
def _clause_end() -> re.Pattern[str]:
    """Commas and their like, dashes between words, and where parentheses and quotations open or close."""
    closers = "[\"'”’»)\\]」』）】]*"
    return re.compile(
        rf"[,;:،؛፣፤၊]{closers}(?=\s)|[、，；：]{closers}|(?<=\S\s)[–—](?=\s)|[—―](?=\w)|[)\]](?=\s)|\S(?=\s[(\[“«])"
    )


@cache
def _makes_entities() -> re.Pattern[str]:
    return re.compile(r"[@#$.:/＠＃]")


@cache
def _spaceless() -> re.Pattern[str]:
    """Thai, Lao, Tibetan, Burmese, Khmer, Han, kana and Hangul, with their punctuation."""
    return re.compile(
        r"[\u0e00-\u109f\u1780-\u17ff\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff]"
    )
