"""The first post: which passage opens the thread, and how it names what the thread is about."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from onering_cli.generation.extract.passages import Passage
from onering_cli.generation.extract.releases import project_name, version_heading
from onering_cli.generation.extract.terms import shared, terms
from onering_cli.generation.extract.units import Unit
from onering_cli.generation.extract.worth import is_question
from onering_cli.generation.model import Reading
from onering_cli.text.weights import weigh

_NO_SUBJECT = re.compile(
    r"^(?:(?:\d+[.)]?|chapter \d+:?)\s*)?(?:read ?me|introduction|intro|preface|foreword|overview|notes?|"
    r"change ?-?log|changes|"
    r"history|news|release notes?|release history|version history|what['’]?s new|index|home|untitled|abstract|summary|"
    r"documentation|docs|about|contents|todo|faq|licen[sc]e|welcome|getting started|quick ?-?start|draft|"
    r"(?:\w+ )?description|"
    r"background|motivation|table of contents|main page|einleitung|einführung|inhalt|introducción|sommaire)\W*$",
    re.IGNORECASE,
)
_SITE = re.compile(r"\s+[|·•«»]\s+.*$")
_TAGLINE = re.compile(r"\s*(?::\s|\s[–—-]\s).*$")
_GENERIC_SELF = re.compile(
    r"^(?:this|the) (?:[\w-]+ ){0,2}(?:library|package|project|module|tool|program|repository|crate|plugin|app|"
    r"application|framework|"
    r"document|article|post|essay|paper|book|guide|page|pep|rfc|proposal|specification|release|update|version|"
    r"extension|"
    r"script|service|collection|dataset|model|utility)\b|^this is (?:an?|the)\b",
    re.IGNORECASE,
)
_NAME_WORDS_MOST = 3
_NAME_PART_LEAST = 4
_TITLE_WEIGHT_MOST = 130
_NAMED_SHARE = 0.6
_EARLY_UNITS = 24
_EARLY_PLACE = 0.34
_STRONG_CLAIM = re.compile(
    r"\b(?:\d[\d,.]*\s?(?:%|x\b|times|percent|million|billion|years?|hours?|minutes?|days?)|never|nobody|no one|"
    r"every|always|"
    r"only|first|fastest|most|without|instead|but|mistake|wrong|secret|free|finally)\b|[$€£]\d",
    re.IGNORECASE,
)
_DEFINES = re.compile(r"^[\w .+'’-]{1,40}? (?:is|are|was|were|provides|helps|lets|makes|gives|brings|aims|offers)\b")


@dataclass(frozen=True, slots=True)
class Subject:
    """What a reading is about, in its own words.

    Args:
        title: Its title without the site's name, "" when it names nothing.
        name: The title as the name of a thing, "" when it is a sentence or a phrase.
        words: The title's terms.
    """

    title: str
    name: str
    words: tuple[str, ...]


def subject_of(reading: Reading) -> Subject:
    """The subject that a reading's title names, else its first heading that names one."""
    outer = [sentence.headings[0] for sentence in reading.sentences[:1] if sentence.headings]
    outer = [heading for heading in outer if not version_heading([heading])]
    for candidate in [reading.title, *outer]:
        title = " ".join(_SITE.sub("", candidate).split()).rstrip(":")
        if not title or _NO_SUBJECT.match(title) or weigh(title) > _TITLE_WEIGHT_MOST:
            continue
        short = _TAGLINE.sub("", title)
        name = short if len(short.split()) <= _NAME_WORDS_MOST and not is_question(short) else ""
        return Subject(title, name, tuple(dict.fromkeys(terms(title))))
    return Subject("", "", ())


def headline(subject: Subject, text: str, passage: Passage, first: Unit) -> str:
    """What stands before `text` so that it names its subject: ``"Name: "``, a title on its own line, or nothing."""
    version = version_heading(first.headings)
    if version:
        return _release_headline(subject, version, passage, text)
    if subject.name:
        return _name_headline(subject, passage, first.opening or text)
    named = not subject.title or shared(text, subject.words) >= _NAMED_SHARE
    return "" if named else f"{subject.title}\n\n"


