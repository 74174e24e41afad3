"""Cuts readings into units: drops what cannot stand in a post, and lightens what weighs too much."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, takewhile

from onering_cli.generation.extract.compression import clauses, opened, shortened, trimmed
from onering_cli.generation.extract.headings import worth_of_heading
from onering_cli.generation.extract.releases import has_changelog_within, version_heading
from onering_cli.generation.extract.units import BULLET, Unit
from onering_cli.generation.extract.worth import is_usable, is_whole, worth_of_text
from onering_cli.generation.model import BlockKind, Brief, Sentence
from onering_cli.text.weights import weigh

_MOST_SENTENCES = 600
_LEAST_SENTENCES = 20
_WEAK_OPENING = re.compile(
    r"the (?:second|third|two|three|four|last|remaining|rest|whole|result|reason|problem|idea|point|answer|first|"
    r"only)\b"
    r"(?! (?:world|half))|next\b(?! (?:year|week|month|time|spring|summer|autumn|winter))|(?:second|third|other|"
    r"remaining|more|rather|equally|too|not)\b"
    r"|there (?:is|are|was|were) (?:also|another)\b|(?:\S+\s+){1,12}?(?:hence|therefore)\b"
    r"|(?!there (?:is|are|was|were)\b)(?:\S+\s+){1,4}?(?:it|they|them|this|these|those|he|she|him|also)\b"
    r"|[\"“„«][^\"”“»]{1,200}[\"”“»]\s+(?:\S+\s+){0,2}?(?:it|they|them|this|these|those|he|she|him)\b"
    r"|[\"“„«].{0,200}[\"”“»],?\s+(?:said|says|wrote|asked|added|sagte|meinte|erklärte|fragte)\s+(?:he|she|they|er|"
    r"sie)\b"
    r"|both\b(?![^.]{1,50}\band\b)|(?:all|each|none|most|some|many)\s+(?:of\s+)?(?:the|these|those|are|is|were)\b",
    re.IGNORECASE,
)
# What a reference manual says of the function or option in the heading above: whose subject no reader of a post sees.
_WITHOUT_SUBJECT = re.compile(
    r"(?:returns?|measures|computes|calculates|determines|gets|sets|creates|converts|checks|adds|removes|yields|raises|"
    r"specifies|represents|contains|iterates|parses|writes|reads|generates|performs|splits|wraps|takes|accepts|"
    r"indicates|defines|enables|disables|allows|controls|overrides|requires|provides|produces|displays|prints|shows|"
    r"initiali[sz]es|applies|deletes|updates|emits|decodes|encodes|describes|retrieves|matches)\b"
    r"(?! (?:is|are|was|were|have|has|had|of|to|on|in|and|from|can|will|may|must|should|do|don['’]t|for|with|that)\b)",
    re.IGNORECASE,
)
_UNNAMED = re.compile(
    r"^(?:\S+\s+){0,8}?(?:this|that|these|those|such(?: an?)?)\s+(?:problem|issue|approach|case|reason|situation|"
    r"question|"
    r"idea|purpose|conflict|behaviou?r|method|change|option|feature|kind|model|rule|step|point|process|limitation|"
    r"error|situation|"
    r"requirement|pattern|technique|example|value|function|command|file|setting)s?\b",
    re.IGNORECASE,
)
# Words further inside that point back all the same, and at nothing that a post could hold.
_LEANS_WITHIN = re.compile(
    r"(?:\S+\s+){0,10}?(?:the (?:situation|matter|latter|former)\b|like (?:this|these)\b|these (?:things|kinds)\b"
    r"|such an? (?!(?:thing|way|\w+ (?:as|that))\b)\w+|otherwise (?!than\b))",
    re.IGNORECASE,
)
_SUBSTANCE = re.compile(r"<[^>]{0,400}>|\]\([^)]*\)|\[[^\]]*\]:\s*\S+|[^\w]|_")
_MOST_BETWEEN_CHARACTERS = 3
_LOOSE_SHARE = 0.4
_LINK_WORTH = 0.25
_ASIDE_WORTH = 0.25
_AFTER_CODE_WORTH = 0.75
_LINK_WORDS = 6
_PAST = re.compile(r"\W*(?:project )?history\W*$", re.IGNORECASE)
_POINTS = re.compile(r"\b(?:here|there|this (?:link|page|post|guide|article|document))\b[.!:)]*$", re.IGNORECASE)
_CHANGE = re.compile(r"/(?:pull|issues|commit|merge_requests)/|#\d+$")
_ITEM_SHARE = 0.55
_FENCE = re.compile(r"```|~~~|<pre|<table|<code|^(?: {4}|\t)\S", re.MULTILINE | re.IGNORECASE)


def units_of(brief: Brief) -> tuple[Unit, ...]:
    """Every unit of the brief's readings in the source's order, of about 600 sentences at most."""
    share = max(_MOST_SENTENCES // max(len(brief.readings), 1), _LEAST_SENTENCES)
    found: list[Unit] = []
    for number, reading in enumerate(brief.readings):
        placed = _thinned(reading.sentences, share)
        cut = _Cut(
            reading=number,
            material=brief.materials[number].text if number < len(brief.materials) else "",
            language=reading.language or brief.language or "en",
            limit_weight=brief.limit_weight,
            last_place=max(len(reading.sentences) - 1, 1),
            loose=_is_loose([sentence for _, sentence in placed]),
            shared_headings=_shared_headings([sentence.headings for _, sentence in placed]),
            releases_aside=has_changelog_within([sentence for _, sentence in placed]),
        )
        found.extend(_units_of_reading(placed, cut))
    return tuple(_numbered(found))


@dataclass(frozen=True, slots=True)
class _Cut:
    """What holds for every unit of one reading.

    Args:
        reading: Its number.
        material: The text that its spans point into.
        language: ISO 639-1 code.
        limit_weight: The most a post may weigh.
        last_place: The number of its last sentence, 1 at least.
        loose: Its paragraphs may end without a full stop.
        shared_headings: How many headings stand over all of it: they are its title and tell no section from another.
        releases_aside: The releases that it lists are not its subject.
    """

    reading: int
    material: str
    language: str
    limit_weight: int
    last_place: int
    loose: bool
    shared_headings: int
    releases_aside: bool


def _units_of_reading(placed: Sequence[tuple[int, Sentence]], cut: _Cut) -> Iterator[Unit]:
    before: tuple[int, Sentence] | None = None
    for _, block in groupby(placed, key=lambda entry: (entry[1].block, entry[1].kind)):
        for group in _grouped(list(block)):
            place, first = group[0]
            follows = before is not None and before[0] == place - 1 and _adjoins(before[1], first, cut.material)
            told = _told_of_item([sentence for _, sentence in group], cut.limit_weight)
            unit = _unit(told, place, cut, follows=follows)
            if before is not None and not follows and _FENCE.search(cut.material, before[1].span.end, first.span.start):
                unit = replace(unit, worth=_AFTER_CODE_WORTH * unit.worth)
            yield from _fitted(unit, cut)
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


def _is_link(group: Sequence[Sentence], text: str) -> bool:
    """Whether it is a link's name and nothing more."""
    linked = bool(group[0].links) and not any(_CHANGE.search(link) for link in group[0].links)
    return linked and not is_whole(text) and len(text.split()) <= _LINK_WORDS


