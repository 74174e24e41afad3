"""What of a voice lasts when it is built anew."""

from dataclasses import replace

from onering_cli.memory.voice.exemplars import MOST_EXEMPLARS
from onering_cli.memory.voice.model import Voice


def renewed(old: Voice, new: Voice) -> Voice:
    """The new voice with the old one's notes, and its pinned exemplars first."""
    pinned = tuple(exemplar for exemplar in old.exemplars if exemplar.pinned)
    kept = {exemplar.text for exemplar in pinned}
    others = [exemplar for exemplar in new.exemplars if exemplar.text not in kept]
    room = max(MOST_EXEMPLARS - len(pinned), 0)
    return replace(new, notes=old.notes, exemplars=(*pinned, *others[:room]))
