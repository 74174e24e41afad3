"""What is said of weights before they are loaded."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

import pytest
from doubles.gguf_files import write_gguf
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from onering_cli.adapters.local import chat as local_chat
from onering_cli.adapters.local.chat import LocalChat
from onering_cli.adapters.local.gguf import read_weights
from onering_cli.adapters.local.memory import available_bytes
from onering_cli.clock import SystemClock
from onering_cli.errors import UsageError
from onering_cli.generation.ports import Message

if TYPE_CHECKING:
    from pathlib import Path

LLAMA: dict[str, object] = {
    "general.architecture": "llama",
    "general.name": "Tiny",
    "llama.context_length": 8192,
    "llama.block_count": 30,
    "llama.embedding_length": 576,
    "llama.attention.head_count": 9,
    "llama.attention.head_count_kv": 3,
    "tokenizer.ggml.tokens": ["a", "b"],
    "tokenizer.chat_template": "{{ messages }}",
}


def test_weights_say_what_they_are(tmp_path: Path) -> None:
    weights = read_weights(write_gguf(tmp_path / "tiny.gguf", LLAMA))
    assert (weights.architecture, weights.name, weights.context, weights.chat) == ("llama", "Tiny", 8192, True)
    # 2 bytes × (64 + 64) × 3 heads × 30 layers a token
    assert weights.memory_bytes(1000) - weights.memory_bytes(0) == 1000 * 2 * 128 * 3 * 30


@pytest.mark.parametrize("missing", [1, 40, 64])
def test_weights_that_are_cut_off_are_told(tmp_path: Path, missing: int) -> None:
    path = write_gguf(tmp_path / "tiny.gguf", LLAMA, missing_bytes=missing)
    with pytest.raises(UsageError, match="cut off") as told:
        read_weights(path)
    assert "onering model pull" in told.value.hint


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "cut off"),
        (b"GG", "cut off"),
        (b"PK\x03\x04 and so on", "PyTorch or zip"),
        (b"<!DOCTYPE html><title>Log in</title>", "a web page"),
        (b'\x90\x00\x00\x00\x00\x00\x00\x00{"model.embed":', "is no GGUF file"),
        (b"GGUF\x01\x00\x00\x00", "version 2 or 3"),
    ],
)
def test_other_files_are_told_from_weights(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "weights.gguf"
    path.write_bytes(content)
    with pytest.raises(UsageError, match=said):
        read_weights(path)


def test_a_model_that_writes_no_text_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="'bert', which writes no text"):
        read_weights(write_gguf(tmp_path / "embedder.gguf", {**LLAMA, "general.architecture": "bert"}))


def test_a_path_that_is_no_file_is_told(tmp_path: Path) -> None:
    for path in (tmp_path / "none.gguf", tmp_path):
        with pytest.raises(UsageError):
            read_weights(path)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cut=st.integers(0, 10_000), at=st.integers(0, 10_000), byte=st.integers(0, 255))
def test_damage_anywhere_ends_in_one_sentence(tmp_path: Path, cut: int, at: int, byte: int) -> None:
    whole = bytearray(write_gguf(tmp_path / "tiny.gguf", LLAMA).read_bytes())
    whole[at % len(whole)] = byte
    path = tmp_path / "damaged.gguf"
    path.write_bytes(whole[: cut % (len(whole) + 1)])
    with suppress(UsageError):
        read_weights(path)


def test_weights_too_large_for_memory_are_refused_before_they_are_loaded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_gguf(tmp_path / "tiny.gguf", LLAMA)
    monkeypatch.setattr(local_chat, "available_bytes", lambda: 100_000_000)
    with pytest.raises(UsageError, match=r"needs about 0\.\d GB of memory, and 0\.1 GB are free"):
        LocalChat("tiny", path, clock=SystemClock()).load()


def test_what_is_free_is_what_the_container_allows(tmp_path: Path) -> None:
    meminfo = tmp_path / "meminfo"
    meminfo.write_text("MemTotal: 32000000 kB\nMemAvailable:   16000000 kB\n", encoding="ascii")
    assert available_bytes(meminfo, tmp_path) == 16_000_000 * 1024
    (tmp_path / "memory.max").write_text("2000000000\n", encoding="ascii")
    (tmp_path / "memory.current").write_text("1500000000\n", encoding="ascii")
    (tmp_path / "memory.stat").write_text("anon 7\ninactive_file 100000000\n", encoding="ascii")
    assert available_bytes(meminfo, tmp_path) == 600_000_000
    (tmp_path / "memory.max").write_text("max\n", encoding="ascii")
    assert available_bytes(meminfo, tmp_path) == 16_000_000 * 1024


def test_weights_that_llama_cpp_does_not_know_are_named(tmp_path: Path) -> None:
    path = write_gguf(tmp_path / "new.gguf", {**LLAMA, "general.architecture": "nextyear"})
    chat = LocalChat("new", path, clock=SystemClock())
    with pytest.raises(UsageError, match="architecture nextyear"):
        list(chat.stream([Message("user", "hi")], json_schema=None, max_tokens=4).pieces)
