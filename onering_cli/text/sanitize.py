"""Makes untrusted text safe to show: no escape sequence, control, bidi or hidden character reaches a terminal."""

import re

MOST_MARKS = 4
"""Combining marks kept on one base character; more is decoration that smears over its neighbours."""

# Whole sequences with their payload, 7-bit and 8-bit (ECMA-48, https://ecma-international.org/publications-and-standards/
# standards/ecma-48/): strings (OSC, DCS, SOS, PM, APC) up to their end, or to the end of the line when it is missing.
_STRING = r"(?:\x1b[\]PX^_]|[\x90\x98\x9d\x9e\x9f])[^\n\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)?"
_CONTROL = r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]?"
_ESCAPE = r"\x1b[ -/]*[0-~]?"
_SEQUENCE = re.compile(f"{_STRING}|{_CONTROL}|{_ESCAPE}")

# Characters that change what others mean without showing: C0 and C1 (but the line feed and the tab), deletion, bidi
# controls, interlinear annotations, tags, fillers, line separators, noncharacters, and invisible format characters
# (Unicode 17, general category Cf) but the zero width joiner and non-joiner, which scripts and emoji need.
_HIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f\u2028-\u202e"
    "\u2060-\u206f\u3164\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff\ud800-\udfff\U000110bd\U000110cd\U0001bca0-\U0001bca3"
    "\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
# England, Scotland and Wales are black flags spelled out in tag characters (UTS #51, emoji tag sequences).
_TAGGED_FLAG = re.compile("\U0001f3f4[\U000e0061-\U000e007a\U000e0030-\U000e0039]{3,6}\U000e007f")
_BREAK = re.compile(r"\r\n?|[\u0085\u2028\u2029]")
_MARKS = "\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"
_PILE = re.compile(f"([{_MARKS}]{{{MOST_MARKS}}})[{_MARKS}]+")
_JOINER_PILE = re.compile("([\u200c\u200d])[\u200c\u200d]+")
_PLAIN = re.compile(r"[\n -~]*")


def printable(text: str, *, newlines: bool = True) -> str:
    """`text` without anything that could move the cursor, recolour, hide or reorder what a terminal shows.

    Args:
        text: Untrusted.
        newlines: Keep line breaks; without, each becomes a space.
    """
    if not _PLAIN.fullmatch(text):
        text = _stripped(text)
    return text if newlines else text.replace("\n", " ")


def _stripped(text: str) -> str:
    text = _BREAK.sub("\n", text)
    found = _SEQUENCE.sub("", text)
    while found != text:  # what is left may close up to a new sequence
        text, found = found, _SEQUENCE.sub("", found)
    flags = [match.span() for match in _TAGGED_FLAG.finditer(text)]
    pieces, place = [], 0
    for start, end in [*flags, (len(text), len(text))]:
        pieces += [_HIDDEN.sub("", text[place:start]), text[start:end]]
        place = end
    return _JOINER_PILE.sub(r"\1", _PILE.sub(r"\1", "".join(pieces).replace("\t", " ")))
