"""One text's vector by the shipped embedder, without numpy or the compiled tokenizer: for a query, in milliseconds.

The tokenizer is byte-pair encoding over pieces that never reach across a space, so that each word is looked up by
itself; of two neighbours, those are joined first whose whole has the lowest number in the vocabulary: the order
of the tokenizer's own merges. A test holds it to the compiled tokenizer's answers.
"""

from __future__ import annotations

import json
import mmap
import re
import struct
from math import sqrt
from typing import TYPE_CHECKING

from onering_cli.adapters.static_weights import DIMENSION, damaged, shipped_files, tensor_place

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SPACE = "▁"
"""What the tokenizer makes of a space."""
_SPACES = re.compile(f"[ {SPACE}]+")
_WORD = re.compile(f"{SPACE}*[^{SPACE}]*")
_LONGEST_CHARACTERS = 4_096
_UNKNOWN = 0
_VOCABULARY = re.compile(rb'"vocab"\s*:\s*')
_MERGES = re.compile(rb',\s*"merges"\s*:')
_ROW_BYTES = 2 * DIMENSION
_ROW = struct.Struct(f"<{DIMENSION}e")


class StaticQuery:
    """Embeds single texts; reads the vocabulary at the first one.

    Args:
        package: The installed package whose folder holds the weights and the tokenizer.
    """

    def __init__(self, *, package: str = "wordllama") -> None:
        self._package = package
        self._pieces: dict[str, int] | None = None
        self._weights: mmap.mmap | None = None
        self._offset = 0

    def vector(self, text: str) -> list[float]:
        """256 numbers of unit norm, or zeros for a blank text; only the first 4,096 characters count.

        Raises:
            UsageError: The package that holds the vectors is missing or damaged.
        """
        sums = [0.0] * DIMENSION
        if not text.strip():
            return sums
        for token in self.tokens(text):
            start = self._offset + token * _ROW_BYTES
            row = _ROW.unpack(self._mapped[start : start + _ROW_BYTES])
            sums = [one + other for one, other in zip(sums, row, strict=True)]
        norm = sqrt(sum(number * number for number in sums))
        return [number / norm for number in sums] if norm else sums

    def tokens(self, text: str) -> list[int]:
        """The numbers of a text's tokens, several spaces counting as one."""
        pieces = self._load()
        # Spaces in a row have merges of their own, which a query does not need.
        plain = _SPACES.sub(" ", text[:_LONGEST_CHARACTERS].encode("utf-8", "replace").decode()).strip(" ")
        whole = SPACE + plain.replace(" ", SPACE)
        return [token for word in _WORD.findall(whole) if word for token in _word_tokens(word, pieces)]

    @property
    def _mapped(self) -> mmap.mmap:
        assert self._weights is not None  # noqa: S101 - `tokens` loads it
        return self._weights

    def _load(self) -> dict[str, int]:
        if self._pieces is None:
            weights, tokenizer = shipped_files(self._package)
            self._offset, _ = tensor_place(weights)
            with weights.open("rb") as file:
                self._weights = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
            self._pieces = _vocabulary(tokenizer)
        return self._pieces


def _vocabulary(path: Path) -> dict[str, int]:
    """The pieces and their numbers: half of the tokenizer's file, whose other half need not be read."""
    try:
        content = path.read_bytes()
        begin = _VOCABULARY.search(content)
        end = _MERGES.search(content, begin.end() if begin else 0)
        if begin is None or end is None:
            raise damaged(path)
        pieces: dict[str, int] = json.loads(content[begin.end() : end.start()])
    except (OSError, ValueError) as exc:
        raise damaged(path) from exc
    return pieces


def _word_tokens(word: str, pieces: dict[str, int]) -> Iterator[int]:
    whole = pieces.get(word)
    parts = [word] if whole is not None else _joined(list(word), pieces)
    unknown_before = False
    for part in parts:
        token = pieces.get(part)
        if token is not None:
            yield token
            unknown_before = False
            continue
        spelt = [pieces.get(f"<0x{byte:02X}>") for byte in part.encode()]
        if None not in spelt:
            yield from (byte for byte in spelt if byte is not None)
        elif not unknown_before:
            yield _UNKNOWN
            unknown_before = True


def _joined(parts: list[str], pieces: dict[str, int]) -> list[str]:
    """The parts of a word after every join that the vocabulary allows, the lowest numbers first."""
    while len(parts) > 1:
        best = None
        at = 0
        for place in range(len(parts) - 1):
            number = pieces.get(parts[place] + parts[place + 1])
            if number is not None and (best is None or number < best):
                best, at = number, place
        if best is None:
            break
        parts[at : at + 2] = [parts[at] + parts[at + 1]]
    return parts
