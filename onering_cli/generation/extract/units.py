"""The pieces a thread is made of: sentences and list items that can stand in a post, with what each leans on."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from onering_cli.generation.extract.compression import clauses, opened, shortened, trimmed
from onering_cli.generation.extract.worth import is_usable, is_whole, worth_of_heading, worth_of_text
from onering_cli.generation.model import BlockKind, Brief, Reading, Sentence, Span
from onering_cli.text.weights import weigh

BULLET = "• "

_MOST_SENTENCES = 1_200
_LEAST_SENTENCES = 20
_WEAK_OPENING = re.compile(
    r"the (?:second|third|two|three|four|last|remaining|rest|whole|result|reason|problem|idea|point|answer|first|only)\b"
    r"(?! (?:world|half))|next\b(?! (?:year|week|month|time|spring|summer|autumn|winter))|(?:second|third|other|remaining|more|rather|equally|too|not)\b"
    r"|(?:\S+\s+){1,4}?(?:it|they|them|this|these|those|he|she|him|her|his|its|their)\b"
    r"|(?:all|each|none|most|some|many)\s+(?:of\s+)?(?:the|these|those|are|is|were)\b",
    re.IGNORECASE,
)
_SUBSTANCE = re.compile(r"<[^>]{0,400}>|\]\([^)]*\)|\[[^\]]*\]:\s*\S+|[^\w]|_")
_MOST_BETWEEN_CHARACTERS = 3
_LOOSE_SHARE = 0.4
_ITEM_SHARE = 0.55
_FENCE = re.compile(r"```|~~~|<pre|<table|<code|^(?: {4}|\t)\S", re.MULTILINE | re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Unit:
    """A sentence, or a list item with all its sentences, as it can stand in a post.

    Args:
        text: As it reads after the unit before it.
        opening: As it reads when it opens a post; None when it leans on what stands before it.
        spans: The sentences it is made of.
        kind: What block it stands in.
        reading: The number of its reading.
        section: The number of the run of units under the same headings, over all readings.
        block: The number of its block within its reading.
        headings: The headings above it, outermost first.
        follows: Nothing of substance stands between it and the unit before it.
        starts_block: It is the first of its block.
        lead_in: It introduces the list that follows it.
        usable: It may be chosen; an unusable unit only breaks the flow.
        worth: How much its form and its section speak for it, around 1.0.
        weight: Of `text`.
        opening_weight: Of `opening`, 0 without one.
        weak: It can open a post, but reads as if something came before it.
        place: Where it stands in its reading, 0.0 to 1.0.
    """

    text: str
    opening: str | None
    spans: tuple[Span, ...]
    kind: BlockKind
    reading: int
    section: int
    block: int
    headings: tuple[str, ...]
    follows: bool
    starts_block: bool
    lead_in: bool
    usable: bool
    worth: float
    weight: int
    opening_weight: int
    weak: bool
    place: float

    @property
    def is_item(self) -> bool:
        """Whether it is set as a bullet in a list."""
        return self.kind is BlockKind.LIST_ITEM

    @property
    def whole(self) -> bool:
        """Whether it is a whole sentence, not a label or a fragment."""
        return is_whole(self.text)


def units_of(brief: Brief) -> tuple[Unit, ...]:
    """Every unit of the brief's readings in the source's order, of about 1,200 sentences at most."""
    found: list[Unit] = []
    for number, reading in enumerate(brief.readings):
        material = brief.materials[number].text if number < len(brief.materials) else ""
        language = reading.language or brief.language or "en"
        share = max(_MOST_SENTENCES // len(brief.readings), _LEAST_SENTENCES)
        placed = _thinned(reading.sentences, share)
        found.extend(_units_of_reading(placed, number, material, language, brief.limit_weight))
    return tuple(_numbered(found))


def _units_of_reading(
    placed: Sequence[tuple[int, Sentence]], number: int, material: str, language: str, limit_weight: int
) -> Iterator[Unit]:
    last_place = max(placed[-1][0], 1) if placed else 1
    loose = _is_loose([sentence for _, sentence in placed])
    before: tuple[int, Sentence] | None = None
    for _, block in groupby(placed, key=lambda entry: (entry[1].block, entry[1].kind)):
        for group in _grouped(list(block)):
            place, first = group[0]
            follows = before is not None and before[0] == place - 1 and _adjoins(before[1], first, material)
            sentences = _told_of_item([sentence for _, sentence in group], limit_weight)
            unit = _unit(sentences, number, language, follows=follows, place=place / last_place, loose=loose)
            yield from _fitted(unit, language, limit_weight)
            before = group[-1]


def _grouped(block: list[tuple[int, Sentence]]) -> list[list[tuple[int, Sentence]]]:
    """A list item is one unit; elsewhere every sentence is."""
    if block[0][1].kind is BlockKind.LIST_ITEM and not any(sentence.lead_in for _, sentence in block):
        return [block]
    return [[entry] for entry in block]


def _told_of_item(sentences: list[Sentence], limit_weight: int) -> list[Sentence]:
    """A long item's first sentences: what makes the point in a list."""
    told, weight = sentences[:1], weigh(sentences[0].text)
    for sentence in sentences[1:]:
        weight += 1 + weigh(sentence.text)
        if weight > _ITEM_SHARE * limit_weight:
            break
        told.append(sentence)
    return told


