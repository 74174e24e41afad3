"""``onering stats`` from the command line, over a fake X and over what is remembered."""

from __future__ import annotations

import json
import random
import sys
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest
from doubles.fake_x import fault
from doubles.posting_desk import posting_desk  # noqa: F401 -- the fixture `desk`
from doubles.remembering import put, remember_fixture  # noqa: F401 -- the fixture `remember`

from onering_cli.errors import ExitCode
from onering_cli.memory.model import Metrics

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from doubles.posting_desk import Desk
    from doubles.program import Result

    Run = Callable[..., Result]
    Remember = Callable[..., None]

DAY_S = 86_400


def publish(desk: Desk, *texts: str, likes: int = 0) -> list[str]:
    """Posts that somebody made in the app, by hand."""
    made = []
    for number, text in enumerate(texts):
        post = desk.x.world.create(desk.x.account, {"text": text}, by_hand=True)
        post.counts = {"like_count": likes + number, "impression_count": 100 + number}
        made.append(post.id)
    return made


@pytest.fixture
def patient(desk: Desk) -> None:
    """A machine that is busy with other tests is not a service that does not answer."""
    desk.set(PUBLISHING_READ_TIMEOUT_S="20")


@pytest.mark.usefixtures("patient")
class TestSync:
    def test_it_says_what_it_costs_and_asks_first(self, desk: Desk) -> None:
        publish(desk, "Caches lie.", "Ledgers do not.")
        asked = desk.call("stats", "sync", "--limit", "50", terminal=True, answers="n\n")
        assert asked.code == 2
        assert "default has spent $0.00 this month" in asked.err
        assert "Read up to 50 posts from X for at most $0.05?" in asked.err
        assert desk.x.seen() == []
        unattended = desk.call("stats", "sync", "--json")
        assert (unattended.code, unattended.json["read"]) == (2, 0)
        agreed = desk.call("stats", "sync", terminal=True, answers="y\n")
        assert agreed.code == 0
        assert "read 2 posts for $0.002: 0 were known, 2 joined the memory" in agreed.err

    def test_metrics_join_the_time_series_and_unknown_posts_the_memory(self, desk: Desk) -> None:
        (first, _) = publish(desk, "Caches lie &amp; cheat: https://example.com/why", "Ledgers do not.", likes=4)
        once = desk.call("stats", "sync", "--yes", "--json").json
        assert (once["account"], once["read"], once["new"], once["cost_usd"]) == ("default", 2, 2, 0.002)
        desk.x.world.posts[first].counts["like_count"] = 2  # somebody took likes back
        again = desk.call("stats", "sync", "--yes", "--json").json
        assert (again["read"], again["new"]) == (2, 0)
        shown = desk.call("stats", "show", "--metric", "likes", "--json").json
        assert [total["likes"] for total in shown["totals"]] == [9, 7]
        assert (shown["posts"], shown["unsettled"]) == (0, 2)  # minutes old: still moving

    def test_links_are_written_out_and_answers_are_told_apart(self, desk: Desk) -> None:
        (first,) = publish(desk, "Caches lie & cheat: https://example.com/why")
        other = desk.x.world.join("ada", account_id="2002")
        theirs = desk.x.world.create(other, {"text": "Hello @me"}, by_hand=True)
        for parent, text in ((first, "And they know it."), (theirs.id, "@ada hello to you")):
            body = {"text": text, "reply": {"in_reply_to_tweet_id": parent}}
            desk.x.world.create(desk.x.account, body, by_hand=True)
        desk.call("stats", "sync", "--yes")
        lint = desk.call(
            "draft",
            "lint",
            "-",
            "--json",
            stdin="Caches lie & cheat: https://example.com/why\n\n---\n\n@ada hello to you\n",
        )
        kinds = {each["published"]["text"]: each["sameness"] for each in lint.json["repeats"]}
        assert kinds == {"Caches lie & cheat: https://example.com/why": "exact", "@ada hello to you": "exact"}

    def test_no_more_is_read_than_asked_for_and_pages_follow_each_other(self, desk: Desk) -> None:
        publish(desk, *(f"Post number {number} of many." for number in range(130)))
        told = desk.call("stats", "sync", "--yes", "--limit", "110", "--json").json
        assert (told["read"], told["new"]) == (110, 110)
        assert len(desk.x.seen("GET /2/users/1001/tweets")) == 2
        assert desk.x.world.spent_milli <= 110

    def test_only_what_is_new_enough_is_read(self, desk: Desk) -> None:
        publish(desk, "Old news.")
        desk.x.world.advance(10 * DAY_S)
        publish(desk, "New news.")
        since = (datetime.now(UTC) + timedelta(days=5)).isoformat(timespec="seconds")
        assert desk.call("stats", "sync", "--yes", "--since", since, "--json").json["read"] == 1

    def test_the_budget_holds_over_all_that_is_spent(self, desk: Desk) -> None:
        publish(desk, "Caches lie.", "Ledgers do not.")
        desk.set(PUBLISHING_MONTHLY_BUDGET_USD="0.06")
        assert desk.call("stats", "sync", "--yes", "--limit", "50").code == 0
        refused = desk.call("stats", "sync", "--yes", "--limit", "59", "--json")
        assert refused.code == ExitCode.TRY_LATER
        assert "budget" in refused.json["error"]["message"]
        assert desk.call("stats", "sync", "--yes", "--limit", "58").code == 0  # only what was read was charged

    def test_a_rate_limit_keeps_what_was_read_and_says_when_to_come_back(self, desk: Desk) -> None:
        publish(desk, *(f"Post number {number} of many." for number in range(130)))
        desk.x.world.rules.timeline_limit = 1
        result = desk.call("stats", "sync", "--yes", "--limit", "130", "--json")
        assert result.code == ExitCode.TRY_LATER
        assert (result.json["read"], result.json["new"]) == (100, 100)
        assert result.json["error"]["retry_at"]

    @pytest.mark.parametrize(
        "kind",
        ["drop_after_accept", "drop_in_body", "html_200", "list_201", "empty_201", "overloaded_before", "redirect_302"],
    )
    def test_whatever_the_service_does_it_is_told_and_nothing_is_lost(self, desk: Desk, kind: str) -> None:
        publish(desk, "Caches lie.")
        desk.x.strike(fault(kind, route="GET /2/users/1001/tweets"))
        result = desk.call("stats", "sync", "--yes", "--json")
        assert (result.code, result.json["read"]) == (ExitCode.TRY_LATER, 0)
        assert desk.call("stats", "sync", "--yes", "--json").json["read"] == 1


