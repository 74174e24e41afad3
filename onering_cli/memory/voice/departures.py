"""Where a draft departs from a voice: told, never a reason to stop."""

from collections.abc import Iterator, Sequence
from statistics import fmean

from onering_cli.memory.voice.habits import CAPITAL_START, Habits, habits_of
from onering_cli.memory.voice.model import Voice
from onering_cli.record import record

RARE, USUAL = 0.02, 0.9
"""A habit that fewer posts have than this is none of the voice's; one that more have than that is a rule of it."""
_SLACK = 1.15
_RHYTHM_SLACK = 0.6
_FEWEST_SENTENCES = 4
_OFTEN = 0.5

_MARK_NAMES = {
    "dashes": "dashes",
    "exclamations": "exclamation marks",
    "questions": "questions",
    "ellipses": "ellipses",
    "semicolons": "semicolons",
    "parentheses": "parentheses",
    "shouted_words": "words in capitals",
    "line_breaks": "line breaks",
}
_PERSON_NAMES = {"i": "“I”", "we": "“we”", "you": "“you”"}


@record
class Departure:
    """One thing a draft does that the voice does not.

    Args:
        message: One sentence.
        index: Of the post, from 0; None for the draft as a whole.
    """

    message: str
    index: int | None = None


def departures(voice: Voice, texts: Sequence[str]) -> tuple[Departure, ...]:
    """Where a draft's posts depart from the voice, the draft as a whole first; none when the voice tells too little."""
    if not voice.is_telling:
        return ()
    habits = [habits_of(text) for text in texts]
    found = [*_of_the_whole(voice, habits)]
    for index, seen in enumerate(habits):
        found += [Departure(message, index) for message in _of_a_post(voice, seen)]
    return tuple(found)


def _of_the_whole(voice: Voice, habits: Sequence[Habits]) -> Iterator[Departure]:
    lengths = [words for seen in habits for words in seen.sentence_words]
    usual = voice.rhythm.words
    if len(lengths) < _FEWEST_SENTENCES or not usual:
        return
    mean = fmean(lengths)
    if abs(mean - usual) > max(_RHYTHM_SLACK * usual, 2 * voice.rhythm.spread / len(lengths) ** 0.5):
        long = "longer" if mean > usual else "shorter"
        yield Departure(f"its sentences are {long} than yours: {mean:.0f} words on average instead of {usual:.0f}")
    for person, name in _PERSON_NAMES.items():
        share = voice.person.get(person)
        if share is not None and share >= _OFTEN and not any(person in seen.persons for seen in habits):
            yield Departure(f"it never says {name}, and {share:.0%} of your posts do")


def _of_a_post(voice: Voice, seen: Habits) -> Iterator[str]:
    if not seen.words:
        return
    yield from _size(voice, seen)
    for name, words in _MARK_NAMES.items():
        share = voice.marks.get(name)
        if share is not None and share < RARE and name in seen.marks:
            yield f"it has {words}, and {_how_often(share)} of your posts do"
    capitals = voice.marks.get(CAPITAL_START)
    if (
        capitals is not None
        and (capitals < RARE or capitals > USUAL)
        and (CAPITAL_START in seen.marks) != (capitals > USUAL)
    ):
        yield f"it begins with a {'small' if capitals > USUAL else 'capital'} letter, and your posts do not"
    if seen.emoji and voice.emoji[0] < RARE:
        yield f"it has {''.join(dict.fromkeys(seen.emoji))}, and {_how_often(voice.emoji[0])} of your posts have emoji"
    if seen.hashtags and voice.hashtags[0] < RARE:
        yield f"it has {seen.hashtags[0]}, and {_how_often(voice.hashtags[0])} of your posts have hashtags"
    for person, name in _PERSON_NAMES.items():
        share = voice.person.get(person)
        if share is not None and share < RARE and person in seen.persons:
            yield f"it says {name}, and {_how_often(share)} of your posts do"


def _size(voice: Voice, seen: Habits) -> Iterator[str]:
    low, high = voice.weight.low, voice.weight.high
    if high and seen.weight > high * _SLACK:
        yield f"it weighs {seen.weight:,}, and nine of ten of your posts weigh at most {high:,.0f}"
    elif seen.weight * _SLACK < low:
        yield f"it weighs {seen.weight:,}, and nine of ten of your posts weigh at least {low:,.0f}"


def _how_often(share: float) -> str:
    return "none" if share == 0 else f"only {share:.1%}"
