"""Secrets in the operating system's keyring, which may be absent, locked, silent or forgetful."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeVar

from onering_cli.adapters.patience import within
from onering_cli.errors import LogInError

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")

WAIT_S = 4.0  # a process that waits for a keyring in vain ends within 5 seconds, its start included
_OTHER_PLACES = "unlock the keyring, or keep secrets in a file: onering auth login SERVICE --store file"


class KeyringBackend(Protocol):
    """What is used of `keyring`'s backends."""

    def get_password(self, service: str, username: str) -> str | None:
        """The value, None when there is none."""
        ...

    def set_password(self, service: str, username: str, password: str) -> None:
        """Keep a value."""
        ...

    def delete_password(self, service: str, username: str) -> None:
        """Forget a value."""
        ...


def system_keyring() -> KeyringBackend:
    """The backend that `keyring` chooses for this machine; finding it may already ask the session bus."""
    import keyring

    backend: KeyringBackend = keyring.get_keyring()
    return backend


class KeyringSecrets:
    """Named secrets in the keyring, every call bounded in time.

    A keyring that did not answer once is not asked again by this process: it is left waiting in the background, and
    the next call would only wait behind it.

    Args:
        service: The name under which the keyring files them.
        wait_s: The most seconds that one call may take.
        load: Finds the backend.
    """

    def __init__(
        self, service: str, *, wait_s: float = WAIT_S, load: Callable[[], KeyringBackend] = system_keyring
    ) -> None:
        self._service = service
        self._wait_s = wait_s
        self._load = load
        self._silent = False

    def get(self, name: str) -> str | None:
        """The secret, None when the keyring does not hold it.

        Raises:
            LogInError: There is no keyring, it is locked, or it does not answer.
        """
        return self._ask(lambda backend: backend.get_password(self._service, name))

    def set(self, name: str, value: str) -> None:
        """Keep a secret, and make sure that it was kept.

        Raises:
            LogInError: It was not.
        """

        def keep(backend: KeyringBackend) -> str | None:
            backend.set_password(self._service, name, value)
            return backend.get_password(self._service, name)

        if self._ask(keep) != value:
            raise LogInError("the keyring took the secret but did not keep it", hint=_OTHER_PLACES)

    def delete(self, name: str) -> None:
        """Forget a secret; nothing happens when there is none.

        Raises:
            LogInError: It is still there, or that cannot be known.
        """

        def forget(backend: KeyringBackend) -> str | None:
            if backend.get_password(self._service, name) is not None:
                backend.delete_password(self._service, name)
            return backend.get_password(self._service, name)

        if self._ask(forget) is not None:
            raise LogInError(
                "the keyring did not let go of the secret", hint="remove it with your keyring's own program"
            )

    def check(self) -> str:
        """Prove that the keyring keeps what it is given; the backend's name.

        Raises:
            LogInError: It does not.
        """
        self.set("doctor", "kept")
        self.delete("doctor")
        return self._ask(lambda backend: str(getattr(backend, "name", type(backend).__name__)))

    def _ask(self, question: Callable[[KeyringBackend], T]) -> T:
        if self._silent:
            raise self._unanswered()
        try:
            return within(self._wait_s, lambda: _translated(lambda: question(self._load())))
        except TimeoutError as exc:
            self._silent = True
            raise self._unanswered() from exc

    def _unanswered(self) -> LogInError:
        return LogInError(f"the keyring did not answer within {self._wait_s:g} s", hint=_OTHER_PLACES)


def _translated(call: Callable[[], T]) -> T:
    try:
        return call()
    except Exception as exc:
        raise _told(exc) from exc


def _told(exc: Exception) -> LogInError:
    """Backends are plug-ins and raise whatever they like, so every exception counts as the keyring's failure."""
    from keyring.errors import InitError, KeyringLocked, NoKeyringError

    if isinstance(exc, NoKeyringError):
        return LogInError(
            "there is no keyring on this machine",
            hint="set an environment variable, or keep secrets in a file: onering auth login SERVICE --store file",
        )
    if isinstance(exc, (KeyringLocked, InitError)):
        return LogInError("the keyring is locked", hint=_OTHER_PLACES)
    return LogInError(f"the keyring failed: {type(exc).__name__}: {exc}", hint=_OTHER_PLACES)
