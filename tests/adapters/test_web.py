"""What `fetch` reads, where it refuses to go, and how it ends when a server does not behave."""

from __future__ import annotations

import gzip
import socket
import ssl
import threading
import time
import zlib
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from doubles.web_server import Visit, redirect, reply, web_server

from onering_cli.adapters.addresses import is_public
from onering_cli.adapters.web import FetchLimits, Reach, fetch
from onering_cli.errors import TryLaterError, UsageError
from onering_cli.generation.model import MaterialKind

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

PAGE = "<html><title>T</title><p>Flüsse graben Täler.</p></html>"
QUICK = FetchLimits(connect_timeout_s=1, read_timeout_s=1, total_s=2, max_bytes=100_000)
NOW = datetime(2026, 8, 1, 9, 0, tzinfo=UTC)


class FixedClock:
    def now(self) -> datetime:
        return NOW

    def monotonic(self) -> float:
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        raise AssertionError("fetching never sleeps")


def leading(*answers: list[str]) -> Callable[[str, int], list[str]]:
    """A name server that gives one answer after the other, and the last one for ever."""
    left = list(answers)
    return lambda _host, _port: left.pop(0) if len(left) > 1 else left[0]


def anywhere(_address: str) -> bool:
    return True


def only_first_loopback(address: str) -> bool:
    """127.0.0.1 plays the internet."""
    return address == "127.0.0.1" or is_public(address)


def forbidden(_host: str, _port: int) -> list[str]:
    pytest.fail("a name was looked up")


# What is read


def test_a_page_is_read_under_its_own_address() -> None:
    with web_server({"/a?b=c": reply(PAGE)}) as server:
        material = fetch(server.url("/a?b=c#part"), allow_private=True)
    assert material.text == PAGE
    assert material.kind is MaterialKind.HTML
    assert material.name == server.url("/a?b=c")


def test_the_request_says_who_asks_and_carries_nothing_else_of_the_user() -> None:
    with web_server({"/": reply(PAGE)}) as server:
        fetch(server.url("/"), allow_private=True)
    (visit,) = server.visits
    assert visit.header("Host") == f"127.0.0.1:{server.port}"
    assert visit.header("User-Agent").startswith("onering-cli/")
    assert not visit.header("Cookie")
    assert not visit.header("Authorization")


@pytest.mark.parametrize(
    ("path", "content_type", "body", "kind"),
    [
        ("/a", "text/html", PAGE, MaterialKind.HTML),
        ("/a", "Application/XHTML+XML", PAGE, MaterialKind.HTML),
        ("/a", "text/markdown; charset=utf-8", "Prose.", MaterialKind.MARKDOWN),
        ("/raw/README.md", "text/plain", "Prose.", MaterialKind.MARKDOWN),
        ("/raw/notes.txt?raw=1", "text/plain", "# Prose.", MaterialKind.PLAIN),
        ("/raw/notes", "text/plain", "Prose.", MaterialKind.PLAIN),
        ("/raw/notes", "text/plain", "# Title\n\nProse.", MaterialKind.MARKDOWN),
        ("/bare", "", PAGE, MaterialKind.HTML),
    ],
)
def test_the_kind_follows_what_the_server_says_and_then_the_name(
    path: str, content_type: str, body: str, kind: MaterialKind
) -> None:
    with web_server({path: reply(body, content_type=content_type)}) as server:
        assert fetch(server.url(path), allow_private=True).kind is kind


@pytest.mark.parametrize(
    ("content_type", "data"),
    [
        ("text/html; charset=ISO-8859-1", PAGE.encode("latin-1")),
        ('text/html; charset="utf-8"', PAGE.encode()),
        ("text/html", PAGE.encode()),
        ("text/html", PAGE.encode("utf-16")),
    ],
)
def test_the_page_is_read_in_the_encoding_that_the_server_names(content_type: str, data: bytes) -> None:
    with web_server({"/": reply(data, content_type=content_type)}) as server:
        assert fetch(server.url(), allow_private=True).text == PAGE


def test_a_page_in_another_encoding_than_it_says_is_refused() -> None:
    with (
        web_server({"/": reply(PAGE.encode("latin-1"))}) as server,
        pytest.raises(UsageError, match="is not valid UTF-8: byte 0xfc at offset"),
    ):
        fetch(server.url(), allow_private=True)


