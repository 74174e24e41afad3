"""The file a voice is kept in: TOML with a word on each part, made to be read and edited.

What `compose` writes, `parse` reads back to the same voice; whatever a person leaves out falls back to "not known".
"""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, TypeVar

from onering_cli.errors import UsageError
from onering_cli.memory.openings import Opening
from onering_cli.memory.voice.habits import CAPITAL_START, MARKS, PERSONS
from onering_cli.memory.voice.model import Exemplar, Range, Rhythm, Voice

T = TypeVar("T")

_HEAD = """\
# How {name} writes, as OneRing measured it. Edit what you like: what stands here is what counts.
# Shares are of posts: 0.25 is one in four. `onering voice build` measures anew and keeps `notes` and pinned exemplars.
"""
_COMMENTS = {
    "notes": "In your own words; a model that writes for you reads it.",
    "weight": "What a post weighs, as X counts: eight of ten lie between low and high.",
    "rhythm": "Averages: sentences and line breaks a post, words a sentence and how much that varies.",
    "person": "Posts that speak of the writer (i), of a group (we), to the reader (you).",
    "marks": "Posts with each mark.",
    "use": "Posts with emoji, hashtags and links, and the favourite ones.",
    "words": "Words that come up more often than in others' texts, and first words that come back.",
    "openings": "The form of the first sentence.",
    "exemplars": "Posts that show the voice, never to be copied. `pinned = true` keeps one when it is built anew.",
}
_TABLES = {
    "measured": {"account", "posts", "since", "until", "built_at", "embedder"},
    "weight": {"low", "middle", "high"},
    "rhythm": {"sentences", "words", "spread", "line_breaks"},
    "person": set(PERSONS),
    "marks": {*MARKS, CAPITAL_START},
    "use": {"emoji", "favourite_emoji", "hashtags", "favourite_hashtags", "links"},
    "vocabulary": {"words", "openers"},
    "openings": {str(form) for form in Opening},
}
_TOP = {"name", "notes", "exemplars", *_TABLES}
_EXEMPLAR = {"text", "at", "url", "pinned"}
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t"}
_MOST_FILE_CHARS = 1_000_000


class VoiceFileError(UsageError):
    """A voice file that cannot be understood; names the line."""


def compose(voice: Voice) -> str:
    """The voice as its file."""
    lines = [_HEAD.format(name=_in_comment(voice.name)), f"name = {_text(voice.name)}"]
    lines += [f"# {_COMMENTS['notes']}", f"notes = {_text(voice.notes)}", ""]
    for table, values in _tables(voice):
        comment = _COMMENTS.get(table)
        lines += [f"# {comment}"] if comment else []
        lines.append(f"[{table}]")
        lines += [f"{_key(key)} = {_value(value)}" for key, value in values.items() if value is not None]
        lines.append("")
    if voice.exemplars:
        lines.append(f"# {_COMMENTS['exemplars']}")
    for exemplar in voice.exemplars:
        kept: dict[str, Any] = {"at": exemplar.at, "url": exemplar.url or None, "pinned": exemplar.pinned or None}
        lines += ["[[exemplars]]", f"text = {_text(exemplar.text)}"]
        lines += [*(f"{key} = {_value(value)}" for key, value in kept.items() if value is not None), ""]
    return "\n".join(lines).rstrip("\n") + "\n"


def _tables(voice: Voice) -> Iterator[tuple[str, Mapping[str, Any]]]:
    yield (
        "measured",
        {
            "account": voice.account or None,
            "posts": voice.posts,
            "since": voice.since,
            "until": voice.until,
            "built_at": voice.built_at,
            "embedder": voice.embedder or None,
        },
    )
    yield "weight", {"low": voice.weight.low, "middle": voice.weight.middle, "high": voice.weight.high}
    rhythm = voice.rhythm
    yield (
        "rhythm",
        {
            "sentences": rhythm.sentences,
            "words": rhythm.words,
            "spread": rhythm.spread,
            "line_breaks": rhythm.line_breaks,
        },
    )
    yield "person", voice.person
    yield "marks", voice.marks
    yield (
        "use",
        {
            "emoji": voice.emoji[0],
            "favourite_emoji": voice.emoji[1],
            "hashtags": voice.hashtags[0],
            "favourite_hashtags": voice.hashtags[1],
            "links": voice.links,
        },
    )
    yield "vocabulary", {"words": voice.words, "openers": voice.openers}
    yield "openings", voice.openings


