"""What a timer's process must be told of this one's environment, and what it must do without."""

from __future__ import annotations

import hashlib
import os
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from onering_cli.adapters.secrets import is_secret_variable
from onering_cli.record import record

if TYPE_CHECKING:
    from collections.abc import Mapping

_SYSTEM_PATH = ("/usr/local/bin", "/usr/bin", "/bin")
_FOLDERS = ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME")
_NETWORK = (
    *("HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY", "NO_PROXY", "https_proxy", "http_proxy", "all_proxy", "no_proxy"),
    *("SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE"),
)
_STABLE_BUS = re.compile(r"unix:path=/run/user/\d+/bus")


@record
class Surroundings:
    """How a timer starts OneRing.

    Args:
        command: The arguments, the interpreter first.
        variables: The environment to give it; no secret is among them.
        warnings: What it will not have, in words.
        suffix: Tells the timers of several homes apart; "" for the usual home.
    """

    command: tuple[str, ...]
    variables: Mapping[str, str]
    warnings: tuple[str, ...]
    suffix: str


def surroundings(environment: Mapping[str, str], *, has_bus: bool) -> Surroundings:
    """What a timer needs; `has_bus` says that it finds the session's D-Bus by itself."""
    variables = {"PATH": os.pathsep.join(dict.fromkeys((str(Path(sys.executable).parent), *_SYSTEM_PATH)))}
    warnings = []
    home = environment.get("ONERING_HOME", "")
    if home:
        variables["ONERING_HOME"] = str(Path(home).expanduser().absolute())
    for name in ("TZ", "PYTHON_KEYRING_BACKEND", *_NETWORK, *(() if home else _FOLDERS)):
        value = environment.get(name, "")
        if value and "@" in value:
            warnings.append(f"{name} has a password in it and was left out; the timer does without")
        elif value and value.isprintable():
            variables[name] = value
    bus = environment.get("DBUS_SESSION_BUS_ADDRESS", "")
    if bus and not has_bus:
        if _STABLE_BUS.fullmatch(bus):
            variables["DBUS_SESSION_BUS_ADDRESS"] = bus
        else:
            warnings.append("this session's D-Bus will be gone: the timer cannot reach a keyring through it")
    return Surroundings(_command(), variables, (*warnings, *_left_behind(environment)), _suffix(home))


def _command() -> tuple[str, ...]:
    # -P: a file of the user's that is named like a module must not stand in for it, whatever folder this starts in.
    return (sys.executable, "-P", "-m", "onering_cli", "post", "--due")


def _left_behind(environment: Mapping[str, str]) -> list[str]:
    """What is set here that a timer will not see."""
    there = sorted(name for name in environment if is_secret_variable(name) and environment[name])
    told = []
    if there:
        told.append(
            f"{', '.join(there)}: secrets of this environment, which the timer does not have; "
            "keep them with `onering auth login`, or hand them over as systemd credentials"
        )
    own = {name for name in environment if name.startswith("ONERING_") and environment[name]}
    settings = sorted(own - set(there) - {"ONERING_HOME"})
    if settings:
        told.append(f"{', '.join(settings)}: set here only; for the timer, too: onering config set")
    return told


def _suffix(home: str) -> str:
    if not home:
        return ""
    place = str(Path(home).expanduser().absolute())
    return "-" + hashlib.sha256(place.encode("utf-8", "surrogateescape")).hexdigest()[:8]
