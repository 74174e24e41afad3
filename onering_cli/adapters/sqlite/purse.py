"""Small spendings of an account within its monthly budget, in the same book as what posting costs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from onering_cli.publishing.admission import admit_cost, month_of
from onering_cli.publishing.ports import AccountFacts, Limits

if TYPE_CHECKING:
    from datetime import datetime

    from onering_cli.adapters.sqlite.connection import Store


class SqlitePurse:
    """Charges an account before something is bought, so that two processes together stay within the budget.

    Args:
        store: The store, at the latest schema.
        monthly_budget_usd_milli: The most an account may spend a calendar month (UTC); None for no limit.
    """

    def __init__(self, store: Store, *, monthly_budget_usd_milli: int | None) -> None:
        self._store = store
        self._limits = Limits(runs_per_hour=0, monthly_budget_usd_milli=monthly_budget_usd_milli)

    def charge(self, account: str, usd_milli: int, now: datetime) -> None:
        """Write down a spending before it is made; a negative one gives back what was not spent.

        Raises:
            TryLaterError: The month's budget does not hold it.
        """
        with self._store.write() as connection:
            row = connection.execute(
                "SELECT spent_usd_milli, reserved_usd_milli FROM spending WHERE account = ? AND month = ?",
                (account, month_of(now)),
            ).fetchone()
            spent, reserved = tuple(row) if row else (0, 0)
            if usd_milli > 0:
                facts = AccountFacts(account, spent_usd_milli=spent, reserved_usd_milli=reserved)
                admit_cost(facts, self._limits, cost_usd_milli=usd_milli, now=now)
            connection.execute(
                """INSERT INTO spending (account, month, spent_usd_milli, reserved_usd_milli) VALUES (?, ?, ?, 0)
                ON CONFLICT DO UPDATE SET spent_usd_milli = spent_usd_milli + excluded.spent_usd_milli""",
                (account, month_of(now), usd_milli),
            )
