"""What the chain needs from outside."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from onering_cli.generation.forms import Form
from onering_cli.generation.model import Brief, Delta, DraftedPost, Fault, Outline, Recollection, Strategy, Usage
from onering_cli.record import record

Emit = Callable[[Delta], None]


class Writer(Protocol):
    """Writes a thread from a brief; `ExtractWriter` selects sentences, `ChatWriter` asks a chat model."""

    @property
    def name(self) -> str:
        """What the draft's provenance calls it: ``extract``, ``groq:llama-3.3-70b-versatile``."""
        ...

    @property
    def usage(self) -> Usage:
        """The sum over its model calls so far."""
        ...

    @property
    def instructions(self) -> str:
        """The words it instructs a model with, which must never appear in a post; "" without a model."""
        ...

    @property
    def settings(self) -> Mapping[str, object]:
        """What would have to be the same for the same words, beside the brief; empty without a model."""
        ...

    @property
    def invents(self) -> bool:
        """Whether it can write about a topic without any material."""
        ...

    def strategy(self, brief: Brief) -> Strategy:
        """Decide how to tell it: the angle, the audience, the hook."""
        ...

    def outline(self, brief: Brief) -> Outline:
        """Decide what the posts say, a point each.

        Raises:
            UsageError: The material cannot carry the number of posts asked for; the message says how many it can.
        """
        ...

    def write(self, brief: Brief, outline: Outline, emit: Emit) -> tuple[DraftedPost, ...]:
        """Write the posts, telling `emit` each piece of text as it takes shape."""
        ...

    def revise(
        self, brief: Brief, posts: Sequence[DraftedPost], faults: Sequence[Fault], emit: Emit
    ) -> tuple[DraftedPost, ...]:
        """Write the faulty posts again; the others come back as they were, in the same order."""
        ...

    def resume(
        self, brief: Brief, outline: Outline, posts: Sequence[DraftedPost], emit: Emit
    ) -> tuple[DraftedPost, ...]:
        """Go on behind the posts that an interrupted run had finished."""
        ...

    def judge(self, brief: Brief, posts: Sequence[DraftedPost]) -> tuple[Fault, ...]:
        """What an editor would ask to be written again, as faults of `Gate.JUDGEMENT`; none without a model."""
        ...


@record
class Message:
    """One turn of a conversation with a chat model; `role` is ``system``, ``user`` or ``assistant``."""

    role: str
    content: str


@dataclass(slots=True)
class Reply:
    """What a chat model answered, filled while `pieces` is consumed.

    Args:
        pieces: The text as it arrives; thoughts of reasoning models never among them.
        usage: Known once `pieces` is exhausted.
        stopped_by_length: The model ran into its token limit.
    """

    pieces: Iterator[str]
    usage: Usage = field(default_factory=Usage)
    stopped_by_length: bool = False


class ChatModel(Protocol):
    """A chat model behind a vendor's package.

    Every failure is a `OneRingError`: 401 `LogInError`, 429 and network trouble `TryLaterError` (with `retry_at` when
    the service names it), a refusal `RefusedError`, an unknown model `UsageError`.
    """

    @property
    def name(self) -> str:
        """``provider:model``."""
        ...

    @property
    def settings(self) -> Mapping[str, object]:
        """What would have to be the same for the same words: seed, temperature, weights; as far as they are known."""
        ...

    @property
    def follows_forms(self) -> bool:
        """Whether an answer cannot have another form than the one that is asked for."""
        ...

    def stream(
        self,
        messages: Sequence[Message],
        *,
        json_schema: dict[str, object] | None,
        max_tokens: int,
        form: Form | None = None,
    ) -> Reply:
        """Ask once; with `json_schema` the answer is to be JSON of that shape, as far as the model can.

        A model that follows forms answers in `form`, whatever else was asked; others do not look at it.
        """
        ...


class Recall(Protocol):
    """Finds what the user wrote or published before."""

    def search(self, query: str, *, limit: int) -> list[Recollection]:
        """The passages nearest to a query, the best first."""
        ...
