"""Repositories as Bluesky exports them: DAG-CBOR blocks and a Merkle search tree in a CAR, written from the specification."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


class Link(bytes):
    """The id of another block."""

    __slots__ = ()


def write_repository(path: Path, did: str, records: Mapping[str, Mapping[str, Any]]) -> None:
    """A repository with these records by their ``collection/key``, its tree of one node."""
    blocks: list[tuple[Link, bytes]] = []

    def put(value: Any) -> Link:
        content = encode(value)
        block_id = Link(b"\x01\x71\x12\x20" + hashlib.sha256(content).digest())
        blocks.append((block_id, content))
        return block_id

    leaves = []
    before = b""
    for key in sorted(records):
        name = key.encode()
        shared = next((at for at, (a, b) in enumerate(zip(before, name, strict=False)) if a != b), len(before))
        leaves.append({"p": shared, "k": name[shared:], "v": put(records[key]), "t": None})
        before = name
    root = put({"did": did, "version": 3, "data": put({"l": None, "e": leaves}), "rev": "1", "prev": None, "sig": b"s"})
    header = encode({"version": 1, "roots": [root]})
    with path.open("wb") as file:
        file.write(varint(len(header)) + header)
        for block_id, content in reversed(blocks):  # the commit first, as the platform does
            file.write(varint(len(block_id) + len(content)) + block_id + content)


def varint(number: int) -> bytes:
    """An unsigned LEB128."""
    found = b""
    while number > 127:
        found += bytes([number & 127 | 128])
        number >>= 7
    return found + bytes([number])


def encode(value: Any) -> bytes:  # noqa: PLR0911 - one a type
    """DAG-CBOR."""
    if value is None or isinstance(value, bool):
        return {None: b"\xf6", True: b"\xf5", False: b"\xf4"}[value]
    if isinstance(value, Link):
        return b"\xd8\x2a" + encode(b"\0" + bytes(value))
    if isinstance(value, int):
        return _head(0, value) if value >= 0 else _head(1, -1 - value)
    if isinstance(value, bytes):
        return _head(2, len(value)) + value
    if isinstance(value, str):
        return _head(3, len(value.encode())) + value.encode()
    if isinstance(value, (list, tuple)):
        return _head(4, len(value)) + b"".join(map(encode, value))
    keys = sorted(value, key=lambda key: (len(key.encode()), key))
    return _head(5, len(keys)) + b"".join(encode(key) + encode(value[key]) for key in keys)


def _head(major: int, number: int) -> bytes:
    if number < 24:
        return bytes([major << 5 | number])
    width = next(power for power in range(4) if number < 1 << (8 << power))
    return bytes([major << 5 | 24 + width]) + number.to_bytes(1 << width, "big")
