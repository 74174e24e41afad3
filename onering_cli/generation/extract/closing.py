"""The last post: the point that the material ends on, or the call that it makes itself."""

import re
from collections.abc import Sequence

from onering_cli.generation.extract.passages import Passage
from onering_cli.generation.extract.units import Unit
from onering_cli.generation.extract.worth import sets_up

_CONCLUDES = re.compile(
    r"^(?:so\b|in short|in the end|in conclusion|to (?:sum up|conclude|summari[sz]e)|overall|ultimately|all in all|"
    r"the (?:lesson|point|takeaway|moral|upshot|bottom line|result|truth)\b|what matters|whatever|remember|"
    r"next (?:year|time)|"
    r"if you\b|we (?:learned|believe|hope|plan|recommend)|(?:kurz|am ende|insgesamt|letztlich)\b|(?:en somme|"
    r"finalement)\b|"
    r"(?:en resumen|en definitiva)\b)|\b(?:ambition|lesson|conclusion|takeaway|that is the point|worth it|should)\b",
    re.IGNORECASE,
)
_CALLS = re.compile(
    r"^(?:please |just |now |then |go |so )?(?:try|join|install|download|start|get|sign up|give|learn|let|ask|tell|"
    r"write|vote|"
    r"register|star|send|open|report|feel free|measure|build|make|take|stop|keep|read|remember|upgrade|update|use|"
    r"run|choose|"
    r"consider|visit|come|help|support|donate|contact|reach out|think|put|look|find|share|check)\b(?! (?:is|was|are|"
    r"the "
    r"(?:first|second)))|\b(?:give .{1,30} a try|let us know|get in touch|we['’]d love|come and|wer .{3,60}, kann)\b",
    re.IGNORECASE,
)
_CONCLUDING_HEADING = re.compile(
    r"\b(?:conclusions?|concluding|summary|takeaways?|lessons?|in short|final|wrap(?:ping)?[ -]up|closing|outlook|"
    r"what['’]s next|next steps|epilogue|the point|fazit|ausblick|conclusión)\b",
    re.IGNORECASE,
)
_LATE_PLACE = 0.7
_GOOD_WORTH = 0.6


def close_values(
    passages: Sequence[Passage], units: Sequence[Unit], values: Sequence[float]
) -> list[tuple[float, int]]:
    """The passages that could end the thread with what speaks for each, the best first."""
    usable = [number for number, unit in enumerate(units) if unit.usable]
    good = [number for number in usable if units[number].worth >= _GOOD_WORTH]
    if not usable:
        return []
    end = (good or usable)[-1]
    reading = units[end].reading
    late = _LATE_PLACE * units[end].place
    rated: list[tuple[float, int]] = []
    for number, passage in enumerate(passages):
        first, last = units[passage.first], units[passage.last]
        if last.reading != reading or passage.last > end:
            continue
        if passage.last != end and first.place < late:
            continue
        rated.append((_close_value(first, last, reaches_end=passage.last == end) + values[number], number))
    return sorted(rated, key=lambda entry: (-entry[0], entry[1]))


def _close_value(first: Unit, last: Unit, *, reaches_end: bool) -> float:
    text = last.text
    value = 0.25 * last.place + (0.3 if reaches_end else 0.0)
    if _CONCLUDING_HEADING.search(" ".join(last.headings[-1:])):
        value += 0.25
    if _CONCLUDES.search(text) or _CONCLUDES.match(first.text):
        value += 0.15
    if _CALLS.search(text):
        value += 0.25
    if sets_up(text):
        value -= 0.4
    if last.is_item:
        value -= 0.4 if first is last else 0.15
    return value
