"""The fake X itself, where others lean on it: in a process of its own, scripted over its admin endpoint."""

import json
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from doubles.fake_x import FakeX
from doubles.x_client import JumpingClock, destination, post, posted

from onering_cli.adapters.x.credentials import OAuth1Credentials
from onering_cli.adapters.x.destination import XDestination
from onering_cli.adapters.x.session import OAuth1Signer, Session
from onering_cli.adapters.x.transport import Transport
from onering_cli.publishing.outcomes import Ambiguous, Blocked, Created

TESTS = Path(__file__).parents[1]


class Process:
    """A fake X in a process of its own."""

    def __init__(self, *arguments: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "doubles.fake_x", *arguments],
            cwd=TESTS,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout is not None
        self.told = json.loads(self.process.stdout.readline())

    def ask(self, what: str, body: object = None, method: str = "") -> Any:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.told['base']}/_admin/{what}", data, method=method or None)  # noqa: S310 -- loopback
        with urllib.request.urlopen(request, timeout=5) as answer:  # noqa: S310 -- loopback
            return json.load(answer)

    def destination(self) -> XDestination:
        names = ("consumer_key", "consumer_secret", "access_token", "access_token_secret")
        credentials = OAuth1Credentials(*(self.told[name] for name in names))
        session = Session(
            Transport(self.told["base"], connect_timeout_s=2, read_timeout_s=5), OAuth1Signer(credentials)
        )
        return XDestination(session, clock=JumpingClock(), user_id=credentials.user_id)

    def stop(self) -> int:
        self.process.communicate(timeout=5)
        return self.process.returncode


@pytest.fixture
def process() -> Iterator[Process]:
    service = Process("--port", "0", "--rules", '{"duplicates": false}', "--faults", '[{"name": "drop_after_accept"}]')
    yield service
    assert service.stop() == 0  # it ends with its parent


def test_another_process_scripts_and_inspects_it(process: Process) -> None:
    target = process.destination()
    assert isinstance(post(target, "one"), Ambiguous)  # by the fault from the command line
    process.ask("faults", {"problem": "credits", "skip": 1})
    assert isinstance(post(target, "one"), Created)
    assert isinstance(post(target, "two"), Blocked)
    process.ask("rules", {"duplicates": True})
    process.ask("faults", [{"name": "html_201"}, {"name": "drop_before_read"}])
    process.ask("faults", {}, method="DELETE")
    process.ask("posts", {"text": "by hand"})
    accepted = process.ask("accepted")
    assert [each["text"] for each in accepted] == ["one", "one", "by hand"]
    state = process.ask("clock", {"advance_s": 90})
    assert (state["accepted"], state["faults"], state["spent_milli"]) == (3, 0, 30)
    assert [each["status"] for each in process.ask("requests")] == [201, 201, 402]


def test_an_answer_held_back_goes_when_it_is_released() -> None:
    with FakeX() as x:
        import threading
        import time

        from doubles.fake_x import fault

        x.strike(fault("hang_after"))
        outcomes: list[object] = []
        thread = threading.Thread(target=lambda: outcomes.append(post(destination(x), "held")))
        thread.start()
        until = time.monotonic() + 5
        while x.silence.holding == 0 and time.monotonic() < until:
            threading.Event().wait(0.01)
        assert [each.text for each in x.accepted] == ["held"]
        x.silence.release()
        thread.join(5)
        assert isinstance(outcomes[0], Created)


def test_ids_rise_and_credits_run_out() -> None:
    with FakeX() as x:
        x.world.rules.credits_milli = 215
        ids = [posted(destination(x), "words"), posted(destination(x), "a link to example.com")]
        assert int(ids[0]) < int(ids[1])
        assert x.world.spent_milli == 215
        assert isinstance(post(destination(x), "no more"), Blocked)


def test_a_field_that_is_not_documented_is_refused() -> None:
    with FakeX() as x:
        target = destination(x)
        answer = target._session.call("POST", "/2/tweets", json={"text": "x", "media_ids": ["1"]})
        assert getattr(answer, "status", 0) == 400