def _is_loose(sentences: Sequence[Sentence]) -> bool:
    """Whether the writer leaves paragraphs without a full stop, as in notes."""
    prose = [sentence for sentence in sentences if sentence.kind is BlockKind.PARAGRAPH and not sentence.lead_in]
    return sum(not is_whole(sentence.text) for sentence in prose) > _LOOSE_SHARE * len(prose)


def _unit(group: Sequence[Sentence], number: int, language: str, *, follows: bool, place: float, loose: bool) -> Unit:
    first = group[0]
    text = " ".join(trimmed(sentence.text) for sentence in group).strip()
    opening = opened(text, language)
    lead_in = group[-1].lead_in
    usable = bool(text) and (lead_in or not text.endswith(":")) and is_usable(text)
    return Unit(
        text=text,
        opening=opening,
        spans=tuple(sentence.span for sentence in group),
        kind=first.kind,
        reading=number,
        section=0,
        block=first.block,
        headings=first.headings,
        follows=follows,
        starts_block=first.position == 0,
        lead_in=lead_in,
        usable=usable,
        worth=worth_of_heading(first.headings) * worth_of_text(text, loose=loose or first.kind is BlockKind.LIST_ITEM),
        weight=weigh(text),
        opening_weight=weigh(opening) if opening else 0,
        weak=opening is not None and _WEAK_OPENING.match(opening) is not None,
        place=place,
    )


def _fitted(unit: Unit, language: str, limit_weight: int) -> Iterator[Unit]:
    """The unit, made lighter by the rules of `compression` when it weighs more than a post may."""
    room = limit_weight - (weigh(BULLET) if unit.is_item else 0)
    if unit.weight <= room:
        yield unit
        return
    bare = _reworded(unit, shortened(unit.text), language)
    if bare.weight <= room:
        yield bare
        return
    parts = clauses(unit.text)
    if len(parts) == 1 or unit.is_item:
        yield replace(unit, usable=False)
        return
    for index, part in enumerate(parts):
        piece = _reworded(unit, part, language)
        fits = piece.usable and piece.weight <= room
        yield replace(
            piece, usable=fits, follows=unit.follows or index > 0, starts_block=unit.starts_block and index == 0
        )


def _reworded(unit: Unit, text: str, language: str) -> Unit:
    opening = opened(text, language)
    return replace(
        unit, text=text, opening=opening, weight=weigh(text), opening_weight=weigh(opening) if opening else 0
    )


def _adjoins(before: Sentence, after: Sentence, material: str) -> bool:
    """Whether nothing a reader would see stands between two neighbouring sentences."""
    if before.lead_in and after.kind is not BlockKind.LIST_ITEM:
        return False
    between = material[before.span.end : after.span.start]
    if _FENCE.search(between):
        return False
    return len(_SUBSTANCE.sub("", between)) <= _MOST_BETWEEN_CHARACTERS


def _thinned(sentences: Sequence[Sentence], most: int) -> list[tuple[int, Sentence]]:
    """At most `most` sentences with their places: the first of every block, then the second, evenly over the text."""
    if len(sentences) <= most:
        return list(enumerate(sentences))
    levels: dict[int, list[int]] = {}
    for index, sentence in enumerate(sentences):
        levels.setdefault(sentence.position, []).append(index)
    kept: list[int] = []
    for _, level in sorted(levels.items()):
        room = min(most - len(kept), len(level))
        kept.extend(level[place * len(level) // room] for place in range(room))
    return [(index, sentences[index]) for index in sorted(kept)]


def _numbered(units: list[Unit]) -> Iterator[Unit]:
    section = -1
    before: Unit | None = None
    for unit in units:
        if before is None or (before.reading, before.headings) != (unit.reading, unit.headings):
            section += 1
        before = unit
        yield replace(unit, section=section)
