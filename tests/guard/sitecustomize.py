"""Refuses every connection beyond loopback, in the tests' own process and in the processes that they start."""

import ipaddress
import sys

ALLOWED_NAMES = {"localhost", "", None}


def _is_loopback(host: object) -> bool:
    if host in ALLOWED_NAMES:
        return True
    try:
        return ipaddress.ip_address(str(host)).is_loopback
    except ValueError:
        return False


def refuse_beyond_loopback(event: str, arguments: tuple[object, ...]) -> None:
    if event in ("socket.connect", "socket.sendto", "socket.bind"):
        address = arguments[1]
        if isinstance(address, tuple) and not _is_loopback(address[0]) and address[0] not in ("0.0.0.0", "::"):  # noqa: S104
            raise RuntimeError(f"a test reached for the network: {address}")
    elif event == "socket.getaddrinfo" and not _is_loopback(arguments[0]):
        raise RuntimeError(f"a test asked for the address of {arguments[0]!r}")


sys.addaudithook(refuse_beyond_loopback)
