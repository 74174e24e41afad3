"""Ten years of rules in twenty zones fire exactly when cron by brute force says.

The whole, a quarter of an hour long: ``pytest -m slow tests/scheduling/test_rules_oracle.py -s``.
"""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import pytest
from doubles.cron_oracle import BEGIN, END, ZONES, Oracle

from onering_cli.scheduling.rules import Rule

SLICE = (datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 6, 1, tzinfo=UTC))
RULES = (
    "30 9 * * mon-fri",
    "0 0 * * *",
    "30 2 * * *",
    "15,45 0-3 * * *",
    "59 23 * * 0",
    "0 0 * * 7",
    "0 12 13 * fri",
    "0 0 */2 * mon",
    "0 6 1,15 * *",
    "0 0 29 2 *",
    "10 1 31 * *",
    "0 3-23/4 * jan-mar,oct 1-5/2",
    "30 * * * *",
    "*/30 2 * * *",
    "*/20 0 * * sun",
    "*/10 3 * * sun",
    "45 */6 * * *",
    "0 */5 1-7 * *",
    "* 0 * 3,4,10,11 sat,sun",
    "5 0 * * *",
)


def deviations(zone: str, oracle: Oracle, text: str, begin: datetime, end: datetime) -> tuple[int, list[str]]:
    """How many moments were compared from `begin` (exclusive) to `end`, and where the two disagree."""
    minute = timedelta(minutes=1)
    first, last = (begin - oracle.begin) // minute + 1, (end - oracle.begin) // minute
    marks = oracle.marks(text)[first:last]
    expected = [oracle.begin + minute * (first + int(number)) for number in marks.nonzero()[0]]
    rule, moment, told = Rule(text, zone), begin, []
    for wanted in expected:
        found = rule.next_after(moment)
        if found != wanted:
            told.append(f"{text!r} in {zone} after {moment}: {found}, not {wanted}")
        moment = wanted
    beyond = rule.next_after(moment)
    if beyond is not None and beyond < end:
        told.append(f"{text!r} in {zone} after {moment}: {beyond}, where nothing is due")
    return len(expected), told


def a_field(choose: random.Random, low: int, high: int) -> str:
    """One field, one of the shapes that fields have."""
    first, last = sorted(choose.sample(range(low, high + 1), 2))
    step = choose.randint(1, max(2, (high - low) // 3))
    shapes = ["*", "*", f"*/{step}", f"{first}", f"{first}-{last}", f"{first}-{last}/{step}", f"{first},{last}"]
    return choose.choice(shapes)


def a_rule(choose: random.Random) -> str:
    """A rule that fires at most about six times a day."""
    minute = choose.choice([str(choose.randint(0, 59)), f"{choose.randint(0, 29)},{choose.randint(30, 59)}"])
    hour = choose.choice(
        [str(choose.randint(0, 23)), "*/8", "0,1,2", f"{choose.randint(0, 11)}-{choose.randint(12, 23)}/6"]
    )
    return " ".join([minute, hour, a_field(choose, 1, 31), a_field(choose, 1, 12), a_field(choose, 0, 7)])


@pytest.mark.parametrize("zone", ZONES)
def test_rules_fire_as_cron_by_brute_force_does_around_every_change_of_clocks(zone: str) -> None:
    choose = random.Random(zone)  # noqa: S311 -- the same rules in every run
    oracle = Oracle(zone, *SLICE)
    for minute in oracle.changes or [700_000]:
        middle = oracle.begin + timedelta(minutes=minute)
        for text in (*choose.sample(RULES, 3), a_rule(choose)):
            compared, told = deviations(zone, oracle, text, middle - timedelta(hours=30), middle + timedelta(hours=30))
            assert not told, (compared, told[:3])


@pytest.mark.slow
def test_ten_years_in_twenty_zones() -> None:
    compared, rules = 0, 0
    told: list[str] = []
    for zone in ZONES:
        choose = random.Random(f"{zone} in full")  # noqa: S311 -- the same rules in every run
        oracle = Oracle(zone)
        for text in (*RULES, *(a_rule(choose) for _ in range(10))):
            count, found = deviations(zone, oracle, text, BEGIN, END)
            compared, rules, told = compared + count, rules + 1, told + found
    print(
        f"\n{rules} rules in {len(ZONES)} zones over ten years: {compared:,} moments compared, {len(told)} deviations"
    )
    assert not told, told[:5]
