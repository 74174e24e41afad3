"""What the memory holds, and what was taken into it, as people read it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from onering_cli.render.tables import show_rows
from onering_cli.render.times import local

if TYPE_CHECKING:
    from collections.abc import Sequence

    from onering_cli.memory.archives import Archive
    from onering_cli.memory.importing import ImportReport
    from onering_cli.memory.model import AccountCount
    from onering_cli.render.streams import Streams

_TABLE_COLUMNS = 76
_DATE_CHARACTERS = len("2026-08-01")
_LARGEST_PERCENT = 99  # it is done when its summary says so


class ImportProgress:
    """One line that counts up while a person watches; silent where nobody does."""

    def __init__(self, streams: Streams) -> None:
        self._streams = streams
        self._begun = False

    def on_progress(self, archive: Archive, entries: int) -> None:
        """So many entries of an archive are dealt with."""
        percent = min(_LARGEST_PERCENT, 100 * archive.read_bytes // max(archive.total_bytes, 1))
        self._say(f"{percent:3d} %  {entries:,} read")

    def on_embedded(self, made: int) -> None:
        """So many posts have got their vectors."""
        if made:
            self._say(f"{made:,} more made searchable by meaning")

    def end(self) -> None:
        """Leave the line as it is."""
        if self._begun:
            self._streams.piece("\n")
        self._begun = False

    def _say(self, words: str) -> None:
        if self._streams.err_is_terminal:
            self._begun = True
            self._streams.err.write(f"\r{words[: self._streams.width - 1]}\x1b[K")
            self._streams.err.flush()


def show_import(streams: Streams, report: ImportReport) -> None:
    """A few lines on what became of an archive."""
    if report.unchanged:
        streams.data(f"{report.name}: imported before, nothing new")
        return
    resumed = f", after {report.resumed_at:,} that were dealt with before" if report.resumed_at else ""
    streams.data(f"{report.name} ({report.format}): {report.new:,} new, {report.known:,} known already{resumed}")
    for reason, count in sorted((report.skipped or {}).items(), key=lambda pair: -pair[1]):
        streams.data(f"  left out: {count:,} {reason}")


def import_document(report: ImportReport) -> dict[str, Any]:
    """The keys that ``memory import --json`` prints for an archive."""
    return {
        "name": report.name,
        "format": report.format,
        "new": report.new,
        "known": report.known,
        "skipped": report.skipped or {},
        "resumed_at": report.resumed_at,
        "unchanged": report.unchanged,
    }


def show_counts(streams: Streams, counts: Sequence[AccountCount]) -> None:
    """A line an account."""
    if streams.out_is_terminal and streams.width < _TABLE_COLUMNS:
        for count in counts:
            streams.data(f"{count.account} ({count.platform}): {count.total:,} posts")
        return
    shown = _DATE_CHARACTERS if streams.out_is_terminal else None
    rows = [
        (
            count.account,
            count.platform,
            f"{count.total:,}" if streams.out_is_terminal else str(count.total),
            local(count.first_at)[:shown] if count.first_at else "",
            local(count.last_at)[:shown] if count.last_at else "",
            ", ".join(f"{number:,} {kind}" for kind, number in sorted(count.kinds.items(), key=lambda pair: -pair[1])),
        )
        for count in counts
    ]
    if rows or not streams.out_is_terminal:
        show_rows(streams, ("ACCOUNT", "PLATFORM", "POSTS", "FIRST", "LAST", "KINDS"), rows)


def count_document(count: AccountCount) -> dict[str, Any]:
    """The keys that ``memory stats --json`` prints for an account."""
    return {
        "platform": count.platform,
        "account": count.account,
        "posts": count.total,
        "kinds": count.kinds,
        "first_at": count.first_at.isoformat() if count.first_at else None,
        "last_at": count.last_at.isoformat() if count.last_at else None,
    }
