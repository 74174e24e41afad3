"""Kills the installed command line with SIGKILL while it posts to a fake X in another process, and starts it again.

A batch has a service and a home of its own. Its threads take turns, so that the lease of a killed process runs out
while the others are at work; each life of a process gets one planned death, until the batch has had its kills; then
what is left is let live. The schedule of a batch follows from its seed, so batches can run on any day, in any order:
``python -m doubles.kill_harness 5000 --seed 1`` in the folder ``tests`` runs them until so many were killed.
"""

from __future__ import annotations

import argparse
import base64
import json
import os
import random
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from doubles.service_process import Service, service_process
from pysqlite3 import dbapi2

from onering_cli.errors import ExitCode

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

KILLS_A_BATCH = 50
AT_ONCE = 7  # threads of a batch that take turns
MOST_DEATHS = 12  # of one thread's processes; then one is let live
MOST_LIVES = 60
LEASE_S = 1.0
FIRST_LOOK_S = 0.8  # a request that was on its way at the death has landed by then, on a busy machine too
WAITS = {
    "ONERING_PUBLISHING_RECONCILE_WAITS_S": f"{FIRST_LOOK_S},0.9,1.0,1.1",
    "ONERING_PUBLISHING_LEASE_S": str(LEASE_S),
    "ONERING_PUBLISHING_READ_TIMEOUT_S": "5",
    "ONERING_PUBLISHING_THREADS_PER_HOUR": "1000",
}
RULES = {"create_limit": 10**6, "create_limit_24h": 10**7, "delete_limit": 10**6, "timeline_limit": 10**6}
DEATHS = {  # how often each kind of death is drawn
    "any_time": 30,
    "between_calls": 30,
    "before_accept": 14,
    "after_accept": 14,
    "accepted_late": 6,
    "looking": 6,
}
IN_FLIGHT = frozenset({"before_accept", "after_accept", "accepted_late"})
DOT = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


