"""Builds what serves the metrics of the user's posts."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from onering_cli.memory.metrics import MetricLog
    from onering_cli.toolbox import Toolbox


class StatsTools:
    """The metrics' part of the toolbox.

    Args:
        toolbox: The whole.
    """

    def __init__(self, toolbox: Toolbox) -> None:
        self._toolbox = toolbox

    @cached_property
    def metrics(self) -> MetricLog:
        """The metrics of remembered posts."""
        from onering_cli.adapters.sqlite.metric_log import SqliteMetricLog

        return SqliteMetricLog(self._toolbox.store)
