import pytest
from doubles import twitter_text
from hypothesis import given
from hypothesis import strategies as st

from onering_cli.text.entities import Kind, find_entities
from onering_cli.text.weights import Extent, measure

RECORDED, _ = twitter_text.recorded()


@pytest.mark.parametrize("kind", list(Kind))
def test_every_recorded_text_holds_the_entities_that_the_reference_finds(kind: Kind) -> None:
    wrong = []
    found_any = 0
    for text, answer in RECORDED:
        spans = twitter_text.in_units(
            text, [(start, end) for start, end, found in find_entities(text) if found is kind]
        )
        expected = {
            Kind.LINK: answer.links,
            Kind.CASHTAG: answer.cashtags,
            Kind.MENTION: answer.mentions,
            Kind.HASHTAG: answer.hashtags,
        }[kind]
        found_any += bool(expected)
        if spans != expected:
            wrong.append((text, spans, expected))
    assert found_any >= 50
    assert wrong == []


def test_extents_say_where_an_entity_stands_and_what_it_is() -> None:
    found = measure("Hi @ada/friends, $TSLA and #größe😀 on example.com/x")
    assert found.mentions == (Extent(3, 15, "@ada/friends"),)
    assert found.cashtags == (Extent(17, 22, "$TSLA"),)
    assert found.hashtags == (Extent(27, 33, "#größe"),)
    assert found.links == (Extent(38, 51, "example.com/x"),)


def test_what_starts_first_counts_where_two_would_overlap() -> None:
    found = measure("https://example.com/@ada#tag #python.org")
    assert [link.text for link in found.links] == ["https://example.com/@ada#tag"]
    assert found.mentions == ()
    assert [hashtag.text for hashtag in found.hashtags] == ["#python"]


@pytest.mark.parametrize(
    ("text", "hashtags"),
    [
        ("#日本語 と #हिन्दी と #тег", ["#日本語", "#हिन्दी", "#тег"]),
        ("＃タグ", ["＃タグ"]),
        ("#1 #1a #_ #a_", ["#1a", "#a_"]),
        ("a#b &#c #d#e", []),
        ("#️⃣ is a key", []),
    ],
)
def test_hashtags_are_of_any_script_and_hold_a_letter(text: str, hashtags: list[str]) -> None:
    assert [hashtag.text for hashtag in measure(text).hashtags] == hashtags


@pytest.mark.parametrize(
    ("text", "cashtags"),
    [
        ("$TSLA, $brk.b", ["$TSLA", "$brk.b"]),
        ("$1 $TOOLONGG a$B $É", []),
        ("日本\u3000$SONY\u3002", []),
        ("\u3000$SONY.", ["$SONY"]),
    ],
)
def test_cashtags_stand_alone(text: str, cashtags: list[str]) -> None:
    assert [cashtag.text for cashtag in measure(text).cashtags] == cashtags


def test_offsets_index_the_text_as_given_even_where_it_holds_split_surrogates() -> None:
    text = "\ud83d\ude00 #tag 😀 example.com"
    found = measure(text)
    assert [text[tag.start : tag.end] for tag in found.hashtags] == ["#tag"]
    assert [text[link.start : link.end] for link in found.links] == ["example.com"]


@given(
    st.lists(st.sampled_from(["@a", "#b", "$C", "d.com", " ", "\n", "中", "😀", ".", "/", ":"]), max_size=12).map(
        "".join
    )
)
def test_entities_come_in_order_and_never_overlap(text: str) -> None:
    found = find_entities(text)
    edges = [edge for start, end, _ in found for edge in (start, end)]
    assert edges == sorted(edges)
    assert all(start < end for start, end, _ in found)
