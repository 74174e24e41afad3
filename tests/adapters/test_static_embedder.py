"""Embedders make unit vectors whose inner product is likeness; the shipped one agrees with wordllama's own."""

from __future__ import annotations

import importlib.util
import logging
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from doubles.hash_embedder import HashEmbedder
from hypothesis import given, settings
from hypothesis import strategies as st

from onering_cli.adapters.static_embedder import StaticEmbedder
from onering_cli.errors import UsageError

if TYPE_CHECKING:
    from onering_cli.memory.ports import Embedder

STATIC = StaticEmbedder()
HASH = HashEmbedder()

both = pytest.mark.parametrize("embedder", [STATIC, HASH], ids=["static", "hash"])


@both
def test_vectors_have_the_declared_shape_and_type(embedder: Embedder) -> None:
    vectors = embedder.embed(["a sentence about onions", "another"])
    assert vectors.shape == (2, embedder.dimension)
    assert vectors.dtype == np.float32
    assert embedder.model


@both
def test_vectors_have_unit_norm(embedder: Embedder) -> None:
    vectors = embedder.embed(["The cat sat.", "Ein Satz auf Deutsch.", "日本語の文です。"])
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-5)


@both
def test_a_text_without_words_gives_zeros(embedder: Embedder) -> None:
    vectors = embedder.embed(["", "   \n\t", "word"])
    assert not vectors[:2].any()
    assert vectors[2].any()


@both
def test_no_texts_give_no_vectors(embedder: Embedder) -> None:
    assert embedder.embed([]).shape == (0, embedder.dimension)


@both
def test_the_same_text_gives_the_same_vector_whatever_stands_beside_it(embedder: Embedder) -> None:
    alone = embedder.embed(["The store opens at nine."])[0]
    among = embedder.embed(["Something else entirely, and much longer.", "The store opens at nine.", "x"])[1]
    assert np.allclose(alone, among, atol=1e-6)


@both
def test_likeness_is_greater_between_texts_about_the_same_thing(embedder: Embedder) -> None:
    query, near, far = embedder.embed(
        [
            "the database stores every row in one file",
            "one file holds every row of the database",
            "she baked bread with rosemary and salt",
        ]
    )
    assert query @ near > query @ far


@both
@settings(max_examples=50, deadline=None)
@given(texts=st.lists(st.text(max_size=80), max_size=6))
def test_any_text_gives_finite_vectors_of_norm_one_or_zero(embedder: Embedder, texts: list[str]) -> None:
    norms = np.linalg.norm(embedder.embed(texts), axis=1)
    assert np.isfinite(norms).all()
    assert all(norm == pytest.approx(1.0, abs=1e-4) or norm == 0 for norm in norms)


def test_a_lone_surrogate_is_survived() -> None:
    assert STATIC.embed(["broken \ud800 text", "fine"]).any(axis=1).all()


def test_the_vectors_equal_those_of_wordllama_itself() -> None:
    level = logging.getLogger().level
    handlers = list(logging.getLogger().handlers)
    import wordllama  # configures the root logger when imported, which is undone below

    logging.getLogger().setLevel(level)
    for handler in set(logging.getLogger().handlers) - set(handlers):
        logging.getLogger().removeHandler(handler)
    theirs = wordllama.WordLlama.load(cache_dir=Path(wordllama.__file__).parent, disable_download=True)
    texts = [
        "SQLite keeps a whole database in one file.",
        "Zwölf Boxkämpfer jagen Viktor quer über den Sylter Deich.",
        "北京是中国的首都。 🚀 émigré",
        "x",
        "A longer text, " * 40,
    ]
    assert np.allclose(StaticEmbedder().embed(texts), theirs.embed(texts, norm=True), atol=1e-5)


WORDS = st.text(st.characters(exclude_characters=" ", exclude_categories=["Cs"]), min_size=1, max_size=12)


