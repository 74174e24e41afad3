"""Fetching weights from a server that speaks the hub's protocol."""

from __future__ import annotations

import errno
import hashlib
import json
import shutil
import threading
from collections import namedtuple
from typing import TYPE_CHECKING, Any

import pytest
from doubles.fake_hub import FakeHub

from onering_cli.adapters.local import shelf
from onering_cli.adapters.local.pull import pull
from onering_cli.adapters.local.shelf import KNOWN_MODELS, KnownModel, Shelf
from onering_cli.errors import ExitCode, TryLaterError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from doubles.program import Result

    Run = Callable[..., Result]

CONTENT = bytes(range(256)) * 12_000
SHA256 = hashlib.sha256(CONTENT).hexdigest()
MODEL = KnownModel("tiny", "Tiny", "maker/tiny-GGUF", "a" * 40, "tiny.gguf", "MIT", len(CONTENT), SHA256, 1_000)
Usage = namedtuple("Usage", "total used free")  # noqa: PYI024 -- shutil's own is one


@pytest.fixture(autouse=True)
def known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shelf, "KNOWN_MODELS", (MODEL,))
    for name in ("HF_TOKEN", "HF_HOME", "HF_HUB_OFFLINE", "HF_ENDPOINT"):
        monkeypatch.delenv(name, raising=False)


def hub(**changes: Any) -> FakeHub:
    return FakeHub(MODEL.repository, MODEL.file, changes.pop("content", CONTENT), **changes)


