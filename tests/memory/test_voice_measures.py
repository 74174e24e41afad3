"""What is measured of a voice, which posts show it, and where a draft departs from it."""

from __future__ import annotations

import pytest
from doubles.voices import EPOCH, TERSE, EvenBackground, voice, voice_of

from onering_cli.errors import UsageError
from onering_cli.memory.openings import Opening, opening_of
from onering_cli.memory.voice.departures import departures
from onering_cli.memory.voice.description import describe
from onering_cli.memory.voice.model import Exemplar, Range, Rhythm
from onering_cli.memory.voice.profile import thinned
from onering_cli.memory.voice.renewal import renewed
from onering_cli.memory.voice.vocabulary import distinctive


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("Why is the cache slow? Nobody knows.", Opening.QUESTION),
        ("@ada why is the cache slow?", Opening.MENTION),
        ("https://example.com/post is worth your time.", Opening.LINK),
        ("“Done is better” they said.", Opening.QUOTE),
        ("5 things I learned about caches.", Opening.LIST),
        ("Ten lessons from ten years.", Opening.LIST),
        ("40% of reads were stale.", Opening.NUMBER),
        ("New: the changelog is boring.", Opening.ANNOUNCEMENT),
        ("🚀 Introducing the ledger.", Opening.ANNOUNCEMENT),
        ("Yesterday a restore took eleven hours.", Opening.STORY),
        ("I cut the cache.", Opening.FIRST_PERSON),
        ("I've cut the cache.", Opening.FIRST_PERSON),
        ("Ich habe den Cache gelöscht.", Opening.FIRST_PERSON),
        ("You never need a cache.", Opening.ADDRESS),
        ("Never trust a cache.", Opening.ADDRESS),
        ("Most caches lie.", Opening.CONTRAST),
        ("Caches lie.", Opening.STATEMENT),
        ("Ice is cold.", Opening.STATEMENT),
        ("🎉🎉", Opening.STATEMENT),
        ("", Opening.STATEMENT),
    ],
)
def test_an_opening_has_a_form_that_can_be_checked(text: str, form: Opening) -> None:
    assert opening_of(text) is form


def test_habits_are_measured_as_shares_of_posts() -> None:
    measured = voice_of([*TERSE, "Ship it! 🚀 #ledger https://example.com"])
    assert measured.posts == 6
    assert (measured.since, measured.until) == (EPOCH, EPOCH.replace(day=6))
    assert measured.person["i"] == pytest.approx(5 / 6, abs=0.001)
    assert measured.marks["questions"] == measured.marks["exclamations"] == pytest.approx(1 / 6, abs=0.001)
    assert measured.marks["capital_starts"] == 1.0
    assert measured.emoji == (0.167, ("🚀",))
    assert measured.hashtags == (0.167, ("#ledger",))
    assert measured.links == pytest.approx(1 / 6, abs=0.001)
    assert measured.words[0] == "ledger"
    assert measured.rhythm.words == pytest.approx(5, abs=1.5)
    assert measured.weight.low <= measured.weight.middle <= measured.weight.high


def test_common_words_and_words_of_one_post_are_no_habit() -> None:
    said = [["the", "ledger"], ["the", "ledger"], ["the", "ledger", "once"]]
    assert distinctive(said, EvenBackground()) == ("ledger",)


@pytest.mark.parametrize("texts", [[], ["🚀🚀"], ["https://example.com", "@ada", "#tag"]])
def test_posts_without_words_have_no_voice(texts: list[str]) -> None:
    with pytest.raises(UsageError, match="cannot be built"):
        voice_of(texts)


def test_one_post_is_measured_but_judges_nothing() -> None:
    one = voice_of(TERSE[:1])
    assert [exemplar.text for exemplar in one.exemplars] == [TERSE[0]]
    assert departures(one, ["An utterly different text!!! 🚀 #no"]) == ()


def test_mixed_languages_are_measured_together() -> None:
    mixed = voice_of(
        ["I cut the cache.", "Ich habe den Speicher geleert.", "缓存骗人。我们量了一周。", "J'ai vidé le cache."]
    )
    assert mixed.person["i"] == 0.75
    assert mixed.openings["first person"] == 0.75
    assert describe(mixed)


