"""Keeps a reasoning model's thoughts out of its answer."""

import re

_NAMES = ("think", "thinking", "thought", "thoughts", "reasoning")
_OPENING = re.compile(rf"<({'|'.join(_NAMES)})>", re.IGNORECASE)
_CLOSING = re.compile(rf"</({'|'.join(_NAMES)})>", re.IGNORECASE)
_OPENINGS = tuple(f"<{name}>" for name in _NAMES)
_LONGEST_CLOSING = max(len(name) for name in _NAMES) + len("</>")


class ThoughtFilter:
    """Lets an answer through piece by piece and holds back its thoughts, wherever the pieces are cut.

    A thought stands between tags such as ``<think>`` and ``</think>``; the opening one is recognised at the start of a
    line only, so that a post may speak of the tag. A thought that never closes has no answer behind it.
    """

    def __init__(self) -> None:
        self._held = ""
        self._thinking = False
        self._line_is_blank = True
        self._spoken = False

    def feed(self, piece: str) -> str:
        """What may be shown of the answer so far and was not before."""
        self._held += piece
        shown: list[str] = []
        while self._held:
            step = self._skip_thought() if self._thinking else self._take_text()
            if step is None:
                break
            shown.append(step)
        return self._leading_space_dropped("".join(shown))

    def close(self) -> str:
        """The rest, once the answer has ended."""
        rest = "" if self._thinking else self._held
        self._held = ""
        return self._leading_space_dropped(rest)

    def _skip_thought(self) -> str | None:
        closing = _CLOSING.search(self._held)
        if closing is None:
            self._held = self._held[-_LONGEST_CLOSING:]
            return None
        self._held = self._held[closing.end() :]
        self._thinking = False
        self._line_is_blank = True
        return ""

    def _take_text(self) -> str | None:
        """Text up to the next thought; None when the next piece must tell whether a thought begins."""
        start = 0
        while (at := self._held.find("<", start)) >= 0:
            opens_line = self._opens_line(at)
            if opens_line and (opening := _OPENING.match(self._held, at)):
                text, self._held = self._held[:at], self._held[opening.end() :]
                self._thinking = True
                return text
            if opens_line and self._may_become_opening(at):
                if at == 0:
                    return None
                return self._take(at)
            start = at + 1
        return self._take(len(self._held))

    def _take(self, length: int) -> str:
        text, self._held = self._held[:length], self._held[length:]
        self._line_is_blank = _last_line_is_blank(text, before=self._line_is_blank)
        return text

    def _opens_line(self, at: int) -> bool:
        return _last_line_is_blank(self._held[:at], before=self._line_is_blank)

    def _may_become_opening(self, at: int) -> bool:
        tail = self._held[at:].casefold()
        return any(opening.startswith(tail) for opening in _OPENINGS)

    def _leading_space_dropped(self, text: str) -> str:
        if not self._spoken:
            text = text.lstrip()
            self._spoken = bool(text)
        return text


def without_thoughts(answer: str) -> str:
    """A whole answer without its thoughts, also when the template opened the first one before the answer began."""
    orphan = list(_CLOSING.finditer(answer))
    opened = _OPENING.search(answer)
    if orphan and (opened is None or opened.start() > orphan[0].start()):
        answer = answer[orphan[0].end() :]
    thoughts = ThoughtFilter()
    return thoughts.feed(answer) + thoughts.close()


def _last_line_is_blank(text: str, *, before: bool) -> bool:
    line_start = text.rfind("\n") + 1
    blank = not text[line_start:].strip()
    return blank and (before or line_start > 0)
