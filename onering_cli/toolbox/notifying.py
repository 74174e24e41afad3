"""Builds what tells a person of failures when nobody watches."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from onering_cli.errors import OneRingError
from onering_cli.settings import catalogue as settings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from onering_cli.scheduling.notices import Channel, NoticeBook, Notifier
    from onering_cli.toolbox import Toolbox


class Notifying:
    """The notices' part of the toolbox.

    Args:
        toolbox: The whole.
    """

    def __init__(self, toolbox: Toolbox) -> None:
        self._toolbox = toolbox

    @cached_property
    def notifier(self) -> Notifier:
        """Tells what becomes of scheduled entries, and of the store's trouble."""
        from onering_cli.adapters.notice_mark import NoticeMark
        from onering_cli.scheduling.notices import Notifier

        return Notifier(
            lambda: self.channels,
            book=lambda: self._book,
            spare=NoticeMark(self._toolbox.paths.store_file.parent),
            clock=self._toolbox.clock,
            on_failure=self._log_failure,
        )

    @cached_property
    def channels(self) -> Sequence[Channel]:
        """The ways to the person that are set up."""
        from onering_cli.adapters.notifying.programs import CommandChannel, DesktopChannel
        from onering_cli.adapters.notifying.webhook import WebhookChannel

        toolbox, values = self._toolbox, self._toolbox.settings
        channels: list[Channel] = []
        if command := values[settings.NOTIFY_COMMAND]:
            channels.append(CommandChannel(command, toolbox.environment))
        if url := values[settings.NOTIFY_WEBHOOK] or self._secret_address():
            toolbox.redact(url)
            channels.append(WebhookChannel(url))
        if values[settings.NOTIFY_DESKTOP]:
            channels.append(DesktopChannel(toolbox.environment))
        return channels

    @cached_property
    def _book(self) -> NoticeBook:
        from onering_cli.adapters.sqlite.notices import SqliteNotices

        return SqliteNotices(self._toolbox.store)

    def _secret_address(self) -> str:
        """A webhook's address that is kept as a secret, as those of chat services should be."""
        from onering_cli.adapters.secrets import NOTIFY_WEBHOOK

        try:
            found = self._toolbox.secrets.get(NOTIFY_WEBHOOK)
        except OneRingError as error:  # the other channels tell all the same
            self._log_failure("notify.webhook", error)
            return ""
        return found.reveal() if found else ""

    def _log_failure(self, where: str, exc: Exception) -> None:
        self._toolbox.log.warning("a notice did not arrive", extra={"channel": where, "error": str(exc)})
