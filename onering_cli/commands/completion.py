"""What the shell offers to complete."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from onering_cli.errors import OneRingError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from onering_cli.toolbox import Toolbox

_OFFERS = 50


def complete_drafts(incomplete: str) -> list[str]:
    """Ids of drafts that start so, and ``@last``; nothing at all when the store cannot be read."""
    return _complete(incomplete, lambda toolbox: toolbox.drafts.ids(incomplete, limit=_OFFERS))


def complete_runs(incomplete: str) -> list[str]:
    """Ids of runs that start so, and ``@last``; nothing at all when the store cannot be read."""
    return _complete(incomplete, lambda toolbox: toolbox.journal.ids(incomplete, limit=_OFFERS))


def complete_voices(incomplete: str) -> list[str]:
    """Voices that start so."""
    return [name for name in _complete(incomplete, lambda toolbox: toolbox.voices.files.names()) if name != "@last"]


def complete_entries(incomplete: str) -> list[str]:
    """Ids of entries that start so, and ``@last``; nothing at all when the store cannot be read."""
    return _complete(incomplete, lambda toolbox: toolbox.scheduling.queue.ids(incomplete, limit=_OFFERS))


def complete_accounts(incomplete: str) -> list[str]:
    """Accounts named in the configuration that start so."""
    from onering_cli.toolbox import Toolbox

    try:
        accounts = Toolbox(os.environ).settings.file.get("accounts", {})
    except OneRingError:
        return []
    return sorted(name for name, value in accounts.items() if isinstance(value, dict) and name.startswith(incomplete))


def complete_settings(incomplete: str) -> list[str]:
    """Keys of settings that start so."""
    from onering_cli.settings.catalogue import SETTINGS

    return sorted(setting.key for setting in SETTINGS if setting.key.startswith(incomplete))


def _complete(incomplete: str, look_up: Callable[[Toolbox], Sequence[str]]) -> list[str]:
    from onering_cli.toolbox import Toolbox

    offers = ["@last"] if "@last".startswith(incomplete) else []
    toolbox = Toolbox(os.environ)
    try:
        return [*offers, *look_up(toolbox)]
    except OneRingError:
        return offers  # an error in the middle of a half-typed line would only be in the way
    finally:
        toolbox.close()
