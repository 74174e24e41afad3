"""``onering log`` shows what was logged, and nothing that a terminal would obey."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from onering_cli.toolbox import Toolbox

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Run = Callable[..., Any]


@pytest.fixture
def toolbox(home: Path) -> Toolbox:
    return Toolbox({"ONERING_HOME": str(home), "GROQ_API_KEY": "the-key-of-groq"})


def messages(result: Any) -> list[str]:
    return [entry["message"] for entry in result.json["entries"]]


def test_without_a_log_there_is_nothing_to_show(onering: Run, home: Path) -> None:
    result = onering("log")
    assert (result.code, result.out) == (0, "")
    assert "no such entries" in result.err
    assert onering("log", "--json").json == {"operation": "log", "entries": []}
    assert not home.exists()


def test_entries_are_shown_in_the_order_in_which_they_were_written(onering: Run, toolbox: Toolbox) -> None:
    toolbox.log.info("first", extra={"run": "r1"})
    toolbox.log.error("second")
    toolbox.close()
    first, second = onering("log").out.splitlines()
    assert first.endswith("  INFO     first  run=r1")
    assert second.endswith("  ERROR    second")


def test_what_is_shown_can_be_limited(onering: Run, toolbox: Toolbox) -> None:
    for level in ("info", "warning", "error"):
        getattr(toolbox.log, level)(level)
    toolbox.close()
    assert messages(onering("log", "--json", "--limit", 1)) == ["error"]
    assert messages(onering("log", "--json", "--level", "WARNING")) == ["warning", "error"]
    assert messages(onering("log", "--json", "--since", "5m")) == ["info", "warning", "error"]
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    assert messages(onering("log", "--json", "--since", tomorrow.isoformat())) == []
    assert messages(onering("log", "--json", "--since", f"{tomorrow:%Y-%m-%d %H:%M}")) == []


@pytest.mark.parametrize("since", ["yesterday", "5", "-3h", "2026-13-01", "999999w"])
def test_a_time_that_is_none_is_told(onering: Run, since: str) -> None:
    result = onering("log", f"--since={since}", "--json")
    assert result.code == 2
    assert result.json["error"]["code"] == "usage"
    assert result.json["entries"] == []


def test_a_bug_is_shown_with_its_traceback_and_without_secrets(onering: Run, toolbox: Toolbox) -> None:
    try:
        json.loads("the-key-of-groq")
    except ValueError as exc:
        toolbox.log_bug(ValueError(f"cannot read the-key-of-groq: {exc}"))
    toolbox.close()
    result = onering("log")
    assert "ValueError: cannot read [redacted]" in result.out
    assert "the-key-of-groq" not in result.out


def test_no_control_character_of_an_entry_reaches_the_terminal(onering: Run, toolbox: Toolbox) -> None:
    toolbox.log.info("\x1b]52;c;aGk=\x07red \x9b31m\u202ebidi\nnext", extra={"title": "\x1b[2J"})
    toolbox.close()
    result = onering("log", terminal=True)
    assert len(result.out.splitlines()) == 1
    assert not set(result.out) & set("\x1b\x07\x9b\u202e")


def test_a_line_that_is_no_entry_does_not_hide_the_others(onering: Run, toolbox: Toolbox, home: Path) -> None:
    toolbox.log.info("kept")
    toolbox.close()
    with (home / "log" / "onering.log").open("a") as file:
        file.write('{"half')
    assert messages(onering("log", "--json")) == ["kept"]
