"""The drafts in the store."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from onering_cli.adapters.sqlite.identifiers import mint, resolve, starting_with
from onering_cli.clock import from_iso, to_iso
from onering_cli.drafts.model import DraftHit, DraftSummary, Revision, StoredDraft
from onering_cli.drafts.ports import BIN_DAYS, RevisionConflictError
from onering_cli.drafts.references import unknown
from onering_cli.drafts.summaries import opening, words
from onering_cli.drafts.tags import tags_of
from onering_cli.text.draft_file import parse

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from onering_cli.adapters.sqlite.connection import Store
    from onering_cli.clock import Clock
    from onering_cli.text.draft import Draft

_TRIES_A_SECOND = 100
_SNIPPET_WORDS = 24
_NOTHING = "{}"
_SUMMARY = "d.id, d.title, d.opening, d.posts, d.account, d.updated_at, d.removed_at"
_MATCHING = (
    f"SELECT {_SUMMARY}, -w.rank AS score, "  # noqa: S608 - only constants are put together
    f"snippet(draft_words, -1, '', '', '...', {_SNIPPET_WORDS}) AS snippet "
    "FROM draft_words w JOIN drafts d ON d.seq = w.rowid "
    "WHERE draft_words MATCH ? AND d.removed_at IS NULL ORDER BY w.rank LIMIT ?"
)
_CONTAINING = (
    f"SELECT {_SUMMARY}, w.body FROM draft_words w JOIN drafts d ON d.seq = w.rowid "  # noqa: S608 - the same
    "WHERE instr(w.title || char(10) || w.body, ?) AND d.removed_at IS NULL ORDER BY d.saved DESC LIMIT ?"
)

_WITH_TAGS = """
    SELECT d.id, r.source FROM drafts d JOIN draft_revisions r ON r.draft = d.seq AND r.number = d.revision
    WHERE d.removed_at IS NULL AND r.source LIKE '---%' AND instr(r.source, 'tags') ORDER BY d.seq
