"""How much each unit says of what its material says: by meaning, by terms, by place."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from onering_cli.generation.extract.terms import shared, terms
from onering_cli.generation.extract.units import Unit
from onering_cli.generation.model import Brief

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from onering_cli.memory.ports import Embedder

# Shares of a unit's value; chosen by reading threads of forty documents, not fitted to a metric.
_CENTRALITY_SHARE = 0.40
_SALIENCE_SHARE = 0.25
_HEADING_SHARE = 0.15
_PLACE_SHARE = 0.20
_WORDS_SHARE = 0.4
_TOPIC_SHARE = 0.65
_TOPIC_WEIGHT = 1.6
_OFF_TOPIC = 0.05
_MOST_TERMS = 400


@dataclass(frozen=True, slots=True)
class Scores:
    """What is known of the units as numbers; `n` units, `t` salient terms.

    Args:
        vectors: ``(n, dimension)`` float32, unit norm.
        likeness: ``(n, n)`` float32; 0.0 for no more alike than the material's sentences are on average, 1.0 for equal.
        value: ``(n,)`` float32, about 0.0 to 1.2: what the unit is worth to the thread.
        importance: ``(n,)`` float32 summing to 1.0: how much of the material each unit is.
        holds: ``(n, t)`` bool: the salient terms that each unit holds.
        term_weight: ``(t,)`` float32 summing to 1.0.
        salient: The salient terms, the weightiest first.
    """

    vectors: "NDArray[np.float32]"
    likeness: "NDArray[np.float32]"
    value: "NDArray[np.float32]"
    importance: "NDArray[np.float32]"
    holds: "NDArray[np.bool_]"
    term_weight: "NDArray[np.float32]"
    salient: tuple[str, ...]


def scores_of(units: Sequence[Unit], brief: Brief, embedder: "Embedder") -> Scores:
    """Score every unit; `units` must not be empty."""
    import numpy as np

    labels = [f"{brief.readings[unit.reading].title} {' '.join(unit.headings[-1:])}".strip() for unit in units]
    distinct = list(dict.fromkeys([*labels, brief.topic]))
    embedded = embedder.embed([*(unit.text for unit in units), *distinct])
    vectors = embedded[: len(units)]
    of_label = {label: embedded[len(units) + number] for number, label in enumerate(distinct)}

    words = [terms(unit.text) for unit in units]
    salient, holds, term_weight = _salience(units, words, terms(brief.topic))
    likeness = (1 - _WORDS_SHARE) * _likeness(vectors) + _WORDS_SHARE * _word_likeness(holds)
    worth = np.array([unit.worth if unit.usable else 0.0 for unit in units], dtype=np.float32)
    weight = np.array([unit.weight for unit in units], dtype=np.float32)
    headed = np.array([vectors[number] @ of_label[label] for number, label in enumerate(labels)], dtype=np.float32)
    lengths = np.array([max(len(found), 3) for found in words], dtype=np.float32)
    density = ((holds @ term_weight) / np.sqrt(lengths)).astype(np.float32)
    central = _centrality(units, vectors, worth * weight)
    value: NDArray[np.float32] = worth * (
        _CENTRALITY_SHARE * central
        + _SALIENCE_SHARE * _spread(density)
        + _HEADING_SHARE * _spread(headed)
        + _PLACE_SHARE * np.array([_place(unit) for unit in units], dtype=np.float32)
    )
    importance = worth * np.sqrt(weight)
    if brief.topic:
        relevance = _relevance(units, vectors @ of_label[brief.topic], brief.topic)
        value = (1 - _TOPIC_SHARE) * value + _TOPIC_WEIGHT * worth * relevance
        importance = importance * (_OFF_TOPIC + relevance)
    return Scores(
        vectors, likeness, value, importance / max(float(importance.sum()), 1e-9), holds, term_weight, salient
    )


def _centrality(
    units: Sequence[Unit], vectors: "NDArray[np.float32]", mass: "NDArray[np.float32]"
) -> "NDArray[np.float32]":
    """How near each unit is to the middle of its own reading, spread over 0.0 to 1.0 within it."""
    import numpy as np

    near = np.zeros(len(units), dtype=np.float32)
    of_reading = np.array([unit.reading for unit in units])
    for reading in dict.fromkeys(of_reading.tolist()):
        inside = of_reading == reading
        middle = mass[inside] @ vectors[inside]
        norm = float(np.linalg.norm(middle))
        near[inside] = _spread(vectors[inside] @ middle / norm) if norm > 0 else 0.5
    return near


def _likeness(vectors: "NDArray[np.float32]") -> "NDArray[np.float32]":
    import numpy as np

    raw = vectors @ vectors.T
    if len(vectors) == 1:
        return np.ones((1, 1), dtype=np.float32)
    # Averaged word vectors are all somewhat alike; what counts is how much more alike than usual two sentences are.
    usual = min(float(raw[~np.eye(len(raw), dtype=bool)].mean()), 0.9)
    above: NDArray[np.float32] = np.clip((raw - usual) / (1 - usual), 0.0, 1.0).astype(np.float32)
    return above


def _word_likeness(holds: "NDArray[np.bool_]") -> "NDArray[np.float32]":
    """Cosine of the salient terms of two units, the rarer the weightier."""
    import numpy as np

    rarity = np.log1p(len(holds) / np.maximum(holds.sum(axis=0), 1)).astype(np.float32)
    weighed = holds * rarity
    norms = np.linalg.norm(weighed, axis=1, keepdims=True)
    unit: NDArray[np.float32] = (weighed / np.maximum(norms, 1e-9)).astype(np.float32)
    alike: NDArray[np.float32] = unit @ unit.T
    np.fill_diagonal(alike, 1.0)
    return alike


def _salience(
    units: Sequence[Unit], words: Sequence[list[str]], asked: Sequence[str]
) -> tuple[tuple[str, ...], "NDArray[np.bool_]", "NDArray[np.float32]"]:
    import numpy as np

    headed = Counter(word for headings in {unit.headings for unit in units} for word in terms(" ".join(headings)))
    counted: Counter[str] = Counter()
    for unit, found in zip(units, words, strict=True):
        for word in dict.fromkeys(found):
            counted[word] += 1 if unit.worth > 0.2 else 0  # noqa: PLR2004 - boilerplate sections do not vote
    for word in headed:
        counted[word] += 1
    wanted = [word for word in dict.fromkeys(asked) if word in counted]
    ranked = sorted((word for word in counted if counted[word] > 1), key=lambda word: (-counted[word], word))
    salient = tuple(dict.fromkeys([*wanted, *ranked[:_MOST_TERMS]]))
    number = {word: index for index, word in enumerate(salient)}
    holds: NDArray[np.bool_] = np.zeros((len(units), len(salient)), dtype=bool)
    for row, found in enumerate(words):
        holds[row, [number[word] for word in found if word in number]] = True
    weight: NDArray[np.float32] = np.log1p(np.array([counted[word] for word in salient], dtype=np.float32))
    weight /= max(float(weight.sum()), 1e-9)
    if wanted:
        weight *= 1 - _TOPIC_SHARE
        weight[: len(wanted)] += _TOPIC_SHARE / len(wanted)
    return salient, holds, weight


def _relevance(units: Sequence[Unit], near: "NDArray[np.float32]", topic: str) -> "NDArray[np.float32]":
    import numpy as np

    asked = terms(topic)
    named = np.array([shared(f"{unit.text} {' '.join(unit.headings[-1:])}", asked) for unit in units], dtype=np.float32)
    # Squared: to be somewhat nearer than half of the sentences is no sign of being about the topic.
    relevance: NDArray[np.float32] = 0.5 * _spread(near) ** 2 + 0.5 * named if asked else _spread(near) ** 2
    return relevance


def _place(unit: Unit) -> float:
    """Openings of documents and of paragraphs carry their points: 1.0 at the very start, 0.0 deep inside."""
    return 0.6 * max(0.0, 1.0 - 3.0 * unit.place) + (0.4 if unit.starts_block else 0.0)


def _spread(values: "NDArray[np.float32]") -> "NDArray[np.float32]":
    """Ranks as numbers from 0.0 to 1.0, so that scales of different measures can be added; equal values share one."""
    import numpy as np

    if len(values) == 1:
        return np.ones(1, dtype=np.float32)
    distinct, place, counts = np.unique(np.round(values, 5), return_inverse=True, return_counts=True)
    if len(distinct) == 1:
        return np.full(len(values), 0.5, dtype=np.float32)
    below = np.cumsum(counts) - counts
    ranks: NDArray[np.float32] = ((below + (counts - 1) / 2)[place] / (len(values) - 1)).astype(np.float32)
    return ranks
