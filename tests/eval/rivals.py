"""What `extract` is compared with: the beginning of the document, and sumy's LexRank and TextRank.

Every rival gets the same sentences, as many of them as fit the length of the thread it is compared with, and the same
way of setting sentences into posts.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from sumy.models.dom import ObjectDocumentModel, Paragraph
from sumy.models.dom import Sentence as SumySentence
from sumy.summarizers.lex_rank import LexRankSummarizer
from sumy.summarizers.text_rank import TextRankSummarizer

from onering_cli.generation.model import DraftedPost
from onering_cli.text.splitting import split
from onering_cli.text.weights import LIMIT_WEIGHT, weigh

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from onering_cli.generation.model import Brief, Sentence


class Words:
    """A tokenizer for sumy that needs no data to be downloaded."""

    def to_words(self, sentence: str) -> tuple[str, ...]:
        """The words of a sentence."""
        return tuple(re.findall(r"\w+", sentence.casefold()))


def lead(sentences: Sequence[Sentence]) -> list[int]:
    """The document from its beginning."""
    return list(range(len(sentences)))


def lex_rank(sentences: Sequence[Sentence]) -> list[int]:
    """LexRank's order of importance."""
    return _ranked(LexRankSummarizer(), sentences)


def text_rank(sentences: Sequence[Sentence]) -> list[int]:
    """TextRank's order of importance."""
    return _ranked(TextRankSummarizer(), sentences)


RIVALS: dict[str, Callable[[Sequence[Sentence]], list[int]]] = {
    "lead": lead,
    "LexRank (sumy)": lex_rank,
    "TextRank (sumy)": text_rank,
}


def rival_thread(brief: Brief, rank: Callable[[Sequence[Sentence]], list[int]], words: int) -> tuple[DraftedPost, ...]:
    """The sentences that rank highest, as many as `words` take, in the document's order and set into posts."""
    sentences = [sentence for reading in brief.readings for sentence in reading.sentences]
    taken: list[int] = []
    left = words
    for index in rank(sentences):
        length = len(sentences[index].text.split())
        if length <= left:
            taken.append(index)
            left -= length
    posts: list[DraftedPost] = []
    for index in sorted(taken):
        sentence = sentences[index]
        joined = f"{posts[-1].text} {sentence.text}" if posts else ""
        if posts and weigh(joined) <= LIMIT_WEIGHT:
            posts[-1] = DraftedPost(joined, (*posts[-1].spans, sentence.span))
        else:
            posts += [DraftedPost(part, (sentence.span,)) for part in split(sentence.text)]
    return tuple(posts)


def _ranked(summarizer: Any, sentences: Sequence[Sentence]) -> list[int]:
    words = Words()
    told = [SumySentence(sentence.text, words) for sentence in sentences]
    document = ObjectDocumentModel([Paragraph(told)])
    ratings: dict[SumySentence, float] = {}
    # Both summarizers rate every sentence and then pick; what they rated is what a rank is made of.
    summarizer._get_best_sentences = lambda _sentences, _count, rated: ratings.update(rated)
    summarizer(document, len(told))
    return sorted(range(len(told)), key=lambda index: -ratings.get(told[index], 0.0))