"""


class SqliteDrafts:
    """Drafts in SQLite; satisfies `DraftStore`.

    Args:
        store: The store, at the latest schema.
        clock: Tells when.
    """

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def add(self, source: str, *, provenance: Mapping[str, object] | None = None) -> StoredDraft:
        """Keep a new draft; `DraftFileError` when `source` does not parse."""
        draft = parse(source)
        written = _json(provenance)
        now = self._clock.now()
        with self._store.write() as connection:
            saved = _next_save(connection)
            draft_id, seq = _insert(connection, now, saved, draft, written)
            _insert_texts(connection, seq, 1, source, draft, now)
        return StoredDraft(draft_id, source, draft, 1, now, now, provenance=dict(provenance or {}))

    def get(self, reference: str, *, removed: bool = False) -> StoredDraft:
        """The draft a reference names; with `removed`, one in the bin."""
        with self._store.read() as connection:
            return _stored(_find(connection, reference, removed=removed))

    def replace(
        self, draft_id: str, source: str, *, expected_revision: int, provenance: Mapping[str, object] | None = None
    ) -> StoredDraft:
        """Save a new revision; `RevisionConflictError` when somebody else saved one since `expected_revision`."""
        draft = parse(source, name=f"draft {draft_id}")
        now = self._clock.now()
        with self._store.write() as connection:
            row = _find(connection, draft_id)
            if row["revision"] != expected_revision:
                raise RevisionConflictError(row["id"], expected_revision, row["revision"])
            revision = expected_revision + 1
            connection.execute(
                """UPDATE drafts SET revision = ?, saved = ?, updated_at = ?, title = ?, opening = ?, posts = ?,
                account = ?, provenance = ? WHERE seq = ?""",
                (
                    revision,
                    _next_save(connection),
                    to_iso(now),
                    draft.title,
                    opening(draft),
                    len(draft.posts),
                    draft.account,
                    row["provenance"] if provenance is None else _json(provenance),
                    row["seq"],
                ),
            )
            connection.execute("DELETE FROM draft_words WHERE rowid = ?", (row["seq"],))
            _insert_texts(connection, row["seq"], revision, source, draft, now)
            return _stored(_find(connection, row["id"]))

    def list(self, *, limit: int, offset: int = 0, removed: bool = False, account: str = "") -> Sequence[DraftSummary]:
        """Summaries, the most recently saved first; of the bin, the most recently removed first."""
        place, order = ("IS NOT NULL", "d.removed_at DESC, d.seq DESC") if removed else ("IS NULL", "d.saved DESC")
        of_account = " AND d.account = ?" if account else ""
        statement = (
            f"SELECT {_SUMMARY} FROM drafts d "  # noqa: S608 - only the constants above are put together
            f"WHERE d.removed_at {place}{of_account} ORDER BY {order} LIMIT ? OFFSET ?"
        )
        values = (account.encode(errors="replace").decode(), limit, offset) if account else (limit, offset)
        with self._store.read() as connection:
            return [_summary(row) for row in connection.execute(statement, values)]

    def count(self, *, removed: bool = False) -> int:
        """How many drafts there are."""
        with self._store.read() as connection:
            kept_and_removed = connection.execute("SELECT kept, removed FROM draft_counts").fetchone()
            return int(kept_and_removed["removed" if removed else "kept"])

    def remove(self, draft_id: str) -> datetime:
        """Move a draft to the bin; the time until which it can be restored."""
        now = self._clock.now()
        with self._store.write() as connection:
            row = _find(connection, draft_id)
            connection.execute("UPDATE drafts SET removed_at = ? WHERE seq = ?", (to_iso(now), row["seq"]))
            _purge(connection, now)
        return now + timedelta(days=BIN_DAYS)

    def restore(self, draft_id: str) -> StoredDraft:
        """Take a draft out of the bin."""
        with self._store.write() as connection:
            row = _find(connection, draft_id, removed=True)
            connection.execute("UPDATE drafts SET removed_at = NULL WHERE seq = ?", (row["seq"],))
            return _stored(_find(connection, row["id"]))

    def purge(self) -> int:
        """Empty the bin of what has lain there for 30 days; how many went."""
        with self._store.write() as connection:
            return _purge(connection, self._clock.now())

    def revisions(self, draft_id: str) -> Sequence[Revision]:
        """Every revision, the newest first, the current one included."""
        with self._store.read() as connection:
            rows = connection.execute(
                "SELECT number, source, saved_at FROM draft_revisions WHERE draft = ? ORDER BY number DESC",
                (_find(connection, draft_id)["seq"],),
            )
            return [Revision(row["number"], row["source"], from_iso(row["saved_at"])) for row in rows]

    def search(self, query: str, *, limit: int) -> Sequence[DraftHit]:
        """Drafts with every word of the query, else those with any, the best first."""
        from onering_cli.adapters.sqlite import full_text  # its patterns cost more than all the rest of this module

        with self._store.read() as connection:
            expressions = full_text.expressions(query)
            for expression in expressions:
                rows = connection.execute(_MATCHING, (expression, limit))
                if hits := [DraftHit(_summary(row), full_text.readable(row["snippet"]), row["score"]) for row in rows]:
                    return hits
            return [] if expressions else _containing(connection, full_text.plain(query).strip(), limit)

    def tagged(self, tag: str) -> Sequence[str]:
        """The ids of kept drafts with a tag, the oldest first."""
        wanted = tag.strip().lower()
        with self._store.read() as connection:
            rows = connection.execute(_WITH_TAGS)
            return [row["id"] for row in rows if wanted in tags_of(parse(row["source"], name=f"draft {row['id']}"))]

    def ids(self, prefix: str, *, limit: int) -> Sequence[str]:
        """Ids that start so, the newest first, for shell completion."""
        with self._store.read() as connection:
            return starting_with(connection, prefix, limit)


def _next_save(connection: sqlite3.Connection) -> int:
    return int(connection.execute("UPDATE draft_counts SET saves = saves + 1 RETURNING saves").fetchone()[0])


def _insert(
    connection: sqlite3.Connection, now: datetime, saved: int, draft: Draft, provenance: str
) -> tuple[str, int]:
    """Insert a draft under an id that is free; the id and the row's number."""
    moment = now
    while True:
        for _ in range(_TRIES_A_SECOND):
            draft_id = mint(moment)
            row = connection.execute(
                """INSERT INTO drafts
                (id, revision, saved, created_at, updated_at, title, opening, posts, account, provenance)
                VALUES (?, 1, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING RETURNING seq""",
                (
                    draft_id,
                    saved,
                    to_iso(now),
                    to_iso(now),
                    draft.title,
                    opening(draft),
                    len(draft.posts),
                    draft.account,
                    provenance,
                ),
            ).fetchone()
            if row is not None:
                return draft_id, row["seq"]
        moment += timedelta(seconds=1)  # this second's ids are all but used up


