"""A chat model that says what a test scripted."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from onering_cli.generation.model import Usage
from onering_cli.generation.ports import Message, Reply

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from onering_cli.errors import OneRingError
    from onering_cli.generation.forms import Form


@dataclass(frozen=True)
class Asked:
    """What the model was asked."""

    messages: tuple[Message, ...]
    json_schema: dict[str, object] | None
    max_tokens: int
    form: Form | None = None

    @property
    def user(self) -> str:
        """The user's turn."""
        return self.messages[-1].content

    @property
    def whole(self) -> str:
        """Everything the model was sent."""
        return "\n".join(message.content for message in self.messages)


@dataclass(frozen=True)
class Breaks:
    """An answer that ends in a failure."""

    said: str
    error: OneRingError


@dataclass
class ScriptedChatModel:
    """Satisfies `ChatModel`; each answer is used once, in order, in pieces of `piece_chars`.

    The strategist's and the judge's questions have answers of their own and use up none.
    """

    answers: Sequence[str | Breaks]
    piece_chars: int = 7
    follows_forms: bool = False
    asked: list[Asked] = field(default_factory=list)
    pieces_taken: int = 0
    strategy: str | Breaks = '{"angle": "an angle", "audience": "readers", "hook": "a hook"}'
    verdict: str | Breaks = '{"problems": []}'
    aside: list[Asked] = field(default_factory=list)

    @property
    def name(self) -> str:
        return "scripted:model"

    @property
    def settings(self) -> Mapping[str, object]:
        return {"seed": 7}

    def stream(
        self,
        messages: Sequence[Message],
        *,
        json_schema: dict[str, object] | None,
        max_tokens: int,
        form: Form | None = None,
    ) -> Reply:
        title = (json_schema or {}).get("title")
        if title in ("strategy", "verdict"):
            self.aside.append(Asked(tuple(messages), json_schema, max_tokens, form))
            reply = Reply(iter(()))
            reply.pieces = self._pieces(self.strategy if title == "strategy" else self.verdict, reply)
            return reply
        answer = self.answers[len(self.asked)]
        self.asked.append(Asked(tuple(messages), json_schema, max_tokens, form))
        reply = Reply(iter(()))
        reply.pieces = self._pieces(answer, reply)
        return reply

    def _pieces(self, answer: str | Breaks, reply: Reply) -> Iterator[str]:
        said = answer.said if isinstance(answer, Breaks) else answer
        try:
            for start in range(0, len(said), self.piece_chars):
                self.pieces_taken += 1
                yield said[start : start + self.piece_chars]
            if isinstance(answer, Breaks):
                raise answer.error
        finally:
            reply.usage = Usage(input_tokens=100, output_tokens=10, first_token_s=0.2, total_s=1.5)
