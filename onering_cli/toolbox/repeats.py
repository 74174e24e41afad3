"""Builds what tells whether a draft repeats what was published."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from onering_cli.adapters.sqlite.published import SqlitePublished
    from onering_cli.memory.repeats import Nearest, Repeat, Tolerance
    from onering_cli.toolbox import Toolbox

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
        self, texts: Sequence[str], account: str, *, draft: str = "", payload_hash: str = "", key: str = ""
    ) -> tuple[Repeat, ...]:
        """The posts that repeat what an account published; nothing is loaded for an account without a memory.

        Args:
            texts: The posts.
            account: Whose memory counts.
            draft: The draft as a run would name it, "" when no run is meant.
            payload_hash: Of the run that would be begun: what the very same run published is no repeat.
            key: Its idempotency key, or "".
        """
        if not self._published.has_any(account):
            return ()
        from onering_cli.memory.repeats import find_repeats

        own = self._published.sent_before(account, draft=draft, payload_hash=payload_hash, key=key)
        return find_repeats(
            texts,
            self._published,
            account=account,
            platform=PLATFORM,
            tolerance=self._tolerance(account),
            now=self._toolbox.clock.now(),
            own=own,
            nearest=self._nearest(),
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
        return None