@pytest.mark.parametrize(("coding", "pack"), [("gzip", gzip.compress), ("deflate", zlib.compress), ("identity", bytes)])
def test_a_compressed_page_is_unpacked(coding: str, pack: Callable[[bytes], bytes]) -> None:
    with web_server({"/": reply(pack(PAGE.encode()), Content_Encoding=coding)}) as server:
        assert fetch(server.url(), allow_private=True).text == PAGE


def test_redirects_are_followed_to_the_page_and_its_address() -> None:
    with web_server({"/old": redirect("new/?q=ü"), "/new/?q=%C3%BC": reply(PAGE)}) as server:
        material = fetch(server.url("/old"), allow_private=True)
    assert material.name == server.url("/new/?q=%C3%BC")


def test_a_host_with_several_addresses_is_reached_at_the_one_that_answers() -> None:
    with web_server({"/": reply(PAGE)}) as server:
        reach = Reach(leading(["127.0.0.9", "127.0.0.1"]), anywhere)
        assert fetch(server.url(host="two.example.com"), reach=reach, limits=QUICK).text == PAGE


@pytest.mark.skipif(not socket.has_ipv6, reason="no IPv6 here")
def test_an_ipv6_host_is_named_in_brackets() -> None:
    with web_server({"/": reply(PAGE)}, address="::1") as server:
        assert fetch(server.url(host="[::1]"), allow_private=True).name == f"http://[::1]:{server.port}/"
    assert server.visits[0].header("Host") == f"[::1]:{server.port}"


# Where it does not go


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "[::1]", "2130706433", "0x7f.1", "127.1", "[::ffff:127.0.0.1]"]
)
def test_this_machine_is_not_read_however_it_is_spelled(host: str) -> None:
    with web_server({"/": reply(PAGE)}) as server, pytest.raises(UsageError, match="not an address on the public"):
        fetch(server.url(host=host), reach=Reach(resolve=_system_resolve_literals))
    assert server.connections == 0


def _system_resolve_literals(host: str, port: int) -> list[str]:
    """What the system makes of a literal address, which needs no network; the guard of the tests knows fewer forms."""
    if host == "localhost":
        return ["127.0.0.1", "::1"]
    if ":" in host:
        return [host]
    return [socket.inet_ntoa(socket.inet_aton(host))]


def test_a_name_with_one_private_address_among_public_ones_is_refused() -> None:
    reach = Reach(leading(["1.1.1.1", "10.0.0.1"]))
    with pytest.raises(UsageError, match=r"mixed\.example\.com leads to 10\.0\.0\.1"):
        fetch("http://mixed.example.com/", reach=reach)


@pytest.mark.parametrize("target", ["10.0.0.1", "169.254.169.254", "127.0.0.2", "[::1]", "[fd00::1]"])
def test_a_redirect_to_a_private_address_is_refused(target: str) -> None:
    with web_server({"/": redirect(f"http://{target}/latest/meta-data")}) as server:
        reach = Reach(leading(["127.0.0.1"], [target.strip("[]")]), only_first_loopback)
        with pytest.raises(UsageError, match="not an address on the public internet"):
            fetch(server.url(host="public.example.com"), reach=reach)


def test_the_connection_goes_to_the_very_address_that_was_checked() -> None:
    with web_server({"/": reply(PAGE)}) as server:
        reach = Reach(leading(["127.0.0.1"], ["10.0.0.1"]), only_first_loopback)
        assert fetch(server.url(host="rebinding.example.com"), reach=reach).text == PAGE
    assert server.visits[0].header("Host") == f"rebinding.example.com:{server.port}"


def test_every_hop_is_looked_up_and_checked_anew() -> None:
    with web_server({"/": redirect("/next"), "/next": reply(PAGE)}) as server:
        reach = Reach(leading(["127.0.0.1"], ["10.0.0.1"]), only_first_loopback)
        with pytest.raises(UsageError, match=r"leads to 10\.0\.0\.1"):
            fetch(server.url(host="rebinding.example.com"), reach=reach)


