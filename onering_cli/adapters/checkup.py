"""Looks at everything OneRing stands on, and says of each thing whether it holds and how to mend it."""

from __future__ import annotations

import os
import platform
import shutil
import stat
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from onering_cli.adapters.finding import Finding, State
from onering_cli.errors import ExitCode, OneRingError, StoreError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping
    from pathlib import Path

    from onering_cli.adapters.secrets import SecretsChain
    from onering_cli.clock import Clock
    from onering_cli.settings import Settings
    from onering_cli.settings.paths import Paths

FEWEST_FREE_BYTES = 50_000_000  # a store's write-ahead log and a backup before a migration must fit
FEW_FREE_BYTES = 500_000_000
_FIRST_SAFE_SQLITE = (3, 51, 3)  # the WAL-reset bug is in 3.7.0 to 3.51.2 (https://sqlite.org/wal.html, August 2026)
_WRITTEN_IN = datetime(2026, 1, 1, tzinfo=UTC)  # no clock that runs right shows less than this
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def check_up(
    paths: Paths,
    environment: Mapping[str, str],
    settings: Callable[[], Settings],
    secrets: Callable[[], SecretsChain],
    clock: Clock,
    zone: Callable[[], str],
    expected: Collection[str] = (),
) -> Iterator[Finding]:
    """Look at one thing after the other; a check that fails never keeps the next from being made.

    Args:
        paths: Where OneRing keeps its things.
        environment: The process's.
        settings: Reads the settings.
        secrets: Reads the secrets.
        clock: Tells the time.
        zone: Finds the zone that times are told in.
        expected: Names of secrets that must be there.
    """
    from onering_cli.adapters.schedule_checkup import examine_logins, examine_schedule
    from onering_cli.adapters.store_checkup import examine_store

    yield Finding("python", State.OK, f"Python {platform.python_version()} on {platform.system()}")
    yield from _guarded("sqlite", _sqlite)
    yield from _guarded("store", lambda: examine_store(paths.store_file))
    yield from _guarded("schedule", lambda: examine_schedule(paths.store_file, clock, zone))
    yield from _guarded("disk", lambda: _disk(paths.store_file))
    yield from _guarded("config", lambda: _config(settings(), paths.config_file))
    yield from _guarded("keyring", lambda: _keyring(secrets()))
    yield from _guarded("secrets", lambda: _missing(secrets(), expected))
    yield from _guarded("secrets", lambda: _secrets(secrets()))
    yield from _guarded("login", lambda: examine_logins(paths.store_file, secrets()))
    yield from _guarded("notify", lambda: _notify(settings(), environment))
    yield from _guarded("log", lambda: _log(paths.log_folder))
    yield from _guarded("clock", lambda: _clock(clock, environment, paths.store_file))


def _guarded(check: str, look: Callable[[], Iterator[Finding]]) -> Iterator[Finding]:
    try:
        yield from look()
    except OneRingError as error:
        yield Finding(check, State.FAIL, error.message, error.hint, error.exit_code)


def _sqlite() -> Iterator[Finding]:
    """The library's version, and whether it loads the extension that searches vectors."""
    from pysqlite3 import dbapi2

    from onering_cli.adapters.sqlite.post_vectors import load_vector_search

    if dbapi2.sqlite_version_info < _FIRST_SAFE_SQLITE:
        raise StoreError(
            f"SQLite {dbapi2.sqlite_version} can corrupt a store", hint="pip install --upgrade 'pysqlite3>=0.6.1'"
        )
    connection = dbapi2.connect(":memory:")
    try:
        load_vector_search(connection)
        (version,) = connection.execute("SELECT vec_version()").fetchone()
    except UsageError as exc:
        raise StoreError(exc.message, hint=exc.hint) from exc
    finally:
        connection.close()
    yield Finding("sqlite", State.OK, f"SQLite {dbapi2.sqlite_version} with sqlite-vec {version}")


def _disk(store_file: Path) -> Iterator[Finding]:
    folder = next(parent for parent in store_file.absolute().parents if parent.is_dir())
    free = shutil.disk_usage(folder).free
    told = f"{free / 1e9:,.2f} GB free in {folder}"
    mend = "free some space, or move the store with ONERING_HOME"
    if free < FEWEST_FREE_BYTES:
        raise StoreError(told, hint=mend)
    few = free < FEW_FREE_BYTES
    yield Finding("disk", State.WARN if few else State.OK, told, mend if few else "")


def _config(settings: Settings, config_file: Path) -> Iterator[Finding]:
    """Whether every setting has a value that it takes."""
    from onering_cli.settings.catalogue import SETTINGS
    from onering_cli.settings.setting import Origin

    table = settings.file.get("accounts", {})
    accounts = [name for name, value in table.items() if isinstance(value, dict)] if isinstance(table, dict) else []
    names = [(setting, name) for setting in SETTINGS for name in (accounts if "*" in setting.key else [""])]
    origins = [settings.look_up(setting, name)[1] for setting, name in names]
    in_file, in_environment = origins.count(Origin.FILE), origins.count(Origin.ENVIRONMENT)
    place = str(config_file) if config_file.exists() else "there is no file"
    yield Finding(
        "config", State.OK, f"{in_file} settings from the file, {in_environment} from the environment ({place})"
    )


