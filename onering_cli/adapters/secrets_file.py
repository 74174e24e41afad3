"""The 0600 file that says which secrets the keyring holds, and that can hold secrets itself.

The keyring is asked only for what this file says it holds. Whoever never logged in pays nothing for it, and a keyring
that hangs cannot hold up a command that needs no secret from it.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from onering_cli.adapters.private_files import locked, read_private, write_private
from onering_cli.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from onering_cli.clock import Clock

_LOCK_WAIT_S = 5.0
_HEAD = "Written by `onering auth`. `keyring` lists the secrets that the system's keyring holds; `values` are secrets."


@dataclass(slots=True)
class Kept:
    """What is kept where; a name is in one of the two.

    Args:
        in_keyring: Names whose values the keyring holds.
        values: Names and values that the file itself holds.
    """

    in_keyring: set[str] = field(default_factory=set)
    values: dict[str, str] = field(default_factory=dict, repr=False)


class SecretsFile:
    """The file; nothing is read before it is asked for.

    Args:
        path: Where it is, or would be.
        clock: Waits for the lock.
    """

    def __init__(self, path: Path, clock: Clock) -> None:
        self.path = path
        self._clock = clock

    def read(self) -> Kept:
        """What is kept; nothing when there is no file.

        Raises:
            UsageError: Others may read the file, or it is not what OneRing wrote.
        """
        data = read_private(self.path)
        if data is None:
            return Kept()
        import tomllib

        try:
            return _parsed(tomllib.loads(data.decode("utf-8")))
        except (ValueError, TypeError, AttributeError) as exc:
            # Told without the parser's words: they may quote a secret.
            raise UsageError(
                f"{self.path} is damaged", hint="move it away, then log in again with `onering auth login`"
            ) from exc

    @contextmanager
    def change(self) -> Iterator[Kept]:
        """What is kept, to be changed in place; written back on leaving, while no other process can change it.

        Raises:
            UsageError: The file cannot be read or written.
            TryLaterError: Another process is changing it.
        """
        with locked(self.path, clock=self._clock, wait_s=_LOCK_WAIT_S):
            kept = self.read()
            yield kept
            write_private(self.path, _written(kept))


def _parsed(document: dict[str, Any]) -> Kept:
    names, values = document.get("keyring", []), document.get("values", {})
    if not all(isinstance(text, str) for text in [*names, *values, *values.values()]):
        raise ValueError("a name or value is no text")
    return Kept(set(names), dict(values))


def _written(kept: Kept) -> str:
    import tomlkit

    document = tomlkit.document()
    document.add(tomlkit.comment(_HEAD))
    document["keyring"] = sorted(kept.in_keyring)
    document["values"] = dict(sorted(kept.values.items()))
    return tomlkit.dumps(document)
