"""Briefs for tests: from files of the test data, or from sentences written in the test."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from onering_cli.generation.model import BlockKind, Brief, Material, MaterialKind, Reading, Sentence, Span
from onering_cli.generation.reading import read

DATA = Path(__file__).parent.parent / "generation" / "data" / "extract"


def brief_of_files(*names: str, **fields: Any) -> Brief:
    """A brief on files of ``tests/generation/data/extract``, read as they would be from the command line."""
    kinds = {".md": MaterialKind.MARKDOWN, ".html": MaterialKind.HTML}
    materials = tuple(
        Material(name, (DATA / name).read_text(encoding="utf-8"), kinds.get(Path(name).suffix, MaterialKind.PLAIN))
        for name in names
    )
    readings = tuple(read(material, index) for index, material in enumerate(materials))
    language = next((reading.language for reading in readings if reading.language), "")
    return Brief(topic="", materials=materials, readings=readings, **{"language": language, **fields})


def brief_of_text(text: str, kind: MaterialKind = MaterialKind.MARKDOWN, **fields: Any) -> Brief:
    """A brief on one text."""
    material = Material("text", text, kind)
    reading = read(material, 0)
    return Brief(topic="", materials=(material,), readings=(reading,), **{"language": "en", **fields})


def reading_of(
    *blocks: tuple[BlockKind, tuple[str, ...], tuple[str, ...]],
    title: str = "",
    language: str = "en",
    material: int = 0,
) -> tuple[Material, Reading]:
    """A material and its reading, of blocks as ``(kind, headings, sentences)``; the spans point where they should."""
    text, sentences = "", []
    for number, (kind, headings, written) in enumerate(blocks):
        for position, sentence in enumerate(written):
            start = len(text)
            text += sentence
            sentences.append(
                Sentence(
                    sentence,
                    Span(material, start, len(text)),
                    kind,
                    number,
                    position,
                    headings,
                    lead_in=sentence.endswith(":"),
                )
            )
            text += " " if position < len(written) - 1 else "\n\n"
    return Material(f"material {material}", text, MaterialKind.PLAIN), Reading(title, tuple(sentences), language)
