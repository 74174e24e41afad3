"""The settings in force: what was set, and where each value came from.

A flag beats the environment, which beats the file.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from onering_cli.errors import UsageError
from onering_cli.settings.catalogue import SETTINGS
from onering_cli.settings.setting import Origin, Setting

if TYPE_CHECKING:
    from pathlib import Path

    from onering_cli.settings.paths import Paths

T = TypeVar("T")


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
        return tomllib.loads(source.decode("utf-8-sig"))
    except UnicodeDecodeError as exc:
        line = source.count(b"\n", 0, exc.start) + 1
        raise UsageError(f"{path} is not UTF-8 text (at line {line})", hint="save it as UTF-8") from exc
    except tomllib.TOMLDecodeError as exc:
        told = str(exc)
        if "(at end of document)" in told:
            told = told.replace("(at end of document)", f"(at line {len(source.splitlines())}, the end)")
        raise UsageError(f"{path} is not valid TOML: {told}", hint=f"mend it, or move it away: {path}") from exc


def find_setting(key: str) -> tuple[Setting[Any], str] | None:
    """The setting that a dotted key names, and what stands for its ``*``; None when there is none."""
    parts = key.split(".")
    for setting in SETTINGS:
        pattern = setting.key.split(".")
        if len(pattern) == len(parts) and all(p in ("*", part) for p, part in zip(pattern, parts, strict=True)):
            return setting, next((part for p, part in zip(pattern, parts, strict=True) if p == "*"), "")
    return None