@pytest.fixture
def run(onering: Run, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    def call(served: FakeHub, *arguments: str, **rest: Any) -> Result:
        monkeypatch.setenv("HF_ENDPOINT", served.address)
        return onering("model", *arguments, **rest)

    return call


def test_weights_arrive_whole_and_are_used_offline_from_then_on(run: Run, onering: Run) -> None:
    with hub() as served:
        pulled = run(served, "pull", "tiny", "--json")
        assert pulled.code == 0, pulled.err
        assert pulled.json["model"] == "local:tiny"
        asked = len(served.asked)
        assert run(served, "pull", "local:tiny").code == 0
        assert len(served.asked) == asked
    row = next(
        row for row in onering("model", "list", "--local", "--json").json["models"] if row["model"] == "local:tiny"
    )
    assert (row["state"], row["path"]) == ("ready", pulled.json["path"])


def test_what_arrived_is_written_down_beside_it(tmp_path: Path) -> None:
    with hub() as served:
        path = pull(MODEL, Shelf(tmp_path), endpoint=served.address, on_progress=lambda *_: None, on_wait=print)
    assert path.read_bytes() == CONTENT
    noted = json.loads((path.parent / "weights.json").read_text(encoding="utf-8"))
    assert noted == {"repository": MODEL.repository, "revision": MODEL.revision, "licence": "MIT", "sha256": SHA256}
    assert not list(path.parent.glob("*.part"))


def test_a_person_sees_how_far_it_is_and_a_pipe_does_not(run: Run) -> None:
    with hub() as served:
        shown = run(served, "pull", "tiny", terminal=True)
    assert "MB" in shown.err
    assert shown.out.endswith("tiny.gguf\n")


def test_a_pull_goes_on_where_an_earlier_one_stopped(tmp_path: Path) -> None:
    part = tmp_path / "tiny" / "tiny.gguf.part"
    part.parent.mkdir()
    part.write_bytes(CONTENT[:1_000_000])
    told: list[tuple[int, int]] = []
    with hub() as served:
        path = pull(
            MODEL, Shelf(tmp_path), endpoint=served.address, on_progress=lambda *at: told.append(at), on_wait=print
        )
        assert served.ranges == ["bytes=1000000-"]
    assert path.read_bytes() == CONTENT
    assert told[-1] == (len(CONTENT), len(CONTENT))


def test_a_connection_that_breaks_is_taken_up_again(tmp_path: Path) -> None:
    with hub(breaks_after=(700_000,)) as served:
        path = pull(MODEL, Shelf(tmp_path), endpoint=served.address, on_progress=lambda *_: None, on_wait=print)
        assert len(served.ranges) == 2
    assert path.read_bytes() == CONTENT


def test_other_content_than_promised_is_deleted(run: Run, home: Path) -> None:
    wrong = bytes(reversed(CONTENT))
    with hub(content=wrong, sha256=SHA256) as served:
        refused = run(served, "pull", "tiny", "--json")
    assert refused.code == ExitCode.REFUSED
    assert refused.json["error"]["found"] == hashlib.sha256(wrong).hexdigest()
    assert not [path for path in home.rglob("tiny.gguf*") if path.suffix != ".lock"]


def test_another_file_at_the_hub_than_the_one_that_is_known_is_not_even_fetched(run: Run) -> None:
    with hub(content=b"another") as served:
        refused = run(served, "pull", "tiny")
        assert served.ranges == []
    assert refused.code == ExitCode.REFUSED
    assert "not the one that is known" in refused.err


@pytest.mark.parametrize(("status", "code"), [(0, ExitCode.TRY_LATER), (503, ExitCode.TRY_LATER)])
def test_a_hub_that_fails_or_is_not_there_is_a_matter_of_time(
    run: Run, status: int, code: ExitCode, monkeypatch: pytest.MonkeyPatch
) -> None:
    served = hub(status=status)
    if status:
        with served:
            failed = run(served, "pull", "tiny")
    else:
        served._http.server_close()
        failed = run(served, "pull", "tiny")
    assert failed.code == code
    assert "onering model pull tiny goes on" in failed.err


def test_a_file_that_the_hub_has_no_more_is_told(run: Run) -> None:
    with FakeHub("maker/other", "other.gguf", CONTENT) as served:
        gone = run(served, "pull", "tiny")
    assert gone.code == ExitCode.USAGE
    assert "no longer has maker/tiny-GGUF" in gone.err


def test_without_room_nothing_is_fetched(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _folder: Usage(10**9, 10**9 - 10**6, 10**6))
    with hub() as served:
        full = run(served, "pull", "tiny")
        assert served.ranges == []
    assert full.code == ExitCode.TRY_LATER
    assert "no room" in full.err


def test_a_disk_that_fills_up_underway_keeps_what_arrived(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fill_up(here: int, _total: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with hub() as served:
        with pytest.raises(TryLaterError, match="the disk is full"):
            pull(MODEL, Shelf(tmp_path), endpoint=served.address, on_progress=fill_up, on_wait=print)
        assert (tmp_path / "tiny" / "tiny.gguf.part").stat().st_size > 0
        path = pull(MODEL, Shelf(tmp_path), endpoint=served.address, on_progress=lambda *_: None, on_wait=print)
    assert path.read_bytes() == CONTENT


def test_of_two_pulls_at_once_one_fetches_and_the_other_waits(tmp_path: Path) -> None:
    waited: list[str] = []
    paths: list[Path] = []

    def fetch() -> None:
        paths.append(
            pull(MODEL, Shelf(tmp_path), endpoint=served.address, on_progress=lambda *_: None, on_wait=waited.append)
        )

    with hub() as served:
        served.hold.clear()
        first, second = threading.Thread(target=fetch), threading.Thread(target=fetch)
        first.start()
        assert served.serving.wait(20)
        second.start()
        while not waited:
            second.join(0.01)
        served.hold.set()
        first.join()
        second.join()
        assert len(served.ranges) == 1
    assert paths[0].read_bytes() == CONTENT
    assert waited == ["another process is pulling this model; waiting for it"]


def test_names_that_are_not_known_are_told_with_those_that_are(onering: Run) -> None:
    unknown = onering("model", "pull", "gpt-9")
    assert unknown.code == ExitCode.USAGE
    assert "known are tiny" in unknown.err


def test_the_known_models_say_all_that_a_user_must_know() -> None:
    for model in KNOWN_MODELS:
        assert model.licence in {"MIT", "Apache-2.0"}
        assert len(model.sha256) == 64
        assert len(model.revision) == 40
        assert 10**9 < model.size_bytes < model.memory_bytes
        assert model.file.endswith(".gguf")
