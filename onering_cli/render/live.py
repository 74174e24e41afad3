"""Shows a thread while it takes shape, on stderr, and leaves nothing behind when it is done."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from onering_cli.text.sanitize import printable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rich.text import Text

    from onering_cli.render.streams import Streams

_TAIL_LINES = 8


@contextmanager
def live_thread(streams: Streams, *, enabled: bool) -> Iterator[Callable[[str, tuple[str, ...]], None]]:
    """A function that shows a status line and the texts of the posts so far; it does nothing unless `enabled`."""
    if not enabled:
        yield lambda _status, _texts: None
        return
    from rich.console import Console
    from rich.live import Live

    console = Console(file=streams.err, width=streams.width, no_color=not streams.colour, markup=False, emoji=False)
    with Live(
        console=console, transient=True, refresh_per_second=12, redirect_stdout=False, redirect_stderr=False
    ) as live:
        yield lambda status, texts: live.update(_picture(status, texts))


def _picture(status: str, texts: tuple[str, ...]) -> Text:
    """The status, the number of finished posts, and the end of the post under work."""
    from rich.text import Text

    picture = Text(f"{status}…", style="bold")
    if texts:
        picture.append(f"  post {len(texts)}\n", style="dim")
        picture.append("\n".join(printable(texts[-1]).splitlines()[-_TAIL_LINES:]), style="default")
    return picture
