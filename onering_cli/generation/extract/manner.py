"""A small say of the user's voice in what the thread is made of: how long posts are, and how the first one opens."""

from typing import TYPE_CHECKING

from onering_cli.memory.openings import opening_of

if TYPE_CHECKING:
    from onering_cli.memory.voice.model import Voice

SIZE_PENALTY = 1.5
"""What a post far from the voice's usual size is worth less; saying an eighth more of the material makes up for it."""
HOOK_BONUS = 0.3
"""An opening of the voice's favourite form gains at most so much; a good opening's value is about 1.5."""
_LEAST_ROOM = 0.5
_LEAST_REACH = 0.2


def room(voice: "Voice | None", limit_weight: int) -> int:
    """The weight from which a post counts as full: the limit, or less where the voice's posts weigh less.

    Never less than half of the limit, since a voice decides among posts, not how many there can be.
    """
    if voice is None or not voice.is_telling or voice.weight.middle <= 0:
        return limit_weight
    return round(min(max(voice.weight.middle, _LEAST_ROOM * limit_weight), limit_weight))


def size_penalty(voice: "Voice | None", weight: int) -> float:
    """What is taken off a post's value by its size.

    0 at the voice's middle, a quarter of `SIZE_PENALTY` at the bounds that eight of ten posts keep within, all of it
    twice as far off.
    """
    if voice is None or not voice.is_telling or voice.weight.middle <= 0:
        return 0.0
    usual = voice.weight
    reach = usual.high - usual.middle if weight > usual.middle else usual.middle - usual.low
    off = abs(weight - usual.middle) / max(reach, _LEAST_REACH * usual.middle)
    return SIZE_PENALTY * min((off / 2) ** 2, 1.0)


def hook_bonus(voice: "Voice | None", text: str) -> float:
    """What an opening gains by its form: `HOOK_BONUS` for the voice's favourite one, less for rarer ones, else 0."""
    if voice is None or not voice.is_telling or not voice.openings:
        return 0.0
    most = max(voice.openings.values())
    return HOOK_BONUS * voice.openings.get(str(opening_of(text)), 0.0) / most if most else 0.0
