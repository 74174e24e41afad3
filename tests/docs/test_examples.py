"""The examples do what they say: a reader may copy any of them."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from doubles.program import guarded_environment

if TYPE_CHECKING:
    from collections.abc import Callable

EXAMPLES = Path(__file__).parents[2] / "examples"
IDENTITY = {
    "GIT_AUTHOR_NAME": "A",
    "GIT_AUTHOR_EMAIL": "a@example.com",
    "GIT_COMMITTER_NAME": "A",
    "GIT_COMMITTER_EMAIL": "a@example.com",
    "GIT_CONFIG_GLOBAL": os.devnull,
}
COMMITS = (
    "Keep a thread's order when the network drops in the middle of it",
    "Show what a post will cost before anything is sent",
    "Read reStructuredText files as prose, directives left out",
    "Say which line of the front matter cannot be read",
)


@pytest.fixture
def with_onering(tmp_path: Path) -> dict[str, str]:
    """An environment in which `onering` is on PATH."""
    folder = tmp_path / "bin"
    folder.mkdir()
    program = folder / "onering"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m onering_cli "$@"\n', encoding="utf-8")
    program.chmod(0o755)
    return guarded_environment({"PATH": f"{folder}{os.pathsep}{os.environ['PATH']}", **IDENTITY})


@pytest.mark.parametrize("name", ["notes", "article"])
def test_each_material_gives_the_thread_that_lies_beside_it(name: str, onering: Callable[..., Any]) -> None:
    result = onering("generate", EXAMPLES / f"{name}.md")
    assert result.code == 0, result.err
    assert result.out == (EXAMPLES / f"{name}.thread.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["notes.thread.md", "article.thread.md", "thread.md"])
def test_every_thread_in_the_examples_could_be_posted(name: str, onering: Callable[..., Any]) -> None:
    result = onering("draft", "lint", EXAMPLES / name)
    assert result.code == 0, result.out


def test_the_script_drafts_a_thread_from_a_repository(tmp_path: Path, with_onering: dict[str, str]) -> None:
    repository = tmp_path / "repository"
    subprocess.run(["git", "init", "-q", str(repository)], check=True, env=with_onering)
    for subject in COMMITS:
        command = ["git", "commit", "-q", "--allow-empty", "-m", f"{subject}."]
        subprocess.run(command, check=True, cwd=repository, env=with_onering)
    done = subprocess.run(
        ["sh", str(EXAMPLES / "draft-from-log.sh")],
        cwd=repository,
        env=with_onering,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    identifier, *posts = done.stdout.splitlines()
    assert len(identifier) == 10
    assert posts
    assert "/280" in posts[0]


def test_the_ci_job_drafts_and_checks_a_thread(tmp_path: Path, with_onering: dict[str, str]) -> None:
    job = yaml.safe_load((EXAMPLES / "release-thread.yml").read_text(encoding="utf-8"))
    steps = [step["run"] for step in job["jobs"]["draft"]["steps"] if "onering " in step.get("run", "")]
    assert len(steps) == 2
    notes = (EXAMPLES / "notes.md").read_text(encoding="utf-8")
    for step in steps:
        done = subprocess.run(
            ["sh", "-euc", step],
            cwd=tmp_path,
            env={**with_onering, "NOTES": notes},
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        assert done.returncode == 0, done.stderr
    assert (tmp_path / "thread.md").read_text(encoding="utf-8").count("\n---\n") >= 2


def test_the_script_queues_a_week_of_drafts(tmp_path: Path, with_onering: dict[str, str]) -> None:
    folder = tmp_path / "drafts"
    folder.mkdir()
    for number in range(1, 4):
        (folder / f"{number}.md").write_text(f"Lesson {number}: caches lie about the past.\n", encoding="utf-8")
    command = ["sh", str(EXAMPLES / "queue-week.sh"), str(folder)]
    for _ in range(2):  # run again, it queues nothing twice
        done = subprocess.run(command, env=with_onering, capture_output=True, text=True, check=False, timeout=120)
        assert done.returncode == 0, done.stderr
    assert sorted(path.name for path in (folder / "queued").iterdir()) == [f"{number}.md" for number in range(1, 4)]
    listed = subprocess.run(
        ["onering", "schedule", "list", "--json"],
        env=with_onering,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    due = [datetime.fromisoformat(entry["due"]["local"]) for entry in json.loads(listed.stdout)["entries"]]
    assert len({moment.date() for moment in due}) == 3
    assert {moment.strftime("%H:%M") for moment in due} == {"09:30"}
    assert all(moment.weekday() < 5 for moment in due)


def test_the_crontab_line_posts_what_is_due(tmp_path: Path, with_onering: dict[str, str]) -> None:
    (line,) = [
        line for line in (EXAMPLES / "crontab").read_text(encoding="utf-8").splitlines() if not line.startswith("#")
    ]
    assert line.startswith("* * * * * ")
    bin_folder = tmp_path / ".local" / "bin"
    bin_folder.mkdir(parents=True)
    (bin_folder / "onering").symlink_to(tmp_path / "bin" / "onering")
    bare = {name: with_onering[name] for name in ("ONERING_HOME", "PYTHONPATH")}
    environment = {**bare, "HOME": str(tmp_path), "PATH": "/usr/bin:/bin", "SHELL": "/bin/sh"}
    done = subprocess.run(["sh", "-c", line[10:]], env=environment, capture_output=True, check=False, timeout=60)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


@pytest.mark.skipif(shutil.which("crontab") is None, reason="needs Debian's cron")
def test_cron_takes_the_crontab() -> None:
    done = subprocess.run(["crontab", "-n", str(EXAMPLES / "crontab")], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="needs Debian's systemd")
def test_systemd_takes_the_timer_and_its_service(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    units = [str(EXAMPLES / f"onering-due.{kind}") for kind in ("timer", "service")]
    done = subprocess.run(
        ["systemd-analyze", "--user", "verify", *units],
        env={"XDG_RUNTIME_DIR": str(tmp_path), "HOME": str(tmp_path), "PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_the_service_runs_what_it_says(tmp_path: Path, with_onering: dict[str, str]) -> None:
    service = (EXAMPLES / "onering-due.service").read_text(encoding="utf-8")
    (command,) = [line.partition("=")[2] for line in service.splitlines() if line.startswith("ExecStart=")]
    done = subprocess.run(command.split(), env=with_onering, capture_output=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
