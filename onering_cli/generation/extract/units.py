"""A unit: a sentence or a list item that can stand in a post, with what it leans on."""

from dataclasses import dataclass

from onering_cli.generation.extract.worth import is_whole
from onering_cli.generation.model import BlockKind, Span

BULLET = "• "


@dataclass(frozen=True, slots=True)
class Unit:
    """A sentence, or a list item with all its sentences, as it can stand in a post.

    Args:
        text: As it reads after the unit before it.
        opening: As it reads when it opens a post; None when it leans on what stands before it.
        spans: The sentences it is made of.
        kind: What block it stands in.
        reading: The number of its reading.
        section: The number of the run of units under the same headings, over all readings.
        block: The number of its block within its reading.
        headings: The headings above it, outermost first.
        follows: Nothing of substance stands between it and the unit before it.
        starts_block: It is the first of its block.
        lead_in: It introduces the list that follows it.
        usable: It may be chosen; an unusable unit only breaks the flow.
        worth: How much its form and its section speak for it, around 1.0.
        weight: Of `text`.
        opening_weight: Of `opening`, 0 without one.
        weak: It can open a post, but reads as if something came before it.
        place: Where it stands in its reading, 0.0 to 1.0.
        introduced_by: The number of the unit that introduces its list; without it, an item may say the opposite.
    """

    text: str
    opening: str | None
    spans: tuple[Span, ...]
    kind: BlockKind
    reading: int
    section: int
    block: int
    headings: tuple[str, ...]
    follows: bool
    starts_block: bool
    lead_in: bool
    usable: bool
    worth: float
    weight: int
    opening_weight: int
    weak: bool
    place: float
    introduced_by: int | None = None

    @property
    def is_item(self) -> bool:
        """Whether it is set as a bullet in a list."""
        return self.kind is BlockKind.LIST_ITEM

    @property
    def whole(self) -> bool:
        """Whether it is a whole sentence, not a label or a fragment."""
        return is_whole(self.text)
