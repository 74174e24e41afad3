"""What a person was told of, in the store."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import timedelta

    from onering_cli.adapters.sqlite.connection import Store
    from onering_cli.scheduling.notices import Notice


class SqliteNotices:
    """Satisfies `NoticeBook`.

    Args:
        store: The store.
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    def claim(self, notice: Notice, *, again_after: timedelta) -> bool:
        """Take it upon oneself to tell this; false when it was told and is not to be told again yet."""
        now_s = notice.at.timestamp()
        # A clock that was set back makes what was told lie ahead; then it is told again rather than never.
        query = (
            "INSERT INTO notices (kind, account, cause, told_s) VALUES (:kind, :account, :cause, :now) "
            "ON CONFLICT (account, kind, cause) DO UPDATE SET told_s = :now "
            "WHERE told_s <= :before OR told_s > :now RETURNING 1"
        )
        values = {**_key(notice), "now": now_s, "before": now_s - again_after.total_seconds()}
        with self._store.write() as connection:
            return connection.execute(query, values).fetchone() is not None

    def postpone(self, notice: Notice, *, by: timedelta, again_after: timedelta) -> None:
        """It reached nobody: let it be claimed again, but not before so long."""
        told_s = (notice.at + by - again_after).timestamp()
        query = "UPDATE notices SET told_s = :told WHERE account = :account AND kind = :kind AND cause = :cause"
        with self._store.write() as connection:
            connection.execute(query, {**_key(notice), "told": told_s})

    def forget(self, account: str) -> None:
        """Whatever ailed an account is over."""
        with self._store.read() as connection:
            known = connection.execute("SELECT 1 FROM notices WHERE account = ?", (account,)).fetchone()
        if known is not None:
            with self._store.write() as connection:
                connection.execute("DELETE FROM notices WHERE account = ?", (account,))


def _key(notice: Notice) -> dict[str, str]:
    return {"kind": notice.kind, "account": notice.account, "cause": notice.cause}
