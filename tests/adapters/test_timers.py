"""The machine's own timers: written whole, without a secret, once however often, and taken away without a trace."""

from __future__ import annotations

import os
import plistlib
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from doubles.timekeepers import Timekeepers

from onering_cli.errors import UsageError
from onering_cli.scheduling.unattended import TimerKind
from onering_cli.toolbox import Toolbox

KINDS = list(TimerKind)
ODD_HOME = '/tmp/it\'s 100% "mine" $HOME \\n;é'  # noqa: S108 -- only a name here
SECRETS = {
    "GROQ_API_KEY": "gsk_0123456789abcdef",
    "ONERING_X_ACCESS_TOKEN": "12345-abcdef",
    "ONERING_SECRET_X_WORK_ACCESS_TOKEN": "67890-abcdef",
    "HTTPS_PROXY": "http://me:hunter22@proxy.example.com",
    "ONERING_NOTIFY_WEBHOOK": "https://hooks.example.com/T0000/secretpath",
}


@pytest.fixture
def keepers(tmp_path: Path) -> Timekeepers:
    return Timekeepers(tmp_path / "keepers")


@pytest.fixture
def environment(tmp_path: Path, keepers: Timekeepers) -> dict[str, str]:
    return {
        "HOME": str(tmp_path / "person"),
        "ONERING_HOME": str(tmp_path / "home"),
        "PATH": f"{keepers.programs}{os.pathsep}/usr/bin{os.pathsep}/bin",
    }


@pytest.mark.parametrize("kind", KINDS)
def test_looking_at_what_would_be_written_touches_nothing(
    environment: dict[str, str], keepers: Timekeepers, kind: TimerKind, tmp_path: Path
) -> None:
    assert Toolbox(environment).unattended.timer(kind).pieces()
    assert not keepers.calls
    assert not (tmp_path / "person").exists()


@pytest.mark.parametrize("kind", KINDS)
def test_a_timer_is_installed_once_however_often_and_taken_away(
    environment: dict[str, str], keepers: Timekeepers, kind: TimerKind
) -> None:
    timer = Toolbox(environment).unattended.timer(kind)
    assert not timer.installed()
    assert not timer.uninstall()
    assert timer.install()
    assert timer.installed()
    files = [Path(piece.place) for piece in timer.pieces() if piece.place != "crontab"]
    for path in files:
        assert path.stat().st_mode & 0o777 == 0o644
    before = ([path.read_bytes() for path in files], keepers.crontab)
    assert not timer.install(), "a second time changes nothing"
    assert ([path.read_bytes() for path in files], keepers.crontab) == before
    assert timer.uninstall()
    assert not timer.installed()
    assert not any(path.exists() for path in files)
    assert not keepers.running
    assert not timer.uninstall()


@pytest.mark.parametrize("kind", KINDS)
def test_a_timer_of_before_is_brought_up_to_date(
    environment: dict[str, str], keepers: Timekeepers, kind: TimerKind
) -> None:
    Toolbox(environment).unattended.timer(kind).install()
    moved = {**environment, "TZ": "Europe/Berlin"}
    timer = Toolbox(moved).unattended.timer(kind)
    assert timer.install()
    held = keepers.crontab if kind is TimerKind.CRON else Path(timer.pieces()[0].place).read_bytes()
    assert held is not None
    assert held.count(b"Europe/Berlin") == 1
    assert held.count(b"onering_cli") == 1


@pytest.mark.parametrize("kind", KINDS)
def test_no_secret_is_written_and_what_is_left_behind_is_told(environment: dict[str, str], kind: TimerKind) -> None:
    tools = Toolbox({**environment, **SECRETS}).unattended
    written = "".join(piece.content for piece in tools.timer(kind).pieces())
    warned = " ".join(tools.warnings(kind))
    for name, value in SECRETS.items():
        assert value not in written
        assert value not in warned
        assert name in warned


@pytest.mark.parametrize("kind", KINDS)
def test_two_homes_have_a_timer_each(environment: dict[str, str], keepers: Timekeepers, kind: TimerKind) -> None:
    one = Toolbox(environment).unattended.timer(kind)
    other = Toolbox({**environment, "ONERING_HOME": "/srv/other"}).unattended.timer(kind)
    one.install()
    other.install()
    assert one.uninstall()
    assert other.installed()


