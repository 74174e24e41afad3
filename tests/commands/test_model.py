"""``onering model`` without any weights: the list, and models at Groq."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from doubles.fake_groq import KEY, MODELS, Answer, FakeGroq
from doubles.fake_groq import Failure as Refused

from onering_cli.errors import ExitCode

if TYPE_CHECKING:
    from collections.abc import Callable

    from doubles.program import Result

    Run = Callable[..., Result]

POSTS = (
    "Our nightly backup was three cron jobs and a reminder in a calendar.",
    "Every morning the script restores the copy of the night.",
    "The first real restore took eight minutes.",
)


@pytest.fixture
def keyed(monkeypatch: pytest.MonkeyPatch) -> Callable[[FakeGroq], None]:
    def point_at(groq: FakeGroq) -> None:
        monkeypatch.setenv("GROQ_API_KEY", KEY)
        monkeypatch.setenv("GROQ_BASE_URL", groq.address)

    return point_at


def test_groqs_models_are_those_that_its_api_lists(onering: Run, keyed: Callable[[FakeGroq], None]) -> None:
    with FakeGroq() as groq:
        keyed(groq)
        listed = onering("model", "list", "--json")
    names = [model["model"] for model in listed.json["models"]]
    assert {f"groq:{name}" for name in MODELS} <= set(names)
    assert names[0] == "extract"


def test_without_a_key_the_local_models_are_listed_all_the_same(onering: Run) -> None:
    listed = onering("model", "list")
    assert listed.code == 0
    assert "local:qwen3-4b\tto pull\t2.5 GB\t3.3 GB\tApache-2.0\t" in listed.out
    assert "onering auth login groq" in listed.err


def test_a_service_that_refuses_does_not_spoil_the_list(onering: Run, keyed: Callable[[FakeGroq], None]) -> None:
    with FakeGroq() as groq:
        keyed(groq)
        groq.released.set()
    listed = onering("model", "list", "--json")
    assert listed.code == 0
    assert listed.json["notes"]


def test_the_list_fits_a_narrow_terminal(onering: Run) -> None:
    for width in (80, 20):
        shown = onering("model", "list", "--local", terminal=True, width=width)
        assert shown.code == 0
        assert max(map(len, shown.out.splitlines())) <= width


def test_a_model_that_writes_as_asked_passes_its_trial(onering: Run, keyed: Callable[[FakeGroq], None]) -> None:
    with FakeGroq(Answer(("\n---\n".join(POSTS),), tokens=(300, 60))) as groq:
        keyed(groq)
        tried = onering("model", "test", f"groq:{MODELS[0]}", "--json")
        assert groq.bodies[0]["seed"] == 7
    assert tried.code == 0, tried.err
    assert (tried.json["posts"], tried.json["well_formed"], tried.json["faults"]) == (list(POSTS), True, [])
    assert tried.json["output_tokens"] == 60


def test_a_model_that_writes_something_else_does_not(onering: Run, keyed: Callable[[FakeGroq], None]) -> None:
    with FakeGroq(Answer(("One post, and no more.",))) as groq:
        keyed(groq)
        tried = onering("model", "test", f"groq:{MODELS[0]}", "--json")
    assert tried.code == ExitCode.REFUSED
    assert tried.json["posts"] == ["One post, and no more."]


def test_a_wait_of_minutes_is_told_and_not_waited_out(onering: Run, keyed: Callable[[FakeGroq], None]) -> None:
    with FakeGroq(Refused(429, "Rate limit reached", headers={"retry-after": "300"})) as groq:
        keyed(groq)
        tried = onering("model", "test", f"groq:{MODELS[0]}", "--json")
        assert len(groq.bodies) == 1
    assert tried.code == ExitCode.TRY_LATER
    assert "5 minutes" in tried.json["error"]["message"]
    assert tried.json["error"]["retry_at"]


def test_the_extractive_writer_is_no_model_to_test(onering: Run) -> None:
    result = onering("model", "test", "extract", "--json")
    assert result.code == ExitCode.USAGE
    assert "no model" in result.json["error"]["message"]
