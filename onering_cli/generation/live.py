"""Shows posts while a model writes them: which words belong to which post, before the answer is whole."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from onering_cli.generation.marks import COUNTED, HEADING, LABEL, LISTED, ROLE, is_furniture, is_preamble, is_rule
from onering_cli.generation.model import Delta

if TYPE_CHECKING:
    from collections.abc import Sequence

_HELD_CHARS = 48
"""A line that may still turn out to be a label or a rule is held back for so many characters."""
_HELD_FIRST_CHARS = 240
"""The first line may turn out to announce the thread, which takes longer to tell."""
# How the words of `marks` begin: only lines that may become one of them are held back.
_MARK_STARTS = (
    *("post", "tweet", "part", "slide", "thread post", "beitrag", "publi", "entrada", "tuit", "mensaje", "пост"),
    *("投稿", "帖子", "hook", "open", "intro", "body", "cta", "call to", "conclusion", "clos", "character", "word"),
    "weighted",
)
_PREAMBLE_STARTS = (
    *("sure", "certainly", "of course", "absolutely", "ok", "alright", "great", "no problem", "understood", "gladly"),
    *("klar", "gerne", "natürlich", "bien sûr", "claro", "por supuesto", "certo", "here's", "here’s", "here is"),
    *("here are", "below is", "below are", "this is", "these are", "i've", "i’ve", "i have", "hier ist", "hier sind"),
    *("voici", "aquí", "ecco"),
)
_JSON_START = re.compile(r"\s*[\[{]\s*(?:[\"\[{]|$)")


class LivePosts:
    """Turns the pieces of an answer into deltas, as far as they can be told already.

    It follows the form that is asked for (posts with a line ``---`` between them) and its usual variations. What an
    answer finally holds is for `answers.posts_in` to say; for a well-formed answer the deltas of a post add up to it.

    Args:
        numbers: The post that each block of the answer belongs to, from 0; blocks beyond them count on.
    """

    def __init__(self, numbers: Sequence[int] = ()) -> None:
        self._numbers = numbers
        self._block = 0
        self._block_has_text = False
        self._answer_has_text = False
        self._rule_seen = False
        self._style: re.Pattern[str] | None = None
        self._line = ""
        self._line_is_prose = False
        self._gap = ""
        self._silent = False

    def feed(self, piece: str) -> list[Delta]:
        """What can be shown now."""
        deltas: list[Delta] = []
        while piece and not self._silent:
            head, newline, piece = piece.replace("\r", "").partition("\n")
            self._line += head
            if newline:
                self._finish_line(deltas)
            elif self._line_is_prose or not self._may_be_mark():
                self._show(deltas, finished=False)
        return deltas

    def close(self) -> list[Delta]:
        """What was held back, once the answer has ended."""
        deltas: list[Delta] = []
        if not self._silent:
            self._finish_line(deltas)
        return deltas

    def _may_be_mark(self) -> bool:
        start = self._line.lstrip().casefold()
        if not start:
            return True
        if not self._answer_has_text and len(start) < _HELD_FIRST_CHARS and _may_become(start, _PREAMBLE_STARTS):
            return True
        return len(start) < _HELD_CHARS and (not start[0].isalpha() or _may_become(start, _MARK_STARTS))

    def _finish_line(self, deltas: list[Delta]) -> None:
        if self._line_is_prose or not self._is_apart():
            self._show(deltas, finished=True)
        self._line = ""
        self._line_is_prose = False

    def _is_apart(self) -> bool:
        """Whether a whole line is no part of a post; a rule begins the next one."""
        if is_rule(self._line):
            self._rule_seen = True
            self._next_block()
            return True
        return is_furniture(self._line) or (not self._answer_has_text and is_preamble(self._line))

    def _next_block(self) -> None:
        if self._block_has_text:
            self._block += 1
            self._block_has_text = False
        self._gap = ""

    def _show(self, deltas: list[Delta], *, finished: bool) -> None:
        """Show the line so far but for what the next piece may change: white space and asterisks at its end."""
        if not self._line_is_prose:
            self._begin_prose()
            if self._silent:
                return
        body = self._line.rstrip() if finished else self._line.rstrip().rstrip("*").rstrip()
        text = body.replace("**", "")
        self._line = self._line[len(body) :]
        if text.strip():
            shown = _folded_gap(self._gap) + text if self._block_has_text else text.lstrip()
            deltas.append(Delta(self._post(), shown))
            self._gap = ""
            self._block_has_text = self._answer_has_text = True
        if finished:
            self._gap += "\n"

    def _begin_prose(self) -> None:
        """Drop what labels the line; a label of the next post begins it."""
        if not self._answer_has_text and _JSON_START.match(self._line):
            self._silent = True
            return
        self._line_is_prose = True
        if (label := LABEL.match(self._line)) is not None:
            self._next_block()
            self._line = self._line[label.end() :]
        self._drop_number()
        for mark in (HEADING, ROLE):
            if (match := mark.match(self._line)) is not None and (mark is HEADING or not self._block_has_text):
                self._line = self._line[match.end() :]

    def _drop_number(self) -> None:
        for mark in (COUNTED, LISTED):
            match = mark.match(self._line)
            if match is None:
                continue
            number = int(match[1])
            if not self._answer_has_text and number == 1:
                self._style = mark
                self._line = self._line[match.end() :]
            elif mark is self._style and number == self._block + (2 if self._block_has_text else 1):
                if self._block_has_text and self._rule_seen:
                    return
                self._next_block()
                self._line = self._line[match.end() :]
            return

    def _post(self) -> int:
        if self._block < len(self._numbers):
            return self._numbers[self._block]
        beyond = self._block - len(self._numbers)
        return (self._numbers[-1] + 1 if self._numbers else 0) + beyond


def _may_become(start: str, words: Sequence[str]) -> bool:
    return any(start[: len(word)] == word[: len(start)] for word in words)


def _folded_gap(gap: str) -> str:
    """At most one blank line between two paragraphs."""
    return "\n" * min(gap.count("\n"), 2)
