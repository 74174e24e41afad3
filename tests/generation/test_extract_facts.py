"""Claims that the material does not hold are caught; paraphrase is let through."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onering_cli.generation.facts import unsupported_facts

MATERIAL = """SQLite was written by D. Richard Hipp in 2000 for a Navy ship. It serves 1,000,000 phones and costs $5.50.
The *New York Times* said: “it is the most deployed database engine in the world”. Released 2024-03-08. Version 3.45.1
added JSONB. Three engineers maintain it. It has a 39.7% share. GitHub’s mirror is read-only, says the World Health
Organization. Python 3.12 is needed. Full text: [site](https://sqlite.org/about.html). Ask @hipp."""


@pytest.mark.parametrize(
    ("text", "facts"),
    [
        ("It has 5 engineers.", ("5",)),
        ("Five engineers maintain it.", ("Five",)),
        ("It has a 40% share.", ("40%",)),
        ("It costs $12.", ("$12",)),
        ("Version 3.46 is out.", ("3.46",)),
        ("It serves 2 million phones.", ("2 million",)),
        ("Released in April 2024.", ("April",)),
        ("Released on 2024-03-06.", ("2024-03-06",)),
        ("NASA uses it.", ("NASA",)),
        ("Elon Musk uses it.", ("Elon Musk",)),
        ("We love Postgres and Oracle.", ("Postgres", "Oracle")),
        ("He said “it is a terrible old database” twice.", ("it is a terrible old database",)),
        ("See https://example.com/other for more.", ("https://example.com/other",)),
        ("Ask @linus.", ("@linus",)),
        ("Bought by Oracle for $7 in 1999.", ("Oracle", "$7", "1999")),
    ],
)
def test_inventions_are_told_as_written_and_in_order(text: str, facts: tuple[str, ...]) -> None:
    assert unsupported_facts(text, MATERIAL) == facts


@pytest.mark.parametrize(
    "text",
    [
        "SQLite serves 1 million phones.",
        "One million? No: 1.000.000 phones, or 1 000 000 of them, or 1M.",
        "Richard Hipp's SQLite, written in 2000.",
        "3 engineers maintain it.",
        "Released on 8 March 2024.",
        "It came out in Mar 2024.",
        "Version 3.45 added JSONB for Python 3.",
        "It costs $5.5.",
        "The WHO knows.",
        "“It is the most deployed database” — The New York Times",
        "American ships run on it.",
        "TL;DR: use SQLite. NEVER use anything else.",
        "Why SQLite Wins Every Single Time",
        "1/7 Here are five things about SQLite:",
        "1. It is small.\n2. It is fast.",
        "#SQLite #BuildInPublic",
        "See sqlite.org: https://sqlite.org/about.html.",
        "I think SQLite's great. Don't you?",
        "That “aha” moment came late.",
        "",
    ],
)
def test_paraphrase_is_let_through(text: str) -> None:
    assert unsupported_facts(text, MATERIAL) == ()


def test_german_nouns_are_no_names() -> None:
    material = "Der Hund von Herrn Müller hat im Jahr 2020 die Katze gebissen und das Gericht in Berlin hat 1.500 Euro verlangt."
    assert unsupported_facts("Müllers Hund biss die Katze. Die Strafe in Berlin: 1500 Euro.", material) == ()
    assert unsupported_facts("Es waren 2.000 Euro, sagt der ADAC.", material) == ("2.000", "ADAC")


def test_a_quotation_may_leave_words_out_where_it_says_so() -> None:
    assert unsupported_facts("“it is the most deployed … in the world”", MATERIAL) == ()


@settings(deadline=None)
@given(text=st.text(max_size=200))
def test_a_text_holds_its_own_facts(text: str) -> None:
    assert unsupported_facts(text, text) == ()


@settings(deadline=None)
@given(text=st.text(max_size=80), material=st.text(max_size=80))
def test_facts_are_found_in_any_text_without_failing(text: str, material: str) -> None:
    assert isinstance(unsupported_facts(text, material), tuple)
