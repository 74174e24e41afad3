"""Builds what serves the metrics of the user's posts."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from onering_cli.memory.metrics import MetricLog
    from onering_cli.memory.syncing import Synced
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

    def sync(self, account: str, *, limit: int, since: datetime | None, on_page: Callable[[Synced], None]) -> Synced:
        """Read the metrics of an account's newest posts from X, each read charged before it is made.

        Raises:
            LogInError: The account has no credentials, or X does not take them.
            TryLaterError: The budget, a rate limit or the network; what was read is kept.
            RefusedError: The account is blocked, or X refuses.
        """
        from onering_cli.adapters.sqlite.purse import SqlitePurse
        from onering_cli.memory.syncing import sync
        from onering_cli.publishing.rules import X

        tools = self._toolbox
        purse = SqlitePurse(tools.store, monthly_budget_usd_milli=tools.publishing.monthly_budget_usd_milli)
        return sync(
            tools.x.own_posts(account),
            tools.memory.corpus,
            account=account,
            limit=limit,
            since=since,
            charge=lambda reads: purse.charge(account, reads * X.read_usd_milli, tools.clock.now()),
            on_page=on_page,
        )
