"""Runs writers over the documents and sets their measures side by side."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from eval.metrics import Measured, mean, measure, names
from eval.rivals import RIVALS, rival_thread

from onering_cli.adapters.sources import read_file
from onering_cli.adapters.static_embedder import StaticEmbedder
from onering_cli.generation.assignment import Assignment, Crew
from onering_cli.generation.extract import ExtractWriter
from onering_cli.generation.graph import generate
from onering_cli.generation.model import Brief, Thread
from onering_cli.generation.reading import read

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from onering_cli.generation.ports import Writer

DOCUMENTS = Path(__file__).parent / "documents"
POSTS = 5


class NoRecall:
    """Nobody wrote anything before."""

    def search(self, query: str, *, limit: int) -> list[object]:
        del query, limit
        return []


def documents() -> list[Path]:
    """The documents, by name."""
    return sorted(path for path in DOCUMENTS.iterdir() if path.name != "SOURCES.md")


def brief_of(path: Path) -> Brief:
    """A document as it is read."""
    material = read_file(path)
    reading = read(material, 0)
    return Brief("", (material,), (reading,), language=reading.language)


def thread_of(path: Path, writer: Writer, fallback: Writer, embedder: StaticEmbedder) -> Thread:
    """What the whole chain makes of a document."""
    crew = Crew(writer, fallback, embedder, NoRecall())  # type: ignore[arg-type]  # it recalls nothing, of any type
    *_, thread = generate(Assignment(materials=(read_file(path),), posts=POSTS), crew)
    assert isinstance(thread, Thread)
    return thread


def compare(paths: Sequence[Path], others: Sequence[Callable[[StaticEmbedder], Writer]] = ()) -> dict[str, Measured]:
    """The mean measures of `extract`, its rivals at the same length, and other writers, by name."""
    embedder = StaticEmbedder()
    extract = ExtractWriter(embedder)
    found: dict[str, list[Measured]] = {}
    for path in paths:
        brief = brief_of(path)
        posts = thread_of(path, extract, extract, embedder).posts
        found.setdefault("extract", []).append(measure(brief, posts, embedder))
        words = sum(len(post.text.split()) for post in posts)
        for name, rank in RIVALS.items():
            found.setdefault(name, []).append(measure(brief, rival_thread(brief, rank, words), embedder))
    for build in others:
        writer = build(embedder)
        for path in paths:
            thread = thread_of(path, writer, ExtractWriter(embedder), embedder)
            found.setdefault(writer.name, []).append(measure(brief_of(path), thread.posts, embedder))
    return {name: mean(measured) for name, measured in found.items()}


def table(compared: dict[str, Measured]) -> str:
    """The comparison as Markdown."""
    lines = [f"| writer | {' | '.join(names())} |", "|---|" + "---|" * len(names())]
    for writer, measured in compared.items():
        cells = [f"{getattr(measured, name):.3f}" for name in names()]
        lines.append(f"| {writer} | {' | '.join(cells)} |")
    return "\n".join(lines)
