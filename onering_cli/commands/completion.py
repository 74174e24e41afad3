"""What the shell offers to complete."""

from __future__ import annotations

import os

from onering_cli.errors import OneRingError

_OFFERS = 50


def complete_drafts(incomplete: str) -> list[str]:
    """Ids of drafts that start so, and ``@last``; nothing at all when the store cannot be read."""
    from onering_cli.toolbox import Toolbox

    offers = ["@last"] if "@last".startswith(incomplete) else []
    toolbox = Toolbox(os.environ)
    try:
        return [*offers, *toolbox.drafts.ids(incomplete, limit=_OFFERS)]
    except OneRingError:
        return offers  # an error in the middle of a half-typed line would only be in the way
    finally:
        toolbox.close()


def complete_accounts(incomplete: str) -> list[str]:
    """Accounts named in the configuration that start so."""
    from onering_cli.toolbox import Toolbox

    try:
        accounts = Toolbox(os.environ).settings.file.get("accounts", {})
    except OneRingError:
        return []
    return sorted(name for name, value in accounts.items() if isinstance(value, dict) and name.startswith(incomplete))
