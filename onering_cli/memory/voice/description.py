"""A voice in words, for people and for models."""

from collections.abc import Iterator

from onering_cli.memory.voice.departures import RARE, USUAL
from onering_cli.memory.voice.habits import CAPITAL_START
from onering_cli.memory.voice.model import Voice

_SOME, _OFTEN = 0.08, 0.35
_LIVELY = 0.75
_PERSONS = (("i", "of the writer (“I”)"), ("we", "of a group (“we”)"), ("you", "to the reader (“you”)"))
_MARKS = (
    ("questions", "questions"),
    ("exclamations", "exclamation marks"),
    ("dashes", "dashes"),
    ("ellipses", "ellipses"),
    ("semicolons", "semicolons"),
    ("colons", "colons"),
    ("parentheses", "asides in parentheses"),
    ("quotations", "quotations"),
    ("shouted_words", "words in capitals"),
    ("line_breaks", "line breaks within a post"),
)
_MOST_WORDS = 15
_MOST_FORMS = 3


def describe(voice: Voice) -> tuple[str, ...]:
    """What is characteristic of a voice, a sentence each."""
    return tuple(_sentences(voice))


def _sentences(voice: Voice) -> Iterator[str]:
    if voice.weight.high:
        yield (
            f"A post has about {voice.weight.middle:.0f} characters, and mostly between {voice.weight.low:.0f} and "
            f"{voice.weight.high:.0f}."
        )
    rhythm = voice.rhythm
    if rhythm.words:
        lively = "lengths vary a lot" if rhythm.spread > _LIVELY * rhythm.words else "lengths are even"
        yield f"A sentence has about {rhythm.words:.0f} words, and {lively}; a post has about {rhythm.sentences:g}."
    persons = [f"{words} in {voice.person[name]:.0%}" for name, words in _PERSONS if voice.person.get(name, 0) >= _SOME]
    if persons:
        yield f"It speaks {_listed(persons)} of the posts."
    yield from _marks(voice)
    yield from _decoration(voice)
    forms = [(form, share) for form, share in voice.openings.items() if share >= _SOME][:_MOST_FORMS]
    if forms:
        yield f"First sentences, by their form: {', '.join(f'{form} {share:.0%}' for form, share in forms)}."


def _marks(voice: Voice) -> Iterator[str]:
    shares = [(words, voice.marks[name]) for name, words in _MARKS if name in voice.marks]
    often = [words for words, share in shares if share >= _OFTEN]
    some = [words for words, share in shares if _SOME <= share < _OFTEN]
    none = [words for words, share in shares if share < RARE]
    for label, names, last in (
        ("It likes", often, "and"),
        ("Now and then it has", some, "and"),
        ("It has no", none, "or"),
    ):
        if names:
            yield f"{label} {_listed(names, last)}."
    capitals = voice.marks.get(CAPITAL_START)
    if capitals is not None and capitals < 1 - USUAL:
        yield "Posts begin with small letters."


def _decoration(voice: Voice) -> Iterator[str]:
    for name, (share, _) in (("emoji", voice.emoji), ("hashtags", voice.hashtags), ("links", (voice.links, ()))):
        yield f"It uses {name} in {share:.0%} of the posts." if share >= RARE else f"It uses no {name}."


def favourite_words(voice: Voice) -> str:
    """The words that tell it from others, in a row."""
    return ", ".join(voice.words[:_MOST_WORDS])


def _listed(parts: list[str], last: str = "and") -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} {last} {parts[-1]}"
