"""``onering draft`` from the command line."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import pytest

from onering_cli.errors import ExitCode
from onering_cli.text.draft_file import parse
from onering_cli.text.weights import weigh

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from doubles.program import Result

    Run = Callable[..., Result]

THREAD = "---\ntitle: Caches\n---\n\nCaches lie about the past.\n\n---\n\nForty of a hundred reads were stale.\n"
ESCAPES = "\x1b[2J\x1b]0;owned\x07\u202e\u2066\x9b31m"


@pytest.fixture
def keep(onering: Run) -> Callable[[str | bytes], str]:
    """Keep a draft file's text as a draft; its id."""

    def call(source: str | bytes = THREAD) -> str:
        result = onering("draft", "import", "-", "--json", stdin=source)
        assert result.code == 0, result.err
        identifier: str = result.json["drafts"][0]["id"]
        return identifier

    return call


@pytest.fixture
def editor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Let the user's editor be a Python script that finds the file's path in `path`."""

    def use(body: str) -> None:
        script = tmp_path / "editor.py"
        script.write_text(f"import pathlib, sys\npath = pathlib.Path(sys.argv[-1])\n{body}\n", encoding="utf-8")
        monkeypatch.setenv("VISUAL", f"{sys.executable} {script}")

    return use


def listed(onering: Run, *options: str) -> list[str]:
    return [draft["id"] for draft in onering("draft", "list", "--json", *options).json["drafts"]]


# --- list ------------------------------------------------------------------------------------------------------------


def test_the_draft_saved_last_is_listed_first(onering: Run, keep: Callable[..., str]) -> None:
    first, second = keep(), keep("Another one.\n")
    result = onering("draft", "list")
    assert [line.split("\t")[0] for line in result.out.splitlines()] == [second, first]
    assert result.out.splitlines()[1].split("\t")[1::2] == ["2", "Caches"]


def test_the_list_as_json_has_every_key(onering: Run, keep: Callable[..., str]) -> None:
    identifier = keep()
    document = onering("draft", "list", "--json").json
    assert document["operation"] == "draft.list"
    assert document["total"] == 1
    (draft,) = document["drafts"]
    assert set(draft) == {"id", "title", "opening", "posts", "account", "updated_at", "removed_at"}
    assert (draft["id"], draft["title"], draft["posts"]) == (identifier, "Caches", 2)


def test_limit_and_offset_page_through_the_list(onering: Run, keep: Callable[..., str]) -> None:
    identifiers = [keep(f"Draft number {number}.\n") for number in range(5)][::-1]
    assert listed(onering, "--limit", "2") == identifiers[:2]
    assert listed(onering, "--limit", "2", "--offset", "2") == identifiers[2:4]


def test_an_empty_list_says_how_to_begin_and_prints_no_data(onering: Run) -> None:
    for terminal in (False, True):
        result = onering("draft", "list", terminal=terminal)
        assert (result.code, result.out) == (0, "")
        assert "onering generate" in result.err


@pytest.mark.parametrize("limit", ["0", "-1", "10001", "x"])
def test_a_limit_out_of_range_is_refused_with_the_promised_keys(onering: Run, limit: str) -> None:
    result = onering("draft", "list", "--limit", limit, "--json")
    assert result.code == ExitCode.USAGE
    assert {"operation", "error"} <= set(result.json)


@pytest.mark.parametrize("width", [20, 60, 80, 200])
def test_the_table_never_breaks_a_row(onering: Run, keep: Callable[..., str], width: int) -> None:
    keep("---\ntitle: " + "缓存会撒谎 " * 30 + "\n---\n\nOne.\n")
    result = onering("draft", "list", terminal=True, width=width)
    assert len(result.out.splitlines()) == 2


# --- show ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "source",
    [
        THREAD,
        THREAD.replace("\n", "\r\n"),
        "\ufeff" + THREAD,
        "One post without an end",
        "\n\n  Odd white space  \n\n\n---\n\n\nTwo\t\n",
        "---\ntitle: 'q'\nown_key: [1, 2]\n---\nText 👩‍💻 e\u0301\n",
    ],
)
def test_the_draft_file_comes_back_byte_for_byte(
    onering: Run, tmp_path: Path, source: str, onering_process: Callable[..., Any]
) -> None:
    file = tmp_path / "thread.md"
    file.write_bytes(source.encode())
    assert onering("draft", "import", file).code == 0
    assert onering("draft", "show", "@last", "--format", "md").out == source
    assert onering("draft", "export", "--all", "--to", tmp_path / "out").code == 0
    (exported,) = (tmp_path / "out").iterdir()
    assert exported.read_bytes() == source.encode()


def test_a_prefix_names_a_draft_and_an_ambiguous_or_unknown_one_is_told(onering: Run, keep: Callable[..., str]) -> None:
    identifier = keep()
    assert onering("draft", "show", identifier[:9], "--json").json["id"] == identifier
    result = onering("draft", "show", "zzzz", "--json")
    assert result.code == ExitCode.USAGE
    assert result.json["id"] is None
    assert "zzzz" in result.json["error"]["message"]


def test_show_as_json_has_weights_and_the_same_keys_on_failure(onering: Run, keep: Callable[..., str]) -> None:
    keep("See https://example.com/a/long/path/that/counts/less for it.\n\n![A cat](cat.png)\n")
    document = onering("draft", "show", "@last", "--json").json
    (post,) = document["posts"]
    assert post["weight"] == weigh(post["text"])
    assert post["links"] == ["https://example.com/a/long/path/that/counts/less"]
    assert post["media"] == [{"path": "cat.png", "alt": "A cat"}]
    failed = onering("draft", "show", "zzzz", "--json").json
    assert set(failed) - {"error"} == set(document)


def test_a_pipe_gets_plain_text_and_a_terminal_cards(onering: Run, keep: Callable[..., str]) -> None:
    keep()
    piped = onering("draft", "show", "@last").out
    assert "[1/2]  26/280\nCaches lie about the past.\n" in piped
    assert "\x1b" not in piped
    assert "╭─ 1/2 ─" in onering("draft", "show", "@last", terminal=True).out


@pytest.mark.parametrize("arguments", [("draft", "show", "@last"), ("draft", "list"), ("search", "lie")])
@pytest.mark.parametrize("terminal", [True, False])
def test_no_command_hands_hostile_text_to_a_reader(
    onering: Run, keep: Callable[..., str], arguments: tuple[str, ...], *, terminal: bool
) -> None:
    keep(
        f"---\ntitle: Caches{ESCAPES.replace(chr(27), '').replace(chr(7), '').replace(chr(155), '')}\n---\n"
        f"Caches{ESCAPES} lie about the past.\n"
    )
    result = onering(*arguments, terminal=terminal)
    assert result.code == 0
    shown = result.out + result.err
    if terminal:
        assert not any(character in shown for character in "\x07\x9b\u202e\u2066")
        assert "\x1b[2J" not in shown
    else:
        assert "\x1b" not in shown


def test_md_on_a_terminal_is_made_safe_too(onering: Run, keep: Callable[..., str]) -> None:
    keep(f"Caches{ESCAPES} lie.\n")
    assert onering("draft", "show", "@last", "--format", "md", terminal=True).out == "Caches lie.\n"


# --- rm, restore -----------------------------------------------------------------------------------------------------


def test_what_is_removed_comes_back(onering: Run, keep: Callable[..., str]) -> None:
    identifier = keep()
    gone = onering("draft", "rm", identifier, "--json")
    assert gone.json["removed"][0]["id"] == identifier
    assert listed(onering) == []
    assert listed(onering, "--removed") == [identifier]
    assert onering("draft", "restore", identifier[:8], "--json").json["restored"] == [identifier]
    assert onering("draft", "show", identifier, "--format", "md").out == THREAD


def test_naming_a_draft_twice_removes_it_once(onering: Run, keep: Callable[..., str]) -> None:
    identifier = keep()
    result = onering("draft", "rm", identifier, "@last", "--json")
    assert result.code == 0
    assert len(result.json["removed"]) == 1


def test_an_unknown_reference_among_known_ones_removes_nothing(onering: Run, keep: Callable[..., str]) -> None:
    identifier = keep()
    assert onering("draft", "rm", identifier, "zzzz").code == ExitCode.USAGE
    assert listed(onering) == [identifier]


# --- import, export --------------------------------------------------------------------------------------------------


def test_a_broken_file_is_told_with_its_place_and_nothing_is_kept(onering: Run, tmp_path: Path) -> None:
    good, bad = tmp_path / "good.md", tmp_path / "bad.md"
    good.write_text(THREAD, encoding="utf-8")
    bad.write_text("---\ntitle: [unclosed\n---\n\nText.\n", encoding="utf-8")
    result = onering("draft", "import", good, bad)
    assert result.code == ExitCode.USAGE
    assert "bad.md" in result.err
    assert "line 2" in result.err or ":2" in result.err or "line 3" in result.err, result.err
    assert listed(onering) == []


def test_what_is_no_draft_file_is_refused(onering: Run, tmp_path: Path) -> None:
    latin = tmp_path / "latin.md"
    latin.write_bytes("Grüße".encode("latin-1"))
    huge = tmp_path / "huge.md"
    with huge.open("wb") as file:
        file.truncate(50_000_000)
    for source, said in ((latin, "UTF-8"), (huge, "larger than 4 MiB"), (tmp_path / "none.md", "there is no file")):
        result = onering("draft", "import", source)
        assert result.code == ExitCode.USAGE
        assert said in result.err


def test_export_overwrites_nothing_unless_told_to(onering: Run, keep: Callable[..., str], tmp_path: Path) -> None:
    identifier = keep()
    mine = tmp_path / f"{identifier}.md"
    mine.write_text("mine", encoding="utf-8")
    refused = onering("draft", "export", identifier, "--to", tmp_path)
    assert refused.code == ExitCode.USAGE
    assert mine.read_text(encoding="utf-8") == "mine"
    assert onering("draft", "export", identifier, "--to", tmp_path, "--force").code == 0
    assert mine.read_text(encoding="utf-8") == THREAD


def test_export_wants_drafts_or_all_of_them(onering: Run, keep: Callable[..., str]) -> None:
    identifier = keep()
    assert onering("draft", "export").code == ExitCode.USAGE
    assert onering("draft", "export", identifier, "--all").code == ExitCode.USAGE


# --- edit ------------------------------------------------------------------------------------------------------------


def test_an_edit_is_saved_as_a_new_revision(
    onering: Run, keep: Callable[..., str], editor: Callable[[str], None]
) -> None:
    keep()
    editor("path.write_text(path.read_text().replace('Forty', 'Fifty'))")
    result = onering("draft", "edit", "@last", "--json")
    assert (result.code, result.json["changed"], result.json["revision"]) == (0, True, 2), result.err
    assert "Fifty" in onering("draft", "show", "@last", "--format", "md").out


def test_an_editor_that_crashes_changes_nothing(
    onering: Run, keep: Callable[..., str], editor: Callable[[str], None]
) -> None:
    keep()
    editor("sys.exit(3)")
    assert onering("draft", "edit", "@last").code != ExitCode.BUG
    assert onering("draft", "show", "@last", "--format", "md").out == THREAD


def test_text_that_does_not_parse_is_kept_and_can_be_taken_up_again(
    onering: Run, keep: Callable[..., str], editor: Callable[[str], None]
) -> None:
    keep()
    editor("path.write_text('---\\ntitle: [\\n---\\nNew words.\\n')")
    broken = onering("draft", "edit", "@last")
    assert broken.code == ExitCode.USAGE
    assert onering("draft", "show", "@last", "--format", "md").out == THREAD
    editor("path.write_text(path.read_text().replace('title: [', 'title: Mended'))")
    assert onering("draft", "edit", "@last", "--recover").code == 0
    assert "New words." in onering("draft", "show", "@last", "--format", "md").out


# --- lint, split, diff -----------------------------------------------------------------------------------------------


def test_lint_passes_what_may_be_sent_and_refuses_what_may_not(onering: Run, keep: Callable[..., str]) -> None:
    keep()
    assert onering("draft", "lint", "@last").code == 0
    keep("word " * 100)
    result = onering("draft", "lint", "@last", "--json")
    assert result.code == ExitCode.REFUSED
    assert result.json["findings"]


def test_split_fits_a_stored_draft_and_loses_no_word(onering: Run, keep: Callable[..., str]) -> None:
    text = " ".join(f"Sentence number {n} says something of its own." for n in range(40))
    identifier = keep(text)
    result = onering("draft", "split", "@last", "--number", "--json")
    assert (result.code, result.json["id"], result.json["revision"]) == (0, identifier, 2), result.err
    posts = result.json["posts"]
    assert all(weigh(post) <= 280 for post in posts)
    bare = [post.removesuffix(f" {index}/{len(posts)}") for index, post in enumerate(posts, start=1)]
    assert " ".join(bare) == text


def test_split_prints_a_file_and_leaves_it_as_it_is(onering: Run, tmp_path: Path) -> None:
    essay = tmp_path / "essay.md"
    essay.write_text("One sentence is here. " * 40, encoding="utf-8")
    before = essay.read_bytes()
    result = onering("draft", "split", essay)
    assert result.code == 0
    assert len(parse(result.out).posts) > 1
    assert essay.read_bytes() == before
    assert listed(onering) == []


def test_a_post_that_cannot_be_cut_is_told(onering: Run) -> None:
    result = onering("draft", "split", "-", "--limit", "40", "--json", stdin="#" + "a" * 60)
    assert result.code == ExitCode.USAGE
    assert "must stay whole" in result.json["error"]["message"]


def test_diff_shows_what_an_edit_changed(onering: Run, keep: Callable[..., str], editor: Callable[[str], None]) -> None:
    keep()
    assert "no difference" in onering("draft", "diff", "@last").err
    editor("path.write_text(path.read_text().replace('Forty', 'Fifty'))")
    onering("draft", "edit", "@last")
    document = onering("draft", "diff", "@last", "--json").json
    assert "-Forty" in document["diff"].replace("- ", "-")
    assert "+Fifty" in document["diff"].replace("+ ", "+")
    assert onering("draft", "diff", "@last", "--revision", "9").code == ExitCode.USAGE
