"""A voice's file: what is written is read back, and what a hand broke is told with its line."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from doubles.voices import TERSE, voice, voice_of
from hypothesis import given
from hypothesis import strategies as st

from onering_cli.memory.openings import Opening
from onering_cli.memory.voice.habits import CAPITAL_START, MARKS, PERSONS
from onering_cli.memory.voice.model import Exemplar, Range, Rhythm, Voice
from onering_cli.memory.voice.voice_file import VoiceFileError, compose, parse

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
shares = st.floats(0, 1).map(lambda share: round(share, 3))
numbers = st.floats(0, 1e6).map(lambda number: round(number, 1))
times = st.none() | st.datetimes(datetime(2006, 3, 21), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 -- the zone is beside them
words = st.lists(texts, max_size=4).map(tuple)


def share_table(names: tuple[str, ...]) -> st.SearchStrategy[dict[str, float]]:
    return st.dictionaries(st.sampled_from(names), shares)


voices = st.builds(
    Voice,
    name=texts,
    posts=st.integers(0, 10**7),
    weight=st.lists(numbers, min_size=3, max_size=3).map(lambda three: Range(*sorted(three))),
    rhythm=st.builds(Rhythm, numbers, numbers, numbers, numbers),
    notes=texts,
    account=texts,
    since=times,
    until=times,
    built_at=times,
    embedder=texts,
    person=share_table(PERSONS),
    marks=share_table((*MARKS, CAPITAL_START)),
    emoji=st.tuples(shares, words),
    hashtags=st.tuples(shares, words),
    links=shares,
    words=words,
    openings=share_table(tuple(str(form) for form in Opening)),
    openers=words,
    exemplars=st.lists(
        st.builds(Exemplar, texts.filter(lambda text: bool(text.strip())), times, texts, st.booleans()), max_size=3
    ).map(tuple),
)


@given(voices)
def test_what_is_written_is_read_back(voice: Voice) -> None:
    assert parse(compose(voice), file="me.toml") == voice


def test_a_measured_voice_reads_like_a_page() -> None:
    source = compose(voice_of([*TERSE, "Two lines that follow:\n- one\n- 'two'"]))
    assert "# In your own words" in source
    assert "[rhythm]\nsentences = " in source
    assert "text = '''\nTwo lines" not in source  # it ends in a quote, which three quotes cannot hold
    assert "text = \"Two lines that follow:\\n- one\\n- 'two'\"" in source


def test_lone_surrogates_are_replaced_rather_than_written() -> None:
    source = compose(voice(notes="half \ud83d an emoji"))
    assert parse(source, file="me.toml").notes == "half ? an emoji"


def test_what_is_left_out_is_not_known() -> None:
    short = parse('notes = "Dry."', file="me.toml")
    assert (short.notes, short.posts, short.exemplars, short.marks) == ("Dry.", 0, (), {})


@pytest.mark.parametrize(
    ("source", "line", "told"),
    [
        ('[person]\ni = "often"', 2, "i takes a number"),
        ("[person]\ni = 0.1\nyou = 1.5", 3, "share of posts, from 0 to 1, not 1.5"),
        ("[weight]\nlow = 9\nmiddle = 3\nhigh = 5", 2, "must rise"),
        ("name = 'me'\ncolour = 'red'", 2, "no 'colour'"),
        ("[marks]\ndashes = 0.1\nsmileys = 0.2", 3, "no 'smileys'"),
        ("[rhythm]\nwords = -1", 2, "from 0 on"),
        ("[rhythm]\nwords = inf", 2, "from 0 on"),
        ("[rhythm]\nwords = true", 2, "from 0 on"),
        ("[measured]\nsince = 'May'", 2, "takes a time"),
        ("[measured]\nsince = 2026-11-28", 2, "takes a time"),
        ("[vocabulary]\nwords = 'one, two'", 2, "texts in brackets"),
        ("person = 3", 1, "is a table"),
        ("notes = 3", 1, "takes text"),
        ("exemplars = 'one'", 1, "[[exemplars]]"),
        ("[[exemplars]]\ntext = 'a'\n[[exemplars]]\ntext = ''", 4, "takes a text"),
        ("[[exemplars]]\ntext = 'a'\n[[exemplars]]\ntext = 'b'\npinned = 'yes'", 5, "true or false"),
        ("[[exemplars]]\ntext = 'a'\nlikes = 3", 3, "no 'likes'"),
    ],
)
def test_a_hand_that_slipped_is_told_the_line(source: str, line: int, told: str) -> None:
    with pytest.raises(VoiceFileError) as caught:
        parse(source, file="me.toml")
    assert caught.value.message.startswith(f"me.toml, line {line}: ")
    assert told in caught.value.message
    assert caught.value.details["line"] == line


def test_what_is_no_toml_is_told_with_its_line() -> None:
    with pytest.raises(VoiceFileError, match=r"me\.toml is not valid TOML: .*line 2"):
        parse("notes = ''\n[person\ni = 1", file="me.toml")


@given(st.text(max_size=200) | voices.map(compose).flatmap(lambda source: st.just(source[: len(source) // 2])))
def test_whatever_a_file_holds_it_is_a_voice_or_one_clear_error(source: str) -> None:
    try:
        read = parse(source, file="me.toml")
    except VoiceFileError as error:
        told = error.message
    else:
        assert isinstance(read, Voice)
        return
    assert "me.toml" in told
