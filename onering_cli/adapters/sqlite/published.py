"""What was published, in the store: found by its words, and told apart from what a draft's own run published."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from onering_cli.adapters.sqlite.corpus import SqliteCorpus
from onering_cli.adapters.sqlite.post_rows import POSTS, conditions, remembered
from onering_cli.memory.sketches import sketch

if TYPE_CHECKING:
    from onering_cli.adapters.sqlite.connection import Store
    from onering_cli.clock import Clock
    from onering_cli.memory.model import Filter, Remembered

_MOST_OF_ONE_SHINGLE = 400
"""A phrase that stands in thousands of posts tells none of them; the newest will do."""
_MOST_LOADED = 400


class SqlitePublished:
    """Satisfies `Published`; each look-up reads a bounded number of rows, however much is remembered.

    Args:
        store: The store, at the latest schema.
        clock: As for the corpus.
    """

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._corpus = SqliteCorpus(store, clock)

    def same_text(self, text: str, which: Filter, *, limit: int = 10) -> list[Remembered]:
        """Posts with the same words but for links, the newest first."""
        return self._corpus.same_text(text, which, limit=limit)

    def sharing(self, text: str, which: Filter, *, limit: int) -> list[Remembered]:
        """Posts that have shingles of the text's sketch, those with most of them first."""
        shared: Counter[int] = Counter()
        with self._store.read() as connection:
            for shingle in sketch(text):
                rows = connection.execute(
                    "SELECT post FROM post_sketches WHERE shingle = ? ORDER BY post DESC LIMIT ?",
                    (shingle, _MOST_OF_ONE_SHINGLE),
                )
                shared.update(row["post"] for row in rows)
            if not shared:
                return []
            best = [post for post, _ in sorted(shared.items(), key=lambda entry: (-entry[1], -entry[0]))[:_MOST_LOADED]]
            asked, values = conditions(which)
            where = " AND ".join([f"p.seq IN ({', '.join(map(str, best))})", *asked])
            found = {row["seq"]: remembered(row) for row in connection.execute(f"{POSTS} WHERE {where}", values)}
        return [found[post] for post in best if post in found][:limit]

    def sent_before(self, account: str, *, draft: str, payload_hash: str, key: str) -> frozenset[str]:
        """The remote ids of posts that earlier calls published of the very same draft, or under the same key."""
        with self._store.read() as connection:
            rows = connection.execute(
                """SELECT remote_id FROM segments WHERE remote_id <> '' AND run IN (
                    SELECT seq FROM runs WHERE account = :account AND key = :key
                    UNION SELECT seq FROM runs WHERE account = :account AND draft = :draft AND payload_hash = :hash
                )""",
                {"account": account, "draft": draft, "hash": payload_hash, "key": key or None},
            )
            return frozenset(row["remote_id"] for row in rows)
