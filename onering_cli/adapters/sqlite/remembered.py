"""Whether there is a memory at all: asked before anything is loaded that looks into it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from onering_cli.adapters.sqlite.connection import Store


def has_any(store: Store, account: str) -> bool:
    """Whether anything of an account is remembered."""
    with store.read() as connection:
        row = connection.execute(
            "SELECT 1 FROM posts WHERE account IN (SELECT seq FROM memory_accounts WHERE name = ?) LIMIT 1", (account,)
        ).fetchone()
    return row is not None
