"""Reads plain text as passages: wrapped or not, with bullets, underlined headings, mail headers or none of these."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from onering_cli.generation.model import BlockKind
from onering_cli.generation.reading.folding import fold_heading
from onering_cli.generation.reading.layout import Line, blocks_of, is_listing, joined, lines_of, width_of
from onering_cli.generation.reading.strand import Manuscript, Outline, Passage

if TYPE_CHECKING:
    from collections.abc import Sequence

_MAIL_HEADER = re.compile(
    r"(?:From|To|Cc|Bcc|Subject|Date|Message-ID|Reply-To|Sent|In-Reply-To|List-[\w-]+|MIME-Version"
    r"|Content-[\w-]+|Received|Return-Path|X-[\w-]+|References|User-Agent):\s",
    re.IGNORECASE,
)
_SUBJECT = re.compile(r"Subject:\s*(?:(?:re|fwd?|aw|wg):\s*)*(?P<subject>.+)", re.IGNORECASE)
_ARMOUR = re.compile(r"-----(?P<which>BEGIN|END) [A-Z0-9 ]+-----")
_QUOTED = re.compile(r"(?:[>|]\s?)+")
_ATTRIBUTION = re.compile(
    r"(?:on|am|le|el|il|em|op)\b.{5,200}(?:wrote|schrieb|écrit|escribió|scritto|escreveu)\s?:",
    re.IGNORECASE | re.DOTALL,
)
_GREETING = re.compile(
    r"(?:hi|hello|hey|dear|good (?:morning|afternoon|evening)|greetings|hallo|liebe[rs]?|bonjour|salut|hola|ciao)\b"
    r"[^.!?]{0,50}[,!:]?",
    re.IGNORECASE,
)
_FAREWELL = re.compile(
    r"(?:(?:with |kind |best |warm |many |all the )*(?:regards|wishes|best|thanks|thank you|cheers|sincerely|greetings)"
    r"(?: (?:again|in advance|a lot|so much|for reading|yours|truly))*|yours (?:truly|sincerely|faithfully)|xo+"
    r"|cordially|respectfully|(?:mit )?(?:freundlichen|besten|herzlichen|viele|liebe) grü(?:ß|ss)en?|cordialement"
    r"|saludos)\s*[,.!–-]*",
    re.IGNORECASE,
)
_EMPHASIS = re.compile(
    r"(?<![\w*])\*{1,2}([^*\s](?:[^*\n]{0,80}[^*\s])?)\*{1,2}(?![\w*])|(?<![\w_])_([^\W_](?:[^_\n]{0,80}[^\W_])?)_(?![\w_])"
)
_NUMBERED = re.compile(
    r"(?:(?:chapter|section|part|appendix)\s+)?(?P<number>\d{1,2}(?:\.\d{1,3})*\.?|[IVX]{1,5}\.|[A-Z]\.)\s+(?=\S)",
    re.IGNORECASE,
)
_MARKED = re.compile(r"(?P<marks>={2,6}|\*{1,4}|#{1,6})\s+(?P<words>.+?)(?:\s+(?P=marks))?")
_SENTENCE_END = re.compile(r"(?<!\betc)[.,;:。，；：][\"'”’)\]]*$")
_COLUMNS = re.compile(r"\S(?: {3,}|\t+)\S|[^\s.!?:]  +\S.*[^\s.!?:]  +\S")
_CODE_LINE = re.compile(
    r"^(?:[$%>]|#!|>>>|\.\.\.|//|/\*|\*/|<\?|</?\w[^<>]*>$)(?:\s|\S|$)|[;{}\\]$|^\s*(?:def|class|import|from|return|if|for|while"
    r"|else|elif|try|except|function|const|let|var|public|private|static|void|int|char|struct|#include|#define|export|sudo"
    r"|apt|apt-get|pip|npm|git|cd|make|\./configure)\b.*[(:{;=/-]|^\S+\s*[:+]?=\s*\S+|^[\w.]+\(.*\)$"
)
_RELEASE = re.compile(r"(?:version |release |v)?\d{1,4}(?:\.\d{1,4}){1,3}[\w.-]{0,12}(?:[ ,].{0,30})?", re.IGNORECASE)
_TITLE_CHARS = 100
_HEADING_CHARS = 72
_HEADING_WORDS = 12
_RULED_LINES = 4
_BOXED_LINES = 3
_HEADER_FIELDS = 2
_FAREWELL_BLOCKS = 3
_CAPITALS = 4
_SIGNATURE_LINES = 8
_CODE_COLUMNS = 4
_CHANGED_BY = re.compile(r"--\s.{0,80}<[^<>\s]+@[^<>\s]+>.*")
_CHANGES_OF = re.compile(r"\S+ \([^()\s]+\) [\w.-]+(?: [\w.-]+)*; urgency=\w+.*")


@dataclass(frozen=True, slots=True)
class _Heading:
    """A heading, its level from 1, and how many lines it takes."""

    level: int
    words: str
    lines: int


def read_plain(text: str) -> Manuscript:
    """Read plain text."""
    lines = _without_signature(_without_armour(lines_of(text)))
    outlined = any(line.text.startswith("** ") and not line.indent for line in lines)
    reader = _Reader(width_of(blocks_of(lines)), outlined=outlined)
    reader.read(lines)
    return Manuscript(reader.title, tuple(reader.passages))


class _Reader:
    """Reads blocks of lines in order, remembering the list item that a later block may go on with."""

    def __init__(self, width: int, *, outlined: bool) -> None:
        self.passages: list[Passage] = []
        self.title = ""
        self._width = width
        self._outlined = outlined
        self._outline = Outline()
        self._title_level = 0
        self._item_column = 0
        self._quoting = False

    def read(self, lines: Sequence[Line]) -> None:
        """Read a document, or what somebody quoted of one."""
        blocks = blocks_of(lines)
        first = 0 if self._quoting else self._mail_header(blocks)
        for number in range(first, len(blocks)):
            block = blocks[number]
            if number >= len(blocks) - _FAREWELL_BLOCKS and number and _FAREWELL.fullmatch(block[0].text):
                return
            following = blocks[number + 1] if number + 1 < len(blocks) else []
            for part, quoted in _quotations(block):
                if quoted:
                    self._quotation(part)
                else:
                    self._block(part, following)

    def _mail_header(self, blocks: Sequence[Sequence[Line]]) -> int:
        """Read a mail's header; the number of the first block behind it."""
        if not blocks or sum(bool(_MAIL_HEADER.match(line.text)) for line in blocks[0]) < _HEADER_FIELDS:
            return 0
        subject = next(filter(None, (_SUBJECT.match(line.text) for line in blocks[0])), None)
        self._set_title(subject["subject"] if subject else "")
        return 1

    def _set_title(self, title: str) -> None:
        self.title = fold_heading(title)
        self._outline.enter(1, self.title)

    def _quotation(self, lines: Sequence[Line]) -> None:
        if not self._quoting:
            self._quoting = True
            self.read(lines)
            self._quoting = False

    def _block(self, block: Sequence[Line], following: Sequence[Line]) -> None:
        block = block[self._headings(block, following) :]
        if block and _GREETING.fullmatch(block[0].text) and not self.passages:
            block = block[1:]
        if not block or _is_table(block) or self._is_code(block):
            return
        if _CHANGED_BY.fullmatch(block[0].text) or _ATTRIBUTION.fullmatch(" ".join(line.text for line in block[:3])):
            return
        for part in _parts(block):
            self._part(part)

    def _part(self, lines: list[Line]) -> None:
        first = lines[0]
        bullet = first.bullet()
        if bullet:
            lines[0] = first.behind(bullet)
            self._item_column = lines[0].indent
        elif first.indent < max(1, self._item_column - 1):
            self._item_column = 0
        kind = BlockKind.LIST_ITEM if self._item_column else BlockKind.PARAGRAPH
        kind = BlockKind.QUOTE if self._quoting else kind
        entries = [[line] for line in lines] if is_listing(lines, self._width) else [lines]
        for entry in entries:
            strand = joined(entry, self._width).unwrap(_EMPHASIS)
            self.passages.append(Passage(strand, kind, self._outline.path))

    def _headings(self, block: Sequence[Line], following: Sequence[Line]) -> int:
        """Enter the heading a block begins with; how many lines it takes."""
        found = _ruled(block) or _marked(block, outlined=self._outlined) or _change(block) or _release(block)
        if not found and following and _could_be_heading(block[0].text):
            found = _numbered(block, following) or _capitals(block) or _opening(block, following)
        if not found:
            return 0
        if found.words:
            self._enter(found.level, found.words)
        return found.lines

    def _enter(self, level: int, heading: str) -> None:
        if not self.title and not self.passages and not self._outline.path:
            self._set_title(heading)
            self._title_level = level
        else:
            self._outline.enter(1 if level == self._title_level else level, fold_heading(heading))
        self._item_column = 0

    def _is_code(self, block: Sequence[Line]) -> bool:
        code = sum(bool(_CODE_LINE.search(line.text)) for line in block)
        if code * 5 > len(block) * 3 or block[0].text.startswith(("$ ", ">>> ", "#!")):
            return True
        if not self.passages or self._item_column or block[0].indent < _CODE_COLUMNS or block[0].bullet():
            return False
        introduced = self.passages[-1].strand.text.rstrip().endswith(":")
        words = " ".join(line.text for line in block).split()
        plain = sum(word.strip("\"'(),.;:!?").isalpha() for word in words)
        return introduced and plain * 4 < len(words) * 3


