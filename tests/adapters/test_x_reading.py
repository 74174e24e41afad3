"""Reading back from X: the timeline, lookups and deletions, and posts recognised whatever X did to their text."""

import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from doubles.fake_x import FakeX, Fault, fault, refusal
from doubles.x_client import KeptTokens, destination, logged_in, oauth2_destination, posted
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from onering_cli.adapters.x.destination import XDestination
from onering_cli.errors import LogInError, RefusedError, TryLaterError, UsageError
from onering_cli.publishing.model import Payload, Reason, Segment
from onering_cli.publishing.outcomes import (
    Ambiguous,
    Blocked,
    Created,
    Found,
    Gone,
    Newest,
    RateLimited,
    RemotePost,
    Timeline,
    Unavailable,
)
from onering_cli.publishing.sameness import find


@pytest.fixture
def x() -> Iterator[FakeX]:
    with FakeX() as service:
        yield service


@pytest.fixture
def target(x: FakeX) -> XDestination:
    return destination(x)


def own_posts(target: XDestination, watermark: str = "", limit: int = 50) -> tuple[RemotePost, ...]:
    reading = target.own_posts_since(watermark, limit=limit)
    assert isinstance(reading, Timeline), reading
    return reading.posts


def segment(text: str) -> Segment:
    return Segment(0, Payload(text), payload_hash="", likeness="", weight=0, cost_usd_milli=0)


def test_the_newest_post_is_the_watermark_and_nothing_is_one_too(x: FakeX, target: XDestination) -> None:
    assert target.newest_own_id() == Newest("", 0)
    ids = [posted(target, f"post {number}") for number in range(7)]
    assert target.newest_own_id() == Newest(ids[-1], 5)  # as few as X lets us read


def test_a_reading_reaches_back_to_the_watermark_and_says_whether_it_did(x: FakeX, target: XDestination) -> None:
    watermark = posted(target, "before")
    ids = [posted(target, f"after {number}") for number in range(3)]
    reading = target.own_posts_since(watermark, limit=50)
    assert isinstance(reading, Timeline)
    assert {each.remote_id for each in reading.posts} == set(ids)
    assert reading.watermark_visible
    assert reading.posts_read == 4

    x.world.posts[watermark].deleted = True
    reading = target.own_posts_since(watermark, limit=50)
    assert isinstance(reading, Timeline)
    assert not reading.watermark_visible


def test_a_reading_is_one_request_of_a_hundred_at_most(x: FakeX, target: XDestination) -> None:
    x.world.rules.create_limit = 1000
    watermark = posted(target, "before")
    for number in range(120):
        x.world.create(x.account, {"text": f"post {number}"})
    reading = target.own_posts_since(watermark, limit=100)
    assert isinstance(reading, Timeline)
    assert len(reading.posts) == reading.posts_read == 100
    assert not reading.watermark_visible  # it lies beyond the page, and that is said
    assert len(x.seen("GET /2/users/1001/tweets")) == 1


def test_a_lagging_timeline_hides_what_is_too_new(x: FakeX, target: XDestination) -> None:
    """Faults 4, 31."""
    watermark = posted(target, "before")
    x.world.advance(1000)
    x.world.rules.timeline_lag_s = 200
    late = posted(target, "after")
    assert own_posts(target, watermark) == ()
    x.world.advance(200)
    assert [each.remote_id for each in own_posts(target, watermark)] == [late]


@pytest.mark.parametrize(
    "text",
    [
        "a & b < c > d &amp; e",
        "family 👨‍👩‍👧‍👦 flag 🏳️‍🌈 and ❤️",
        unicodedata.normalize("NFD", "Café über naïve façade"),
        "read https://example.com/a?b=1&c=2#d and example.com, then setup.py!",
        "line one\n\n  line three\r\nline four  ",
        "日本語のテキスト https://example.com/日本",
        "ends with a link https://example.com/",
        "(see https://example.com/wiki/Foo_(bar))",
    ],
)
def test_tricky_text_is_recognised_on_the_timeline(x: FakeX, target: XDestination, text: str) -> None:
    """Fault 32."""
    remote_id = posted(target, text)
    found = find(segment(text), own_posts(target), parent_id="", taken=set())
    assert [each.remote_id for each in found.matches] == [remote_id]


