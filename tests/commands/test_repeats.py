"""What commands make of a draft that repeats what was published."""

from __future__ import annotations

import json
from contextlib import closing
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from doubles.posting_desk import posting_desk  # noqa: F401 -- the fixture `desk`
from doubles.remembering import remember_fixture  # noqa: F401 -- the fixture `remember`

from onering_cli.adapters.sqlite.migrations import open_store
from onering_cli.errors import ExitCode

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from doubles.posting_desk import Desk
    from doubles.program import Result

    Run = Callable[..., Result]
    Remember = Callable[..., None]

OLD = "We measured our cache for a whole week and forty of a hundred reads were stale by more than an hour."
NEW = "A ledger that can only grow is a ledger that nobody has to trust."
SENTENCE = "it is what you published on "


def told(result: Any) -> list[tuple[int, str, str]]:
    return [(each["post"], each["sameness"], each["published"]["url"]) for each in result.json["repeats"]]


def test_a_dry_run_and_a_post_warn_and_send(desk: Desk, remember: Remember) -> None:
    remember(OLD, account="default")
    dry = desk.post(desk.draft(NEW, OLD), "--dry-run")
    assert dry.code == ExitCode.DONE
    assert told(dry) == [(2, "exact", "https://x.com/i/status/1")]
    assert any(SENTENCE in warning for warning in dry.json["warnings"])
    sent = desk.call("post", desk.draft(NEW, OLD), "--yes")
    assert sent.code == ExitCode.DONE
    assert f"warning: post 2: {SENTENCE}" in sent.err
    assert desk.texts() == [NEW, OLD]


def test_strict_repeats_refuses_before_anything_is_sent(desk: Desk, remember: Remember) -> None:
    remember(OLD, account="default")
    result = desk.post(desk.draft(NEW, OLD), "--yes", "--strict-repeats")
    assert result.code == ExitCode.REFUSED
    assert told(result) == [(2, "exact", "https://x.com/i/status/1")]
    assert SENTENCE in result.json["error"]["message"]
    assert "--strict-repeats" in result.json["error"]["hint"]
    assert desk.creates() == 0
    desk.set(POST_STRICT_REPEATS="1")
    assert desk.post(desk.draft(NEW, OLD), "--dry-run").code == ExitCode.REFUSED


def test_a_thread_that_was_posted_does_not_repeat_itself(desk: Desk, remember: Remember, home: Path) -> None:
    draft = desk.draft(NEW, OLD)
    first = desk.post(draft, "--yes", "--strict-repeats")
    assert first.code == ExitCode.DONE
    ids = [int(post["id"]) for post in first.json["posts"]]
    for text, remote_id in zip((NEW, OLD), ids, strict=True):
        remember(text, account="default", first_id=remote_id, days_ago=0)
    again = desk.post(draft, "--yes", "--strict-repeats")
    assert (again.code, again.json["repeats"], again.json["status"]) == (ExitCode.DONE, [], "posted")
    assert desk.creates() == 2
    other = desk.post(desk.draft(NEW, "Something that nobody has ever said here.", name="other.md"), "--dry-run")
    assert [each[:2] for each in told(other)] == [(1, "exact")]


REWORDED = "For a whole week we measured our cache: of a hundred reads, forty were stale by over an hour."


def test_other_words_for_the_same_are_found_once_the_memory_has_vectors(onering: Run, tmp_path: Path) -> None:
    archive = tmp_path / "posts.jsonl"
    at = datetime.now(UTC).isoformat()
    posts = (OLD, "The harbour was quiet this morning, and so was I.")
    lines = [{"text": text, "id": f"7{n}", "platform": "x", "published_at": at} for n, text in enumerate(posts)]
    archive.write_text("\n".join(json.dumps(line) for line in lines), encoding="utf-8")
    assert onering("memory", "import", archive).code == 0
    (found,) = onering("draft", "lint", "-", "--json", stdin=f"{NEW}\n\n---\n\n{REWORDED}\n").json["repeats"]
    assert (found["post"], found["sameness"], found["published"]["text"]) == (2, "meaning", OLD)
    assert onering("config", "set", "accounts.default.repeat_meaning", "1").code == 0
    assert onering("draft", "lint", "-", "--json", stdin=REWORDED).json["repeats"] == []


def test_vectors_of_an_embedder_that_is_not_in_force_leave_it_to_words(
    onering: Run, home: Path, remember: Remember
) -> None:
    remember(OLD, account="default")
    with closing(open_store(home / "onering.db")) as store, store.write() as connection:
        connection.execute(
            "INSERT INTO memory_embedders (model, dimension, current, embedded_through) VALUES ('gone', 8, 1, 99)"
        )
    result = onering("draft", "lint", "-", "--json", stdin=f"{REWORDED}\n\n---\n\n{OLD}\n")
    assert (result.code, [each[:2] for each in told(result)]) == (0, [(2, "exact")])


def make_due(home: Path) -> None:
    """Turn the calendar so that everything scheduled is due."""
    now_s = datetime.now(UTC).timestamp()
    with closing(open_store(home / "onering.db")) as store, store.write() as connection:
        connection.execute("UPDATE entries SET due_s = ?, act_s = ? WHERE state = 'scheduled'", (now_s, now_s))


