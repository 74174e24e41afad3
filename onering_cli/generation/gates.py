"""The deterministic checks that every thread passes, the same whatever wrote it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from onering_cli.generation.facts import unsupported_facts
from onering_cli.generation.model import Fault, Gate
from onering_cli.generation.references import dangling_opening
from onering_cli.record import record
from onering_cli.text.likeness import longest_shared_run, resemblance
from onering_cli.text.sentences import sentence_spans
from onering_cli.text.weights import weigh

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from onering_cli.generation.model import Brief, DraftedPost
    from onering_cli.memory.ports import Embedder

NEAR_RESEMBLANCE = 0.5
"""Two posts that share half of their three-word shingles say the same thing in the same words."""
SAME_MEANING = 0.93
"""Inner product of unit embeddings above which two posts are held to say the same thing."""
STRAY_LIKENESS = 0.25
"""A post that is nearer to no sentence of the material than this is about something else: free paraphrases measured
0.34 and more, nonsense of a weak model 0.17 to 0.41."""
COPIED_WORDS = 9
"""A run of so many words from the instructions is no coincidence."""

_EMBEDDED_LANGUAGES = frozenset({"en", "de", "fr", "es", "it", "pt", "nl"})
_OPEN_ENDED = re.compile(r"[,;:\-–—(\[{“«‹&/+=]$")
_CLOSERS = {"(": ")", "[": "]", "{": "}", "“": "”", "«": "»", "「": "」", "『": "』", "（": "）"}
_EMOTICON_OR_ENUMERATION = re.compile(r"(?:(?<=\s)|^)(?:[:;=8][-']?[()\[\]DP/]|\w{1,3}\))")
_NEVER_LAST = frozenset(
    "a an the and or but nor of to in on at by for with from into than as if because that which whose is are was were "  # noqa: SIM905 -- a word list reads best as one
    "der die das und oder aber ein eine mit von zu le la les et ou mais un une de du el los las y o pero".split()
)


@record
class Standard:
    """What the gates hold a thread against beside its brief.

    Args:
        embedder: Tells likeness of meaning.
        instructions: The writer's own instructions, which must not appear in a post.
        allow_unsupported: The user consents to names and numbers that the material does not hold.
    """

    embedder: Embedder
    instructions: str = ""
    allow_unsupported: bool = False


def check(brief: Brief, posts: Sequence[DraftedPost], standard: Standard) -> tuple[Fault, ...]:
    """Every fault of a thread, in the order of its posts; none when it may be saved."""
    faults = [*_count(brief, posts), *_repeats(brief, posts, standard), *_strays(brief, posts, standard)]
    held = ground(brief)
    for number, post in enumerate(posts):
        faults.extend(_post_faults(brief, number, post, posts, standard))
        faults.extend(_copied_from_voice(brief, number, post, held))
        if not standard.allow_unsupported:
            facts = unsupported_facts(post.text, held)
            faults += [Fault(Gate.UNSUPPORTED, number, f"the material does not hold “{fact}”", fact) for fact in facts]
    return tuple(sorted(faults, key=lambda fault: (-1 if fault.post is None else fault.post, fault.gate)))


def _count(brief: Brief, posts: Sequence[DraftedPost]) -> Iterator[Fault]:
    if not posts:
        yield Fault(Gate.COUNT, None, "the writer wrote no post")
    elif brief.posts is not None and len(posts) != brief.posts:
        yield Fault(Gate.COUNT, None, f"{brief.posts} posts were asked for and {len(posts)} were written")


def _post_faults(
    brief: Brief, number: int, post: DraftedPost, posts: Sequence[DraftedPost], standard: Standard
) -> Iterator[Fault]:
    text = post.text.strip()
    if not text:
        yield Fault(Gate.EMPTY, number, "the post is empty")
        return
    weight = weigh(text)
    if weight > brief.limit_weight:
        yield Fault(Gate.WEIGHT, number, f"the post weighs {weight} and the limit is {brief.limit_weight}")
    copied = longest_shared_run(text, standard.instructions, least=COPIED_WORDS)
    if copied:
        yield Fault(Gate.PROMPT_COPIED, number, "the post repeats the instructions", copied)
    unfinished = _unfinished(brief, text)
    if unfinished:
        yield Fault(Gate.UNFINISHED, number, "the post ends in the middle of a sentence", unfinished)
    dangling = dangling_opening(text, brief.language or "en")
    if dangling and not _resolved_before(brief, number, posts):
        yield Fault(
            Gate.DANGLING, number, f"the post opens with “{dangling}”, which points outside the thread", dangling
        )


def _copied_from_voice(brief: Brief, number: int, post: DraftedPost, held: str) -> Iterator[Fault]:
    """An example of the user's voice that stands in a post again; what the material says may be said."""
    for exemplar in brief.voice.exemplars if brief.voice else ():
        copied = longest_shared_run(post.text, exemplar.text, least=COPIED_WORDS)
        if copied and not longest_shared_run(copied, held, least=COPIED_WORDS):
            yield Fault(Gate.PROMPT_COPIED, number, "the post repeats an example of your voice", copied)
            return


