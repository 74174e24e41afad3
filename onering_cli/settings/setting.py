"""What a setting is, and the values that settings take."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Generic, TypeVar

from onering_cli.record import record

if TYPE_CHECKING:
    from collections.abc import Callable

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


def share(value: object) -> float:
    """A number from 0 to 1."""
    wanted = "a number from 0 to 1, such as 0.5"
    number = _number(value, wanted)
    if not 0 <= number <= 1:
        raise ValueError(wanted)
    return number


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


def one_of(*choices: str) -> Callable[[object], str]:
    """One of a few words; "" for what holds elsewhere, where that is among them."""

    def parse(value: object) -> str:
        word = text(value).strip().lower()
        if word not in choices:
            raise ValueError(" or ".join(choice for choice in choices if choice))
        return word

    return parse


_SECONDS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400}


def duration(value: object) -> float | None:
    """A length of time in seconds, written ``90s``, ``30m``, ``2h`` or ``1d``; empty for what holds elsewhere."""
    if value in ("", None):
        return None
    word = str(value).strip().lower()
    if word.isascii() and word[:-1].isdigit() and word[-1] in _SECONDS:
        return float(word[:-1]) * _SECONDS[word[-1]]
    raise ValueError("a length of time, such as 30m, 2h or 1d")


def program(value: object) -> tuple[str, ...]:
    """A program with its arguments: a TOML array, or text as a shell splits it; empty for none."""
    import shlex

    wanted = 'a program with its arguments, such as mail -s "OneRing" me@example.com'
    try:
        words = shlex.split(value) if isinstance(value, str) else value
    except ValueError:
        raise ValueError(wanted) from None
    if not isinstance(words, (list, tuple)) or not all(isinstance(word, str) and "\0" not in word for word in words):
        raise ValueError(wanted)
    if words and not words[0]:
        raise ValueError(wanted)
    return tuple(words)


def address(value: object) -> str:
    """An http or https address, exactly as it is; empty for none."""
    found = text(value).strip()
    if found and (not found.startswith(("https://", "http://")) or not found.isprintable() or " " in found):
        raise ValueError("an address that starts with https:// or http://")
    return found
