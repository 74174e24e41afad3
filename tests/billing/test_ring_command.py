"""``onering ring``, and how posting earns."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest
from doubles.posting_desk import posting_desk  # noqa: F401 -- the fixture `desk`
from pysqlite3 import dbapi2

from onering_cli.adapters.sqlite.migrations import open_store
from onering_cli.adapters.sqlite.purchases import SqlitePurchases
from onering_cli.billing.purchase import Mode, Purchase, Standing, Withdrawal
from onering_cli.clock import SystemClock
from onering_cli.errors import ExitCode

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from doubles.posting_desk import Desk


def balance(desk: Desk) -> int:
    return int(desk.call("ring", "balance").out)


def test_a_published_thread_earns_once_and_its_rollback_takes_it_back(desk: Desk) -> None:
    draft = desk.draft("One.", "Two.")
    assert desk.post(draft).json["status"] == "posted"
    assert desk.post(draft).json["status"] == "posted"
    assert balance(desk) == 10
    assert desk.call("thread", "rollback", "--yes").code == ExitCode.DONE
    assert balance(desk) == 0
    rows = desk.call("ring", "history", "--json").json["rows"]
    assert [(row["kind"], row["amount"]) for row in rows] == [("PENALTY", -10), ("EARN", 10)]
    assert desk.call("ring", "verify").out == "2 rows, 0 RING: the ledger is whole\n"


def test_a_thread_that_is_not_sent_whole_earns_nothing(desk: Desk) -> None:
    from doubles.fake_x import refusal

    desk.x.strike(refusal("credits", skip=1))
    run = desk.post(desk.draft("One.", "Two.")).json["run"]
    assert balance(desk) == 0
    assert desk.call("thread", "resume", run).code == ExitCode.DONE
    assert balance(desk) == 10


def test_a_second_thread_right_after_the_first_earns_nothing_unless_it_may(desk: Desk) -> None:
    desk.post(desk.draft("One.", name="a.md"))
    desk.post(desk.draft("Two.", name="b.md"))
    assert balance(desk) == 10
    desk.set(RING_MIN_INTERVAL_S="0", RING_PER_THREAD="7")
    desk.post(desk.draft("Three.", name="c.md"))
    assert balance(desk) == 17


def test_a_bought_day_raises_the_posting_limit(desk: Desk) -> None:
    desk.set(RING_LIMIT_PRICE="10", PUBLISHING_THREADS_PER_HOUR="1", RING_LIMIT_THREADS="1")
    desk.post(desk.draft("One.", name="a.md"))
    assert desk.post(desk.draft("Two.", name="b.md")).code == ExitCode.TRY_LATER
    bought = desk.call("ring", "spend", "limit", "--json")
    assert (bought.code, bought.json["balance"]) == (ExitCode.DONE, 0)
    assert desk.post(desk.draft("Two.", name="b.md")).code == ExitCode.DONE
    assert desk.post(desk.draft("Three.", name="c.md")).code == ExitCode.TRY_LATER
    refused = desk.call("ring", "spend", "limit", "--json")
    assert (refused.code, refused.json["error"]["price"]) == (ExitCode.REFUSED, 10)
    assert refused.json.keys() == bought.json.keys() | {"error"}


@pytest.mark.parametrize(("withdrawn_minor", "limit"), [(899, 20), (900, 5)])
def test_who_has_paid_may_start_twenty_threads_an_hour(
    desk: Desk, home: Path, withdrawn_minor: int, limit: int
) -> None:
    desk.call("plan")
    store = open_store(home / "onering.db")
    books = SqlitePurchases(store, SystemClock())
    books.change_mode(live=False)
    gone = Withdrawal("refund:r", withdrawn_minor, 0, bool(withdrawn_minor), bool(withdrawn_minor))
    paid = Purchase("cs_1", (), "pro", False, Standing.PAID, Mode.ONCE, amount_minor=900, withdrawals=(gone,))  # noqa: FBT003 -- a record's fields
    books.book([(paid, books.draw_ticket())])
    store.close()
    for number in range(limit):
        assert desk.post(desk.draft(f"Number {number}.", name=f"{number}.md")).code == ExitCode.DONE
    result = desk.post(desk.draft("One too many.", name="last.md"))
    assert result.code == ExitCode.TRY_LATER
    assert f"may start {limit} threads an hour" in result.json["error"]["message"]


@pytest.mark.parametrize(("name", "value"), [("RING_PER_THREAD", "many"), ("SCHEDULE_ZONE", "Nowhere/City")])
def test_a_wrong_setting_is_told_before_anything_is_posted(desk: Desk, name: str, value: str) -> None:
    desk.set(**{name: value})
    assert desk.post(desk.draft("One.")).code == ExitCode.USAGE
    assert desk.creates() == 0


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Pago_Pago"])
def test_a_thread_counts_for_the_users_own_day(desk: Desk, home: Path, zone: str) -> None:
    desk.set(SCHEDULE_ZONE=zone)
    desk.post(desk.draft("One."))
    with dbapi2.connect(home / "onering.db") as connection:
        at, day = connection.execute("SELECT at, day FROM ring_threads").fetchone()
    connection.close()
    assert datetime.fromisoformat(at).astimezone(ZoneInfo(zone)).date().isoformat() == day


def test_an_empty_ledger_says_so(onering: Callable[..., Any]) -> None:
    assert onering("ring", "balance").out == "0\n"
    assert onering("ring", "history").out == ""
    assert onering("ring", "verify").out == "0 rows, 0 RING: the ledger is whole\n"
    assert onering("ring", "export").out == ""
    assert onering("ring", "balance", terminal=True).out == "0 RING\nlevel 1, 100 RING to the next\n"
    assert onering("ring", "balance", "--json").json == {
        "operation": "ring.balance", "balance": 0, "level": 1, "next_level_at": 100, "streak_days": 0
    }  # fmt: skip


def tamper(home: Path, *statements: str) -> None:
    with dbapi2.connect(home / "onering.db") as connection:
        for statement in statements:
            connection.execute(statement)
    connection.close()


def test_verify_catches_a_row_altered_by_hand(desk: Desk, home: Path) -> None:
    desk.post(desk.draft("One."))
    tamper(home, "DROP TRIGGER ring_ledger_no_update", "UPDATE ring_ledger SET amount = 1000")
    result = desk.call("ring", "verify", "--json")
    assert result.code == ExitCode.STORE
    assert result.json["error"]["code"] == "ledger_broken"
    assert "row 1" in result.json["error"]["message"]


def test_verify_catches_a_ledger_that_was_cut_and_its_end_with_it(desk: Desk, home: Path) -> None:
    desk.post(desk.draft("One."))
    empty = "UPDATE ring_head SET rows = 0, balance = 0, earned = 0, hash = zeroblob(32)"
    guards = [f"DROP TRIGGER {name}" for name in ("ring_ledger_no_delete", "ring_head_only_on")]
    tamper(home, *guards, "DELETE FROM ring_ledger", empty)
    assert balance(desk) == 0, "and looking does not make the witness forget"
    result = desk.call("ring", "verify")
    assert result.code == ExitCode.STORE
    assert "rows after 0 were removed" in result.err


@pytest.mark.parametrize("format_", ["jsonl", "csv"])
def test_an_export_is_a_witness(desk: Desk, tmp_path: Path, home: Path, format_: str) -> None:
    desk.set(RING_MIN_INTERVAL_S="0")
    desk.post(desk.draft("One.", name="a.md"))
    desk.post(desk.draft("Two.", name="b.md"))
    told = desk.call("ring", "export", "--format", format_).out
    (tmp_path / "export").write_text(told)
    desk.post(desk.draft("Three.", name="c.md"))
    assert desk.call("ring", "verify", "--against", tmp_path / "export").code == ExitCode.DONE
    last = desk.call("ring", "history", "--json", "--offset", "1", "--limit", "1").json["rows"][0]["hash"]
    (tmp_path / "export").write_text(told.replace(last, last[1:] + ("1" if last[0] == "0" else "0")))
    assert desk.call("ring", "verify", "--against", tmp_path / "export").code == ExitCode.STORE
    (tmp_path / "export").write_text("nothing\n")
    assert desk.call("ring", "verify", "--against", tmp_path / "export").code == ExitCode.USAGE
    if format_ == "jsonl":
        assert [json.loads(line)["balance"] for line in told.splitlines()] == [10, 20]


def test_a_damaged_witness_is_told(desk: Desk, home: Path) -> None:
    desk.post(desk.draft("One."))
    (home / "ring-witness.json").write_text("{}")
    assert balance(desk) == 10
    result = desk.call("ring", "verify")
    assert (result.code, "ring-witness.json" in result.err) == (ExitCode.USAGE, True)
