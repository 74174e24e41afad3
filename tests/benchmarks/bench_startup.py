"""How long commands take as whole processes, as ratios to an interpreter that does nothing."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from benchmarks.floors import LANGGRAPH, ratio

from onering_cli.adapters.sqlite.drafts import SqliteDrafts
from onering_cli.adapters.sqlite.migrations import open_store
from onering_cli.clock import SystemClock

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.benchmark

ONERING = [str(Path(sys.executable).with_name("onering"))]
EXAMPLES = Path(__file__).parents[2] / "examples"
WIDTH = {"COLUMNS": "100"}


@pytest.fixture(scope="module")
def homes(tmp_path_factory: pytest.TempPathFactory) -> Callable[[int], Path]:
    """Homes whose stores hold so many drafts, each made once."""
    made: dict[int, Path] = {}

    def make(drafts: int) -> Path:
        if drafts not in made:
            made[drafts] = tmp_path_factory.mktemp(f"home-{drafts}")
            store = open_store(made[drafts] / "onering.db")
            store.connection.execute("PRAGMA synchronous = OFF")  # only while this is being made
            kept = SqliteDrafts(store, SystemClock())
            source = (EXAMPLES / "thread.md").read_text(encoding="utf-8")
            for number in range(drafts):
                kept.add(f"{source}\n---\n\nNumber {number}.\n")
            store.close()
        return made[drafts]

    return make


@pytest.fixture
def home_with(homes: Callable[[int], Path]) -> Callable[[int], dict[str, str]]:
    """An environment whose store holds so many drafts."""
    return lambda drafts: {**os.environ, **WIDTH, "ONERING_HOME": str(homes(drafts))}


def test_version_starts_like_a_bare_interpreter(home_with: Callable[[int], dict[str, str]]) -> None:
    print(f"\n--version: {ratio([*ONERING, '--version'], dict(os.environ)):.2f} x bare (wanted 1.5)")


@pytest.mark.parametrize(
    "arguments",
    [["draft", "list"], ["draft", "show", "@last"], ["draft", "lint", "@last"], ["post", "FILE", "--dry-run"]],
    ids=" ".join,
)
def test_everyday_commands_stay_near_a_bare_interpreter(
    home_with: Callable[[int], dict[str, str]], arguments: list[str]
) -> None:
    command = [*ONERING, *(str(EXAMPLES / "thread.md") if part == "FILE" else part for part in arguments)]
    few, many = home_with(1_000), home_with(100_000)
    piped = ratio(command, few)
    drawn = ratio(command, few, terminal=True)
    grown = ratio(command, many, floor=command, floor_environment=few)
    print(f"\n{' '.join(arguments)}: {piped:.1f} x bare in a pipe (wanted 8), {drawn:.1f} x in a terminal (wanted 14)")
    print(f"  with 100,000 drafts {grown:.2f} x of 1,000 (wanted 1.2)")


def test_generate_costs_little_beside_langgraph(home_with: Callable[[int], dict[str, str]], tmp_path: Path) -> None:
    article = tmp_path / "article.md"
    article.write_text(_two_thousand_words(), encoding="utf-8")
    command = [*ONERING, "generate", "--from", str(article)]
    told = ratio(command, home_with(10), floor=LANGGRAPH, rounds=5)
    print(f"\ngenerate --from 2,000 words: {told:.2f} x import langgraph.graph (wanted 1.3)")


def _two_thousand_words() -> str:
    """The example article again and again, each time about another release, until it is long enough."""
    source = (EXAMPLES / "article.md").read_text(encoding="utf-8").split("---", 2)[2]
    rounds = [source.replace("changelog", f"changelog of part {part}") for part in range(1, 6)]
    return " ".join("\n".join(rounds).split(" ")[:2000])
