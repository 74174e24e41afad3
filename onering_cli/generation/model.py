"""What passes between the nodes of the chain."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from onering_cli.memory.voice.model import Voice
from onering_cli.record import record


class MaterialKind(StrEnum):
    """How a material's text is marked up."""

    MARKDOWN = "markdown"
    PLAIN = "plain"
    HTML = "html"


@record
class Material:
    """One source as it was decoded; spans index into `text`.

    Args:
        name: What the user called it: a path, a URL, ``stdin``.
        text: The source itself, markup included.
        kind: How it is marked up.
    """

    name: str
    text: str
    kind: MaterialKind


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A half-open range of characters in one of the brief's materials."""

    material: int
    start: int
    end: int


class BlockKind(StrEnum):
    """The kind of block that a sentence stands in."""

    PARAGRAPH = "paragraph"
    LIST_ITEM = "list_item"
    QUOTE = "quote"


@record
class Sentence:
    """One sentence of prose, without markup.

    Args:
        text: Clean: markup gone, white space folded, entities decoded.
        span: Where it stands in its material.
        kind: What block it stands in.
        block: The block's number within the reading, from 0; sentences of one paragraph share it.
        position: Its number within the block, from 0.
        headings: The headings above it, outermost first.
        links: Addresses its links point to.
        lead_in: It ends with a colon and introduces the list or code that follows it.
    """

    text: str
    span: Span
    kind: BlockKind
    block: int
    position: int
    headings: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    lead_in: bool = False


@record
class Reading:
    """A material read as prose.

    Args:
        title: The document's own title, else "".
        sentences: In the source's order.
        language: ISO 639-1 code of the main language, or "" when that cannot be told.
    """

    title: str
    sentences: tuple[Sentence, ...]
    language: str = ""


@record
class Recollection:
    """Something the user wrote or published before, as the memory found it."""

    text: str
    source: str
    at: datetime | None = None
    url: str = ""
    similarity: float = 0.0


@record
class Style:
    """A way to open a thread or to build it, from the library: its name, and what it asks of a writer."""

    name: str
    instruction: str


@record
class Strategy:
    """How the thread is to be told, decided before it is planned.

    Args:
        angle: What it makes of the material, in a sentence.
        audience: Whom it is for.
        hook: How it opens.
        reason: Why, or who decided, for ``--explain``.
    """

    angle: str = ""
    audience: str = ""
    hook: str = ""
    reason: str = ""


@record
class Brief:
    """What is to be written, and from what.

    Args:
        topic: What the user asked for in words, or "".
        materials: The sources as decoded.
        readings: One for each material, in the same order.
        posts: The exact number of posts asked for, or None to let the material decide.
        limit_weight: The most a post may weigh (twitter-text weight), numbering already subtracted.
        variant: 0 for the first version, 1 … for alternatives that differ from it.
        language: ISO 639-1 code to write in, or "" for the material's own.
        recollections: What the user wrote before about this.
        hook: How the user wants it to open, or None.
        build: How the user wants it built (a list, a story), or None.
        strategy: How it is to be told; empty until that is decided.
        voice: How the user writes, or None.
    """

    topic: str
    materials: tuple[Material, ...]
    readings: tuple[Reading, ...]
    posts: int | None = None
    limit_weight: int = 280
    variant: int = 0
    language: str = ""
    recollections: tuple[Recollection, ...] = ()
    hook: Style | None = None
    build: Style | None = None
    strategy: Strategy = field(default_factory=Strategy)
    voice: Voice | None = None


@record
class OutlinePoint:
    """What one post is to say: the point in a few words, and the material it rests on."""

    point: str
    spans: tuple[Span, ...] = ()


@record
class Outline:
    """The thread's plan, a point a post, and why it was chosen (for ``--explain``)."""

    points: tuple[OutlinePoint, ...]
    reason: str = ""


@record
class DraftedPost:
    """One written post with the material it came from.

    Args:
        text: As it would be published.
        spans: The material it rests on; empty where a model wrote without naming any.
        replaced_by: The writer that replaced it after it failed its gates, or "".
    """

    text: str
    spans: tuple[Span, ...] = ()
    replaced_by: str = ""


@record
class Delta:
    """A piece of text that was just written for post number `post` (from 0)."""

    post: int
    text: str


@record
class Usage:
    """What a model call cost: tokens in and out, and seconds until the first token and in all."""

    input_tokens: int = 0
    output_tokens: int = 0
    first_token_s: float = 0.0
    total_s: float = 0.0


class Gate(StrEnum):
    """The deterministic checks that every thread passes, whoever wrote it, and a model's judgement, which advises."""

    COUNT = "count"
    EMPTY = "empty"
    WEIGHT = "weight"
    REPEAT = "repeat"
    PUBLISHED = "published"
    PROMPT_COPIED = "prompt_copied"
    UNFINISHED = "unfinished"
    UNSUPPORTED = "unsupported"
    DANGLING = "dangling"
    OFF_TOPIC = "off_topic"
    JUDGEMENT = "judgement"


@record
class Fault:
    """A gate that did not pass.

    Args:
        gate: Which one.
        post: The post's number from 0, or None when the thread as a whole fails.
        message: One sentence for the writer and for the person.
        evidence: The words at fault, or the neighbour that is repeated.
    """

    gate: Gate
    post: int | None
    message: str
    evidence: str = ""


@record
class Step:
    """What a node decided, for ``--explain`` and the draft's provenance."""

    node: str
    decision: str
    details: Mapping[str, object] = field(default_factory=dict)


@record
class Thread:
    """The chain's result: posts that pass every gate, and how they came about."""

    title: str
    posts: tuple[DraftedPost, ...]
    writer: str
    materials: tuple[Material, ...] = ()
    steps: tuple[Step, ...] = ()
    faults: tuple[Fault, ...] = ()
    settings: Mapping[str, object] = field(default_factory=dict)
    strategy: Strategy = field(default_factory=Strategy)
    recollections: tuple[Recollection, ...] = ()
    usage: Usage = field(default_factory=Usage)
