"""What a GGUF file says of itself before anybody loads it, and whether it is whole.

Layout: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md (2026-11).
"""

from __future__ import annotations

import mmap
import struct
from dataclasses import field
from typing import TYPE_CHECKING

from onering_cli.errors import UsageError
from onering_cli.record import record

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_MAGIC = b"GGUF"
_VERSIONS = (2, 3)
_STRING, _ARRAY = 8, 9
_SCALARS = {0: "<B", 1: "<b", 2: "<H", 3: "<h", 4: "<I", 5: "<i", 6: "<f", 7: "<?", 10: "<Q", 11: "<q", 12: "<d"}
_MOST_ENTRIES = 100_000
_MOST_DIMENSIONS = 4
_OTHER_FORMATS = {b"PK\x03\x04": "a PyTorch or zip file", b"<!DO": "a web page", b"<htm": "a web page"}
_SAFETENSORS_MARK = b'{"'
_NO_WRITERS = frozenset({"bert", "nomic-bert", "jina-bert-v2", "t5encoder", "clip", "wavtokenizer-dec", "modern-bert"})
"""Architectures that give vectors or sounds, not text."""
# Bytes a block and elements a block of the usual tensor types (ggml.h, `ggml_type`); others are not measured.
_BLOCKS: Mapping[int, tuple[int, int]] = {
    0: (4, 1), 1: (2, 1), 2: (18, 32), 3: (20, 32), 6: (22, 32), 7: (24, 32), 8: (34, 32), 9: (36, 32),
    10: (84, 256), 11: (110, 256), 12: (144, 256), 13: (176, 256), 14: (210, 256), 30: (2, 1),
}  # fmt: skip


