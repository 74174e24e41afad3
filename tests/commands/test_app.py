"""How the program ends: exit codes, closed pipes, broken stores, bugs."""

from __future__ import annotations

import sqlite3
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from doubles.processes import as_nobody
from doubles.program import guarded_environment, program

from onering_cli import __version__
from onering_cli.errors import ExitCode
from onering_cli.toolbox import Toolbox

if TYPE_CHECKING:
    from collections.abc import Callable

    from doubles.program import Result

    Run = Callable[..., Result]


def test_the_version_is_told(onering_process: Callable[..., Any]) -> None:
    assert onering_process("--version").stdout == f"onering {__version__}\n"


@pytest.mark.parametrize(
    "arguments", [("nonsense",), ("draft", "nonsense"), ("draft", "list", "--nonsense"), ("draft", "show")]
)
def test_a_wrong_command_line_ends_in_2_and_points_to_help(onering: Run, arguments: tuple[str, ...]) -> None:
    result = onering(*arguments)
    assert result.code == ExitCode.USAGE
    assert "--help" in result.err
    assert "Traceback" not in result.err


def test_a_wrong_command_line_with_json_is_still_one_object(onering: Run) -> None:
    result = onering("draft", "list", "--nonsense", "--json")
    assert result.json["operation"] == "draft.list"
    assert "--nonsense" in result.json["error"]["message"]


def test_a_bug_ends_in_1_with_the_place_of_its_log(onering: Run, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_self: Toolbox) -> None:
        raise ZeroDivisionError("seventeen")

    monkeypatch.setattr(Toolbox, "drafts", property(broken))
    result = onering("draft", "list", "--json")
    assert result.code == ExitCode.BUG
    assert "Traceback" not in result.err
    assert str(home / "log") in result.err
    assert result.json["error"]["code"] == "bug"
    logged = "".join(file.read_text(encoding="utf-8") for file in (home / "log").iterdir())
    assert "ZeroDivisionError" in logged


def test_ctrl_c_ends_in_130_without_a_traceback(onering: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(_self: Toolbox) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Toolbox, "drafts", property(interrupted))
    result = onering("draft", "list")
    assert (result.code, result.err) == (ExitCode.INTERRUPTED, "interrupted\n")


def test_a_store_of_a_newer_version_ends_in_6_and_is_left_alone(onering: Run, home: Path) -> None:
    onering("draft", "import", "-", stdin="Caches lie.")
    with sqlite3.connect(home / "onering.db") as store:
        store.execute("pragma user_version = 9999")
    store.close()
    for arguments in (("draft", "list", "--json"), ("search", "caches", "--json")):
        result = onering(*arguments)
        assert result.code == ExitCode.STORE
        assert "newer" in result.json["error"]["message"]


def test_a_store_that_is_none_ends_in_6(onering: Run, home: Path) -> None:
    home.mkdir()
    (home / "onering.db").write_bytes(b"this is not a database at all" * 100)
    assert onering("draft", "list").code == ExitCode.STORE


def test_a_home_that_cannot_be_made_ends_in_6(onering: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("in the way", encoding="utf-8")
    monkeypatch.setenv("ONERING_HOME", str(blocked / "home"))
    result = onering("draft", "import", "-", stdin="Caches lie.")
    assert result.code == ExitCode.STORE, result.err


def test_a_read_only_home_ends_in_6(onering: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    assert onering("draft", "import", "-", stdin="Caches lie.").code == 0  # everything it needs is loaded
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        home.mkdir()
        for path in (Path(folder), home):
            path.chmod(0o555)
        monkeypatch.setenv("ONERING_HOME", str(home))
        with as_nobody():
            result = onering("draft", "import", "-", stdin="Caches lie.")
        Path(folder).chmod(0o755)
    assert result.code == ExitCode.STORE, result.err
    assert "Traceback" not in result.err


def test_a_reader_that_leaves_is_no_error(onering: Run) -> None:
    onering("draft", "import", "-", stdin="\n---\n".join("word " * 50 for _ in range(400)))
    process = subprocess.Popen(
        program(["draft", "show", "@last"]),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=guarded_environment(),
    )
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.readline()
    process.stdout.close()
    talk = process.stderr.read()
    process.stderr.close()
    assert (process.wait(timeout=60), talk) == (0, b"")


def test_ctrl_c_while_the_program_loads_ends_in_130_without_a_traceback(tmp_path: Path) -> None:
    (tmp_path / "typer.py").write_text("raise KeyboardInterrupt\n", encoding="utf-8")
    environment = {**guarded_environment(), "PYTHONPATH": f"{tmp_path}:{guarded_environment()['PYTHONPATH']}"}
    result = subprocess.run(
        program(["draft", "list"]), env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert (result.returncode, result.stdout, result.stderr) == (ExitCode.INTERRUPTED, "", "interrupted\n")


def test_only_the_verb_that_is_asked_for_is_built_and_every_other_is_still_there(
    onering: Run, onering_process: Callable[..., Any]
) -> None:
    assert onering("draft", "list").code == 0
    assert onering("draft", "rm", "@last").code == ExitCode.USAGE  # in the same process: nothing was taken away
    told = onering_process("draft", "--help").stdout
    assert all(f" {verb} " in told for verb in ("list", "show", "edit", "lint", "split", "diff", "rm", "import"))
    assert "'list'" in onering("draft", "lisst").err
