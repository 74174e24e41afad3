"""When two posts say the same, letter for letter, to their readers."""

import re
import unicodedata
from hashlib import blake2b

_LINK = re.compile(r"https?://\S+")
_WORD = re.compile(r"[^\W_]+")
_HASH_BYTES = 8


def plain_words(text: str) -> str:
    """The words of a text in a row: case and compatibility forms folded, marks, spaces and links left out."""
    return " ".join(_WORD.findall(unicodedata.normalize("NFKC", _LINK.sub(" ", text)).casefold()))


def likeness_hash(text: str) -> int | None:
    """64 bits, signed, that are equal for texts with the same words; None for a text without words."""
    words = plain_words(text)
    if not words:
        return None
    digest = blake2b(words.encode("utf-8", "replace"), digest_size=_HASH_BYTES).digest()
    return int.from_bytes(digest, "big", signed=True)
