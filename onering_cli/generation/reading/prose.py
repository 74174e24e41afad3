"""The editor's eye: passages become clean sentences, and what is not prose is left out."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from onering_cli.generation.model import Material, Reading, Sentence, Span
from onering_cli.generation.reading.boilerplate import is_boilerplate, is_boilerplate_heading, is_no_prose
from onering_cli.generation.reading.folding import Vocabulary, fold
from onering_cli.generation.reading.language import language_of
from onering_cli.generation.reading.markup import outer_end, outer_start
from onering_cli.generation.reading.references import is_only_references, leads_to_change, without_references
from onering_cli.generation.reading.strand import GAP, HARD_BREAK, Manuscript, Passage, Strand
from onering_cli.text.sentences import sentence_spans

_SAMPLE_SENTENCES = 400
_LINKED_SHARE = 0.9
_LINKED_SENTENCE_WORDS = 6
_CHANGE_WORDS = 3
_TERMINAL = re.compile(r"[.!?…。！？।۔؟][\"'”’»)\]」』）]*$")
_TERMINAL_CHARS = 8
_BREAK = re.compile(HARD_BREAK)
_CONTINUES = re.compile(r"[\"'“‘«(]?[a-z\u00df-\u00f6\u00f8-\u00ff]")
_AROUND = f" {GAP}"
_MARKS = re.compile(r"[^\w\s]")
_ADDRESS = re.compile(r"https?://[^\s<>\"“”()\[\]]*[^\s<>\"“”()\[\].,;:!?'’*_]")
_NOWHERE = ("#", "javascript:", "data:")
_CLOSERS = "\"'”’»)"


def edit(manuscript: Manuscript, material: Material, index: int) -> Reading:
    """Read a manuscript's passages as sentences of material number `index`."""
    vocabulary = Vocabulary(passage.strand.text for passage in manuscript.passages)
    sentences: list[Sentence] = []
    block = 0
    for passage in _outside_boilerplate(manuscript.passages):
        folded = fold(passage.strand, vocabulary)
        if is_only_references(folded.text):
            continue
        strand = without_references(folded).rewrite(_BREAK, _flow)
        clean = replace(passage, strand=strand)
        known = len(sentences)
        for position, (text, begin, end) in enumerate(_sentences(clean)):
            floor = sentences[-1].span.end if sentences else 0
            span = Span(index, *_origin(strand, begin, end, material.text, floor))
            lead_in = text.rstrip(_CLOSERS).endswith((":", "："))
            links = _addresses(clean, span, text)
            sentences.append(Sentence(text, span, clean.kind, block, position, clean.headings, links, lead_in))
        block += len(sentences) > known
    sample = " ".join(sentence.text for sentence in sentences[:_SAMPLE_SENTENCES])
    return Reading(manuscript.title, tuple(sentences), language_of(sample) or manuscript.language)


def _outside_boilerplate(passages: Sequence[Passage]) -> Sequence[Passage]:
    """Without licences, tables of contents and the like; a heading like theirs above most of the text is none."""
    below: Counter[str] = Counter()
    for passage in passages:
        below.update(dict.fromkeys(passage.headings, len(passage.strand.text)))
    most = sum(len(passage.strand.text) for passage in passages) / 2
    left_out = {heading for heading, held in below.items() if held <= most and is_boilerplate_heading(heading)}
    return [passage for passage in passages if left_out.isdisjoint(passage.headings)]


def _sentences(passage: Passage) -> Iterator[tuple[str, int, int]]:
    """The passage's sentences with their ranges in its text."""
    whole = passage.strand.text
    if not whole or is_boilerplate(whole) or _only_links(passage):
        return
    for cut_begin, cut_end in _cuts(passage):
        begin, end = _trimmed(whole, cut_begin, cut_end)
        text = whole[begin:end]
        if GAP in text or _is_code(passage, begin, end) or is_no_prose(text):
            continue
        if len(text) < len(whole) and is_boilerplate(text):
            continue
        yield text, begin, end


def _origin(strand: Strand, begin: int, end: int, source: str, floor: int) -> tuple[int, int]:
    """Where a range of the text came from, the markup that encloses it included; nothing before `floor`."""
    floor = max(floor, strand.starts[begin - 1] + 1) if begin else floor
    ceiling = strand.starts[end] if end < len(strand.text) else len(source)
    return (
        outer_start(source, strand.starts[begin], floor),
        outer_end(source, strand.starts[end - 1], strand.text[end - 1], ceiling),
    )


def _trimmed(text: str, begin: int, end: int) -> tuple[int, int]:
    """Without the pictures before and behind a sentence."""
    while begin < end and text[begin] in _AROUND:
        begin += 1
    while end > begin and text[end - 1] in _AROUND:
        end -= 1
    return begin, end


def _cuts(passage: Passage) -> Iterator[tuple[int, int]]:
    start = 0
    for part in _masked(passage).split(HARD_BREAK):
        for begin, end in sentence_spans(part):
            yield start + begin, start + end
        start += len(part) + 1


def _masked(passage: Passage) -> str:
    """The text with its code made up as words, so that a sentence may open with code but not end within it."""
    if not passage.codes:
        return passage.strand.text
    pieces: list[str] = []
    done = 0
    for code in passage.codes:
        begin, end = passage.strand.span_of(*code)
        if done <= begin < end:
            text = passage.strand.text
            pieces += (text[done:begin], "X", _MARKS.sub("x", text[begin + 1 : end]))
            done = end
    pieces.append(passage.strand.text[done:])
    return "".join(pieces)


def _is_code(passage: Passage, begin: int, end: int) -> bool:
    """Whether nothing but code stands in a range of the text."""
    spans = (passage.strand.span_of(*code) for code in passage.codes)
    return any(start <= begin and end <= stop for start, stop in spans)


def _flow(line_break: re.Match[str]) -> str:
    """A break that the author asked for stays unless it stands within a clause."""
    text, at = line_break.string, line_break.start()
    within = _CONTINUES.match(text, at + 1) and not _TERMINAL.search(text, max(0, at - _TERMINAL_CHARS), at)
    return " " if within else HARD_BREAK


def _only_links(passage: Passage) -> bool:
    """Whether a block only leads elsewhere; a sentence may be a link, and a change may link to where it was made."""
    if passage.linked_share() < _LINKED_SHARE:
        return False
    words = len(passage.strand.text.split())
    if words >= _CHANGE_WORDS and any(leads_to_change(link.address) for link in passage.links):
        return False
    return words < _LINKED_SENTENCE_WORDS or not _TERMINAL.search(passage.strand.text)


def _addresses(passage: Passage, span: Span, text: str) -> tuple[str, ...]:
    """Where a sentence's links lead, and the addresses it spells out."""
    inside = [link.address for link in passage.links if span.start <= link.start < span.end]
    spelt = _ADDRESS.findall(text) if "://" in text else []
    addresses = dict.fromkeys(address for address in [*inside, *spelt] if not address.startswith(_NOWHERE))
    return tuple(addresses)
