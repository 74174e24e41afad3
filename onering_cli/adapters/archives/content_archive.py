"""Content-addressable archives of DAG-CBOR blocks: the form in which Bluesky exports a repository.

https://ipld.io/specs/transport/car/carv1/ and https://ipld.io/specs/codecs/dag-cbor/spec/ (2026-01-10).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from onering_cli.memory.archives import ArchiveError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from onering_cli.adapters.archives.containers import ByteStream

_LARGEST_BLOCK_BYTES = 4 << 20
_DEEPEST = 64
_LINK_TAG = 42
_IMMEDIATE = 24  # of the low five bits: the value itself below it, its width from it on
_MORE_BIT = 0x80
_VERSION_1_SHA_256 = b"\x12\x20"  # a CID of version 0 begins so and is 34 bytes long
_VERSION_0_BYTES = 34


def blocks(stream: ByteStream, name: str) -> Iterator[tuple[bytes, Any]]:
    """The blocks of an archive, each with its id.

    Raises:
        ArchiveError: It is none, or is cut off or damaged.
    """
    reader = _Reader(stream, name)
    header = _decoded(reader.take(reader.length()), name)
    if not isinstance(header, dict) or header.get("version") != 1:
        raise reader.damaged()
    while (length := reader.length(at_end=0)) > 0:
        content = reader.take(length)
        end = _id_end(content, name)
        yield content[:end], _decoded(content[end:], name)


class _Reader:
    def __init__(self, stream: ByteStream, name: str) -> None:
        self._stream = stream
        self._name = name
        self._held = b""

    def length(self, *, at_end: int | None = None) -> int:
        value = shift = 0
        while True:
            byte = self._some(1)
            if not byte:
                if at_end is None or shift:
                    raise self.damaged()
                return at_end
            value |= (byte[0] & ~_MORE_BIT) << shift
            shift += 7
            if not byte[0] & _MORE_BIT:
                return value
            if value > _LARGEST_BLOCK_BYTES:
                raise self.damaged()

    def take(self, length: int) -> bytes:
        found = self._some(length) if length <= _LARGEST_BLOCK_BYTES else b""
        if len(found) < length or not length:
            raise self.damaged()
        return found

    def _some(self, length: int) -> bytes:
        while len(self._held) < length:
            chunk = self._stream.read(1 << 18)
            if not chunk:
                break
            self._held += chunk
        found, self._held = self._held[:length], self._held[length:]
        return found

    def damaged(self) -> ArchiveError:
        return _damaged(self._name)


def _damaged(name: str) -> ArchiveError:
    return ArchiveError(f"{name} is no whole repository export (CAR)", hint="download it again from Bluesky's settings")


def _id_end(content: bytes, name: str) -> int:
    if content.startswith(_VERSION_1_SHA_256):
        return _VERSION_0_BYTES
    at = 0
    value = 0
    for _ in range(4):  # version, codec, hash function, length of the hash
        value = shift = 0
        while True:
            if at >= len(content):
                raise _damaged(name)
            byte = content[at]
            at += 1
            value |= (byte & ~_MORE_BIT) << shift
            shift += 7
            if not byte & _MORE_BIT:
                break
    if at + value > len(content):
        raise _damaged(name)
    return at + value


def _decoded(content: bytes, name: str) -> Any:
    try:
        return _value(content, 0, 0)[0]
    except (IndexError, ValueError, UnicodeDecodeError, TypeError) as exc:
        raise _damaged(name) from exc


def _value(content: bytes, at: int, depth: int) -> tuple[Any, int]:  # noqa: C901, PLR0911 - one branch a major type
    """The value that begins at an offset, and where it ends; a link is the bytes of the id that it names."""
    if depth > _DEEPEST:
        raise ValueError("nested too deeply")
    major, low = content[at] >> 5, content[at] & 31
    at += 1
    number = low
    if low >= _IMMEDIATE:
        width = 1 << (low - _IMMEDIATE)
        if width > 8:  # noqa: PLR2004 - indefinite lengths and reserved widths are not DAG-CBOR
            raise ValueError("no such width")
        number = int.from_bytes(content[at : at + width], "big")
        at += width
    if major == 0:
        return number, at
    if major == 1:
        return -1 - number, at
    if major in (2, 3):
        end = at + number
        if end > len(content):
            raise ValueError("cut off")
        return (content[at:end] if major == 2 else content[at:end].decode("utf-8", "replace")), end  # noqa: PLR2004
    if major == 4:  # noqa: PLR2004 - a list
        found = []
        for _ in range(number):
            entry, at = _value(content, at, depth + 1)
            found.append(entry)
        return found, at
    if major == 5:  # noqa: PLR2004 - a map
        told = {}
        for _ in range(number):
            key, at = _value(content, at, depth + 1)
            told[key], at = _value(content, at, depth + 1)
        return told, at
    if major == 6:  # noqa: PLR2004 - a tag
        inner, at = _value(content, at, depth + 1)
        return (inner[1:] if number == _LINK_TAG else inner), at
    return _simple(low, number), at


def _simple(low: int, number: int) -> Any:
    if low == 27:  # noqa: PLR2004 - a double, the only float that DAG-CBOR has
        import struct

        return struct.unpack(">d", number.to_bytes(8, "big"))[0]
    return {20: False, 21: True, 22: None}[low] if low in (20, 21, 22) else None
