"""The two streams: data goes to stdout, talk goes to stderr, and neither gets anything raw."""

from __future__ import annotations

import os
import shutil
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from onering_cli.errors import OneRingError, UsageError
from onering_cli.text.sanitize import printable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

NARROWEST_COLUMNS = 20


class UnwritableError(UsageError):
    """What was asked for cannot be handed over: the disk behind a redirection is full, or it failed."""

    code = "output"

    def __init__(self, exc: OSError) -> None:
        super().__init__(f"stdout cannot be written: {exc.strerror or exc}", hint="send it somewhere with more room")


@dataclass(slots=True)
class Streams:
    """Where a command writes, and what the reader at the other end can show.

    Args:
        out: Data only.
        err: Everything else.
        keyboard: Where answers to questions come from.
        width: Columns of the terminal.
        colour: Whether `out` and `err` may carry colour.
    """

    out: TextIO
    err: TextIO
    keyboard: TextIO
    width: int
    colour: bool

    @property
    def out_is_terminal(self) -> bool:
        """Whether a person reads stdout."""
        return self.out.isatty()

    @property
    def err_is_terminal(self) -> bool:
        """Whether a person reads stderr."""
        return self.err.isatty()

    @property
    def interactive(self) -> bool:
        """Whether a person can be asked."""
        return self.keyboard.isatty() and self.err.isatty()

    def data(self, text: str) -> None:
        """One or more lines of data, made safe for a terminal and ended with a newline."""
        self._put(printable(text) + "\n")

    def row(self, *cells: str) -> None:
        """A line of data in columns that `cut` takes: a tab between cells, and none within."""
        self._put("\t".join(printable(cell, newlines=False) for cell in cells) + "\n")

    def raw(self, text: str) -> None:
        """Data exactly as it is, for `--format md` and JSON; a terminal still gets it made safe."""
        if self.out_is_terminal:
            self._put(printable(text))
            return
        with _handed_over():
            self.out.flush()
            self.out.buffer.write(text.encode("utf-8"))

    def piece(self, text: str) -> None:
        """A piece of text that is shown as it takes shape."""
        self.err.write(printable(text))
        self.err.flush()

    def note(self, text: str) -> None:
        """A line of talk."""
        self.err.write(printable(text) + "\n")
        self.err.flush()

    def warn(self, text: str) -> None:
        """A line that the reader should not miss."""
        self._labelled("warning:", "33", text)

    def error(self, error: OneRingError) -> None:
        """An error in one sentence, and what to do next."""
        self._labelled("error:", "31;1", error.message)
        if error.hint:
            self.note(f"  {error.hint}")

    def confirm(self, question: str) -> bool:
        """Ask a yes-or-no question; anything but yes is no.

        Raises:
            UsageError: Nobody can be asked.
        """
        if not self.interactive:
            raise UsageError("this needs a confirmation and there is no terminal to ask on", hint="add --yes")
        self.err.write(printable(f"{question} [y/N] "))
        self.err.flush()
        return self.keyboard.readline().strip().lower() in ("y", "yes")

    def _labelled(self, label: str, codes: str, text: str) -> None:
        self.err.write(f"\x1b[{codes}m{label}\x1b[0m " if self.colour and self.err_is_terminal else f"{label} ")
        self.note(text)

    def _put(self, text: str) -> None:
        with _handed_over():
            self.out.write(text)

    def flush(self) -> None:
        """Hand everything written to the reader."""
        with _handed_over():
            self.out.flush()
        self.err.flush()


@contextmanager
def _handed_over() -> Iterator[None]:
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as exc:
        raise UnwritableError(exc) from exc


def process_streams(environment: Mapping[str, str] | None = None) -> Streams:
    """The process's own streams, in UTF-8 whatever the locale says."""
    environment = os.environ if environment is None else environment
    _reopen_closed()
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8", errors="replace")
    columns = shutil.get_terminal_size().columns
    colour = not environment.get("NO_COLOR") and environment.get("TERM") != "dumb"
    return Streams(sys.stdout, sys.stderr, sys.stdin, max(columns, NARROWEST_COLUMNS), colour)


def _reopen_closed() -> None:
    """Give the process streams that nobody reads for those that it was started without (``>&-``)."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            stream = Path(os.devnull).open(mode, encoding="utf-8")  # noqa: SIM115 -- open as long as the process lives
            setattr(sys, name, stream)
