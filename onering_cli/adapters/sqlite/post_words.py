"""Full-text search over the remembered posts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from onering_cli.adapters.sqlite.post_rows import POST_COLUMNS, conditions, remembered
from onering_cli.memory.model import EVERYTHING, WordHit

if TYPE_CHECKING:
    from onering_cli.adapters.sqlite.connection import Store
    from onering_cli.memory.model import Filter

# Of a million posts a common word is in most; ranking all of them takes seconds, and the newest are the likelier wish.
_RANKED_POSTS = 20_000
_MATCHING = f"""
    SELECT {POST_COLUMNS}, -w.score AS score
    FROM (SELECT rowid, bm25(post_words) AS score FROM post_words WHERE post_words MATCH :expression
        ORDER BY rowid DESC LIMIT :most) w
    CROSS JOIN posts p ON p.seq = w.rowid CROSS JOIN memory_accounts a ON a.seq = p.account
    WHERE {{asked}} ORDER BY w.score, p.seq DESC LIMIT :limit
"""  # noqa: S608 - constants only
_CONTAINING = f"""
    SELECT {POST_COLUMNS} FROM posts p JOIN memory_accounts a ON a.seq = p.account
    WHERE instr(p.text, :text) AND {{asked}} ORDER BY p.published_ms DESC, p.seq DESC LIMIT :limit
"""  # noqa: S608 - the same


class SqliteWords:
    """Satisfies `WordIndex`.

    Args:
        store: The store, at the latest schema.
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    def with_words(self, query: str, which: Filter = EVERYTHING, *, limit: int) -> list[WordHit]:
        """Posts with every word of the query, else those with any, the best first."""
        from onering_cli.adapters.sqlite import full_text

        asked, values = conditions(which)
        where = " AND ".join(asked) or "1"
        values |= {"limit": limit, "most": -1 if asked else _RANKED_POSTS}
        with self._store.read() as connection:
            expressions = full_text.expressions(query)
            for expression in expressions:
                rows = connection.execute(_MATCHING.format(asked=where), {**values, "expression": expression})
                if hits := [WordHit(remembered(row), row["score"]) for row in rows]:
                    return hits
            text = full_text.plain(query).strip()
            if expressions or not text:
                return []
            rows = connection.execute(_CONTAINING.format(asked=where), {**values, "text": text})
            return [WordHit(remembered(row), 0.0) for row in rows]
