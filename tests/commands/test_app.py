"""How the program ends: exit codes, closed pipes, broken stores, bugs."""

from __future__ import annotations

import random
import shlex
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
from contextlib import suppress
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


def test_an_order_of_the_program_is_no_setting(
    onering: Run, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ONERING_VERSION", "1.2.3")
    assert onering("--help").code == 0
    assert "Usage: onering" in capsys.readouterr().out


def test_help_flows_and_keeps_brackets_and_examples(onering: Run, capsys: pytest.CaptureFixture[str]) -> None:
    assert onering("webhook", "listen", "--help").code == 0
    told = capsys.readouterr().out
    assert "pip install 'onering-cli[server]'" in " ".join(told.split())
    assert "\n     onering webhook listen " in told
    assert "env var" not in told
    assert "ONERING_WEBHOOK_LISTEN_<OPTION>" in " ".join(told.split())


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


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no disk that is always full")
@pytest.mark.parametrize(
    "arguments",
    [("draft", "list"), ("draft", "list", "--json"), ("draft", "show", "@last", "--format", "md"), ("nonsense",)],
)
def test_output_that_cannot_be_written_is_told_in_one_sentence(onering: Run, arguments: tuple[str, ...]) -> None:
    onering("draft", "import", "-", stdin="Caches lie.")
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        done = subprocess.run(
            program(arguments),
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            env=guarded_environment(),
            timeout=60,
            check=False,
        )
    assert done.returncode == ExitCode.USAGE
    assert "Traceback" not in done.stderr
    if arguments != ("nonsense",):
        assert done.stderr.startswith("error: stdout cannot be written: No space left on device\n")


def test_a_process_without_streams_of_its_own_works_all_the_same(onering: Run) -> None:
    onering("draft", "import", "-", stdin="Caches lie.")
    for closed, arguments in ((">&-", "draft list"), ("2>&-", "draft list"), ("<&-", "draft show @last")):
        command = f"{shlex.join(program(arguments.split()))} {closed}"
        done = subprocess.run(
            ["sh", "-c", command], capture_output=True, text=True, env=guarded_environment(), timeout=60, check=False
        )
        assert (done.returncode, done.stderr) == (0, ""), closed
        assert ("Caches lie." in done.stdout) is (closed != ">&-")


@pytest.mark.slow
def test_ctrl_c_at_any_moment_ends_without_a_traceback(home: Path, tmp_path: Path) -> None:
    notes = tmp_path / "notes.md"
    notes.write_text("# Caches\n\n" + "Caches lie about the past of every page. " * 40, encoding="utf-8")
    chance = random.Random(20260801)  # noqa: S311 -- moments, not secrets
    for arguments, lasts_s in ((("draft", "list"), 0.25), (("generate", str(notes)), 2.5)):
        for _ in range(25):
            process = subprocess.Popen(
                [Path(sys.executable).with_name("onering"), *arguments],
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
                env=guarded_environment(),
            )
            with suppress(subprocess.TimeoutExpired):
                process.wait(timeout=chance.uniform(0.1, lasts_s))
            process.send_signal(signal.SIGINT)
            _, told = process.communicate(timeout=60)
            if process.returncode == -signal.SIGINT and "onering_cli/" not in told:
                continue  # Python itself was still starting, and had not come to a line of ours
            assert process.returncode in (ExitCode.DONE, ExitCode.INTERRUPTED), told
            assert "Traceback" not in told
    store = home / "onering.db"
    if store.exists():
        with sqlite3.connect(store) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        connection.close()


def test_a_second_ctrl_c_does_not_wait_for_a_service(tmp_path: Path) -> None:
    notes = tmp_path / "notes.md"
    notes.write_text("Caches lie about the past of every page that they hold.", encoding="utf-8")
    with socket.create_server(("127.0.0.1", 0)) as silent:
        silent.settimeout(60)
        service = {"GROQ_API_KEY": "invented", "GROQ_BASE_URL": f"http://127.0.0.1:{silent.getsockname()[1]}"}
        process = subprocess.Popen(
            program(["generate", str(notes), "--model", "groq"]),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=guarded_environment(service),
        )
        asked, _ = silent.accept()  # and never answered
        with asked:
            asked.recv(1)
            for _ in range(40):
                process.send_signal(signal.SIGINT)
                with suppress(subprocess.TimeoutExpired):
                    process.wait(timeout=0.25)
                    break
            out, told = process.communicate(timeout=60)
    assert (process.returncode, out) == (ExitCode.INTERRUPTED, "")
    assert "Traceback" not in told