def test_a_text_of_25000_is_recognised_whole(x: FakeX, target: XDestination) -> None:
    """Fault 32: X cuts `text` and keeps the whole in `note_tweet`."""
    x.account.premium = True
    text = ("A sentence & its link https://example.com/page, told again and again. " * 400)[:24_900].strip()
    other = text + " Not quite the same."
    remote_id = posted(target, text)
    posted(target, other)
    posts = own_posts(target)
    assert max(len(each.text) for each in posts) > 20_000
    found = find(segment(text), posts, parent_id="", taken=set())
    assert [each.remote_id for each in found.matches] == [remote_id]


PIECES = ["&", "<b>", "Ü", "U\u0308", "👍🏽", "🇨🇭", "example.com", "https://example.com/x?y=1&z=%20", "a.b", "foo.py"]
WORDS = st.sampled_from([*PIECES, "#tag", "@you", "\n", "(https://example.com/a)", "https://example.com."])
PRINTABLE = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=8)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(words=st.lists(WORDS | PRINTABLE, min_size=1, max_size=9))
def test_any_text_that_x_takes_is_recognised(x: FakeX, target: XDestination, words: list[str]) -> None:
    x.world.rules.duplicates = False
    x.world.rules.create_limit = x.world.rules.timeline_limit = 100_000
    text = " ".join(words)
    outcome = target.create(Payload(text), parent_id="", media_ids=(), key="")
    if isinstance(outcome, Blocked):  # too long, or nothing but spaces
        return
    assert isinstance(outcome, Created)
    found = find(segment(text), own_posts(target, limit=5), parent_id="", taken=set())
    assert outcome.remote_id in {each.remote_id for each in found.matches}


def test_a_reply_by_hand_is_not_the_lost_segment(x: FakeX, target: XDestination) -> None:
    """Fault 33."""
    root = posted(target, "root")
    x.world.create(x.account, {"text": "by hand", "reply": {"in_reply_to_tweet_id": root}}, by_hand=True)
    found = find(segment("second post"), own_posts(target, root), parent_id=root, taken=set())
    assert found.matches == found.nearly == ()


def test_parents_media_and_quotes_are_read_and_their_links_set_apart(x: FakeX, target: XDestination) -> None:
    root = posted(target, "root")
    body = {"text": "quoting https://example.com", "quote_tweet_id": root, "reply": {"in_reply_to_tweet_id": root}}
    x.world.create(x.account, body)
    post = own_posts(target, root)[0]
    assert post.parent_id == root
    assert [address for _, address in post.links] == ["https://example.com"]
    assert len(post.media_links) == 1
    found = find(segment("quoting https://example.com"), (post,), parent_id=root, taken=set())
    assert len(found.matches) == 1


@pytest.mark.parametrize(
    ("strike", "kind", "reason"),
    [
        (fault("drop_after_accept"), Unavailable, None),
        (fault("overloaded_after"), Unavailable, None),
        (Fault(status=200, body="<html>"), Unavailable, None),
        (Fault(status=200, body='{"data":[{"id":"1"}]}'), Unavailable, None),
        (Fault(status=200, body='{"errors":[{"title":"x"}]}'), Unavailable, None),
        (fault("redirect_302"), Unavailable, None),
        (refusal("rate_15min"), RateLimited, None),
        (refusal("usage_capped"), Blocked, Reason.MONTHLY_CAP),
        (refusal("credits"), Blocked, Reason.NO_CREDITS),
        (refusal("unauthorized"), Blocked, Reason.UNAUTHORIZED),
        (refusal("forbidden"), Blocked, Reason.FORBIDDEN),
    ],
)
def test_a_reading_that_fails_says_why(
    x: FakeX, target: XDestination, strike: Fault, kind: type, reason: Reason | None
) -> None:
    for ask in (target.newest_own_id, lambda: target.own_posts_since("", limit=10)):
        x.strike(replace(strike, route="GET /2/users/*/tweets"))
        failure = ask()
        assert isinstance(failure, kind)
        assert getattr(failure, "reason", None) is reason
    x.strike(replace(strike, route="GET /2/tweets/*"))
    if strike.status != 200:
        assert isinstance(target.lookup("17"), kind)