def _keyring(secrets: SecretsChain) -> Iterator[Finding]:
    """Whether the keyring keeps what it is given; needed only by those who keep secrets there."""
    from onering_cli.adapters.secrets import SecretOrigin
    from onering_cli.errors import LogInError

    try:
        yield Finding("keyring", State.OK, f"{secrets.keyring.check()} keeps what it is given")
    except LogInError as error:
        if any(SecretOrigin.KEYRING in origins for origins in secrets.origins().values()):
            raise
        yield Finding("keyring", State.WARN, f"{error.message}; nothing is kept there", error.hint)


def _secrets(secrets: SecretsChain) -> Iterator[Finding]:
    """Whether every secret can be had, from where it is said to be."""
    from onering_cli.adapters.secrets import X_FIELDS

    names = list(secrets.origins())
    for name in names:
        secrets.get(name)
    for account in secrets.accounts("x"):
        missing = [field for field in X_FIELDS if f"x.{account}.{field}" not in names]
        if 0 < len(missing) < len(X_FIELDS):
            yield Finding(
                "secrets",
                State.WARN,
                f"the X account {account} lacks {', '.join(missing)}",
                f"onering auth login x --account {account}",
            )
    services = sorted({name.partition(".")[0] for name in names})
    told = f"can be had for {', '.join(services)}" if names else "none; what stays on this machine needs none"
    yield Finding("secrets", State.OK, told)


def _missing(secrets: SecretsChain, expected: Collection[str]) -> Iterator[Finding]:
    """Secrets that the user's own session has and this process has not."""
    absent = sorted(set(expected) - secrets.origins().keys())
    logins = dict.fromkeys(name.rpartition(".")[0] for name in absent)
    for login in logins:
        service, _, account = login.partition(".")
        fields = [name.rpartition(".")[2] for name in absent if name.rpartition(".")[0] == login]
        named = f" --account {account}" if account else ""
        yield Finding(
            "secrets",
            State.FAIL,
            f"{', '.join(fields)} of {login} can be had in your session only, not here",
            f"onering auth login {service}{named} --store file; or systemd: LoadCredential={login}.{fields[0]}:FILE",
            ExitCode.LOG_IN,
        )


def _notify(settings: Settings, environment: Mapping[str, str]) -> Iterator[Finding]:
    """Whether the programs that tell a person of failures can be found; nothing where none is asked for."""
    from onering_cli.settings import catalogue

    programs = list(settings[catalogue.NOTIFY_COMMAND][:1])
    if settings[catalogue.NOTIFY_DESKTOP]:
        programs.append("osascript" if platform.system() == "Darwin" else "notify-send")
    path = environment.get("PATH", os.defpath)
    for name in programs:
        if shutil.which(name, path=path) is None:
            told = f"{name} is not to be found on PATH ({path}): failures would not be told"
            yield Finding("notify", State.FAIL, told, "install it, or give its full path", ExitCode.USAGE)
        else:
            yield Finding("notify", State.OK, f"failures are told by {name}")


def _log(folder: Path) -> Iterator[Finding]:
    place = next(parent for parent in (folder, *folder.parents) if parent.is_dir())
    if not os.access(place, os.W_OK):
        yield Finding("log", State.WARN, f"the log cannot be written in {folder}", f"check the permissions of {place}")
    elif folder.is_dir() and folder.stat().st_mode & _OTHERS:
        yield Finding("log", State.WARN, f"others may look into {folder}", f"chmod 700 {folder}")
    else:
        yield Finding("log", State.OK, str(folder))


def _clock(clock: Clock, environment: Mapping[str, str], store_file: Path) -> Iterator[Finding]:
    """Whether the time and its zone can be believed: schedules go by them."""
    now = clock.now()
    local = now.astimezone()
    zone = environment.get("TZ", "")
    mend = "set the clock, and let the system keep it: timedatectl set-ntp true"
    if now < _WRITTEN_IN:
        yield Finding("clock", State.WARN, f"it says {local:%Y-%m-%d}, which is before this version was written", mend)
    elif store_file.exists() and datetime.fromtimestamp(store_file.stat().st_mtime, UTC) > now + timedelta(hours=1):
        yield Finding("clock", State.WARN, f"the store was written after {local:%Y-%m-%d %H:%M}: it was set back", mend)
    elif zone and not _is_zone(zone):
        yield Finding("clock", State.WARN, f"TZ is {zone!r}, a zone that is not known", "export TZ=Europe/Berlin")
    else:
        yield Finding("clock", State.OK, f"{local:%Y-%m-%d %H:%M:%S %Z} (UTC{local:%z})")


def _is_zone(text: str) -> bool:
    """Whether TZ means something: a name of the zone database, or a rule such as CET-1CEST."""
    from zoneinfo import ZoneInfo

    try:
        ZoneInfo(text.removeprefix(":"))
    except (OSError, ValueError, KeyError):  # a missing zone is a KeyError there
        return any(character.isdigit() for character in text)
    return True
