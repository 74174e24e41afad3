"""``onering search`` from the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from onering_cli.errors import ExitCode

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from doubles.program import Result

    Run = Callable[..., Result]


@pytest.fixture(autouse=True)
def drafts(onering: Run) -> None:
    for text in ("Caches lie about the past.", "Backups are a hope until restored.", "Überraschung am Morgen."):
        assert onering("draft", "import", "-", stdin=text).code == 0


def test_what_holds_the_words_is_found(onering: Run) -> None:
    result = onering("search", "caches", "past")
    assert result.code == 0
    (line,) = result.out.splitlines()
    assert "lie about the" in line
    assert "Überraschung" in onering("search", "überraschung").out


def test_what_nothing_holds_ends_well_without_data(onering: Run) -> None:
    result = onering("search", "zebra")
    assert (result.code, result.out) == (0, "")
    assert "zebra" in result.err


@pytest.mark.parametrize(
    "query", ['"', "a AND", "NEAR(", "col:x", "*", "-", "'; drop table drafts", "(", "^", "🎉", "\x00"]
)
def test_no_query_is_a_language(onering: Run, query: str) -> None:
    result = onering("search", "--", query)
    assert result.code in (0, ExitCode.USAGE), result.err


def test_the_json_object_keeps_its_keys(onering: Run) -> None:
    found = onering("search", "backups", "--json").json
    assert found["query"] == "backups"
    (hit,) = found["results"]
    assert {"id", "title", "posts", "snippet", "score", "updated_at"} <= set(hit)
    failed = onering("search", " ", "--json")
    assert failed.code == ExitCode.USAGE
    assert set(failed.json) == {*found, "error"}


def test_no_more_are_shown_than_asked_for(onering: Run) -> None:
    onering("draft", "import", "-", stdin="Caches again.")
    assert len(onering("search", "caches", "--limit", "1").out.splitlines()) == 1


def test_a_passage_breaks_between_words(onering: Run, tmp_path: Path) -> None:
    file = tmp_path / "posts.jsonl"
    file.write_text('{"text": "A restore that nobody has tried is a hope, and not a backup, whatever it is called."}\n')
    assert onering("memory", "import", file).code == 0
    lines = onering("search", "restore", "--words", terminal=True, width=40).out.splitlines()
    assert max(map(len, lines)) <= 40
    assert "whatever it is called." in " ".join(line.strip() for line in lines)
