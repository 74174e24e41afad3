"""When a post on the timeline is the one that was sent."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from doubles.scripted_destination import Post, remote_post
from hypothesis import given
from hypothesis import strategies as st

from onering_cli.publishing.freezing import freeze, payload_digest, thaw
from onering_cli.publishing.model import FrozenMedia, MediaKind, Payload, Poll, Segment
from onering_cli.publishing.sameness import find, likeness, says_nothing
from onering_cli.text.draft import ReplyControl

if TYPE_CHECKING:
    from onering_cli.publishing.outcomes import RemotePost


PICTURE = FrozenMedia("/a/b.png", "alt", MediaKind.IMAGE, "image/png", 3, "00")


def segment(text: str, *, watermark: str = "10", pictures: int = 0) -> Segment:
    """A segment that was sent after its watermark."""
    return Segment(0, Payload(text, (PICTURE,) * pictures), "", "", 0, 15, watermark=watermark)


def shown(sent: Segment, *, remote_id: str = "11", parent_id: str = "10") -> RemotePost:
    """The segment as the platform shows it."""
    return remote_post(Post(remote_id, sent.payload, parent_id, 0.0))


WORDS = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), min_size=1, max_size=60)
PIECES = st.sampled_from(
    [
        "&",
        "&amp;",
        "<b>",
        "e\u0301",
        "👩‍👩‍👧",
        "example.com",
        "https://example.org/A%20b?c=1&d",
        "@ada",
        "#tag",
        "\n",
        " ",
    ]
)


@given(st.lists(st.one_of(WORDS, PIECES), min_size=1, max_size=8).map(" ".join))
def test_whatever_was_sent_is_found_again(text: str) -> None:
    sent = segment(text)
    found = find(sent, (shown(sent),), parent_id="10", taken=set())
    assert len(found.matches) == 1


@pytest.mark.parametrize(
    "other",
    [
        {"parent_id": "9"},
        {"parent_id": ""},
        {"media_count": 1},
        {"text": "hello word"},
        {"remote_id": "9"},
        {"remote_id": "10"},
    ],
)
def test_what_differs_is_not_taken_for_it(other: dict[str, str]) -> None:
    sent = segment("hello world")
    found = find(sent, (replace(shown(sent), **other),), parent_id="10", taken=set())  # type: ignore[arg-type]  # fields
    assert found.matches == found.nearly == ()


def test_what_another_segment_has_is_not_taken_for_it() -> None:
    sent = segment("hello world")
    assert find(sent, (shown(sent),), parent_id="10", taken={"11"}).matches == ()


def test_the_oldest_comes_first_by_number_not_by_text() -> None:
    sent = segment("hello world", watermark="8")
    posts = (shown(sent, remote_id="101"), shown(sent, remote_id="99"), shown(sent, remote_id="100"))
    assert [post.remote_id for post in find(sent, posts, parent_id="10", taken=set()).matches] == ["99", "100", "101"]


def test_another_address_is_nearly_the_same_and_no_match() -> None:
    sent, other = segment("read https://example.com/a"), segment("read https://example.com/b")
    found = find(sent, (shown(other),), parent_id="10", taken=set())
    assert (found.matches, len(found.nearly)) == ((), 1)


@pytest.mark.parametrize("address", ["http://example.com/A", "https://www.example.com/a/", "HTTPS://EXAMPLE.COM/%61"])
def test_an_address_that_the_platform_rewrote_is_the_same(address: str) -> None:
    sent = segment("read https://example.com/a")
    post = replace(shown(sent), links=((shown(sent).links[0][0], address),))
    assert len(find(sent, (post,), parent_id="10", taken=set()).matches) == 1


def test_mentions_that_the_platform_puts_before_a_reply_do_not_matter() -> None:
    sent = segment("thank you")
    post = replace(shown(sent), text="@ada @bob thank you")
    assert len(find(sent, (post,), parent_id="10", taken=set()).matches) == 1


def test_pictures_add_a_link_that_does_not_matter() -> None:
    sent = segment("look", pictures=1)
    assert len(find(sent, (shown(sent),), parent_id="10", taken=set()).matches) == 1


def test_media_alone_say_nothing() -> None:
    assert says_nothing(segment("", pictures=1))
    assert says_nothing(segment(" \n", pictures=1))
    assert not says_nothing(segment("example.com"))
    assert not says_nothing(segment("x"))


def test_likeness_is_what_a_timeline_can_tell_apart() -> None:
    same = likeness("Hello  wörld", media_count=0, parent_id="")
    assert likeness("Hello wo\u0308rld ", media_count=0, parent_id="") == same
    assert likeness("Hello wörld", media_count=1, parent_id="") != same
    assert likeness("Hello wörld", media_count=0, parent_id="7") != same
    assert likeness("hello wörld", media_count=0, parent_id="") != same


def test_a_payload_thaws_as_it_was_frozen() -> None:
    payload = Payload(
        "“one”\n👩‍👩‍👧",
        (PICTURE,),
        Poll(("yes", "no"), 60),
        "7",
        ReplyControl.VERIFIED,
        made_with_ai=True,
    )
    assert thaw(freeze(payload)) == payload
    assert thaw(freeze(Payload("x"))) == Payload("x")
    moved = replace(payload, media=(replace(payload.media[0], path="/c/d.png"),))
    assert payload_digest(moved) == payload_digest(payload)
    assert payload_digest(replace(payload, quote_id="8")) != payload_digest(payload)
