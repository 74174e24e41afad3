"""What the full-text index is given for a text, and what it is asked for a query.

`unicode61` breaks words at spaces and marks, which Chinese, Japanese, Thai and some others do not have: a sentence
would be one word, and no word of it could be found. So each character of these scripts is set off with a zero-width
space and becomes a word; a query's characters are then a phrase, which is the same as finding them in a row.
"""

from __future__ import annotations

import re
from unicodedata import normalize

_ZERO_WIDTH_SPACE = "\u200b"  # not a token character to unicode61, and invisible where it is left in
_PASSAGE_CHARACTERS = 60
_LEAST_PREFIX_CHARACTERS = 3  # shorter beginnings fit too much; schema 0001 indexes beginnings of 3 and 4

# Scripts written without spaces between words, https://www.unicode.org/reports/tr14/ (SA, ID), 2026-01-10: Thai, Lao,
# Myanmar, Khmer, Hangul Jamo, kana, CJK ideographs, Yi, Hangul syllables, halfwidth kana, supplementary ideographs.
_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u2e80-\u2fdf\u3005-\u3007\u3021-\u3029\u3031-\u3035"
    "\u3040-\u30ff\u3105-\u312f\u3130-\u318f\u31a0-\u31bf\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf"
    "\uac00-\ud7a3\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003ffff"
)
_UNSPACED_RUN = re.compile(f"[{_UNSPACED}]+")
_TERM = re.compile(r'"([^"]*)"|([^\s"]+)')
_WORD_CHARACTER = re.compile(r"[^\W_]")
_BEGINNING = re.compile(rf"(?:(?![{_UNSPACED}])[^\W_]){{{_LEAST_PREFIX_CHARACTERS},}}\Z")


def indexable(text: str) -> str:
    """The text as the index takes it."""
    return _UNSPACED_RUN.sub(_set_off, normalize("NFC", text))


def readable(snippet: str) -> str:
    """A passage that the index gave back, on one line, as people read it."""
    return " ".join(snippet.replace(_ZERO_WIDTH_SPACE, "").split())


def passage(indexed: str, found: str) -> str:
    """The text around a place where something was found as it stands, like a snippet of the index's own."""
    text = indexed.replace(_ZERO_WIDTH_SPACE, "")
    at = max(0, text.find(found))
    start, end = max(0, at - _PASSAGE_CHARACTERS), at + len(found) + _PASSAGE_CHARACTERS
    return f"{'...' if start else ''}{readable(text[start:end])}{'...' if end < len(text) else ''}"


def expressions(query: str) -> tuple[str, ...]:
    """What to ask the index for, in the order of trying: drafts with every term, then those with any.

    A term is a word, whole or the beginning of one, or an exact phrase in double quotes. Any text is a query; one
    without a single word (signs, emoji) gives no expression, and has to be looked for as it stands.
    """
    terms = [
        f'"{indexable(text)}"{" *" if found[2] and _BEGINNING.search(text) else ""}'
        for found in _TERM.finditer(normalize("NFC", plain(query)))
        if _WORD_CHARACTER.search(text := found[1] or found[2] or "")
    ]
    if len(terms) < 2:  # noqa: PLR2004 - one term: every and any are the same
        return tuple(terms)
    # Side by side rather than joined by AND: a term that unicode61 sees no word in is then passed over.
    return " ".join(terms), " OR ".join(terms)


def plain(text: str) -> str:
    """The text without what SQLite cannot be asked with: NULs, and the half characters of undecodable arguments."""
    return text.replace("\0", " ").encode("utf-8", "replace").decode()


def _set_off(run: re.Match[str]) -> str:
    return _ZERO_WIDTH_SPACE + _ZERO_WIDTH_SPACE.join(run[0]) + _ZERO_WIDTH_SPACE
