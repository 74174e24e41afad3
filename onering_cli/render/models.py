"""Models as a table, a pull as a bar, and what a test of a model found."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from onering_cli.render.tables import show_rows

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from onering_cli.render.streams import Streams


def show_models(streams: Streams, models: Sequence[Mapping[str, Any]]) -> None:
    """A row a model: what `--model` takes, whether it can be used now, size, memory, licence."""
    rows = [
        (
            str(model["model"]),
            str(model["state"]),
            gigabytes(model["size_bytes"]),
            gigabytes(model["memory_bytes"]),
            str(model["licence"] or ""),
            str(model["title"] or ""),
        )
        for model in models
    ]
    show_rows(streams, ("MODEL", "STATE", "SIZE", "MEMORY", "LICENCE", "WHAT IT IS"), rows)


def gigabytes(size: int | None) -> str:
    """``1.1 GB``, or "" where it is not known."""
    return "" if size is None else f"{size / 1e9:.1f} GB"


@contextmanager
def pulling(streams: Streams, name: str) -> Iterator[Callable[[int, int], None]]:
    """A bar on stderr while weights arrive; nothing unless a person looks on."""
    if not streams.err_is_terminal:
        yield lambda _here, _total: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TransferSpeedColumn

    console = Console(file=streams.err, width=streams.width, no_color=not streams.colour, markup=False, emoji=False)
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TransferSpeedColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task(name, total=None)
        yield lambda here, total: bar.update(task, completed=here, total=total)
