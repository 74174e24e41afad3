"""What follows an entry of a series says what clock changes made of its time."""

from __future__ import annotations

from datetime import UTC, datetime

from onering_cli.scheduling.model import Entry, EntryState, Repeat
from onering_cli.scheduling.recurrence import following
from onering_cli.scheduling.rules import Rule


def test_the_next_of_a_series_says_what_clocks_made_of_it() -> None:
    due = datetime(2027, 3, 27, 1, 30, tzinfo=UTC)
    repeat = Repeat("30 2 * * *")
    entry = Entry(
        "06fgfmnazj",
        "06fgfmnazj",
        1,
        "work",
        "d",
        EntryState.POSTED,
        due,
        due,
        due,
        zone="Europe/Berlin",
        repeat=repeat,
    )
    gap = following(entry, Rule("30 2 * * *", "Europe/Berlin"))
    assert gap is not None
    assert gap.due == datetime(2027, 3, 28, 1, 0, tzinfo=UTC)
    assert "does not exist that day" in gap.note
