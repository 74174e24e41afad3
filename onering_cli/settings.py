"""Settings: what exists, what it means, and where its value came from.

A flag beats the environment, which beats the file. Options of commands are not listed here: Typer reads them from
``ONERING_<COMMAND>_<OPTION>`` and from the table named like the command in ``config.toml`` by itself.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any, Generic, TypeVar

from onering_cli.errors import UsageError
from onering_cli.record import record

T = TypeVar("T")


class Origin(StrEnum):
    """Where a value came from."""

    DEFAULT = "default"
    FILE = "file"
    ENVIRONMENT = "environment"


@record
class Setting(Generic[T]):
    """One setting; a ``*`` in its key stands for a name the user chooses, such as an account's.

    Args:
        key: Dotted, as in the file: table, then name.
        parse: From TOML's value or the environment's text to the value; raises ValueError saying what it wants.
        default: The value when nobody set one.
        help: One sentence for people.
        variable: The environment variable, when it is not ``ONERING_`` and the key in capitals.
    """

    key: str
    parse: Callable[[object], T]
    default: T
    help: str
    variable: str = ""

    def environment_variable(self, name: str = "") -> str:
        """The variable that sets it (for the user-chosen `name` where the key has a ``*``)."""
        return self.variable or "ONERING_" + self.key.replace("*", name).replace(".", "_").replace("-", "_").upper()


def text(value: object) -> str:
    """Any text."""
    if not isinstance(value, str):
        raise ValueError("text")
    return value


def flag(value: object) -> bool:
    """True or false, in the words people use."""
    if isinstance(value, bool):
        return value
    meaning = {"1": True, "true": True, "yes": True, "on": True, "0": False, "false": False, "no": False, "off": False}
    try:
        return meaning[str(value).strip().lower()]
    except KeyError:
        raise ValueError("true or false") from None


def _number(value: object, wanted: str) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        raise ValueError(wanted)
    try:
        return float(value)
    except ValueError:
        raise ValueError(wanted) from None


def at_least(least: float) -> Callable[[object], float]:
    """A number that is `least` or more."""

    def parse(value: object) -> float:
        wanted = f"a number of at least {least:g}"
        number = _number(value, wanted)
        if not least <= number < float("inf"):
            raise ValueError(wanted)
        return number

    return parse


def whole(least: int, most: int) -> Callable[[object], int]:
    """A whole number from `least` to `most`."""

    def parse(value: object) -> int:
        wanted = f"a whole number from {least} to {most}"
        number = _number(value, wanted)
        if number != int(number) or not least <= number <= most:
            raise ValueError(wanted)
        return int(number)

    return parse


def seconds_list(value: object) -> tuple[float, ...]:
    """Rising numbers of seconds: a TOML array, or text with commas."""
    wanted = "rising numbers of seconds, such as 90,120,180,300"
    parts = value.split(",") if isinstance(value, str) else value
    if not isinstance(parts, (list, tuple)) or not parts:
        raise ValueError(wanted)
    seconds = tuple(_number(part, wanted) for part in parts)
    if seconds[0] < 0 or list(seconds) != sorted(set(seconds)):
        raise ValueError(wanted)
    return seconds


def base_address(value: object) -> str:
    """An http or https address without a trailing slash, or "" for the service's own."""
    address = text(value).rstrip("/")
    if address and not address.startswith(("https://", "http://")):
        raise ValueError("an address that starts with https:// or http://")
    return address


def dollars(value: object) -> int | None:
    """An amount in US dollars, kept in tenths of a cent; empty for no limit."""
    if value in ("", None):
        return None
    from decimal import Decimal, InvalidOperation

    try:
        milli = Decimal(str(value)) * 1000
    except InvalidOperation:
        raise ValueError("an amount in dollars, such as 5 or 2.50") from None
    if not milli.is_finite() or milli < 0 or milli != int(milli):
        raise ValueError("an amount in dollars, such as 5 or 2.50")
    return int(milli)


SOURCES_ALLOW_PRIVATE = Setting(
    "sources.allow_private", flag, default=False, help="Let --from read addresses on this machine and its networks."
)
SECRETS_FILE = Setting(
    "secrets.file", flag, default=False, help="Keep secrets in a 0600 file where there is no keyring."
)
GROQ_BASE_URL = Setting(
    "groq.base_url", base_address, "", "Another endpoint that speaks Groq's protocol.", variable="GROQ_BASE_URL"
)
GROQ_TIMEOUT_S = Setting(
    "groq.timeout_s", at_least(0.1), 120.0, "The most seconds a Groq call may take, retries included."
)
X_API_BASE = Setting("x.api_base", base_address, "", "Another endpoint that speaks X's API.")
X_CLIENT_ID = Setting("x.client_id", text, "", "The OAuth 2 client id of your app at X, for `auth login x`.")
X_CALLBACK_PORT = Setting("x.callback_port", whole(1, 65535), 8710, "The port of the OAuth 2 callback on 127.0.0.1.")
DEFAULT_ACCOUNT = Setting("accounts.default", text, "", "The account that commands use when none is named.")
ACCOUNT_PREMIUM = Setting(
    "accounts.*.premium", flag, default=False, help="The account has X Premium: posts up to 25,000."
)
RECONCILE_WAITS_S: Setting[tuple[float, ...]] = Setting(
    "publishing.reconcile_waits_s",
    seconds_list,
    (90.0, 120.0, 180.0, 300.0),
    "When to look for a post whose outcome is unknown, in seconds since it was sent.",
)
LEASE_S = Setting("publishing.lease_s", at_least(1), 120.0, "How long a run stays claimed after its process died.")
CONNECT_TIMEOUT_S = Setting("publishing.connect_timeout_s", at_least(0.05), 10.0, "Seconds to wait for a connection.")
READ_TIMEOUT_S = Setting("publishing.read_timeout_s", at_least(0.05), 60.0, "Seconds to wait for an answer.")
PARENT_WAITS_S: Setting[tuple[float, ...]] = Setting(
    "publishing.parent_waits_s",
    seconds_list,
    (5.0, 10.0, 20.0),
    "When to retry a reply whose parent is not visible yet.",
)
MAX_WAIT_S = Setting(
    "publishing.max_wait_s", at_least(0), 60.0, "The longest wait for a rate limit before `post` gives up with exit 5."
)
THREADS_PER_HOUR = Setting("publishing.threads_per_hour", whole(1, 1000), 5, "Threads an account may start in an hour.")
MONTHLY_BUDGET_USD = Setting(
    "publishing.monthly_budget_usd", dollars, None, "Refuse to post once a calendar month has cost this much."
)

