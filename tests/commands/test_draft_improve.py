"""``onering draft improve``, and versions side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from doubles.scripted_chat_model import ScriptedChatModel

from onering_cli.toolbox.writing import Writing

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from doubles.program import Result

    Run = Callable[..., Result]

GOOD = "Caches lie about the past."
HALF = "Forty of a hundred reads were stale, and the"
MENDED = "Forty of a hundred reads were stale."


@pytest.fixture
def draft(onering: Run, tmp_path: Path) -> str:
    path = tmp_path / "thread.md"
    path.write_text(f"{GOOD}\n\n---\n\n{HALF}\n", encoding="utf-8")
    kept: str = onering("draft", "import", path, "--json").json["drafts"][0]["id"]
    return kept


@pytest.fixture
def scripted(monkeypatch: pytest.MonkeyPatch) -> Callable[..., ScriptedChatModel]:
    def script(*answers: str, **changes: Any) -> ScriptedChatModel:
        model = ScriptedChatModel(answers, **changes)
        monkeypatch.setattr(Writing, "chat_model", lambda _self, _name, **_: model)
        return model

    return script


def posts(onering: Run, draft: str) -> list[str]:
    return [post["text"] for post in onering("draft", "show", draft, "--json").json["posts"]]


def test_without_a_model_it_is_told_what_is_wrong_and_nothing_is_changed(onering: Run, draft: str) -> None:
    told = onering("draft", "improve", draft)
    assert told.code == 0
    assert "post 2: the post ends in the middle of a sentence" in told.out
    assert posts(onering, draft) == [GOOD, HALF]


def test_a_model_writes_again_only_what_fails(onering: Run, draft: str, scripted: Callable[..., Any]) -> None:
    model = scripted(MENDED)
    done = onering("draft", "improve", draft, "--model", "scripted:model", "--json")
    assert done.code == 0, done.err
    assert (done.json["changed"], done.json["revision"]) == ([2], 2)
    assert posts(onering, draft) == [GOOD, MENDED]
    assert "Post 2:" in model.asked[0].user
    assert HALF in onering("draft", "diff", draft).out


def test_what_the_model_judges_is_written_again(onering: Run, draft: str, scripted: Callable[..., Any]) -> None:
    verdict = '{"problems": [{"post": 1, "problem": "It gives no reason to read on."}]}'
    scripted("Your cache lies about the past.\n---\n" + MENDED, verdict=verdict)
    done = onering("draft", "improve", draft, "--model", "scripted:model", "--json")
    assert done.json["posts"] == ["Your cache lies about the past.", MENDED]
    assert [fault["gate"] for fault in done.json["faults"]] == ["unfinished", "judgement"]


@pytest.mark.parametrize("worse", ["Of 8,731 reads all were stale.", "Still stale, and the", GOOD, ""])
def test_a_post_that_no_revision_mends_stays_as_it_was(
    onering: Run, draft: str, scripted: Callable[..., Any], worse: str
) -> None:
    scripted(worse, worse)
    done = onering("draft", "improve", draft, "--model", "scripted:model", "--json")
    assert done.code == 0, done.err
    assert (done.json["changed"], done.json["revision"]) == ([], 1)
    assert posts(onering, draft) == [GOOD, HALF]


def test_a_dry_run_saves_nothing(onering: Run, draft: str, scripted: Callable[..., Any]) -> None:
    scripted(MENDED)
    shown = onering("draft", "improve", draft, "--model", "scripted:model", "--dry-run")
    assert MENDED in shown.out
    assert posts(onering, draft) == [GOOD, HALF]


# --- versions ---------------------------------------------------------------------------------------------------------


def test_versions_are_ranked_with_the_reason(onering: Run) -> None:
    result = onering("generate", "examples/notes.md", "--variants", "3", "--posts", "3", "--json")
    assert result.code == 0, result.err
    variants = result.json["variants"]
    assert [variant["rank"] for variant in variants] == [1, 2, 3]
    covered = [float(variant["reason"].split("%")[0].rsplit(" ", 1)[1]) for variant in variants]
    assert covered == sorted(covered, reverse=True)
    assert result.json["draft"] == variants[0]["draft"]


@pytest.mark.parametrize(("width", "columns"), [(120, 3), (80, 2), (40, 1)])
def test_versions_stand_side_by_side_as_far_as_the_terminal_is_wide(onering: Run, width: int, columns: int) -> None:
    shown = onering("generate", "examples/notes.md", "--variants", "3", "--posts", "2", terminal=True, width=width)
    assert shown.code == 0, shown.err
    lines = shown.out.splitlines()
    assert max(map(len, lines)) <= width
    assert lines[0].count("┳") + lines[0].count("┬") == columns - 1
    assert "covers" in shown.err
