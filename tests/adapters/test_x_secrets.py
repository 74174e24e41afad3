"""Fault 55: with everything logged at DEBUG, and in every traceback, no secret of X's shows."""

import logging
import time
import traceback
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
import tweepy
from doubles.fake_x import ACCESS_TOKEN_SECRET, CONSUMER_SECRET, FAULTS, FakeX, fault, refusal
from doubles.x_client import CREDENTIALS, KeptTokens, destination, keeper, logged_in, oauth2_destination, post

from onering_cli.adapters.x.transport import TWEEPY_BASE, quiet_loggers
from onering_cli.errors import OneRingError


class _Recorder(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))


@pytest.fixture
def x() -> Iterator[FakeX]:
    with FakeX() as service:
        yield service


@pytest.fixture
def log() -> Iterator[list[str]]:
    """All that is logged while everything may be."""
    recorder, root = _Recorder(), logging.getLogger()
    level = root.level
    root.addHandler(recorder)
    root.setLevel(logging.DEBUG)
    yield recorder.lines
    root.removeHandler(recorder)
    root.setLevel(level)
    quiet_loggers()


def secrets_of(x: FakeX, *more: str) -> list[str]:
    return [
        *more,
        CONSUMER_SECRET,
        ACCESS_TOKEN_SECRET,
        CREDENTIALS.access_token,
        *x.identity.access,
        *x.identity.refresh,
    ]


def test_tweepy_left_alone_does_log_its_token(x: FakeX, log: list[str]) -> None:
    """The danger is real: this is what the tests below would see without our care."""
    for name in ("tweepy", "tweepy.client"):
        logging.getLogger(name).setLevel(logging.NOTSET)
    token = logged_in(x).access_token
    client = tweepy.Client(bearer_token=token, return_type=requests.Response)
    original = client.session.request
    client.session.request = lambda method, url, **options: original(
        method, url.replace(TWEEPY_BASE, x.base), **options
    )
    client.get_me(user_auth=False)
    assert any(token in line for line in log)


@pytest.mark.parametrize("loud", ["", "tweepy", "urllib3", "requests_oauthlib", "oauthlib"])
def test_nothing_secret_is_logged_whatever_happens(x: FakeX, log: list[str], tmp_path: Path, loud: str) -> None:
    store = KeptTokens({"me": logged_in(x)})
    before = store.kept["me"]
    target = oauth2_destination(x, store, tmp_path)
    if loud:
        logging.getLogger(loud).setLevel(logging.DEBUG)
    x.identity.access.clear()
    post(target, "after a renewal")
    post(destination(x), "signed")
    for name in FAULTS:
        if not name.startswith(("hang", "drip", "accept_late")):
            x.strike(fault(name))
            post(target, name)
    for problem in ("unauthorized", "forbidden", "rate_15min"):
        x.strike(refusal(problem))
        post(destination(x), problem)
    destination(x).newest_own_id()
    told = "\n".join(log)
    for secret in secrets_of(x, before.access_token, before.refresh_token):
        assert secret not in told
    assert "Authorization" not in told
    assert "OAuth " not in told


def test_no_traceback_holds_a_secret(x: FakeX, tmp_path: Path) -> None:
    store = KeptTokens({"me": logged_in(x)})
    before = store.kept["me"]
    x.identity.access.clear()
    x.identity.refresh.clear()
    with pytest.raises(OneRingError) as refused:
        keeper(x, store, tmp_path).renew(ends_at=time.monotonic() + 10)
    told = "".join(traceback.format_exception(refused.value)) + repr(refused.value.details)
    for secret in secrets_of(x, before.access_token, before.refresh_token):
        assert secret not in told


def test_what_an_outcome_says_holds_no_secret(x: FakeX) -> None:
    for name in FAULTS:
        if not name.startswith(("hang", "drip", "accept_late")):
            x.strike(fault(name))
            told = repr(post(destination(x), name))
            assert not any(secret in told for secret in secrets_of(x))
