"""Recurring rules mean what cron means by them, and a mistake is told by its field."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as some

from onering_cli.errors import UsageError
from onering_cli.scheduling.rules import Rule, parse_rule

NOW = datetime(2026, 8, 1, 9, 30, tzinfo=UTC)  # a Saturday
FIELDS = ((0, 59), (0, 23), (1, 31), (1, 12), (0, 7))


def firings(text: str, zone: str, after: datetime, count: int) -> list[str]:
    """The next moments of a rule, on the clocks of its zone."""
    rule, moment, told = Rule(text, zone), after, []
    for _ in range(count):
        found = rule.next_after(moment)
        assert found is not None
        assert found > moment
        assert found.tzinfo is UTC
        told.append(f"{found.astimezone(ZoneInfo(zone)):%a %d.%m. %H:%M %Z}")
        moment = found
    return told


@pytest.mark.parametrize(
    ("text", "moments"),
    [
        ("30 9 * * mon-fri", ["Mon 03.08. 09:30", "Tue 04.08. 09:30"]),
        ("30 9 * * MON,Wed", ["Mon 03.08. 09:30", "Wed 05.08. 09:30"]),
        ("0 9 * * 0", ["Sun 02.08. 09:00", "Sun 09.08. 09:00"]),
        ("0 9 * * 7", ["Sun 02.08. 09:00", "Sun 09.08. 09:00"]),
        ("0 9 * * 5-7", ["Sun 02.08. 09:00", "Fri 07.08. 09:00"]),
        ("0 9 * * 1-5/2", ["Mon 03.08. 09:00", "Wed 05.08. 09:00"]),
        ("*/20 9 3 aug *", ["Mon 03.08. 09:00", "Mon 03.08. 09:20"]),
        ("@daily", ["Sun 02.08. 00:00", "Mon 03.08. 00:00"]),
        ("@hourly", ["Sat 01.08. 10:00", "Sat 01.08. 11:00"]),
        ("@weekly", ["Sun 02.08. 00:00", "Sun 09.08. 00:00"]),
        ("@monthly", ["Tue 01.09. 00:00", "Thu 01.10. 00:00"]),
        ("@yearly", ["Fri 01.01. 00:00", "Sat 01.01. 00:00"]),
        # the day of the month OR the weekday, when both are given
        ("0 9 13 * fri", ["Fri 07.08. 09:00", "Thu 13.08. 09:00", "Fri 14.08. 09:00"]),
        # but AND when one of the two begins with a star, even with a step (crontab(5), Debian)
        ("0 9 */2 * mon", ["Mon 03.08. 09:00", "Mon 17.08. 09:00"]),
        ("0 9 1-7 * */2", ["Sun 02.08. 09:00", "Tue 04.08. 09:00", "Thu 06.08. 09:00", "Tue 01.09. 09:00"]),
        ("0 0 29 2 *", ["Tue 29.02. 00:00", "Sun 29.02. 00:00"]),
    ],
)
def test_fields_mean_what_they_mean_to_cron(text: str, moments: list[str]) -> None:
    assert [one.removesuffix(" UTC") for one in firings(text, "UTC", NOW, len(moments))] == moments


@pytest.mark.parametrize(
    ("text", "field", "told"),
    [
        ("75 * * * *", "minute", "'75' is not one of its values; it takes 0 to 59"),
        ("* 24 * * *", "hour", "it takes 0 to 23"),
        ("* * 0 * *", "day of the month", "it takes 1 to 31"),
        ("* * * 13 *", "month", "it takes 1 to 12 or jan to dec"),
        ("* * * foo *", "month", "'foo' is not one of its values"),
        ("* * * * 8", "weekday", "it takes 0 to 7 or sun to sat"),
        ("* * * * monday", "weekday", "'monday' is not one of its values"),
        ("* * * mon *", "month", "'mon' is not one of its values"),
        ("0 9 * * fri-sun", "weekday", "'fri-sun' runs backwards; write fri-7"),
        ("0 22-6 * * *", "hour", "'22-6' runs backwards; write 22-23,0-6"),
        ("5/15 * * * *", "minute", "'5/15' has a step but no range; write 5-59/15 or */15"),
        ("5-5/15 * * * *", "minute", "has a step but no range"),
        ("*/90 * * * *", "minute", "'*/90' has a step of 90; it takes steps from 1 to 59"),
        ("*/0 * * * *", "minute", "has a step of 0"),
        ("1,,2 * * * *", "minute", "'1,,2' cannot be read"),
        ("-5 * * * *", "minute", "'-5' cannot be read"),
        ("*/2-5 * * * *", "minute", "cannot be read"),
        ("² * * * *", "minute", "cannot be read"),
        ("0 0 L * *", "day of the month", "'l' is not one of its values"),
        ("0 0 ? * *", "day of the month", "'?' cannot be read"),
        ("0 0 * * mon#2", "weekday", "'mon#2' cannot be read"),
        ("0 0 31 2 *", "day of the month", "no such day ever comes"),
        ("0 0 31 4,6,9,11 */2", "day of the month", "no such day ever comes"),
    ],
)
def test_a_mistake_is_told_by_its_field(text: str, field: str, told: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse_rule(text, zone="Europe/Berlin", now=NOW)
    assert caught.value.message.startswith(f"{field}: ")
    assert told in caught.value.message
    assert caught.value.details == {"field": field}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "a rule has five fields, and '' has 0"),
        ("* * *", "a rule has five fields, and '* * *' has 3"),
        ("0 30 9 * * mon", "has 6"),
        ("CRON_TZ=UTC 30 9 * * *", "has 6"),
        ("@reboot", "there is no rule named '@reboot'"),
        ("0," * 200 + "0 * * * *", "five fields"),
    ],
)
def test_what_is_no_rule_at_all_is_refused(text: str, told: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse_rule(text, zone="Europe/Berlin", now=NOW)
    assert told in caught.value.message
    assert caught.value.hint


def test_until_and_count_end_a_rule() -> None:
    rule = parse_rule("0 9 * * *", zone="UTC", now=NOW, until=datetime(2026, 8, 3, 9, tzinfo=UTC), count=3)
    first = rule.next_after(NOW)
    assert first == datetime(2026, 8, 2, 9, tzinfo=UTC)
    second = rule.next_after(datetime(2026, 8, 2, 9, tzinfo=UTC), fired=1)
    assert second == rule.until, "the last moment counts"
    assert rule.next_after(datetime(2026, 8, 3, 9, tzinfo=UTC), fired=2) is None
    assert rule.next_after(NOW, fired=3) is None


@pytest.mark.parametrize(
    ("until", "count", "told"),
    [
        (datetime(2026, 8, 2, 8, 59, tzinfo=UTC), None, "before Sun 2026-08-02 08:59 UTC"),
        (None, 0, "cannot fire 0 times"),
    ],
)
def test_a_rule_that_would_never_fire_is_refused(until: datetime | None, count: int | None, told: str) -> None:
    with pytest.raises(UsageError, match=told):
        parse_rule("0 9 * * *", zone="UTC", now=NOW, until=until, count=count)


@pytest.mark.parametrize(
    ("text", "zone", "after", "moments"),
    [
        # a gap, 02:00 to 03:00: made up for at its end, once
        ("30 2 * * *", "Europe/Berlin", "2027-03-27T12:00Z", ["Sun 28.03. 03:00 CEST", "Mon 29.03. 02:30 CEST"]),
        ("15,45 2 * * *", "Europe/Berlin", "2027-03-27T12:00Z", ["Sun 28.03. 03:00 CEST", "Mon 29.03. 02:15 CEST"]),
        ("0 3 * * *", "Europe/Berlin", "2027-03-27T12:00Z", ["Sun 28.03. 03:00 CEST", "Mon 29.03. 03:00 CEST"]),
        # a fold, 03:00 back to 02:00: the first coming counts
        ("30 2 * * *", "Europe/Berlin", "2026-10-24T12:00Z", ["Sun 25.10. 02:30 CEST", "Mon 26.10. 02:30 CET"]),
        ("30 2 * * *", "Europe/Berlin", "2026-10-25T00:45Z", ["Mon 26.10. 02:30 CET"]),
        # a star in the minute or the hour: by elapsed time, so no time of the gap and both of the fold
        ("*/30 2 * * *", "Europe/Berlin", "2027-03-27T12:00Z", ["Mon 29.03. 02:00 CEST", "Mon 29.03. 02:30 CEST"]),
        (
            "30 * * * *",
            "Europe/Berlin",
            "2026-10-24T23:45Z",
            ["Sun 25.10. 02:30 CEST", "Sun 25.10. 02:30 CET", "Sun 25.10. 03:30 CET"],
        ),
        ("30 * * * *", "Europe/Berlin", "2027-03-28T00:00Z", ["Sun 28.03. 01:30 CET", "Sun 28.03. 03:30 CEST"]),
        # half an hour, and a day that begins in a gap, where others go wrong
        ("*/30 2 * * *", "Australia/Lord_Howe", "2026-10-03T12:00Z", ["Sun 04.10. 02:30 +11", "Mon 05.10. 02:00 +11"]),
        ("30 0 * * *", "America/Havana", "2027-03-13T12:00Z", ["Sun 14.03. 01:00 CDT", "Mon 15.03. 00:30 CDT"]),
        # Samoa had no 30 December 2011 at all
        ("0 9 30 * *", "Pacific/Apia", "2011-12-29T12:00Z", ["Sat 31.12. 00:00 +14", "Mon 30.01. 09:00 +14"]),
    ],
)
def test_where_clocks_change_rules_fire_as_documented(text: str, zone: str, after: str, moments: list[str]) -> None:
    assert firings(text, zone, datetime.fromisoformat(after), len(moments)) == moments


@pytest.mark.parametrize(
    ("text", "after", "told"),
    [
        ("30 2 * * *", "2027-03-27T12:00Z", "does not exist that day"),
        ("0 3 * * *", "2027-03-27T12:00Z", ""),
        ("30 2 * * *", "2026-10-24T12:00Z", "comes twice that day"),
        ("30 2 * * *", "2026-10-25T12:00Z", ""),
        ("30 * * * *", "2026-10-24T23:45Z", ""),
    ],
)
def test_what_clock_changes_made_of_a_time_is_noted(text: str, after: str, told: str) -> None:
    rule = Rule(text, "Europe/Berlin")
    found = rule.next_after(datetime.fromisoformat(after))
    assert found is not None
    assert told in rule.note(found)
    assert bool(told) == bool(rule.note(found))


def test_a_moment_within_the_minute_is_followed_by_the_next_minute() -> None:
    rule = Rule("* * * * *", "Europe/Berlin")
    assert rule.next_after(NOW) == NOW + timedelta(minutes=1)
    assert rule.next_after(NOW - timedelta(microseconds=1)) == NOW
    assert rule.next_after(NOW + timedelta(seconds=59, microseconds=999_999)) == NOW + timedelta(minutes=1)


def fields_of_cron() -> some.SearchStrategy[str]:
    def of(low: int, high: int) -> some.SearchStrategy[str]:
        values = some.integers(low, high)
        spans = some.tuples(values, values).map(sorted).map(lambda ends: f"{ends[0]}-{ends[1]}")
        terms = values.map(str) | spans
        return (
            some.just("*")
            | some.integers(1, high).map(lambda step: f"*/{step}")
            | some.lists(terms, min_size=1, max_size=3).map(",".join)
        )

    return some.tuples(*(of(low, high) for low, high in FIELDS)).map(" ".join)


def values_of(field: str, low: int, high: int) -> set[int]:
    found: set[int] = set()
    for term in field.split(","):
        span, _, step = term.partition("/")
        first, _, last = span.partition("-")
        ends = (low, high) if span == "*" else (int(first), int(last or first))
        found |= set(range(ends[0], ends[1] + 1, int(step or 1)))
    return found


@given(
    text=fields_of_cron(),
    zone=some.sampled_from(["Europe/Berlin", "America/Havana", "Australia/Lord_Howe", "Africa/Casablanca", "UTC"]),
    start=some.datetimes(datetime(2020, 1, 1), datetime(2029, 12, 31), timezones=some.just(UTC)),  # noqa: DTZ001 -- the zone is the strategy's to add
)
def test_the_next_moment_is_later_and_shows_what_the_rule_names(text: str, zone: str, start: datetime) -> None:
    try:
        rule = parse_rule(text, zone=zone, now=start)
    except UsageError as error:
        assert "no such day ever comes" in error.message or "names no day" in error.message  # noqa: PT017 -- most rules are none of those
        return
    moment = start
    for _ in range(3):
        found = rule.next_after(moment)
        assert found is not None
        assert found > moment
        local = found.astimezone(ZoneInfo(zone))
        at_the_end_of_a_gap = (found - timedelta(minutes=1)).astimezone(ZoneInfo(zone)).utcoffset() != local.utcoffset()
        minutes, hours, days, months, weekdays = (
            values_of(field, *ends) for field, ends in zip(text.split(), FIELDS, strict=True)
        )
        starred = any(field.startswith("*") for field in (text.split()[2], text.split()[4]))
        by_date, by_weekday = local.day in days, bool({local.isoweekday(), local.isoweekday() % 7} & weekdays)
        named_day = local.month in months and ((by_date and by_weekday) if starred else (by_date or by_weekday))
        assert (local.minute in minutes and local.hour in hours and named_day) or at_the_end_of_a_gap
        assert found.second == found.microsecond == 0
        moment = found


@given(text=some.text(max_size=40) | some.text("0123456789*/-, @monfris", max_size=30))
def test_any_text_is_a_rule_or_is_refused(text: str) -> None:
    try:
        assert parse_rule(text, zone="UTC", now=NOW).next_after(NOW) is not None
    except UsageError as error:
        assert error.hint  # noqa: PT017 -- most texts are refused
