"""The front matter of a draft file: the fields that OneRing knows, and those it keeps for others."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from onering_cli.text.draft import Draft, ReplyControl
from onering_cli.text.draft_error import DraftFileError
from onering_cli.text.front_matter_entry import Entry

if TYPE_CHECKING:
    from onering_cli.text.draft_error import SourceText

LIMIT_BYTES = 16 * 1024
TEXT_KEYS = ("title", "account", "schedule")
REPLY_KEYS = ("reply_control", "reply")
KNOWN_KEYS = (*TEXT_KEYS, *REPLY_KEYS)
_TOO_LONG = f"the front matter is longer than {LIMIT_BYTES // 1024} KiB"

# A value as most front matter has it: plain or single-quoted on one line. YAML reads it the same way (a property test
# holds the two together), and not importing yaml saves half of a bare interpreter's start.
_SIMPLE = re.compile(
    r"""(?P<words>\w(?:[\w ,.;!?'"()/+&%$*=@-]|:(?=[^\s:]))*)"""
    r"|'(?P<quoted>(?:[^'\x00-\x1f\x7f-\xa0\u2028\u2029\ufeff\ufffe\uffff]|'')*)'"
)
_NULLS = ("null", "Null", "NULL")


def read(file: SourceText, start: int, end: int) -> Draft:
    """What the lines between two offsets of a draft file say, as a draft of no posts.

    Raises:
        DraftFileError: They are not YAML, not keys with values, or a known key has a value that makes no sense.
    """
    text = file.text[start:end]
    if len(text.encode()) > LIMIT_BYTES:
        raise file.error(start, _TOO_LONG)
    entries = _read_simple(text)
    if entries is None:
        from onering_cli.text.front_matter_yaml import NotFrontMatterError, load

        try:
            entries = load(text)
        except NotFrontMatterError as exc:
            raise file.error(start + exc.offset, exc.message, hint=exc.hint) from exc
    return _understood(file, start, entries)


def write(draft: Draft) -> str:
    """The lines that `read` gives the same fields back for, or "" when there is nothing to say.

    Raises:
        ValueError: `draft.extra` holds a key that is a field of its own.
        DraftFileError: The lines would be longer than a file may have.
    """
    for key in KNOWN_KEYS:
        if key in draft.extra:
            raise ValueError(f"{key} is a field of the draft, not an extra key")
    fields = {key: value for key in TEXT_KEYS if (value := getattr(draft, key))}
    if draft.reply_control is not ReplyControl.EVERYONE:
        fields["reply_control"] = draft.reply_control.value
    lines = [_line(key, value) for key, value in fields.items()]
    if draft.extra:
        from onering_cli.text.front_matter_yaml import dump

        lines.append(dump(draft.extra))
    text = "".join(lines)
    if len(text.encode()) > LIMIT_BYTES:
        raise DraftFileError(_TOO_LONG, name="draft", line=1, column=1)
    return text


def _line(key: str, value: str) -> str:
    for form in (value, "'" + value.replace("'", "''") + "'"):
        if _simple_value(form) == value:
            return f"{key}: {form}\n"
    from onering_cli.text.front_matter_yaml import dump

    return dump({key: value})


def _read_simple(text: str) -> list[Entry] | None:
    """The entries, when every line is a known key with a simple value; else None, and YAML has to tell."""
    entries: list[Entry] = []
    at = 0
    for line in text.splitlines(keepends=True):
        key, _, rest = line.rstrip("\n").partition(": ")
        value = _simple_value(rest.strip(" "))
        if key not in KNOWN_KEYS or value is None:
            return None
        entries.append(Entry(key, value, value, at, at + len(line) - 1 - len(rest.lstrip(" "))))
        at += len(line)
    return entries if len({entry.key for entry in entries}) == len(entries) else None


def _simple_value(written: str) -> str | None:
    found = _SIMPLE.fullmatch(written)
    if found is None or found["words"] in _NULLS or written.endswith(" "):
        return None
    return found["words"] or found["quoted"].replace("''", "'")


def _understood(file: SourceText, start: int, entries: list[Entry]) -> Draft:
    texts: dict[str, str] = {}
    extra: dict[str, object] = {}
    reply: Entry | None = None
    for entry in entries:
        if entry.key not in KNOWN_KEYS:
            extra[entry.key] = entry.value
        elif entry.text is None:
            raise file.error(start + entry.value_at, f"{entry.key} must be a text, not a list or a mapping")
        elif entry.key in TEXT_KEYS:
            texts[entry.key] = entry.text
        elif reply is not None:
            raise file.error(start + entry.key_at, f"{reply.key} and {entry.key} say the same thing; keep one of them")
        else:
            reply = entry
    return Draft((), **texts, reply_control=_reply_control(file, start, reply), extra=extra)


def _reply_control(file: SourceText, start: int, entry: Entry | None) -> ReplyControl:
    if entry is None or not entry.text:
        return ReplyControl.EVERYONE
    try:
        return ReplyControl(entry.text)
    except ValueError:
        choices = ", ".join(ReplyControl)
        raise file.error(
            start + entry.value_at, f"{entry.key} cannot be {entry.text!r}", hint=f"one of {choices}"
        ) from None