SETTINGS: tuple[Setting[Any], ...] = (
    SOURCES_ALLOW_PRIVATE,
    SECRETS_FILE,
    GROQ_BASE_URL,
    GROQ_TIMEOUT_S,
    X_API_BASE,
    X_CLIENT_ID,
    X_CALLBACK_PORT,
    DEFAULT_ACCOUNT,
    ACCOUNT_PREMIUM,
    RECONCILE_WAITS_S,
    LEASE_S,
    CONNECT_TIMEOUT_S,
    READ_TIMEOUT_S,
    PARENT_WAITS_S,
    MAX_WAIT_S,
    THREADS_PER_HOUR,
    MONTHLY_BUDGET_USD,
)


@record
class Paths:
    """Where OneRing keeps its things; ``ONERING_HOME`` moves all of them into one folder."""

    config_file: Path
    store_file: Path
    log_folder: Path
    recovery_folder: Path
    secrets_file: Path
    cache_folder: Path


def find_paths(environment: Mapping[str, str]) -> Paths:
    """The paths that `environment` asks for: under ``ONERING_HOME``, else the platform's own folders."""
    home = environment.get("ONERING_HOME", "")
    if home:
        config = data = Path(home).expanduser().absolute()
        cache = data / "cache"
    else:
        import platformdirs

        config = Path(platformdirs.user_config_dir("onering", appauthor=False))
        data = Path(platformdirs.user_data_dir("onering", appauthor=False))
        cache = Path(platformdirs.user_cache_dir("onering", appauthor=False))
    return Paths(
        config_file=config / "config.toml",
        store_file=data / "onering.db",
        log_folder=data / "log",
        recovery_folder=data / "recovery",
        secrets_file=config / "secrets.toml",
        cache_folder=cache,
    )


class Settings:
    """The values in force: environment over file over defaults.

    Args:
        file: The parsed ``config.toml``.
        environment: The process's environment.
        config_file: The file's path, for messages.
    """

    def __init__(
        self, file: Mapping[str, Any] | None = None, environment: Mapping[str, str] | None = None, *, config_file: Path
    ) -> None:
        self.file: Mapping[str, Any] = file or {}
        self._environment: Mapping[str, str] = environment or {}
        self._config_file = config_file

    def __getitem__(self, setting: Setting[T]) -> T:
        """The value in force of a setting whose key has no ``*``."""
        return self.look_up(setting)[0]

    def for_account(self, setting: Setting[T], account: str) -> T:
        """The value in force of an ``accounts.*`` setting for one account."""
        return self.look_up(setting, account)[0]

    def look_up(self, setting: Setting[T], name: str = "") -> tuple[T, Origin]:
        """The value in force and where it came from.

        Raises:
            UsageError: The value is not what the setting takes; the message names the place to mend.
        """
        variable = setting.environment_variable(name)
        key = setting.key.replace("*", name)
        found: object
        if self._environment.get(variable):
            found, origin, place = self._environment[variable], Origin.ENVIRONMENT, f"the variable {variable}"
        else:
            found = self._in_file(key)
            origin, place = Origin.FILE, f"{key} in {self._config_file}"
            if found is None:
                return setting.default, Origin.DEFAULT
        try:
            return setting.parse(found), origin
        except ValueError as exc:
            raise UsageError(f"{place} is {found!r}; it takes {exc}", hint=f"onering config set {key} VALUE") from exc

    def _in_file(self, key: str) -> object:
        found: object = self.file
        for part in key.split("."):
            if not isinstance(found, Mapping):
                return None
            found = found.get(part)
        return found


def load_settings(paths: Paths, environment: Mapping[str, str] | None = None) -> Settings:
    """Read the settings in force.

    Raises:
        UsageError: The file cannot be read or is not TOML; the message names the line.
    """
    environment = os.environ if environment is None else environment
    return Settings(read_config(paths.config_file), environment, config_file=paths.config_file)


def read_config(path: Path) -> dict[str, Any]:
    """The parsed configuration file, empty when there is none."""
    try:
        source = path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except OSError as exc:
        raise UsageError(f"{path} cannot be read: {exc.strerror}", hint="check its permissions") from exc
    import tomllib

    try:
        return tomllib.loads(source.decode("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as exc:
        raise UsageError(f"{path} is not valid TOML: {exc}", hint=f"mend it, or move it away: {path}") from exc


def find_setting(key: str) -> tuple[Setting[Any], str] | None:
    """The setting that a dotted key names, and what stands for its ``*``; None when there is none."""
    parts = key.split(".")
    for setting in SETTINGS:
        pattern = setting.key.split(".")
        if len(pattern) == len(parts) and all(p in ("*", part) for p, part in zip(pattern, parts, strict=True)):
            return setting, next((part for p, part in zip(pattern, parts, strict=True) if p == "*"), "")
    return None
