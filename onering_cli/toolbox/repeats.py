"""Builds what tells whether a draft repeats what was published."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from onering_cli.adapters.sqlite.published import SqlitePublished
    from onering_cli.memory.model import Filter, Neighbour
    from onering_cli.memory.repeats import Nearest, Repeat, Tolerance
    from onering_cli.toolbox import Toolbox
    from onering_cli.toolbox.memory import MemoryTools

PLATFORM = "x"


class RepeatTools:
    """The repeats' part of the toolbox.

    Args:
        toolbox: The whole.
    """

    def __init__(self, toolbox: Toolbox) -> None:
        self._toolbox = toolbox

    @cached_property
    def _published(self) -> SqlitePublished:
        from onering_cli.adapters.sqlite.published import SqlitePublished

        return SqlitePublished(self._toolbox.store, self._toolbox.clock)

    def find(
        self,
        texts: Sequence[str],
        account: str,
        *,
        draft: str = "",
        payload_hash: str = "",
        key: str = "",
        fresh: bool = False,
    ) -> tuple[Repeat, ...]:
        """The posts that repeat what an account published; nothing is loaded for an account without a memory.

        Args:
            texts: The posts.
            account: Whose memory counts.
            draft: The draft as a run would name it, "" when no run is meant.
            payload_hash: Of the run that would be begun: what the very same run published is no repeat.
            key: Its idempotency key, or "".
            fresh: Make the vectors of the latest posts first, which loads the embedder; their words count anyway.
        """
        from onering_cli.adapters.sqlite.remembered import has_any

        if not has_any(self._toolbox.store, account):
            return ()
        from onering_cli.memory.repeats import find_repeats

        tolerance = self._tolerance(account)
        if fresh:
            self._toolbox.memory.catch_up()
        own = self._published.sent_before(account, draft=draft, payload_hash=payload_hash, key=key)
        return find_repeats(
            texts,
            self._published,
            account=account,
            platform=PLATFORM,
            tolerance=tolerance,
            now=self._toolbox.clock.now(),
            own=own,
            nearest=self._nearest() if tolerance.meaning < 1 else None,
        )

    def _tolerance(self, account: str) -> Tolerance:
        from onering_cli.memory.repeats import Tolerance
        from onering_cli.settings import catalogue

        values = self._toolbox.settings
        return Tolerance(
            near=values.for_account(catalogue.ACCOUNT_REPEAT_NEAR, account),
            meaning=values.for_account(catalogue.ACCOUNT_REPEAT_MEANING, account),
            days=values.for_account(catalogue.ACCOUNT_REPEAT_DAYS, account),
        )

    def _nearest(self) -> Nearest | None:
        """Finds posts by meaning, without numpy where the shipped embedder made the vectors.

        None where there are no vectors, or only those of an embedder that is not in force: words are looked at anyway.
        """
        memory = self._toolbox.memory
        if memory.vectors.model not in _embedders(memory):
            return None

        def nearest(texts: Sequence[str], which: Filter, limit: int) -> list[Sequence[Neighbour]]:
            return [memory.vectors.nearest(memory.query_vector(text), which, limit=limit) for text in texts]

        return nearest


def _embedders(memory: MemoryTools) -> tuple[str, str]:
    from onering_cli.adapters.static_weights import MODEL

    return MODEL, memory.embedder.model
