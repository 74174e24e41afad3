"""What billing needs from the world: the RING ledger, the payment service, and the record of purchases."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date, datetime

    from onering_cli.billing.earning import EarnRules
    from onering_cli.billing.ring import Entry, Head, Row
    from onering_cli.billing.spending import Bought, Perk
    from onering_cli.billing.verifying import Witness


class Ledger(Protocol):
    """The RING ledger; what is appended is durable when a method returns, and stays.

    Raises:
        StoreError: Any method, when the store cannot be read or written; then nothing was written.
    """

    def head(self) -> Head:
        """Where it stands, in constant time."""
        ...

    def append(self, entries: Sequence[Entry]) -> list[Row]:
        """Append those whose key is not there yet, all or none of them; the rows that were added."""
        ...

    def buy(self, perk: Perk, price: int) -> Bought:
        """Spend RING on a perk, at once or not at all.

        Raises:
            RefusedError: The balance does not suffice.
        """
        ...

    def latest_end(self, perk: Perk) -> datetime | None:
        """When the last bought day of a perk ends, or ended."""
        ...

    def page(self, *, limit: int, offset: int = 0) -> list[Row]:
        """Rows, the latest first."""
        ...

    def rows(self) -> Iterator[Row]:
        """All rows, from the first."""
        ...

    def days(self) -> Iterable[date]:
        """Local days with a published thread that was not rolled back, each once, the latest first."""
        ...

    def verify(self, witnesses: Iterable[Witness] = ()) -> Head:
        """Prove that it is whole; where it stands.

        Raises:
            BrokenLedgerError: It is not.
        """
        ...


class ThreadLedger(Protocol):
    """The part of the ledger that hears of threads, within the transaction that makes them so."""

    def published(self, run: str, day: date, at: datetime, rules: EarnRules) -> None:
        """A thread is out; again for the same run, nothing happens."""
        ...

    def rolled_back(self, run: str) -> None:
        """A thread was taken back."""
        ...
