"""Measures of a thread against its document; the same for every writer, and without a model."""

from __future__ import annotations

import math
import re
from collections import Counter
from dataclasses import astuple, dataclass, fields
from typing import TYPE_CHECKING

from onering_cli.generation.gates import Standard, check
from onering_cli.generation.model import Gate
from onering_cli.generation.references import dangling_opening
from onering_cli.text.sentences import sentence_spans

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from onering_cli.generation.model import Brief, DraftedPost
    from onering_cli.memory.ports import Embedder

_WORD = re.compile(r"[^\W\d_]{3,}")
_SHINGLE_WORDS = 3
_STOPWORDS = frozenset(
    "the and for are but not you your all any can had has have was were with that this these those from they them their "  # noqa: SIM905 -- a word list reads best as one
    "there here what which who how why when where will would could should may might must also than then into over out "
    "more most some such only just very its it's our ours his her she him one two about because been being does did "
    "der die das und ist nicht ein eine einer eines mit für auf von den dem sich auch wird sind zum zur als bei nach".split()
)


@dataclass(frozen=True)
class Measured:
    """What was measured of one thread, or the mean over several.

    Args:
        compression: Words of the thread for each word of the document.
        terms: Share of the document's recurring words, weighted by how often they occur, that the thread uses.
        meaning: For each sentence of the document, the likeness of the nearest sentence of the thread; the mean.
        redundancy: Share of the thread's runs of three words that occur in it more than once.
        dangling: Sentences that lean on one that is not before them.
        gates: Posts that fail a gate: too heavy, unfinished, repeated, leaning on nothing.
        invented: Names, numbers, addresses and quotations that the document does not hold.
    """

    compression: float
    terms: float
    meaning: float
    redundancy: float
    dangling: float
    gates: float
    invented: float


def measure(brief: Brief, posts: Sequence[DraftedPost], embedder: Embedder) -> Measured:
    """Everything about one thread."""
    source = [sentence.text for reading in brief.readings for sentence in reading.sentences]
    thread = [post.text[start:end] for post in posts for start, end in sentence_spans(post.text)]
    faults = check(brief, posts, Standard(embedder))
    return Measured(
        compression=_words(thread) / max(1, _words(source)),
        terms=_term_coverage(source, thread),
        meaning=float((embedder.embed(source) @ embedder.embed(thread).T).max(axis=1).mean()) if thread else 0.0,
        redundancy=_redundancy(thread),
        dangling=float(_dangling(brief, posts)),
        gates=float(len({fault.post for fault in faults if fault.gate is not Gate.UNSUPPORTED})),
        invented=float(sum(fault.gate is Gate.UNSUPPORTED for fault in faults)),
    )


def mean(measured: Sequence[Measured]) -> Measured:
    """The mean of each measure."""
    return Measured(*(math.fsum(values) / len(measured) for values in zip(*map(astuple, measured), strict=True)))


def names() -> list[str]:
    """The measures, in order."""
    return [field.name for field in fields(Measured)]


def _words(sentences: Iterable[str]) -> int:
    return sum(len(sentence.split()) for sentence in sentences)


def _terms(sentences: Iterable[str]) -> Counter[str]:
    found = (word.casefold() for sentence in sentences for word in _WORD.findall(sentence))
    return Counter(word[:6] for word in found if word not in _STOPWORDS)


def _term_coverage(source: Sequence[str], thread: Sequence[str]) -> float:
    recurring = {term: count for term, count in _terms(source).items() if count > 1}
    used = _terms(thread)
    return sum(count for term, count in recurring.items() if term in used) / max(1, sum(recurring.values()))


def _redundancy(thread: Sequence[str]) -> float:
    words = [re.findall(r"\w+", sentence.casefold()) for sentence in thread]
    runs = Counter(
        tuple(sentence[start : start + _SHINGLE_WORDS])
        for sentence in words
        for start in range(len(sentence) - _SHINGLE_WORDS + 1)
    )
    return sum(count for count in runs.values() if count > 1) / max(1, sum(runs.values()))


def _dangling(brief: Brief, posts: Sequence[DraftedPost]) -> int:
    """Sentences that open with a word that points back, while what stood before them in the document is not there."""
    order = [sentence for reading in brief.readings for sentence in reading.sentences]
    place = {sentence.span: index for index, sentence in enumerate(order)}
    placed = [place[span] for post in posts for span in post.spans if span in place]
    language = brief.language or "en"
    return sum(
        dangling_opening(order[index].text, language) is not None and (not at or placed[at - 1] != index - 1)
        for at, index in enumerate(placed)
        if order[index].text in " ".join(post.text for post in posts)
    )