@pytest.mark.parametrize("kind", KINDS)
def test_a_machine_without_the_program_says_what_to_use(environment: dict[str, str], kind: TimerKind) -> None:
    timer = Toolbox({**environment, "PATH": "/nowhere"}).unattended.timer(kind)
    with pytest.raises(UsageError, match="this machine has no") as caught:
        timer.install()
    assert "onering schedule install" in caught.value.hint


@pytest.mark.parametrize(
    ("kind", "failing"),
    [
        (TimerKind.SYSTEMD, "daemon-reload"),
        (TimerKind.SYSTEMD, "enable"),
        (TimerKind.SYSTEMD, "restart"),
        (TimerKind.CRON, "-"),
        (TimerKind.CRON, "-l"),
        (TimerKind.LAUNCHD, "bootstrap"),
    ],
)
def test_an_installation_that_fails_changes_nothing_and_says_why(
    environment: dict[str, str], keepers: Timekeepers, kind: TimerKind, failing: str
) -> None:
    timer = Toolbox(environment).unattended.timer(kind)
    keepers.fail(failing)
    with pytest.raises(UsageError, match="Failed to connect to bus"):
        timer.install()
    assert keepers.crontab is None
    assert not any(Path(piece.place).exists() for piece in timer.pieces())


def test_an_update_that_fails_leaves_the_timer_of_before(environment: dict[str, str], keepers: Timekeepers) -> None:
    old = Toolbox(environment).unattended.timer(TimerKind.SYSTEMD)
    old.install()
    before = [Path(piece.place).read_bytes() for piece in old.pieces()]
    keepers.fail("restart")
    with pytest.raises(UsageError):
        Toolbox({**environment, "TZ": "UTC"}).unattended.timer(TimerKind.SYSTEMD).install()
    assert [Path(piece.place).read_bytes() for piece in old.pieces()] == before


# The crontab


@pytest.mark.parametrize(
    "others",
    [
        b"",
        b"MAILTO=me\n5 4 * * * /bin/true\n",
        b"# caf\xe9, in Latin-1\n\n\n* * * * * x\n",
        b"5 4 * * * no newline at the end",
    ],
)
def test_every_other_line_of_the_crontab_stays_as_it_is(
    environment: dict[str, str], keepers: Timekeepers, others: bytes
) -> None:
    keepers.crontab = others
    timer = Toolbox(environment).unattended.timer(TimerKind.CRON)
    timer.install()
    assert keepers.crontab is not None
    assert keepers.crontab.startswith(others)
    keepers.crontab = keepers.crontab + b"# added later\n"
    timer.uninstall()
    ended = others if not others or others.endswith(b"\n") else others + b"\n"
    assert keepers.crontab == ended + b"# added later\n"


@pytest.mark.parametrize("damage", ["begin", "end", "twice", "swapped"])
def test_marks_that_do_not_belong_together_are_left_alone(
    environment: dict[str, str], keepers: Timekeepers, damage: str
) -> None:
    timer = Toolbox(environment).unattended.timer(TimerKind.CRON)
    first, command, last = timer.pieces()[0].content.encode().splitlines(keepends=True)
    keepers.crontab = crontab = {
        "begin": first + command,
        "end": command + last,
        "twice": (first + command + last) * 2,
        "swapped": last + command + first,
    }[damage]
    for change in (timer.install, timer.uninstall):
        with pytest.raises(UsageError, match="do not belong together"):
            change()
    assert keepers.crontab == crontab


def test_a_line_too_long_for_cron_is_refused(environment: dict[str, str]) -> None:
    timer = Toolbox({**environment, "ONERING_HOME": "/" + "h" * 990}).unattended.timer(TimerKind.CRON)
    with pytest.raises(UsageError, match="too long for a crontab"):
        timer.pieces()


