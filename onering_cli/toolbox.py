"""The composition root: builds each adapter on first use, and is the only module that names adapters."""

from __future__ import annotations

import os
from functools import cached_property
from typing import TYPE_CHECKING, BinaryIO

from onering_cli import settings
from onering_cli.clock import Clock, SystemClock
from onering_cli.settings import Paths, Settings, find_paths, load_settings

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from onering_cli.adapters.secrets import SecretsChain
    from onering_cli.adapters.sqlite.connection import Store
    from onering_cli.drafts.ports import DraftStore
    from onering_cli.generation.chain import Crew
    from onering_cli.generation.model import Material
    from onering_cli.generation.ports import Writer
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

    @cached_property
    def secrets(self) -> SecretsChain:
        """Where secrets are kept: environment, systemd credentials, keyring, and a file if the user chose one."""
        from onering_cli.adapters.secrets import SecretsChain

        return SecretsChain(
            self.environment, file=self.paths.secrets_file, file_allowed=self.settings[settings.SECRETS_FILE]
        )

    def crew(self, model: str) -> Crew:
        """Who writes when `model` is asked for: ``extract`` or ``PROVIDER:NAME``.

        Raises:
            UsageError: There is no such writer.
            LogInError: Its key is missing.
        """
        from onering_cli.adapters.draft_recall import DraftRecall
        from onering_cli.generation.chain import Crew
        from onering_cli.generation.extract import ExtractWriter

        # Nobody's drafts go to a tracing service because another project's environment switched one on.
        os.environ["LANGSMITH_TRACING"] = os.environ["LANGCHAIN_TRACING_V2"] = "false"
        extract = ExtractWriter(self.embedder)
        writer = extract if model == extract.name else self._chat_writer(model)
        return Crew(writer=writer, fallback=extract, embedder=self.embedder, recall=DraftRecall(self.drafts))

    def _chat_writer(self, model: str) -> Writer:
        from onering_cli.generation.chat_writer import ChatWriter

        return ChatWriter(self.chat_model(model))

    def read_file(self, path: Path) -> Material:
        """A file as material."""
        from onering_cli.adapters.sources import read_file

        return read_file(path)

    def read_stdin(self, stream: BinaryIO) -> Material:
        """What is piped in, as material."""
        from onering_cli.adapters.sources import read_stdin

        return read_stdin(stream)

    def fetch(self, url: str) -> Material:
        """A web page as material."""
        from onering_cli.adapters.web import fetch

        return fetch(url, allow_private=self.settings[settings.SOURCES_ALLOW_PRIVATE])

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
