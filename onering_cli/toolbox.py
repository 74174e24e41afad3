"""The composition root: builds each adapter on first use, and is the only module that names adapters."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from onering_cli.clock import Clock, SystemClock
from onering_cli.settings import Paths, Settings, find_paths, load_settings

if TYPE_CHECKING:
    from collections.abc import Mapping

    from onering_cli.adapters.sqlite.connection import Store
    from onering_cli.drafts.ports import DraftStore
    from onering_cli.memory.ports import Embedder


class Toolbox:
    """Everything a command can ask for, built when it is asked for.

    Args:
        environment: The process's environment; nothing else is read from the outside at construction.
        clock: Replaced in tests.
    """

    def __init__(self, environment: Mapping[str, str], *, clock: Clock | None = None) -> None:
        self.environment = environment
        self.clock: Clock = clock or SystemClock()

    @cached_property
    def paths(self) -> Paths:
        """Where OneRing keeps its things."""
        return find_paths(self.environment)

    @cached_property
    def settings(self) -> Settings:
        """The settings in force."""
        return load_settings(self.paths, self.environment)

    @cached_property
    def store(self) -> Store:
        """The store, at the latest schema."""
        from onering_cli.adapters.sqlite.migrations import open_store

        return open_store(self.paths.store_file)

    @cached_property
    def drafts(self) -> DraftStore:
        """The user's drafts."""
        from onering_cli.adapters.sqlite.drafts import SqliteDrafts

        return SqliteDrafts(self.store, self.clock)

    @cached_property
    def embedder(self) -> Embedder:
        """The embedder that ships its weights."""
        from onering_cli.adapters.static_embedder import StaticEmbedder

        return StaticEmbedder()

    def log_bug(self, exc: BaseException) -> str:
        """Write a bug's traceback to the log, redacted; where it went."""
        from onering_cli.adapters.log_file import open_log

        open_log(self.paths.log_folder)
        import logging

        logging.getLogger("onering").error("bug", exc_info=exc)
        return str(self.paths.log_folder)

    def close(self) -> None:
        """Let go of what was opened."""
        if "store" in self.__dict__:
            self.store.close()
