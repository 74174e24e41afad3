"""What can be counted in one post: its size, its sentences, its marks, whom it speaks of."""

import re
from functools import cache
from typing import TYPE_CHECKING

from onering_cli.memory.openings import Opening, opening_of
from onering_cli.record import record
from onering_cli.text.entities import Kind, find_entities
from onering_cli.text.sentences import sentence_spans
from onering_cli.text.weights import weigh

if TYPE_CHECKING:
    import regex

_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")

MARKS: dict[str, "re.Pattern[str]"] = {
    "dashes": re.compile(r"—|\s–\s|\s--?\s"),
    "exclamations": re.compile(r"[!！]"),
    "questions": re.compile(r"[?？؟]"),
    "ellipses": re.compile(r"…|\.\.\."),
    "colons": re.compile(r"\w[:：](?=\s|$)", re.MULTILINE),
    "semicolons": re.compile(r"\w[;；](?=\s|$)", re.MULTILINE),
    "parentheses": re.compile(r"[(（][^()（）\n]+[)）]"),
    "quotations": re.compile(r"[“„«「『]|(?<!\w)\"(?=\w)"),
    "shouted_words": re.compile(r"(?<![\w#@$])(?:[A-Z]{4,})(?!\w)"),
    "line_breaks": re.compile(r"\S\s*\n\s*\S"),
}
"""Each mark by its name in a voice file, looked for anywhere in the post's own words."""
CAPITAL_START = "capital_starts"
"""The mark of a post whose first letter is a capital one."""

_PERSONS = {
    "i": """i i'm i've i'd i'll me my mine myself ich mich mir mein meine meinen meinem meiner je j'ai moi mon mes yo mí
        conmigo""",
    "we": """we we're we've we'd we'll us our ours ourselves wir uns unser unsere unseren unserem nous notre nos
        nosotros nosotras nuestro nuestra""",
    "you": """you you're you've you'd you'll your yours yourself du dich dir dein deine deinen euch euer tu te toi ton
        vous votre vos tú usted ustedes""",
}
_OF_PERSON = {word: person for person, words in _PERSONS.items() for word in words.split()}
PERSONS = tuple(_PERSONS)


@record
class Habits:
    """What one post shows.

    Args:
        weight: As X counts.
        words: Of the post's own: no links, mentions or hashtags; folded.
        sentence_words: The number of words of each sentence that has any.
        line_breaks: How many.
        persons: Whom it speaks of.
        marks: The names of the marks it has.
        emoji: Each one that stands in it, in order.
        hashtags: Each, as written.
        links: How many.
        opening: The form of its first sentence.
        opener: Its first two words as written, or "".
        is_answer: It begins with a mention.
    """

    weight: int
    words: tuple[str, ...]
    sentence_words: tuple[int, ...]
    line_breaks: int
    persons: frozenset[str]
    marks: frozenset[str]
    emoji: tuple[str, ...]
    hashtags: tuple[str, ...]
    links: int
    opening: Opening
    opener: str
    is_answer: bool


def habits_of(text: str) -> Habits:
    """Count what one post shows."""
    entities = find_entities(text)
    own = _without(text, [(start, end) for start, end, _ in entities])
    found = _WORD.findall(own)
    words = tuple(word.casefold().replace("’", "'") for word in found)
    counts = (len(_WORD.findall(own[start:end])) for start, end in sentence_spans(own))
    return Habits(
        weight=weigh(text),
        words=words,
        sentence_words=tuple(count for count in counts if count),
        line_breaks=text.strip().count("\n"),
        persons=frozenset(_OF_PERSON[word] for word in words if word in _OF_PERSON),
        marks=_marks(own, found),
        emoji=tuple(_emoji().findall(own)) if not own.isascii() else (),
        hashtags=tuple(text[start:end] for start, end, kind in entities if kind is Kind.HASHTAG),
        links=sum(kind is Kind.LINK for _, _, kind in entities),
        opening=opening_of(text),
        opener=" ".join(found[:2]) if len(found) > 2 else "",  # noqa: PLR2004 -- two words open something longer
        is_answer=text.lstrip().startswith(("@", "＠")),
    )


def _marks(own: str, words: list[str]) -> frozenset[str]:
    names = {name for name, pattern in MARKS.items() if pattern.search(own)}
    return frozenset({*names, CAPITAL_START} if words and words[0][0].isupper() else names)


def _without(text: str, ranges: list[tuple[int, int]]) -> str:
    """The text with the ranges blanked out."""
    kept, reached = [], 0
    for start, end in ranges:
        kept += [text[reached:start], " "]
        reached = end
    return "".join([*kept, text[reached:]]).strip()


@cache
def _emoji() -> "regex.Pattern[str]":
    """One emoji as people see it (https://www.unicode.org/reports/tr51/, ED-17)."""
    import regex

    part = r"(?:\p{Emoji_Presentation}|\p{Extended_Pictographic}(?=\ufe0f|\u200d|\p{Emoji_Modifier}))"
    part += r"(?:\ufe0f|\p{Emoji_Modifier})?"
    rest = r"(?:\u200d\p{Extended_Pictographic}(?:\ufe0f|\p{Emoji_Modifier})?)*"
    return regex.compile(rf"\p{{Regional_Indicator}}{{2}}|[#*0-9]\ufe0f?\u20e3|{part}{rest}")
