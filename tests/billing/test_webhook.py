"""The webhook's listener over real HTTP: who is let in, what is kept, and that one payment is credited once."""

from __future__ import annotations

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest
from doubles.fake_stripe import FakeStripe, Fault
from doubles.fake_stripe.world import body_of
from doubles.listening import OLD_SECRET, SECRET, Listening, listening

from onering_cli.adapters.webhook_server import LARGEST_BODY_BYTES, PromptHttp
from onering_cli.billing.fulfilment import fulfil, hear

if TYPE_CHECKING:
    import socket
    from collections.abc import Iterator
    from pathlib import Path

    from doubles.fake_stripe.world import Thing


@pytest.fixture
def stripe(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeStripe]:
    monkeypatch.setattr("onering_cli.adapters.stripe.http._RETRY_WAITS_S", (0.0, 0.0))
    with FakeStripe() as running:
        yield running


@pytest.fixture
def hall(tmp_path: Path, stripe: FakeStripe) -> Iterator[Listening]:
    with listening(tmp_path, stripe) as made:
        yield made


def paid(hall: Listening) -> tuple[str, Thing]:
    """A session that was paid, and the event of it."""
    session = hall.page()
    hall.stripe.world.pay(session)
    return session, hall.event("checkout.session.completed")


def test_a_signed_event_is_acted_on_before_it_is_acknowledged(hall: Listening) -> None:
    session, event = paid(hall)
    assert hall.deliver(event) == 200
    assert hall.rows() == [(f"session:{session}", 500)]
    assert hall.deliver(event) == 200
    assert hall.heard == [(event["id"], "done", True), (event["id"], "done", False)]
    assert len(hall.rows()) == 1


def test_47_a_hundred_deliveries_at_once_are_one_credit(hall: Listening) -> None:
    session, event = paid(hall)
    with ThreadPoolExecutor(100) as pool:
        assert set(pool.map(lambda _: hall.deliver(event), range(100))) == {200}
    assert hall.rows() == [(f"session:{session}", 500)]
    assert hall.ledger.verify().balance == 500


def test_48_the_webhook_and_a_poll_that_race_are_one_credit(hall: Listening) -> None:
    for _ in range(10):
        session, event = paid(hall)
        barrier = threading.Barrier(2, timeout=30)

        def deliver(barrier: threading.Barrier = barrier, event: Thing = event) -> int:
            barrier.wait()
            return hall.deliver(event)

        with ThreadPoolExecutor(1) as pool:
            answer = pool.submit(deliver)
            barrier.wait()
            fulfil(session, hall.payments, hall.books)
            assert answer.result() == 200
        assert hall.rows()[-1] == (f"session:{session}", 500)
        hall.stripe.world.refund(session)
        fulfil(session, hall.payments, hall.books)
    assert len(hall.rows()) == 20
    assert hall.ledger.verify().balance == 0


def test_a_look_that_was_overtaken_does_not_undo_what_a_later_one_booked(hall: Listening) -> None:
    session, _ = paid(hall)
    early = hall.books.draw_ticket()
    before = hall.payments.purchase(session)
    assert before is not None
    hall.stripe.world.refund(session)
    fulfil(session, hall.payments, hall.books)
    assert hall.books.book([(before, early)]) == []
    assert hall.ledger.head().balance == 0
    assert not hall.books.is_verified()


@pytest.mark.parametrize("off_s", [-301, 301, -100_000])
def test_51_what_was_signed_at_another_time_is_refused(hall: Listening, off_s: int) -> None:
    _, event = paid(hall)
    assert hall.deliver(event, off_s=off_s) == 400
    assert hall.rows() == []


def test_52_both_secrets_of_a_rotation_are_accepted_and_no_other(hall: Listening) -> None:
    _, event = paid(hall)
    assert hall.deliver(event, secret="whsec_wrong") == 400
    assert hall.deliver(event, secret=OLD_SECRET) == 200
    assert hall.deliver(event, secret=SECRET) == 200