def test_exemplars_are_unlike_each_other_and_liked() -> None:
    same = [f"I read the ledger twice on day {day}, and the ledger was right." for day in range(30)]
    others = [
        "Backups fail in silence when nobody restores them.",
        "Tests that sleep are tests that flake on every Friday.",
    ]
    success = [float(day) for day in range(30)] + [5.0, 6.0]
    texts = [exemplar.text for exemplar in voice_of([*same, *others], success=success).exemplars]
    assert texts[0] == same[29]
    assert set(others) <= set(texts)
    assert len(texts) == 8


def test_exemplars_are_never_answers_nor_the_same_words_twice() -> None:
    texts = [*TERSE, TERSE[0].upper(), "@ada I read the ledger twice and it was right, too."]
    chosen = [exemplar.text for exemplar in voice_of(texts).exemplars]
    assert len(chosen) == 5
    assert not any(text.startswith("@") for text in chosen)


@pytest.mark.parametrize(("total", "kept"), [(0, 0), (1, 1), (10, 10), (11, 6), (25, 7), (1000, 8)])
def test_of_very_many_posts_an_even_part_is_measured(total: int, kept: int) -> None:
    chosen = thinned(iter(range(total)), 10)
    assert len(chosen) == kept
    assert chosen == list(range(0, total, chosen[1] if kept > 1 else 1))[:kept]


SOBER = voice(
    marks={"exclamations": 0.0, "dashes": 0.4, "questions": 0.1, "capital_starts": 1.0},
    emoji=(0.0, ()),
    hashtags=(0.01, ()),
    person={"i": 0.6, "we": 0.0, "you": 0.2},
)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("We moved the ledger to another folder.", "it says “we”, and none of your posts do"),
        ("The ledger has moved for good now!", "it has exclamation marks, and none of your posts do"),
        ("The ledger has moved for good now 🚀", "it has 🚀, and none of your posts have emoji"),
        ("The ledger has moved for good #ledger", "it has #ledger, and only 1.0% of your posts have hashtags"),
        ("the ledger has moved for good now.", "it begins with a small letter, and your posts do not"),
        ("The ledger moved. " * 10, "it weighs 179, and nine of ten of your posts weigh at most 120"),
        ("It moved.", "it weighs 9, and nine of ten of your posts weigh at least 30"),
    ],
)
def test_a_draft_is_told_where_it_departs(text: str, told: str) -> None:
    found = departures(SOBER, [text.strip()])
    assert [departure.message for departure in found if departure.index == 0] == [told]


@pytest.mark.parametrize("text", ["I moved the ledger – nobody noticed.", "Why does the ledger never move?", "🚀", ""])
def test_what_the_voice_does_is_no_departure(text: str) -> None:
    assert departures(SOBER, [text]) == ()


def test_the_draft_as_a_whole_departs_by_its_rhythm_and_by_whom_it_leaves_out() -> None:
    long = (
        "The ledger that everybody had forgotten about was moved by somebody who never told anybody why it had to be."
    )
    found = [departure.message for departure in departures(SOBER, [long] * 4) if departure.index is None]
    assert found == [
        "its sentences are longer than yours: 20 words on average instead of 8",
        "it never says “I”, and 60% of your posts do",
    ]


def test_a_description_says_what_is_characteristic_in_words() -> None:
    told = " ".join(describe(voice(marks={"questions": 0.5, "dashes": 0.0}, person={"i": 0.5})))
    assert "It likes questions." in told
    assert "It has no dashes." in told
    assert "of the writer (“I”) in 50%" in told


def test_notes_and_pinned_exemplars_outlast_a_new_measure() -> None:
    old = voice(notes="Dry.", exemplars=(Exemplar("Kept."), Exemplar("Pinned.", pinned=True)))
    new = voice(rhythm=Rhythm(9, 9, 9, 9), exemplars=tuple(Exemplar(f"New {number}.") for number in range(8)))
    built = renewed(old, new)
    assert built.notes == "Dry."
    assert built.rhythm == new.rhythm
    assert [exemplar.text for exemplar in built.exemplars[:2]] == ["Pinned.", "New 0."]
    assert len(built.exemplars) == 8


def test_the_range_of_sizes_rises() -> None:
    assert voice_of(["Short one here.", "A somewhat longer post than that."]).weight == Range(15.0, 15.0, 33.0)