def _is_pointer(group: Sequence[Sentence], text: str) -> bool:
    """Whether it says "here" or "there" of a link that the post will not have."""
    return bool(group[-1].links) and _POINTS.search(text) is not None


def _shared_headings(headings: Sequence[tuple[str, ...]]) -> int:
    """How many outer headings all of them have in common."""
    ranks = takewhile(lambda rank: len(set(rank)) == 1, zip(*headings, strict=False))
    return sum(1 for _ in ranks)


def _is_loose(sentences: Sequence[Sentence]) -> bool:
    """Whether the writer leaves paragraphs without a full stop, as in notes."""
    prose = [sentence for sentence in sentences if sentence.kind is BlockKind.PARAGRAPH and not sentence.lead_in]
    return sum(not is_whole(sentence.text) for sentence in prose) > _LOOSE_SHARE * len(prose)


def _unit(group: Sequence[Sentence], place: int, cut: _Cut, *, follows: bool) -> Unit:
    first = group[0]
    text = " ".join(filter(None, (trimmed(sentence.text) for sentence in group)))
    lead_in = group[-1].lead_in
    worth = worth_of_heading(first.headings[cut.shared_headings :])
    if cut.releases_aside and version_heading(first.headings):
        worth *= _ASIDE_WORTH
    if first.kind is BlockKind.LIST_ITEM and any(
        _PAST.match(heading) for heading in first.headings[cut.shared_headings :]
    ):
        worth *= _ASIDE_WORTH
    worth *= worth_of_text(text, loose=cut.loose or first.kind is BlockKind.LIST_ITEM)
    unit = Unit(
        text=text,
        opening=None,
        spans=tuple(sentence.span for sentence in group),
        kind=first.kind,
        reading=cut.reading,
        section=0,
        block=first.block,
        headings=first.headings,
        follows=follows,
        starts_block=first.position == 0,
        lead_in=lead_in,
        usable=bool(text) and (lead_in or not text.endswith(":")) and is_usable(text) and not _is_pointer(group, text),
        worth=worth * (_LINK_WORTH if _is_link(group, text) else 1.0),
        weight=0,
        opening_weight=0,
        weak=False,
        place=place / cut.last_place,
    )
    return _reworded(unit, text, cut)


def _fitted(unit: Unit, cut: _Cut) -> Iterator[Unit]:
    """The unit, made lighter by the rules of `compression` when it weighs more than a post may."""
    room = cut.limit_weight - (weigh(BULLET) if unit.is_item else 0)
    if unit.weight <= room:
        yield unit
        return
    bare = _reworded(unit, shortened(unit.text), cut)
    if bare.weight <= room:
        yield bare
        return
    parts = clauses(unit.text)
    if len(parts) == 1 or unit.is_item:
        yield replace(unit, usable=False)
        return
    for index, part in enumerate(parts):
        piece = _reworded(unit, part, cut)
        fits = piece.usable and piece.weight <= room
        first = index == 0
        yield replace(piece, usable=fits, follows=unit.follows or not first, starts_block=unit.starts_block and first)


def _reworded(unit: Unit, text: str, cut: _Cut) -> Unit:
    opening = opened(text, cut.language)
    if opening and not unit.is_item and (_WITHOUT_SUBJECT.match(opening) or _LEANS_WITHIN.match(opening)):
        opening = None
    return replace(
        unit,
        text=text,
        opening=opening,
        weight=weigh(text),
        opening_weight=weigh(opening) if opening else 0,
        weak=opening is not None and any(leans.match(opening) for leans in (_WEAK_OPENING, _UNNAMED)),
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
    """The units with the numbers of their sections and of what introduces them."""
    section = -1
    introduced_by: int | None = None
    before: Unit | None = None
    for number, unit in enumerate(units):
        if before is None or (before.reading, before.headings) != (unit.reading, unit.headings):
            section += 1
            introduced_by = None
        if unit.lead_in:
            introduced_by = number
        elif not unit.is_item:
            introduced_by = None
        before = unit
        yield replace(unit, section=section, introduced_by=introduced_by if unit.is_item and not unit.lead_in else None)
