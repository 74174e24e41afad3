"""What becomes of a create, for each answer and each way to fail on the wire. Numbers are POSTING.md's faults."""

import json
import socket
import time
from collections.abc import Iterator
from email.utils import format_datetime
from pathlib import Path

import pytest
from doubles.fake_x import FAULTS, FakeX, Fault, fault, refusal
from doubles.x_client import (
    CREDENTIALS,
    JumpingClock,
    KeptTokens,
    destination,
    logged_in,
    oauth2_destination,
    post,
    posted,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from onering_cli.adapters.x.answers import DEFAULT_WAIT_S, MOST_WAIT_S, create_outcome
from onering_cli.adapters.x.destination import XDestination
from onering_cli.adapters.x.session import OAuth1Signer, Session
from onering_cli.adapters.x.transport import Answer, Transport
from onering_cli.publishing.model import Payload, Poll, Reason
from onering_cli.publishing.outcomes import (
    Ambiguous,
    Blocked,
    Created,
    Duplicate,
    MediaGone,
    NotSent,
    ParentNotVisible,
    RateLimited,
    Window,
)
from onering_cli.text.draft import ReplyControl


@pytest.fixture
def x() -> Iterator[FakeX]:
    with FakeX() as service:
        yield service


def test_a_post_is_created_signed_and_alone_on_its_connection(x: FakeX) -> None:
    target = destination(x)
    first = post(target, "one")
    assert first == Created(x.accepted[0].id, f"https://x.com/me/status/{x.accepted[0].id}")
    second = posted(target, "two", parent_id=x.accepted[0].id)
    assert [each.text for each in x.accepted] == ["one", "two"]
    assert (x.accepted[1].parent, x.accepted[1].id) == (x.accepted[0].id, second)
    connections = [each.connection for each in x.seen()]
    assert len(set(connections)) == len(connections) == 2


def test_a_wrong_secret_is_refused_by_a_service_that_checks_signatures(x: FakeX) -> None:
    x.identity.tokens_1a["1001-access-token"] = ("another-secret", x.account)
    assert post(destination(x)) == Blocked(Reason.UNAUTHORIZED, "Unauthorized")
    assert x.accepted == []
    assert len(x.seen()) == 1  # OAuth 1.0a has nothing to renew, so nothing is asked again


def test_the_body_holds_the_documented_fields_that_were_asked_for_and_no_others(x: FakeX) -> None:
    target = destination(x)
    parent = posted(target, "root")
    everything = Payload(
        "ask",
        poll=Poll(("yes", "no"), 60),
        reply_control=ReplyControl.MENTIONED_USERS,
        made_with_ai=True,
    )
    assert isinstance(target.create(everything, parent_id=parent, media_ids=(), key=""), Created)
    assert isinstance(target.create(Payload("look", quote_id=parent), parent_id="", media_ids=(), key=""), Created)
    bodies = [json.loads(each.body) for each in x.seen("POST /2/tweets")]
    assert bodies == [
        {"text": "root"},
        {
            "text": "ask",
            "poll": {"options": ["yes", "no"], "duration_minutes": 60},
            "reply": {"in_reply_to_tweet_id": parent},
            "reply_settings": "mentionedUsers",
            "made_with_ai": True,
        },
        {"text": "look", "quote_tweet_id": parent},
    ]


@pytest.mark.parametrize(
    ("problem", "outcome"),
    [
        ("duplicate", Duplicate("You are not allowed to create a Tweet with duplicate content")),
        (
            "reply_not_visible",
            ParentNotVisible("You attempted to reply to a Tweet that is deleted or not visible to you"),
        ),
        (
            "summoned",
            Blocked(
                Reason.NOT_SUMMONED,
                "Reply to this conversation is not allowed because you have not been mentioned or otherwise engaged "
                "by the author of the post you are replying to",
            ),
        ),
        ("forbidden", Blocked(Reason.FORBIDDEN, "You are not permitted to perform this action")),
        (
            "spend_cap",
            Blocked(Reason.NO_CREDITS, "Your account has hit its spending limit for this billing cycle"),
        ),
        (
            "credits",
            Blocked(
                Reason.NO_CREDITS,
                "Your enrolled account [1234567890] does not have any credits to fulfill this request",
            ),
        ),
        ("unauthorized", Blocked(Reason.UNAUTHORIZED, "Unauthorized")),
        ("usage_capped", Blocked(Reason.MONTHLY_CAP, "Usage cap exceeded: Monthly product cap")),
        ("not_found", Blocked(Reason.INVALID, "Not Found")),
        ("overloaded", Ambiguous("X answered 503")),
    ],
)
def test_each_error_body_means_what_the_table_says(x: FakeX, problem: str, outcome: object) -> None:
    """Fault 21, 22, 23, 27: and each costs one call."""
    x.strike(refusal(problem))
    result = post(destination(x))
    if isinstance(result, Duplicate | ParentNotVisible | Blocked):
        words = result.detail
        assert words.split(".")[0] == getattr(outcome, "detail", "").split(".")[0]
        assert type(result) is type(outcome)
        assert getattr(result, "reason", None) == getattr(outcome, "reason", None)
    else:
        assert result == outcome
    assert len(x.seen()) == 1


def test_text_that_was_posted_is_a_duplicate_only_where_the_rule_is_on(x: FakeX) -> None:
    """Faults 23, 24."""
    target = destination(x)
    posted(target, "same")
    assert isinstance(post(target, "same"), Duplicate)
    x.world.rules.duplicates = False
    assert isinstance(post(target, "same"), Created)


def test_a_parent_that_is_not_there_yet_goes_away_with_time(x: FakeX) -> None:
    """Faults 25, 26."""
    x.world.rules.parent_lag_s = 5
    target = destination(x)
    root = posted(target, "root")
    assert isinstance(post(target, "leaf", parent_id=root), ParentNotVisible)
    x.world.advance(5)
    assert isinstance(post(target, "leaf", parent_id=root), Created)
    assert isinstance(post(target, "orphan", parent_id="1"), ParentNotVisible)


def test_media_that_expired_is_told_apart_from_other_bad_requests(x: FakeX) -> None:
    """Fault 34."""
    assert isinstance(post(destination(x), media_ids=("17",)), MediaGone)
    refused = destination(x).create(Payload("x", poll=Poll(("one",), 5)), parent_id="", media_ids=(), key="")
    assert isinstance(refused, Blocked)
    assert refused.reason is Reason.INVALID


@pytest.mark.parametrize(
    ("problem", "window", "wait_s"), [("rate_15min", Window.SHORT, 900), ("rate_24h", Window.DAILY, 86_400)]
)
def test_a_429_says_which_window_is_spent_and_how_long_on_the_servers_clock(
    x: FakeX, problem: str, window: Window, wait_s: float
) -> None:
    """Fault 19, 20, 39: our own clock may be a day off."""
    x.world.advance(86_400)
    if problem == "rate_24h":
        x.world.rules.create_limit_24h = 1
        posted(destination(x), "the one that was free")
        result = post(destination(x))
    else:
        x.strike(refusal(problem))
        result = post(destination(x))
    assert isinstance(result, RateLimited)
    assert result.window is window
    assert result.wait_s == pytest.approx(wait_s, abs=2)


def test_the_hundred_and_first_post_in_fifteen_minutes_waits_for_the_oldest_to_age(x: FakeX) -> None:
    x.world.rules.create_limit = 1
    posted(destination(x), "one")
    x.world.advance(400)
    result = post(destination(x), "two")
    assert isinstance(result, RateLimited)
    assert result.wait_s == pytest.approx(500, abs=2)


AMBIGUOUS_AFTER_ACCEPT = [
    "drop_after_accept",
    "drop_in_status_line",
    "drop_in_headers",
    "drop_in_body",
    "truncated_201",
    "html_201",
    "html_200",
    "list_201",
    "empty_201",
    "no_id_201",
    "bad_id_201",
    "no_content_204",
    "errors_200",
    "redirect_302",
    "overloaded_after",
    "html_502_after",
]


@pytest.mark.parametrize("name", AMBIGUOUS_AFTER_ACCEPT)
def test_what_was_accepted_and_not_told_is_ambiguous(x: FakeX, name: str) -> None:
    """Faults 10, 11, 13, 14, 15, 16."""
    x.strike(fault(name))
    assert isinstance(post(destination(x)), Ambiguous)
    assert len(x.accepted) == 1
    assert [each.route for each in x.seen()] == ["POST /2/tweets"]  # nothing was followed, nothing was repeated


@pytest.mark.parametrize("name", ["drop_before_read", "drop_before_accept", "overloaded_before"])
def test_what_was_not_accepted_looks_the_same_from_here(x: FakeX, name: str) -> None:
    """Faults 9, 12."""
    x.strike(fault(name))
    assert isinstance(post(destination(x)), Ambiguous)
    assert x.accepted == []


@pytest.mark.parametrize("name", ["hang_before", "hang_after", "drip"])
def test_a_server_that_never_finishes_ends_within_the_total_limit(x: FakeX, name: str) -> None:
    """Fault 17."""
    x.strike(fault(name))
    session = Session(Transport(x.base, connect_timeout_s=0.2, read_timeout_s=0.3), OAuth1Signer(CREDENTIALS))
    started = time.monotonic()
    outcome = post(XDestination(session, clock=JumpingClock()))
    assert outcome == Ambiguous("no complete answer within 0.5 s")
    assert time.monotonic() - started < 1.5


@pytest.mark.parametrize("kept", range(-220, 0, 20))
def test_an_answer_cut_at_any_byte_is_ambiguous(x: FakeX, kept: int) -> None:
    """Fault 13: from the status line to the last brace."""
    x.strike(Fault(cut_after_bytes=kept))
    assert isinstance(post(destination(x)), Ambiguous)


@pytest.mark.parametrize("problem", ["duplicate", "rate_15min"])
@pytest.mark.parametrize("kept", range(10, 400, 30))
def test_a_refusal_that_is_not_whole_is_not_believed(x: FakeX, problem: str, kept: int) -> None:
    """A 403 without its words could be the one that says that the post exists."""
    x.strike(refusal(problem, cut_after_bytes=kept))
    assert isinstance(post(destination(x)), Ambiguous)


@pytest.mark.slow
def test_an_answer_cut_at_every_single_byte_is_ambiguous(x: FakeX) -> None:
    x.world.rules = x.world.rules.__class__(duplicates=False, create_limit=10_000)
    for kept in range(2000):
        x.strike(Fault(cut_after_bytes=kept))
        if isinstance(post(destination(x)), Created):
            assert kept > 400  # the whole answer fits
            break
    else:
        pytest.fail("the answer was never whole")
    assert kept == len(x.accepted) - 1  # every shorter one was ambiguous


def test_nothing_is_sent_where_nobody_listens() -> None:
    """Fault 18."""
    with socket.socket() as reserved:
        reserved.bind(("127.0.0.1", 0))
        base = f"http://127.0.0.1:{reserved.getsockname()[1]}"
        session = Session(Transport(base, connect_timeout_s=0.3, read_timeout_s=0.3), OAuth1Signer(CREDENTIALS))
        assert post(XDestination(session, clock=JumpingClock())) == NotSent("no connection to the server")


def test_a_failed_handshake_is_not_sent_although_a_connection_stood(x: FakeX) -> None:
    base = x.base.replace("http://", "https://")  # the service speaks no TLS
    session = Session(Transport(base, connect_timeout_s=0.3, read_timeout_s=0.3), OAuth1Signer(CREDENTIALS))
    assert isinstance(post(XDestination(session, clock=JumpingClock())), NotSent)
    assert x.accepted == []


def test_a_connection_that_stalls_before_the_request_is_not_sent() -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()  # accepts in the kernel and never speaks TLS
        base = f"https://127.0.0.1:{listener.getsockname()[1]}"
        session = Session(Transport(base, connect_timeout_s=0.2, read_timeout_s=0.2), OAuth1Signer(CREDENTIALS))
        assert isinstance(post(XDestination(session, clock=JumpingClock())), NotSent)


def test_an_answer_without_end_is_not_read_without_end(x: FakeX, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("onering_cli.adapters.x.transport.MAX_ANSWER_BYTES", 1000)
    x.strike(Fault(status=201, body='{"data":{"id":"1"},"x":"' + "y" * 5000 + '"}'))
    assert isinstance(post(destination(x)), Ambiguous)


def test_neither_a_netrc_file_nor_a_cookie_goes_along(
    x: FakeX, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The library below would put a netrc file's password in place of our token, and give X's cookies back."""
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login somebody password else\n")
    monkeypatch.setenv("NETRC", str(netrc))
    target = oauth2_destination(x, KeptTokens({"me": logged_in(x)}), tmp_path)
    posted(target, "one")
    posted(target, "two")
    assert [each.cookie for each in x.seen()] == ["", ""]


@settings(max_examples=300, deadline=None)
@given(
    status=st.integers(100, 599),
    body=st.one_of(
        st.binary(max_size=60),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.text(max_size=5),
            lambda inner: (
                st.lists(inner, max_size=3)
                | st.dictionaries(
                    st.sampled_from(["data", "id", "errors", "detail", "type", "title", "message"]), inner
                )
            ),
        ).map(lambda value: json.dumps(value).encode()),
    ),
    headers=st.dictionaries(
        st.sampled_from(["x-rate-limit-reset", "x-rate-limit-remaining", "retry-after", "date"]), st.text(max_size=12)
    ),
)
def test_no_answer_whatever_breaks_the_table(status: int, body: bytes, headers: dict[str, str]) -> None:
    """Only a 201 with a plain id is created; only a 4xx promises that nothing was done; a wait is never 0."""
    now = JumpingClock().now()
    outcome = create_outcome(Answer(status, headers, body), address_of=str, now=now)
    if isinstance(outcome, Created):
        assert status == 201
        assert outcome.remote_id.isascii()
        assert outcome.remote_id.isdigit()
    elif not isinstance(outcome, Ambiguous):
        assert 400 <= status < 500
        assert status != 408
    if isinstance(outcome, RateLimited):
        assert 1 <= outcome.wait_s <= MOST_WAIT_S


def test_a_429_without_headers_waits_one_window() -> None:
    now = JumpingClock().now()
    outcome = create_outcome(Answer(429, {}, b""), address_of=str, now=now)
    assert outcome == RateLimited(DEFAULT_WAIT_S, Window.SHORT, "")


@pytest.mark.parametrize("first", ["short", "daily"])
def test_faults_19_and_20_of_several_limits_that_are_spent_the_last_reset_counts(first: str) -> None:
    now = JumpingClock().now()
    resets_s = {"x-rate-limit": 700, "x-app-limit-24hour": 40_000, "x-user-limit-24hour": 50_000}
    if first == "daily":  # the day ends before the window does
        resets_s = {"x-rate-limit": 700, "x-app-limit-24hour": 100, "x-user-limit-24hour": 200}
    headers = {"date": format_datetime(now, usegmt=True)}
    for prefix, in_s in resets_s.items():
        headers |= {f"{prefix}-remaining": "0", f"{prefix}-reset": str(int(now.timestamp()) + in_s)}
    outcome = create_outcome(Answer(429, headers, b""), address_of=str, now=now)
    assert isinstance(outcome, RateLimited)
    assert outcome.wait_s == max(resets_s.values())
    assert outcome.window is (Window.SHORT if first == "daily" else Window.DAILY)


def test_every_named_fault_is_covered_above() -> None:
    elsewhere = {"drop_before_read", "drop_before_accept", "overloaded_before", "hang_before", "hang_after", "drip"}
    assert set(FAULTS) == set(AMBIGUOUS_AFTER_ACCEPT) | elsewhere | {"accept_late"}


def test_a_request_accepted_late_is_ambiguous_now_and_there_later(x: FakeX) -> None:
    """Fault 4."""
    x.strike(fault("accept_late"))
    session = Session(Transport(x.base, connect_timeout_s=0.1, read_timeout_s=0.2), OAuth1Signer(CREDENTIALS))
    assert isinstance(post(XDestination(session, clock=JumpingClock())), Ambiguous)
    assert x.accepted == []
    x.world.advance(30)
    assert len(x.accepted) == 1