def ground(brief: Brief) -> str:
    """All that a post may rest on: the materials, the topic, and what the user wrote before."""
    parts = [material.text for material in brief.materials]
    parts += [sentence.text for reading in brief.readings for sentence in reading.sentences]
    parts += [brief.topic, *(memory.text for memory in brief.recollections)]
    return "\n".join(parts)


def _repeats(brief: Brief, posts: Sequence[DraftedPost], standard: Standard) -> Iterator[Fault]:
    published = [memory for memory in brief.recollections if memory.at is not None]
    if not standard.instructions and {one.name for one in brief.materials} <= {
        one.source for one in brief.recollections
    }:
        # A writer that selects sentences was asked to select from what was published, and can give back nothing else;
        # saving and posting still tell which posts it repeats.
        published = []
    texts = [post.text for post in posts]
    if len(texts) < 2 and not published:  # noqa: PLR2004 -- it takes two to repeat
        return
    vectors = standard.embedder.embed([*texts, *(memory.text for memory in published)])
    likeness = vectors[: len(texts)] @ vectors.T
    for number, text in enumerate(texts):
        for earlier in range(number):
            if resemblance(text, texts[earlier]) >= NEAR_RESEMBLANCE or likeness[number, earlier] >= SAME_MEANING:
                yield Fault(Gate.REPEAT, number, f"the post repeats post {earlier + 1}", texts[earlier])
                break
        for index, memory in enumerate(published):
            alike = likeness[number, len(texts) + index]
            if resemblance(text, memory.text) >= NEAR_RESEMBLANCE or alike >= SAME_MEANING:
                when = f"{memory.at:%Y-%m-%d}"
                yield Fault(Gate.PUBLISHED, number, f"the post repeats what was published on {when}", memory.text)
                break


def _strays(brief: Brief, posts: Sequence[DraftedPost], standard: Standard) -> Iterator[Fault]:
    """Posts of a model that no sentence of the material is near to; in languages that the embedder knows."""
    sentences = [sentence.text for reading in brief.readings for sentence in reading.sentences]
    if not standard.instructions or not sentences or not posts or brief.language not in _EMBEDDED_LANGUAGES:
        return
    if any(reading.language != brief.language for reading in brief.readings):
        return  # a translation is near to nothing
    told = [*sentences, brief.topic] if brief.topic else sentences
    near = (standard.embedder.embed([post.text for post in posts]) @ standard.embedder.embed(told).T).max(axis=1)
    for number, post in enumerate(posts):
        if near[number] < STRAY_LIKENESS and post.text.strip():
            yield Fault(Gate.OFF_TOPIC, number, "the post is about something else than the material")


def _unfinished(brief: Brief, text: str) -> str:
    """The words at which a post breaks off, or ""."""
    start, end = sentence_spans(text)[-1]
    last = text[start:end].strip()
    tail = " ".join(last.split()[-4:])
    if _OPEN_ENDED.search(last) or _unbalanced(text):
        return tail
    final_word = re.sub(r"^\W+", "", last.split()[-1]).casefold() if last.split() else ""
    if final_word in _NEVER_LAST and len(last.split()) > 3:  # noqa: PLR2004 -- "Which one? That." is finished
        return tail
    return tail if last[-1].isalnum() and _cut_from_source(brief, last) else ""


def _cut_from_source(brief: Brief, last: str) -> bool:
    """Whether the material goes on in the same sentence where the post stops."""
    if len(last.split()) < 4:  # noqa: PLR2004 -- a few words may be a label of the post's own
        return False
    for reading in brief.readings:
        for sentence in reading.sentences:
            rest = sentence.text.removeprefix(last) if sentence.text.startswith(last) else ""
            if rest[:1].isspace() or rest[:1].isalnum():
                return True
    return False


def _unbalanced(text: str) -> bool:
    bare = _EMOTICON_OR_ENUMERATION.sub("", text)
    return any(bare.count(opener) > bare.count(closer) for opener, closer in _CLOSERS.items())


def _resolved_before(brief: Brief, number: int, posts: Sequence[DraftedPost]) -> bool:
    """Whether the sentence before this post's first one, in the source, stands at the end of the post before."""
    if number == 0:
        return False
    spans, earlier = posts[number].spans, posts[number - 1].spans
    if not spans or not earlier:
        return True  # a model's own words: a later post may well lean on the one before it
    first = spans[0]
    in_order = [sentence.span for sentence in brief.readings[first.material].sentences]
    place = next((index for index, span in enumerate(in_order) if span.start >= first.start), 0)
    return place > 0 and in_order[place - 1] in earlier