def parse(source: str, *, file: str) -> Voice:
    """The voice in a file.

    Args:
        source: The file's text.
        file: Its name, for messages.

    Raises:
        VoiceFileError: It is not TOML, or a value is not what it should be; the message names the line.
    """
    if len(source) > _MOST_FILE_CHARS:
        raise VoiceFileError(f"{file} is longer than any voice", hint="build it anew: onering voice build")
    try:
        document = tomllib.loads(source)
    except tomllib.TOMLDecodeError as exc:
        raise VoiceFileError(f"{file} is not valid TOML: {exc}", hint=_mend(file)) from exc
    return _Reading(document, source, file).voice()


class _Reading:
    """One file on its way to a voice."""

    def __init__(self, document: Mapping[str, Any], source: str, file: str) -> None:
        self._document = document
        self._source = source
        self._file = file

    def voice(self) -> Voice:
        self._refuse_unknown("", self._document, _TOP)
        for table, keys in _TABLES.items():
            self._refuse_unknown(table, self._table(table), keys)
        return Voice(
            name=self._get("", "name", "", str),
            notes=self._get("", "notes", "", str),
            posts=int(self._number("measured", "posts")),
            account=self._get("measured", "account", "", str),
            since=self._time("measured", "since"),
            until=self._time("measured", "until"),
            built_at=self._time("measured", "built_at"),
            embedder=self._get("measured", "embedder", "", str),
            weight=self._weight(),
            rhythm=Rhythm(*(self._number("rhythm", key) for key in ("sentences", "words", "spread", "line_breaks"))),
            person=self._shares("person"),
            marks=self._shares("marks"),
            emoji=(self._share("use", "emoji"), self._texts("use", "favourite_emoji")),
            hashtags=(self._share("use", "hashtags"), self._texts("use", "favourite_hashtags")),
            links=self._share("use", "links"),
            words=self._texts("vocabulary", "words"),
            openers=self._texts("vocabulary", "openers"),
            openings=self._shares("openings"),
            exemplars=tuple(self._exemplars()),
        )

    def _weight(self) -> Range:
        weight = Range(*(self._number("weight", key) for key in ("low", "middle", "high")))
        if not weight.low <= weight.middle <= weight.high:
            raise self._wrong("weight", "low", "low, middle and high must rise")
        return weight

    def _exemplars(self) -> Iterator[Exemplar]:
        found = self._document.get("exemplars", [])
        if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
            raise self._wrong("", "exemplars", "exemplars are written as [[exemplars]] with a text each")
        for number, each in enumerate(found):
            unknown = sorted(each.keys() - _EXEMPLAR)
            text, url, pinned = each.get("text"), each.get("url", ""), each.get("pinned", False)
            if unknown:
                raise self._wrong("[exemplars]", unknown[0], f"an exemplar has no {unknown[0]!r}", number)
            if not isinstance(text, str) or not text.strip():
                raise self._wrong("[exemplars]", "text", "each exemplar takes a text", number)
            if not isinstance(url, str) or not isinstance(pinned, bool):
                name = "url" if not isinstance(url, str) else "pinned"
                wanted = "an address in quotes" if name == "url" else "true or false"
                raise self._wrong("[exemplars]", name, f"{name} takes {wanted}", number)
            yield Exemplar(text, self._as_time("[exemplars]", "at", each.get("at"), number), url, pinned)

    def _table(self, name: str) -> Mapping[str, Any]:
        found = self._document if not name else self._document.get(name, {})
        if not isinstance(found, dict):
            raise self._wrong("", name, f"{name} is a table: write [{name}]")
        return found

    def _refuse_unknown(self, table: str, found: Mapping[str, Any], known: set[str]) -> None:
        unknown = sorted(found.keys() - known)
        if unknown:
            place = f"[{table}] has" if table else "a voice has"
            raise self._wrong(table, unknown[0], f"{place} no {unknown[0]!r}; known are {', '.join(sorted(known))}")

    def _get(self, table: str, key: str, default: T, kind: type[T]) -> T:
        value = self._table(table).get(key, default)
        if not isinstance(value, kind):
            raise self._wrong(table, key, f"{key} takes text in quotes, not {value!r}")
        return value

    def _number(self, table: str, key: str) -> float:
        value = self._table(table).get(key, 0)
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value < float("inf"):
            raise self._wrong(table, key, f"{key} takes a number from 0 on, not {value!r}")
        return float(value)

    def _share(self, table: str, key: str) -> float:
        value = self._number(table, key)
        if value > 1:
            raise self._wrong(table, key, f"{key} is a share of posts, from 0 to 1, not {value:g}")
        return value

    def _shares(self, table: str) -> Mapping[str, float]:
        return {key: self._share(table, key) for key in self._table(table)}

    def _texts(self, table: str, key: str) -> tuple[str, ...]:
        value = self._table(table).get(key, [])
        if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
            raise self._wrong(table, key, f'{key} takes texts in brackets, such as ["one", "two"]')
        return tuple(value)

    def _time(self, table: str, key: str) -> datetime | None:
        return self._as_time(table, key, self._table(table).get(key))

    def _as_time(self, table: str, key: str, value: object, number: int = 0) -> datetime | None:
        if value is None:
            return None
        if not isinstance(value, datetime):
            raise self._wrong(table, key, f"{key} takes a time such as 2026-11-28T09:30:00Z, not {value}", number)
        return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)

    def _wrong(self, table: str, key: str, why: str, number: int = 0) -> VoiceFileError:
        line = _line_of(self._source, table, key, number)
        return VoiceFileError(f"{self._file}, line {line}: {why}", hint=_mend(self._file), details={"line": line})


