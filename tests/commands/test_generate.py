"""``onering generate`` from the command line: what it takes, what it gives, and how it ends when it cannot."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from doubles.fake_groq import KEY, STRICT_MODEL, Answer, Failure, FakeGroq
from doubles.scripted_chat_model import Breaks, ScriptedChatModel

from onering_cli.adapters.sqlite.drafts import SqliteDrafts
from onering_cli.errors import ExitCode, RefusedError, StoreError, TryLaterError
from onering_cli.text.draft_file import parse
from onering_cli.text.weights import weigh
from onering_cli.toolbox.writing import Writing

if TYPE_CHECKING:
    from collections.abc import Callable

    from doubles.program import Result

    Run = Callable[..., Result]

GOLDEN = Path(__file__).parent / "golden"
NOTES = Path(__file__).parents[2] / "examples" / "notes.md"
CACHES = """# Caches lie

Caches lie about the past, and nobody notices until it hurts. We measured our cache for a whole week in March.
Forty of a hundred reads were stale, and the oldest value was nine days old.

The fix was a timestamp beside every value. Readers now see how old a value is before they trust it.
Try the same measurement on your own cache this week.
"""
PLAN = json.dumps(
    {
        "hook": "Caches lie",
        "points": [
            {"point": "Caches lie", "excerpts": [1, 2]},
            {"point": "How much", "excerpts": [3]},
            {"point": "The fix", "excerpts": [4]},
        ],
    }
)
POSTS = (
    "Your cache lies about the past. We measured ours for a whole week.",
    "Forty of a hundred reads were stale.",
    "Our fix: a timestamp beside every value.",
)
WRITTEN = "\n---\n".join(POSTS)
ESCAPES = "\x1b[2J\x1b]0;owned\x07\u202e\u2066\x00\x9b31m"


@pytest.fixture
def caches(tmp_path: Path) -> Path:
    path = tmp_path / "caches.md"
    path.write_text(CACHES, encoding="utf-8")
    return path


@pytest.fixture
def scripted(monkeypatch: pytest.MonkeyPatch) -> Callable[..., ScriptedChatModel]:
    """Let `--model scripted:model` answer with these."""

    def script(*answers: str | Breaks) -> ScriptedChatModel:
        model = ScriptedChatModel(answers)
        monkeypatch.setattr(Writing, "chat_model", lambda _self, _name, **_: model)
        return model

    return script


def posts_of(result: Result) -> list[str]:
    return [post["text"] for post in result.json["posts"]]


def kept(onering: Run) -> list[dict[str, Any]]:
    drafts: list[dict[str, Any]] = onering("draft", "list", "--json").json["drafts"]
    return drafts


# --- what it takes ---------------------------------------------------------------------------------------------------


def test_a_pipe_gets_the_draft_file_and_nothing_else(onering: Run, caches: Path) -> None:
    result = onering("generate", caches)
    assert result.code == 0
    draft = parse(result.out)
    assert draft.title == "Caches lie"
    assert draft.posts
    assert "saved as" in result.err


def test_the_output_is_what_post_takes_and_what_was_saved(onering: Run, caches: Path) -> None:
    written = onering("generate", caches).out
    assert onering("draft", "show", "@last", "--format", "md").out == written
    planned = onering("post", "-", "--dry-run", "--json", stdin=written)
    assert planned.code == 0
    assert [post["text"] for post in planned.json["posts"]] == [post.text for post in parse(written).posts]


def test_several_files_become_one_thread(onering: Run, caches: Path) -> None:
    result = onering("generate", caches, NOTES, "--json")
    sources = {span["source"] for post in result.json["posts"] for span in post["spans"]}
    assert sources == {str(caches), str(NOTES)}


def test_stdin_is_material(onering: Run) -> None:
    result = onering("generate", "-", "--json", stdin=CACHES)
    assert result.code == 0
    assert {span["source"] for post in result.json["posts"] for span in post["spans"]} == {"stdin"}


def test_html_is_read_as_prose(onering: Run, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    prose = "".join(f"<p>{part}</p>" for part in CACHES.split("\n\n")[1:])
    page.write_text(
        f"<html><head><title>Caches lie</title><script>evil()</script></head><body><nav><a href=/>Home</a></nav>"
        f"<article><h1>Caches lie</h1>{prose}</article><footer>Cookie settings</footer></body></html>",
        encoding="utf-8",
    )
    result = onering("generate", page)
    assert result.code == 0
    assert "measured our cache" in result.out
    assert not re.search("<|evil|Home|Cookie", result.out)


def test_a_topic_is_written_from_earlier_drafts(onering: Run, caches: Path) -> None:
    assert onering("generate", caches).code == 0
    result = onering("generate", "--topic", "stale cache", "--json")
    assert result.code == 0, result.err
    assert "stale" in " ".join(posts_of(result))


def test_a_topic_that_nothing_is_about_says_so_and_saves_nothing(onering: Run) -> None:
    result = onering("generate", "the weather on Mars")
    assert result.code == ExitCode.USAGE
    assert "nothing to write from" in result.err
    assert result.out == ""
    assert kept(onering) == []


def test_without_anything_to_write_from_it_says_what_to_give(onering: Run) -> None:
    result = onering("generate")
    assert result.code == ExitCode.USAGE
    assert "nothing to write from" in result.err


# --- how many, how long ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("posts", [1, 2, 3])
def test_so_many_posts_as_were_asked_for(onering: Run, caches: Path, posts: int) -> None:
    result = onering("generate", caches, "--posts", str(posts), "--json")
    assert result.code == 0, result.err
    assert len(posts_of(result)) == posts


def test_more_posts_than_the_material_carries_are_refused_with_the_reason(onering: Run, caches: Path) -> None:
    result = onering("generate", caches, "--posts", "60")
    assert result.code == ExitCode.USAGE
    assert "60" in result.err
    assert kept(onering) == []


@pytest.mark.parametrize("posts", ["0", "-1", "101", "1000"])
def test_a_number_of_posts_that_makes_no_thread_is_refused(onering: Run, caches: Path, posts: str) -> None:
    result = onering("generate", caches, "--posts", posts)
    assert result.code == ExitCode.USAGE
    assert f"--posts takes a number from 1 to 100, not {posts}" in result.err


def test_posts_that_are_no_number_are_refused(onering: Run, caches: Path) -> None:
    result = onering("generate", caches, "--posts", "many", "--json")
    assert result.code == ExitCode.USAGE
    assert result.json["operation"] == "generate"
    assert "many" in result.json["error"]["message"]


@pytest.mark.parametrize("limit", [90, 140, 280])
def test_no_post_weighs_more_than_the_limit(onering: Run, limit: int) -> None:
    result = onering("generate", NOTES, "--limit", str(limit), "--json")
    if result.code == 0:
        assert all(weigh(text) <= limit for text in posts_of(result))
    else:
        assert result.code in (ExitCode.USAGE, ExitCode.REFUSED)
        assert str(limit) in result.json["error"]["message"]


@pytest.mark.parametrize("limit", ["39", "281", "-5"])
def test_a_limit_that_the_account_does_not_have_is_refused(onering: Run, caches: Path, limit: str) -> None:
    result = onering("generate", caches, "--limit", limit)
    assert result.code == ExitCode.USAGE
    assert f"not {limit}" in result.err


def test_a_premium_account_may_have_longer_posts(onering: Run) -> None:
    assert onering("config", "set", "accounts.work.premium", "true").code == 0
    result = onering("generate", NOTES, "--account", "work", "--limit", "2000", "--json")
    assert result.code == 0, result.err
    assert max(map(weigh, posts_of(result))) <= 2000


def test_numbers_stand_at_the_end_of_each_post_and_fit(onering: Run) -> None:
    texts = posts_of(onering("generate", NOTES, "--number", "--json"))
    assert len(texts) > 1
    for index, text in enumerate(texts, start=1):
        assert text.endswith(f" {index}/{len(texts)}")
        assert weigh(text) <= 280


def test_variants_differ_and_each_is_a_draft(onering: Run) -> None:
    result = onering("generate", NOTES, "--variants", "2", "--json")
    assert result.code == 0, result.err
    first, second = result.json["variants"]
    assert [post["text"] for post in first["posts"]] != [post["text"] for post in second["posts"]]
    assert {draft["id"] for draft in kept(onering)} == {first["draft"], second["draft"]}


def test_fewer_different_threads_than_asked_for_are_told(onering: Run, tmp_path: Path) -> None:
    short = tmp_path / "short.txt"
    short.write_text("Backups that were never restored are a hope and nothing more.\n", encoding="utf-8")
    result = onering("generate", short, "--variants", "3")
    assert result.code == 0, result.err
    assert "1 different version" in result.err
    assert len(kept(onering)) == 1


# --- what it gives ---------------------------------------------------------------------------------------------------


def test_the_json_object_is_as_documented(onering: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("caches.md").write_text(CACHES, encoding="utf-8")
    document = onering("generate", "caches.md", "--posts", "2", "--variants", "2", "--json").json
    assert re.fullmatch("[0-9a-z]{10}", document["draft"])
    compare(json.dumps(shape(document), indent=2) + "\n", "generate.json")


def test_each_post_says_which_words_of_the_source_it_rests_on(onering: Run, caches: Path) -> None:
    for post in onering("generate", caches, "--json").json["posts"]:
        assert post["weight"] == weigh(post["text"])
        for span in post["spans"]:
            passage = CACHES[span["start"] : span["end"]]
            assert " ".join(passage.split()) in " ".join(post["text"].split())
            assert span["line"] == CACHES.count("\n", 0, span["start"]) + 1


def test_a_failure_prints_the_same_keys_and_the_error(onering: Run, caches: Path, tmp_path: Path) -> None:
    fine = onering("generate", caches, "--json").json
    failed = onering("generate", tmp_path / "missing.md", "--json")
    assert failed.code == ExitCode.USAGE
    assert set(failed.json) == {*fine, "error"}
    assert failed.json["error"]["code"] == "usage"
    assert "does not exist" in failed.json["error"]["message"]


def test_explain_tells_each_step(onering: Run, caches: Path) -> None:
    result = onering("generate", caches, "--explain")
    for node in ("gather", "strategist", "outline", "write", "critic", "fit"):
        assert re.search(rf"^ *{node}  \S", result.err, re.MULTILINE)
    assert parse(result.out).posts


def test_a_terminal_gets_cards_and_keeps_nothing_of_the_stream(onering: Run, caches: Path) -> None:
    result = onering("generate", caches, terminal=True)
    assert result.code == 0
    assert re.search("^╭─ 1/", result.out, re.MULTILINE)
    assert "/280" in result.out
    assert "───" not in result.err


def test_no_stream_shows_nothing_on_the_way(onering: Run, caches: Path) -> None:
    result = onering("generate", caches, "--no-stream", terminal=True)
    assert "\x1b" not in result.err
    assert "writing" not in result.err


def test_escapes_in_the_material_reach_neither_terminal_nor_posts(onering: Run, tmp_path: Path) -> None:
    evil = tmp_path / "evil.md"
    evil.write_text(CACHES.replace("Forty", f"{ESCAPES}Forty").replace("lie", f"lie{ESCAPES}"), encoding="utf-8")
    result = onering("generate", evil, "--no-stream", "--explain", terminal=True)
    if result.code:
        assert result.code == ExitCode.USAGE  # a NUL makes it binary
        evil.write_text(evil.read_text(encoding="utf-8").replace("\x00", ""), encoding="utf-8")
        result = onering("generate", evil, "--no-stream", "--explain", terminal=True)
    assert result.code == 0, result.err
    shown = re.sub(r"\x1b\[[0-9;]*m", "", result.out + result.err)
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", shown)
    assert "owned" not in shown


# --- material that is none -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        (b" \n\t\n", "nothing to write from|empty"),
        (b"\x7fELF\x02\x01\x01\x00" + bytes(range(256)) * 8, "binary|not text"),
        (b"PK\x03\x04\x14\x00\x00\x00" + b"\x00\xff" * 400, "binary|not text|zip"),
        (b"```\ncode = 1\n```\n", "no prose"),
    ],
)
def test_what_holds_no_prose_is_told_and_nothing_is_saved(
    onering: Run, tmp_path: Path, content: bytes, said: str
) -> None:
    file = tmp_path / "input.md"
    file.write_bytes(content)
    for result in (onering("generate", file), onering("generate", "-", stdin=content)):
        assert result.code == ExitCode.USAGE
        assert re.search(said, result.err), result.err
        assert len(result.err.splitlines()) <= 2
    assert kept(onering) == []


def test_a_file_of_fifty_megabytes_is_refused_without_being_read(onering: Run, tmp_path: Path) -> None:
    huge = tmp_path / "huge.md"
    with huge.open("wb") as file:
        file.truncate(50_000_000)
    result = onering("generate", huge)
    assert result.code == ExitCode.USAGE
    assert "larger than 20 MB" in result.err


def test_utf_16_is_read_and_broken_utf_8_ends_well(onering: Run, tmp_path: Path) -> None:
    wide = tmp_path / "wide.md"
    wide.write_bytes(CACHES.encode("utf-16"))
    assert "stale" in onering("generate", wide).out
    broken = tmp_path / "broken.md"
    broken.write_bytes(CACHES.replace("hurts", "schmörzt").encode("latin-1"))
    result = onering("generate", broken)
    assert result.code in (0, ExitCode.USAGE)
    assert "�" not in result.out


def test_a_folder_and_an_unreadable_file_are_told(onering: Run, tmp_path: Path) -> None:
    result = onering("generate", tmp_path)
    assert result.code == ExitCode.USAGE
    assert "is a folder" in result.err


def test_a_private_address_is_not_read(onering: Run) -> None:
    result = onering("generate", "--from", "http://127.0.0.1:9/notes")
    assert result.code in (ExitCode.USAGE, ExitCode.REFUSED)
    assert "private" in result.err or "this machine" in result.err


# --- a model that writes ---------------------------------------------------------------------------------------------


def test_a_model_writes_what_it_was_asked_for(onering: Run, caches: Path, scripted: Callable[..., Any]) -> None:
    scripted(PLAN, WRITTEN)
    result = onering("generate", caches, "--model", "scripted:model", "--posts", "3", "--json")
    assert result.code == 0, result.err
    assert posts_of(result) == list(POSTS)
    assert result.json["writer"] == "scripted:model"


def test_a_model_that_writes_forty_posts_is_held_to_three(
    onering: Run, caches: Path, scripted: Callable[..., Any]
) -> None:
    forty = "\n---\n".join(f"{POSTS[n % 3]} Readers see{' now' * n} how old a value is." for n in range(40))
    scripted(PLAN, forty, forty, forty, forty)
    result = onering("generate", caches, "--model", "scripted:model", "--posts", "3", "--json")
    assert result.code == 0, result.err
    assert len(posts_of(result)) == 3


@pytest.mark.parametrize("answer", ["", "   ", "{", "I cannot help with that.", "---\n---\n---"])
def test_a_model_that_answers_nothing_usable_is_replaced_and_that_is_told(
    onering: Run, caches: Path, scripted: Callable[..., Any], answer: str
) -> None:
    scripted(*[answer] * 12)
    result = onering("generate", caches, "--model", "scripted:model", "--posts", "2", "--json")
    assert result.code == 0, result.err
    assert len(posts_of(result)) == 2
    assert all(text not in answer for text in posts_of(result))
    assert {post["replaced_by"] for post in result.json["posts"]} == {"extract"}


def test_a_model_that_answers_nothing_about_a_topic_ends_in_one_sentence(
    onering: Run, scripted: Callable[..., Any]
) -> None:
    scripted(*[""] * 12)
    result = onering("generate", "--topic", "caches", "--model", "scripted:model", "--json")
    assert result.code != 0
    assert result.code != ExitCode.BUG
    assert result.json["error"]["message"]
    assert kept(onering) == []


def test_a_model_that_repeats_its_instructions_is_not_published(
    onering: Run, caches: Path, scripted: Callable[..., Any]
) -> None:
    probe = scripted(PLAN, WRITTEN)
    onering("generate", caches, "--model", "scripted:model", "--posts", "3")
    instructions = probe.asked[-1].messages[0].content
    leak = " ".join(instructions.split()[:24])
    leaking = "\n---\n".join((leak + ".", *POSTS[1:]))
    scripted(PLAN, *[leaking] * 6)
    result = onering("generate", caches, "--model", "scripted:model", "--posts", "3", "--json")
    assert result.code == 0, result.err
    assert leak not in "\n".join(posts_of(result))
    assert len(posts_of(result)) == 3


def test_a_second_thread_that_fails_does_not_take_the_first_with_it(
    onering: Run, caches: Path, scripted: Callable[..., Any]
) -> None:
    scripted(PLAN, WRITTEN, Breaks("", TryLaterError("the connection broke")))
    arguments = ("generate", caches, "--model", "scripted:model", "--posts", "3", "--variants", "2", "--json")
    result = onering(*arguments)
    assert result.code == ExitCode.TRY_LATER
    assert posts_of(result) == list(POSTS)
    assert result.json["draft"] == kept(onering)[0]["id"]


def test_invented_numbers_are_replaced_unless_the_user_allows_them(
    onering: Run, caches: Path, scripted: Callable[..., Any]
) -> None:
    more = "Backups of the cache were no better, since they had been copied from the same place every night.\n"
    caches.write_text(CACHES.replace("The fix", f"{more}\nThe fix"), encoding="utf-8")
    inventing = "\n---\n".join((POSTS[0], "Exactly 8,731 reads at Contoso were stale.", POSTS[2]))
    scripted(PLAN, *[inventing] * 6)
    held = onering("generate", caches, "--model", "scripted:model", "--posts", "3", "--json")
    assert held.code == 0, held.err
    assert "8,731" not in "\n".join(posts_of(held))
    assert held.json["posts"][1]["replaced_by"] == "extract"
    scripted(PLAN, *[inventing] * 6)
    allowed = onering("generate", caches, "--model", "scripted:model", "--posts", "3", "--allow-unsupported", "--json")
    assert "8,731" in "\n".join(posts_of(allowed))


def test_invented_numbers_about_a_topic_are_refused_with_a_way_out(onering: Run, scripted: Callable[..., Any]) -> None:
    inventing = "Caches lie about 8,731 values.\n---\nThat hurts everybody who trusts them."
    scripted(json.dumps({"hook": "h", "points": [{"point": "a"}, {"point": "b"}]}), *[inventing] * 6)
    result = onering("generate", "--topic", "caches", "--model", "scripted:model", "--posts", "2", "--json")
    assert result.code == ExitCode.REFUSED
    assert "8,731" in result.json["error"]["message"]
    assert "--allow-unsupported" in result.json["error"]["hint"]


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (TryLaterError("the connection broke"), ExitCode.TRY_LATER),
        (RefusedError("the service refused"), ExitCode.REFUSED),
        (KeyboardInterrupt(), ExitCode.INTERRUPTED),
    ],
)
def test_a_stream_that_breaks_off_keeps_what_was_written(
    onering: Run, caches: Path, scripted: Callable[..., Any], error: Any, code: int
) -> None:
    scripted(PLAN, Breaks(f"{POSTS[0]}\n---\n{POSTS[1]}\n---\nOur fix: a time", error))
    result = onering("generate", caches, "--model", "scripted:model", "--posts", "3")
    assert result.code == code, result.err
    assert result.out == ""
    (draft,) = kept(onering)
    assert draft["id"] in result.err
    shown = onering("draft", "show", draft["id"], "--json").json
    assert [post["text"] for post in shown["posts"]][:2] == list(POSTS[:2])
    assert shown["provenance"]["unfinished"] is True


def test_a_break_off_is_told_in_json_with_the_draft_that_was_kept(
    onering: Run, caches: Path, scripted: Callable[..., Any]
) -> None:
    scripted(PLAN, Breaks(POSTS[0] + "\n---\nForty", TryLaterError("the connection broke")))
    result = onering("generate", caches, "--model", "scripted:model", "--json")
    assert result.code == ExitCode.TRY_LATER
    assert result.json["error"]["message"] == "the connection broke"
    assert result.json["draft"] == kept(onering)[0]["id"]


def test_a_failure_before_the_first_word_keeps_nothing(
    onering: Run, caches: Path, scripted: Callable[..., Any]
) -> None:
    scripted(Breaks("", TryLaterError("the connection broke")))
    assert onering("generate", caches, "--model", "scripted:model").code == ExitCode.TRY_LATER
    assert kept(onering) == []


def test_what_a_model_says_cannot_steer_the_terminal(onering: Run, caches: Path, scripted: Callable[..., Any]) -> None:
    scripted(PLAN, *["\n---\n".join(post + ESCAPES for post in POSTS)] * 6)
    result = onering("generate", caches, "--model", "scripted:model", "--posts", "3", terminal=True)
    assert result.code == 0, result.err
    assert not re.search("\x1b\\]|owned|\u202e|\u2066|\x9b|\x00|\x1b\\[2J\x1b\\]", result.out + result.err)


def test_an_unknown_writer_is_told(onering: Run, caches: Path) -> None:
    result = onering("generate", caches, "--model", "oracle:9000")
    assert result.code == ExitCode.USAGE
    assert "oracle:9000" in result.err


# --- Groq ------------------------------------------------------------------------------------------------------------


def test_groq_without_a_key_says_how_to_log_in(onering: Run, caches: Path) -> None:
    result = onering("generate", caches, "--model", "groq")
    assert result.code == ExitCode.LOG_IN
    assert "GROQ_API_KEY" in result.err


def test_groq_writes_a_thread_from_end_to_end(onering: Run, caches: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with FakeGroq(Answer([PLAN]), Answer([WRITTEN[i : i + 9] for i in range(0, len(WRITTEN), 9)])) as service:
        monkeypatch.setenv("GROQ_API_KEY", KEY)
        monkeypatch.setenv("GROQ_BASE_URL", service.address)
        result = onering("generate", caches, "--model", f"groq:{STRICT_MODEL}", "--posts", "3", "--json")
    assert result.code == 0, result.err
    assert posts_of(result) == list(POSTS)
    assert result.json["writer"] == f"groq:{STRICT_MODEL}"
    usage = onering("draft", "show", "@last", "--json").json["provenance"]["usage"]
    assert usage["output_tokens"] > 0
    assert KEY not in result.out + result.err


@pytest.mark.parametrize(
    ("failure", "code"),
    [
        (Failure(401, "Invalid API Key", code="invalid_api_key"), ExitCode.LOG_IN),
        (Failure(404, "no such model", code="model_not_found"), ExitCode.USAGE),
    ],
)
def test_a_refusal_of_groq_ends_in_one_sentence_and_its_code(
    onering: Run, caches: Path, monkeypatch: pytest.MonkeyPatch, failure: Failure, code: int
) -> None:
    with FakeGroq(failure) as service:
        monkeypatch.setenv("GROQ_API_KEY", KEY)
        monkeypatch.setenv("GROQ_BASE_URL", service.address)
        result = onering("generate", caches, "--model", f"groq:{STRICT_MODEL}")
    assert result.code == code, result.err
    assert len(result.err.splitlines()) <= 2
    assert KEY not in result.err


def shape(value: Any) -> Any:
    """Keys and types: what a script relies on, whatever the writer chose to say."""
    if isinstance(value, dict):
        return {key: shape(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [shape(value[0])] if value else []
    return type(value).__name__


def compare(text: str, name: str) -> None:
    """Hold `text` against a golden file."""
    assert text == (GOLDEN / name).read_text(encoding="utf-8")


def test_a_thread_that_cannot_be_saved_is_handed_over_all_the_same(
    onering: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_arguments: object, **_named: object) -> None:
        raise StoreError("the disk is full")

    monkeypatch.setattr(SqliteDrafts, "add", full)
    material = "Caches lie about the past of every page that they hold."
    result = onering("generate", "-", stdin=material)
    assert (result.code, result.out.strip()) == (ExitCode.STORE, material)
    told = onering("generate", "-", "--json", stdin=material).json
    assert (told["draft"], told["error"]["code"]) == (None, "store")
    assert [post["text"] for post in told["posts"]] == [material]
