"""Cards look right at any width, with wide characters, without colour and in a pipe."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from doubles.wire import Wire

from onering_cli.render.cards import Card, show_cards
from onering_cli.render.streams import Streams
from onering_cli.text.graphemes import columns

GOLDEN = Path(__file__).parents[1] / "commands" / "golden"
CARDS = (
    Card("Caches lie about the past, and nobody notices until it hurts. We measured ours for a week.", 91, 280),
    Card(
        "缓存会撒谎，没有人注意到，直到出事。👩‍💻 測定は一週間。",
        54,
        280,
        media=("a.png — 一张图",),
        note="replaced by extract",
    ),
    Card("word " * 60, 300, 280, warnings=("20 over the limit",)),
    Card("[bold]no markup[/bold] :smile: \x1b[2J\u202eclean\x07", 40, 280),
)


def drawn(*, width: int = 80, colour: bool = False, terminal: bool = True) -> str:
    out = Wire(terminal=terminal)
    show_cards(
        Streams(out, Wire(), Wire(), width, colour), CARDS, title="Caches 撒谎", footer="0123456789 · revision 1"
    )
    return out.text


@pytest.mark.parametrize("width", [20, 60, 80, 200])
def test_cards_are_drawn_as_they_were_approved(width: int) -> None:
    assert drawn(width=width) == (GOLDEN / f"cards-{width}.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("width", [20, 60, 80, 200])
def test_every_border_stands_in_one_column(width: int) -> None:
    lines = [line for line in drawn(width=width).splitlines() if line[:1] in "╭│╰"]
    assert {columns(line) for line in lines} == {min(width, 84)}


def test_without_colour_there_is_no_escape_at_all() -> None:
    assert "\x1b" not in drawn(colour=False)


def test_colour_changes_nothing_but_colour() -> None:
    coloured = drawn(colour=True)
    assert "\x1b[" in coloured
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == drawn(colour=False)


def test_a_pipe_gets_the_same_facts_as_plain_text() -> None:
    assert drawn(terminal=False) == (GOLDEN / "cards-pipe.txt").read_text(encoding="utf-8")
