"""Which draft of a tagged set has its turn."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from onering_cli.publishing.model import is_final

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from onering_cli.publishing.ports import RunSummary


def choose(latest: Mapping[str, RunSummary | None], *, cool_down_s: float, now: datetime) -> str | None:
    """The draft that was posted longest ago, one never posted before all others; None when all are cooling down.

    Args:
        latest: Each draft's last run to the account, or None.
        cool_down_s: How long a draft is left alone after it was posted.
        now: Aware UTC.
    """
    free = [
        (run.updated_at.timestamp() if run else 0.0, draft)
        for draft, run in latest.items()
        if run is None or (is_final(run.status) and run.updated_at + timedelta(seconds=cool_down_s) <= now)
    ]
    return min(free)[1] if free else None
