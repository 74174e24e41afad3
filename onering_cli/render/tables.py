"""Rows and running text, for a person and for a pipe."""

from __future__ import annotations

from typing import TYPE_CHECKING

from onering_cli.text.sanitize import printable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from onering_cli.render.streams import Streams

_GAP = 2
_LEAST = 16  # columns in which the last cell of a row still says something


def show_rows(streams: Streams, headings: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """A table whose last column gives way; too narrow for that, blocks; in a pipe, bare lines ready for ``cut``."""
    if not streams.out_is_terminal:
        for row in rows:
            streams.row(*row)
        return
    if not rows:
        return
    from rich.cells import cell_len
    from rich.table import Table
    from rich.text import Text

    from onering_cli.render.cards import console_for

    cells = [[printable(cell, newlines=False) for cell in row] for row in rows]
    widths = [max(map(cell_len, column)) for column in zip(headings, *cells, strict=True)]
    room = streams.width - sum(widths[:-1]) - _GAP * (len(widths) - 1)
    if room < min(widths[-1], _LEAST):
        _show_blocks(streams, cells)
        return
    table = Table(box=None, pad_edge=False, header_style="bold dim")
    for number, heading in enumerate(headings, start=1):
        last = number == len(headings)
        table.add_column(heading, no_wrap=True, overflow="ellipsis", max_width=room if last else None)
    for row in cells:
        table.add_row(*map(Text, row))
    console_for(streams).print(table)


def _show_blocks(streams: Streams, rows: Sequence[Sequence[str]]) -> None:
    """Two lines a row: its first cell, by which it is named, and as much of the others as there is room for."""
    from rich.text import Text

    for first, *others in rows:
        show_wrapped(streams, first)
        below = Text("  " + " · ".join(other for other in others if other))
        below.truncate(max(streams.width - 1, 19), overflow="ellipsis")
        streams.data(below.plain)


def show_wrapped(streams: Streams, text: str, *, indent: str = "") -> None:
    """Text within the terminal's width; a pipe gets each paragraph as one line."""
    if not streams.out_is_terminal:
        streams.data(indent + text.replace("\n", f"\n{indent}"))
        return
    from textwrap import wrap

    width = max(streams.width - 1, 19)
    for line in printable(text).splitlines() or [""]:
        for part in wrap(line, width, initial_indent=indent, subsequent_indent=indent) or [""]:
            streams.data(part)
