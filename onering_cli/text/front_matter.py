"""The front matter of a draft file: the fields that OneRing knows, and those it keeps for others."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from onering_cli.text.draft import Draft, ReplyControl
from onering_cli.text.front_matter_entry import Entry

if TYPE_CHECKING:
    from onering_cli.text.draft_error import SourceText

LIMIT_BYTES = 16 * 1024
TEXT_KEYS = ("title", "account", "schedule")
REPLY_KEYS = ("reply_control", "reply")
KNOWN_KEYS = (*TEXT_KEYS, *REPLY_KEYS)

# Front matter as most drafts have it: known keys with a plain or single-quoted value on one line. YAML reads it the
# same way (a property test holds the two together), and not importing yaml saves half of a bare interpreter's start.
_WORDS = r"""\w(?:[\w ,.;!?'"()/+&%$*=@-]|:(?=[^\s:]))*"""
_QUOTED = r"'(?:[^'\x00-\x1f\x7f-\xa0\u2028\u2029\ufeff\ufffe\uffff]|'')*'"
_LINE = re.compile(rf"(?P<key>{'|'.join(KNOWN_KEYS)}): +(?:(?P<words>{_WORDS})|(?P<quoted>{_QUOTED})) *\n")
_PLAIN_WORDS = re.compile(_WORDS)
_PLAIN_QUOTED = re.compile(_QUOTED)
_NULLS = ("null", "Null", "NULL")


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """What the front matter says of a draft; the meanings are `Draft`'s."""

    title: str = ""
    account: str = ""
    schedule: str = ""
    reply_control: ReplyControl = ReplyControl.EVERYONE
    extra: dict[str, object] = field(default_factory=dict)


def read(file: SourceText, start: int, end: int) -> FrontMatter:
    """What the lines between two offsets of a draft file say.

    Raises:
        DraftFileError: They are not YAML, not keys with values, or a known key has a value that makes no sense.
    """
    text = file.text[start:end]
    if len(text.encode()) > LIMIT_BYTES:
        raise file.error(start, f"the front matter is longer than {LIMIT_BYTES // 1024} KiB")
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
    return "".join(lines)


def _line(key: str, value: str) -> str:
    if _PLAIN_WORDS.fullmatch(value) and not value.endswith(" ") and value not in _NULLS:
        return f"{key}: {value}\n"
    quoted = "'" + value.replace("'", "''") + "'"
    if _PLAIN_QUOTED.fullmatch(quoted):
        return f"{key}: {quoted}\n"
    from onering_cli.text.front_matter_yaml import dump

    return dump({key: value})


def _read_simple(text: str) -> list[Entry] | None:
    """The entries, when every line is as `_LINE` has it; else None, and YAML has to tell."""
    entries: list[Entry] = []
    at = 0
    while at < len(text):
        line = _LINE.match(text, at)
        if line is None:
            return None
        words, quoted = line["words"], line["quoted"]
        if words is not None:
            value, value_at = words.rstrip(" "), line.start("words")
            if value in _NULLS:
                return None
        else:
            value, value_at = quoted[1:-1].replace("''", "'"), line.start("quoted")
        entries.append(Entry(line["key"], value, value, at, value_at))
        at = line.end()
    return entries if len({entry.key for entry in entries}) == len(entries) else None


def _understood(file: SourceText, start: int, entries: list[Entry]) -> FrontMatter:
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
    return FrontMatter(**texts, reply_control=_reply_control(file, start, reply), extra=extra)


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
