"""The vectors of the remembered posts: sqlite-vec scans their signs, and their numbers are compared where it matters.

A vector is kept twice: as one bit a dimension, which is scanned whole (32 bytes a post), and as one byte a dimension
(scaled alike for all, since per-row scales ruin recall), by which the thousand nearest by bits are ordered. Measured on
sentences of real documents, the ten nearest are found with a recall of 0.97 (DECISIONS.md, section 3).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from onering_cli.adapters.sqlite.post_rows import POSTS, UNDATED_MS, remembered, sound, to_ms
from onering_cli.errors import StoreError, UsageError
from onering_cli.memory.model import EVERYTHING, Filter, Neighbour

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from onering_cli.adapters.sqlite.connection import Store

# The largest number of a unit vector that matters: 99.9 % of those of real texts are below 0.25 (measured).
_SCALE = 508.0
_LARGEST_BYTE = 127
_LARGEST_DIMENSION = 8192
# Enough that ordering them by bytes finds the ten nearest (measured: 600 give 0.95, 1,000 give 0.97).
_ENOUGH_CANDIDATES = 1_000
_MOST_CANDIDATES = 4_096  # sqlite-vec's own limit on k
_FIRST_LOOK = 16
_SPARE = 50
# How many bits beyond the 16th nearest the 1,000th usually is, and the step when it was farther.
_MARGIN_BITS = 17
_STEP_BITS = 8
_KINDS = {"post": 0, "thread": 1, "reply": 2, "quote": 3, "article": 4, "note": 5}


class SqliteVectors:
    """Satisfies `MeaningIndex`.

    Args:
        store: The store, at the latest schema.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._loaded = False

    @property
    def model(self) -> str:
        """The embedder that made the vectors which are searched; "" when there are none yet."""
        with self._store.read() as connection:
            row = connection.execute("SELECT model FROM memory_embedders WHERE current").fetchone()
        return str(row["model"]) if row else ""

    def pending(self, model: str) -> int:
        """How many posts an embedder has not made a vector for."""
        with self._store.read() as connection:
            (total,) = connection.execute(
                "SELECT count(*) FROM posts WHERE seq > coalesce((SELECT embedded_through FROM memory_embedders "
                "WHERE model = ?), 0)",
                (model,),
            ).fetchone()
        return int(total)

    def texts(self, model: str, *, limit: int) -> list[tuple[int, str]]:
        """Numbers and texts of the next posts that an embedder has to make vectors for, in order."""
        with self._store.read() as connection:
            rows = connection.execute(
                "SELECT seq, text FROM posts WHERE seq > coalesce((SELECT embedded_through FROM memory_embedders "
                "WHERE model = ?), 0) ORDER BY seq LIMIT ?",
                (model, limit),
            ).fetchall()
        return [(row["seq"], row["text"]) for row in rows]

    def put(self, model: str, vectors: NDArray[np.float32], numbers: Sequence[int]) -> None:
        """Keep the vectors of the next posts; once none is pending, this embedder's are the ones that are searched."""
        self._load_extension()
        dimension = int(vectors.shape[1])
        with self._store.write() as connection:
            number, through = _embedder(connection, model, dimension)
            # Another process may have put some of them meanwhile; a text that has no meaning to the embedder has none.
            chosen = [place for place, post in enumerate(numbers) if post > through]
            if chosen:
                _insert(connection, number, vectors[chosen], [numbers[place] for place in chosen])
                connection.execute(
                    "UPDATE memory_embedders SET embedded_through = ? WHERE seq = ?", (max(numbers), number)
                )
            _switch(connection, number)

    def nearest(self, vector: Sequence[float], which: Filter = EVERYTHING, *, limit: int) -> list[Neighbour]:
        """Posts nearest in meaning to a vector of the current embedder, the nearest first."""
        if not any(vector):
            return []
        self._load_extension()
        with self._store.read() as connection:
            row = connection.execute("SELECT seq, dimension FROM memory_embedders WHERE current").fetchone()
            if row is None:
                return []
            if row["dimension"] != len(vector):
                raise StoreError(
                    f"the memory's vectors have {row['dimension']} numbers and this embedder's have {len(vector)}",
                    hint="onering memory embed",
                )
            return _nearest(connection, row["seq"], vector, which, limit)

    def forget(self, post_ids: Sequence[int] = ()) -> None:
        """Forget the vectors of posts, or those whose posts are gone when none is named."""
        with self._store.read() as connection:
            embedders = [row["seq"] for row in connection.execute("SELECT seq FROM memory_embedders")]
        if not embedders:
            return
        self._load_extension()
        with self._store.write() as connection:
            for number in embedders:
                gone = post_ids or [
                    row[0]
                    for row in connection.execute(
                        f"SELECT post FROM memory_vectors_{number} WHERE post NOT IN (SELECT seq FROM posts)"  # noqa: S608 - a number of ours
                    )
                ]
                for table in (f"memory_vectors_{number}", f"memory_codes_{number}"):
                    connection.executemany(f"DELETE FROM {table} WHERE post = ?", [(post,) for post in gone])  # noqa: S608 - the same

    def forget_model(self, model: str) -> None:
        """Forget an embedder and all of its vectors."""
        self._load_extension()
        with self._store.write() as connection:
            row = connection.execute("SELECT seq FROM memory_embedders WHERE model = ?", (model,)).fetchone()
            if row is not None:
                drop_embedder(connection, row["seq"])

    def _load_extension(self) -> None:
        if not self._loaded:
            load_vector_search(self._store.connection)
            self._loaded = True


