"""A stream that is kept."""

from __future__ import annotations

import io


class Wire(io.TextIOWrapper):
    """A stream that is kept, and that says whether it is a terminal."""

    def __init__(self, *, terminal: bool = False, content: str = "") -> None:
        self.kept = io.BytesIO(content.encode())
        super().__init__(self.kept, encoding="utf-8", newline="", write_through=True)
        self.terminal = terminal

    def isatty(self) -> bool:
        return self.terminal

    @property
    def text(self) -> str:
        self.flush()
        return self.kept.getvalue().decode()
