"""Turns a source's bytes into text exactly as written, or says in one sentence why they are no text."""

from __future__ import annotations

import codecs
import re

from onering_cli.errors import UsageError
from onering_cli.generation.model import MaterialKind

_KINDS = {
    ".md": MaterialKind.MARKDOWN,
    ".markdown": MaterialKind.MARKDOWN,
    ".txt": MaterialKind.PLAIN,
    ".rst": MaterialKind.PLAIN,
    ".html": MaterialKind.HTML,
    ".htm": MaterialKind.HTML,
}
_KIND_WITHIN_CHARACTERS = 65_536
_HTML_OPENING = re.compile(
    r"\s*(?:<\?xml[^>]{0,200}>\s*)?(?:<!--(?>.{0,2000}?-->)\s*)*+<(?:!doctype\s+html|html|head|body)\b",
    re.IGNORECASE | re.DOTALL,
)
_MARKDOWN_SIGN = re.compile(
    r"^ {0,3}(?:#{1,6} \S|```|~~~|[*+-] +\S|\d{1,3}\. +\S|> ?\S|={3,} *$|-{3,} *$)"
    r"|\[[^\]\n]{1,200}\]\([^)\s]{1,500}\)|\*\*\S[^*\n]{0,200}\*\*",
    re.MULTILINE,
)

_TEXT_HINT = "give Markdown, plain text or HTML"
_PDF_HINT = "turn it into text first: pdftotext FILE - | onering generate -"
_OFFICE_HINT = "turn it into text first: pandoc --to markdown FILE | onering generate -"
# What people hand over by mistake, by its first bytes
# (https://en.wikipedia.org/wiki/List_of_file_signatures, August 2026).
_SIGNATURES = (
    (b"%PDF-", "a PDF", _PDF_HINT),
    (b"PK\x03\x04", "a ZIP archive or an office document", _OFFICE_HINT),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old office document", _OFFICE_HINT),
    (b"{\\rtf", "an RTF document", _OFFICE_HINT),
    (b"\x89PNG\r\n\x1a\n", "a PNG image", _TEXT_HINT),
    (b"\xff\xd8\xff", "a JPEG image", _TEXT_HINT),
    (b"GIF8", "a GIF image", _TEXT_HINT),
    (b"\x1f\x8b", "a gzip archive", _TEXT_HINT),
    (b"SQLite format 3\x00", "an SQLite database", _TEXT_HINT),
)
_CONTROLS = bytes(sorted(set(range(0x20)) - set(b"\b\t\n\v\f\r\x1b"))) + b"\x7f"
_CONTROLS_IN_BINARY = 0.1  # of all bytes; terminal transcripts stay far below, since ESC and backspace do not count

_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# The encodings that browsers know, by their Python names (https://encoding.spec.whatwg.org/#names-and-labels, August
# 2026). Python knows more, and some of those (idna, unicode_escape) are not for strangers' bytes.
_ENCODINGS = frozenset(
    {"utf-8", "utf-16-le", "utf-16-be", "cp866", "koi8-r", "koi8-u", "mac-roman", "mac-cyrillic", "cp874", "gb18030"}
    | {"big5hkscs", "euc_jp", "iso2022_jp", "cp932", "cp949"}
    | {f"cp{number}" for number in range(1250, 1259)}
    | {f"iso8859-{number}" for number in (2, 3, 4, 5, 6, 7, 8, 10, 13, 14, 15, 16)}
)
# A label stands for what browsers read under it, which is more than it once meant (the same page).
_READ_AS = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "utf-16": "utf-16-le",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "big5": "big5hkscs",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
}
# Browsers look for it in the first 1,024 bytes; pages that open with long comments have it later.
_META_WITHIN_BYTES = 4096
_META_CHARSET = re.compile(rb"<meta\b[^>]{0,400}?\bcharset\s*=\s*[\"']?\s*([\w.:-]{2,40})", re.IGNORECASE)


def decode(data: bytes, *, name: str, declared: str = "") -> str:
    """The text of `data`, line ends as they are and a byte order mark removed.

    UTF-8, unless a byte order mark, `declared` (the charset of an HTTP header) or an HTML page itself says otherwise.

    Raises:
        UsageError: It is empty, binary, or not in the encoding it says it is.
    """
    for signature, what, hint in _SIGNATURES:
        if data.startswith(signature):
            raise UsageError(f"{name} is {what}, not text", hint=hint)
    text = _decode(data, name, declared)
    if "\0" in text or _controls(text) > _CONTROLS_IN_BINARY * len(text):
        raise UsageError(f"{name} is binary, not text", hint=_TEXT_HINT)
    if not text.strip():
        raise UsageError(f"{name} is empty", hint="give some text to write from")
    return text


def kind_of(text: str, *, suffix: str) -> MaterialKind:
    """How a text is marked up: by its file name's `suffix` where that tells, else by what it looks like."""
    by_name = _KINDS.get(suffix.lower())
    if by_name is not None:
        return by_name
    opening = text[:_KIND_WITHIN_CHARACTERS]
    if _HTML_OPENING.match(opening):
        return MaterialKind.HTML
    return MaterialKind.MARKDOWN if _MARKDOWN_SIGN.search(opening) else MaterialKind.PLAIN


def _decode(data: bytes, name: str, declared: str) -> str:
    for mark, encoding in _BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return _strictly(data, encoding, name, skip=len(mark))
    label = declared or _declared_by_page(data)
    return _strictly(data, _encoding(label, name) if label else "utf-8", name)


def _declared_by_page(data: bytes) -> str:
    opening = data[:_META_WITHIN_BYTES]
    found = _META_CHARSET.search(opening)
    if found is None or not _HTML_OPENING.match(opening.decode("latin-1")):
        return ""
    label = found[1].decode("ascii", "replace")
    # Bytes that could be read this far are not UTF-16, whatever they say (https://html.spec.whatwg.org, prescan).
    return "utf-8" if label.lower().startswith("utf-16") else label


def _encoding(label: str, name: str) -> str:
    try:
        known_as = codecs.lookup(label.strip()).name
    except (LookupError, ValueError):
        known_as = ""
    encoding = _READ_AS.get(known_as, known_as)
    if encoding not in _ENCODINGS:
        raise UsageError(
            f"{name} says it is written in {label!r}, which is no encoding of the web",
            hint="save it as UTF-8 and give the file",
        )
    return encoding


def _strictly(data: bytes, encoding: str, name: str, *, skip: int = 0) -> str:
    try:
        return data[skip:].decode(encoding)
    except UnicodeDecodeError as exc:
        if encoding == "utf-8" and b"\0" in data:
            raise UsageError(f"{name} is binary, not text", hint=_TEXT_HINT) from exc
        spoken = {"utf-8": "UTF-8", "utf-16-le": "UTF-16", "utf-16-be": "UTF-16"}.get(encoding, encoding)
        offset = exc.start + skip
        raise UsageError(
            f"{name} is not valid {spoken}: byte {data[offset]:#04x} at offset {offset:,}",
            hint="if it was saved by an older Windows program: iconv -f WINDOWS-1252 -t UTF-8 FILE | onering generate -"
            if encoding == "utf-8"
            else "save it as UTF-8 and give the file",
            details={"encoding": spoken, "offset": offset},
        ) from exc


def _controls(text: str) -> int:
    data = text.encode("utf-8", "surrogatepass")
    return len(data) - len(data.translate(None, _CONTROLS))