def test_proxies_in_the_environment_are_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("http_proxy", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(variable, "http://127.0.0.1:9")
    with web_server({"/": reply(PAGE)}) as server:
        assert fetch(server.url(), allow_private=True).text == PAGE


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("file:///etc/passwd", "not an http or https address"),
        ("ftp://example.com/", "not an http or https address"),
        ("example.com", "not an http or https address"),
        ("javascript:alert(1)", "not an http or https address"),
        ("", "not an http or https address"),
        ("http://", "does not name a valid host"),
        ("http:///path", "does not name a valid host"),
        ("http://exa mple.com/", "does not name a valid host"),
        ("http://-/", "does not name a valid host"),
        ("http://" + "a" * 400 + ".com/", "does not name a valid host"),
        ("http://\u2100.example.com/", "not a valid address"),
        ("http://[::1/", "not a valid address"),
        ("http://example.com:99999/", "not a valid address"),
        ("http://example.com:0/", "does not name a valid host"),
        ("http://example.com/\x1b[31m", "control characters"),
        ("http://example.com/a\r\nX-Injected: 1", "control characters"),
    ],
)
def test_what_is_no_web_address_is_refused(url: str, told: str) -> None:
    with pytest.raises(UsageError, match=told):
        fetch(url, reach=Reach(forbidden))


def test_a_password_in_the_address_is_refused_and_not_repeated() -> None:
    with pytest.raises(UsageError, match="carries a user name") as caught:
        fetch("https://me:hunter2@example.com/")
    assert "hunter2" not in f"{caught.value.message} {caught.value.hint} {caught.value.details}"


# Redirects that lead nowhere


def test_a_circle_of_redirects_is_told() -> None:
    with (
        web_server({"/a": redirect("/b"), "/b": redirect("/a")}) as server,
        pytest.raises(UsageError, match="redirects in a circle"),
    ):
        fetch(server.url("/a"), allow_private=True)
    assert len(server.visits) == 2


def test_six_redirects_are_one_too_many() -> None:
    routes = {f"/{n}": redirect(f"/{n + 1}") for n in range(10)}
    with web_server(routes) as server, pytest.raises(UsageError, match="redirects more than 5 times"):
        fetch(server.url("/0"), allow_private=True)
    assert len(server.visits) == 6


@pytest.mark.parametrize(
    ("location", "told"),
    [
        ("", "without saying where to"),
        ("file:///etc/passwd", "not an http or https address"),
        ("gopher://127.0.0.1:70/", "not an http or https address"),
        ("http://user:pw@example.com/", "carries a user name"),
        ("http://[", "not a valid address"),
    ],
)
def test_a_redirect_that_cannot_be_followed_is_told(location: str, told: str) -> None:
    with web_server({"/": redirect(location)}) as server, pytest.raises(UsageError, match=told) as caught:
        fetch(server.url(), allow_private=True)
    assert caught.value.message.startswith(server.url())


# Servers that do not behave


@pytest.mark.parametrize(
    ("status", "told"),
    [
        ("404 Not Found", "does not exist"),
        ("410 Gone", "is gone"),
        ("401 Unauthorized", "logged in"),
        ("403 Forbidden", "may not be read"),
        ("418 I'm a teapot", "HTTP 418"),
        ("204 No Content", "HTTP 204"),
        ("304 Not Modified", "HTTP 304"),
    ],
)
def test_a_page_that_is_not_given_is_told(status: str, told: str) -> None:
    with web_server({"/": reply("", status=status)}) as server, pytest.raises(UsageError, match=told):
        fetch(server.url(), allow_private=True)


@pytest.mark.parametrize(
    ("status", "retry_after", "retry_at"),
    [
        ("429 Too Many Requests", "90", NOW + timedelta(seconds=90)),
        ("503 Service Unavailable", "Sat, 01 Aug 2026 10:00:00 GMT", NOW + timedelta(hours=1)),
        ("503 Service Unavailable", "", None),
        ("500 Internal Server Error", "soon", None),
        ("502 Bad Gateway", "-1", None),
        ("429 Too Many Requests", "9" * 400, None),
    ],
)
def test_a_server_that_is_busy_may_be_asked_later(status: str, retry_after: str, retry_at: datetime | None) -> None:
    with (
        web_server({"/": reply("", status=status, Retry_After=retry_after)}) as server,
        pytest.raises(TryLaterError) as caught,
    ):
        fetch(server.url(), allow_private=True, clock=FixedClock())
    assert caught.value.retry_at == retry_at


def test_a_host_that_nobody_knows_may_be_asked_later() -> None:
    def unknown(host: str, port: int) -> list[str]:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    with pytest.raises(TryLaterError, match="Name or service not known"):
        fetch("http://nowhere.example.com/", reach=Reach(resolve=unknown))


