"""``onering webhook`` as a person and a service manager run it."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest
from doubles.billing_desk import billing_desk  # noqa: F401 -- the fixture `desk`
from doubles.fake_stripe import LIVE_KEY, Fault, signature_header
from doubles.fake_stripe.world import body_of
from doubles.program import guarded_environment, program

from onering_cli.errors import ExitCode

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from doubles.billing_desk import BillingDesk
    from doubles.fake_stripe.world import Thing

SECRET = "whsec_4711"


@contextmanager
def listener() -> Iterator[tuple[subprocess.Popen[str], int]]:
    """The command in a process of its own, and its port."""
    process = subprocess.Popen(
        program(["webhook", "listen", "--port", "0"]), stderr=subprocess.PIPE, text=True, env=guarded_environment()
    )
    assert process.stderr is not None
    try:
        line = process.stderr.readline()
        found = re.search(r"http://127\.0\.0\.1:(\d+)/webhook", line)
        assert found, line
        yield process, int(found[1])
    finally:
        process.kill()
        process.wait()
        process.stderr.close()


def deliver(port: int, event: Thing) -> int:
    body = body_of(event)
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        header = signature_header(body, SECRET, int(time.time()))
        connection.request("POST", "/webhook", body, {"stripe-signature": header})
        return connection.getresponse().status
    finally:
        connection.close()


def completed(desk: BillingDesk) -> Thing:
    desk.world.pay(desk.open_session())
    return [event for event in desk.world.events() if event["type"] == "checkout.session.completed"][-1]


def test_it_listens_until_ctrl_c_and_tells_what_came(desk: BillingDesk) -> None:
    desk.set(STRIPE_WEBHOOK_SECRET=SECRET)
    event = completed(desk)
    with listener() as (process, port):
        assert deliver(port, event) == 200
        assert (
            deliver(port, {**event, "id": "evt_2", "data": {"object": {**event["data"]["object"], "id": "cs_unknown"}}})
            == 200
        )
        process.send_signal(signal.SIGINT)
        _, told = process.communicate(timeout=30)
        assert process.returncode == ExitCode.INTERRUPTED
    assert f"done  checkout.session.completed  {event['id']}\n" in told
    assert "foreign  checkout.session.completed  evt_2: no such session at this account\n" in told
    assert "Traceback" not in told
    assert desk.balance() == 500
    entries = desk.call("log", "--json").json["entries"]
    assert [entry["fields"]["outcome"] for entry in entries if entry["message"] == "webhook"] == ["done", "foreign"]


def test_what_a_killed_listener_had_kept_is_acted_on_by_the_next_one(desk: BillingDesk) -> None:
    desk.set(STRIPE_WEBHOOK_SECRET=SECRET)
    event = completed(desk)
    looked = threading.Event()
    with listener() as (process, port):
        desk.stripe.on_request = lambda _, path: looked.set() if path.startswith("/v1/checkout/sessions/") else None
        desk.stripe.strike(Fault("hang", "GET", "/v1/checkout/sessions/"))
        body = body_of(event)
        header = signature_header(body, SECRET, int(time.time()))
        with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
            connection.sendall(
                f"POST /webhook HTTP/1.1\r\nHost: x\r\nStripe-Signature: {header}\r\nContent-Length: {len(body)}\r\n\r\n".encode()
                + body
            )
            assert looked.wait(30), "it looks at the session once it has kept the event"
            process.kill()
    assert desk.balance() == 0
    with listener():
        assert desk.balance() == 500


def test_ctrl_c_ends_a_listener_that_waits_for_a_service_which_hangs(desk: BillingDesk) -> None:
    desk.set(STRIPE_WEBHOOK_SECRET=SECRET)
    event = completed(desk)
    looked = threading.Event()
    with listener() as (process, port):
        desk.stripe.on_request = lambda _, path: looked.set() if path.startswith("/v1/checkout/sessions/") else None
        desk.stripe.strike(Fault("hang", "GET", "/v1/checkout/sessions/"))
        client = threading.Thread(target=_deliver_in_vain, args=(port, event))
        client.start()
        assert looked.wait(30)
        process.send_signal(signal.SIGINT)
        _, told = process.communicate(timeout=20)
        client.join()
    assert (process.returncode, "Traceback" in told) == (ExitCode.INTERRUPTED, False), told


def _deliver_in_vain(port: int, event: Thing) -> None:
    with contextlib.suppress(OSError, http.client.HTTPException):
        assert deliver(port, event) == 500


def test_two_listeners_on_a_port_end_in_one_sentence(desk: BillingDesk) -> None:
    desk.set(STRIPE_WEBHOOK_SECRET=SECRET)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        result = desk.call("webhook", "listen", "--port", str(taken.getsockname()[1]))
    assert result.code == ExitCode.USAGE
    assert re.fullmatch(
        r"error: cannot listen on 127\.0\.0\.1 port \d+: Address already in use\n  choose another with --port\n",
        result.err,
    )


def test_it_says_what_is_missing(desk: BillingDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    result = desk.call("webhook", "listen")
    assert (result.code, "no signing secret" in result.err) == (ExitCode.LOG_IN, True)
    monkeypatch.setitem(sys.modules, "onering_cli.adapters.webhook_server", None)
    result = desk.call("webhook", "listen")
    assert (result.code, "pip install 'onering-cli[server]'" in result.err) == (ExitCode.USAGE, True)


def test_the_signing_secrets_are_kept_by_auth(desk: BillingDesk) -> None:
    desk.set(SECRETS_FILE="true")
    kept = desk.call("auth", "login", "stripe", "--webhook", "--store", "file", stdin="whsec_a,whsec_b\n")
    assert kept.code == ExitCode.DONE, kept.err
    with listener() as (_, port):
        assert deliver(port, completed(desk)) == 400, "signed by neither"
    assert desk.call("auth", "login", "groq", "--webhook").code == ExitCode.USAGE


def replay(desk: BillingDesk, what: str | Path) -> Any:
    result = desk.call("webhook", "replay", what, "--json")
    assert result.json.keys() >= {"operation", "events", "balance"}
    return result


def test_an_event_is_replayed_from_a_file_and_from_what_was_kept(desk: BillingDesk, tmp_path: Path) -> None:
    event = completed(desk)
    (tmp_path / "event.json").write_bytes(body_of(event))
    result = replay(desk, tmp_path / "event.json")
    assert (result.code, result.json["balance"]) == (ExitCode.DONE, 500)
    desk.world.refund(event["data"]["object"]["id"])
    again = replay(desk, event["id"])
    assert (again.code, again.json["balance"]) == (ExitCode.DONE, 0), "it looks again, also at what was done"
    lines = "\n".join(json.dumps(one) for one in desk.world.events())
    (tmp_path / "events.jsonl").write_text(lines)
    assert len(replay(desk, tmp_path / "events.jsonl").json["events"]) == 3
    assert desk.balance() == 0
    assert desk.call("webhook", "replay", event["id"]).out == f"{event['id']}\tcheckout.session.completed\tdone\t\n"


def test_a_forged_event_in_a_file_grants_nothing(desk: BillingDesk, tmp_path: Path) -> None:
    session = desk.open_session()
    page = {**desk.world.things[session], "status": "complete", "payment_status": "paid"}
    forged = {**desk.world.emit("checkout.session.completed", page)}
    (tmp_path / "forged.json").write_text(json.dumps(forged))
    assert replay(desk, tmp_path / "forged.json").json["balance"] == 0


def test_a_replay_of_somebody_elses_payment_is_refused_with_words(desk: BillingDesk, tmp_path: Path) -> None:
    foreign = desk.world.session(client_reference_id="onering_x", metadata={"onering_user": "onering_x"})
    desk.world.pay(foreign["id"])
    (tmp_path / "event.json").write_bytes(body_of(desk.world.events()[-1]))
    result = replay(desk, tmp_path / "event.json")
    assert result.code == ExitCode.REFUSED
    assert "was not made for this user" in result.json["error"]["message"]
    assert desk.stripe.count("GET", f"/v1/checkout/sessions/{foreign['id']}") == 0, "it need not be looked at"
    mixed = desk.world.session(client_reference_id=desk.world.things[desk.open_session()]["client_reference_id"])
    desk.world.pay(mixed["id"])
    (tmp_path / "event.json").write_bytes(body_of(desk.world.events()[-1]))
    result = replay(desk, tmp_path / "event.json")
    assert f"session {mixed['id']} was not made for this user" in result.json["error"]["message"]


def test_a_listener_with_a_key_of_the_other_mode_does_not_start(desk: BillingDesk) -> None:
    desk.set(STRIPE_WEBHOOK_SECRET=SECRET)
    desk.open_session()
    desk.set(STRIPE_SECRET_KEY=LIVE_KEY)
    result = desk.call("webhook", "listen", "--port", "0")
    assert (result.code, "this is a live key, and test mode was used so far" in result.err) == (ExitCode.USAGE, True)


@pytest.mark.parametrize("content", [b"", b"no json", b"[]", b'{"object": "charge"}', b"\xff", b"[" * 100_000])
def test_a_file_without_events_is_refused(desk: BillingDesk, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "event.json").write_bytes(content)
    assert replay(desk, tmp_path / "event.json").code == ExitCode.USAGE
    assert replay(desk, "evt_unheard_of").code == ExitCode.USAGE


def test_a_replay_while_stripe_is_down_can_be_repeated(desk: BillingDesk, tmp_path: Path) -> None:
    (tmp_path / "event.json").write_bytes(body_of(completed(desk)))
    desk.stripe.strike(*[Fault("drop", "GET", "/v1/checkout/sessions/")] * 3)
    assert replay(desk, tmp_path / "event.json").code == ExitCode.TRY_LATER
    assert replay(desk, tmp_path / "event.json").json["balance"] == 500


def test_sigterm_ends_it_too(desk: BillingDesk) -> None:
    desk.set(STRIPE_WEBHOOK_SECRET=SECRET)
    with listener() as (process, port):
        assert deliver(port, completed(desk)) == 200
        os.kill(process.pid, signal.SIGTERM)
        assert process.wait(timeout=30) == -signal.SIGTERM
    assert desk.balance() == 500