def hook_values(
    passages: Sequence[Passage], units: Sequence[Unit], subjects: Sequence[Subject], values: Sequence[float]
) -> list[tuple[float, int]]:
    """The passages that could open the thread with what speaks for each, the best first."""
    opening_units = [number for number, unit in enumerate(units) if unit.usable and unit.opening is not None]
    rank = {number: place for place, number in enumerate(opening_units)}
    rated: list[tuple[float, int]] = []
    for number, passage in enumerate(passages):
        unit = units[passage.first]
        place = rank.get(passage.first, _EARLY_UNITS)
        if place >= _EARLY_UNITS or (place > 0 and unit.place > _EARLY_PLACE):
            continue
        rated.append((_hook_value(passage, unit, subjects[unit.reading], place) + 0.5 * values[number], number))
    return sorted(rated, key=lambda entry: (-entry[0], entry[1]))


def _hook_value(passage: Passage, unit: Unit, subject: Subject, place: int) -> float:
    text = unit.opening or unit.text
    value = 1.2 / (1.0 + 0.6 * place) + (0.25 if unit.starts_block else 0.0)
    if subject.title or unit.is_item:
        value += 0.1 if shared(text, subject.words) > 0 else 0.05
    if _DEFINES.match(text):
        value += 0.1
    if _STRONG_CLAIM.search(text):
        value += 0.1
    if is_question(text) and place == 0:
        value += 0.1
    if unit.weak:
        value -= 0.3
    if passage.label:
        value -= 0.1
    return value * min(max(unit.worth, 0.1), 1.0)


def _name_headline(subject: Subject, passage: Passage, opening: str) -> str:
    if _names(subject.name, opening) or (passage.label and _mentions(subject.name, passage.label)):
        return ""
    if passage.label:
        return f"{subject.name}\n\n"
    is_plain_name = subject.name == subject.title and not _is_phrase(subject.title)
    return f"{subject.name}: " if is_plain_name else f"{subject.title}\n\n"


def _release_headline(subject: Subject, version: str, passage: Passage, text: str) -> str:
    project = project_name(subject.title)
    named = version if not project or _mentions(project, version) else f"{project} {version}"
    if passage.label.rstrip(":") == version:
        return named.removesuffix(version)
    if _mentions(version, text):
        return ""
    return f"{named}\n\n"


def _is_phrase(title: str) -> bool:
    """Whether a short title is a phrase like "Of Studies" rather than a name."""
    return len(title.split()) > 1 and (title.split(maxsplit=1)[0].casefold() in _PHRASE_OPENERS or title[1:].islower())


_PHRASE_OPENERS = frozenset(
    {"of", "on", "the", "a", "an", "why", "how", "what", "when", "where", "in", "to", "against"}
)


_NAMES_MANY_THINGS = frozenset(
    """
    api app application architecture design document documentation engine extension framework guide handbook interface
    language library list manual model module notes overview package plugin policy program project protocol python
    readme reference release report service software specification standard strategy system tool toolkit utility version
    """.split()  # noqa: SIM905 - a word list reads best as running text
)


def _names(name: str, text: str) -> bool:
    """Whether a text calls a thing by its name or by the part of it that tells it apart."""
    parts = [
        part
        for part in re.split(r"[\W_]+", name)
        if len(part) >= _NAME_PART_LEAST and part.casefold() not in _NAMES_MANY_THINGS
    ]
    return _mentions(name, text) or any(_mentions(part, text) for part in parts)


def _mentions(name: str, text: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text, re.IGNORECASE) is not None


def leans_on_own_name(text: str) -> bool:
    """Whether a sentence calls its subject only "this library": a name before it says which."""
    return _GENERIC_SELF.match(text) is not None
