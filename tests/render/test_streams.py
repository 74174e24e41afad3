"""What reaches a reader, and what never does."""

from __future__ import annotations

import pytest
from doubles.wire import Wire
from hypothesis import given
from hypothesis import strategies as st

from onering_cli.errors import UsageError
from onering_cli.render.streams import Streams, process_streams


def streams(*, terminal: bool = False, colour: bool = False, answers: str = "") -> Streams:
    return Streams(
        Wire(terminal=terminal), Wire(terminal=terminal), Wire(terminal=terminal, content=answers), 80, colour
    )


def text_of(stream: object) -> str:
    assert isinstance(stream, Wire)
    return stream.text


@given(st.lists(st.text(), min_size=1, max_size=4))
def test_a_row_is_one_line_with_a_tab_between_cells(cells: list[str]) -> None:
    told = streams()
    told.row(*cells)
    line = text_of(told.out)
    assert line.endswith("\n")
    assert line.count("\n") == 1
    assert line.count("\t") == len(cells) - 1


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_raw_data_reaches_a_pipe_unchanged(text: str) -> None:
    told = streams()
    told.raw(text)
    assert text_of(told.out) == text


@given(st.text())
def test_no_control_character_reaches_a_terminal(text: str) -> None:
    told = streams(terminal=True)
    told.raw(text)
    told.data(text)
    told.note(text)
    told.warn(text)
    shown = text_of(told.out) + text_of(told.err)
    assert all(character == "\n" or character.isprintable() or ord(character) > 0x9F for character in shown)


def test_an_error_is_coloured_only_where_colour_is_wanted() -> None:
    for colour in (True, False):
        told = streams(terminal=True, colour=colour)
        told.error(UsageError("no", hint="do this"))
        assert ("\x1b[" in text_of(told.err)) is colour
        assert "  do this\n" in text_of(told.err)


@pytest.mark.parametrize(
    ("answer", "meant"), [("y\n", True), ("YES\n", True), ("\n", False), ("no\n", False), ("", False)]
)
def test_only_yes_is_yes(answer: str, *, meant: bool) -> None:
    assert streams(terminal=True, answers=answer).confirm("Go on?") is meant


def test_without_a_terminal_nobody_is_asked() -> None:
    with pytest.raises(UsageError, match="no terminal"):
        streams().confirm("Go on?")


@pytest.mark.parametrize("variables", [{"NO_COLOR": "1"}, {"TERM": "dumb"}])
def test_no_color_and_dumb_terminals_get_none(variables: dict[str, str]) -> None:
    assert not process_streams(variables).colour
