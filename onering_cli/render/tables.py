"""Rows and running text, for a person and for a pipe."""

from __future__ import annotations

from typing import TYPE_CHECKING

from onering_cli.text.sanitize import printable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from onering_cli.render.streams import Streams


def show_rows(streams: Streams, headings: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """A table that fits the terminal, the last column giving way; in a pipe, bare lines ready for ``cut``."""
    if not streams.out_is_terminal:
        for row in rows:
            streams.row(*row)
        return
    from rich.table import Table
    from rich.text import Text

    from onering_cli.render.cards import console_for

    table = Table(box=None, pad_edge=False, header_style="bold dim")
    for number, heading in enumerate(headings, start=1):
        last = number == len(headings)
        table.add_column(heading, no_wrap=True, overflow="ellipsis", ratio=1 if last else None)
    for row in rows:
        table.add_row(*(Text(printable(cell, newlines=False)) for cell in row))
    console_for(streams).print(table)


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
