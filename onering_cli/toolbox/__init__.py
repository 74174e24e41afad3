"""The composition root: builds each adapter on first use, and is the only module that names adapters."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, BinaryIO

from onering_cli.clock import Clock, SystemClock
from onering_cli.settings import Settings, load_settings
from onering_cli.settings import catalogue as settings
from onering_cli.settings.paths import Paths, find_paths

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping
    from datetime import datetime
    from logging import Logger
    from pathlib import Path

    from onering_cli.adapters.finding import Finding
    from onering_cli.adapters.redaction import Redactor
    from onering_cli.adapters.secrets import SecretsChain
    from onering_cli.adapters.sqlite.connection import Store
    from onering_cli.adapters.x.accounts import XAccounts
    from onering_cli.drafts.ports import DraftStore
    from onering_cli.generation.model import Material
    from onering_cli.memory.ports import Embedder
    from onering_cli.publishing.engine import Engine
    from onering_cli.publishing.plan import Plan, Wishes
    from onering_cli.publishing.ports import Journal, Watcher
    from onering_cli.publishing.rules import PublishingSettings
    from onering_cli.text.draft import Draft
    from onering_cli.toolbox.billing import Billing
    from onering_cli.toolbox.memory import MemoryTools
    from onering_cli.toolbox.notifying import Notifying
    from onering_cli.toolbox.repeats import RepeatTools
    from onering_cli.toolbox.scheduling import Scheduling
    from onering_cli.toolbox.stats import StatsTools
    from onering_cli.toolbox.unattended import Unattended
    from onering_cli.toolbox.voices import VoiceTools
    from onering_cli.toolbox.writing import Writing


class Toolbox:
    """Everything a command can ask for, built when it is asked for.

    Args:
        environment: The process's environment; nothing else is read from the outside at construction.
        clock: Replaced in tests.
        on_wait: Told, in words, before an adapter waits for a service.
    """

    def __init__(
        self,
        environment: Mapping[str, str],
        *,
        clock: Clock | None = None,
        on_wait: Callable[[str], None] | None = None,
    ) -> None:
        self.environment = environment
        self.on_wait = on_wait
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
    def voices(self) -> VoiceTools:
        """The user's voices."""
        from onering_cli.toolbox.voices import VoiceTools

        return VoiceTools(self)

    @cached_property
    def embedder(self) -> Embedder:
        """The embedder that ships its weights."""
        from onering_cli.adapters.static_embedder import StaticEmbedder

        return StaticEmbedder()

    @cached_property
    def memory(self) -> MemoryTools:
        """What serves the memory."""
        from onering_cli.toolbox.memory import MemoryTools

        return MemoryTools(self)

    @cached_property
    def stats(self) -> StatsTools:
        """What serves the metrics of the user's posts."""
        from onering_cli.toolbox.stats import StatsTools

        return StatsTools(self)

    @cached_property
    def repeats(self) -> RepeatTools:
        """What tells whether a draft repeats what was published."""
        from onering_cli.toolbox.repeats import RepeatTools

        return RepeatTools(self)

    @cached_property
    def journal(self) -> Journal:
        """The durable record of runs."""
        from onering_cli.adapters.sqlite.journal import SqliteJournal

        followers = [self.memory.on_final_run, self.billing.on_final_run, self.scheduling.on_final_run]
        return SqliteJournal(self.store, self.clock, followers)

    @cached_property
    def billing(self) -> Billing:
        """Payments and RING."""
        from onering_cli.toolbox.billing import Billing

        return Billing(self)

    @cached_property
    def scheduling(self) -> Scheduling:
        """What is due, and when."""
        from onering_cli.toolbox.scheduling import Scheduling

        return Scheduling(self)

    @cached_property
    def notifying(self) -> Notifying:
        """What tells a person of failures when nobody watches."""
        from onering_cli.toolbox.notifying import Notifying

        return Notifying(self)

    @cached_property
    def unattended(self) -> Unattended:
        """What runs OneRing when nobody does."""
        from onering_cli.toolbox.unattended import Unattended

        return Unattended(self)

    @cached_property
    def publishing(self) -> PublishingSettings:
        """The settings that publishing goes by."""
        from onering_cli.publishing.rules import PublishingSettings

        values = self.settings
        return PublishingSettings(
            reconcile_waits_s=values[settings.RECONCILE_WAITS_S],
            lease_s=values[settings.LEASE_S],
            connect_timeout_s=values[settings.CONNECT_TIMEOUT_S],
            read_timeout_s=values[settings.READ_TIMEOUT_S],
            parent_waits_s=values[settings.PARENT_WAITS_S],
            max_wait_s=values[settings.MAX_WAIT_S],
            threads_per_hour=values[settings.THREADS_PER_HOUR],
            monthly_budget_usd_milli=values[settings.MONTHLY_BUDGET_USD],
        )

    def account(self, named: str) -> str:
        """The account that is meant: the one named, else the user's default, else ``default``."""
        return named or self.settings[settings.DEFAULT_ACCOUNT] or "default"

    def is_premium(self, account: str) -> bool:
        """Whether an account may send posts of up to 25,000."""
        return self.settings.for_account(settings.ACCOUNT_PREMIUM, self.account(account))

    def limit_weight(self, account: str) -> int:
        """The most that a post may weigh at an account."""
        from onering_cli.text.weights import LIMIT_WEIGHT, PREMIUM_LIMIT_WEIGHT

        return PREMIUM_LIMIT_WEIGHT if self.is_premium(account) else LIMIT_WEIGHT

    def plan(self, draft: Draft, account: str, wishes: Wishes, folder: Path) -> Plan:
        """What publishing `draft` would send; its media are looked for in `folder`."""
        from onering_cli.adapters.media_files import MediaFolder
        from onering_cli.publishing.plan import plan

        facts = self.journal.facts(account)
        return plan(draft, account=account, wishes=wishes, files=MediaFolder(folder), facts=facts)

    def engine(
        self, account: str, *, watcher: Watcher, folder: Path | None = None, clock: Clock | None = None
    ) -> Engine:
        """The engine that publishes for one account; `clock` replaces the toolbox's own.

        Raises:
            LogInError: The account has no credentials.
        """
        from dataclasses import replace
        from pathlib import Path

        from onering_cli.adapters.media_files import MediaFolder
        from onering_cli.adapters.posting_log import PostingLog
        from onering_cli.publishing.drive import Parts
        from onering_cli.publishing.engine import Engine
        from onering_cli.publishing.rules import X

        parts = Parts(
            journal=self.journal,
            destination=self.x.destination(account),
            files=MediaFolder(folder or Path.cwd()),
            clock=clock or self.clock,
            settings=replace(self.publishing, threads_per_hour=self.billing.threads_per_hour()),
            platform=X,
            watcher=PostingLog(self.log.getChild("posting"), watcher),
        )
        return Engine(parts)

    @cached_property
    def x(self) -> XAccounts:
        """The user's accounts at X."""
        from onering_cli.adapters.x.accounts import XAccounts

        return XAccounts(
            self.secrets,
            clock=self.clock,
            api_base=self.settings[settings.X_API_BASE],
            client_id=self.settings[settings.X_CLIENT_ID],
            callback_port=self.settings[settings.X_CALLBACK_PORT],
            connect_timeout_s=self.publishing.connect_timeout_s,
            read_timeout_s=self.publishing.read_timeout_s,
            lock_folder=self.paths.cache_folder,
        )

    def open_browser(self, url: str) -> bool:
        """Open an address in the user's browser; whether that worked."""
        import webbrowser

        return webbrowser.open(url)

    @cached_property
    def secrets(self) -> SecretsChain:
        """Where secrets are kept: environment, systemd credentials, keyring, and a file if the user chose one."""
        from onering_cli.adapters.secrets import SecretsChain

        return SecretsChain(
            self.environment,
            file=self.paths.secrets_file,
            file_allowed=self.settings[settings.SECRETS_FILE],
            learn=self._redactor.learn,
            clock=self.clock,
        )

    @cached_property
    def _redactor(self) -> Redactor:
        from onering_cli.adapters.redaction import Redactor

        redactor = Redactor()
        redactor.learn_environment(self.environment)
        return redactor

    def redact(self, value: str) -> None:
        """Take this value out of whatever is logged from now on."""
        self._redactor.learn(value)

    @cached_property
    def log(self) -> Logger:
        """The log; whoever is about to write to the logger ``onering`` asks for it here, which opens it."""
        from onering_cli.adapters.log_file import open_log

        return open_log(self.paths.log_folder, redactor=self._redactor)

    def log_entries(self, *, limit: int, since: datetime | None, level: str) -> Iterator[dict[str, Any]]:
        """The last entries of the log, the oldest of them first."""
        from onering_cli.adapters.log_file import read_log

        return read_log(self.paths.log_folder, limit=limit, since=since, level=level)

    @cached_property
    def writing(self) -> Writing:
        """Who writes: crews, chat models, local weights."""
        from onering_cli.toolbox.writing import Writing

        return Writing(self)

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

    def check_up(self, expected: Collection[str] = ()) -> Iterator[Finding]:
        """Look at everything OneRing stands on; `expected` names secrets that must be there."""
        from onering_cli.adapters.checkup import check_up

        return check_up(
            self.paths,
            self.environment,
            lambda: self.settings,
            lambda: self.secrets,
            self.clock,
            lambda: self.scheduling.zone,
            expected,
        )

    def log_bug(self, exc: BaseException) -> str:
        """Write a bug's traceback to the log, redacted; where it went."""
        self.log.error("bug", exc_info=exc)
        return str(self.paths.log_folder)

    def close(self) -> None:
        """Let go of what was opened."""
        if "billing" in self.__dict__:
            self.billing.close()
        if "writing" in self.__dict__:
            self.writing.close()
        if "store" in self.__dict__:
            self.store.close()
        if "log" in self.__dict__:
            from onering_cli.adapters.log_file import close_log

            close_log()