def load_vector_search(connection: sqlite3.Connection) -> None:
    """Load sqlite-vec by its file's path: importing its package would load numpy.

    Raises:
        UsageError: The package is missing or damaged.
    """
    from importlib.util import find_spec
    from pathlib import Path

    spec = find_spec("sqlite_vec")
    path = Path(spec.origin or "" if spec else "").with_name("vec0")
    try:
        connection.enable_load_extension(True)  # noqa: FBT003 - its only argument
        try:
            connection.load_extension(str(path))
        finally:
            connection.enable_load_extension(False)  # noqa: FBT003 - the same
    except Exception as exc:  # a missing package, a missing file or an SQLite without extensions: the mend is the same
        raise UsageError(
            f"vectors cannot be searched: sqlite-vec does not load ({exc})",
            hint="install it again: python -m pip install --force-reinstall --no-deps sqlite-vec",
        ) from exc


def _embedder(connection: sqlite3.Connection, model: str, dimension: int) -> tuple[int, int]:
    """The number of an embedder and how far it has come; its tables are made when it is new."""
    row = connection.execute(
        "SELECT seq, dimension, embedded_through FROM memory_embedders WHERE model = ?", (model,)
    ).fetchone()
    if row is not None:
        if row["dimension"] != dimension:
            raise StoreError(
                f"the embedder {model} made vectors of {row['dimension']} numbers before, and of {dimension} now",
                hint=f"begin again with it: onering memory embed --embedder {model} --anew",
            )
        return int(row["seq"]), int(row["embedded_through"])
    if not 0 < dimension <= _LARGEST_DIMENSION:
        raise StoreError(f"the embedder {model} makes vectors of {dimension} numbers, which cannot be kept")
    (number,) = connection.execute(
        "INSERT INTO memory_embedders (model, dimension, current) VALUES (?, ?, 0) RETURNING seq", (model, dimension)
    ).fetchone()
    connection.execute(f"CREATE TABLE memory_vectors_{number} (post INTEGER PRIMARY KEY, vector BLOB NOT NULL) STRICT")
    connection.execute(
        f"CREATE VIRTUAL TABLE memory_codes_{number} USING vec0 (post INTEGER PRIMARY KEY, "
        f"code bit[{_padded(dimension)}], account INTEGER, kind INTEGER, published_ms INTEGER)"
    )
    return int(number), 0


def _insert(connection: sqlite3.Connection, number: int, vectors: NDArray[np.float32], numbers: Sequence[int]) -> None:
    import numpy as np

    bytes_ = np.clip(np.rint(vectors * _SCALE), -_LARGEST_BYTE, _LARGEST_BYTE).astype(np.int8)
    codes = np.packbits(vectors > 0, axis=1, bitorder="little")
    facts = {
        row["seq"]: row
        for row in connection.execute(
            "SELECT seq, account, kind, published_ms FROM posts WHERE seq BETWEEN ? AND ?", (min(numbers), max(numbers))
        )
    }
    meant = set(np.flatnonzero(vectors.any(axis=1)).tolist())
    chosen = [(place, post) for place, post in enumerate(numbers) if place in meant and post in facts]
    connection.executemany(
        f"INSERT OR REPLACE INTO memory_vectors_{number} (post, vector) VALUES (?, ?)",  # noqa: S608 - a number of ours
        [(post, bytes_[place].tobytes()) for place, post in chosen],
    )
    connection.executemany(
        f"INSERT INTO memory_codes_{number} (post, code, account, kind, published_ms) VALUES (?, vec_bit(?), ?, ?, ?)",  # noqa: S608 - the same
        [
            (
                post,
                codes[place].tobytes(),
                facts[post]["account"],
                _KINDS[facts[post]["kind"]],
                facts[post]["published_ms"],
            )
            for place, post in chosen
        ],
    )


def _switch(connection: sqlite3.Connection, number: int) -> None:
    """Let an embedder's vectors be searched once they are complete, or at once when there are no others."""
    row = connection.execute("SELECT seq FROM memory_embedders WHERE current").fetchone()
    if row is not None and row["seq"] == number:
        return
    if row is not None:
        (behind,) = connection.execute(
            "SELECT EXISTS (SELECT 1 FROM posts WHERE seq > "
            "(SELECT embedded_through FROM memory_embedders WHERE seq = ?))",
            (number,),
        ).fetchone()
        if behind:
            return
        drop_embedder(connection, row["seq"])
    connection.execute("UPDATE memory_embedders SET current = (seq = ?)", (number,))


