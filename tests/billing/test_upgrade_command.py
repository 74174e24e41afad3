"""``onering upgrade`` and ``onering plan`` against a Stripe on loopback."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import pytest
from doubles.billing_desk import SESSIONS, UPGRADE_KEYS, billing_desk  # noqa: F401 -- the fixture `desk`
from doubles.fake_stripe import LIVE_KEY, Fault

from onering_cli.errors import ExitCode

if TYPE_CHECKING:
    from collections.abc import Callable

    from doubles.billing_desk import BillingDesk


def test_a_payment_verifies_and_earns_once_however_often_it_is_seen(desk: BillingDesk) -> None:
    session = desk.upgrade()
    for _ in range(3):
        assert desk.sync()["verified"] is True
    assert desk.rows() == [(f"session:{session}", 500)]
    assert (
        desk.call("plan").out
        == "plan\tpro\nverified\tyes\npaid\t49.00 USD, in test mode\nposting\t20 threads an hour\n"
    )
    assert desk.call("ring", "verify").code == ExitCode.DONE


def test_the_page_is_made_as_documented(desk: BillingDesk) -> None:
    made = desk.world.things[desk.open_session()]
    reference = made["client_reference_id"]
    assert reference.startswith("onering_")
    assert made["metadata"] == {"onering_user": reference, "onering_plan": "pro"}
    assert "{CHECKOUT_SESSION_ID}" in made["success_url"]
    assert 19 * 3600 < made["expires_at"] - made["created"] <= 20 * 3600
    desk.world.pay(made["id"])
    assert desk.world.things[made["payment_intent"]]["metadata"] == made["metadata"]


def test_an_open_page_is_used_again(desk: BillingDesk) -> None:
    assert desk.open_session() == desk.open_session()
    assert desk.creates() == 1
    desk.set(STRIPE_PRICE="pro_monthly")
    desk.open_session()
    assert desk.creates() == 2, "another price has a page of its own"


def test_a_page_that_expired_is_replaced(desk: BillingDesk) -> None:
    first = desk.open_session()
    desk.world.expire(first)
    assert desk.open_session() != first


def test_a_page_that_was_paid_meanwhile_is_told_and_not_replaced(desk: BillingDesk) -> None:
    session = desk.open_session()
    desk.world.pay(session)
    result = desk.call("upgrade", "--json")
    assert (result.json["status"], result.json["session"], result.json["verified"]) == ("paid", session, True)
    assert result.json.keys() == UPGRADE_KEYS
    assert "you are on pro and verified, with 500 RING" in result.err
    assert desk.open_session() == session, "who has the plan is not asked to pay again"
    assert desk.creates() == 1


@pytest.mark.parametrize("what", ["lose", "drop", "500", "html", "409"])
def test_53_a_page_whose_making_was_not_confirmed_is_found_again(desk: BillingDesk, what: str) -> None:
    desk.stripe.strike(*[Fault(what, "POST", SESSIONS)] * 3)
    result = desk.call("upgrade", "--json")
    assert result.code == ExitCode.TRY_LATER
    assert result.json.keys() == UPGRADE_KEYS | {"error"}
    desk.stripe.faults.clear()
    session = desk.open_session()
    assert [thing["id"] for thing in desk.world.of_kind("checkout.session")] == [session]


def test_two_processes_at_once_open_one_page(desk: BillingDesk, onering_process: Callable[..., Any]) -> None:
    desk.call("plan")
    barrier = threading.Barrier(2, timeout=30)

    def meet(method: str, path: str) -> None:
        if (method, path) == ("GET", "/v1/prices/price_once"):
            barrier.wait()

    desk.stripe.on_request = meet
    results: list[Any] = []
    threads = [threading.Thread(target=lambda: results.append(onering_process("upgrade", "--json"))) for _ in "12"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [result.returncode for result in results] == [0, 0], [result.stderr for result in results]
    assert len(desk.world.of_kind("checkout.session")) == 1


def test_waiting_ends_with_the_payment(desk: BillingDesk) -> None:
    pays_after(desk, 3)
    result = desk.call("upgrade", "--wait", "--json")
    assert (result.code, result.json["status"], result.json["verified"]) == (ExitCode.DONE, "paid", True)
    assert desk.balance() == 500


def test_waiting_outlasts_a_service_that_fails_for_a_moment(desk: BillingDesk) -> None:
    pays_after(desk, 4)
    desk.stripe.strike(*[Fault("503", "GET", SESSIONS, skip=1)] * 4)
    assert desk.call("upgrade", "--wait", "--json").json["status"] == "paid"


def pays_after(desk: BillingDesk, looks: int) -> None:
    """The customer pays when the page was looked at so often."""
    left = [looks]

    def on_request(method: str, path: str) -> None:
        if method == "GET" and path.startswith(SESSIONS + "/"):
            left[0] -= 1
            if left[0] == 0:
                desk.world.pay(path.rpartition("/")[2])

    desk.stripe.on_request = on_request


def test_waiting_ends_when_the_page_expires_and_a_person_sees_one_line(desk: BillingDesk) -> None:
    def on_request(method: str, path: str) -> None:
        if desk.stripe.count("GET", path) == 3 and path.startswith(SESSIONS + "/"):
            desk.world.expire(path.rpartition("/")[2])

    desk.stripe.on_request = on_request
    result = desk.call("upgrade", "--wait", "--no-open", terminal=True, width=200)
    assert result.code == ExitCode.TRY_LATER
    assert "waiting for the payment; the page is open for 19 h 59 min" in result.err
    assert "the page closed before anybody paid" in result.err


def test_ctrl_c_says_how_to_go_on(desk: BillingDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(_self: object, _seconds: float) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("onering_cli.clock.SystemClock.sleep", interrupt)
    result = desk.call("upgrade", "--wait")
    assert result.code == ExitCode.INTERRUPTED
    assert "later: onering upgrade --sync" in result.err
    assert desk.creates() == 1


def test_a_payment_that_takes_days(desk: BillingDesk) -> None:
    session = desk.open_session()
    desk.world.pay(session, later=True)
    assert desk.sync()["verified"] is False
    assert desk.rows() == []
    desk.world.settle(session, succeeds=True)
    assert desk.sync()["verified"] is True
    assert desk.rows() == [(f"session:{session}", 500)]


def test_a_payment_that_takes_days_and_fails(desk: BillingDesk) -> None:
    session = desk.open_session()
    desk.world.pay(session, later=True)
    assert desk.call("upgrade", "--json").json["status"] == "processing"
    desk.world.settle(session, succeeds=False)
    assert desk.sync()["verified"] is False
    assert desk.rows() == []
    assert desk.open_session() != session


def test_49_a_refund_before_the_completion_is_seen_leaves_nothing(desk: BillingDesk) -> None:
    session = desk.open_session()
    desk.world.pay(session)
    desk.world.refund(session)
    assert desk.sync()["verified"] is False
    assert desk.balance() == 0
    assert "plan\tfree" in desk.call("plan").out


def test_50_partial_refunds_and_a_dispute_that_is_won(desk: BillingDesk) -> None:
    session = desk.upgrade()
    for amount in (1633, 1633, 1634):
        desk.world.refund(session, amount)
        desk.sync()
    assert desk.balance() == 0
    other = desk.open_session()
    desk.world.pay(other)
    dispute = desk.world.dispute(other)
    assert desk.sync()["verified"] is False
    desk.world.judge(dispute["id"], "won")
    assert desk.sync()["verified"] is True
    assert desk.balance() == 500
    assert desk.call("ring", "verify").code == ExitCode.DONE


def test_more_refunds_than_one_page_shows(desk: BillingDesk) -> None:
    session = desk.upgrade()
    for _ in range(110):
        desk.world.refund(session, 40)
    desk.sync()
    assert desk.balance() == 500 - 500 * 4400 // 4900


def test_a_subscription_renews_is_cancelled_and_ends(desk: BillingDesk) -> None:
    desk.set(STRIPE_PRICE="pro_monthly")
    session = desk.upgrade()
    first = desk.call("plan", "--json").json
    assert (first["plan"], first["subscription"], first["ends_at"]) == ("pro", "active", None)
    desk.world.renew(session)
    desk.sync()
    assert desk.call("plan", "--json").json["renews_at"] > first["renews_at"]
    desk.world.change(session, cancel_at_period_end=True)
    desk.sync()
    told = desk.call("plan", "--json").json
    assert (told["plan"], told["renews_at"], told["ends_at"] is not None) == ("pro", None, True)
    desk.world.change(session, status="canceled")
    desk.sync()
    told = desk.call("plan", "--json").json
    assert (told["plan"], told["verified"], told["threads_per_hour"]) == ("free", True, 20)
    assert desk.rows() == [(f"session:{session}", 500)], "a renewal earns nothing more"


def test_a_refund_of_a_subscriptions_first_payment_finds_its_session(desk: BillingDesk) -> None:
    desk.set(STRIPE_PRICE="pro_monthly")
    session = desk.open_session()
    desk.world.pay(session)
    desk.world.refund(session, 450)
    desk.sync()
    assert desk.balance() == 250


def test_a_full_discount_gives_the_plan_and_verifies_nobody(desk: BillingDesk) -> None:
    session = desk.open_session()
    desk.world.things[session]["amount_total"] = 0
    desk.world.pay(session)
    assert desk.sync()["verified"] is False
    assert desk.call("plan", "--json").json["plan"] == "pro"
    assert desk.rows() == []


def test_a_currency_without_minor_units(desk: BillingDesk) -> None:
    desk.set(STRIPE_PRICE="price_yen")
    session = desk.upgrade()
    assert "paid\t500 JPY" in desk.call("plan").out
    desk.world.refund(session, 1)
    desk.sync()
    assert desk.balance() == 499


def test_someone_elses_session_is_not_credited(desk: BillingDesk) -> None:
    own = desk.upgrade()
    foreign = desk.world.session(client_reference_id="onering_somebody", metadata={"onering_user": "onering_somebody"})
    desk.world.pay(foreign["id"])
    mixed = desk.world.session(client_reference_id=desk.world.of_kind("checkout.session")[-1]["client_reference_id"])
    desk.world.pay(mixed["id"])
    desk.world.refund(own, 2450)
    refused = desk.call("upgrade", "--sync")
    assert refused.code == ExitCode.REFUSED, "half of it says that it is for this user"
    assert f"session {mixed['id']} was not made for this user" in refused.err
    assert desk.balance() == 250, "and what else there was to see was seen"


@pytest.mark.parametrize(
    ("variables", "code", "words"),
    [
        ({"STRIPE_SECRET_KEY": ""}, ExitCode.LOG_IN, "there is no key for Stripe"),
        ({"STRIPE_SECRET_KEY": "pk_test_123456"}, ExitCode.USAGE, "publishable key"),
        ({"STRIPE_SECRET_KEY": "whatever"}, ExitCode.USAGE, "no secret key of Stripe"),
        ({"STRIPE_SECRET_KEY": "sk_test_revoked123456"}, ExitCode.LOG_IN, "Stripe refuses the key"),
        ({"STRIPE_PRICE": ""}, ExitCode.USAGE, "no price is set"),
        ({"STRIPE_PRICE": "price_unknown"}, ExitCode.USAGE, "sells nothing under the price 'price_unknown'"),
        ({"STRIPE_PRICE": "price_old"}, ExitCode.USAGE, "sells nothing"),
        ({"STRIPE_PRICE": "no such key"}, ExitCode.USAGE, "sells nothing"),
        ({"STRIPE_API_BASE": "http://127.0.0.1:9"}, ExitCode.TRY_LATER, "Stripe cannot be reached"),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence(
    desk: BillingDesk, variables: dict[str, str], code: ExitCode, words: str
) -> None:
    desk.set(**variables)
    result = desk.call("upgrade", "--json")
    assert (result.code, result.json.keys()) == (code, UPGRADE_KEYS | {"error"})
    assert words in result.json["error"]["message"]
    assert "revoked123456" not in result.err + result.out
    assert desk.creates() == 0


@pytest.mark.parametrize("what", ["drip", "hang"])
def test_a_slow_service_is_given_up(desk: BillingDesk, what: str) -> None:
    desk.set(STRIPE_READ_TIMEOUT_S="0.2")
    desk.stripe.strike(*[Fault(what, "GET", "/v1/prices")] * 3)
    result = desk.call("upgrade")
    assert (result.code, "Stripe cannot be reached" in result.err) == (ExitCode.TRY_LATER, True)


def test_a_live_key_where_a_test_key_was_used_is_asked_about(desk: BillingDesk) -> None:
    desk.upgrade()
    desk.world.live = True
    desk.set(STRIPE_SECRET_KEY=LIVE_KEY)
    asked = desk.call("upgrade", terminal=True, answers="n\n")
    assert (asked.code, "real money will be charged" in asked.err) == (ExitCode.USAGE, True)
    assert desk.call("upgrade", "--json").code == ExitCode.USAGE
    assert desk.creates() == 1
    assert desk.call("plan", "--json").json["verified"] is True
    assert desk.call("upgrade", "--yes", "--json").json["status"] == "open"
    assert desk.call("plan", "--json").json["verified"] is False, "a test payment is none once money is real"


def test_a_browser_is_opened_in_a_terminal_only_and_a_code_is_drawn_where_there_is_none(
    desk: BillingDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    works = [True]

    def open_browser(url: str) -> bool:
        opened.append(url)
        return works[0]

    monkeypatch.setattr("webbrowser.open", open_browser)
    desk.set(BROWSER="")
    monkeypatch.setenv("BROWSER", "firefox")
    url = desk.call("upgrade", "--json").json["url"]
    assert opened == []
    assert desk.call("upgrade").out == f"{url}\n"
    assert opened == []
    assert "open in your browser" in desk.call("upgrade", terminal=True).err
    assert opened == [url]
    drawn = desk.call("upgrade", "--no-open", terminal=True)
    assert (opened, "█▀▀" in drawn.err or "█ ▄" in drawn.err) == ([url], True)
    works[0] = False
    assert "no browser could be opened" in desk.call("upgrade", "--open").err
    assert "a QR code needs" in desk.call("upgrade", terminal=True, width=20).err
    monkeypatch.delenv("BROWSER")
    desk.call("upgrade", terminal=True)
    assert len(opened) == 3, "no browser that would take the terminal over is started"


def test_the_portal_is_opened_for_who_has_paid(desk: BillingDesk) -> None:
    assert "nothing was paid yet" in desk.call("upgrade", "--portal").err
    session = desk.upgrade()
    assert "what was paid once has nothing to manage" in desk.call("upgrade", "--portal").err
    desk.world.refund(session)
    desk.set(STRIPE_PRICE="pro_monthly")
    desk.upgrade()
    result = desk.call("upgrade", "--portal", "--json")
    assert result.json["url"].startswith(f"{desk.stripe.base}/p/session/")
    assert result.json.keys() == UPGRADE_KEYS


def test_nothing_is_bought_by_a_command_that_only_looks(desk: BillingDesk) -> None:
    assert desk.call("plan").out == "plan\tfree\nverified\tno\nposting\t5 threads an hour\n"
    assert desk.stripe.seen == []
    assert desk.call("upgrade", "--sync", "--wait").code == ExitCode.USAGE


def test_the_code_that_is_drawn_is_the_address() -> None:
    import segno

    from onering_cli.render.upgrade import qr_code

    url = "https://checkout.example.com/c/pay/cs_test_" + "a1B2" * 90
    drawn = qr_code(url, 80).splitlines()
    halves = {"█": (0, 0), "▀": (0, 1), "▄": (1, 0), " ": (1, 1)}
    rows = [[halves[cell][half] for cell in line] for line in drawn for half in (0, 1)]
    matrix = [list(row) for row in segno.make(url, error="l", boost_error=False, micro=False).matrix]
    assert [row[2:-2] for row in rows[2 : 2 + len(matrix)]] == matrix
    assert not any(rows[0] + rows[1] + rows[-1] + rows[-2])
    assert max(map(len, drawn)) <= 80
