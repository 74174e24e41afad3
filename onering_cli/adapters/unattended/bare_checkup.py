"""Makes the checks of `doctor` where cron would: in a bare environment, without a terminal and without D-Bus."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from onering_cli.adapters.finding import Finding, State
from onering_cli.errors import ExitCode, OneRingError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from onering_cli.adapters.unattended.surroundings import Surroundings
    from onering_cli.scheduling.unattended import Timer, TimerKind

_WAIT_S = 60.0
_HANDED_ON = ("HOME", "LOGNAME", "USER")
# What cron gives besides (crontab(5)).
_CRONS_OWN = {"SHELL": "/bin/sh", "PATH": "/usr/bin:/bin"}

# What helps at a terminal, an unlocked keyring or a variable, does not help here.
_KEYRING_MEND = (
    "onering auth login SERVICE --store file, or systemd's credentials; a systemd timer also has the keyring of a "
    "session that is open"
)


def check_up_bare(
    needed: Surroundings,
    environment: Mapping[str, str],
    expected: Iterable[str],
    timers: Mapping[TimerKind, Timer],
) -> Iterator[Finding]:
    """What a timer's process finds.

    Args:
        needed: What timers are told of this environment; without the session's D-Bus.
        environment: This process's.
        expected: The names of the secrets that can be had here.
        timers: Those that could be installed.
    """
    bare = {name: environment[name] for name in _HANDED_ON if name in environment}
    arguments = [sys.executable, "-P", "-m", "onering_cli", "doctor", "--json"]
    for name in expected:
        arguments += ["--expect", name]
    yield from _findings(arguments, {**bare, **_CRONS_OWN, **needed.variables})
    yield _timer(timers)
    for warning in needed.warnings:
        yield Finding("environment", State.WARN, warning)


def _findings(arguments: list[str], environment: Mapping[str, str]) -> Iterator[Finding]:
    failed = "the checks could not be made in a bare environment"
    try:
        done = subprocess.run(
            arguments,
            env=environment,
            cwd=Path(environment.get("HOME", "/")),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_WAIT_S,
            start_new_session=True,  # without a controlling terminal, which a prompt could open behind our back
            check=False,
        )
        document = json.loads(done.stdout)
    except subprocess.TimeoutExpired:
        yield Finding("python", State.FAIL, f"{failed}: no end after {_WAIT_S:g} s", "see the log", ExitCode.TRY_LATER)
    except OSError as exc:
        yield Finding("python", State.FAIL, f"{failed}: {exc.strerror or exc}", "check HOME", ExitCode.USAGE)
    except ValueError:
        last = (done.stderr.decode("utf-8", "replace").strip().splitlines() or ["it said nothing"])[-1]
        yield Finding("python", State.FAIL, f"{failed}: {last}", "install OneRing for this Python", ExitCode.USAGE)
    else:
        for check in document["checks"]:
            state, code = State(check["state"]), ExitCode(check["exit_code"])
            mend = _KEYRING_MEND if "keyring" in check["message"] and check["mend"] else check["mend"]
            yield Finding(check["name"], state, check["message"], mend, code)


def _timer(timers: Mapping[TimerKind, Timer]) -> Finding:
    """Whether anything posts what is due."""
    found = [kind for kind, timer in timers.items() if _is_installed(timer)]
    if found:
        return Finding("timer", State.OK, f"installed: {', '.join(found)}")
    return Finding(
        "timer",
        State.WARN,
        "none is installed: nothing is posted by itself",
        "onering schedule install systemd, or cron",
    )


def _is_installed(timer: Timer) -> bool:
    """A timer whose program this machine lacks cannot be installed."""
    try:
        return timer.installed()
    except OneRingError:
        return False
