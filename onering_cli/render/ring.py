"""The RING ledger as people, pipes and files see it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from onering_cli.billing.streaks import level_begins_at
from onering_cli.billing.verifying import Witness
from onering_cli.clock import from_iso
from onering_cli.errors import UsageError
from onering_cli.render.tables import show_rows
from onering_cli.render.times import local

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from onering_cli.billing.ring import Head, Row
    from onering_cli.billing.streaks import Streak
    from onering_cli.render.streams import Streams

_FIELDS = ("seq", "kind", "amount", "balance", "at", "key", "reason", "hash")


def show_standing(streams: Streams, head: Head, level: int, streak: Streak) -> None:
    """The balance as data; what goes with it only for a person who looks."""
    streams.data(f"{head.balance:,} RING" if streams.out_is_terminal else str(head.balance))
    if not streams.out_is_terminal:
        return
    to_go = level_begins_at(level + 1) - max(head.earned, 0)
    streams.data(f"level {level}, {to_go:,} RING to the next")
    if streak.days > 1:
        streams.data(f"{streak.days} days in a row")


def show_rows_of_ring(streams: Streams, rows: Sequence[Row]) -> None:
    """A line a row."""
    if rows or not streams.out_is_terminal:
        cells = [
            (local(from_iso(row.at)), row.kind.value, f"{row.amount:+,}", f"{row.balance:,}", row.reason)
            for row in rows
        ]
        show_rows(streams, ("WHEN", "KIND", "RING", "BALANCE", "WHY"), cells)


def document_of(row: Row) -> dict[str, Any]:
    """A row as JSON has it."""
    values = {name: getattr(row, name) for name in _FIELDS}
    return {**values, "hash": row.hash.hex()}


def export_lines(streams: Streams, rows: Iterable[Row]) -> None:
    """A JSON object a line."""
    for row in rows:
        streams.raw(json.dumps(document_of(row), ensure_ascii=False) + "\n")


def export_csv(streams: Streams, rows: Iterable[Row]) -> None:
    """Comma-separated values with a heading (RFC 4180)."""
    import csv
    import io

    line = io.StringIO()
    writer = csv.writer(line)
    writer.writerow(_FIELDS)
    for row in rows:
        writer.writerow(document_of(row).values())
        streams.raw(line.getvalue())
        line.seek(0)
        line.truncate()
    streams.raw(line.getvalue())


def read_witness(file: Path) -> Witness:
    """The last row of an export, whichever format it has.

    Raises:
        UsageError: The file is no export.
    """
    import csv

    try:
        with file.open(encoding="utf-8", newline="") as lines:
            first = lines.readline()
            last = first
            for line in lines:
                last = line if line.strip() else last
        told = json.loads(last) if first.startswith("{") else next(csv.DictReader([first, last]))
        return Witness(int(told["seq"]), bytes.fromhex(told["hash"]))
    except OSError as exc:
        raise UsageError(f"{file} cannot be read: {exc.strerror}", hint="give a file that exists") from exc
    except (ValueError, KeyError, TypeError, StopIteration) as exc:
        raise UsageError(f"{file} is no export of the ledger", hint="onering ring export > FILE makes one") from exc
