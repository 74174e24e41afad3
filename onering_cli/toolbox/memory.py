"""Builds what serves the memory."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from onering_cli.memory.ports import Corpus
    from onering_cli.toolbox import Toolbox


class MemoryTools:
    """The memory's part of the toolbox.

    Args:
        toolbox: The whole.
    """

    def __init__(self, toolbox: Toolbox) -> None:
        self._toolbox = toolbox

    @cached_property
    def corpus(self) -> Corpus:
        """All posts that are remembered."""
        from onering_cli.adapters.sqlite.corpus import SqliteCorpus

        return SqliteCorpus(self._toolbox.store, self._toolbox.clock)
