"""Small GGUF files that say what a test wants them to say."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_UINT32, _STRING, _ARRAY = 4, 8, 9


def write_gguf(path: Path, entries: dict[str, object], *, tensor_bytes: int = 64, missing_bytes: int = 0) -> Path:
    """A file with these entries and one tensor of so many bytes, the last of which may be missing."""
    body = struct.pack("<4sIQQ", b"GGUF", 3, 1, len(entries))
    for key, value in entries.items():
        body += _string(key)
        if isinstance(value, int):
            body += struct.pack("<II", _UINT32, value)
        elif isinstance(value, list):
            body += struct.pack("<IIQ", _ARRAY, _STRING, len(value)) + b"".join(map(_string, value))
        else:
            body += struct.pack("<I", _STRING) + _string(str(value))
    body += _string("token_embd.weight") + struct.pack("<IQIQ", 1, tensor_bytes // 4, 0, 0)
    body += b"\0" * (-len(body) % 32) + b"\0" * tensor_bytes
    path.write_bytes(body[: len(body) - missing_bytes])
    return path


def _string(text: str) -> bytes:
    return struct.pack("<Q", len(text.encode())) + text.encode()
