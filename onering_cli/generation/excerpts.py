"""Numbers the sentences of the material for a model, within a budget of tokens."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from typing import TYPE_CHECKING

from onering_cli.record import record

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from onering_cli.generation.model import Reading, Sentence, Span

# Characters a token, on the safe side: English prose runs at 4 to 5, other alphabets at about 2, ideographs at 1
# (https://help.openai.com/en/articles/4936856, 2026-11).
_LATIN_TOKENS = 0.28
_OTHER_TOKENS = 0.6
_WIDE_TOKENS = 1.1
_NUMBER_TOKENS = 4


@record
class Excerpts:
    """Sentences of the material with the numbers under which a model can name them, from 1.

    Args:
        sentences: Every sentence of the readings, by number.
        shown: The numbers that fit the budget, in the source's order.
        titles: The title of each reading.
    """

    sentences: Mapping[int, Sentence]
    shown: tuple[int, ...]
    titles: tuple[str, ...]

    @property
    def trimmed(self) -> str:
        """One sentence that tells what was left out, else ""."""
        total = len(self.sentences)
        if len(self.shown) == total:
            return ""
        return f"the material is long: the model was shown {len(self.shown)} of its {total} sentences"

    def text(self, numbers: Iterable[int] | None = None) -> str:
        """The sentences as a model reads them, under their headings; all that fit, or those that are numbered."""
        wanted = self.shown if numbers is None else sorted(set(numbers) & set(self.sentences))
        lines: list[str] = []
        source, block = -1, -1
        headings: tuple[str, ...] = ()
        for number in wanted:
            sentence = self.sentences[number]
            if sentence.span.material != source:
                source, headings, block = sentence.span.material, (), -1
                lines += _source_lines(source, self.titles)
            if sentence.headings != headings:
                headings = sentence.headings
                told = headings[1:] if headings[:1] == self.titles[source : source + 1] else headings
                lines += ["", f"## {' / '.join(told)}"] if told else [""]
            elif sentence.block != block:
                lines.append("")
            block = sentence.block
            lines.append(f"[{number}] {sentence.text}")
        return "\n".join(lines).strip()

    def spans(self, numbers: Iterable[int]) -> tuple[Span, ...]:
        """Where the numbered sentences stand; numbers that no sentence has are left out."""
        return tuple(self.sentences[number].span for number in sorted(set(numbers)) if number in self.sentences)

    def numbers(self, spans: Iterable[Span]) -> tuple[int, ...]:
        """The numbers of the sentences that stand at these spans."""
        wanted = set(spans)
        return tuple(number for number, sentence in self.sentences.items() if sentence.span in wanted)


def excerpts(readings: Sequence[Reading], *, budget_tokens: int) -> Excerpts:
    """Number every sentence and show as many as the budget allows.

    Each material gets an equal share, and what a short one leaves over goes to the others; within a material whole
    sentences are taken from the start until its share is spent.
    """
    sentences: dict[int, Sentence] = {}
    costs: list[list[tuple[int, float]]] = []
    for reading in readings:
        own: list[tuple[int, float]] = []
        for sentence in reading.sentences:
            number = len(sentences) + 1
            sentences[number] = sentence
            own.append((number, tokens_in(sentence.text) + _NUMBER_TOKENS))
        costs.append(own)
    shares = _shares([sum(cost for _, cost in own) for own in costs], budget_tokens)
    shown = [number for own, share in zip(costs, shares, strict=True) for number in _within(own, share)]
    return Excerpts(sentences, tuple(shown), tuple(reading.title for reading in readings))


def digest(readings: Sequence[Reading], *, budget_tokens: int) -> str:
    """The first sentence of each paragraph under its heading, from the start until the budget is spent."""
    beginnings = tuple(
        replace(reading, sentences=tuple(sentence for sentence in reading.sentences if not sentence.position))
        for reading in readings
    )
    return excerpts(beginnings, budget_tokens=budget_tokens).text()


def tokens_in(text: str) -> float:
    """About how many tokens a model reads in `text`; rather too many than too few."""
    if text.isascii():
        return len(text) * _LATIN_TOKENS
    return sum(_tokens_of(character) for character in text)


def _tokens_of(character: str) -> float:
    if character < "\u0250":
        return _LATIN_TOKENS
    return _WIDE_TOKENS if unicodedata.east_asian_width(character) in "WF" else _OTHER_TOKENS


def _shares(needs: list[float], budget: float) -> list[float]:
    """Divide the budget evenly, each getting no more than it needs."""
    shares = [0.0] * len(needs)
    waiting = sorted(range(len(needs)), key=lambda index: needs[index])
    for place, index in enumerate(waiting):
        shares[index] = min(needs[index], budget / (len(waiting) - place))
        budget -= shares[index]
    return shares


def _within(costs: list[tuple[int, float]], share: float) -> list[int]:
    """The leading sentences that the share pays for; the first always, so that no material vanishes."""
    taken: list[int] = []
    spent = 0.0
    for number, cost in costs:
        spent += cost
        if taken and spent > share + 1e-6:
            break
        taken.append(number)
    return taken


def _source_lines(source: int, titles: Sequence[str]) -> list[str]:
    if source < len(titles) and titles[source]:
        return ["", f"# {titles[source]}"]
    return ["", f"# Source {source + 1}"] if len(titles) > 1 else []
