"""Logging in with a browser, which here is a few lines of http.client."""

import http.client
import socket
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pytest
from doubles.fake_x import CLIENT_ID, FakeX
from doubles.x_client import JumpingClock, transport

from onering_cli.adapters.x.credentials import OAuth2App
from onering_cli.adapters.x.login import (
    CALLBACK_PORT,
    REDIRECT_URI,
    Authorization,
    await_code,
    begin,
    code_from_redirect,
)
from onering_cli.adapters.x.oauth import exchange_code
from onering_cli.clock import SystemClock
from onering_cli.errors import LogInError, TryLaterError, UsageError

APP = OAuth2App(CLIENT_ID)


@pytest.fixture
def x() -> Iterator[FakeX]:
    with FakeX() as service:
        yield service


@pytest.fixture
def redirect_uri(x: FakeX) -> str:
    """A loopback address on a free port, so that tests can run beside each other."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        uri = f"http://127.0.0.1:{probe.getsockname()[1]}/callback"
    x.identity.redirect_uris.add(uri)
    return uri


def get(address: str) -> http.client.HTTPResponse:
    """What a browser gets; redirects are not followed."""
    parts = urlsplit(address)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=5)
    connection.request("GET", f"{parts.path}?{parts.query}")
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer


def allow(address: str) -> str:
    """Say yes at X; where the browser is sent to."""
    return get(address).getheader("location") or ""


def with_browser(authorization: Authorization, visit: Callable[[str], None], wait_s: float = 5) -> str:
    """Wait for the code while somebody visits."""
    threads: list[threading.Thread] = []

    def ready(address: str) -> None:
        threads.append(threading.Thread(target=visit, args=(address,)))
        threads[0].start()

    try:
        return await_code(authorization, clock=SystemClock(), wait_s=wait_s, on_ready=ready)
    finally:
        for thread in threads:
            thread.join()


def test_a_login_ends_with_tokens_that_work(x: FakeX, redirect_uri: str) -> None:
    authorization = begin(APP, authorize_base=x.base, redirect_uri=redirect_uri)
    pages: list[http.client.HTTPResponse] = []
    code = with_browser(authorization, lambda address: pages.append(get(allow(address))))
    tokens = exchange_code(
        transport(x),
        APP,
        code=code,
        verifier=authorization.verifier,
        redirect_uri=redirect_uri,
        now=datetime.now(UTC),
    )
    assert x.identity.access[tokens.access_token].account is x.account
    assert tokens.refresh_token
    assert pages[0].status == 200
    assert pages[0].getheader("content-security-policy") == "default-src 'none'"


def test_the_address_asks_for_what_is_needed_by_pkce_and_on_the_fixed_port() -> None:
    authorization = begin(APP)
    address = urlsplit(authorization.address)
    query = {name: values[0] for name, values in parse_qs(address.query).items()}
    assert (address.scheme, address.netloc, address.path) == ("https", "x.com", "/i/oauth2/authorize")
    assert query["redirect_uri"] == REDIRECT_URI == f"http://127.0.0.1:{CALLBACK_PORT}/callback"
    assert query["code_challenge_method"] == "S256"
    assert authorization.verifier not in authorization.address
    assert "offline.access" in query["scope"]
    assert begin(APP).state != authorization.state
    assert authorization.state not in repr(authorization)


def test_strangers_on_the_port_do_not_end_the_wait(x: FakeX, redirect_uri: str) -> None:
    authorization = begin(APP, authorize_base=x.base, redirect_uri=redirect_uri)
    statuses: list[int] = []

    def visit(address: str) -> None:
        base = redirect_uri.removesuffix("/callback")
        statuses.append(get(f"{base}/favicon.ico").status)
        statuses.append(get(f"{redirect_uri}?state=guessed&code=planted").status)
        statuses.append(get(f"{redirect_uri}?code=planted").status)
        statuses.append(get(f"{redirect_uri}?state=guessed&error=access_denied").status)
        statuses.append(get(f"{redirect_uri}?state={authorization.state}").status)
        with socket.create_connection(("127.0.0.1", urlsplit(redirect_uri).port or 0)) as rude:
            rude.sendall(b"\x16\x03\x01 not http\r\n\r\n")
        statuses.append(get(allow(address)).status)

    assert with_browser(authorization, visit) in x.identity.codes
    assert statuses == [404, 400, 400, 400, 400, 200]


def test_a_person_who_says_no_is_not_logged_in(x: FakeX, redirect_uri: str) -> None:
    x.identity.denies = True
    authorization = begin(APP, authorize_base=x.base, redirect_uri=redirect_uri)
    with pytest.raises(LogInError):
        with_browser(authorization, lambda address: [get(allow(address))].clear())


def test_nobody_is_waited_for_without_end(redirect_uri: str) -> None:
    with pytest.raises(TryLaterError):
        with_browser(begin(APP, redirect_uri=redirect_uri), lambda _address: None, wait_s=0.2)


def test_a_port_in_use_points_to_headless(redirect_uri: str) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", urlsplit(redirect_uri).port or 0))
        taken.listen()
        with pytest.raises(UsageError) as refused:
            await_code(
                begin(APP, redirect_uri=redirect_uri), clock=JumpingClock(), wait_s=1, on_ready=lambda _address: None
            )
    assert "--headless" in refused.value.hint


def test_without_a_browser_here_the_redirect_is_pasted(x: FakeX) -> None:
    authorization = begin(APP, authorize_base=x.base)
    pasted = allow(authorization.address)
    code = code_from_redirect(authorization, f"  {pasted}\n")
    tokens = exchange_code(
        transport(x),
        APP,
        code=code,
        verifier=authorization.verifier,
        redirect_uri=authorization.redirect_uri,
        now=datetime.now(UTC),
    )
    assert tokens.access_token in x.identity.access


def test_what_is_pasted_must_be_this_logins_answer(x: FakeX) -> None:
    authorization, another = begin(APP, authorize_base=x.base), begin(APP, authorize_base=x.base)
    for wrong in ("", "hello", "https://example.com/callback?code=1", allow(another.address), REDIRECT_URI):
        with pytest.raises(UsageError):
            code_from_redirect(authorization, wrong)


def test_a_code_is_good_for_thirty_seconds_one_use_and_one_verifier(x: FakeX) -> None:
    def exchange(verifier: str, code: str) -> object:
        return exchange_code(
            transport(x), APP, code=code, verifier=verifier, redirect_uri=REDIRECT_URI, now=datetime.now(UTC)
        )

    first = begin(APP, authorize_base=x.base)
    code = code_from_redirect(first, allow(first.address))
    exchange(first.verifier, code)
    with pytest.raises(LogInError):
        exchange(first.verifier, code)

    second = begin(APP, authorize_base=x.base)
    with pytest.raises(LogInError):
        exchange(first.verifier, code_from_redirect(second, allow(second.address)))

    third = begin(APP, authorize_base=x.base)
    code = code_from_redirect(third, allow(third.address))
    x.world.advance(31)
    with pytest.raises(LogInError):
        exchange(third.verifier, code)
