"""Kills the installed command line with SIGKILL while it posts to a fake X in another process, and starts it again.

A batch has a service and a home of its own. Its threads take turns, so that the lease of a killed process runs out
while the others are at work; each life of a process gets one planned death, until its thread is out or it has died
often.
"""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pysqlite3 import dbapi2

from onering_cli.errors import ExitCode

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

TESTS = Path(__file__).parent.parent
THREADS_A_BATCH = 9
MOST_DEATHS = 12  # of one thread's processes; then one is let live
MOST_LIVES = 60
FIRST_LOOK_S = 0.8  # a request that was on its way at the death has landed by then, on a busy machine too
WAITS = {
    "ONERING_PUBLISHING_RECONCILE_WAITS_S": f"{FIRST_LOOK_S},0.9,1.0,1.1",
    "ONERING_PUBLISHING_LEASE_S": "1",
    "ONERING_PUBLISHING_READ_TIMEOUT_S": "5",
    "ONERING_PUBLISHING_THREADS_PER_HOUR": "1000",
}
RULES = {"create_limit": 10**6, "create_limit_24h": 10**7, "delete_limit": 10**6, "timeline_limit": 10**6}
LIFE_S = 0.7  # about as long as a process posts; deaths at any time are drawn from it
DEATHS = {  # how often each kind of death is drawn
    "any_time": 30,
    "between_calls": 30,
    "before_accept": 14,
    "after_accept": 14,
    "accepted_late": 6,
    "looking": 6,
}


@dataclass(slots=True)
class Tally:
    """What a harness did and found."""

    kills: Counter[str] = field(default_factory=Counter)
    lives: int = 0
    posts: int = 0
    threads: int = 0
    rolled_back: int = 0
    held: int = 0
    broken: list[str] = field(default_factory=list)

    @property
    def killed(self) -> int:
        """All kills."""
        return sum(self.kills.values())

    def add(self, other: Tally) -> None:
        """Count another tally in."""
        self.kills += other.kills
        self.lives += other.lives
        self.posts += other.posts
        self.threads += other.threads
        self.rolled_back += other.rolled_back
        self.held += other.held
        self.broken += other.broken

    def __str__(self) -> str:
        kinds = ", ".join(f"{kind} {count}" for kind, count in sorted(self.kills.items()))
        return (
            f"{self.killed} kills ({kinds}) in {self.lives} lives; {self.threads} threads of {self.posts} posts, "
            f"{self.rolled_back} rolled back, {self.held} times held and decided; {len(self.broken)} broken promises"
        )


@dataclass(slots=True)
class Victim:
    """A thread whose processes die."""

    file: Path
    texts: list[str]
    rolls_back: bool
    run: str = ""
    posted: dict[str, Any] | None = None
    deaths: int = 0
    lives: int = 0
    held: bool = False
    done: bool = False

    @property
    def command(self) -> list[str]:
        """What its next process is told; a hold ends by the word of a person who saw that the post is not there."""
        if self.posted is not None:
            looked = ["--not-there"] if self.held else []
            return ["thread", "rollback", self.run, "--yes", "--json", *looked]
        if self.held:
            return ["thread", "resume", self.run, "--send-again", "--json"]
        return ["post", str(self.file), "--yes", "--json", "--idempotency-key", self.file.stem]


class Service:
    """The fake X of another process, under orders."""

    def __init__(self, document: Mapping[str, str]) -> None:
        self.document = document
        self._connection = HTTPConnection(document["base"].removeprefix("http://"), timeout=30)

    def tell(self, method: str, what: str, body: object = None) -> Any:
        """Give an order, or ask."""
        self._connection.request(method, f"/_admin/{what}", json.dumps(body))
        return json.loads(self._connection.getresponse().read())

    def close(self) -> None:
        """Hang up."""
        self._connection.close()

    @property
    def variables(self) -> dict[str, str]:
        """The environment that leads a process here."""
        names = ("consumer_key", "consumer_secret", "access_token", "access_token_secret")
        return {
            "ONERING_X_API_BASE": self.document["base"],
            **{f"ONERING_X_{name.upper()}": self.document[name] for name in names},
        }


