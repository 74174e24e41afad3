"""What drafts need from a store."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from onering_cli.drafts.model import DraftHit, DraftSummary, Revision, StoredDraft


class DraftStore(Protocol):
    """Keeps drafts, every earlier revision of them, and a bin that empties after 30 days.

    A *reference* is an id, a unique prefix of one, or ``@last`` (the draft saved most recently; ``@last~1`` the one
    before it). Every method that takes one raises `UsageError` when nothing or more than one draft fits.
    """

    def add(self, source: str, *, provenance: Mapping[str, object] | None = None) -> StoredDraft:
        """Keep a new draft; `DraftFileError` when `source` does not parse."""
        ...

    def get(self, reference: str, *, removed: bool = False) -> StoredDraft:
        """The draft a reference names; with `removed`, one in the bin."""
        ...

    def replace(
        self, draft_id: str, source: str, *, expected_revision: int, provenance: Mapping[str, object] | None = None
    ) -> StoredDraft:
        """Save a new revision; `UsageError` when somebody else saved one since `expected_revision`."""
        ...

    def list(self, *, limit: int, offset: int = 0, removed: bool = False, account: str = "") -> Sequence[DraftSummary]:
        """Summaries, the most recently saved first."""
        ...

    def count(self, *, removed: bool = False) -> int:
        """How many drafts there are."""
        ...

    def remove(self, draft_id: str) -> datetime:
        """Move a draft to the bin; the time until which it can be restored."""
        ...

    def restore(self, draft_id: str) -> StoredDraft:
        """Take a draft out of the bin."""
        ...

    def purge(self) -> int:
        """Empty the bin of what has lain there for 30 days; how many went."""
        ...

    def revisions(self, draft_id: str) -> Sequence[Revision]:
        """Every revision, the newest first, the current one included."""
        ...

    def search(self, query: str, *, limit: int) -> Sequence[DraftHit]:
        """Full-text search, the best first; any text is a valid query."""
        ...

    def ids(self, prefix: str, *, limit: int) -> Sequence[str]:
        """Ids that start so, for shell completion."""
        ...
