"""Where the lines of a block that a parser took out of its source stand in that source."""

import re
from collections.abc import Sequence

_LINE_END = re.compile(r"\r\n?|\n")


class Lines:
    """A source as lines, the way Markdown counts them.

    Args:
        text: The source.
        start: Where line 0 begins.
    """

    def __init__(self, text: str, start: int = 0) -> None:
        self._text = text
        self._starts, self._ends = [start], list[int]()
        for line_end in _LINE_END.finditer(text, start):
            self._ends.append(line_end.start())
            self._starts.append(line_end.end())
        self._ends.append(len(text))

    def __len__(self) -> int:
        return len(self._starts)

    def start(self, line: int) -> int:
        """Where a line begins; the end of the text for the line behind the last."""
        return self._starts[line] if line < len(self._starts) else len(self._text)

    def places(self, content: str, first: int, end: int) -> Sequence[int]:
        """For each character of a block's content, and for its end, the place in the source.

        The content is the block's lines `first` to `end`, each without the markup before it.
        """
        places: list[int] = []
        line = first
        while line < end - 1 and not self._text[self.start(line) : self._ends[line]].strip(" \t>").strip():
            line += 1
        for part in content.split("\n"):
            begin, stop = self.start(line), self._ends[min(line, len(self._ends) - 1)]
            words = part.strip()
            found = self._text.rfind(words, begin, stop) if words else stop
            lead = len(part) - len(part.lstrip()) if words else 0
            at = max(begin, (found if found >= 0 else begin) - lead)
            places += range(at, at + len(part) + 1)
            line = min(line + 1, max(first, end - 1))
        return places