@contextmanager
def service_process(rules: Mapping[str, object]) -> Iterator[Service]:
    """A fake X in a process of its own, which ends with this block."""
    command = [sys.executable, "-m", "doubles.fake_x", "--port", "0", "--rules", json.dumps(rules)]
    with subprocess.Popen(command, cwd=TESTS, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        service = Service(json.loads(process.stdout.readline()))
        try:
            yield service
        finally:
            service.close()
            process.kill()


def run_batch(seed: int, folder: Path, environment: Mapping[str, str]) -> Tally:
    """Post a batch of threads through deaths; what was found."""
    dice = random.Random(seed)  # noqa: S311 -- a schedule of deaths that can be repeated is the point
    tally = Tally()
    # Without the duplicate rule nothing but the engine stands between a thread and a second copy of it.
    with service_process({**RULES, "duplicates": dice.random() < 0.3}) as service:
        home = folder / f"batch-{seed}"
        home.mkdir()
        variables = {**environment, **WAITS, **service.variables, "ONERING_HOME": str(home)}
        victims = [_victim(home, seed, number, dice) for number in range(THREADS_A_BATCH)]
        while waiting := [victim for victim in victims if not victim.done]:
            for victim in waiting:
                _live(victim, service, variables, dice, tally)
        _judge(victims, service.tell("GET", "accepted"), tally)
    return tally


def _victim(home: Path, seed: int, number: int, dice: random.Random) -> Victim:
    count = dice.randint(4, 7)
    texts = [f"Thread {seed}-{number}, part {part} of {count}: {dice.getrandbits(32):x}" for part in range(count)]
    file = home / f"thread-{seed}-{number}.md"
    file.write_text("\n\n---\n\n".join(texts) + "\n")
    return Victim(file, texts, rolls_back=number % 4 == 0)


def _live(victim: Victim, service: Service, variables: Mapping[str, str], dice: random.Random, tally: Tally) -> None:
    """One life of a process: killed as planned, or at its natural end."""
    victim.lives += 1
    tally.lives += 1
    assert victim.lives <= MOST_LIVES, f"{victim.file.name} does not come to an end"
    plan = dice.choices(list(DEATHS), list(DEATHS.values()))[0] if victim.deaths < MOST_DEATHS else ""
    if fault := _fault(plan, dice, deleting=victim.posted is not None):
        service.tell("POST", "faults", fault)
    requests = service.tell("GET", "state")["requests"]
    command = [sys.executable, "-m", "onering_cli", *victim.command]
    victim.held = False
    with subprocess.Popen(command, env=dict(variables), stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        if plan:
            _await_moment(plan, process, service, requests, dice)
            process.send_signal(signal.SIGKILL)
        out, err = process.communicate(timeout=60)
    service.tell("DELETE", "faults", {})
    service.tell("POST", "release", {})
    if process.returncode == -signal.SIGKILL:
        victim.deaths += 1
        tally.kills[plan] += 1
        _check_store(Path(variables["ONERING_HOME"]) / "onering.db", victim, tally)
    else:
        _hear(victim, service, process.returncode, (out, err.decode()), tally)


def _fault(plan: str, dice: random.Random, *, deleting: bool) -> dict[str, object] | None:
    """What the service is to do so that a process can be caught at the moment of a plan."""
    route = "DELETE /2/tweets/*" if deleting else "POST /2/tweets"
    skip = dice.choice((0, 0, 0, 1, 1, 2, 3))
    faults: dict[str, dict[str, object]] = {
        "before_accept": {"name": "hang_before", "route": route, "skip": skip},
        "after_accept": {"name": "hang_after", "route": route, "skip": skip},
        "accepted_late": {"name": "accept_late", "route": route, "skip": skip, "late_s": FIRST_LOOK_S / 4},
        "looking": {"name": "hang_before", "route": "GET /2/users/*/tweets", "skip": 0},
    }
    return faults.get(plan)


def _await_moment(
    plan: str, process: subprocess.Popen[bytes], service: Service, requests: int, dice: random.Random
) -> None:
    """Return when the process is to die, or has ended."""
    if plan == "any_time":
        time.sleep(dice.uniform(0, LIFE_S))
        return
    while process.poll() is None:
        state = service.tell("GET", "state")
        if plan == "between_calls" and state["requests"] > requests:
            time.sleep(dice.uniform(0, 0.06))
            return
        if plan != "between_calls" and state["holding"]:
            return
        time.sleep(0.004)


def _check_store(path: Path, victim: Victim, tally: Tally) -> None:
    if not path.exists():
        return
    connection = dbapi2.connect(path)
    try:
        found = connection.execute("PRAGMA integrity_check").fetchall()
    finally:
        connection.close()
    if found != [("ok",)]:
        tally.broken.append(f"{victim.file.name}: the store is damaged: {found}")


def _hear(victim: Victim, service: Service, code: int, said: tuple[bytes, str], tally: Tally) -> None:
    """What a process that lived to its end said."""
    if code == ExitCode.TRY_LATER:  # a process that was killed still has the run's lease
        time.sleep(0.1)
        return
    told = json.loads(said[0])
    if code in (ExitCode.PARTIAL, ExitCode.UNKNOWN) and _is_missing(told, victim, service):
        # Rightly: its one resend was not answered either, or a rollback beside it deleted the watermark.
        victim.held, victim.run = True, told["run"]
        tally.held += 1
    elif code:
        tally.broken.append(f"{victim.file.name}: exit {code}: {said[1]}")
        victim.done = True
    elif victim.posted is None:
        victim.posted, victim.run, victim.deaths = told, told["run"], 0
        victim.done = not victim.rolls_back
    else:
        victim.done = True


def _is_missing(told: Mapping[str, Any], victim: Victim, service: Service) -> bool:
    """Whether a person is asked about a post, and it is really not at the service."""
    asked = [post["index"] - 1 for post in told["posts"] if post["state"] in ("held", "unknown")]
    accepted = {post["text"] for post in service.tell("GET", "accepted")}
    return bool(asked) and victim.texts[asked[0]] not in accepted


def _judge(victims: list[Victim], accepted: list[dict[str, Any]], tally: Tally) -> None:
    """Hold what the service accepted against what was promised."""
    by_text: dict[str, list[dict[str, Any]]] = {}
    for post in accepted:
        by_text.setdefault(post["text"], []).append(post)
    for victim in victims:
        tally.threads += 1
        tally.posts += len(victim.texts)
        tally.rolled_back += victim.rolls_back
        tally.broken += [f"{victim.file.name}: {told}" for told in _faults_of(victim, by_text)]
    if len(accepted) != sum(len(victim.texts) for victim in victims):
        tally.broken.append(f"{len(accepted)} posts were accepted")


def _faults_of(victim: Victim, by_text: Mapping[str, list[dict[str, Any]]]) -> Iterator[str]:
    parent = ""
    told = [post["id"] for post in (victim.posted or {"posts": []})["posts"]]
    for index, text in enumerate(victim.texts):
        found = by_text.get(text, [])
        if len(found) != 1:
            yield f"part {index} was accepted {len(found)} times"
            return
        post = found[0]
        if post["parent"] != parent:
            yield f"part {index} answers {post['parent']!r} and not {parent!r}"
        if told[index : index + 1] != [post["id"]]:
            yield f"part {index} is {post['id']}, and not as told"
        if post["deleted"] != victim.rolls_back:
            yield f"part {index} is {'deleted' if post['deleted'] else 'still there'}"
        parent = post["id"]


def run_kills(kills: int, *, seed: int, folder: Path, environment: Mapping[str, str], workers: int = 2) -> Tally:
    """Run batches, so many side by side, until so many processes were killed or a promise is broken."""
    from concurrent.futures import ThreadPoolExecutor

    total = Tally()
    batch = seed
    with ThreadPoolExecutor(workers) as pool:
        while total.killed < kills and not total.broken:
            seeds = range(batch, batch + workers)
            batch += workers
            for tally in pool.map(lambda each: run_batch(each, folder, environment), seeds):
                total.add(tally)
            print(total, file=sys.stderr, flush=True)
    return total


if __name__ == "__main__":
    import tempfile

    with tempfile.TemporaryDirectory() as scratch:
        asked = int(sys.argv[1]) if len(sys.argv) > 1 else 5000
        start = int(sys.argv[2]) if len(sys.argv) > 2 else 1
        began_s = time.monotonic()
        result = run_kills(asked, seed=start, folder=Path(scratch), environment=os.environ)
        print(result, *result.broken, f"{time.monotonic() - began_s:.0f} s", sep="\n")
