"""The tags of a draft: what its front matter has under ``tags``."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from onering_cli.text.draft import Draft

KEY = "tags"


def tags_of(draft: Draft) -> frozenset[str]:
    """The tags in lower case: a list, or words between commas."""
    found = draft.extra.get(KEY)
    parts = found if isinstance(found, list) else str(found or "").split(",")
    return frozenset(tag for part in parts if (tag := str(part).strip().lower()))