def test_a_name_server_that_does_not_answer_is_left() -> None:
    never = threading.Event()

    def silent(_host: str, _port: int) -> list[str]:
        never.wait(30)
        return []

    reach = Reach(silent)
    with pytest.raises(TryLaterError, match="could not be looked up in time"):
        fetch("http://slow.example.com/", reach=reach, limits=FetchLimits(total_s=0.2))
    never.set()


def test_a_host_that_refuses_the_connection_may_be_asked_later() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(TryLaterError, match="cannot be reached"):
        fetch(f"http://127.0.0.1:{port}/", allow_private=True)


@pytest.mark.parametrize("content_type", ["application/pdf", "image/png", "application/octet-stream", "text/css"])
def test_what_is_no_page_of_text_is_refused_by_its_type(content_type: str) -> None:
    with (
        web_server({"/": reply(b"%PDF", content_type=content_type)}) as server,
        pytest.raises(UsageError, match=f"is {content_type}, not a page of text"),
    ):
        fetch(server.url(), allow_private=True)


def test_binary_data_that_calls_itself_text_is_refused() -> None:
    with web_server({"/": reply(b"\x7fELF\x00\x00")}) as server, pytest.raises(UsageError, match="is binary"):
        fetch(server.url(), allow_private=True)


def test_an_empty_page_is_told() -> None:
    with web_server({"/": reply("  ")}) as server, pytest.raises(UsageError, match="is empty"):
        fetch(server.url(), allow_private=True)