JUNK = {
    "nothing": b"",
    "no JSON": b"hello",
    "a list": b"[]",
    "a number": b"1",
    "null": b"null",
    "no object in it": b'{"object": "event", "id": "evt_1", "type": "x", "created": 1}',
    "no event": b'{"object": "charge", "id": "ch_1"}',
    "a thin event": b'{"object": "v2.core.event", "id": "evt_1", "type": "v1.x"}',
    "an id that is none": b'{"object": "event", "id": 5, "type": "charge.refunded", "created": 1, "data": {"object": {}}}',
    "a time that is none": b'{"object": "event", "id": "evt_1", "type": "charge.refunded", "created": "x", "data": {"object": {}}}',
    "not UTF-8": b"\xff\xfe{}",
    "very deep": b"[" * 100_000,
    "a very long number": b"1" * 10_000,
}


@pytest.mark.parametrize("body", JUNK.values(), ids=JUNK)
def test_51_junk_is_answered_400_even_when_it_is_signed_and_logged_without_its_content(
    hall: Listening, body: bytes
) -> None:
    assert hall.post(body) == 400
    assert hall.post(body, header="t=1,v1=junk") == 400
    assert hall.post(body, header="t=1,v1=ju\xfcnk") == 400
    told = [json.dumps(entry.__dict__, default=str) for entry in hall.entries]
    assert len(told) == 3
    assert not any("ch_1" in entry or "hello" in entry or "junk" in entry or SECRET in entry for entry in told)


def test_an_event_that_changes_no_purchase_is_acknowledged_and_not_kept(hall: Listening) -> None:
    paid(hall)
    event = hall.event("charge.succeeded")
    assert hall.deliver(event) == 200
    assert hall.books.find_news(event["id"]) is None
    assert hall.heard == []


@pytest.mark.parametrize("what", ["500", "503", "drop", "html"])
def test_what_could_not_be_acted_on_is_answered_500_kept_and_acted_on_when_it_comes_again(
    hall: Listening, what: str
) -> None:
    session, event = paid(hall)
    hall.stripe.strike(*[Fault(what, "GET", "/v1/checkout/sessions/")] * 3)
    assert hall.deliver(event) == 500
    hall.stripe.faults.clear()
    assert hall.rows() == []
    assert [news.event for news in hall.books.open_news(limit=10)] == [event["id"]]
    assert hall.deliver(event) == 200
    assert hall.rows() == [(f"session:{session}", 500)]
    assert hall.books.open_news(limit=10) == []


