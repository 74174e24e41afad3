"""Posting by processes of their own, before a service in another: what interrupts, meets and starves them."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from doubles.program import guarded_environment, program
from doubles.report_schema import check_report
from doubles.service_process import Service, service_process

from onering_cli.errors import ExitCode

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

THREE = ("The first part.", "The second part.", "The third part.")
HANG_AT_THE_SECOND = {"name": "hang_after", "skip": 1}
MOMENT_S = 30


@dataclass
class Outside:
    """A service, a folder, and programs that are started as a user would."""

    service: Service
    folder: Path
    variables: dict[str, str]

    def draft(self, *posts: str) -> Path:
        path = self.folder / "thread.md"
        path.write_text("\n\n---\n\n".join(posts) + "\n")
        return path

    def start(self, *arguments: str | Path) -> subprocess.Popen[str]:
        return subprocess.Popen(
            program(arguments), env=self.variables, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )

    def call(self, *arguments: str | Path) -> tuple[int, Any]:
        """Run a command to its end; its exit code and its JSON."""
        with self.start(*arguments, "--json") as process:
            out, err = process.communicate(timeout=MOMENT_S)
        assert out, err
        return process.returncode, json.loads(out)

    def call_when_free(self, *arguments: str | Path) -> tuple[int, Any]:
        """Call again for as long as a dead process still has the run."""
        code, told = self.call(*arguments)
        while code == ExitCode.TRY_LATER:
            assert "is at work on run" in told["error"]["message"]
            code, told = self.call(*arguments)
        return code, told

    def await_silence(self) -> None:
        """Until the service holds an answer back."""
        assert any(self.service.awaits("holding=1") for _ in range(MOMENT_S * 10))

    def texts(self) -> list[str]:
        accepted = self.service.tell("GET", "accepted")
        assert [post["parent"] for post in accepted] == ["", *(post["id"] for post in accepted)][: len(accepted)]
        return [post["text"] for post in accepted]


@pytest.fixture
def outside(tmp_path: Path) -> Iterator[Outside]:
    with service_process({"duplicates": False}) as service:
        waits = {
            "ONERING_PUBLISHING_RECONCILE_WAITS_S": "0.2,0.3,0.4,0.5",
            "ONERING_PUBLISHING_READ_TIMEOUT_S": "20",
            "ONERING_PUBLISHING_MAX_WAIT_S": "0",
        }
        home = {"ONERING_HOME": str(tmp_path / "home")}
        yield Outside(service, tmp_path, guarded_environment({**waits, **service.variables, **home}))


@pytest.mark.parametrize("options", [(), ("--json",)])
def test_ctrl_c_ends_in_130_with_the_state_durable_and_told(outside: Outside, options: tuple[str, ...]) -> None:
    draft = outside.draft(*THREE)
    outside.service.tell("POST", "faults", HANG_AT_THE_SECOND)
    with outside.start("post", draft, "--yes", *options) as process:
        outside.await_silence()
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=MOMENT_S)
    assert process.returncode == ExitCode.INTERRUPTED
    assert "interrupted; nobody knows yet whether post 2 of 3 is out" in err
    assert "onering thread reconcile" in err
    assert "Traceback" not in err
    if options:
        told = json.loads(out)
        check_report(told, operation="post", code=ExitCode.INTERRUPTED)
        assert (told["status"], told["error"]["code"]) == ("unknown", "interrupted")
        assert [post["state"] for post in told["posts"]] == ["sent", "unknown", "planned"]
    outside.service.tell("POST", "release", {})
    code, told = outside.call("post", draft, "--yes")
    assert (code, told["status"]) == (ExitCode.DONE, "posted")
    assert outside.texts() == list(THREE)


def test_two_people_who_post_the_same_draft_at_once_post_it_once(outside: Outside) -> None:
    draft = outside.draft(*THREE)
    outside.service.tell("POST", "faults", HANG_AT_THE_SECOND)
    with outside.start("post", draft, "--yes", "--json") as first:
        outside.await_silence()
        code, second = outside.call("post", draft, "--yes")
        assert code == ExitCode.TRY_LATER
        check_report(second, operation="post", code=code)
        assert second["error"]["retry_at"]
        assert "is at work on run" in second["error"]["message"]
        outside.service.tell("POST", "release", {})
        out, _ = first.communicate(timeout=MOMENT_S)
    assert first.returncode == ExitCode.DONE
    assert second["run"] == json.loads(out)["run"]
    assert outside.call("post", draft, "--yes") == (ExitCode.DONE, json.loads(out))
    assert outside.texts() == list(THREE)


def test_a_draft_edited_while_it_is_being_posted_goes_out_as_it_was(outside: Outside) -> None:
    assert outside.call("draft", "import", outside.draft(*THREE))[0] == ExitCode.DONE
    outside.service.tell("POST", "faults", HANG_AT_THE_SECOND)
    with outside.start("post", "@last", "--yes", "--json") as process:
        outside.await_silence()
        outside.variables["EDITOR"] = f"cp {outside.draft('Other words.', 'And more.')}"
        assert outside.call("draft", "edit", "@last")[0] == ExitCode.DONE
        outside.service.tell("POST", "release", {})
        process.communicate(timeout=MOMENT_S)
    assert outside.texts() == list(THREE)
    code, told = outside.call("post", "@last", "--yes")
    assert (code, told["status"]) == (ExitCode.DONE, "posted")
    assert any("has changed" in warning for warning in told["warnings"])
    assert outside.texts() == list(THREE)


def test_a_thread_killed_half_way_is_seen_and_resumed(outside: Outside) -> None:
    outside.variables["ONERING_PUBLISHING_LEASE_S"] = "1"
    outside.service.tell("POST", "faults", HANG_AT_THE_SECOND)
    with outside.start("post", outside.draft(*THREE), "--yes") as process:
        outside.await_silence()
        process.kill()
        process.communicate()
    outside.service.tell("POST", "release", {})
    told = outside.call("thread", "status")[1]
    assert told["status"] == "unknown"
    assert [post["state"] for post in told["posts"]] == ["sent", "sending", "planned"]
    code, told = outside.call_when_free("thread", "resume")
    assert (code, told["status"]) == (ExitCode.DONE, "posted")
    assert outside.texts() == list(THREE)


@contextmanager
def small_disk(folder: Path, size: str) -> Iterator[Path]:
    """A file system of its own, that can be full."""
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", folder], check=False, capture_output=True
    )
    if mounted.returncode:
        pytest.skip("mounting a file system needs root")
    try:
        yield folder
    finally:
        subprocess.run(["umount", folder], check=True)


def fill(folder: Path) -> Path:
    """Leave no byte on the disk."""
    ballast = folder / "ballast"
    with ballast.open("wb", buffering=0) as file:
        try:
            while file.write(b"\0" * 4096):
                pass
        except OSError:
            return ballast
    raise AssertionError("the disk takes everything")


@pytest.mark.skipif(os.geteuid() != 0 or not shutil.which("mount"), reason="mounting a file system needs root")
def test_faults_40_and_41_a_full_disk_loses_nothing_and_posts_nothing_twice(outside: Outside) -> None:
    draft = outside.draft(*THREE)
    with small_disk(outside.folder / "small", "4m") as disk:
        outside.variables |= {"ONERING_HOME": str(disk), "ONERING_PUBLISHING_LEASE_S": "1"}
        assert outside.call("thread", "list")[0] == ExitCode.DONE  # the store is there
        ballast = fill(disk)
        code, told = outside.call("post", draft, "--yes")
        assert code == ExitCode.STORE
        check_report(told, operation="post", code=code)
        assert outside.texts() == []
        ballast.unlink()
        outside.service.tell("POST", "faults", HANG_AT_THE_SECOND)
        with outside.start("post", draft, "--yes", "--json") as process:
            outside.await_silence()
            ballast = fill(disk)
            outside.service.tell("POST", "release", {})
            out, err = process.communicate(timeout=MOMENT_S)
        assert process.returncode == ExitCode.STORE, err
        check_report(json.loads(out), operation="post", code=ExitCode.STORE)
        assert outside.texts() == list(THREE[:2])
        ballast.unlink()
        states = [post["state"] for post in outside.call("thread", "status")[1]["posts"]]
        assert states == ["sent", "sending", "planned"]
        assert outside.call_when_free("post", draft, "--yes")[0] == ExitCode.DONE
        assert outside.texts() == list(THREE)