def test_a_page_that_says_it_is_too_large_is_not_read() -> None:
    def large(visit: Visit) -> None:
        visit.send(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 5000001\r\n\r\n")
        visit.closing.wait(5)

    with web_server({"/": large}) as server:
        began = time.monotonic()
        with pytest.raises(UsageError, match="is larger than 5 MB"):
            fetch(server.url(), allow_private=True)
        assert time.monotonic() - began < 3


def test_a_page_without_an_end_is_left_at_the_limit() -> None:
    def endless(visit: Visit) -> None:
        visit.send(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n")
        visit.pour(b"words " * 1000)

    with web_server({"/": endless}) as server, pytest.raises(UsageError, match=r"larger than 0\.1 MB"):
        fetch(server.url(), allow_private=True, limits=QUICK)


@pytest.mark.parametrize("coding", ["gzip", "deflate"])
def test_a_compression_bomb_is_left_at_the_limit(coding: str) -> None:
    packed = (gzip.compress if coding == "gzip" else zlib.compress)(b"a" * 50_000_000)
    assert len(packed) < 100_000
    with (
        web_server({"/": reply(packed, Content_Encoding=coding)}) as server,
        pytest.raises(UsageError, match=r"larger than 0\.1 MB"),
    ):
        fetch(server.url(), allow_private=True, limits=QUICK)


@pytest.mark.parametrize(
    ("coding", "data", "told"),
    [
        ("br", b"anything", "compressed in a way that is not read: br"),
        ("gzip, gzip", b"anything", "compressed in a way that is not read"),
        ("gzip", b"not gzip at all", "is not the gzip data"),
    ],
)
def test_a_compression_that_is_not_understood_is_told(coding: str, data: bytes, told: str) -> None:
    with web_server({"/": reply(data, Content_Encoding=coding)}) as server, pytest.raises(UsageError, match=told):
        fetch(server.url(), allow_private=True)


def test_half_a_compressed_page_is_not_taken_for_a_whole_one() -> None:
    packed = gzip.compress(PAGE.encode() * 50)
    with (
        web_server({"/": reply(packed[: len(packed) // 2], Content_Encoding="gzip")}) as server,
        pytest.raises(TryLaterError, match="broke off"),
    ):
        fetch(server.url(), allow_private=True)


def test_half_a_page_is_not_taken_for_a_whole_one() -> None:
    with (
        web_server({"/": reply(PAGE, Content_Length="5000")}) as server,
        pytest.raises(TryLaterError, match="broke off"),
    ):
        fetch(server.url(), allow_private=True)


HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n"


@pytest.mark.parametrize(
    ("opening", "piece"),
    [
        (b"", b"H"),
        (b"HTTP/1.1 200 OK\r\n", b"X: y\r\n"),
        (b"", b"HTTP/1.1 103 Early Hints\r\n\r\n"),
        (HEAD + b"\r\n", b"1\r\na\r\n"),
        (HEAD + b"\r\n1;", b"e"),
    ],
    ids=["status line", "headers", "early hints", "chunks", "chunk extension"],
)
def test_a_server_that_drips_for_ever_is_left_in_time(opening: bytes, piece: bytes) -> None:
    def drip(visit: Visit) -> None:
        visit.send(opening)
        visit.drip(piece, 0.05)

    limits = FetchLimits(read_timeout_s=5, total_s=0.5)
    with web_server({"/": drip}) as server:
        began = time.monotonic()
        with pytest.raises(TryLaterError):
            fetch(server.url(), allow_private=True, limits=limits)
        assert time.monotonic() - began < 3


def test_a_server_that_falls_silent_is_left_in_time() -> None:
    with web_server({"/": lambda visit: visit.closing.wait(30)}) as server:
        began = time.monotonic()
        with pytest.raises(TryLaterError, match="fell silent"):
            fetch(server.url(), allow_private=True, limits=FetchLimits(read_timeout_s=0.3))
        assert time.monotonic() - began < 3


@pytest.mark.parametrize(
    "data", [b"", b"220 ready for mail\r\n", b"HTTP/1.1 200 OK\r\nbroken header\r\n\r\n", b"\x16\x03\x01" * 50_000]
)
def test_a_server_that_does_not_speak_http_is_told(data: bytes) -> None:
    with web_server({"/": lambda visit: visit.send(data)}) as server, pytest.raises(TryLaterError):
        fetch(server.url(), allow_private=True, limits=QUICK)


def test_header_lines_without_an_end_are_left() -> None:
    def endless(visit: Visit) -> None:
        visit.send(b"HTTP/1.1 200 OK\r\nX: ")
        visit.pour(b"y" * 9000)

    with web_server({"/": endless}) as server, pytest.raises(TryLaterError):
        fetch(server.url(), allow_private=True, limits=QUICK)


# Over TLS


def certificate(folder: Path, *names: str) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """A server that proves it is `names`, and a client that believes its authority."""
    x509 = pytest.importorskip("cryptography.x509", reason="needs `pip install cryptography`")
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "OneRing tests")])
    today = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(today - timedelta(days=1))
        .not_valid_after(today + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name) for name in names]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = made.public_bytes(serialization.Encoding.PEM)
    plain = serialization.NoEncryption()
    (folder / "server.pem").write_bytes(
        pem + key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    )
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(folder / "server.pem")
    return server, ssl.create_default_context(cadata=pem.decode())


def secure_reach(trust: ssl.SSLContext | None) -> Reach:
    return Reach(leading(["127.0.0.1"]), anywhere, trust)


def test_the_certificate_is_checked_against_the_name_and_not_the_address(tmp_path: Path) -> None:
    server_side, client_side = certificate(tmp_path, "page.example.com")
    with web_server({"/": reply(PAGE)}, trust=server_side) as server:
        material = fetch(server.url(host="page.example.com"), reach=secure_reach(client_side))
        assert material.text == PAGE
        with pytest.raises(UsageError, match=r"does not prove who it is.*other\.example\.com"):
            fetch(server.url(host="other.example.com"), reach=secure_reach(client_side))


def test_an_unknown_authority_is_not_believed(tmp_path: Path) -> None:
    server_side, _ = certificate(tmp_path, "page.example.com")
    with (
        web_server({"/": reply(PAGE)}, trust=server_side) as server,
        pytest.raises(UsageError, match="does not prove who it is"),
    ):
        fetch(server.url(host="page.example.com"), reach=secure_reach(None))


def test_a_redirect_from_https_to_http_is_refused(tmp_path: Path) -> None:
    server_side, client_side = certificate(tmp_path, "page.example.com")
    with (
        web_server({"/": redirect("http://page.example.com/")}, trust=server_side) as server,
        pytest.raises(UsageError, match="from https to http"),
    ):
        fetch(server.url(host="page.example.com"), reach=secure_reach(client_side))


def test_a_server_without_tls_under_https_may_be_asked_later() -> None:
    with web_server({"/": reply(PAGE)}) as server, pytest.raises(TryLaterError, match="did not answer"):
        fetch(server.url(host="page.example.com").replace("http:", "https:"), reach=secure_reach(None), limits=QUICK)
