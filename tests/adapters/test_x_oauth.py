"""OAuth 2.0 at X: tokens that are renewed once, kept before they are used, and never lost to an empty one."""

import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from doubles.fake_x import CLIENT_ID, SCOPES, FakeX, Fault, fault
from doubles.x_client import (
    CREDENTIALS,
    JumpingClock,
    KeptTokens,
    keeper,
    logged_in,
    oauth2_destination,
    post,
    posted,
    transport,
)
from filelock import FileLock

from onering_cli.adapters.x.credentials import OAuth1Credentials, OAuth2App, OAuth2Tokens, checked_base
from onering_cli.adapters.x.destination import XDestination
from onering_cli.adapters.x.oauth import OAuth2Keeper, request_tokens
from onering_cli.adapters.x.session import OAuth2Signer, Session
from onering_cli.adapters.x.transport import Transport
from onering_cli.errors import LogInError, StoreError, TryLaterError, UsageError
from onering_cli.publishing.model import Reason
from onering_cli.publishing.outcomes import Blocked, Created, NotSent, Unavailable

TOKEN = "POST /2/oauth2/token"


@pytest.fixture
def x() -> Iterator[FakeX]:
    with FakeX() as service:
        yield service


@pytest.fixture
def store(x: FakeX) -> KeptTokens:
    return KeptTokens({"me": logged_in(x)})


def soon() -> float:
    """A deadline on the monotonic clock that is far enough."""
    return time.monotonic() + 10


def test_a_post_with_a_token_in_force_asks_for_no_other(x: FakeX, store: KeptTokens, tmp_path: Path) -> None:
    assert isinstance(post(oauth2_destination(x, store, tmp_path)), Created)
    assert x.seen(TOKEN) == []


def test_fault_28_a_401_in_the_middle_of_a_thread_is_one_renewal_and_the_thread_goes_on(
    x: FakeX, store: KeptTokens, tmp_path: Path
) -> None:
    """Fault 28."""
    target = oauth2_destination(x, store, tmp_path)
    root = posted(target, "root")
    before = store.kept["me"]
    x.identity.access.clear()  # X has ended the token before its time
    leaf = posted(target, "leaf", parent_id=root)
    posted(target, "leaf of the leaf", parent_id=leaf)
    assert [each.text for each in x.accepted] == ["root", "leaf", "leaf of the leaf"]
    assert (x.identity.refreshes, store.saves) == (1, 1)
    assert store.kept["me"].access_token != before.access_token
    assert store.kept["me"].refresh_token != before.refresh_token


def test_a_token_that_is_about_to_end_is_renewed_before_it_is_used(x: FakeX, store: KeptTokens, tmp_path: Path) -> None:
    clock = JumpingClock(datetime.now(UTC) + timedelta(seconds=7200 - 30))
    posted(oauth2_destination(x, store, tmp_path, clock=clock))
    assert x.identity.refreshes == 1
    assert [each.status for each in x.seen("POST /2/tweets")] == [201]


def test_a_token_that_is_refused_again_is_not_renewed_again(x: FakeX, store: KeptTokens, tmp_path: Path) -> None:
    x.strike(Fault(problem="unauthorized", commits=False, times=2))
    assert post(oauth2_destination(x, store, tmp_path)) == Blocked(Reason.UNAUTHORIZED, "Unauthorized")
    assert x.identity.refreshes == 1
    assert len(x.seen("POST /2/tweets")) == 2


