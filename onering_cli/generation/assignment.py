"""What the user asked for, who works on it, and where an interrupted run stood."""

from __future__ import annotations

from typing import TYPE_CHECKING

from onering_cli.record import record

if TYPE_CHECKING:
    from onering_cli.generation.model import DraftedPost, Material, Outline, Strategy, Style
    from onering_cli.generation.ports import Recall, Writer
    from onering_cli.memory.ports import Embedder
    from onering_cli.memory.voice.model import Voice

BUDGET_TOKENS = 40_000
"""A thread of eight posts from a long article with both rounds of revision needs about 20,000."""
BUDGET_S = 900.0


@record
class Beginning:
    """What an interrupted run had come to.

    Args:
        strategy: How it was to be told.
        outline: The plan.
        posts: The posts that were finished.
    """

    strategy: Strategy
    outline: Outline
    posts: tuple[DraftedPost, ...] = ()


@record
class Assignment:
    """What the user asked for, before anything was read; the fields mean what they mean in `Brief`.

    Args:
        judge: Have the model judge its own thread once.
        budget_tokens: No further call is made once so many tokens are spent.
        budget_s: The same for seconds of model time.
        beginning: Go on from here.
    """

    topic: str = ""
    materials: tuple[Material, ...] = ()
    posts: int | None = None
    limit_weight: int = 280
    variant: int = 0
    language: str = ""
    allow_unsupported: bool = False
    voice: Voice | None = None
    hook: Style | None = None
    build: Style | None = None
    judge: bool = True
    budget_tokens: int = BUDGET_TOKENS
    budget_s: float = BUDGET_S
    beginning: Beginning | None = None


@record
class Crew:
    """Who works on an assignment.

    Args:
        writer: Writes and revises.
        fallback: Replaces posts that still fail after revision; the extractive writer.
        embedder: Tells likeness of meaning.
        recall: Finds what the user wrote before.
    """

    writer: Writer
    fallback: Writer
    embedder: Embedder
    recall: Recall
