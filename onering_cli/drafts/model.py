"""A draft as the store keeps it."""

from collections.abc import Mapping
from dataclasses import field
from datetime import datetime

from onering_cli.record import record
from onering_cli.text.draft import Draft


@record
class StoredDraft:
    """One draft with its file text, which is the truth that `draft` was parsed from.

    Args:
        id: Ten lower-case characters that sort by creation time.
        source: The draft file, byte for byte as saved (UTF-8 when written out).
        draft: `source`, parsed.
        revision: Counts saves, from 1.
        provenance: How it came about (writer, model, materials, verdicts); JSON-safe, empty when written by hand.
        created_at: Aware UTC.
        updated_at: Aware UTC.
        removed_at: Aware UTC while in the bin, else None.
    """

    id: str
    source: str
    draft: Draft
    revision: int
    created_at: datetime
    updated_at: datetime
    removed_at: datetime | None = None
    provenance: Mapping[str, object] = field(default_factory=dict)


@record
class DraftSummary:
    """What a list shows of a draft, read without parsing it."""

    id: str
    title: str
    opening: str
    posts: int
    account: str
    updated_at: datetime
    removed_at: datetime | None = None


@record
class DraftHit:
    """A draft that a search found, with the passage that matched."""

    summary: DraftSummary
    snippet: str
    score: float


@record
class Revision:
    """An earlier state of a draft."""

    number: int
    source: str
    saved_at: datetime
