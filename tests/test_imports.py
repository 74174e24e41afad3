"""Which modules a command loads, read from the interpreter's own import log."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from doubles.program import guarded_environment

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from doubles.program import Result

VENDORS = frozenset(
    "langgraph langchain langchain_core langchain_groq groq tweepy stripe apscheduler pydantic httpx numpy".split()  # noqa: SIM905 -- a word list reads best as one
)


def imported(*arguments: str) -> set[str]:
    """The top-level packages that a process with these arguments loads."""
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "onering_cli", *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        env=guarded_environment(),
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    lines = [line for line in done.stderr.splitlines() if line.startswith("import time:")]
    return {line.rpartition("|")[2].strip().partition(".")[0] for line in lines}


@pytest.mark.parametrize(
    "arguments",
    [
        ("--version",),
        ("draft", "list"),
        ("draft", "show", "@last"),
        ("draft", "lint", "@last"),
        ("post", "thread.md", "--dry-run"),
        ("post", "--due"),
        ("post", "--due", "--json"),
        ("schedule", "list"),
        ("search", "caches"),
        ("config", "list"),
        ("slot", "list"),
        ("schedule", "install", "cron", "--show"),
        ("ring", "balance"),
        ("ring", "history"),
        ("ring", "verify"),
        ("plan",),
    ],
    ids=" ".join,
)
def test_a_cheap_command_loads_no_vendor_and_no_rich_into_a_pipe(
    onering: Callable[..., Result], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "thread.md").write_text("Caches lie about the past.\n\n---\n\nForty were stale.\n", encoding="utf-8")
    onering("draft", "import", "thread.md")
    loaded = imported(*arguments)
    assert "onering_cli" in loaded
    assert loaded.isdisjoint(VENDORS | {"rich"}), sorted(loaded & (VENDORS | {"rich"}))


@pytest.mark.parametrize("arguments", [("draft", "lint", "@last"), ("post", "thread.md", "--dry-run")], ids=" ".join)
def test_looking_for_repeats_loads_no_vendor(
    onering: Callable[..., Result],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: tuple[str, ...],
) -> None:
    monkeypatch.chdir(tmp_path)
    post = {
        "text": "Caches lie about the past.",
        "id": "1",
        "platform": "x",
        "published_at": datetime.now(UTC).isoformat(),
    }
    (tmp_path / "posts.jsonl").write_text(json.dumps(post), encoding="utf-8")
    assert onering("memory", "import", "posts.jsonl").code == 0  # with vectors, so that meaning is looked at, too
    thread = "Caches lie about the past.\n\n---\n\nNobody has ever said anything like this before.\n"
    (tmp_path / "thread.md").write_text(thread, encoding="utf-8")
    onering("draft", "import", "thread.md")
    assert onering(*arguments, "--json").json["repeats"] != []
    assert imported(*arguments).isdisjoint(VENDORS | {"rich"})