def _insert_texts(
    connection: sqlite3.Connection, seq: int, revision: int, source: str, draft: Draft, now: datetime
) -> None:
    from onering_cli.adapters.sqlite import full_text

    connection.execute(
        "INSERT INTO draft_revisions (draft, number, saved_at, source) VALUES (?, ?, ?, ?)",
        (seq, revision, to_iso(now), source),
    )
    connection.execute(
        "INSERT INTO draft_words (rowid, title, body) VALUES (?, ?, ?)",
        (seq, full_text.indexable(draft.title), full_text.indexable(words(draft))),
    )


def _find(connection: sqlite3.Connection, reference: str, *, removed: bool = False) -> sqlite3.Row:
    """The row that a reference names, with its source."""
    row: sqlite3.Row | None = connection.execute(
        "SELECT d.*, r.source FROM drafts d JOIN draft_revisions r ON r.draft = d.seq AND r.number = d.revision "
        "WHERE d.id = ?",
        (resolve(connection, reference, removed=removed),),
    ).fetchone()
    if row is None:  # removed for good between the two statements
        raise unknown(reference, removed=removed)
    return row


def _containing(connection: sqlite3.Connection, text: str, limit: int) -> list[DraftHit]:
    """Drafts with a text that has no words, such as an emoji; reads them all."""
    from onering_cli.adapters.sqlite import full_text

    rows = connection.execute(_CONTAINING, (text, limit))
    return [DraftHit(_summary(row), full_text.passage(row["body"], text), 0.0) for row in rows] if text else []


def _purge(connection: sqlite3.Connection, now: datetime) -> int:
    return connection.execute(
        "DELETE FROM drafts WHERE removed_at <= ?", (to_iso(now - timedelta(days=BIN_DAYS)),)
    ).rowcount


def _summary(row: sqlite3.Row) -> DraftSummary:
    return DraftSummary(
        id=row["id"],
        title=row["title"],
        opening=row["opening"],
        posts=row["posts"],
        account=row["account"],
        updated_at=from_iso(row["updated_at"]),
        removed_at=from_iso(row["removed_at"]) if row["removed_at"] else None,
    )


def _stored(row: sqlite3.Row) -> StoredDraft:
    return StoredDraft(
        id=row["id"],
        source=row["source"],
        draft=parse(row["source"], name=f"draft {row['id']}"),
        revision=row["revision"],
        created_at=from_iso(row["created_at"]),
        updated_at=from_iso(row["updated_at"]),
        removed_at=from_iso(row["removed_at"]) if row["removed_at"] else None,
        provenance=_read_json(row["provenance"]),
    )


def _json(provenance: Mapping[str, object] | None) -> str:
    if not provenance:
        return _NOTHING
    import json

    return json.dumps(provenance, allow_nan=False)


def _read_json(provenance: str) -> dict[str, object]:
    if provenance == _NOTHING:
        return {}
    import json

    read: dict[str, object] = json.loads(provenance)
    return read
