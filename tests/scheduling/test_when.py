"""Moments as people write them are read as one moment, or refused with what to write instead."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from onering_cli.errors import UsageError
from onering_cli.scheduling.durations import parse_duration
from onering_cli.scheduling.moments import in_full, local_text, span_text
from onering_cli.scheduling.when import When, parse_until, parse_when

NOW = datetime(2026, 8, 1, 9, 30, tzinfo=UTC)  # a Saturday, 11:30 in Berlin


def read(text: str, zone: str) -> When | UsageError:
    """The moment, or how it was refused."""
    try:
        return parse_when(text, now=NOW, zone=zone)
    except UsageError as error:
        return error


ZONES = ("Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe", "Pacific/Apia", "UTC")


@pytest.mark.parametrize(
    ("text", "local"),
    [
        ("tomorrow 9am", "2026-08-02 09:00"),
        ("Tomorrow at 9:30 PM", "2026-08-02 21:30"),
        ("today 18:00", "2026-08-01 18:00"),
        ("today noon", "2026-08-01 12:00"),
        ("18:00", "2026-08-01 18:00"),
        ("at 9pm", "2026-08-01 21:00"),
        ("mon 9:30", "2026-08-03 09:30"),
        ("monday, 9:30", "2026-08-03 09:30"),
        ("sat 23:00", "2026-08-01 23:00"),
        ("2026-08-02 09:30", "2026-08-02 09:30"),
        ("2026-08-02T09:30", "2026-08-02 09:30"),
        ("2026-08-02t09:30:00", "2026-08-02 09:30"),
        ("2026-08-02T09:30Z", "2026-08-02 11:30"),
        ("2026-08-02T09:30:00.000Z", "2026-08-02 11:30"),
        ("2026-08-02T09:30-0400", "2026-08-02 15:30"),
        ("2026-08-02 9am", "2026-08-02 09:00"),
        ("1 Sep 9am", "2026-09-01 09:00"),
        ("September 1st, 2027 12am", "2027-09-01 00:00"),
        ("29 feb 2028 12pm", "2028-02-29 12:00"),
        ("9am tomorrow", "2026-08-02 09:00"),
        ("at 9:30 pm on monday", "2026-08-03 21:30"),
        ("noon, 1 sep", "2026-09-01 12:00"),
        ("9:30 2026-08-02", "2026-08-02 09:30"),
        ("in 2h", "2026-08-01 13:30"),
        ("in 1 day 12 hours", "2026-08-02 23:30"),
    ],
)
def test_plain_words_mean_one_moment(text: str, local: str) -> None:
    found = parse_when(text, now=NOW, zone="Europe/Berlin")
    assert found.local[4:20] == local
    assert found.zone == "Europe/Berlin"
    assert found.at.tzinfo is UTC
    assert found.local == local_text(found.at, found.zone)


@pytest.mark.parametrize(
    ("text", "local", "note"),
    [
        ("9:00", "2026-08-02 09:00", "tomorrow is meant"),
        ("11:30", "2026-08-02 11:30", "tomorrow is meant"),
        ("sat 11:30", "2026-08-08 11:30", "the one in a week is meant"),
        ("sat 9:30", "2026-08-08 09:30", "the one in a week is meant"),
        ("next sat 23:00", "2026-08-08 23:00", "the one in a week is meant"),
        ("next friday 14:00", "2026-08-07 14:00", "the first Friday after today is meant"),
        ("1 mar 9am", "2027-03-01 09:00", "next year's is meant"),
        ("in 90d", "2026-10-30 10:30", "the length of time is kept"),
    ],
)
def test_what_was_decided_is_noted(text: str, local: str, note: str) -> None:
    found = parse_when(text, now=NOW, zone="Europe/Berlin")
    assert found.local[4:20] == local
    assert note in found.note


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("today 9:00", "is past, by 2 h 30 min", "still to come"),
        ("2026-08-01T09:30Z", "is past, by 0 s", "still to come"),
        ("03/04 9:00", "one date for some readers and another for others", "3 Apr"),
        ("3.4. 9am", "one date for some readers", "YYYY-03-04"),
        ("04-03-2027 9am", "one date for some readers", "YYYY-04-03"),
        ("2026-08-02", "a day without a time", '"2026-08-02 9:30"'),
        ("tomorrow", "a day without a time", '"tomorrow 9:30"'),
        ("9", "not a time that can be read", "tomorrow 9am"),
        ("", "not a time that can be read", "tomorrow 9am"),
        ("whenever 9:30", "not a time that can be read", "tomorrow 9am"),
        ("tomorrow 25:00", "a time of day that does not exist", "21:30"),
        ("tomorrow 13pm", "a time of day that does not exist", "21:30"),
        ("tomorrow 9:30+02:00", "an offset but no full date", "2026-08-01T09:30+02:00"),
        ("2026-08-02 9:30+25:00", "an offset that does not exist", "+02:00"),
        ("2026-02-30 9:00", "there is no day '2026-02-30'", "check the date"),
        ("29 feb 9am", "there is no day '29 feb' in 2026", "with a year"),
        ("2026-09-31 9am", "there is no day", "check the date"),
        ("2038-08-01 9am", "more than ten years ahead", "nearer"),
        ("9999-12-31T23:59-12:00", "too far from now", "ten years"),
        ("0001-01-01 00:00", "too far from now", "ten years"),
        ("9am tomorrow 9am", "not a time that can be read", "tomorrow 9am"),
        ("9am 9", "not a time that can be read", "tomorrow 9am"),
        ("in 0h", "not a length of time", "90m"),
        ("in 3 moons", "not a length of time", "90m"),
        ("in 900000d", "longer than ten years", "90m"),
        ("2" * 100, "too long", "tomorrow 9am"),
        # clocks go from 02:00 to 03:00, and on the other day from 03:00 back to 02:00
        ("2027-03-28 02:30", "does not exist in Europe/Berlin", "2027-03-28 03:00"),
        ("2026-10-25 02:30", "comes twice in Europe/Berlin", "2026-10-25T02:30+02:00 or 2026-10-25T02:30+01:00"),
    ],
)
def test_what_is_not_plain_is_refused_with_a_way_on(text: str, message: str, hint: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse_when(text, now=NOW, zone="Europe/Berlin")
    assert message in caught.value.message
    assert hint in caught.value.hint


@pytest.mark.parametrize(("offset", "hour"), [("+02:00", 0), ("+01:00", 1)])
def test_an_offset_chooses_between_two_readings(offset: str, hour: int) -> None:
    found = parse_when(f"2026-10-25T02:30{offset}", now=NOW, zone="Europe/Berlin")
    assert found.at == datetime(2026, 10, 25, hour, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "last"),
    [
        ("2026-12-31", datetime(2026, 12, 31, 22, 59, 59, tzinfo=UTC)),
        ("2026-08-01", datetime(2026, 8, 1, 21, 59, 59, tzinfo=UTC)),
        ("2026-12-31 18:00", datetime(2026, 12, 31, 17, 0, tzinfo=UTC)),
        ("tomorrow 9am", datetime(2026, 8, 2, 7, 0, tzinfo=UTC)),
    ],
)
def test_until_a_day_is_meant_to_its_end(text: str, last: datetime) -> None:
    assert parse_until(text, now=NOW, zone="Europe/Berlin") == last


@pytest.mark.parametrize("text", ["2026-07-31", "9999-12-31", "2026-02-30", "tomorrow", "03/04"])
def test_until_what_is_past_or_not_plain_is_refused(text: str) -> None:
    with pytest.raises(UsageError):
        parse_until(text, now=NOW, zone="Europe/Berlin")


@pytest.mark.parametrize(
    ("zone", "hint"),
    [("London", "Europe/London"), ("europe/berlin", "Europe/Berlin"), ("Amrica/New_York", "America/New_York")],
)
def test_a_zone_that_is_not_known_is_told_with_those_that_are(zone: str, hint: str) -> None:
    with pytest.raises(UsageError, match="is not a time zone") as caught:
        parse_when("tomorrow 9am", now=NOW, zone=zone)
    assert hint in caught.value.hint


@pytest.mark.parametrize("zone", ["", "/etc/passwd", "../../etc/passwd", "Europe", "x" * 300, "\0"])
def test_a_name_that_is_no_zone_opens_nothing(zone: str) -> None:
    with pytest.raises(UsageError, match="is not a time zone"):
        parse_when("in 2h", now=NOW, zone=zone)


@given(
    minutes=some.integers(min_value=1, max_value=5_000_000),
    zone=some.sampled_from(ZONES),
)
def test_every_moment_that_is_still_to_come_is_read_back_from_its_iso_text(minutes: int, zone: str) -> None:
    from zoneinfo import ZoneInfo

    at = NOW + timedelta(minutes=minutes)
    local = at.astimezone(ZoneInfo(zone))
    assert parse_when(local.isoformat(), now=NOW, zone=zone).at == at
    assert parse_when(at.isoformat(), now=NOW, zone=zone).at == at
    found = read(f"{local:%Y-%m-%d %H:%M}", zone)
    if isinstance(found, UsageError):
        assert "comes twice" in found.message
        assert local.isoformat(timespec="minutes") in found.hint
    else:
        assert found.at == at


@given(text=some.text(max_size=70))
def test_any_text_is_read_or_refused(text: str) -> None:
    found = read(text, "Europe/Berlin")
    assert found.hint if isinstance(found, UsageError) else found.at > NOW


@given(
    parts=some.lists(
        some.sampled_from(
            [
                "in",
                "at",
                "next",
                "today",
                "mon",
                "2026-08-01",
                "9:30",
                "9am",
                "1",
                "feb",
                "29",
                "+02:00",
                "z",
                "2h",
                ",",
            ]
        ),
        max_size=6,
    )
)
def test_any_mixture_of_known_words_is_read_or_refused(parts: list[str]) -> None:
    found = read(" ".join(parts), "America/New_York")
    assert found.hint if isinstance(found, UsageError) else found.at > NOW


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("2h", timedelta(hours=2)),
        ("90m", timedelta(minutes=90)),
        ("1d12h", timedelta(days=1, hours=12)),
        ("1 week", timedelta(weeks=1)),
        ("45 s", timedelta(seconds=45)),
        ("1 hour and 5 minutes", timedelta(hours=1, minutes=5)),
        ("2d, 3h", timedelta(days=2, hours=3)),
    ],
)
def test_lengths_of_time(text: str, span: timedelta) -> None:
    assert parse_duration(text) == span


@pytest.mark.parametrize(
    "text", ["", "h", "2", "2x", "-2h", "1.5h", "2h2h", "5m2h", "0m", "2months", "2h!", "99999999999d"]
)
def test_what_is_no_length_of_time_is_refused(text: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse_duration(text)
    assert "2h, 90m" in caught.value.hint


@pytest.mark.parametrize(
    ("at", "zone", "told"),
    [
        (NOW, "Europe/Berlin", "Sat 2026-08-01 11:30 CEST (Europe/Berlin), 09:30 UTC"),
        (NOW, "Pacific/Kiritimati", "Sat 2026-08-01 23:30 +14 (Pacific/Kiritimati), 09:30 UTC"),
        (NOW.replace(hour=1), "America/New_York", "Fri 2026-07-31 21:30 EDT (America/New_York), 2026-08-01 01:30 UTC"),
        (NOW, "UTC", "Sat 2026-08-01 09:30 UTC"),
        (NOW.replace(second=5), "Europe/London", "Sat 2026-08-01 10:30:05 BST (Europe/London), 09:30:05 UTC"),
    ],
)
def test_a_moment_is_told_as_local_time_zone_and_utc(at: datetime, zone: str, told: str) -> None:
    assert in_full(at, zone) == told


@pytest.mark.parametrize(
    ("span", "told"),
    [
        (timedelta(days=3, hours=4, minutes=5), "3 d 4 h"),
        (timedelta(hours=2), "2 h"),
        (timedelta(minutes=-5, seconds=-10), "5 min 10 s"),
        (timedelta(days=3, minutes=5), "3 d"),
        (timedelta(), "0 s"),
    ],
)
def test_a_length_of_time_is_told_by_its_largest_units(span: timedelta, told: str) -> None:
    assert span_text(span) == told
