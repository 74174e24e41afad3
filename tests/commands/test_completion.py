"""What the shells offer while a command is being typed, asked as the shells ask."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from doubles.program import guarded_environment

if TYPE_CHECKING:
    from collections.abc import Callable

    from doubles.program import Result

    Run = Callable[..., Result]

INSTALLED = Path(sys.executable).with_name("onering")


def offered(line: str, **variables: str) -> list[str]:
    """What the installed program offers for the last word of a line, by the protocol of its script for bash."""
    words = line.split(" ")
    asked = {"_ONERING_COMPLETE": "complete_bash", "COMP_WORDS": line, "COMP_CWORD": str(len(words) - 1)}
    done = subprocess.run(
        [INSTALLED],
        env={**guarded_environment(variables), **asked},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.stderr == ""
    return done.stdout.split("\n")[:-1] if done.stdout.strip() else []


def test_commands_verbs_and_options_are_offered(onering: Run) -> None:
    assert {"generate", "draft", "post", "doctor"} <= set(offered("onering "))
    assert offered("onering gen") == ["generate"]
    assert {"list", "lint"} <= set(offered("onering draft l"))
    assert offered("onering post x --dry") == ["--dry-run"]
    assert offered("onering draft show x --format m") == ["md"]


def test_ids_of_drafts_are_offered(onering: Run) -> None:
    first, second = (
        onering("draft", "import", "-", stdin=text, terminal=False).out.split()[0] for text in ("One.", "Two.")
    )
    assert set(offered("onering draft show ")) == {"@last", first, second}
    assert offered(f"onering post {second}") == [second]
    assert offered("onering draft edit @") == ["@last"]
    assert offered("onering draft rm zzz") == []


def test_accounts_and_settings_are_offered(home: Path) -> None:
    home.mkdir()
    (home / "config.toml").write_text("[accounts.work]\npremium = true\n\n[accounts.home]\n", encoding="utf-8")
    assert offered("onering post x --account ") == ["home", "work"]
    assert offered("onering generate x --account w") == ["work"]
    assert offered("onering config get publishing.thr") == ["publishing.threads_per_hour"]


def test_what_is_broken_is_not_told_in_the_middle_of_a_line(home: Path) -> None:
    home.mkdir()
    (home / "config.toml").write_text("[accounts\n", encoding="utf-8")
    (home / "onering.db").write_bytes(b"no database at all" * 100)
    assert offered("onering post x --account ") == []
    assert offered("onering draft show ") == ["@last"]
    assert offered("onering gen") == ["generate"]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_script_for_each_shell_is_shown_and_is_one(
    onering_process: Callable[..., subprocess.CompletedProcess[str]], shell: str, tmp_path: Path
) -> None:
    shown = onering_process(variables={"_ONERING_COMPLETE": f"source_{shell}"})
    assert shown.returncode == 0, shown.stderr
    assert f"_ONERING_COMPLETE=complete_{shell}" in shown.stdout
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not installed: its script is not checked by the shell itself")
    script = tmp_path / "script"
    script.write_text(shown.stdout, encoding="utf-8")
    assert subprocess.run([shell, "-n", str(script)], capture_output=True, text=True, check=False).stderr == ""


def test_bash_completes_with_the_script(onering: Run, tmp_path: Path) -> None:
    draft_id = onering("draft", "import", "-", stdin="One.").out.split()[0]
    session = f"""
        source <({shlex.quote(str(INSTALLED))} --show-completion bash)
        complete -p onering
        COMP_WORDS=(onering draft show {draft_id[:4]}) COMP_CWORD=3
        _onering_completion onering
        printf '%s\\n' "${{COMPREPLY[@]}}"
    """
    environment = guarded_environment({"PATH": f"{INSTALLED.parent}{os.pathsep}{os.environ['PATH']}"})
    done = subprocess.run(
        ["bash", "--norc", "-c", session], env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.stdout.splitlines() == ["complete -o default -F _onering_completion onering", draft_id]


def test_it_is_installed_for_the_users_own_shell(tmp_path: Path) -> None:
    done = subprocess.run(
        ["bash", "--norc", "-c", '"$0" --install-completion bash; exit $?', INSTALLED],  # Typer asks which shell it is
        env=guarded_environment(),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    installed = tmp_path / ".bash_completions" / "onering.sh"  # the fixture's HOME
    assert "_onering_completion" in installed.read_text(encoding="utf-8")
    assert str(installed) in (tmp_path / ".bashrc").read_text(encoding="utf-8")
