"""``onering search`` and ``onering similar`` over what was published."""

from __future__ import annotations

import json
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from doubles.archives import sentences
from doubles.hash_embedder import HashEmbedder
from doubles.posting_desk import posting_desk  # noqa: F401 -- the fixture `desk`
from hypothesis import given
from hypothesis import strategies as st

from onering_cli.adapters.sqlite.corpus import SqliteCorpus
from onering_cli.adapters.sqlite.migrations import open_store
from onering_cli.adapters.sqlite.post_vectors import SqliteVectors
from onering_cli.adapters.static_embedder import StaticEmbedder, shipped_tokenizer
from onering_cli.adapters.static_query import StaticQuery
from onering_cli.clock import SystemClock
from onering_cli.errors import ExitCode, StoreError
from onering_cli.memory.embedding import Embedding
from onering_cli.memory.model import Filter, Post, PostKind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from doubles.posting_desk import Desk
    from doubles.program import Result

    from onering_cli.adapters.sqlite.connection import Store

    Run = Callable[..., Result]

POSTS = [
    {"id": "1", "text": "Caches lie about the past.", "published_at": "2024-01-05", "url": "https://example.com/1"},
    {"id": "2", "text": "A backup nobody has restored is a wish.", "published_at": "2024-02-05", "kind": "thread"},
    {"id": "3", "text": "My cat sleeps on the warm router all day.", "published_at": "2025-03-05", "account": "bob"},
    {"id": "4", "text": "昨日の東京は雨だった", "published_at": "2025-04-05", "kind": "reply"},
    {"id": "5", "text": "🎉🎉", "published_at": "2025-05-05"},
]


@pytest.fixture
def remembered(onering: Run, tmp_path: Path) -> None:
    lines = [json.dumps({"platform": "x", **post}) for post in POSTS]
    (tmp_path / "posts.jsonl").write_text("\n".join(lines), encoding="utf-8")
    assert onering("memory", "import", tmp_path / "posts.jsonl").code == 0