def test_the_bus_goes_into_the_crontab_only_when_it_will_still_be_there(environment: dict[str, str]) -> None:
    stable = "unix:path=/run/user/1000/bus"
    tools = Toolbox({**environment, "DBUS_SESSION_BUS_ADDRESS": stable}).unattended
    assert f"DBUS_SESSION_BUS_ADDRESS={stable}" in tools.timer(TimerKind.CRON).pieces()[0].content
    assert "DBUS" not in tools.timer(TimerKind.SYSTEMD).pieces()[0].content, "systemd hands it over by itself"
    passing = Toolbox({**environment, "DBUS_SESSION_BUS_ADDRESS": "unix:abstract=/tmp/dbus-x1,guid=1"}).unattended
    assert "DBUS" not in passing.timer(TimerKind.CRON).pieces()[0].content
    assert "cannot reach a keyring" in " ".join(passing.warnings(TimerKind.CRON))


# What is written is read as it is meant


def test_cron_gives_the_command_the_arguments_and_the_home_that_are_meant(environment: dict[str, str]) -> None:
    timer = Toolbox({**environment, "ONERING_HOME": ODD_HOME}).unattended.timer(TimerKind.CRON)
    line = timer.pieces()[0].content.splitlines()[1]
    # As cron itself does (crontab(5)): the rest after a % is the command's input, unless a backslash stands before it.
    schedule, command = line[:10], re.split(r"(?<!\\)%", line[10:])[0].replace("\\%", "%")
    assert schedule == "* * * * * "
    shown = command.replace(
        shlex.join([sys.executable, "-P", "-m", "onering_cli"]), "/usr/bin/printenv ONERING_HOME #", 1
    )
    done = subprocess.run(["/bin/sh", "-c", shown], capture_output=True, text=True, check=True)
    assert done.stdout.rstrip("\n") == ODD_HOME


def test_launchd_reads_the_same_arguments_and_home(environment: dict[str, str]) -> None:
    timer = Toolbox({**environment, "ONERING_HOME": ODD_HOME}).unattended.timer(TimerKind.LAUNCHD)
    agent = plistlib.loads(timer.pieces()[0].content.encode())
    assert agent["ProgramArguments"] == [sys.executable, "-P", "-m", "onering_cli", "post", "--due"]
    assert agent["EnvironmentVariables"]["ONERING_HOME"] == ODD_HOME
    assert agent["StartInterval"] == 60


def test_systemd_expands_nothing_in_a_name(environment: dict[str, str]) -> None:
    timer = Toolbox({**environment, "ONERING_HOME": '/srv/%h/"$HOME"\\'}).unattended.timer(TimerKind.SYSTEMD)
    assert 'Environment="ONERING_HOME=/srv/%%h/\\"$HOME\\"\\\\"\n' in timer.pieces()[0].content


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="needs Debian's systemd")
@pytest.mark.parametrize("home", ["/srv/onering", ODD_HOME])
def test_systemd_finds_nothing_to_complain_about(tmp_path: Path, environment: dict[str, str], home: str) -> None:
    timer = Toolbox({**environment, "ONERING_HOME": home}).unattended.timer(TimerKind.SYSTEMD)
    timer.install()
    runtime = tmp_path / "run"
    runtime.mkdir(mode=0o700)
    units = [piece.place for piece in timer.pieces()]
    command = ["systemd-analyze", "--user", "verify", *units]
    variables = {"XDG_RUNTIME_DIR": str(runtime), "HOME": str(tmp_path), "PATH": os.environ["PATH"]}
    done = subprocess.run(command, capture_output=True, text=True, env=variables, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.skipif(shutil.which("crontab") is None, reason="needs Debian's cron")
def test_cron_finds_nothing_to_complain_about(tmp_path: Path, environment: dict[str, str]) -> None:
    timer = Toolbox({**environment, "ONERING_HOME": ODD_HOME}).unattended.timer(TimerKind.CRON)
    table = tmp_path / "table"
    table.write_text(timer.pieces()[0].content, encoding="utf-8")
    done = subprocess.run(["crontab", "-n", str(table)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_the_command_runs_from_any_folder_whatever_lies_there(tmp_path: Path, environment: dict[str, str]) -> None:
    (tmp_path / "typing.py").write_text("raise SystemExit('a file of the user stood in for a module')\n")
    timer = Toolbox(environment).unattended.timer(TimerKind.LAUNCHD)
    agent = plistlib.loads(timer.pieces()[0].content.encode())
    command = [*agent["ProgramArguments"][:-2], "--version"]
    done = subprocess.run(
        command, cwd=tmp_path, env=agent["EnvironmentVariables"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("onering ")
