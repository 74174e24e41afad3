"""A server that speaks OpenAI's protocol: llama.cpp's own, on loopback."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from onering_cli.adapters.chat_models import Bounds
from onering_cli.adapters.chat_server import chat_at
from onering_cli.clock import SystemClock
from onering_cli.errors import ExitCode, LogInError, OneRingError, UsageError
from onering_cli.generation.ports import Message

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from doubles.program import Result

    from onering_cli.adapters.chat_served import ServedChat

KEY = "a-key-of-this-test"
QUESTION = [Message("user", "Say one word about backups.")]


@pytest.fixture(scope="module")
def server(smollm2: Path) -> Iterator[str]:
    import xllamacpp

    params = xllamacpp.CommonParams()
    params.model.path = str(smollm2)
    params.n_ctx = 2048
    params.n_parallel = 1
    params.verbosity = -1
    params.warmup = False
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = 1
    params.api_keys = [KEY]
    running = xllamacpp.Server(params)
    yield running.listening_address
    running.handle_chat_completions({"messages": [{"role": "user", "content": "x"}], "max_tokens": 1})
    del running


def chat(address: str, key: str = KEY) -> ServedChat:
    return chat_at(address, key, clock=SystemClock(), bounds=Bounds(), seed=5)


def test_a_server_answers_word_by_word_and_counts_them(server: str) -> None:
    reply = chat(f"{server}/v1#smollm2").stream(QUESTION, json_schema=None, max_tokens=8)
    pieces = list(reply.pieces)
    assert len(pieces) > 2
    assert reply.usage.output_tokens == 8
    assert reply.usage.input_tokens > 8


def test_without_a_model_the_servers_own_is_taken(server: str) -> None:
    model = chat(server)
    assert model.name.startswith("server:")
    assert model.settings == {"seed": 5}
    assert list(model.stream(QUESTION, json_schema=None, max_tokens=2).pieces)


def test_an_answer_in_json_is_held_to_its_schema(server: str) -> None:
    schema: dict[str, object] = {
        "type": "object",
        "properties": {"word": {"type": "string", "maxLength": 12}},
        "required": ["word"],
    }
    reply = chat(server).stream(QUESTION, json_schema=schema, max_tokens=60)
    assert "".join(reply.pieces).lstrip().startswith('{"word"')


def test_a_key_that_the_server_refuses_is_told_with_the_variable_that_holds_it(server: str) -> None:
    with pytest.raises(LogInError) as refused:
        chat(server, "another")
    assert "ONERING_SECRET_SERVER_API_KEY" in refused.value.hint


def test_its_models_are_listed_with_what_generate_takes(
    server: str, onering: Callable[..., Result], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ONERING_SECRET_SERVER_API_KEY", KEY)
    listed = onering("model", "list", "--local", "--server", f"{server}/v1", "--json")
    assert listed.code == 0
    assert listed.json["models"][-1]["model"].startswith(f"{server}/v1#")


def test_a_thread_is_written_through_a_server(
    server: str, onering: Callable[..., Result], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("ONERING_SECRET_SERVER_API_KEY", KEY)
    notes = tmp_path / "notes.md"
    notes.write_text("Our backup is one script. A restore took eleven hours. Now it takes eight minutes.\n", "utf-8")
    asked = ("--posts", "1", "--limit", "90", "--no-judge", "--budget-tokens", "2600")
    result = onering("generate", notes, "--model", f"{server}/v1#smollm2", *asked, "--json")
    assert result.code == 0, result.err
    assert result.json["writer"] == "server:smollm2"
    assert len(result.json["posts"]) == 1


def test_a_server_that_is_not_there_is_a_matter_of_time() -> None:
    with pytest.raises(OneRingError) as failed:
        chat_at("http://127.0.0.1:9/v1", "", clock=SystemClock(), bounds=Bounds(retries=0))
    assert failed.value.exit_code is ExitCode.TRY_LATER


@pytest.mark.parametrize(
    "address",
    ["http://example.com/v1#m", "ftp://127.0.0.1/v1#m", "http://me:pw@127.0.0.1/v1#m", "http://127.0.0.1:port/v1#m"],
)
def test_addresses_that_would_leak_or_are_none_are_refused(address: str) -> None:
    with pytest.raises(UsageError):
        chat(address)