def _line_of(source: str, table: str, key: str, number: int) -> int:
    """The line where a key of a table stands (of its `number`-th table, for arrays), else the table's own line."""
    lines = source.splitlines()
    heads = [at for at, line in enumerate(lines) if re.match(rf"\s*\[{re.escape(table)}\]", line)] if table else [-1]
    head = heads[min(number, len(heads) - 1)] if heads else -1
    written = re.compile(rf"""\s*(?:["']?{re.escape(key)}["']?\s*[=.]|\[+{re.escape(key)}\b)""")
    for at in range(head + 1, len(lines)):
        if written.match(lines[at]):
            return at + 1
        if table and re.match(r"\s*\[", lines[at]):
            break
    return max(head, 0) + 1


def _mend(file: str) -> str:
    return f"mend {file}, or build the voice anew: onering voice build --force"


def _key(key: str) -> str:
    return key if re.fullmatch(r"[A-Za-z0-9_-]+", key) else _quoted(key)


def _value(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return f"{value:g}" if float(f"{value:g}") == value else repr(value)
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, Sequence) and not isinstance(value, str):
        return f"[{', '.join(_quoted(str(each)) for each in value)}]"
    return _quoted(str(value))


def _text(text: str) -> str:
    """A text as TOML: in three quotes where it has lines, so that it reads as it was written."""
    plain = all(character == "\n" or character.isprintable() for character in text)
    if "\n" in text and plain and "'''" not in text and not text.endswith("'"):
        return f"'''\n{text}'''"
    return _quoted(text)


def _quoted(text: str) -> str:
    """A basic string (https://toml.io/en/v1.0.0#string); lone surrogates, which TOML cannot hold, are replaced."""
    whole = text.encode("utf-8", "replace").decode("utf-8")
    out = []
    for character in whole:
        if character in _ESCAPES:
            out.append(_ESCAPES[character])
        elif character.isprintable():
            out.append(character)
        else:
            out.append(f"\\u{ord(character):04X}" if ord(character) <= 0xFFFF else f"\\U{ord(character):08X}")  # noqa: PLR2004 -- the last of four digits
    return f'"{"".join(out)}"'


def _in_comment(text: str) -> str:
    return "".join(character if character.isprintable() else " " for character in text)
