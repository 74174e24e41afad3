"""Every post that the units could make: runs of sentences and parts of lists that stand together and fit."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from onering_cli.generation.extract.units import BULLET, Unit
from onering_cli.generation.extract.worth import sets_up
from onering_cli.text.weights import weigh

_PARAGRAPH_BREAK = "\n\n"
_LONGEST_LABEL_WEIGHT = 80
_LEAST_ITEMS = 2
_LEAST_WEIGHT = 24
_CLOSE_MARKS = "。！？」』…"  # noqa: RUF001 - the scripts that set no space after a sentence
_PAIRS = (("“", "”"), ("„", "“"), ("«", "»"), ("(", ")"), ("[", "]"), ("「", "」"), ("『", "』"))
_MOST_UNITS_FOR_PAIRS = 400
_MOST_REACH = 14
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


def passages_of(units: Sequence[Unit], limit_weight: int) -> list[Passage]:
    """Every passage of at most `limit_weight`, each once, by its first unit and then its length."""
    counts = _list_sizes(units)
    found: list[Passage] = []
    for start, unit in enumerate(units):
        if unit.usable and unit.opening is not None:
            found.extend(_from(start, units, counts, limit_weight))
    return found


def text_of(units: Sequence[Unit], passage: Passage) -> tuple[str, ...]:
    """The passage as pieces, one a sentence, item or label; joined they are the post."""
    return tuple(_pieces([units[number] for number in passage.members], passage.label))


def _from(start: int, units: Sequence[Unit], counts: dict[int, int], limit_weight: int) -> Iterator[Passage]:
    opener = units[start]
    if opener.is_item and not opener.lead_in:
        yield from _list_from(start, units, limit_weight)
        if opener.whole:
            yield from _checked(units, [start], opener.opening_weight)
        return
    members = [start]
    weight = opener.opening_weight
    if not opener.lead_in:
        yield from _checked(units, members, weight)
    for number in range(start + 1, min(start + _MOST_REACH, len(units))):
        unit, before = units[number], units[members[-1]]
        if unit.section != opener.section:
            break
        if before.lead_in and not (unit.is_item and number == members[-1] + 1):
            return
        if not unit.usable:
            continue
        adjoins = number == members[-1] + 1 and unit.follows
        if unit.block != before.block and not opener.starts_block:
            break
        if unit.block != before.block and not _may_follow_on(unit, before):
            continue
        if not adjoins and not _may_follow_apart(unit, before):
            continue
        added = unit.weight + _joint_weight(before, unit)
        if weight + added > limit_weight:
            break
        members.append(number)
        weight += added
        if not unit.lead_in and _list_is_told(members, units, counts) and not _only_turns_away(number, units):
            yield from _checked(units, members, weight)


def _list_from(start: int, units: Sequence[Unit], limit_weight: int) -> Iterator[Passage]:
    """Lists that open a post under the name of their section; what introduced them stays behind."""
    label = _label(units[start].headings)
    if start > 0 and units[start - 1].lead_in and units[start].follows:
        return
    weight = (weigh(label) + 1 if label else 0) + weigh(BULLET) + units[start].opening_weight
    members = [start]
    for number in range(start + 1, min(start + _MOST_REACH, len(units))):
        unit = units[number]
        if not unit.is_item or unit.section != units[start].section or unit.lead_in:
            break
        added = unit.weight + 1 + weigh(BULLET)
        if not unit.usable or weight + added > limit_weight:
            continue
        members.append(number)
        weight += added
        if weight <= limit_weight:
            yield Passage(tuple(members), weight, label)
    if len(members) == 1 and weight <= limit_weight and label:
        yield Passage((start,), weight, label, whole=False)


def _may_follow_on(unit: Unit, before: Unit) -> bool:
    """Whether another block may follow in the same post: a paragraph, or a list with what introduces it."""
    return unit.is_item == before.is_item or before.lead_in or not unit.is_item


def _may_follow_apart(unit: Unit, before: Unit) -> bool:
    """Whether a unit may follow one it does not adjoin: as the opening of a paragraph that leans on nothing."""
    return (
        unit.opening == unit.text
        and not unit.weak
        and unit.starts_block
        and not unit.is_item
        and not before.lead_in
    )  # fmt: skip


def _only_turns_away(number: int, units: Sequence[Unit]) -> bool:
    """Whether a unit opens a further paragraph by leaning on what came before: "This is no argument that …"."""
    unit = units[number]
    goes_on = number + 1 < len(units) and units[number + 1].block == unit.block
    return unit.opening is None and unit.starts_block and goes_on and not unit.is_item


def _checked(units: Sequence[Unit], members: Sequence[int], weight: int) -> Iterator[Passage]:
    last = units[members[-1]]
    if weight < _LEAST_WEIGHT or last.lead_in or last.text.endswith(":"):
        return
    text = " ".join(units[number].text for number in members)
    if all(text.count(left) == text.count(right) for left, right in _PAIRS) and text.count('"') % 2 == 0:
        yield Passage(tuple(members), weight, whole=not _is_broken_off(units, members))


def _is_broken_off(units: Sequence[Unit], members: Sequence[int]) -> bool:
    """Whether it promises what it does not tell, or is a fragment on its own."""
    last = units[members[-1]]
    return (len(members) == 1 and not last.whole) or (not last.is_item and sets_up(last.text))


def _list_sizes(units: Sequence[Unit]) -> dict[int, int]:
    """The number of items under each lead-in, by the lead-in's number."""
    sizes: dict[int, int] = {}
    introduced = -1
    for number, unit in enumerate(units):
        if unit.lead_in:
            introduced = number
            sizes[number] = 0
        elif unit.is_item and introduced >= 0 and unit.section == units[introduced].section:
            sizes[introduced] += 1
        else:
            introduced = -1
    return sizes


def _list_is_told(members: Sequence[int], units: Sequence[Unit], counts: dict[int, int]) -> bool:
    """Whether a list that the passage introduces is there: two items at least, or all when its lead-in counts them."""
    introduced = next((number for number in reversed(members) if units[number].lead_in), None)
    if introduced is None:
        return True
    told = sum(units[number].is_item for number in members if number > introduced)
    named = {_COUNTS[word] for word in units[introduced].text.casefold().split() if word in _COUNTS}
    if counts[introduced] in named:
        return told == counts[introduced]
    return told >= min(_LEAST_ITEMS, max(counts[introduced], 1))


def _label(headings: tuple[str, ...]) -> str:
    """The innermost heading as the name of a list."""
    heading = headings[-1].strip() if headings else ""
    if not heading or weigh(heading) > _LONGEST_LABEL_WEIGHT:
        return ""
    return heading if heading.endswith((":", "?", "!", ".")) else f"{heading}:"


def _joint(before: Unit, after: Unit) -> str:
    if after.is_item:
        return "\n" + BULLET if before.is_item or before.lead_in else _PARAGRAPH_BREAK + BULLET
    if before.block != after.block or before.is_item:
        return _PARAGRAPH_BREAK
    return "" if before.text.endswith(tuple(_CLOSE_MARKS)) else " "


def _joint_weight(before: Unit, after: Unit) -> int:
    return weigh(_joint(before, after))


def _pieces(members: Sequence[Unit], label: str) -> Iterator[str]:
    first = members[0]
    opening = first.opening if first.opening is not None else first.text
    if label:
        yield label
        yield "\n" + BULLET + opening
    elif first.is_item and len(members) > 1 and members[1].is_item and not first.lead_in:
        yield BULLET + opening
    else:
        yield opening
    for before, after in zip(members, members[1:], strict=False):
        yield _joint(before, after) + after.text