@settings(max_examples=60, deadline=None)
@given(
    text=st.lists(
        WORDS | st.sampled_from(["the", "naïve", "Über", "don't", "3.12", "foo_bar", "東京", "🚀", "▁"]), min_size=1
    ).map(" ".join)
)
def test_few_texts_get_the_same_vectors_without_the_compiled_tokenizer(text: str) -> None:
    STATIC.embed(["a text to read the compiled tokenizer for "])
    assert STATIC._tokenizer is not None
    assert np.allclose(StaticEmbedder().embed([text]), STATIC.embed([text]), atol=1e-6)


def test_few_plain_texts_read_no_compiled_tokenizer_and_many_do() -> None:
    embedder = StaticEmbedder()
    embedder.embed(["A sentence of an article."] * 100)
    assert embedder._tokenizer is None
    embedder.embed(["A sentence of an article."] * 5_000)
    assert embedder._tokenizer is not None


def test_the_vectors_are_the_same_before_and_after_the_table_is_widened() -> None:
    embedder = StaticEmbedder()
    before = embedder.embed(["One sentence, read from the half-precision table."])
    embedder.embed(["a text to warm it up with many tokens " * 20] * 200)
    after = embedder.embed(["One sentence, read from the half-precision table."])
    assert np.allclose(before, after, atol=1e-6)


def test_a_very_long_text_is_cut_in_bounded_time() -> None:
    started = time.perf_counter()
    assert STATIC.embed(["word " * 400_000, "x" * 2_000_000]).any(axis=1).all()
    assert time.perf_counter() - started < 5


def test_a_missing_package_is_told_with_the_way_out() -> None:
    with pytest.raises(UsageError, match="not installed") as caught:
        StaticEmbedder(package="onering_no_such_package").embed(["text"])
    assert "pip install" in caught.value.hint


def test_a_damaged_file_is_told_by_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "hollow_vectors"
    (package / "weights").mkdir(parents=True)
    (package / "__init__.py").write_text("")
    (package / "weights" / "l2_supercat_256.safetensors").write_bytes(b"\x10\0\0\0\0\0\0\0not a header at all")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(UsageError, match=r"l2_supercat_256\.safetensors is missing or damaged"):
        StaticEmbedder(package="hollow_vectors").embed(["text"])


def test_a_missing_tokenizer_is_told_by_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spec = importlib.util.find_spec("wordllama")
    assert spec is not None
    assert spec.origin is not None
    package = tmp_path / "half_vectors"
    (package / "weights").mkdir(parents=True)
    (package / "__init__.py").write_text("")
    real = Path(spec.origin).parent / "weights" / "l2_supercat_256.safetensors"
    (package / "weights" / real.name).symlink_to(real)
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(UsageError, match=r"l2_supercat_tokenizer_config\.json is missing or damaged"):
        StaticEmbedder(package="half_vectors").embed(["text"])


def test_making_an_embedder_loads_nothing_and_embedding_never_imports_wordllama() -> None:
    program = (
        "import sys\n"
        "from onering_cli.adapters.static_embedder import StaticEmbedder\n"
        "embedder = StaticEmbedder()\n"
        "assert not {'numpy', 'tokenizers', 'wordllama'} & sys.modules.keys()\n"
        "embedder.embed(['text'])\n"
        "assert 'wordllama' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


@pytest.mark.benchmark
def test_speed() -> None:
    started = time.perf_counter()
    embedder = StaticEmbedder()
    embedder.embed(["load"])
    loaded_s = time.perf_counter() - started
    texts = [f"A short text number {n} about onions and the price of bread in {n * 3}." for n in range(20_000)]
    embedder.embed(texts[:2_000])
    started = time.perf_counter()
    embedder.embed(texts)
    per_s = len(texts) / (time.perf_counter() - started)
    print(f"load {loaded_s:.3f} s, {per_s:,.0f} texts/s")
    assert loaded_s <= 0.25
    assert per_s >= 20_000
