"""How units are set in a post: spaces, paragraphs, bullets and labels."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from onering_cli.generation.extract.units import BULLET, Unit
from onering_cli.text.weights import weigh

_PARAGRAPH_BREAK = "\n\n"
_LONGEST_LABEL_WEIGHT = 80
_ENUMERATION = re.compile(r"^(?:[A-Za-z]|\d+(?:\.\d+)*)[.)]\s+")
_CLOSE_MARKS = ("。", "！", "？", "」", "』")


def pieces(members: Sequence[Unit], label: str) -> Iterator[str]:
    """The post that `members` make, a sentence, item or label at a time; joined they are its text."""
    first = members[0]
    opening = first.opening if first.opening is not None else first.text
    if label:
        yield label
        yield "\n" + BULLET + opening
    elif first.is_item and len(members) > 1 and members[1].is_item and not first.lead_in:
        yield BULLET + opening
    else:
        yield opening
    for before, after in pairwise(members):
        yield joint(before, after) + after.text


def joint(before: Unit, after: Unit) -> str:
    """What stands between two units of one post."""
    if after.is_item:
        return "\n" + BULLET if before.is_item or before.lead_in else _PARAGRAPH_BREAK + BULLET
    if before.block != after.block or before.is_item:
        return _PARAGRAPH_BREAK
    return "" if before.text.endswith(_CLOSE_MARKS) else " "


def label_of(headings: Sequence[str]) -> str:
    """The innermost heading as the name of a list, "" when there is none or it is too long."""
    heading = _ENUMERATION.sub("", headings[-1].strip()) if headings else ""
    if not heading or weigh(heading) > _LONGEST_LABEL_WEIGHT:
        return ""
    return heading if heading.endswith((":", "?", "!", ".")) else f"{heading}:"