@pytest.mark.parametrize("command", ["post", "schedule add"])
def test_a_draft_is_held_against_the_memory_when_it_is_scheduled(desk: Desk, remember: Remember, command: str) -> None:
    remember(OLD, account="default")
    words = (*command.split(), desk.draft(OLD), "--in", "2h", "--json")
    warned = desk.call(*words)
    assert (warned.code, [each[:2] for each in told(warned)]) == (ExitCode.DONE, [(1, "exact")])
    assert "it is what you published" in warned.err
    assert desk.call(*words, "--strict-repeats").code == ExitCode.REFUSED


def test_what_was_published_meanwhile_is_seen_when_a_draft_is_due(desk: Desk, remember: Remember, home: Path) -> None:
    desk.call("post", desk.draft(OLD, name="a.md"), "--in", "2h")
    desk.call("post", desk.draft(f"{OLD}!", name="b.md"), "--in", "2h", "--strict-repeats")
    remember(OLD, account="default", days_ago=0)
    make_due(home)
    outcomes = desk.call("post", "--due", "--json").json["outcomes"]
    assert sorted(each["state"] for each in outcomes) == ["failed", "posted"]
    assert desk.texts() == [OLD]
    assert any(
        "it is what you published" in warning for warning in desk.call("thread", "status", "--json").json["warnings"]
    )


def test_lint_finds_repeats_and_refuses_them_when_asked(onering: Run, remember: Remember) -> None:
    remember(OLD, account="default")
    result = onering("draft", "lint", "-", "--json", stdin=f"{OLD}!\n")
    assert result.code == 0
    (finding,) = result.json["findings"]
    assert (finding["rule"], finding["severity"], finding["post"]) == ("published", "warning", 1)
    strict = onering("draft", "lint", "-", "--strict-repeats", stdin=OLD)
    assert strict.code == ExitCode.REFUSED
    assert "post 1: error: it is what you published on" in strict.out


def test_an_imported_draft_is_kept_with_a_warning(onering: Run, remember: Remember) -> None:
    remember(OLD, account="work")
    result = onering("draft", "import", "-", "--json", stdin=f"---\naccount: work\n---\n{OLD}\n")
    assert (result.code, len(result.json["drafts"])) == (0, 1)
    assert result.json["repeats"][0]["file"] == "stdin"
    assert "warning: post 1: it is what you published" in result.err


def test_generate_warns_and_refuses_when_asked(onering: Run, remember: Remember) -> None:
    remember(OLD, account="default")
    material = f"{OLD} The fix was a timestamp beside every value of the cache.\n"
    result = onering("generate", "-", "--json", stdin=material)
    assert result.code == 0
    assert [each["sameness"] for each in result.json["repeats"]] == ["near"]
    assert "warning: post 1: it is nearly what you published" in result.err
    strict = onering("generate", "-", "--json", "--strict-repeats", stdin=material)
    assert (strict.code, strict.json["draft"]) == (ExitCode.REFUSED, None)
    assert strict.json["error"]["repeats"][0]["published"]["url"] == "https://x.com/i/status/1"
    assert len(onering("draft", "list", "--json").json["drafts"]) == 1


@pytest.mark.parametrize(
    ("key", "value"), [("repeat_days", "5"), ("repeat_days", "0"), ("repeat_near", "1.0"), ("repeat_near", "0.99")]
)
def test_an_account_sets_its_own_tolerance(onering: Run, remember: Remember, key: str, value: str) -> None:
    remember(OLD, account="work")
    lint = ("draft", "lint", "-", "--account", "work", "--strict-repeats")
    near = OLD.replace("an hour", "a day")
    assert onering(*lint, stdin=near).code == ExitCode.REFUSED
    assert onering("config", "set", f"accounts.work.{key}", value).code == 0
    assert onering(*lint, stdin=near).code == 0
    assert onering("config", "set", f"accounts.work.{key}", "-3").code == 2


def test_text_of_the_memory_is_made_safe_for_a_terminal(onering: Run, home: Path, remember: Remember) -> None:
    remember(f"{OLD}\x1b]52;c;aGk=\x07", account="default")
    result = onering("draft", "lint", "-", stdin=OLD, terminal=True)
    assert "\x1b]52" not in result.out + result.err


def test_what_posting_itself_remembers_is_no_repeat_of_its_own_run_and_one_for_others(desk: Desk) -> None:
    draft = desk.draft(NEW, OLD)
    assert desk.post(draft, "--yes").code == ExitCode.DONE
    again = desk.post(draft, "--yes", "--strict-repeats")
    assert (again.code, again.json["repeats"]) == (ExitCode.DONE, [])
    keyed = desk.post(draft, "--dry-run", "--idempotency-key", "another")
    assert (
        keyed.json["repeats"] == []
    )  # the same draft: posting it under another key is refused by the journal, not here
    other = desk.draft(f"{OLD} Still.", name="other.md")
    assert [each[:2] for each in told(desk.post(other, "--dry-run"))] == [(1, "near")]
    assert desk.post(other, "--yes", "--strict-repeats").code == ExitCode.REFUSED
    assert desk.creates() == 2


def test_an_edited_draft_is_held_against_the_memory(
    onering: Run, remember: Remember, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    remember(OLD, account="default")
    onering("draft", "import", "-", stdin=NEW)
    (tmp_path / "edit.sh").write_text(f'#!/bin/sh\necho "{OLD}" > "$1"\n', encoding="utf-8")
    (tmp_path / "edit.sh").chmod(0o700)
    monkeypatch.setenv("VISUAL", str(tmp_path / "edit.sh"))
    result = onering("draft", "edit", "@last", "--json")
    assert (result.code, [each[:2] for each in told(result)]) == (0, [(1, "exact")])
