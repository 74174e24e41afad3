"""What drafts need from a store."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from onering_cli.drafts.model import DraftHit, DraftSummary, Revision, StoredDraft
from onering_cli.errors import UsageError

BIN_DAYS = 30


class RevisionConflictError(UsageError):
    """Somebody saved a draft after it was read, and before it was to be saved again."""

    code = "revision_conflict"

    def __init__(self, draft_id: str, expected_revision: int, found_revision: int) -> None:
        super().__init__(
            f"draft {draft_id} was saved by somebody else meanwhile"
            f" (revision {found_revision}, read at {expected_revision})",
            hint=f"see what changed: onering draft diff {draft_id}",
            details={"expected_revision": expected_revision, "found_revision": found_revision},
        )


class DraftStore(Protocol):
    """Keeps drafts, every earlier revision of them, and a bin that empties after 30 days.

    A *reference* is an id, a unique prefix of one, or ``@last`` (the draft that was added or saved most recently;
    ``@last~1`` the one before it). Every method that takes a reference or a draft's id takes either, and raises
    `UsageError` when nothing or more than one draft fits. The bin is a place of its own: a method finds a draft there
    only where it says so, and ``@last`` there is the one removed most recently.
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
        """Save a new revision; `RevisionConflictError` when somebody else saved one since `expected_revision`.

        Without `provenance` the draft keeps the one it has.
        """
        ...

    def list(self, *, limit: int, offset: int = 0, removed: bool = False, account: str = "") -> Sequence[DraftSummary]:
        """Summaries, the most recently saved first; of the bin, the most recently removed first."""
        ...

    def count(self, *, removed: bool = False) -> int:
        """How many drafts there are."""
        ...

    def remove(self, draft_id: str) -> datetime:
        """Move a draft to the bin; the time until which it can be restored."""
        ...

    def restore(self, draft_id: str) -> StoredDraft:
        """Take a draft out of the bin, as it was; it does not become ``@last``."""
        ...

    def purge(self) -> int:
        """Empty the bin of what has lain there for 30 days; how many went."""
        ...

    def revisions(self, draft_id: str) -> Sequence[Revision]:
        """Every revision of a draft that is not in the bin, the newest first, the current one included."""
        ...

    def search(self, query: str, *, limit: int) -> Sequence[DraftHit]:
        """Full-text search, the best first; any text is a valid query.

        Words fit whole or as the beginning of one, without regard to case and accents; ``"..."`` is an exact phrase.
        When no draft has every word, those with any are found.
        """
        ...

    def ids(self, prefix: str, *, limit: int) -> Sequence[str]:
        """Ids that start so, the newest first, for shell completion."""
        ...

    def tagged(self, tag: str) -> Sequence[str]:
        """The ids of kept drafts with a tag in their front matter (``tags: [a, b]``), the oldest first; reads them all.

        Case does not count.
        """
        ...
