"""What OneRing adds to llama.cpp, asked with the same words in the same process, one after the other."""

from __future__ import annotations

import statistics
import time
from typing import TYPE_CHECKING, Any

import pytest
from doubles.smollm2 import PACKAGE, find_weights

from onering_cli.adapters.local.chat import LocalChat, Sampling
from onering_cli.clock import SystemClock
from onering_cli.generation.forms import PostsForm
from onering_cli.generation.ports import Message

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.benchmark

ROUNDS = 9
FORM = PostsForm(2, 120, "en")
QUESTION = [
    Message("system", "You write short posts."),
    Message(
        "user", "Our backup script has 140 lines. It restores the night's copy every morning. Write posts about it."
    ),
]


@pytest.fixture(scope="module")
def chat(tmp_path_factory: pytest.TempPathFactory) -> LocalChat:
    weights: Path | None = find_weights(tmp_path_factory.getbasetemp().parent / "smollm2-weights")
    if weights is None:
        pytest.skip(f"the weights of {PACKAGE} are not to be had")
    chat = LocalChat("smollm2", weights, clock=SystemClock(), sampling=Sampling(seed=3, context=1024))
    chat.load()
    return chat


def test_asking_through_onering_costs_what_llama_cpp_costs(chat: LocalChat, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = chat._engine
    assert engine is not None
    bodies: list[dict[str, Any]] = []
    whole = type(engine).chunks

    def noted(self: Any, body: dict[str, Any]) -> Any:
        bodies.append(dict(body))
        return whole(self, body)

    monkeypatch.setattr(type(engine), "chunks", noted)

    def through() -> tuple[float, float]:
        chat._calls = 0  # the same seed each time, so that both sides write the same words
        begin = time.perf_counter()
        first = 0.0
        for _ in chat.stream(QUESTION, json_schema=None, max_tokens=1, form=FORM).pieces:
            first = first or time.perf_counter() - begin
        return first, time.perf_counter() - begin

    def direct() -> tuple[float, float]:
        begin = time.perf_counter()
        first = [0.0]

        def hear(chunk: dict[str, Any]) -> bool:
            if any(choice["delta"].get("content") for choice in chunk.get("choices") or ()):
                first[0] = first[0] or time.perf_counter() - begin
            return False

        engine._server.handle_chat_completions(dict(bodies[-1]), hear)
        return first[0], time.perf_counter() - begin

    through()
    direct()
    pairs = []
    for number in range(ROUNDS):  # in turn, so that neither is always the one with the warmer cache
        if number % 2:
            ours = through()
            pairs.append((ours, direct()))
        else:
            theirs = direct()
            pairs.append((through(), theirs))
    wall = statistics.median(ours[1] / theirs[1] for ours, theirs in pairs)
    later_ms = statistics.median(ours[0] - theirs[0] for ours, theirs in pairs) * 1000
    print(f"\nlocal model: {wall:.3f} x llama.cpp's wall time (wanted 1.05), first word {later_ms:+.0f} ms (wanted 50)")
