"""Which addresses count as the internet, and how web addresses are taken apart."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onering_cli.adapters.addresses import is_public
from onering_cli.adapters.web_address import parse_address
from onering_cli.errors import UsageError

if TYPE_CHECKING:
    import ipaddress

PRIVATE = [
    "127.0.0.1",
    "127.8.9.10",
    "0.0.0.0",  # noqa: S104 -- not bound to, refused
    "10.1.2.3",
    "172.16.0.1",
    "172.31.255.255",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "100.127.255.255",
    "192.0.0.1",
    "198.18.0.1",
    "203.0.113.7",
    "224.0.0.1",
    "239.255.255.250",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::ffff:127.0.0.1",
    "::ffff:8.8.8.8",
    "::127.0.0.1",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "fc00::1",
    "fd12:3456::1",
    "fd00:ec2::254",
    "ff02::1",
    "2001::1",
    "2001:db8::1",
    "2002:7f00:1::",
    "3fff::1",
    "64:ff9b::7f00:1",
    "64:ff9b::10.0.0.1",
    "64:ff9b:1::1",
    "100::1",
    "5f00::1",
    "not an address",
    "",
]
PUBLIC = ["1.1.1.1", "93.184.215.14", "100.128.0.1", "172.32.0.1", "198.20.0.1", "2606:4700::1111", "64:ff9b::8.8.8.8"]


@pytest.mark.parametrize("address", PRIVATE)
def test_addresses_that_are_not_on_the_internet_are_told_apart(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", PUBLIC)
def test_addresses_on_the_internet_are_let_through(address: str) -> None:
    assert is_public(address)


@given(st.ip_addresses(v=4))
def test_no_public_ipv4_address_is_one_that_python_calls_private(address: ipaddress.IPv4Address) -> None:
    if is_public(str(address)):
        assert not any((address.is_private, address.is_multicast, address.is_reserved, address.is_loopback))


@given(st.ip_addresses(v=6))
def test_no_public_ipv6_address_is_one_that_python_calls_private(address: ipaddress.IPv6Address) -> None:
    if is_public(str(address)):
        assert not any((address.is_private, address.is_multicast, address.is_loopback, address.is_link_local))


@pytest.mark.parametrize(
    ("text", "sent"),
    [
        ("http://EXAMPLE.com", "http://example.com/"),
        ("https://example.com:443/a b?c=d e#f", "https://example.com/a%20b?c=d%20e"),
        ("http://münchen.example/straße?ß", "http://xn--mnchen-3ya.example/stra%C3%9Fe?%C3%9F"),
        ("http://example.com:8080/%7Ea?x=%20", "http://example.com:8080/%7Ea?x=%20"),
        ("http://my_host.example.com./", "http://my_host.example.com./"),
    ],
)
def test_addresses_are_sent_in_plain_ascii(text: str, sent: str) -> None:
    assert str(parse_address(text)) == sent


@given(st.text())
def test_any_text_is_an_address_or_is_told_to_be_none(text: str) -> None:
    try:
        address = parse_address(f"http://{text}")
    except UsageError:
        return
    assert str(address).isascii()
    assert str(address).isprintable()
    assert " " not in str(address)
    assert parse_address(str(address)) == address
