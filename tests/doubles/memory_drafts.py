"""Drafts in memory, held to the same contract as those in SQLite."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from onering_cli.adapters.sqlite.identifiers import mint
from onering_cli.drafts import references
from onering_cli.drafts.model import DraftHit, DraftSummary, Revision, StoredDraft
from onering_cli.drafts.ports import BIN_DAYS, RevisionConflictError
from onering_cli.drafts.summaries import opening, words
from onering_cli.drafts.tags import tags_of
from onering_cli.text.draft_file import parse

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from onering_cli.clock import Clock


class MemoryDrafts:
    """Satisfies `DraftStore`; ids of one second count up."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._drafts: dict[str, StoredDraft] = {}  # in the order of their last save
        self._bin: dict[str, StoredDraft] = {}  # in the order of their removal
        self._revisions: dict[str, list[Revision]] = {}

    def add(self, source: str, *, provenance: Mapping[str, object] | None = None) -> StoredDraft:
        draft, now = parse(source), self._clock.now()
        draft_id = mint(now, chance=len(self._revisions))
        self._drafts[draft_id] = StoredDraft(draft_id, source, draft, 1, now, now, provenance=dict(provenance or {}))
        self._revisions[draft_id] = [Revision(1, source, now)]
        return self._drafts[draft_id]

    def get(self, reference: str, *, removed: bool = False) -> StoredDraft:
        wanted = references.read_reference(reference)
        place, other = (self._bin, self._drafts) if removed else (self._drafts, self._bin)
        if isinstance(wanted, references.Last):
            if wanted.back >= len(place):
                raise references.unknown(reference, removed=removed)
            return list(place.values())[-1 - wanted.back]
        found = sorted((draft_id for draft_id in place if draft_id.startswith(wanted.text)), reverse=True)
        if len(found) > 1:
            raise references.ambiguous(reference, found[: references.SHOWN_CANDIDATES + 1])
        if found:
            return place[found[0]]
        there = [draft_id for draft_id in other if draft_id.startswith(wanted.text)]
        if len(there) == 1:
            raise references.elsewhere(there[0], removed=removed)
        raise references.unknown(reference, removed=removed)

    def replace(
        self, draft_id: str, source: str, *, expected_revision: int, provenance: Mapping[str, object] | None = None
    ) -> StoredDraft:
        draft, now, stored = parse(source, name=f"draft {draft_id}"), self._clock.now(), self.get(draft_id)
        if stored.revision != expected_revision:
            raise RevisionConflictError(stored.id, expected_revision, stored.revision)
        del self._drafts[stored.id]
        self._drafts[stored.id] = replace(
            stored,
            source=source,
            draft=draft,
            revision=stored.revision + 1,
            updated_at=now,
            provenance=stored.provenance if provenance is None else dict(provenance),
        )
        self._revisions[stored.id].insert(0, Revision(stored.revision + 1, source, now))
        return self._drafts[stored.id]

    def list(self, *, limit: int, offset: int = 0, removed: bool = False, account: str = "") -> Sequence[DraftSummary]:
        place = self._bin if removed else self._drafts
        found = [_summary(stored) for stored in reversed(place.values()) if account in ("", stored.draft.account)]
        return found[offset : offset + limit]

    def count(self, *, removed: bool = False) -> int:
        return len(self._bin if removed else self._drafts)

    def remove(self, draft_id: str) -> datetime:
        now, stored = self._clock.now(), self.get(draft_id)
        self._bin[stored.id] = replace(self._drafts.pop(stored.id), removed_at=now)
        self.purge()
        return now + timedelta(days=BIN_DAYS)

    def restore(self, draft_id: str) -> StoredDraft:
        stored = self.get(draft_id, removed=True)
        restored = replace(self._bin.pop(stored.id), removed_at=None)
        # It goes back where it was among the others, which its last save decides.
        drafts = sorted([*self._drafts.values(), restored], key=lambda one: (one.updated_at, one.id))
        self._drafts = {one.id: one for one in drafts}
        return restored

    def purge(self) -> int:
        until = self._clock.now() - timedelta(days=BIN_DAYS)
        gone = [one.id for one in self._bin.values() if one.removed_at is not None and one.removed_at <= until]
        for draft_id in gone:
            del self._bin[draft_id]
        return len(gone)

    def revisions(self, draft_id: str) -> Sequence[Revision]:
        return list(self._revisions[self.get(draft_id).id])

    def search(self, query: str, *, limit: int) -> Sequence[DraftHit]:
        terms = [_pattern(found) for found in re.findall(r'"[^"]*"|[^\s"]+', query) if re.search(r"[^\W_]", found)]
        if not terms and query.strip():
            terms = [re.escape(query.strip())]
        texts = {stored.id: _folded(f"{stored.draft.title}\n{words(stored.draft)}") for stored in self._drafts.values()}
        scores = {draft_id: sum(bool(re.search(term, text)) for term in terms) for draft_id, text in texts.items()}
        wanted = len(terms) if len(terms) in scores.values() else 1
        return [
            DraftHit(_summary(self._drafts[draft_id]), " ".join(texts[draft_id].split()), float(score))
            for draft_id, score in sorted(scores.items(), key=lambda item: -item[1])
            if score and score >= wanted
        ][:limit]

    def tagged(self, tag: str) -> Sequence[str]:
        wanted = tag.strip().lower()
        return sorted(stored.id for stored in self._drafts.values() if wanted in tags_of(stored.draft))

    def ids(self, prefix: str, *, limit: int) -> Sequence[str]:
        text = references.read_prefix(prefix)
        return [] if text is None else sorted((i for i in self._drafts if i.startswith(text)), reverse=True)[:limit]


def _summary(stored: StoredDraft) -> DraftSummary:
    return DraftSummary(
        stored.id,
        stored.draft.title,
        opening(stored.draft),
        len(stored.draft.posts),
        stored.draft.account,
        stored.updated_at,
        stored.removed_at,
    )


def _folded(text: str) -> str:
    decomposed = unicodedata.normalize("NFD", text.casefold())
    return "".join(character for character in decomposed if not unicodedata.combining(character))


def _pattern(term: str) -> str:
    text = _folded(term.strip('"'))
    if any(unicodedata.category(character) == "Lo" for character in text):
        return re.escape(text)
    inner = r"\W+".join(re.escape(word) for word in re.findall(r"\w+", text))
    is_beginning = not term.startswith('"') and re.search(r"\w{3}$", text)
    return rf"\b{inner}" if is_beginning else rf"\b{inner}\b"
