"""Voices, as people and programs read them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from onering_cli.memory.voice.description import describe, favourite_words
from onering_cli.render.tables import show_rows, show_wrapped

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from onering_cli.memory.voice.model import Voice
    from onering_cli.render.streams import Streams


def show_voice(streams: Streams, voice: Voice) -> None:
    """What is characteristic of a voice, and the posts that show it."""
    whose = f" of {voice.account}" if voice.account else ""
    show_wrapped(streams, f"The voice {voice.name}, from {voice.posts:,} posts{whose}{_when(voice)}")
    streams.data("")
    for sentence in describe(voice):
        show_wrapped(streams, sentence)
    told = (
        ("Words", favourite_words(voice)),
        ("First words", ", ".join(voice.openers)),
        ("Emoji", " ".join(voice.emoji[1])),
        ("Hashtags", " ".join(voice.hashtags[1])),
        ("Notes", " ".join(voice.notes.split())),
    )
    for label, words in told:
        if words:
            show_wrapped(streams, f"{label}: {words}")
    for exemplar in voice.exemplars:
        streams.data("")
        facts = [f"{exemplar.at:%Y-%m-%d}" if exemplar.at else "", exemplar.url, "pinned" if exemplar.pinned else ""]
        show_wrapped(streams, exemplar.text, indent="  ")
        if any(facts):
            streams.data("  " + " · ".join(fact for fact in facts if fact))


def show_voices(streams: Streams, voices: Sequence[Voice]) -> None:
    """A line a voice."""
    rows = [
        (voice.name, f"{voice.posts:,}", voice.account or "all", f"{voice.until:%Y-%m-%d}" if voice.until else "")
        for voice in voices
    ]
    show_rows(streams, ("VOICE", "POSTS", "ACCOUNT", "UNTIL"), rows)


def voice_document(voice: Voice, path: Path, *, edited: bool) -> dict[str, Any]:
    """A voice for JSON."""
    return {
        "name": voice.name,
        "file": str(path),
        "edited": edited,
        "account": voice.account,
        "posts": voice.posts,
        "since": voice.since.isoformat() if voice.since else None,
        "until": voice.until.isoformat() if voice.until else None,
        "built_at": voice.built_at.isoformat() if voice.built_at else None,
        "notes": voice.notes,
        "description": list(describe(voice)),
        "weight": {"low": voice.weight.low, "middle": voice.weight.middle, "high": voice.weight.high},
        "rhythm": {
            "sentences": voice.rhythm.sentences,
            "words": voice.rhythm.words,
            "spread": voice.rhythm.spread,
            "line_breaks": voice.rhythm.line_breaks,
        },
        "person": dict(voice.person),
        "marks": dict(voice.marks),
        "emoji": {"share": voice.emoji[0], "favourites": list(voice.emoji[1])},
        "hashtags": {"share": voice.hashtags[0], "favourites": list(voice.hashtags[1])},
        "links": voice.links,
        "words": list(voice.words),
        "openers": list(voice.openers),
        "openings": dict(voice.openings),
        "exemplars": [
            {
                "text": exemplar.text,
                "at": exemplar.at.isoformat() if exemplar.at else None,
                "url": exemplar.url or None,
                "pinned": exemplar.pinned,
            }
            for exemplar in voice.exemplars
        ],
    }


def _when(voice: Voice) -> str:
    return f", {voice.since:%Y-%m-%d} to {voice.until:%Y-%m-%d}" if voice.since and voice.until else ""