@record
class Weights:
    """A GGUF file's own account of itself.

    Args:
        path: Where it is.
        size_bytes: How large it is.
        architecture: ``llama``, ``qwen2`` …
        name: What it calls itself, or "".
        context: The longest text it was trained on, in tokens.
        chat: It has a template for conversations.
        entries: Its other numbers and words, by key.
    """

    path: Path
    size_bytes: int
    architecture: str
    name: str
    context: int
    chat: bool
    entries: Mapping[str, object] = field(default_factory=dict)

    @property
    def only_for_tests(self) -> bool:
        """Whether the model is too small to write for anybody: it exercises the code and no more."""
        return self.size_bytes < _SMALLEST_WRITER_BYTES

    def memory_bytes(self, context: int) -> int:
        """What loading it takes with so many tokens of context: the weights, the cache of keys and values, and room."""
        layers = self._number("block_count", 32)
        heads = self._number("attention.head_count", 32)
        kv_heads = self._number("attention.head_count_kv", heads)
        width = self._number("embedding_length", 4096)
        key = self._number("attention.key_length", width // max(1, heads))
        value = self._number("attention.value_length", width // max(1, heads))
        cache = context * layers * kv_heads * (key + value) * 2
        return self.size_bytes + cache + _ROOM_BYTES

    def _number(self, key: str, otherwise: int) -> int:
        found = self.entries.get(f"{self.architecture}.{key}")
        return found if isinstance(found, int) and found > 0 else otherwise


_SMALLEST_WRITER_BYTES = 500_000_000
"""Below a billion parameters a model follows no instructions to speak of."""
_ROOM_BYTES = 160 * 1024 * 1024
"""llama.cpp's own buffers, measured with the test model at 4,096 tokens, rounded up."""


def read_weights(path: Path) -> Weights:
    """Read a file's header and hold its length against it.

    Raises:
        UsageError: There is no such file, it is no GGUF file, it is cut off, or it is of a kind that writes no text.
    """
    try:
        size_bytes = path.stat().st_size
        with path.open("rb") as file:
            _require_gguf(path, file.read(8))
            with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
                reader = _Reader(data)
                entries, end = reader.header()
    except FileNotFoundError:
        raise UsageError(f"there are no weights at {path}", hint="onering model list") from None
    except OSError as exc:
        raise UsageError(f"{path} cannot be read: {exc.strerror or exc}") from exc
    except (struct.error, IndexError, UnicodeDecodeError, OverflowError, KeyError, _BadHeaderError) as exc:
        raise _cut_off(path) from exc
    if end > size_bytes:
        raise _cut_off(path)
    architecture = str(entries.get("general.architecture", ""))
    if architecture in _NO_WRITERS or not architecture:
        kind = architecture or "unknown"
        raise UsageError(f"{path} holds a model of kind {kind!r}, which writes no text", hint="onering model list")
    context = entries.get(f"{architecture}.context_length", 0)
    return Weights(
        path=path,
        size_bytes=size_bytes,
        architecture=architecture,
        name=str(entries.get("general.name", "")),
        context=context if isinstance(context, int) else 0,
        chat="tokenizer.chat_template" in entries,
        entries=entries,
    )


def _require_gguf(path: Path, start: bytes) -> None:
    if start[:4] == _MAGIC and len(start) == 8 and struct.unpack("<I", start[4:])[0] in _VERSIONS:  # noqa: PLR2004 -- magic and version
        return
    if start[:4] == _MAGIC[: len(start[:4])] and len(start) < 8:  # noqa: PLR2004 -- the same eight bytes
        raise _cut_off(path)
    what = next((kind for mark, kind in _OTHER_FORMATS.items() if start.startswith(mark)), "")
    if not what and _SAFETENSORS_MARK in start:
        what = "a text or safetensors file"
    told = f"it looks like {what}" if what else "its first bytes say otherwise"
    raise UsageError(f"{path} is no GGUF file of version 2 or 3: {told}", hint="onering model list")


def _cut_off(path: Path) -> UsageError:
    return UsageError(f"the weights in {path} are cut off or damaged", hint="fetch them again: onering model pull NAME")


class _BadHeaderError(Exception):
    """A length or count in the header that no file has."""


class _Reader:
    """A walk through the header; runs off its end where the file is cut."""

    def __init__(self, data: mmap.mmap) -> None:
        self._data = data
        self._at = 8

    def header(self) -> tuple[dict[str, object], int]:
        """The entries but for long lists, and where the last tensor ends."""
        tensors, count = self._take("<Q"), self._take("<Q")
        if tensors > _MOST_ENTRIES or count > _MOST_ENTRIES:
            raise _BadHeaderError
        entries = {self._string(): self._value(self._take("<I")) for _ in range(count)}
        ends = [self._tensor_end() for _ in range(tensors)]
        alignment = entries.get("general.alignment", 32)
        step = alignment if isinstance(alignment, int) and alignment > 0 else 32
        start = -(-self._at // step) * step
        return entries, start + max(ends, default=0)

    def _tensor_end(self) -> int:
        self._string()
        dimensions = self._take("<I")
        if dimensions > _MOST_DIMENSIONS:
            raise _BadHeaderError
        elements = 1
        for _ in range(dimensions):
            elements *= self._take("<Q")
        block_bytes, block_elements = _BLOCKS.get(self._take("<I"), (0, 1))
        return self._take("<Q") + elements // block_elements * block_bytes

    def _value(self, kind: int) -> object:
        if kind == _STRING:
            return self._string()
        if kind == _ARRAY:
            self._skip(self._take("<I"), self._take("<Q"))
            return None
        return self._take(_SCALARS[kind])

    def _skip(self, kind: int, count: int) -> None:
        """Lists are a vocabulary of a hundred thousand words: passed over, not built."""
        if kind == _STRING:
            data, at, unpack = self._data, self._at, struct.Struct("<Q").unpack_from
            for _ in range(count):
                at += 8 + unpack(data, at)[0]
            self._at = at
        elif kind == _ARRAY:
            for _ in range(count):
                self._value(_ARRAY)
        else:
            self._at += struct.calcsize(_SCALARS[kind]) * count
        if self._at > len(self._data):
            raise _BadHeaderError

    def _string(self) -> str:
        length = self._take("<Q")
        if length > len(self._data) - self._at:
            raise _BadHeaderError
        text = self._data[self._at : self._at + length]
        self._at += length
        return text.decode("utf-8", "replace")

    def _take(self, layout: str) -> int:
        (value,) = struct.unpack_from(layout, self._data, self._at)
        self._at += struct.calcsize(layout)
        return value  # type: ignore[no-any-return]  # the layout says which kind of number it is
