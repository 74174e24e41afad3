"""Finds secrets by name: in the environment, among systemd's credentials, in the keyring, in the 0600 file."""

from __future__ import annotations

import re
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from onering_cli.adapters.keyring_secrets import KeyringSecrets
from onering_cli.adapters.secrets_file import SecretsFile
from onering_cli.clock import Clock, SystemClock
from onering_cli.errors import LogInError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

GROQ_API_KEY = "groq.api_key"
SERVER_API_KEY = "server.api_key"
STRIPE_SECRET_KEY = "stripe.secret_key"  # noqa: S105 -- the name of a secret
NOTIFY_WEBHOOK = "notify.webhook"
STRIPE_WEBHOOK_SECRET = "stripe.webhook_secret"  # noqa: S105 -- the name of a secret
X_FIELDS = ("consumer_key", "consumer_secret", "access_token", "access_token_secret")

# The X account whose tokens the ONERING_X_* variables hold. They never stand in for another account's: posting with
# `--account work` must not post as somebody else because a variable happened to be set.
ENVIRONMENT_ACCOUNT = "default"

# Every other secret is read from ONERING_SECRET_ and its name in capitals.
VARIABLES: Mapping[str, str] = {
    GROQ_API_KEY: "GROQ_API_KEY",
    STRIPE_SECRET_KEY: "ONERING_STRIPE_SECRET_KEY",
    STRIPE_WEBHOOK_SECRET: "ONERING_STRIPE_WEBHOOK_SECRET",
    **{f"x.{ENVIRONMENT_ACCOUNT}.{field}": f"ONERING_X_{field.upper()}" for field in X_FIELDS},
}
_NAME = re.compile(r"[a-z][a-z0-9]*(?:\.[A-Za-z0-9_-]{1,64}){1,2}")


class SecretStore(StrEnum):
    """Where `auth login` can keep a secret."""

    KEYRING = "keyring"
    FILE = "file"


class SecretOrigin(StrEnum):
    """Where a secret was found, in the order in which they are asked."""

    ENVIRONMENT = "environment"
    SYSTEMD = "systemd"
    KEYRING = "keyring"
    FILE = "file"


class Secret:
    """A secret's value, which only `reveal` shows: not `repr`, not `str`, not a traceback's locals, not JSON."""

    __slots__ = ("_value", "origin")

    def __init__(self, value: str, origin: SecretOrigin) -> None:
        self._value = value
        self.origin = origin

    def reveal(self) -> str:
        """The value, to be handed to the service it is for and to nobody else."""
        return self._value

    def __repr__(self) -> str:
        return f"Secret(origin={self.origin.value!r})"


