"""Remembers outside of the store how far the RING ledger has come, so that rows removed from its end are missed."""

from __future__ import annotations

import json
import os
from contextlib import suppress
from typing import TYPE_CHECKING, Protocol

from onering_cli.billing.verifying import Witness
from onering_cli.errors import StoreError, UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from onering_cli.billing.ring import Head

_LARGEST_BYTES = 4096


class _Ledger(Protocol):
    def head(self) -> Head: ...

    def hash_at(self, seq: int) -> bytes | None: ...


class RingWitness:
    """A small file beside the configuration.

    It falls behind when a process is killed, which proves less and never anything false.

    Args:
        file: Need not exist.
    """

    def __init__(self, file: Path) -> None:
        self._file = file

    def read(self) -> Witness | None:
        """What it remembers; None when it is new.

        Raises:
            UsageError: The file cannot be read.
        """
        try:
            with self._file.open("rb") as file:
                told = json.loads(file.read(_LARGEST_BYTES))
            return Witness(int(told["rows"]), bytes.fromhex(told["hash"]))
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError, TypeError) as exc:
            raise UsageError(
                f"{self._file} cannot be read: {type(exc).__name__}",
                hint="move it away; `onering ring verify` writes it",
            ) from exc

    def follow(self, ledger: _Ledger) -> None:
        """Remember where the ledger stands now, unless it is not the one that was remembered; never an error."""
        with suppress(OSError, UsageError, StoreError):
            before = self.read()
            head = ledger.head()
            if head.rows > (before.rows if before else 0) and (
                before is None or ledger.hash_at(before.rows) == before.hash
            ):
                self._write(head)

    def _write(self, head: Head) -> None:
        partial = self._file.with_name(f"{self._file.name}.{os.getpid()}")
        self._file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            partial.write_text(json.dumps({"rows": head.rows, "hash": head.hash.hex()}) + "\n", encoding="utf-8")
            partial.chmod(0o600)
            partial.replace(self._file)
        finally:
            partial.unlink(missing_ok=True)
