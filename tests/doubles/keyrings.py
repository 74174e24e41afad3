"""Keyrings as they are met in the wild: working, forgetful, silent, failing."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field


@dataclass
class WorkingKeyring:
    """Keeps what it is given, and counts how often it is asked."""

    kept: dict[tuple[str, str], str] = field(default_factory=dict)
    calls: int = 0
    name: str = "a working keyring"

    def get_password(self, service: str, username: str) -> str | None:
        self.calls += 1
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.calls += 1
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        self.calls += 1
        del self.kept[service, username]


class SilentKeyring:
    """Never answers, as a locked one does that shows its prompt to nobody."""

    def __init__(self) -> None:
        self.asked = 0
        self.end = threading.Event()

    def get_password(self, service: str, username: str) -> str | None:
        self.asked += 1
        self.end.wait(60)
        return None

    def set_password(self, service: str, username: str, password: str) -> None:
        self.get_password(service, username)

    def delete_password(self, service: str, username: str) -> None:
        self.get_password(service, username)


@dataclass
class FailingKeyring:
    """Raises the same thing whatever it is asked."""

    failure: Exception

    def get_password(self, service: str, username: str) -> str | None:
        raise self.failure

    def set_password(self, service: str, username: str, password: str) -> None:
        raise self.failure

    def delete_password(self, service: str, username: str) -> None:
        raise self.failure