def test_without_credentials_a_sync_asks_to_log_in(onering: Run) -> None:
    assert onering("stats", "sync", "--yes").code == ExitCode.LOG_IN


@pytest.fixture
def counted(home: Path) -> None:
    """Three hundred posts with numbers, questions doing better."""
    chance = random.Random(11)  # noqa: S311 -- made-up numbers
    likes = [round(chance.lognormvariate(2.5 if number % 3 else 3.5, 0.5)) for number in range(300)]
    put(
        home,
        *(f"Cache {number} lied." if number % 3 else f"Why did cache {number} lie?" for number in range(300)),
        account="default",
        metrics=[Metrics(likes=count, impressions=1000) for count in likes],
    )


@pytest.mark.usefixtures("counted")
class TestShow:
    def test_json_tells_it_all_with_how_sure_it_is(self, onering: Run) -> None:
        told = onering("stats", "show", "--json").json
        assert (told["posts"], told["enough"], told["metric"]) == (300, True, "engagement")
        question = next(each for each in told["openings"] if each["opening"] == "question")
        assert question["verdict"] == "better"
        assert 1 < question["low"] < question["factor"] < question["high"]
        assert sum(week["posts"] for week in told["weeks"]) == 300
        assert len(told["top"]) == 5
        assert any("Best openings: question" in sentence for sentence in told["summary"])
        assert set(told) == set(onering("stats", "show", "--since", "never", "--json").json) - {"error"}

    def test_a_pipe_gets_rows(self, onering: Run) -> None:
        rows = [line.split("\t") for line in onering("stats", "show").out.splitlines()]
        assert {row[0] for row in rows} == {"week", "time", "opening"}
        assert all(len(row) == (5 if row[0] == "week" else 7) for row in rows)

    @pytest.mark.parametrize("width", [20, 39, 40, 80, 200])
    def test_a_terminal_gets_a_plot_or_a_table_that_fits(self, onering: Run, width: int) -> None:
        out = onering("stats", "show", terminal=True, width=width).out
        assert max(map(len, out.splitlines())) <= width
        assert ("┤" in out) == (width >= 40)
        assert "\x1b" not in out
        assert "question" in out or width == 20

    def test_the_charts_stand_by_themselves(self, onering: Run, tmp_path: Path) -> None:
        page, picture = tmp_path / "a.html", tmp_path / "a.png"
        told = onering("stats", "show", "--html", page, "--png", picture, "--json").json
        assert told["files"] == [str(page), str(picture)]
        source = page.read_text(encoding="utf-8")
        drawing = ET.fromstring(source[source.index("<svg") : source.index("</svg>") + 6])  # noqa: S314 -- our own file
        assert len(drawing.findall("{http://www.w3.org/2000/svg}rect")) > 168
        assert "http" not in source.replace("http://www.w3.org/2000/svg", "").replace("http-equiv", "").replace(
            "https://x.com/i/status/", ""
        )
        assert picture.read_bytes().startswith(b"\x89PNG")
        again = onering("stats", "show", "--html", page)
        assert again.code == 2
        assert "--force" in again.err
        assert onering("stats", "show", "--html", page, "--force").code == 0

    def test_without_pillow_the_page_still_works(
        self, onering: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setitem(sys.modules, "PIL", None)
        result = onering("stats", "show", "--png", tmp_path / "a.png")
        assert result.code == 2
        assert "onering-cli[plots]" in result.err
        assert not (tmp_path / "a.png").exists()
        assert onering("stats", "show", "--html", tmp_path / "a.html").code == 0


def test_numbers_that_an_import_brings_are_compared(onering: Run, tmp_path: Path) -> None:
    now = datetime.now(UTC)
    lines = [
        {
            "text": f"Cache {number} lied.",
            "id": str(number),
            "platform": "x",
            "published_at": (now - timedelta(days=10 + number)).isoformat(),
            "metrics": {"likes": number, "at": (now - timedelta(hours=1)).isoformat()},
        }
        for number in range(40)
    ]
    (tmp_path / "posts.jsonl").write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    assert onering("memory", "import", tmp_path / "posts.jsonl").code == 0
    told = onering("stats", "show", "--metric", "likes", "--json").json
    assert (told["posts"], told["enough"], told["top"][0]["value"]) == (40, True, 39)


def test_little_is_told_as_little(onering: Run, remember: Remember, tmp_path: Path) -> None:
    nothing = onering("stats", "show", terminal=True)
    assert (nothing.code, "Nothing was counted yet." in nothing.out) == (0, True)
    assert "onering memory import" in nothing.err
    remember("Caches lie.", account="default", metrics=[Metrics(likes=3)])
    one = onering("stats", "show", terminal=True)
    assert "not enough data" in one.out
    assert "Best" not in one.out
    assert onering("stats", "show", "--html", tmp_path / "a.html", "--png", tmp_path / "a.png").code == 0


def test_words_of_posts_and_accounts_are_escaped_in_the_page(onering: Run, remember: Remember, tmp_path: Path) -> None:
    remember("<script>alert(1)</script>\x1b[2J & “more”", account="<b>", metrics=[Metrics(likes=3)])
    assert onering("stats", "show", "--account", "<b>", "--html", tmp_path / "a.html").code == 0
    source = (tmp_path / "a.html").read_text(encoding="utf-8")
    assert "<script" not in source
    assert "<b>" not in source
    assert "&lt;script&gt;alert(1)" in source
    assert "\x1b" not in source
