from __future__ import annotations

import os
import shlex
import signal
import sys
from typing import TYPE_CHECKING

import pytest

from onering_cli.adapters.editor import editor_for
from onering_cli.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path


def script(code: str) -> str:
    """A command that runs this Python code with the file as `sys.argv[1]`."""
    return f"{shlex.quote(sys.executable)} -S -c {shlex.quote('import os, signal, sys; ' + code)}"


WRITES = "open(sys.argv[1], 'w').write('typed')"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "my draft.md"
    path.write_text("before")
    return path


def test_the_editor_gets_the_file_and_is_waited_for(file: Path) -> None:
    editor_for({"EDITOR": script(WRITES)})(file)
    assert file.read_text() == "typed"


def test_visual_comes_before_editor(file: Path) -> None:
    editor_for({"VISUAL": script(WRITES), "EDITOR": "false"})(file)
    assert file.read_text() == "typed"


def test_a_blank_variable_counts_as_unset(file: Path) -> None:
    editor_for({"VISUAL": "  ", "EDITOR": script(WRITES)})(file)
    assert file.read_text() == "typed"


def test_without_an_editor_both_variables_are_named() -> None:
    with pytest.raises(UsageError, match="neither VISUAL nor EDITOR is set") as caught:
        editor_for({})
    assert "export VISUAL" in caught.value.hint


@pytest.mark.parametrize("command", ["'vim", "''", '"'])
def test_what_is_no_command_is_refused_before_anything_starts(command: str, file: Path) -> None:
    with pytest.raises(UsageError, match=r"EDITOR|cannot be started"):
        editor_for({"EDITOR": command})(file)


def test_an_editor_that_is_not_there_is_told(file: Path) -> None:
    with pytest.raises(UsageError, match="'no-such-editor' cannot be started"):
        editor_for({"EDITOR": "no-such-editor --wait"})(file)


def test_an_editor_that_fails_is_told_with_its_status(file: Path) -> None:
    with pytest.raises(UsageError, match="ended with status 3"):
        editor_for({"EDITOR": script("sys.exit(3)")})(file)


def test_an_editor_that_is_killed_is_told_with_the_signal(file: Path) -> None:
    with pytest.raises(UsageError, match="killed by signal 9"):
        editor_for({"EDITOR": script("os.kill(os.getpid(), signal.SIGKILL)")})(file)


def test_an_interrupt_is_the_editors_to_answer(file: Path, tmp_path: Path) -> None:
    before = signal.getsignal(signal.SIGINT)
    editor = tmp_path / "editor.py"  # a terminal sends Ctrl-C to both; this editor answers it by saving
    editor.write_text(
        "import os, signal, sys\n"
        "def save(*_):\n"
        "    open(sys.argv[1], 'w').write('typed')\n"
        "    sys.exit()\n"
        "assert signal.getsignal(signal.SIGINT) is signal.default_int_handler, 'deaf to Ctrl-C'\n"
        "signal.signal(signal.SIGINT, save)\n"
        "os.kill(os.getppid(), signal.SIGINT)\n"
        "os.kill(os.getpid(), signal.SIGINT)\n"
        "signal.pause()\n"
    )
    editor_for({"EDITOR": shlex.join([sys.executable, "-S", str(editor)])})(file)
    assert file.read_text() == "typed"
    assert signal.getsignal(signal.SIGINT) is before


def test_an_interrupt_after_the_editor_is_ours_again(file: Path) -> None:
    editor_for({"EDITOR": "true"})(file)
    with pytest.raises(KeyboardInterrupt):
        os.kill(os.getpid(), signal.SIGINT)
