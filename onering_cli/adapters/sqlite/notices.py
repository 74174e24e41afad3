"""What a person was told of, in the store."""

from __future__ import annotations

from typing import TYPE_CHECKING

from onering_cli.scheduling.notices import AGAIN_AFTER, RETRY_AFTER

if TYPE_CHECKING:
    from onering_cli.adapters.sqlite.connection import Store
    from onering_cli.scheduling.notices import Notice


class SqliteNotices:
    """Satisfies `NoticeBook`.

    Args:
        store: The store.
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    def claim(self, notice: Notice) -> bool:
        """Take it upon oneself to tell this; false when it was told within `AGAIN_AFTER`."""
        now_s = notice.at.timestamp()
        # A clock that was set back makes what was told lie ahead; then it is told again rather than never.
        query = (
            "INSERT INTO notices (kind, account, cause, told_s) VALUES (:kind, :account, :cause, :claimed) "
            "ON CONFLICT (account, kind, cause) DO UPDATE SET told_s = :claimed "
            "WHERE told_s <= :before OR told_s > :now RETURNING 1"
        )
        before_s = now_s - AGAIN_AFTER.total_seconds()
        values = {
            **_key(notice),
            "now": now_s,
            "before": before_s,
            "claimed": before_s + RETRY_AFTER.total_seconds(),
        }
        with self._store.write() as connection:
            return connection.execute(query, values).fetchone() is not None

    def confirm(self, notice: Notice) -> None:
        """It has reached somebody."""
        query = "UPDATE notices SET told_s = :told WHERE account = :account AND kind = :kind AND cause = :cause"
        with self._store.write() as connection:
            connection.execute(query, {**_key(notice), "told": notice.at.timestamp()})

    def forget(self, account: str) -> None:
        """Whatever ailed an account is over."""
        with self._store.read() as connection:
            known = connection.execute("SELECT 1 FROM notices WHERE account = ?", (account,)).fetchone()
        if known is not None:
            with self._store.write() as connection:
                connection.execute("DELETE FROM notices WHERE account = ?", (account,))


def _key(notice: Notice) -> dict[str, str]:
    return {"kind": notice.kind, "account": notice.account, "cause": notice.cause}
