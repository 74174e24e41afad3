"""Splitting loses nothing, fits, and cuts where a reader would pause."""

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onering_cli.errors import ExitCode
from onering_cli.text.graphemes import graphemes
from onering_cli.text.splitting import UnsplittableError, number, numbering_weight, split
from onering_cli.text.weights import LIMIT_WEIGHT, measure, weigh

SPACE = re.compile(r"[\t-\r \x85\u1680\u2000-\u2006\u2008-\u200a\u2028\u2029\u205f\u3000]+")

PIECES = st.sampled_from(
    (
        *(
            "word",
            "Mr. Smith",
            "A sentence ends here.",
            "Is it so?",
            "a clause, and",
            "x" * 40,
            "a.b.c",
            "…",
            "—",
            "\r\n",
        ),
        *("https://example.com/a/very/long/path?that=goes&on=and-on", "example.com", "foo.py"),
        *("@somebody", "#hashtag", "$TSLA", "👩‍💻", "🇩🇪🇺🇸", "👨‍👩‍👧‍👦", "e\u0301\u0301"),
        *("日本語の文章です。", "「引用」、", "สวัสดีครับ", "नमस्ते।", "مرحبا؟", "한국어"),
    )
)
GLUE = st.sampled_from((" ", " ", " ", "\n", "\n\n", "", ". ", ", ", "\u00a0", "\u3000", "  \n \n "))
TEXTS = st.lists(st.tuples(PIECES, GLUE), max_size=60).map(lambda parts: "".join(map("".join, parts)))


def unnumbered(posts: tuple[str, ...]) -> list[str]:
    total = len(posts)
    return (
        list(posts) if total == 1 else [post.removesuffix(f" {place}/{total}") for place, post in enumerate(posts, 1)]
    )


def clusters(text: str) -> list[str]:
    return [cluster for cluster in graphemes(text) if not SPACE.match(cluster)]


@settings(max_examples=300, deadline=None)
@given(st.one_of(TEXTS, st.text(max_size=300)), st.integers(min_value=60, max_value=LIMIT_WEIGHT), st.booleans())
def test_every_post_fits_and_nothing_but_white_space_is_lost(text: str, limit: int, numbered: bool) -> None:
    posts = split(text, limit_weight=limit, numbered=numbered)
    assert all(weigh(post) <= limit for post in posts)
    bare = unnumbered(posts) if numbered else list(posts)
    assert all(post in text for post in bare)
    assert SPACE.sub("", "".join(bare)) == SPACE.sub("", text)
    assert [cluster for post in bare for cluster in clusters(post)] == clusters(text)
    assert all(post and not SPACE.match(post[0]) and not SPACE.match(post[-1]) for post in bare)


@settings(max_examples=200, deadline=None)
@given(TEXTS, st.integers(min_value=60, max_value=LIMIT_WEIGHT))
def test_links_mentions_and_tags_stay_whole_and_no_new_mention_appears(text: str, limit: int) -> None:
    whole = measure(text)
    parts = [measure(post) for post in split(text, limit_weight=limit)]
    for kind in ("mentions", "hashtags", "cashtags"):
        found = [extent.text for part in parts for extent in getattr(part, kind)]
        assert found == [extent.text for extent in getattr(whole, kind)]
    kept = [link.text for part in parts for link in part.links]
    assert all(link.text in kept for link in whole.links)


@settings(max_examples=200, deadline=None)
@given(TEXTS, st.integers(min_value=1, max_value=40), st.booleans())
def test_only_what_must_stay_whole_and_cannot_fit_is_refused(text: str, limit: int, numbered: bool) -> None:
    found = measure(text)
    entities = [extent.text for extent in (*found.links, *found.mentions, *found.hashtags, *found.cashtags)]
    heaviest = max(map(weigh, [*entities, *clusters(text)]), default=0)
    if heaviest > limit:
        with pytest.raises(UnsplittableError) as caught:
            split(text, limit_weight=limit, numbered=numbered)
        assert caught.value.exit_code is ExitCode.USAGE
    elif heaviest <= limit - numbering_weight(999):
        assert all(weigh(post) <= limit for post in split(text, limit_weight=limit, numbered=numbered))


def test_no_text_makes_no_posts() -> None:
    assert split("") == split(" \n\t ") == ()


def test_what_fits_stays_as_it_is() -> None:
    text = "One.\n\nTwo – with  two spaces. Three:\n- four\n- five"
    assert split(text) == (text,)
    assert split(f"  {text}\n", numbered=True) == (text,)


ESSAY = """The engine keeps a journal. Before anything is sent, the intent is written down; after the answer, the outcome.

If the process dies in between, the next run reconciles: it asks the platform what is there, and never posts twice. \
Mr. Smith tested v1.2 with 3.14 million posts, e.g. in the U.S. and in Europe, and found none lost.

Thanks to everybody who helped."""


def test_paragraphs_part_before_sentences() -> None:
    first, second, third = ESSAY.split("\n\n")
    assert split(ESSAY) == (first, f"{second}\n\n{third}")


def test_sentences_part_before_clauses_and_abbreviations_end_none() -> None:
    assert split(ESSAY, limit_weight=120) == (
        "The engine keeps a journal. Before anything is sent, the intent is written down; after the answer, the outcome.",
        "If the process dies in between, the next run reconciles: it asks the platform what is there, and never posts twice.",
        "Mr. Smith tested v1.2 with 3.14 million posts, e.g. in the U.S. and in Europe, and found none lost.",
        "Thanks to everybody who helped.",
    )