def _ruled(block: Sequence[Line]) -> _Heading | None:
    """A heading with a rule below it, or above and below; a rule alone is a heading without words."""
    first = block[0]
    if first.is_rule():
        boxed = len(block) > _BOXED_LINES - 1 and block[2].text == first.text
        return _Heading(2, block[1].text, _BOXED_LINES) if boxed else _Heading(2, "", 1)
    rule = next((number for number, line in enumerate(block[:_RULED_LINES]) if line.is_rule()), 0)
    if not rule or len(first.text) > _TITLE_CHARS:
        return None
    return _Heading(2 if block[rule].text[0] in "=*#" else 3, first.text, rule + 1)


def _marked(block: Sequence[Line], *, outlined: bool) -> _Heading | None:
    marked = _MARKED.fullmatch(block[0].text)
    if not marked:
        return None
    starred = marked["marks"].startswith("*")
    if starred and (len(block) > 1 or not outlined or _SENTENCE_END.search(block[0].text)):
        return None
    return _Heading(1 + len(marked["marks"]), marked["words"], 1)


def _change(block: Sequence[Line]) -> _Heading | None:
    """``package (1.2-3) unstable; urgency=low`` in a Debian changelog."""
    text = block[0].text
    return _Heading(1, text.partition(";")[0], 1) if _CHANGES_OF.fullmatch(text) else None


