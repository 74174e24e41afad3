"""Short ways to read a text in tests."""

from pathlib import Path

from onering_cli.generation.model import BlockKind, Material, MaterialKind, Reading
from onering_cli.generation.reading import read

_DOCUMENTS = Path(__file__).parent.parent / "generation" / "data" / "reading"
_KINDS = {".md": MaterialKind.MARKDOWN, ".html": MaterialKind.HTML}


def read_text(text: str, kind: MaterialKind = MaterialKind.MARKDOWN, name: str = "notes") -> Reading:
    """Read a text as the second material of a brief."""
    return read(Material(name, text, kind), 1)


def document(name: str) -> str:
    """The source of a document in the test data."""
    return (_DOCUMENTS / name).read_text("utf-8")


def read_document(name: str) -> Reading:
    """Read a document of the test data."""
    return read_text(document(name), _KINDS.get(Path(name).suffix, MaterialKind.PLAIN), name)


def texts(reading: Reading, kind: BlockKind | None = None) -> list[str]:
    """The clean sentences, of one kind of block or of all."""
    return [sentence.text for sentence in reading.sentences if kind is None or sentence.kind is kind]


def sources(reading: Reading, source: str) -> list[str]:
    """What each sentence's span holds."""
    return [source[sentence.span.start : sentence.span.end] for sentence in reading.sentences]