@pytest.mark.parametrize("missing_status", [200, 404])
def test_a_post_is_looked_up_by_id_and_a_missing_one_is_gone(
    x: FakeX, target: XDestination, missing_status: int
) -> None:
    x.world.rules.missing_status = missing_status
    remote_id = posted(target, "here")
    found = target.lookup(remote_id)
    assert isinstance(found, Found)
    assert (found.post.remote_id, found.post.text) == (remote_id, "here")
    x.world.posts[remote_id].deleted = True
    assert target.lookup(remote_id) == Gone()
    assert target.lookup("17") == Gone()


def test_what_is_deleted_is_gone_and_so_is_what_was_not_there(x: FakeX, target: XDestination) -> None:
    remote_id = posted(target, "here")
    assert target.delete(remote_id) == Gone()
    assert x.accepted[0].deleted
    assert target.delete(remote_id) == Gone()  # 404


@pytest.mark.parametrize(
    ("strike", "kind"),
    [
        (fault("drop_after_accept"), Ambiguous),
        (fault("overloaded_after"), Ambiguous),
        (Fault(status=200, body='{"data":{"deleted":false}}'), Ambiguous),
        (Fault(status=200, body=""), Ambiguous),
        (refusal("rate_15min"), RateLimited),
        (refusal("unauthorized"), Blocked),
    ],
)
def test_a_deletion_that_is_not_told_stays_open(x: FakeX, target: XDestination, strike: Fault, kind: type) -> None:
    remote_id = posted(target, "here")
    x.strike(replace(strike, route="DELETE /2/tweets/*"))
    assert isinstance(target.delete(remote_id), kind)


def test_somebody_elses_post_is_not_ours_to_delete(x: FakeX, target: XDestination) -> None:
    other = x.world.join("other", account_id="2002")
    theirs = x.world.create(other, {"text": "theirs"}, by_hand=True)
    outcome = target.delete(theirs.id)
    assert isinstance(outcome, Blocked)
    assert outcome.reason is Reason.FORBIDDEN


@pytest.mark.parametrize("wrong", ["", "abc", "1/../../2", "1?x", "1" * 20])
def test_what_is_no_id_never_becomes_part_of_an_address(x: FakeX, target: XDestination, wrong: str) -> None:
    for ask in (target.lookup, target.delete):
        with pytest.raises(UsageError):
            ask(wrong)
    assert x.seen() == []


def test_an_account_that_does_not_know_itself_asks_once(x: FakeX, tmp_path: Path) -> None:
    store = KeptTokens({"me": logged_in(x)})
    target = oauth2_destination(x, store, tmp_path)
    assert target.newest_own_id() == Newest("", 0)
    assert target.newest_own_id() == Newest("", 0)
    assert len(x.seen("GET /2/users/me")) == 1


def test_an_account_tells_who_it_is(x: FakeX, target: XDestination) -> None:
    x.account.premium = True
    identity = target.identify()
    assert (identity.user_id, identity.username, identity.premium) == ("1001", "me", True)


@pytest.mark.parametrize(
    ("strike", "error"),
    [
        (refusal("unauthorized"), LogInError),
        (refusal("forbidden"), RefusedError),
        (refusal("rate_15min"), TryLaterError),
        (fault("drop_after_accept"), TryLaterError),
        (Fault(status=200, body="{}"), TryLaterError),
    ],
)
def test_an_account_that_cannot_be_identified_says_what_to_do(
    x: FakeX, target: XDestination, strike: Fault, error: type[Exception]
) -> None:
    x.strike(replace(strike, route="GET /2/users/me"))
    with pytest.raises(error):
        target.identify()
