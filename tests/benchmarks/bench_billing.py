"""How many webhooks a second a listener takes on one core, and whether a ledger of a million rows is any slower."""

from __future__ import annotations

import hashlib
import http.client
import os
import statistics
import subprocess
import threading
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from doubles.fake_clock import FakeClock
from doubles.fake_stripe import TEST_KEY, FakeStripe, signature_header
from doubles.fake_stripe.world import body_of
from doubles.program import program

from onering_cli.adapters.sqlite.ledger import SqliteLedger
from onering_cli.adapters.sqlite.migrations import open_store
from onering_cli.adapters.sqlite.purchases import SqlitePurchases
from onering_cli.billing.ring import Entry, Kind
from onering_cli.clock import SystemClock

if TYPE_CHECKING:
    from collections.abc import Sequence

    from onering_cli.adapters.sqlite.connection import Store

pytestmark = pytest.mark.benchmark

SECRET = "whsec_bench"
EVENTS = 3000
CLIENTS = 32
ROWS = 1_000_000


def load(port: int, bodies: Sequence[bytes]) -> float:
    """Send them all over kept connections from several threads; the seconds it took."""
    waiting = list(enumerate(bodies))
    wrong: list[int] = []

    def work() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        while waiting:
            try:
                _, body = waiting.pop()
            except IndexError:
                break
            header = signature_header(body, SECRET, int(time.time()))
            connection.request("POST", "/webhook", body, {"stripe-signature": header})
            answer = connection.getresponse()
            answer.read()
            if answer.status != 200:
                wrong.append(answer.status)
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(CLIENTS)]
    begin = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong, wrong[:5]
    return time.perf_counter() - begin


def cpu_s(process: int) -> float:
    """The processor's time that a process has had, by /proc/PID/stat."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def bare_commits_s(folder: Path, count: int) -> float:
    """The floor: so many commits with synchronous=FULL, one after the other."""
    store = open_store(folder / "floor.db")
    store.connection.execute("CREATE TABLE t (n INTEGER)")
    begin = time.perf_counter()
    for number in range(count):
        with store.write() as connection:
            connection.execute("INSERT INTO t VALUES (?)", (number,))
    store.close()
    return time.perf_counter() - begin


def test_a_listener_on_one_core_takes_hundreds_of_events_a_second(tmp_path: Path) -> None:
    """Every event is about another payment, so none is spared its look at Stripe."""
    with FakeStripe() as stripe:
        home = tmp_path / "home"
        store = open_store(home / "onering.db")
        reference = SqlitePurchases(store, SystemClock()).identity().reference
        store.close()
        for _ in range(EVENTS):
            made = stripe.world.session(client_reference_id=reference, metadata={"onering_user": reference})
            stripe.world.pay(made["id"])
        bodies = [body_of(one) for one in stripe.world.events() if one["type"] == "checkout.session.completed"]
        environment = {
            **{name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"},
            "ONERING_HOME": str(home),
            "ONERING_STRIPE_SECRET_KEY": TEST_KEY,
            "ONERING_STRIPE_WEBHOOK_SECRET": SECRET,
            "ONERING_STRIPE_API_BASE": stripe.base,
        }
        cores = sorted(os.sched_getaffinity(0))
        listener = subprocess.Popen(
            program(["webhook", "listen", "--port", "0"]), stderr=subprocess.PIPE, text=True, env=environment
        )
        os.sched_setaffinity(listener.pid, {cores[-1]})
        os.sched_setaffinity(0, {cores[0]})
        assert listener.stderr is not None
        try:
            port = int(listener.stderr.readline().partition("/webhook")[0].rpartition(":")[2])
            drain = threading.Thread(target=listener.stderr.read)
            drain.start()
            load(port, bodies[:100])
            before_s = cpu_s(listener.pid)
            seconds = load(port, bodies[100:])
            busy_s = cpu_s(listener.pid) - before_s
        finally:
            os.sched_setaffinity(0, set(cores))
            listener.kill()
            listener.wait()
            drain.join()
            listener.stderr.close()
        store = open_store(home / "onering.db")
        assert SqliteLedger(store, SystemClock()).verify().balance == EVENTS * 500
        store.close()
        rate = (EVENTS - 100) / seconds
        floor = 1000 / bare_commits_s(tmp_path, 1000)
        print(
            f"\n{rate:.0f} verified events a second on one core (wanted 300), {busy_s / (EVENTS - 100) * 1000:.2f} ms of "
            f"the processor's time each; bare commits: {floor:.0f} a second"
        )


def fill(store: Store, rows: int) -> SqliteLedger:
    ledger = SqliteLedger(store, FakeClock(datetime(2026, 8, 1, tzinfo=UTC)))
    for begin in range(0, rows, 10_000):
        ledger.append([Entry(Kind.EARN, 10, "a thread was published", f"thread:{n:010}") for n in range(begin, min(begin + 10_000, rows))])  # fmt: skip
    return ledger


def append_s(ledger: SqliteLedger, number: int) -> float:
    begin = time.perf_counter()
    ledger.append([Entry(Kind.EARN, 1, "one more", f"more:{number}")])
    return time.perf_counter() - begin


def balance_s(ledger: SqliteLedger) -> float:
    begin = time.perf_counter()
    ledger.head()
    return time.perf_counter() - begin


def test_a_ledger_of_a_million_rows(tmp_path: Path) -> None:
    small, large = open_store(tmp_path / "small.db"), open_store(tmp_path / "large.db")
    short, long = fill(small, 10), fill(large, ROWS)
    appends = [(append_s(short, n), append_s(long, n)) for n in range(300)]
    heads = [(balance_s(short), balance_s(long)) for _ in range(300)]
    begin = time.process_time()
    assert long.verify().rows == ROWS + 300
    rate = ROWS / (time.process_time() - begin)
    begin = time.process_time()
    for number in range(ROWS // 10):
        hashlib.sha256(b"%d" % number).digest()
    floor = ROWS / 10 / (time.process_time() - begin)
    medians = [statistics.median(pair[which] for pair in pairs) for pairs in (appends, heads) for which in (0, 1)]
    print(
        f"\nafter {ROWS:,} rows: append {medians[1] / medians[0]:.2f} x, balance {medians[3] / medians[2]:.2f} x as long "
        f"as after 10 ({medians[1] * 1000:.2f} ms, {medians[3] * 1e6:.0f} µs)"
        f"\nverify: {rate:,.0f} rows a second of the processor's time (wanted 200,000); bare SHA-256 in a loop: {floor:,.0f}"
    )
    small.close()
    large.close()