def drop_embedder(connection: sqlite3.Connection, number: int) -> None:
    """Forget an embedder and all its vectors."""
    connection.execute(f"DROP TABLE memory_vectors_{number}")
    connection.execute(f"DROP TABLE memory_codes_{number}")
    connection.execute("DELETE FROM memory_embedders WHERE seq = ?", (number,))


def _nearest(
    connection: sqlite3.Connection, number: int, vector: Sequence[float], which: Filter, limit: int
) -> list[Neighbour]:
    code = _code(vector)
    asked, values = _scan_conditions(connection, which)
    scan = (
        f"SELECT post, distance FROM memory_codes_{number} WHERE code MATCH vec_bit(:code) AND k = :k"  # noqa: S608 - numbers of ours
        f"{''.join(f' AND {one}' for one in asked)}"
    )
    values |= {"code": code, "k": _FIRST_LOOK}
    first = connection.execute(scan, values).fetchall()
    if not first:
        return []
    # Finding the 1,000 nearest by k costs 1,000 passes over each chunk (sqlite-vec 0.1.9); by a bound it costs one.
    bound, most = first[-1]["distance"] + _MARGIN_BITS, len(code) * 8
    values["k"] = _MOST_CANDIDATES
    while True:
        found = connection.execute(f"{scan} AND distance <= :bound", {**values, "bound": bound}).fetchall()
        if len(found) >= max(_ENOUGH_CANDIDATES, limit) or bound >= most:
            break
        bound += _STEP_BITS if len(found) > _FIRST_LOOK else most
    return _ordered(connection, number, vector, [post for post, _ in found], which, limit)


def _ordered(
    connection: sqlite3.Connection, number: int, vector: Sequence[float], posts: list[int], which: Filter, limit: int
) -> list[Neighbour]:
    """The candidates that are nearest by their bytes."""
    named = set(which.ids)
    near = connection.execute(
        f"""SELECT post, 1.0 - vec_distance_cosine(vec_int8(vector), vec_int8(?)) AS similarity
        FROM memory_vectors_{number} WHERE post IN (SELECT value FROM json_each(?))
        ORDER BY similarity DESC, post LIMIT ?""",  # noqa: S608 - a number of ours
        (
            _bytes(vector),
            _json([post for post in posts if not named or post in named]),
            limit + _SPARE,  # vectors of posts that were forgotten meanwhile
        ),
    ).fetchall()
    query = f"{POSTS} WHERE p.seq IN (SELECT value FROM json_each(?))"  # noqa: S608 - constants
    rows = {row["seq"]: row for row in connection.execute(query, (_json([row["post"] for row in near]),))}
    found = [
        Neighbour(remembered(rows[row["post"]]), min(1.0, row["similarity"])) for row in near if row["post"] in rows
    ]
    return found[:limit]


def _scan_conditions(connection: sqlite3.Connection, which: Filter) -> tuple[list[str], dict[str, Any]]:
    """What a filter asks of the columns beside the codes; posts named one by one are picked from the candidates."""
    asked: list[str] = []
    values: dict[str, Any] = {}
    if which.account:
        rows = connection.execute("SELECT seq FROM memory_accounts WHERE name = ?", (sound(which.account),))
        accounts = [str(row["seq"]) for row in rows] or ["-1"]
        asked.append(f"account = {accounts[0]}" if len(accounts) == 1 else f"account IN ({', '.join(accounts)})")
    if which.kinds:
        kinds = [str(_KINDS[str(kind)]) for kind in which.kinds]
        asked.append(f"kind = {kinds[0]}" if len(kinds) == 1 else f"kind IN ({', '.join(kinds)})")
    if which.since or which.until:
        asked.append("published_ms >= :since")
        values["since"] = to_ms(which.since) if which.since else UNDATED_MS + 1
    if which.until:
        asked.append("published_ms < :until")
        values["until"] = to_ms(which.until)
    return asked, values


def _padded(dimension: int) -> int:
    return -(-dimension // 8) * 8


def _code(vector: Sequence[float]) -> bytes:
    bits = 0
    for place, number in enumerate(vector):
        if number > 0:
            bits |= 1 << place
    return bits.to_bytes(_padded(len(vector)) // 8, "little")


def _bytes(vector: Sequence[float]) -> bytes:
    return bytes(max(-_LARGEST_BYTE, min(_LARGEST_BYTE, round(number * _SCALE))) & 0xFF for number in vector)


def _json(numbers: Sequence[int]) -> str:
    return f"[{','.join(map(str, numbers))}]"