@dataclass(slots=True)
class Tally:
    """What a harness did and found."""

    kills: Counter[str] = field(default_factory=Counter)
    lives: int = 0
    posts: int = 0
    threads: int = 0
    rolled_back: int = 0
    held: int = 0
    checks: int = 0
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
        self.checks += other.checks
        self.broken += other.broken

    def __str__(self) -> str:
        kinds = ", ".join(f"{kind} {count}" for kind, count in sorted(self.kills.items()))
        return (
            f"{self.killed} kills ({kinds}) in {self.lives} lives; {self.threads} threads of {self.posts} posts, "
            f"{self.rolled_back} rolled back, {self.held} times held and decided; {self.checks} stores checked; "
            f"{len(self.broken)} broken promises"
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
    last_plan: str = "looking"  # its first process looks for the watermark
    ready_at_s: float = 0.0
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

    def left(self, service: Service) -> int:
        """How many creates, or deletions, are still to come."""
        is_rolling_back = self.posted is not None
        mine = [post for post in service.tell("GET", "accepted") if post["text"] in self.texts]
        return sum(not post["deleted"] for post in mine) if is_rolling_back else len(self.texts) - len(mine)


@dataclass(slots=True)
class Batch:
    """Some threads before one service, in one home."""

    seed: int
    service: Service
    home: Path
    variables: Mapping[str, str]
    kills: int
    dice: random.Random
    tally: Tally = field(default_factory=Tally)
    victims: list[Victim] = field(default_factory=list)
    lives_s: list[float] = field(default_factory=lambda: [0.5])

    def run(self) -> None:
        """Kill as often as was asked for, then let everything come to its end, and judge."""
        while waiting := self._waiting():
            victim = min(waiting, key=lambda each: each.ready_at_s)
            time.sleep(max(victim.ready_at_s - time.monotonic(), 0.0))
            self._live(victim)
        _judge(self.victims, self.service.tell("GET", "accepted"), self.tally)

    def _waiting(self) -> list[Victim]:
        waiting = [victim for victim in self.victims if not victim.done]
        while len(waiting) < AT_ONCE and self.tally.killed + len(waiting) < self.kills:
            waiting.append(self._victim(len(self.victims)))
            self.victims.append(waiting[-1])
        return waiting

    def _victim(self, number: int) -> Victim:
        count = self.dice.randint(4, 7)
        name = f"{self.seed}-{number}"
        texts = [f"Thread {name}, part {part} of {count}: {self.dice.getrandbits(32):x}" for part in range(count)]
        posts = list(texts)
        if number % 5 == 1:
            (self.home / "dot.png").write_bytes(DOT)
            posts[1] += "\n\n![A dot](dot.png)"
        file = self.home / f"thread-{name}.md"
        file.write_text("\n\n---\n\n".join(posts) + "\n")
        return Victim(file, texts, rolls_back=number % 4 == 0)

    def _plan(self, victim: Victim, left: int) -> str:
        """The kind of the next death, among those that can happen; "" for none."""
        if victim.deaths >= MOST_DEATHS or self.tally.killed >= self.kills:
            return ""
        possible = dict(DEATHS)
        if not left:
            possible = {kind: often for kind, often in possible.items() if kind not in IN_FLIGHT}
        if victim.posted is not None or victim.last_plan not in IN_FLIGHT | {"looking"}:
            del possible["looking"]  # nothing is looked for
        return self.dice.choices(list(possible), list(possible.values()))[0]

    def _live(self, victim: Victim) -> None:
        """One life of a process: killed as planned, or at its natural end."""
        victim.lives += 1
        self.tally.lives += 1
        assert victim.lives <= MOST_LIVES, f"{victim.file.name} does not come to an end"
        left = victim.left(self.service)
        plan = self._plan(victim, left)
        if fault := self._fault(plan, left, is_deleting=victim.posted is not None):
            self.service.tell("POST", "faults", fault)
        requests = self.service.tell("GET", "state")["requests"]
        began_s = time.monotonic()
        command = [sys.executable, "-m", "onering_cli", *victim.command]
        victim.held = False
        with subprocess.Popen(
            command, env=dict(self.variables), stdout=subprocess.PIPE, stderr=subprocess.PIPE
        ) as process:
            if plan:
                self._await_moment(plan, process, requests, left)
                process.send_signal(signal.SIGKILL)
            out, err = process.communicate(timeout=60)
        self.service.tell("DELETE", "faults", {})
        self.service.tell("POST", "release", {})
        if process.returncode == -signal.SIGKILL:
            victim.deaths += 1
            victim.last_plan = plan
            victim.ready_at_s = time.monotonic() + LEASE_S
            self.tally.kills[plan] += 1
            self._check_store(victim)
        else:
            self.lives_s.append(time.monotonic() - began_s)
            self._hear(victim, process.returncode, out, err.decode())

    def _fault(self, plan: str, left: int, *, is_deleting: bool) -> dict[str, object] | None:
        """What the service is to do so that a process can be caught at the moment of a plan."""
        route = "DELETE /2/tweets/*" if is_deleting else "POST /2/tweets"
        skip = min(self.dice.choice((0, 0, 0, 1, 1, 2, 3)), max(left - 1, 0))
        faults: dict[str, dict[str, object]] = {
            "before_accept": {"name": "hang_before", "route": route, "skip": skip},
            "after_accept": {"name": "hang_after", "route": route, "skip": skip},
            "accepted_late": {"name": "accept_late", "route": route, "skip": skip, "late_s": FIRST_LOOK_S / 4},
            "looking": {"name": "hang_before", "route": "GET /2/users/*/tweets", "skip": 0},
        }
        return faults.get(plan)

    def _await_moment(self, plan: str, process: subprocess.Popen[bytes], requests: int, left: int) -> None:
        """Return when the process is to die, or has ended."""
        if plan == "any_time":
            _rest_of(process, self.dice.uniform(0, statistics.median(self.lives_s[-9:])))
            return
        further = self.dice.randint(1, left + 1)
        what = f"requests={requests + further}" if plan == "between_calls" else "holding=1"
        while process.poll() is None:
            if self.service.awaits(what):
                if plan == "between_calls":
                    _rest_of(process, self.dice.uniform(0, 0.02))
                return

    def _check_store(self, victim: Victim) -> None:
        """Check a copy, so that it is the program itself which finds the store as its death left it."""
        self.tally.checks += 1
        with tempfile.TemporaryDirectory() as scratch:
            for file in self.home.glob("onering.db*"):
                shutil.copy(file, scratch)
            copy = Path(scratch) / "onering.db"
            if not copy.exists():
                return
            connection = dbapi2.connect(copy)
            try:
                found = connection.execute("PRAGMA integrity_check").fetchall()
            finally:
                connection.close()
        if found != [("ok",)]:
            self.tally.broken.append(f"{victim.file.name}: the store is damaged: {found}")

    def _hear(self, victim: Victim, code: int, out: bytes, err: str) -> None:
        """What a process that lived to its end said."""
        if code == ExitCode.TRY_LATER:  # a process that was killed still has the run's lease
            victim.ready_at_s = time.monotonic() + LEASE_S / 4
            return
        told = json.loads(out)
        if code == ExitCode.PARTIAL and self._is_missing(told, victim):
            # Rightly: its one resend was not answered either, or a rollback beside it deleted the watermark.
            victim.held, victim.run = True, told["run"]
            self.tally.held += 1
        elif code:
            self.tally.broken.append(f"{victim.file.name}: exit {code}: {err}")
            victim.done = True
        elif victim.posted is None:
            victim.posted, victim.run, victim.deaths = told, told["run"], 0
            victim.done = not victim.rolls_back
        else:
            victim.done = True

    def _is_missing(self, told: Mapping[str, Any], victim: Victim) -> bool:
        """Whether a person is asked about a post, and it is really not at the service."""
        asked = [post["index"] - 1 for post in told["posts"] if post["state"] == "held"]
        accepted = {post["text"] for post in self.service.tell("GET", "accepted")}
        return bool(asked) and victim.texts[asked[0]] not in accepted


def _rest_of(process: subprocess.Popen[bytes], seconds: float) -> None:
    """Wait so long, or until the process has ended."""
    with suppress(subprocess.TimeoutExpired):
        process.wait(seconds)


def run_batch(seed: int, kills: int, folder: Path, environment: Mapping[str, str]) -> Tally:
    """Post threads through so many deaths; what was found."""
    dice = random.Random(seed)  # noqa: S311 -- a schedule of deaths that can be repeated is the point
    # Without the duplicate rule nothing but the engine stands between a thread and a second copy of it.
    with service_process({**RULES, "duplicates": dice.random() < 0.3}) as service:
        home = folder / f"batch-{seed}"
        home.mkdir()
        variables = {**environment, **WAITS, **service.variables, "ONERING_HOME": str(home)}
        batch = Batch(seed, service, home, variables, kills, dice)
        batch.run()
    return batch.tally


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
    total = Tally()

    def run(number: int) -> Tally:
        share = min(KILLS_A_BATCH, kills - number * KILLS_A_BATCH)
        return Tally() if total.broken else run_batch(seed + number, share, folder, environment)

    with ThreadPoolExecutor(workers) as pool:
        for tally in pool.map(run, range(-(-kills // KILLS_A_BATCH))):
            total.add(tally)
            print(total, file=sys.stderr, flush=True)
    return total


def main() -> None:
    """Run so many kills and print what was found."""
    parser = argparse.ArgumentParser(prog="python -m doubles.kill_harness")
    parser.add_argument("kills", type=int, nargs="?", default=5000)
    parser.add_argument("--seed", type=int, default=1, help="of the first batch; each takes the next")
    options = parser.parse_args()
    began_s = time.monotonic()
    with tempfile.TemporaryDirectory() as scratch:
        result = run_kills(options.kills, seed=options.seed, folder=Path(scratch), environment=os.environ)
    print(result, *result.broken, f"{time.monotonic() - began_s:.0f} s", sep="\n")
    sys.exit(bool(result.broken))


if __name__ == "__main__":
    main()