def _release(block: Sequence[Line]) -> _Heading | None:
    """``* Version 1.0.18`` above a list of what changed in it."""
    above, below = block[0], block[1] if len(block) > 1 else block[0]
    words = above.text[above.bullet() :]
    listed = above.bullet() and below.bullet() and below.text[0] != above.text[0]
    return _Heading(2, words, 1) if listed and _RELEASE.fullmatch(words) else None


def _could_be_heading(text: str) -> bool:
    return len(text) <= _HEADING_CHARS and not _SENTENCE_END.search(text)


def _capitals(block: Sequence[Line]) -> _Heading | None:
    text = block[0].text
    stands_out = len(block) == 1 or block[1].indent > block[0].indent
    return _Heading(3, text, 1) if stands_out and text.isupper() and sum(map(str.isalpha, text)) >= _CAPITALS else None


def _numbered(block: Sequence[Line], following: Sequence[Line]) -> _Heading | None:
    number = _NUMBERED.match(block[0].text)
    listed = following[0].bullet() and following[0].text[0].isdigit() == block[0].text[0].isdigit()
    if not number or len(block) > 1 or listed:
        return None
    return _Heading(2 + number["number"].strip(".").count("."), block[0].text[number.end() :], 1)


def _opening(block: Sequence[Line], following: Sequence[Line]) -> _Heading | None:
    """A line of its own that reads as a heading of what follows."""
    line = block[0]
    if len(block) > 1 or line.bullet() or line.text[0].islower() or len(line.text.split()) > _HEADING_WORDS:
        return None
    prose = len(following) > 1 or bool(following[0].bullet()) or following[0].text.endswith((".", "!", "?", ":", "。"))
    return _Heading(4, line.text, 1) if prose else None


def _parts(block: Sequence[Line]) -> list[list[Line]]:
    """A block's list items and indented paragraphs."""
    base = min(line.indent for line in block)
    parts: list[list[Line]] = []
    for line in block:
        last = parts[-1][-1] if parts else None
        ended = last is None or bool(_SENTENCE_END.search(last.text) or last.text.endswith(("!", "?")))
        listing = bool(parts) and bool(parts[-1][0].bullet())
        begins = line.bullet() and (ended or listing or not line.text[0].isalnum())
        if last is None or begins or (ended and not listing and line.indent >= base + 2 and last.indent == base):
            parts.append([line])
        else:
            parts[-1].append(line)
    return parts


def _quotations(block: Sequence[Line]) -> list[tuple[list[Line], bool]]:
    """A block's runs of lines that are quoted, their marks taken off, and of those that are not."""
    runs: list[tuple[list[Line], bool]] = []
    for line in block:
        mark = _QUOTED.match(line.text) if line.text.startswith(">") and not line.text.startswith(">>>") else None
        if not runs or runs[-1][1] != bool(mark):
            runs.append(([], bool(mark)))
        runs[-1][0].append(line.behind(mark.end()) if mark else line)
    return runs


def _is_table(block: Sequence[Line]) -> bool:
    columns = sum(bool(_COLUMNS.search(line.text)) or line.text.startswith(("|", "+--")) for line in block)
    return len(block) > 1 and columns * 5 > len(block) * 3


def _without_armour(lines: Sequence[Line]) -> list[Line]:
    """Without signed mail's wrapping and keys."""
    kept: list[Line] = []
    inside = False
    for line in lines:
        armour = _ARMOUR.fullmatch(line.text)
        if armour:
            inside = armour["which"] == "BEGIN" and "MESSAGE" not in line.text
        elif not inside:
            kept.append(line)
    return kept


def _without_signature(lines: Sequence[Line]) -> list[Line]:
    """Without what stands below a mail's last ``--``."""
    for number in range(len(lines) - 1, max(-1, len(lines) - 1 - _SIGNATURE_LINES - 1), -1):
        if lines[number].text == "--":
            return list(lines[:number])
    return list(lines)
