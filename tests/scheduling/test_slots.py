"""Weekly slots give the same times of the week wherever the clocks stand, and the next that is free."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from itertools import islice, pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as some

from onering_cli.errors import UsageError
from onering_cli.scheduling.slots import HORIZON, next_free, parse_slot

NOW = datetime(2026, 8, 1, 9, 30, tzinfo=UTC)  # a Saturday


class Everything:
    """Every moment is taken."""

    def __contains__(self, _moment: object) -> bool:
        return True


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("mon-fri 09:30", "mon-fri 09:30"),
        ("Mon - Fri 9:30am", "mon-fri 09:30"),
        ("sat, sun 10am, 5 pm", "sat-sun 10:00,17:00"),
        ("daily 17:00 9:30", "daily 09:30,17:00"),
        ("weekdays noon", "mon-fri 12:00"),
        ("weekends 9am", "sat-sun 09:00"),
        ("fri-mon 9am", "mon,fri-sun 09:00"),
        ("monday,wednesday 9am", "mon,wed 09:00"),
    ],
)
def test_words_become_a_slot_that_reads_back(text: str, canonical: str) -> None:
    slot = parse_slot(text, zone="Europe/London")
    assert slot.text == canonical
    assert parse_slot(slot.text, zone="Europe/London") == slot


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "days, then times"),
        ("mon", "days, then times"),
        ("foo 9:30", "'foo' in 'foo 9:30' is not a day"),
        ("mon-foo 9:30", "'mon-foo' in"),
        ("mon 25:00", "'25:00' in 'mon 25:00' is not a time of day"),
        ("mon 9", "'9' in 'mon 9' is not a time of day"),
        ("mon 9:30:15", "is not a time of day"),
        ("mon 9:30,", "is not a time of day"),
        ("mon,,tue 9:30", "'' in 'mon,,tue 9:30' is not a day"),
        ("mon 9:30" + ",9:31" * 100, "days, then times"),
    ],
)
def test_words_that_are_no_slot_are_refused(text: str, message: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse_slot(text, zone="Europe/London")
    assert message in caught.value.message
    assert "mon-fri 09:30" in caught.value.hint


def test_the_next_free_moment_is_the_earliest_of_all_slots() -> None:
    slots = [parse_slot("mon-fri 09:30", zone="Europe/London"), parse_slot("sun 10:00", zone="America/New_York")]
    sunday = datetime(2026, 8, 2, 14, 0, tzinfo=UTC)
    monday = datetime(2026, 8, 3, 8, 30, tzinfo=UTC)
    assert next_free(slots, after=NOW, taken=()) == sunday
    assert next_free(slots, after=NOW, taken={sunday}) == monday
    assert next_free(slots, after=sunday, taken=()) == monday, "the moment itself is over"


def test_a_slot_with_no_free_day_for_a_year_ends_in_one_sentence() -> None:
    slot = parse_slot("mon 09:30", zone="Europe/London")
    with pytest.raises(UsageError, match=r"^every slot is taken until Mon 2027-08-02 10:30 BST") as caught:
        next_free([slot], after=NOW, taken=Everything())
    assert "slot set" in caught.value.hint


def test_a_day_that_is_free_after_more_than_a_year_does_not_count() -> None:
    slot = parse_slot("daily 09:30", zone="UTC")
    taken = set(islice(slot.after(NOW), 367))
    with pytest.raises(UsageError, match="every slot is taken"):
        next_free([slot], after=NOW, taken=taken)


def test_a_slot_a_year_of_which_is_taken_but_for_the_last_day_is_found() -> None:
    slot = parse_slot("daily 09:30", zone="UTC")
    taken = set(islice(slot.after(NOW), 365))
    assert next_free([slot], after=NOW, taken=taken) == datetime(2027, 8, 2, 9, 30, tzinfo=UTC)


def test_without_a_slot_the_way_to_make_one_is_told() -> None:
    with pytest.raises(UsageError, match="there is no slot yet") as caught:
        next_free([], after=NOW, taken=())
    assert "onering slot set" in caught.value.hint


@pytest.mark.parametrize(
    ("text", "around", "moments"),
    [
        # 02:30 does not exist on 28 March 2027 in Berlin: the slot is at the end of the gap, 03:00 local
        ("sun 02:30", datetime(2027, 3, 27, tzinfo=UTC), [datetime(2027, 3, 28, 1, 0, tzinfo=UTC)]),
        # 02:30 comes twice on 25 October 2026: the slot is at the first
        (
            "sun 02:30",
            datetime(2026, 10, 24, tzinfo=UTC),
            [datetime(2026, 10, 25, 0, 30, tzinfo=UTC), datetime(2026, 11, 1, 1, 30, tzinfo=UTC)],
        ),
        # two times within one gap are one moment
        (
            "sun 02:15,02:45,04:00",
            datetime(2027, 3, 27, tzinfo=UTC),
            [datetime(2027, 3, 28, 1, 0, tzinfo=UTC), datetime(2027, 3, 28, 2, 0, tzinfo=UTC)],
        ),
    ],
)
def test_a_slot_where_clocks_change_comes_once(text: str, around: datetime, moments: list[datetime]) -> None:
    slot = parse_slot(text, zone="Europe/Berlin")
    assert list(islice(slot.after(around), len(moments))) == moments


def test_what_clock_changes_made_of_a_slot_is_noted() -> None:
    slot = parse_slot("sun 02:30", zone="Europe/Berlin")
    before, twice, _ = islice(slot.after(datetime(2026, 10, 12, tzinfo=UTC)), 3)
    assert slot.note(before) == ""
    assert "comes twice that day" in slot.note(twice)
    assert "does not exist that day" in slot.note(next(slot.after(datetime(2027, 3, 27, tzinfo=UTC))))


@given(
    days=some.sets(some.integers(0, 6), min_size=1),
    times=some.sets(
        some.times(timezones=some.none()).map(lambda t: t.replace(second=0, microsecond=0)), min_size=1, max_size=4
    ),
    zone=some.sampled_from(["Europe/Berlin", "America/Havana", "Australia/Lord_Howe", "Asia/Kolkata"]),
    start=some.datetimes(datetime(2020, 1, 1), datetime(2029, 12, 31), timezones=some.just(UTC)),  # noqa: DTZ001 -- the zone is the strategy's to add
)
def test_a_slots_moments_rise_and_show_its_times(days: set[int], times: set[time], zone: str, start: datetime) -> None:
    names = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
    text = ",".join(names[day] for day in days) + " " + ",".join(f"{clock:%H:%M}" for clock in times)
    slot = parse_slot(text, zone=zone)
    moments = list(islice(slot.after(start), 30))
    assert moments[0] > start
    assert all(one < other for one, other in pairwise(moments))
    assert moments[0] - start <= HORIZON
    for moment in moments:
        local = moment.astimezone(ZoneInfo(zone))
        in_gap_before = (moment - timedelta(minutes=1)).astimezone(ZoneInfo(zone)).utcoffset() != local.utcoffset()
        assert (local.weekday() in days and local.time() in times) or in_gap_before
