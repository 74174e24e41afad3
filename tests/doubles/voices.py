"""Voices and posts to measure them from, for tests."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from doubles.hash_embedder import HashEmbedder

from onering_cli.memory.voice.model import OwnPost, Range, Rhythm, Voice
from onering_cli.memory.voice.profile import build

if TYPE_CHECKING:
    from collections.abc import Sequence

NOW = datetime(2026, 11, 28, 9, 30, tzinfo=UTC)
EPOCH = datetime(2026, 1, 1, tzinfo=UTC)
TERSE = (
    "I cut the cache. Nobody noticed.",
    "I read the ledger twice. The ledger was right.",
    "Why do my tests pass on Fridays?",
    "I renamed the ledger. The diff was boring.",
    "My ledger has one rule: never delete a row.",
)


class EvenBackground:
    """Every word is as rare as any other, but for the commonest English ones."""

    def per_million(self, word: str) -> float:
        return (
            20_000.0 if word in {"the", "was", "my", "one", "has", "why", "not", "and", "you", "i", "never"} else 10.0
        )


def posts(texts: Sequence[str], *, success: Sequence[float | None] = ()) -> list[OwnPost]:
    """The texts as posts, one a day."""
    return [
        OwnPost(text, EPOCH + timedelta(days=day), f"https://example.com/{day}", success[day] if success else None)
        for day, text in enumerate(texts)
    ]


def voice_of(texts: Sequence[str], *, name: str = "me", success: Sequence[float | None] = ()) -> Voice:
    """The voice that is measured from texts."""
    return build(
        name,
        posts(texts, success=success),
        account="me",
        now=NOW,
        embedder=HashEmbedder(),
        background=EvenBackground(),
    )


def voice(**fields: Any) -> Voice:
    """A voice as a test says."""
    usual: dict[str, Any] = {
        "name": "me",
        "posts": 100,
        "weight": Range(30, 60, 120),
        "rhythm": Rhythm(2.0, 8.0, 3.0, 0.0),
    }
    return Voice(**{**usual, **fields})
