import os
import subprocess
import sys
import time
import unicodedata

import pytest
from doubles import twitter_text
from doubles.adversarial_text import posts
from hypothesis import given
from hypothesis import strategies as st

from onering_cli.text.weights import LIMIT_WEIGHT, PREMIUM_LIMIT_WEIGHT, measure, weigh

RECORDED, NEWER_EMOJI = twitter_text.recorded()


@pytest.mark.parametrize(
    ("text", "weight"),
    [
        ("", 0),
        ("a" * 280, 280),
        ("plain words, and a full stop.", 29),
        ("© ® ™", 6),  # (c) and (R) are Latin-1 and weigh 1; (tm) is not
        ("©\ufe0f", 2),
        ("a\r\nb", 4),
        ("日本語", 6),
        ("e\u0301", 1),  # composed before it is counted
        ("\u1112\u1161\u11ab", 2),  # three jamo, one syllable
        ("“quoted” — ‘like’ this…", 24),
        ("‰", 2),
        ("\u200d", 1),
        ("\ud800", 2),
        ("\ud83d\ude00", 2),  # a pair of surrogates is the character it means
        ("𝒳", 2),
    ],
)
def test_characters_weigh_what_configuration_3_gives_them(text: str, weight: int) -> None:
    assert weigh(text) == weight


@pytest.mark.parametrize(
    "emoji",
    [
        "😀",
        "👍🏽",
        "❤️",
        "👩‍💻",
        "🧑‍💻",
        "👨‍👩‍👧‍👦",
        "❤️‍🔥",
        "🐦‍⬛",
        "👩🏽‍🤝‍👨🏿",
        "🇩🇪",
        "🏴󠁧󠁢󠁳󠁣󠁴󠁿",
        "1️⃣",
        "🫱🏻‍🫲🏿",
        "🧑🏾‍❤️‍💋‍🧑🏻",
        "♾️",
        "🏃🏿‍♀️‍➡️",
        "🧑‍🩰",
    ],
)
def test_an_emoji_weighs_two_however_many_characters_it_is_made_of(emoji: str) -> None:
    assert weigh(emoji) == 2
    assert weigh(f"a{emoji}b{emoji}") == 6


@pytest.mark.parametrize(
    ("pieces", "weight"),
    [
        ("🇽🇽", 4),  # no such flag
        ("😀\ufe0f", 4),  # no such style
        ("😀\u200d😀", 5),  # nobody recommends this family
        ("👩\u200d", 3),
        ("👩\u200d💻🏿", 4),  # the tone belongs to nobody
        ("1\ufe0f", 3),
        ("🧑🏻\u200d❤️\u200d🧑🏻", 8),  # alike tones have a character of their own
    ],
)
def test_characters_that_form_no_emoji_weigh_each_for_itself(pieces: str, weight: int) -> None:
    assert weigh(pieces) == weight


@pytest.mark.parametrize(
    ("text", "links"),
    [
        ("https://example.com/" + "a" * 500, ["https://example.com/" + "a" * 500]),
        ("see foo.py and bar.sh, not node.js", ["foo.py", "bar.sh"]),
        ("前example.com後", ["example.com"]),
        ("読んでhttps://example.com/pathください", ["https://example.com/path"]),
        ("(see https://example.com/a_(b)_c).", ["https://example.com/a_(b)_c"]),
        ("https://example.com/a?b=c.", ["https://example.com/a?b=c"]),
        ("https://t.co/abc123/more", ["https://t.co/abc123"]),
        ("https://münchen.de/straße", ["https://münchen.de/straße"]),
        ("xn--p1ai.xn--p1ai", ["xn--p1ai.xn--p1ai"]),
        ("https://пример.рф", ["https://пример.рф"]),
        ("пример.рф", []),
        ("someone@example.com", []),
        ("a 3.14 and v1.2 and e.g. U.S. end.\nNext", []),
    ],
)
def test_every_link_weighs_twenty_three(text: str, links: list[str]) -> None:
    rest = len(unicodedata.normalize("NFC", text)) - sum(map(len, links))
    wide = sum(unicodedata.east_asian_width(character) == "W" for character in text)
    assert [link.text for link in measure(text).links] == links
    assert weigh(text) == 23 * len(links) + rest + wide


def test_every_recorded_text_weighs_what_the_reference_says() -> None:
    wrong = [(text, weigh(text), answer.weight) for text, answer in RECORDED if weigh(text) != answer.weight]
    assert len(RECORDED) > 3_000
    assert wrong == []


def test_emoji_newer_than_the_reference_weigh_two_where_it_counts_more() -> None:
    assert len(NEWER_EMOJI) > 900
    assert all(reference > 2 for reference in NEWER_EMOJI.values())
    assert [emoji for emoji in NEWER_EMOJI if weigh(emoji) != 2] == []


@pytest.mark.slow
@pytest.mark.skipif(
    not twitter_text.is_installed(),
    reason="needs node, and TWITTER_TEXT naming the directory of npm twitter-text 3.1.0",
)
def test_new_texts_weigh_and_hold_what_the_live_reference_says() -> None:
    newer = twitter_text.newer_emoji_pattern(NEWER_EMOJI)
    seed = int(os.environ.get("TWITTER_TEXT_SEED", "1"))
    texts = [text for text in posts(seed, 40_000) if not newer.search(text)]
    for text, answer in zip(texts, twitter_text.count(texts), strict=True):
        found = measure(text)
        spans = [
            twitter_text.in_units(text, ((extent.start, extent.end) for extent in kind))
            for kind in (found.links, found.cashtags, found.mentions, found.hashtags)
        ]
        assert twitter_text.Counted(found.weight, *spans) == answer, ascii(text)


@given(st.text(), st.text())
def test_texts_weigh_the_same_however_unicode_composes_them(first: str, second: str) -> None:
    text = first + second
    assert weigh(unicodedata.normalize("NFD", text)) == weigh(unicodedata.normalize("NFC", text))


@given(st.text(st.characters(max_codepoint=0x7F, exclude_characters="."), max_size=400))
def test_ascii_without_a_dot_weighs_its_length(text: str) -> None:
    assert weigh(text) == len(text)


@given(st.text(st.characters(codec=None), max_size=60))
def test_any_string_at_all_has_a_weight(text: str) -> None:
    found = measure(text)
    assert found.weight == weigh(text) >= 0
    assert all(text[link.start : link.end] == link.text for link in found.links)


@pytest.mark.parametrize(
    "text",
    [
        "a." * 12_500,
        "中" * 24_000 + "3.com",
        "http://a.com/" + "(a)" * 8_000 + "!",
        "a.com.." * 3_500,
        "👩\u200d" * 8_000,
    ],
    ids=["dots", "no spaces", "parentheses", "broken domains", "joiners"],
)
def test_no_text_takes_more_than_linear_time(text: str) -> None:
    started = time.process_time()
    measure(text)
    assert time.process_time() - started < 1.0  # some 0.05 s; each of these took 5 s and more where work grew squarely


def test_limits_are_those_of_x() -> None:
    assert (LIMIT_WEIGHT, PREMIUM_LIMIT_WEIGHT) == (280, 25_000)


def test_counting_plain_text_loads_neither_tables_nor_unicode_data() -> None:
    code = (
        "import sys; from onering_cli.text.weights import weigh; weigh('Plain words. Next sentence.');"
        "print([name for name in ('unicodedata', 'regex', 'onering_cli.text.links') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    assert done.stdout.strip() == "[]"
