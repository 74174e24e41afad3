"""How a post opens: the form of its first sentence, told by rules that a person can check."""

import re
from enum import StrEnum


class Opening(StrEnum):
    """The form of a first sentence; the first that fits is the one, in this order."""

    MENTION = "mention"
    LINK = "link"
    QUOTE = "quote"
    QUESTION = "question"
    ANNOUNCEMENT = "announcement"
    LIST = "list"
    NUMBER = "number"
    STORY = "story"
    FIRST_PERSON = "first person"
    ADDRESS = "address"
    CONTRAST = "contrast"
    STATEMENT = "statement"


_LINK = re.compile(r"https?://", re.IGNORECASE)
_QUOTED = tuple('"“„«‘「『>')
_NUMBER = re.compile(r"[$€£]?\d")
_COUNTED = re.compile(
    r"(?:here (?:are|is)\s|the (?:top |best )?)?(?:\d{1,2}|two|three|four|five|six|seven|eight|nine|ten) "
    r"(?:\w+ ){0,3}(?:things|ways|reasons|lessons|tips|rules|mistakes|steps|ideas|books|tools|habits|questions|"
    r"facts)\b",
    re.IGNORECASE,
)
_ANNOUNCED = re.compile(
    r"(?:new|announcing|introducing|released?|launch(?:ed|ing)?|out now|just (?:shipped|released|published)|"
    r"v?\d+\.\d+(?:\.\d+)? is|neu|jetzt neu|nouveau|nuevo)\b\s*[:!–—-]?",
    re.IGNORECASE,
)
_STORY = re.compile(
    r"(?:yesterday|today|tonight|this (?:morning|week|month|year)|last (?:night|week|month|year|\w+day)|once|"
    r"(?:a|two|three|\d+) (?:few )?(?:days?|weeks?|months?|years?) ago|in (?:19|20)\d\d|when i|gestern|heute|letzte\w?|"
    r"hier,|aujourd'hui|ayer|hoy)\b",
    re.IGNORECASE,
)
_FIRST_PERSON = re.compile(
    r"(?:i|i['’](?:m|ve|d|ll)|we|we['’](?:re|ve|d|ll)|my|our|ich|wir|mein\w?|unser\w?|je|j['’]\w+|nous|mon|ma|mes|"
    r"yo|nosotros|mi|mis)(?!\w)",
    re.IGNORECASE,
)
_ADDRESS = re.compile(
    r"(?:you|you['’](?:re|ve|d|ll)|your|if you|don['’]t|do not|never|stop|try|remember|read|let['’]s|please|du|dein\w?|"
    r"wenn du|vous|votre|tu|tú|usted)(?!\w)",
    re.IGNORECASE,
)
_CONTRAST = re.compile(
    r"(?:most|everyone|everybody|nobody|no one|people|they say|contrary|unlike|instead of|not)\b", re.IGNORECASE
)
_TELLING = (
    (Opening.LIST, _COUNTED),
    (Opening.ANNOUNCEMENT, _ANNOUNCED),
    (Opening.NUMBER, _NUMBER),
    (Opening.STORY, _STORY),
    (Opening.FIRST_PERSON, _FIRST_PERSON),
    (Opening.ADDRESS, _ADDRESS),
    (Opening.CONTRAST, _CONTRAST),
)
_FIRST_CHARACTERS = 400
_NO_LETTERS = re.compile(r"[\W_]+")


def opening_of(text: str) -> Opening:
    """The form of a post's first sentence; a text without any words is a statement."""
    from onering_cli.text.sentences import sentence_spans

    start = text.lstrip()[:_FIRST_CHARACTERS]
    if start.startswith(("@", "＠")):
        return Opening.MENTION
    if _LINK.match(start):
        return Opening.LINK
    spans = sentence_spans(start)
    first = start[slice(*spans[0])] if spans else ""
    if first.startswith(_QUOTED):
        return Opening.QUOTE
    if first.rstrip('"”»’) ').endswith(("?", "？", "؟")):
        return Opening.QUESTION
    bare = first if first[:1].isalnum() or _NUMBER.match(first) else _NO_LETTERS.sub("", first, count=1)
    return next((form for form, pattern in _TELLING if pattern.match(bare)), Opening.STATEMENT)
