"""The user's posting slots in the store."""

from __future__ import annotations

from typing import TYPE_CHECKING

from onering_cli.clock import to_iso
from onering_cli.scheduling.model import Slot

if TYPE_CHECKING:
    from datetime import datetime

    from onering_cli.adapters.sqlite.connection import Store


class SqliteSlots:
    """Satisfies `Slots`."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def of(self, account: str) -> list[Slot]:
        """An account's slots."""
        return [slot for slot in self.all() if slot.account == account]

    def all(self) -> list[Slot]:
        """Everybody's slots, by account."""
        with self._store.read() as connection:
            rows = connection.execute("SELECT account, spec, zone FROM slots ORDER BY account, spec, zone")
            return [Slot(row["account"], row["spec"], row["zone"]) for row in rows]

    def put(self, slot: Slot, now: datetime) -> bool:
        """Keep a slot; false when it was there."""
        values = (slot.account, slot.spec, slot.zone, to_iso(now))
        with self._store.write() as connection:
            query = "INSERT INTO slots (account, spec, zone, created_at) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING"
            return connection.execute(query, values).rowcount == 1

    def remove(self, slot: Slot) -> bool:
        """Forget a slot; false when it was not there."""
        with self._store.write() as connection:
            query = "DELETE FROM slots WHERE account = ? AND spec = ? AND zone = ?"
            return connection.execute(query, (slot.account, slot.spec, slot.zone)).rowcount == 1
