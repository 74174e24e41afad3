"""Which addresses a stranger's URL may lead to: those that anybody on the internet could reach."""

from __future__ import annotations

import ipaddress
import socket

# What is reserved within IPv4, and within the part of IPv6 that is given out at all (2000::/3), August 2026:
# https://www.iana.org/assignments/iana-ipv4-special-registry
# https://www.iana.org/assignments/iana-ipv6-special-registry
# Listed here because Python's `is_global` differs between its patch releases. 6to4 (2002::/16) and Teredo (within
# 2001::/23) carry an IPv4 address inside them and are no longer in use, so nothing honest is lost.
_RESERVED_4 = tuple(
    ipaddress.IPv4Network(network)
    for network in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",
        "240.0.0.0/4",
    )
)
_GIVEN_OUT_6 = ipaddress.IPv6Network("2000::/3")
_RESERVED_6 = tuple(
    ipaddress.IPv6Network(network) for network in ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")
)
# A network without IPv4 reaches IPv4 hosts through this prefix (RFC 6052), so the address inside it decides.
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


def is_public(address: str) -> bool:
    """Whether an address is a host on the internet: not loopback, private, link-local, multicast or reserved."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return False
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed in _NAT64:
            return is_public(str(ipaddress.IPv4Address(int(parsed) & 0xFFFF_FFFF)))
        return parsed in _GIVEN_OUT_6 and not any(parsed in network for network in _RESERVED_6)
    return not any(parsed in network for network in _RESERVED_4)


def resolve(host: str, port: int) -> list[str]:
    """The addresses of a host as the system knows them, in the order it would try them.

    Raises:
        OSError: The name is not known, or nobody could be asked.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except UnicodeError as exc:
        raise OSError("not a valid host name") from exc
    return list(dict.fromkeys(str(address[0]) for *_, address in found))