class SecretsChain:
    """Looks secrets up by name, and keeps them where the user wants.

    A name is a service, then perhaps an account, then what it is: ``groq.api_key``, ``x.work.access_token``.

    Args:
        environment: The process's environment.
        file: The 0600 file; it need not exist.
        file_allowed: The user wants secrets in the file where the keyring cannot keep them.
        keyring: The keyring; asked only for what the file says it holds.
        learn: Told every value that passes through here, so that logs can redact it.
        clock: Waits for other processes.
    """

    def __init__(
        self,
        environment: Mapping[str, str],
        *,
        file: Path,
        file_allowed: bool,
        keyring: KeyringSecrets | None = None,
        learn: Callable[[str], object] | None = None,
        clock: Clock | None = None,
    ) -> None:
        # A home of its own has secrets of its own: two homes never overwrite each other's entries in the one keyring.
        service = f"onering {file.parent}" if environment.get("ONERING_HOME") else "onering"
        self._environment = environment
        self._file = SecretsFile(file, clock or SystemClock())
        self._file_allowed = file_allowed
        self.keyring = keyring or KeyringSecrets(service)
        self._learn = learn or _ignore

    def get(self, name: str) -> Secret | None:
        """The secret of that name; None when nobody has it.

        Raises:
            LogInError: The keyring should have it, and cannot be asked or has lost it.
            UsageError: The file cannot be trusted, or is damaged.
        """
        found = self._find(_valid(name))
        if found is not None:
            self._learn(found.reveal())
        return found

    def keep(self, values: Mapping[str, str], *, where: SecretStore | None = None) -> SecretStore:
        """Keep secrets in one place and nowhere else; where that was.

        Without `where` that is the keyring, or the file when the keyring fails and the user allowed the file.

        Raises:
            LogInError: The keyring did not keep them.
            UsageError: The file cannot be written, or a value is empty.
        """
        for name, value in values.items():
            if not value.strip():
                raise UsageError(f"{_valid(name)} is empty", hint="nothing was changed")
            self._learn(value)
        place = SecretStore.FILE if where is SecretStore.FILE else self._keep_in_keyring(values, must=where is not None)
        with self._file.change() as kept:
            kept.values = {name: value for name, value in kept.values.items() if name not in values}
            kept.in_keyring -= values.keys()
            if place is SecretStore.KEYRING:
                kept.in_keyring |= values.keys()
            else:
                kept.values |= values
        return place

    def forget(self, names: Iterable[str]) -> list[str]:
        """Forget secrets that were kept by `keep`; the names that were there.

        Raises:
            LogInError: The keyring holds one and does not let go of it.
        """
        before = self._file.read()
        known = {_valid(name) for name in names} & (before.in_keyring | before.values.keys())
        for name in sorted(known & before.in_keyring):
            self.keyring.delete(name)
        if known:
            with self._file.change() as kept:
                kept.in_keyring -= known
                kept.values = {name: value for name, value in kept.values.items() if name not in known}
        return sorted(known)

    def origins(self) -> dict[str, list[SecretOrigin]]:
        """Every secret that is known of, with the places that have it, the one in force first; asks no keyring."""
        kept = self._file.read()
        places = {
            SecretOrigin.ENVIRONMENT: {name for name in VARIABLES if self._in_environment(name)},
            SecretOrigin.SYSTEMD: self._systemd_names(),
            SecretOrigin.KEYRING: kept.in_keyring,
            SecretOrigin.FILE: set(kept.values),
        }
        places[SecretOrigin.ENVIRONMENT] |= {
            name for names in places.values() for name in names if self._in_environment(name)
        }
        known = sorted(set().union(*places.values()))
        return {name: [origin for origin, names in places.items() if name in names] for name in known}

    def accounts(self, service: str) -> list[str]:
        """The accounts of a service that have a secret, in alphabetical order."""
        found = (name.split(".") for name in self.origins())
        return sorted({parts[1] for parts in found if len(parts) == 3 and parts[0] == service})  # noqa: PLR2004 -- service, account, field

    def _find(self, name: str) -> Secret | None:
        value = self._in_environment(name)
        if value:
            return Secret(value, SecretOrigin.ENVIRONMENT)
        value = self._in_systemd(name)
        if value:
            return Secret(value, SecretOrigin.SYSTEMD)
        kept = self._file.read()
        if name in kept.in_keyring:
            return Secret(self._in_keyring(name), SecretOrigin.KEYRING)
        if name in kept.values:
            return Secret(kept.values[name], SecretOrigin.FILE)
        return None

    def _keep_in_keyring(self, values: Mapping[str, str], *, must: bool) -> SecretStore:
        """Keep them in the keyring; where they go when that fails and need not be."""
        try:
            for name, value in values.items():
                self.keyring.set(name, value)
        except LogInError:
            if must or not self._file_allowed:
                raise
            return SecretStore.FILE
        return SecretStore.KEYRING

    def _in_environment(self, name: str) -> str:
        return self._environment.get(variable_of(name), "").strip()

    def _in_systemd(self, name: str) -> str:
        folder = self._environment.get("CREDENTIALS_DIRECTORY", "")
        if not folder:
            return ""
        try:
            return (Path(folder) / name).read_text(encoding="utf-8").strip()
        except FileNotFoundError:
            return ""
        except (OSError, UnicodeDecodeError) as exc:
            raise LogInError(f"the systemd credential {name} cannot be read: {type(exc).__name__}") from exc

    def _systemd_names(self) -> set[str]:
        folder = self._environment.get("CREDENTIALS_DIRECTORY", "")
        if not folder or not Path(folder).is_dir():
            return set()
        return {path.name for path in Path(folder).iterdir() if _NAME.fullmatch(path.name)}

    def _in_keyring(self, name: str) -> str:
        value = self.keyring.get(name)
        if value is None:
            service = name.partition(".")[0]
            raise LogInError(f"the keyring no longer holds {name}", hint=f"onering auth login {service}")
        return value


def _ignore(_value: str) -> None:
    """For callers that keep no log."""


def variable_of(name: str) -> str:
    """The environment variable that a secret is read from."""
    return VARIABLES.get(name) or "ONERING_SECRET_" + re.sub(r"[.-]", "_", name).upper()


def is_secret_variable(variable: str) -> bool:
    """Whether an environment variable holds one of OneRing's secrets."""
    return variable.startswith("ONERING_SECRET_") or variable in VARIABLES.values()


def _valid(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise UsageError(f"{name!r} cannot be the name of a secret", hint="letters, digits, - and _ can be used")
    return name