def test_clauses_part_before_words() -> None:
    text = "When the process dies in between, which it may, the next run asks the platform what is there"
    head, tail = split(text, limit_weight=60)
    assert (head, tail) == (
        "When the process dies in between, which it may,",
        "the next run asks the platform what is there",
    )


def test_lines_of_a_list_stay_whole() -> None:
    items = [f"- item number {place} of the list, with a few words to it" for place in range(12)]
    posts = split("\n".join(items))
    assert [line for post in posts for line in post.split("\n")] == items


def test_the_last_word_is_not_left_alone() -> None:
    posts = split("It goes on and on, " * 14 + "and then it is at its end, really.")
    assert len(posts) == 2
    assert all(weigh(post) > 60 for post in posts)
    posts = split("A sentence of many words fills its post, " * 6 + "to the very edge of what it holds. Yes.")
    assert len(posts) == 2
    assert len(posts[-1].split()) > 3


def test_posts_of_one_sentence_after_another_are_even() -> None:
    assert [weigh(post) for post in split("This is a sentence of forty characters.. " * 8)] == [163, 163]


@pytest.mark.parametrize(
    ("text", "ends"),
    [
        ("今日は晴れです。明日は雨が降るでしょう。" * 12, "。"),
        ("今天天气很好。我们去公园吧！你想来吗？" * 12, "。！？"),
        ("यह पहला वाक्य है। यह दूसरा वाक्य है। " * 14, "।"),
        ("هل أنت بخير؟ نعم. شكرا جزيلا. " * 14, "؟."),
    ],
    ids=["Japanese", "Chinese", "Hindi", "Arabic"],
)
def test_every_script_is_cut_at_its_own_full_stops(text: str, ends: str) -> None:
    posts = split(text)
    assert len(posts) > 1
    assert all(post[-1] in ends for post in posts)


def test_japanese_starts_no_post_with_a_small_kana_or_a_closing_bracket() -> None:
    posts = split("ちょっと「待って」ください" * 30)
    assert len(posts) > 1
    assert not any(post[0] in "ょっ」" or post[-1] == "「" for post in posts)


def test_thai_is_cut_between_graphemes() -> None:
    posts = split("ภาษาไทยเขียนติดกันโดยไม่มีช่องว่าง" * 20)
    assert len(posts) > 1
    assert not any(re.match("[\u0e31\u0e33-\u0e3a\u0e47-\u0e4e]", post) for post in posts)


def test_a_word_falls_apart_only_when_it_fits_into_no_post() -> None:
    posts = split(f"before {'x' * 700} after")
    assert "".join(posts).replace(" ", "") == f"before{'x' * 700}after"
    assert len(posts) == 3
    assert split(f"{'y' * 200} {'z' * 200}") == ("y" * 200, "z" * 200)


def test_a_link_is_as_heavy_as_x_makes_it() -> None:
    text = f"{'word ' * 51}https://example.com/{'a' * 1000}"
    assert split(text) == (text,)


def test_what_cannot_fit_is_named() -> None:
    with pytest.raises(UnsplittableError, match="@somebody") as caught:
        split("hello @somebody", limit_weight=8)
    assert caught.value.hint
    assert caught.value.details == {"start": 6, "end": 15, "weight": 9, "room": 8}


@pytest.mark.parametrize("words", [50, 110, 120, 1_070, 1_080, 1_090, 1_200])
def test_numbers_are_counted_whatever_their_digits(words: int) -> None:
    posts = split("word " * words, numbered=True, limit_weight=60)
    assert all(weigh(post) <= 60 for post in posts)
    assert [post.rsplit(" ", 1)[1] for post in posts] == [f"{place}/{len(posts)}" for place in range(1, len(posts) + 1)]


@given(st.lists(st.text(min_size=1), max_size=120))
def test_numbers_take_no_more_than_was_set_aside(posts: list[str]) -> None:
    numbered = number(posts)
    for place, (before, after) in enumerate(zip(posts, numbered, strict=True), start=1):
        assert after == (f"{before} {place}/{len(posts)}" if len(posts) > 1 else before)
        assert weigh(after) - weigh(before) <= numbering_weight(len(posts))


@given(st.lists(st.integers(min_value=1, max_value=120), min_size=1, max_size=30))
def test_sentences_that_fit_are_never_cut(lengths: list[int]) -> None:
    sentences = [f"S{'o ' * (length // 2)}it goes far." for length in lengths]
    posts = split(" ".join(sentences), limit_weight=150)
    assert " ".join(posts) == " ".join(sentences)
    assert all(post.endswith("far.") for post in posts)


@pytest.mark.parametrize(
    "text",
    [
        ESSAY * 100,
        "今日は晴れです。" * 2_000,
        "x" * 20_000,
        "word " * 8_000,
        "a, " * 8_000,
        "@a" * 5_000,
        "a.b.c" * 400,
    ],
    ids=["essay", "Japanese", "one word", "no stops", "commas", "signs", "dots"],
)
def test_a_book_is_split_in_time(text: str) -> None:
    started = time.process_time()
    posts = split(text, numbered=True)
    assert time.process_time() - started < 5.0  # some 0.5 s; squared, minutes
    assert all(weigh(post) <= LIMIT_WEIGHT for post in posts)
