"""``onering config``, and which of flag, environment and file wins."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from onering_cli.errors import ExitCode

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from doubles.program import Result

    Run = Callable[..., Result]


@pytest.fixture
def config(home: Path) -> Callable[[str], Path]:
    def write(text: str) -> Path:
        home.mkdir(exist_ok=True)
        file = home / "config.toml"
        file.write_text(text, encoding="utf-8")
        return file

    return write


def test_what_is_set_is_in_force_and_told_with_its_origin(onering: Run) -> None:
    assert onering("config", "get", "publishing.threads_per_hour").out == "5\n"
    assert onering("config", "set", "publishing.threads_per_hour", "7").code == 0
    told = onering("config", "get", "publishing.threads_per_hour", "--json").json
    assert (told["value"], told["origin"]) == (7, "file")
    assert "publishing.threads_per_hour\t7\tfile\n" in onering("config", "list").out
    assert onering("config", "unset", "publishing.threads_per_hour").code == 0
    assert onering("config", "get", "publishing.threads_per_hour").out == "5\n"


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("no.such", "1"),
        ("publishing", "1"),
        ("", "1"),
        ("publishing.threads_per_hour", "many"),
        ("publishing.threads_per_hour", "0"),
        ("publishing.threads_per_hour", "1.5"),
        ("publishing.reconcile_waits_s", "3,2,1"),
        ("accounts.work.premium", "perhaps"),
        ("groq.base_url", "ftp://example.com"),
        ("draft.list.limit", "none"),
        ("draft.list.no_such", "1"),
    ],
)
def test_what_cannot_be_set_is_refused_and_nothing_is_written(onering: Run, home: Path, key: str, value: str) -> None:
    result = onering("config", "set", key, value, "--json")
    assert result.code == ExitCode.USAGE
    assert result.json["error"]["message"]
    assert not (home / "config.toml").exists()


def test_comments_and_order_stay(onering: Run, config: Callable[[str], Path]) -> None:
    file = config("# mine\n[publishing]\nlease_s = 60 # short\n\n[sources]\nallow_private = true\n")
    assert onering("config", "set", "publishing.lease_s", "90").code == 0
    text = file.read_text(encoding="utf-8")
    assert text.startswith("# mine\n[publishing]\nlease_s = 90")
    assert "# short" in text
    assert text.endswith("[sources]\nallow_private = true\n")


@pytest.mark.parametrize("broken", ["[publishing]\nlease_s = = 1\n", "a = 1\na = 2\nb = 3\n"])
def test_a_broken_file_is_told_with_its_line_and_left_alone(
    onering: Run, config: Callable[[str], Path], broken: str
) -> None:
    file = config(broken)
    for arguments in (("config", "list"), ("draft", "list"), ("config", "set", "sources.allow_private", "true")):
        result = onering(*arguments)
        assert result.code == ExitCode.USAGE
        assert "config.toml" in result.err
        assert "line 2" in result.err
    assert file.read_text(encoding="utf-8") == broken


def test_a_bad_value_in_the_file_names_its_place(onering: Run, config: Callable[[str], Path]) -> None:
    config("[publishing]\nthreads_per_hour = 'x'\n")
    result = onering("config", "get", "publishing.threads_per_hour")
    assert result.code == ExitCode.USAGE
    assert "publishing.threads_per_hour in" in result.err


def test_a_flag_beats_the_environment_which_beats_the_file(
    onering: Run, config: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(4):
        onering("draft", "import", "-", stdin=f"Draft {number}.")

    def listed(*options: str) -> int:
        return len(onering("draft", "list", *options).out.splitlines())

    assert listed() == 4
    config("[draft.list]\nlimit = 3\n")
    assert listed() == 3
    monkeypatch.setenv("ONERING_DRAFT_LIST_LIMIT", "2")
    assert listed() == 2
    assert listed("--limit", "1") == 1


def test_options_of_generate_come_from_the_environment_too(onering: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ONERING_GENERATE_POSTS", "0")
    result = onering("generate", "-", stdin="Caches lie about the past.")
    assert result.code == ExitCode.USAGE
    assert "--posts" in result.err


def test_an_option_of_a_command_is_set_and_listed(onering: Run) -> None:
    assert onering("config", "set", "draft.list.limit", "2").code == 0
    assert "draft.list.limit\t2\tfile\n" in onering("config", "list").out


def test_the_path_is_told_before_the_file_exists(onering: Run, home: Path) -> None:
    assert onering("config", "path").out == f"{home / 'config.toml'}\n"


BROKEN = {
    "a key without a value": ("[generate]\nposts =\n", "line 2"),
    "an open string": ('[x]\n\napi_base = "https\n', "line 3"),
    "an open text at the end": ('note = """\nfor ever', "line 2"),
    "the same key twice": ("[x]\nclient_id = '1'\nclient_id = '2'\n", "line 3"),
    "bytes that are no text": (b"[x]\nclient_id = '\xff'\n", "line 2"),
}


@pytest.mark.parametrize(("content", "line"), BROKEN.values(), ids=BROKEN)
def test_a_broken_file_ends_every_command_in_one_sentence_that_names_the_line(
    onering: Run, home: Path, content: str | bytes, line: str
) -> None:
    home.mkdir()
    (home / "config.toml").write_bytes(content if isinstance(content, bytes) else content.encode())
    for arguments in (
        ("draft", "list"),
        ("generate", "-"),
        ("post", "-", "--dry-run"),
        ("search", "caches"),
        ("thread", "list"),
        ("log",),
        ("auth", "status"),
        ("config", "list"),
        ("config", "set", "generate.posts", "3"),
    ):
        result = onering(*arguments, "--json", stdin="Caches lie about the past.")
        assert result.code == ExitCode.USAGE, arguments
        assert line in result.json["error"]["message"]
        assert result.json["operation"].startswith(arguments[0])
        message, hint = result.err.splitlines()
        assert message.startswith("error: ")
        assert hint.startswith("  ")


def test_a_broken_file_leaves_the_doctor_the_path_and_help(
    onering: Run, onering_process: Callable[..., Any], home: Path
) -> None:
    home.mkdir()
    (home / "config.toml").write_text("[generate\n", encoding="utf-8")
    told = onering("doctor")
    assert told.code == ExitCode.USAGE
    assert "fail  config" in told.out
    assert "line 1" in told.out
    assert "ok    store" in told.out
    assert onering("config", "path").out == f"{home / 'config.toml'}\n"
    for arguments in (("--help",), ("draft", "list", "--help"), ("generate", "-h")):
        shown = onering_process(*arguments)
        assert (shown.returncode, shown.stderr) == (0, "")


def test_a_file_with_a_byte_order_mark_is_read_and_changed(onering: Run, home: Path) -> None:
    home.mkdir()
    (home / "config.toml").write_text("\ufeff[publishing]\nthreads_per_hour = 9\n", encoding="utf-8")
    assert onering("config", "get", "publishing.threads_per_hour").out == "9\n"
    assert onering("config", "set", "publishing.lease_s", "60").code == 0
    assert onering("config", "get", "publishing.threads_per_hour").out == "9\n"
