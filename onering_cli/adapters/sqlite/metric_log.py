"""The metrics of remembered posts in the store, as time series."""

from __future__ import annotations

from typing import TYPE_CHECKING

from onering_cli.adapters.sqlite.post_rows import (
    METRIC_NAMES,
    POST_COLUMNS,
    conditions,
    from_ms,
    remembered,
)
from onering_cli.memory.metrics import Standing
from onering_cli.memory.model import EVERYTHING, Metrics

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from onering_cli.adapters.sqlite.connection import Store
    from onering_cli.memory.model import Filter

_IDS_AT_ONCE = 500
_LAST = "m.at_ms = (SELECT max(at_ms) FROM post_metrics WHERE post = m.post)"


class SqliteMetricLog:
    """Satisfies `MetricLog`.

    Args:
        store: The store, at the latest schema.
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    def latest(self, ids: Sequence[int]) -> Mapping[int, Metrics]:
        """The latest metrics of posts by number."""
        found: dict[int, Metrics] = {}
        with self._store.read() as connection:
            for start in range(0, len(ids), _IDS_AT_ONCE):
                some = ", ".join(str(int(post)) for post in ids[start : start + _IDS_AT_ONCE])
                rows = connection.execute(
                    f"SELECT m.* FROM post_metrics m WHERE m.post IN ({some}) AND {_LAST}"  # noqa: S608 -- whole numbers and constants
                )
                found |= {row["post"]: _metrics(row) for row in rows}
        return found

    def standings(self, which: Filter = EVERYTHING, *, limit: int) -> list[Standing]:
        """The newest posts that have metrics, with their latest ones, the newest first."""
        asked, values = conditions(which)
        where = " AND ".join([_LAST, *asked])
        with self._store.read() as connection:
            rows = connection.execute(
                f"""SELECT {POST_COLUMNS}, m.* FROM posts p JOIN post_metrics m ON m.post = p.seq
                JOIN memory_accounts a ON a.seq = p.account WHERE {where}
                ORDER BY p.published_ms DESC, p.seq DESC LIMIT :limit""",  # noqa: S608 -- constants only
                {**values, "limit": limit},
            ).fetchall()
        return [Standing(row["seq"], remembered(row).post, _moment(row["at_ms"]), _metrics(row)) for row in rows]

    def totals(self, which: Filter = EVERYTHING, *, limit: int) -> list[tuple[datetime, Metrics]]:
        """The sums over the posts at the last `limit` times that some were read, by each post's latest reading then."""
        asked, values = conditions(which)
        where = f"WHERE {' AND '.join(asked)}" if asked else ""
        sums: dict[str, int | None] = dict.fromkeys(METRIC_NAMES)
        known: dict[tuple[int, str], int] = {}
        told: dict[int, Metrics] = {}
        with self._store.read() as connection:
            rows = connection.execute(
                f"""SELECT m.* FROM post_metrics m JOIN posts p ON p.seq = m.post
                JOIN memory_accounts a ON a.seq = p.account {where} ORDER BY m.at_ms""",  # noqa: S608 -- constants only
                values,
            )
            for row in rows:
                for name in METRIC_NAMES:
                    if row[name] is not None:
                        sums[name] = (sums[name] or 0) + row[name] - known.get((row["post"], name), 0)
                        known[row["post"], name] = row[name]
                told[row["at_ms"]] = Metrics(**sums)
        return [(_moment(at_ms), metrics) for at_ms, metrics in list(told.items())[-limit:]]


def _metrics(row: sqlite3.Row) -> Metrics:
    return Metrics(**{name: row[name] for name in METRIC_NAMES})


def _moment(milliseconds: int) -> datetime:
    moment = from_ms(milliseconds)
    assert moment is not None  # noqa: S101 -- a reading always has its time
    return moment