def test_a_store_that_fails_is_answered_500_and_told_by_healthz(
    hall: Listening, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, event = paid(hall)
    assert hall.get("/healthz") == (200, "well\n")
    from onering_cli.errors import StoreError

    def fail(*_: object) -> None:
        raise StoreError("the disk is full")

    with monkeypatch.context() as broken:
        broken.setattr("onering_cli.adapters.sqlite.purchases.SqlitePurchases.receive", fail)
        broken.setattr("onering_cli.adapters.sqlite.purchases.SqlitePurchases.identity", fail)
        assert hall.deliver(event) == 500
        assert hall.get("/healthz")[0] == 503
    assert hall.deliver(event) == 200


def test_a_payment_of_somebody_else_or_of_another_account_is_acknowledged_and_not_credited(hall: Listening) -> None:
    world = hall.stripe.world
    foreign = world.session(client_reference_id="onering_other", metadata={"onering_user": "onering_other"})
    world.pay(foreign["id"])
    assert hall.deliver(hall.event("checkout.session.completed")) == 200
    _, event = paid(hall)
    unknown = {
        **event,
        "id": "evt_unknown",
        "data": {"object": {**event["data"]["object"], "id": "cs_of_another_account"}},
    }
    live = {**event, "id": "evt_live", "livemode": True}
    connected = {**event, "id": "evt_connected", "account": "acct_other"}
    for one in (unknown, live, connected):
        assert hall.deliver(one) == 200
    assert {outcome for _, outcome, _ in hall.heard} == {"foreign"}
    assert hall.rows() == []
    assert hall.books.find_news("evt_unknown").detail == "no such session at this account"  # type: ignore[union-attr]  # it is kept


def test_a_refund_that_comes_before_its_payment_finds_the_session(hall: Listening) -> None:
    """49: refund before completion, and the completion afterwards."""
    session, completed = paid(hall)
    hall.stripe.world.refund(session)
    assert hall.deliver(hall.event("charge.refunded")) == 200
    assert [amount for _, amount in hall.rows()] == [500, -500]
    assert hall.deliver(completed) == 200
    assert hall.ledger.head().balance == 0
    assert len(hall.rows()) == 2


def test_news_about_one_payment_are_one_look(hall: Listening) -> None:
    session, _ = paid(hall)
    dispute = hall.stripe.world.dispute(session)
    hall.stripe.world.judge(dispute["id"], "won")
    events = [
        event for event in hall.stripe.world.events() if event["type"].startswith(("checkout.", "charge.dispute"))
    ]
    from onering_cli.adapters.stripe.shapes import news_of

    before = hall.stripe.count("GET", f"/v1/checkout/sessions/{session}")
    told = hear([news for event in events if (news := news_of(event))], hall.payments, hall.books)
    assert [one.outcome.value for one in told] == ["done"] * 3
    assert hall.stripe.count("GET", f"/v1/checkout/sessions/{session}") == before + 1
    assert [amount for _, amount in hall.rows()] == [500, -500, 500]


def test_a_body_of_ten_megabytes_is_refused_unread(hall: Listening) -> None:
    with hall.raw() as connection:
        connection.sendall(b"POST /webhook HTTP/1.1\r\nHost: x\r\nContent-Length: 10000000\r\n\r\n" + b"x" * 1000)
        assert connection.recv(1000).startswith(b"HTTP/1.1 413")
    with hall.raw() as connection:
        connection.sendall(b"POST /webhook HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n")
        piece = b"10000\r\n" + b"x" * 65536 + b"\r\n"
        connection.sendall(piece * (LARGEST_BODY_BYTES // 65536 + 1))
        assert connection.recv(1000).startswith(b"HTTP/1.1 413")
    assert hall.post(b" " * LARGEST_BODY_BYTES) == 400, "one that is just not too large is looked at"
    assert hall.get("/healthz")[0] == 200


def test_clients_that_drip_are_given_up_and_hold_nobody_up(
    tmp_path: Path, stripe: FakeStripe, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(PromptHttp, "head_s", 0.3)
    with listening(tmp_path, stripe, body_s=0.3) as hall:
        body, head, silent = hall.raw(), hall.raw(), hall.raw()
        body.sendall(b"POST /webhook HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nx")
        head.sendall(b"POST /webhook HTTP/1.1\r\nHost: x\r\nX-A: ")
        _, event = paid(hall)
        assert hall.deliver(event) == 200
        assert body.recv(1000).startswith(b"HTTP/1.1 408")
        for connection in (head, silent):
            assert _is_cut(connection)
        for connection in (body, head, silent):
            connection.close()


def _is_cut(connection: socket.socket) -> bool:
    try:
        return connection.recv(1000) == b""
    except ConnectionResetError:
        return True


def test_a_client_that_leaves_in_the_middle_harms_nobody(hall: Listening) -> None:
    for _ in range(5):
        with hall.raw() as connection:
            connection.sendall(b"POST /webhook HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nhalf of it")
    _, event = paid(hall)
    body = body_of(event)
    with hall.raw() as connection:  # this one does not wait for the answer
        from doubles.fake_stripe import signature_header

        header = signature_header(body, SECRET, int(hall.clock.now().timestamp()))
        connection.sendall(
            f"POST /webhook HTTP/1.1\r\nHost: x\r\nStripe-Signature: {header}\r\nContent-Length: {len(body)}\r\n\r\n".encode()
            + body
        )
    assert hall.deliver(event) == 200
    assert len(hall.rows()) == 1


def test_other_paths_and_methods(hall: Listening) -> None:
    assert hall.get("/webhook")[0] == 405
    assert hall.get("/docs")[0] == 404
    assert hall.get("/openapi.json")[0] == 404
    assert hall.post(b"{}", path="/elsewhere") == 404
    status, page = hall.get("/paid?session_id=cs_1")
    assert (status, "You can close this page" in page, "cs_1" in page) == (200, True, False)