def test_fault_30_two_that_renew_at_once_make_one_call(x: FakeX, store: KeptTokens, tmp_path: Path) -> None:
    """Fault 30: a second refresh with the same token would log the account out."""
    x.identity.access.clear()
    targets = [oauth2_destination(x, store, tmp_path) for _ in range(8)]
    barrier = threading.Barrier(len(targets))
    outcomes: list[object] = []

    def work(number: int) -> None:
        barrier.wait()
        outcomes.append(post(targets[number], f"post {number}"))

    threads = [threading.Thread(target=work, args=(number,)) for number in range(len(targets))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(isinstance(each, Created) for each in outcomes), outcomes
    assert x.identity.refreshes == 1


def test_fault_29_a_death_between_refresh_and_save_asks_to_log_in(x: FakeX, store: KeptTokens, tmp_path: Path) -> None:
    """Fault 29: the refresh token is spent, and the new pair died with the process."""
    store.fails_to_save = StoreError("the store is full")
    x.identity.access.clear()
    with pytest.raises(StoreError):
        keeper(x, store, tmp_path).renew(ends_at=soon())
    store.fails_to_save = None
    with pytest.raises(LogInError) as refused:
        keeper(x, store, tmp_path).renew(ends_at=soon())
    assert "onering auth login x --account me" in refused.value.hint
    outcome = post(oauth2_destination(x, store, tmp_path))
    assert isinstance(outcome, Blocked)
    assert outcome.reason is Reason.UNAUTHORIZED
    assert x.accepted == []


def test_new_tokens_are_kept_before_they_are_used(x: FakeX, store: KeptTokens, tmp_path: Path) -> None:
    x.identity.access.clear()
    store.fails_to_save = StoreError("the store is full")
    assert post(oauth2_destination(x, store, tmp_path)) == NotSent("the store is full")
    assert [each.status for each in x.seen("POST /2/tweets")] == [401]


def test_an_answer_without_a_token_overwrites_nothing(x: FakeX, store: KeptTokens, tmp_path: Path) -> None:
    before = store.kept["me"]
    for body in ("{}", '{"access_token":""}', '{"access_token":null}', "[]", "", '{"access_token":7}'):
        x.strike(Fault(route=TOKEN, commits=False, status=200, body=body))
        with pytest.raises(TryLaterError):
            keeper(x, store, tmp_path).renew(ends_at=soon())
    assert store.kept["me"] is before
    assert store.saves == 0


def test_an_answer_without_a_refresh_token_keeps_the_old_one(x: FakeX, store: KeptTokens, tmp_path: Path) -> None:
    x.strike(Fault(route=TOKEN, commits=False, status=200, body='{"access_token":"new","refresh_token":""}'))
    before = store.kept["me"]
    after = keeper(x, store, tmp_path).renew(ends_at=soon())
    assert (after.access_token, after.refresh_token) == ("new", before.refresh_token)


@pytest.mark.parametrize("strike", [fault("drop_before_accept"), fault("overloaded_before"), fault("html_502_after")])
def test_a_renewal_that_cannot_be_asked_for_sends_no_post(
    x: FakeX, store: KeptTokens, tmp_path: Path, strike: Fault
) -> None:
    x.identity.access.clear()
    x.strike(replace(strike, route=TOKEN))
    assert isinstance(post(oauth2_destination(x, store, tmp_path)), NotSent)
    x.strike(replace(strike, route=TOKEN))
    assert isinstance(oauth2_destination(x, store, tmp_path).newest_own_id(), Unavailable)
    assert x.accepted == []


def test_whoever_is_not_logged_in_is_told_how(x: FakeX, tmp_path: Path) -> None:
    outcome = post(oauth2_destination(x, KeptTokens(), tmp_path))
    assert outcome == Blocked(Reason.UNAUTHORIZED, "account me is not logged in")


def test_a_login_without_a_refresh_token_ends_with_its_access_token(
    x: FakeX, store: KeptTokens, tmp_path: Path
) -> None:
    store.kept["me"] = replace(store.kept["me"], refresh_token="")
    x.identity.access.clear()
    assert post(oauth2_destination(x, store, tmp_path)) == Blocked(
        Reason.UNAUTHORIZED, "the login of account me has ended"
    )
    assert x.seen(TOKEN) == []


def test_a_lock_that_somebody_keeps_is_not_waited_for_beyond_the_call(
    x: FakeX, store: KeptTokens, tmp_path: Path
) -> None:
    (tmp_path / "locks").mkdir()
    with FileLock(tmp_path / "locks" / "me.lock"), pytest.raises(TryLaterError):
        keeper(x, store, tmp_path).renew(ends_at=time.monotonic() + 0.1)


def test_several_accounts_post_each_with_its_own_tokens(x: FakeX, store: KeptTokens, tmp_path: Path) -> None:
    other = x.world.join("other", account_id="2002")
    store.kept["work"] = logged_in(x, other)
    posted(oauth2_destination(x, store, tmp_path), "from me")
    posted(oauth2_destination(x, store, tmp_path, account="work"), "from work")
    assert [(each.author_id, each.text) for each in x.accepted] == [("1001", "from me"), ("2002", "from work")]


def test_a_confidential_app_proves_itself_by_its_secret(x: FakeX) -> None:
    x.identity.clients["confidential"] = "app-secret"
    form = {
        "grant_type": "refresh_token",
        "refresh_token": x.identity.give_refresh(x.account, "confidential", SCOPES),
    }
    now = datetime.now(UTC)
    with pytest.raises(LogInError):
        request_tokens(transport(x), OAuth2App("confidential", "wrong"), form, now=now, ends_at=soon())
    tokens = request_tokens(transport(x), OAuth2App("confidential", "app-secret"), form, now=now, ends_at=soon())
    assert tokens.expires_at == now + timedelta(seconds=7200)
    assert set(tokens.scope.split()) == SCOPES


def test_a_call_that_first_renews_still_ends_within_one_limit(x: FakeX, store: KeptTokens, tmp_path: Path) -> None:
    """What others take for dead after the limit must not send a post later."""
    slow = Transport(x.base, connect_timeout_s=0.2, read_timeout_s=0.6)
    x.identity.access.clear()
    x.strike(Fault(route=TOKEN, hang_s=0.5), Fault(hang_s=0.3, skip=1))
    kept = OAuth2Keeper(
        "me", OAuth2App(CLIENT_ID), store=store, transport=slow, lock_path=tmp_path / "lock", clock=JumpingClock()
    )
    started = time.monotonic()
    outcome = post(XDestination(Session(slow, OAuth2Signer(kept)), clock=JumpingClock()))
    assert time.monotonic() - started < 1.2
    assert not isinstance(outcome, Created)


def test_secrets_do_not_show_themselves() -> None:
    tokens = OAuth2Tokens("access-4711", "refresh-4711", datetime.now(UTC))
    for holder in (CREDENTIALS, tokens, OAuth2App("id-4711", "secret-4711")):
        assert "4711" not in repr(holder)
        assert "4711" not in str(holder)


def test_tokens_survive_the_way_to_a_store_and_back() -> None:
    tokens = OAuth2Tokens("access", "refresh", datetime(2026, 8, 1, 9, 30, tzinfo=UTC), "tweet.read")
    assert OAuth2Tokens.from_record(tokens.to_record()) == tokens
    with pytest.raises(ValueError, match="not a record"):
        OAuth2Tokens.from_record({"refresh_token": "x"})


@pytest.mark.parametrize(("token", "user_id"), [("1001-abc", "1001"), ("abc", ""), ("-abc", ""), ("١-abc", "")])
def test_an_access_token_begins_with_its_accounts_id(token: str, user_id: str) -> None:
    assert OAuth1Credentials("a", "b", token, "d").user_id == user_id


@pytest.mark.parametrize(
    "good", ["https://api.x.com", "http://127.0.0.1:8080/", "http://localhost:1", "http://[::1]:1"]
)
def test_secrets_go_to_https_or_to_this_machine(good: str) -> None:
    assert checked_base(good) == good.rstrip("/")


@pytest.mark.parametrize(
    "bad", ["http://example.com", "ftp://127.0.0.1", "", "api.x.com", "http://127.0.0.1.example.com"]
)
def test_secrets_go_nowhere_else(bad: str) -> None:
    with pytest.raises(UsageError):
        checked_base(bad)