def results(onering: Run, *arguments: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = onering(*arguments, "--json").json["results"]
    return found


def ids(onering: Run, *arguments: str) -> list[str]:
    """The posts found, by the last part of their texts' beginnings."""
    by_text = {post["text"]: post["id"] for post in POSTS}
    return [by_text[result["text"]] for result in results(onering, *arguments)]


@pytest.mark.usefixtures("remembered")
def test_words_find_posts_with_date_link_snippet_and_reason(onering: Run) -> None:
    (found,) = results(onering, "search", "caches", "lie", "--words")
    assert (found["in"], found["url"], found["published_at"]) == (
        "memory",
        "https://example.com/1",
        "2024-01-05T00:00:00+00:00",
    )
    assert found["matched"] == {"words": ["caches", "lie"], "similarity": None}
    line = onering("search", "caches", "lie", "--words").out
    assert line.split("\t")[2:] == ["words caches, lie", "https://example.com/1", "Caches lie about the past.\n"]
    shown = onering("search", "caches", "--words", terminal=True).out
    assert "2024-01-05" in shown
    assert "https://example.com/1" in shown


@pytest.mark.usefixtures("remembered")
def test_meaning_finds_what_shares_no_word(onering: Run) -> None:
    assert ids(onering, "search", "restoring saved copies of data", "--meaning")[0] == "2"
    assert ids(onering, "similar", "a kitten naps upon networking hardware")[0] == "3"
    assert ids(onering, "search", "kitten", "naps", "on", "hardware", "--words") == ["3"]  # by "on" alone


@pytest.mark.usefixtures("remembered")
def test_unspaced_scripts_and_emoji_are_found(onering: Run) -> None:
    assert ids(onering, "search", "東京", "--words") == ["4"]
    assert ids(onering, "search", "🎉", "--words") == ["5"]


@pytest.mark.usefixtures("remembered")
def test_filters_narrow_both_ways_of_searching(onering: Run) -> None:
    for way in ("--words", "--meaning"):
        assert ids(onering, "search", "a cat backup caches", way, "--account", "bob") == ["3"]
        assert ids(onering, "search", "a cat backup caches", way, "--kind", "thread") == ["2"]
        assert ids(onering, "search", "a cat backup caches", way, "--until", "2024-01-31") == ["1"]
        assert set(ids(onering, "search", "a cat backup caches", way, "--since", "2024-02-01", "--limit", "2")) <= {
            *"234"
        }
        assert ids(onering, "search", "cat", way, "--account", "nobody") == []
    assert onering("search", "cat", "--kind", "song").code == ExitCode.USAGE


@pytest.mark.usefixtures("remembered")
def test_drafts_and_posts_are_found_together_or_apart(onering: Run) -> None:
    onering("draft", "import", "-", stdin="Caches in a draft.")
    assert [found["in"] for found in results(onering, "search", "caches")] == ["drafts", "memory"]
    assert [found["in"] for found in results(onering, "search", "caches", "--in", "drafts")] == ["drafts"]
    assert {found["in"] for found in results(onering, "search", "caches", "--in", "memory")} == {"memory"}
    assert ids(onering, "similar", "@last")[0] == "1"
    assert onering("similar", "@last~7").code == ExitCode.USAGE


def test_similar_in_an_empty_memory_ends_well(onering: Run) -> None:
    result = onering("similar", "anything")
    assert (result.code, result.out) == (0, "")


def test_what_post_publishes_joins_by_itself_and_leaves_with_a_rollback(desk: Desk) -> None:
    desk.post(desk.draft("Caches lie.", "Backups hope."))
    found = desk.call("search", "caches", "--in", "memory", "--json").json["results"]
    assert [(post["kind"], post["position"], post["url"] != "") for post in found[:1]] == [("thread", 1, True)]
    assert desk.call("memory", "stats", "--json").json["pending"] == 0  # the search made its vectors
    assert desk.call("similar", "saved copies", "--json").json["results"][0]["position"] == 2
    desk.call("thread", "rollback", "--yes")
    assert desk.call("memory", "stats", "--json").json["posts"] == 0
    assert desk.call("similar", "saved copies", "--json").json["results"] == []


def test_a_topic_is_written_about_from_what_is_remembered(onering: Run, tmp_path: Path) -> None:
    text = "Restoring a backup takes longer than making one. We measured eleven hours. Practice it before you need it."
    line = {"text": text, "published_at": "2024-05-06", "id": "1", "platform": "x"}
    (tmp_path / "a.jsonl").write_text(json.dumps(line), encoding="utf-8")
    onering("memory", "import", tmp_path / "a.jsonl")
    result = onering("generate", "--topic", "restoring a backup", "--posts", "1", "--json")
    assert result.code == 0, result.err
    assert "eleven hours" in json.dumps(result.json) or "Practice" in json.dumps(result.json)


# --- Vectors


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = open_store(tmp_path / "vectors.db")
    yield store
    store.close()


def fill(store: Store, total: int) -> list[str]:
    corpus = SqliteCorpus(store, SystemClock())
    source = corpus.source("a", format_="jsonl", fingerprint="a").id
    texts = list(sentences()[:total])
    corpus.add([Post("x", "ann", text, remote_id=str(number)) for number, text in enumerate(texts)], source=source)
    return texts


def embed_all(store: Store, embedder: Any) -> int:
    embedding = Embedding(embedder, SqliteVectors(store))
    try:
        return embedding.finish()
    finally:
        embedding.close()


def test_the_nearest_are_those_of_an_exact_search(store: Store) -> None:
    texts = fill(store, 1500)
    embedder = StaticEmbedder()
    assert embed_all(store, embedder) == 1500
    vectors = embedder.embed(texts)
    index = SqliteVectors(store)
    shared = 0
    for number in range(0, 1500, 50):
        found = index.nearest(vectors[number].tolist(), limit=10)
        assert found[0].remembered.post.text == texts[number]
        assert found[0].similarity == pytest.approx(1.0, abs=0.01)
        exact = {texts[place] for place in np.argsort(-(vectors @ vectors[number]))[:10]}
        shared += len(exact & {one.remembered.post.text for one in found})
    assert shared >= 0.95 * 300


def test_embedding_goes_on_where_it_stopped_and_a_new_embedder_takes_over_when_it_is_done(store: Store) -> None:
    fill(store, 60)
    index = SqliteVectors(store)
    first = index.texts("one", limit=25)
    index.put("one", np.eye(8, dtype=np.float32)[[number % 8 for number, _ in first]], [number for number, _ in first])
    assert (index.model, index.pending("one")) == ("one", 35)
    embedder = HashEmbedder()
    halfway = index.texts(embedder.model, limit=30)
    index.put(embedder.model, embedder.embed([text for _, text in halfway]), [number for number, _ in halfway])
    assert index.model == "one"
    assert embed_all(store, embedder) == 30
    assert (index.model, index.pending(embedder.model)) == (embedder.model, 0)
    with pytest.raises(StoreError, match="numbers"):
        index.nearest([1.0] * 8, limit=1)


def test_forgotten_posts_are_found_no_more_even_before_their_vectors_are_gone(store: Store) -> None:
    texts = fill(store, 40)
    embedder = StaticEmbedder()
    embed_all(store, embedder)
    corpus, index = SqliteCorpus(store, SystemClock()), SqliteVectors(store)
    corpus.forget(Filter(ids=(1, 2, 3)))
    vector = embedder.embed([texts[0]])[0].tolist()
    assert {1, 2, 3}.isdisjoint(one.remembered.id for one in index.nearest(vector, limit=40))
    index.forget()
    assert len(index.nearest(vector, Filter(kinds=(PostKind.POST,)), limit=100)) == 37


def test_a_memory_of_another_embedder_says_so_and_words_still_work(onering: Run, home: Path, tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text(json.dumps({"text": "Caches lie."}), encoding="utf-8")
    onering("memory", "import", tmp_path / "a.jsonl", "--words-only")
    store = open_store(home / "onering.db")
    embed_all(store, HashEmbedder())
    store.close()
    result = onering("search", "caches", "--meaning")
    assert result.code == ExitCode.USAGE
    assert HashEmbedder().model in result.err
    assert onering("search", "caches", "--words").out
    assert onering("memory", "embed").code == 0
    assert onering("search", "caches", "--meaning").out


# --- A query's vector


TOKENIZER = shipped_tokenizer()
QUERY = StaticQuery()
WORDS = st.lists(st.text(st.characters(exclude_characters=" ▁", exclude_categories=["Cs"]), min_size=1), max_size=8)


@given(WORDS)
def test_a_query_is_cut_into_tokens_as_the_compiled_tokenizer_does(words: list[str]) -> None:
    text = " ".join(words)
    assert QUERY.tokens(text) == TOKENIZER.encode(text, add_special_tokens=False).ids or not text


def test_sentences_have_the_vectors_that_the_embedder_gives_them() -> None:
    texts = sentences()[:300]
    vectors = StaticEmbedder().embed(texts)
    for text, vector in zip(texts, vectors, strict=True):
        assert np.allclose(QUERY.vector(text), vector, atol=1e-6), text
    assert QUERY.vector(" \n") == [0.0] * 256


# --- Another embedder


class Vectors(BaseHTTPRequestHandler):
    """Answers as Ollama and llama-server do: a vector of the letters that a text has."""

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        known = asked["model"] == "letters"
        rows = [[text.lower().count(letter) + 0.01 for letter in "abcdefghijkl"] for text in asked["input"]]
        data = [{"index": place, "embedding": row} for place, row in enumerate(rows)]
        body = json.dumps({"data": data[::-1]}).encode()
        self.send_response(200 if known else 404)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class names it so
        pass


@pytest.fixture
def server() -> Iterator[str]:
    with HTTPServer(("127.0.0.1", 0), Vectors) as listening:
        thread = Thread(target=listening.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listening.server_port}/v1"
        listening.shutdown()
        thread.join()


@pytest.mark.usefixtures("remembered")
def test_a_model_at_a_server_can_make_the_vectors_instead(
    onering: Run, server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ONERING_MEMORY_EMBEDDER", f"{server}#letters")
    assert ids(onering, "search", "restoring saved copies", "--meaning")[0] == "2"  # by the vectors that are there
    told = onering("memory", "embed", "--json").json
    assert (told["embedder"], told["embedded"]) == ("served:letters", 5)
    assert ids(onering, "similar", "Caches lie about the past!")[0] == "1"
    monkeypatch.delenv("ONERING_MEMORY_EMBEDDER")
    assert "served:letters" in onering("similar", "Caches lie").err
    assert onering("memory", "embed").code == 0
    assert ids(onering, "similar", "Caches lie")[0] == "1"


def test_a_server_without_the_model_or_not_there_is_told_so(
    onering: Run, server: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "a.jsonl").write_text('{"text": "Caches lie."}', encoding="utf-8")
    for reference, code in (
        (f"{server}#other", ExitCode.USAGE),
        ("http://127.0.0.1:9/v1#letters", ExitCode.TRY_LATER),
        ("http://example.com/v1#letters", ExitCode.USAGE),
        (server, ExitCode.USAGE),
    ):
        monkeypatch.setenv("ONERING_MEMORY_EMBEDDER", reference)
        result = onering("memory", "import", tmp_path / "a.jsonl")
        assert result.code == code, (reference, result.err)
