"""Every post that the units could make: runs of sentences and parts of lists that stand together and fit."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum

from onering_cli.generation.extract.releases import version_heading
from onering_cli.generation.extract.setting import joint, label_of, pieces
from onering_cli.generation.extract.units import BULLET, Unit
from onering_cli.generation.extract.worth import is_question, sets_up
from onering_cli.text.weights import weigh

_LEAST_ITEMS = 2
_LEAST_WEIGHT = 24
_MOST_BLOCKS = 3
_MOST_REACH = 16
_PAIRS = (("«", "»"), ("(", ")"), ("[", "]"), ("「", "」"), ("『", "』"))
_COUNTS = {"two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10}


@dataclass(frozen=True, slots=True)
class Passage:
    """A possible post.

    Args:
        members: The numbers of its units, ascending; the first opens the post.
        weight: Of its text, label included, without a title.
        label: The heading that names its list, or "".
        whole: It is prose, or a list of two items or more; a lone fragment is not whole.
    """

    members: tuple[int, ...]
    weight: int
    label: str = ""
    whole: bool = True

    @property
    def first(self) -> int:
        """The unit that opens it."""
        return self.members[0]

    @property
    def last(self) -> int:
        """The unit that ends it."""
        return self.members[-1]


class _Step(Enum):
    """What becomes of the next unit when a passage grows."""

    TAKE = "take"
    SKIP = "skip"
    STOP = "stop"


def passages_of(units: Sequence[Unit], limit_weight: int) -> list[Passage]:
    """Every passage of at most `limit_weight`, each once, by its first unit and then its length."""
    list_sizes = Counter(unit.introduced_by for unit in units if unit.introduced_by is not None)
    found: list[Passage] = []
    for start, unit in enumerate(units):
        if not unit.usable or unit.opening is None or unit.introduced_by is not None:
            continue
        if unit.is_item and not unit.lead_in:
            found.extend(_lists_from(start, units, limit_weight))
        else:
            found.extend(_runs_from(start, units, list_sizes, limit_weight))
    return found


def text_of(units: Sequence[Unit], passage: Passage) -> tuple[str, ...]:
    """The passage as pieces, one a sentence, item or label; joined they are the post."""
    return tuple(pieces([units[number] for number in passage.members], passage.label))


def _runs_from(start: int, units: Sequence[Unit], list_sizes: Counter[int], limit_weight: int) -> Iterator[Passage]:
    """Sentences that stand together, with the list that one of them introduces."""
    members = [start]
    weight = units[start].opening_weight
    if weight <= limit_weight:
        yield from _checked(units, members, weight, list_sizes)
    for number in range(start + 1, min(start + _MOST_REACH, len(units))):
        step = _step(units, members, number)
        if step is _Step.STOP:
            return
        if step is _Step.SKIP:
            continue
        added = units[number].weight + weigh(joint(units[members[-1]], units[number]))
        if weight + added > limit_weight:
            if units[number].is_item:
                continue
            return
        members.append(number)
        weight += added
        yield from _checked(units, members, weight, list_sizes)


def _lists_from(start: int, units: Sequence[Unit], limit_weight: int) -> Iterator[Passage]:
    """Lists that nothing but their heading introduces, under that heading; and a whole sentence among them, alone."""
    first = units[start]
    label = label_of(first.headings)
    # In a changelog the heading says of which release the one thing under it is, or what became of it.
    labelled = bool(label and version_heading(first.headings))
    if first.whole and not labelled:
        yield from _checked(units, [start], first.opening_weight, Counter())
    weight = (weigh(label) + 1 if label else 0) + weigh(BULLET) + first.opening_weight
    members = [start]
    for number in range(start + 1, min(start + _MOST_REACH, len(units))):
        unit = units[number]
        if not unit.is_item or unit.section != first.section or unit.lead_in:
            break
        leans = unit.opening is None and not (unit.follows and members[-1] == number - 1)
        added = unit.weight + 1 + weigh(BULLET)
        if not unit.usable or leans or weight + added > limit_weight:
            continue
        members.append(number)
        weight += added
        yield Passage(tuple(members), weight, label)
    alone = weigh(label) + 1 + weigh(BULLET) + first.opening_weight
    if label and alone <= limit_weight and (labelled or len(members) == 1):
        yield Passage((start,), alone, label, whole=labelled)


def _step(units: Sequence[Unit], members: Sequence[int], number: int) -> _Step:
    """Whether unit `number` may follow, is passed over, or ends the passage."""
    unit, before, opener = units[number], units[members[-1]], units[members[0]]
    if unit.section != opener.section:
        return _Step.STOP
    if unit.is_item:
        return _step_into_list(units, members, number)
    if before.lead_in:
        return _Step.STOP
    if unit.block != before.block:
        blocks = len({units[member].block for member in members if not units[member].is_item})
        if not opener.starts_block or blocks >= _MOST_BLOCKS or is_question(unit.text):
            return _Step.STOP
    if not unit.usable:
        return _Step.SKIP
    adjoins = number == members[-1] + 1 and unit.follows
    return _Step.TAKE if adjoins or _may_follow_apart(units, members[-1], number) else _Step.SKIP


def _step_into_list(units: Sequence[Unit], members: Sequence[int], number: int) -> _Step:
    """An item follows the sentence that introduces it, and the items before it; never prose that does not."""
    unit = units[number]
    if unit.introduced_by not in members or not unit.usable:
        return _Step.SKIP
    adjoins = number == members[-1] + 1 and unit.follows
    return _Step.TAKE if adjoins or unit.opening is not None else _Step.SKIP


def _may_follow_apart(units: Sequence[Unit], last: int, number: int) -> bool:
    """Whether a unit that leans on nothing may follow one it does not adjoin.

    It opens a paragraph, or all that stood between the two could not have been in a post: "See the figure below."
    """
    unit = units[number]
    nothing_lost = unit.block == units[last].block and not any(
        units[between].usable for between in range(last + 1, number)
    )
    return (unit.starts_block or nothing_lost) and unit.opening == unit.text and not unit.weak


def _checked(units: Sequence[Unit], members: Sequence[int], weight: int, list_sizes: Counter[int]) -> Iterator[Passage]:
    """The passage, if it says what it sets out to say and its quotation marks and brackets close."""
    last = units[members[-1]]
    if weight < _LEAST_WEIGHT or last.lead_in or last.text.endswith(":"):
        return
    if not _list_is_told(units, members, list_sizes) or _only_turns_away(units, members):
        return
    if _is_balanced(" ".join(units[number].text for number in members)):
        broken_off = (len(members) == 1 and not last.whole) or (not last.is_item and sets_up(last.text))
        yield Passage(tuple(members), weight, whole=not broken_off)


def _is_balanced(text: str) -> bool:
    """Whether every quotation and bracket that the text opens is closed in it."""
    low, left, right = text.count("„"), text.count("“"), text.count("”")
    quoted = low == left + right if low else left == right
    return quoted and text.count('"') % 2 == 0 and all(text.count(one) == text.count(other) for one, other in _PAIRS)


def _list_is_told(units: Sequence[Unit], members: Sequence[int], list_sizes: Counter[int]) -> bool:
    """Whether a list that the passage introduces is there: two items at least, or all when its lead-in counts them."""
    introduced = next((number for number in reversed(members) if units[number].lead_in), None)
    if introduced is None:
        return True
    told = sum(units[number].introduced_by == introduced for number in members)
    size = list_sizes[introduced]
    counted = size in {_COUNTS.get(word) for word in units[introduced].text.casefold().split()}
    return told >= (size if counted else min(_LEAST_ITEMS, size))


def _only_turns_away(units: Sequence[Unit], members: Sequence[int]) -> bool:
    """Whether the passage ends where a further paragraph only leans on what came before: "This is no argument …"."""
    last = members[-1]
    unit = units[last]
    goes_on = last + 1 < len(units) and units[last + 1].block == unit.block
    turns = unit.opening != unit.text and unit.starts_block and not unit.is_item
    return len(members) > 1 and turns and goes_on
