"""Fetches one page of text over http or https, within bounds of size, time and reach.

Proxies named in the environment are not used: a proxy looks the host up itself, and the check of the address would be
worth nothing.
"""

from __future__ import annotations

import re
import zlib
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING

from onering_cli import __version__
from onering_cli.adapters.addresses import is_public, resolve
from onering_cli.adapters.decoding import decode, kind_of
from onering_cli.adapters.web_address import WebAddress, parse_address
from onering_cli.clock import Clock, SystemClock
from onering_cli.errors import TryLaterError, UsageError
from onering_cli.generation.model import Material, MaterialKind
from onering_cli.record import record

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Iterable, Iterator, Sequence

    import httpcore

    from onering_cli.adapters.guarded_network import Deadline

_SAVE_HINT = "save the page and give the file"
_LATER_HINT = "try again later, or save the page and give the file"
_HEADERS = (
    ("Accept", "text/html, application/xhtml+xml, text/markdown, text/plain;q=0.9"),
    ("Accept-Encoding", "gzip"),
    ("Connection", "close"),
    ("User-Agent", f"onering-cli/{__version__}"),
)
_TYPES = {
    "text/html": MaterialKind.HTML,
    "application/xhtml+xml": MaterialKind.HTML,
    "text/markdown": MaterialKind.MARKDOWN,
    "text/x-markdown": MaterialKind.MARKDOWN,
    "text/plain": None,  # code forges serve every text file as this, so its name and content decide
    "": None,
}
_CHARSET = re.compile(r";\s*charset\s*=\s*[\"']?\s*([\w.:-]{2,40})", re.IGNORECASE)
_GZIP_OR_ZLIB = 32 + zlib.MAX_WBITS  # https://docs.python.org/3/library/zlib.html#zlib.decompress
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_COME_BACK = frozenset({408, 425, 429})
_REASONS = {
    401: "is only for those who have logged in (HTTP 401)",
    403: "may not be read (HTTP 403)",
    404: "does not exist (HTTP 404)",
    410: "is gone (HTTP 410)",
}
_LONGEST_RETRY_AFTER = timedelta(days=7)


@record
class FetchLimits:
    """How much of the user's time and memory a page may take.

    Args:
        connect_timeout_s: For one connection.
        read_timeout_s: For the next piece of an answer.
        total_s: For everything, redirects included.
        max_bytes: Of the page, after decompression.
        max_redirects: Before the page.
    """

    connect_timeout_s: float = 5.0
    read_timeout_s: float = 10.0
    total_s: float = 20.0
    max_bytes: int = 5_000_000
    max_redirects: int = 5


@record
class Reach:
    """Where fetching may go.

    Args:
        resolve: The addresses of a host and port; raises OSError.
        permitted: Whether an address may be connected to.
        trust: Verifies servers; None for the authorities that certifi lists.
    """

    resolve: Callable[[str, int], Sequence[str]] = resolve
    permitted: Callable[[str], bool] = is_public
    trust: ssl.SSLContext | None = None


@record
class _Answer:
    """One server's answer; header names are lower-case, and only a page has its body read."""

    address: WebAddress
    status: int
    headers: dict[str, str]
    body: bytes


def fetch(
    url: str,
    *,
    allow_private: bool = False,
    limits: FetchLimits | None = None,
    reach: Reach | None = None,
    clock: Clock | None = None,
) -> Material:
    """The page at `url`; its name is the address at which it was found in the end.

    With `allow_private`, addresses on this machine and its networks are read too.

    Raises:
        UsageError: The address, what it leads to, or the page is not fit to be read.
        TryLaterError: The host could not be reached, or did not answer in time.
    """
    from onering_cli.adapters.guarded_network import Deadline

    limits, reach, clock = limits or FetchLimits(), reach or Reach(), clock or SystemClock()
    if allow_private:
        reach = Reach(reach.resolve, lambda _address: True, reach.trust)
    deadline = Deadline(clock, limits.total_s)
    first = address = parse_address(url)
    seen = {address}
    for _ in range(limits.max_redirects + 1):
        answer = _ask(address, limits, reach, deadline)
        if answer.status not in _REDIRECTS:
            return _material(answer, clock.now())
        address = _following(answer)
        if address in seen:
            raise UsageError(f"{first} redirects in a circle", hint=_SAVE_HINT)
        seen.add(address)
    raise UsageError(f"{first} redirects more than {limits.max_redirects} times", hint=_SAVE_HINT)


def _ask(address: WebAddress, limits: FetchLimits, reach: Reach, deadline: Deadline) -> _Answer:
    import httpcore

    from onering_cli.adapters.guarded_network import GuardedBackend

    url = httpcore.URL(scheme=address.scheme, host=address.host, port=address.port, target=address.target)
    headers = [("Host", address.authority), *_HEADERS]
    timeouts = {"connect": limits.connect_timeout_s, "read": limits.read_timeout_s, "write": limits.read_timeout_s}
    connection = httpcore.HTTPConnection(
        url.origin,
        ssl_context=(reach.trust or _public_trust()) if address.scheme == "https" else None,
        network_backend=GuardedBackend(reach.resolve, reach.permitted, deadline),
    )
    with (
        _failures_told(address, limits),
        connection,
        connection.stream("GET", url, headers=headers, extensions={"timeout": timeouts}) as response,
    ):
        answer = _Answer(address, response.status, _headers(response), b"")
        if response.status != HTTPStatus.OK:
            return answer
        _refuse_type(answer)
        return _Answer(address, answer.status, answer.headers, _body(answer, response.iter_stream(), limits.max_bytes))


def _public_trust() -> ssl.SSLContext:
    import ssl

    import certifi

    return ssl.create_default_context(cafile=certifi.where())


@contextmanager
def _failures_told(address: WebAddress, limits: FetchLimits) -> Iterator[None]:
    """Turn what goes wrong on the network into sentences."""
    import ssl

    import httpcore

    host = address.authority
    try:
        yield
    except httpcore.ConnectTimeout as exc:
        raise TryLaterError(f"{host} did not answer within {limits.connect_timeout_s:g} s", hint=_LATER_HINT) from exc
    except httpcore.ConnectError as exc:
        if isinstance(exc.__cause__, ssl.SSLCertVerificationError):
            reason = exc.__cause__.verify_message
            raise UsageError(f"{host} does not prove who it is: {reason}", hint=_SAVE_HINT) from exc
        raise TryLaterError(f"{host} cannot be reached: {exc}", hint="check the address and your connection") from exc
    except httpcore.TimeoutException as exc:
        raise TryLaterError(f"{host} fell silent for too long", hint=_LATER_HINT) from exc
    except (httpcore.NetworkError, httpcore.ProtocolError) as exc:
        raise TryLaterError(f"{host} broke off its answer: {exc}", hint=_LATER_HINT) from exc


def _headers(response: httpcore.Response) -> dict[str, str]:
    return {name.decode("ascii").lower(): _text(value) for name, value in response.headers}


def _text(header: bytes) -> str:
    try:
        return header.decode("utf-8")
    except UnicodeDecodeError:
        return header.decode("latin-1")  # what HTTP/1.1 once said header values are


def _following(answer: _Answer) -> WebAddress:
    location = answer.headers.get("location", "")
    if not location:
        raise UsageError(f"{answer.address} redirects without saying where to", hint=_SAVE_HINT)
    try:
        return answer.address.joined(location)
    except UsageError as exc:
        raise UsageError(f"{answer.address} redirects to where it may not: {exc.message}", hint=_SAVE_HINT) from exc


def _refuse_type(answer: _Answer) -> None:
    stated = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
    if stated not in _TYPES:
        raise UsageError(
            f"{answer.address} is {stated}, not a page of text", hint="HTML, Markdown and plain text are read"
        )


def _body(answer: _Answer, chunks: Iterable[bytes], max_bytes: int) -> bytes:
    """The page, decompressed; reading ends as soon as it is too large."""
    too_large = UsageError(
        f"{answer.address} is larger than {max_bytes / 1_000_000:g} MB",
        hint="save the part that the thread is about, and give the file",
        details={"limit_bytes": max_bytes},
    )
    length = answer.headers.get("content-length", "")
    if length.isdecimal() and int(length) > max_bytes:
        raise too_large
    page = bytearray()
    for chunk in _decompressed(answer, chunks, max_bytes):
        page += chunk
        if len(page) > max_bytes:
            raise too_large
    return bytes(page)


def _decompressed(answer: _Answer, chunks: Iterable[bytes], max_bytes: int) -> Iterator[bytes]:
    """The chunks as they were before compression, each at most one byte larger than a page may be."""
    coding = answer.headers.get("content-encoding", "identity").strip().lower()
    if coding in ("identity", ""):
        yield from chunks
        return
    if coding not in ("gzip", "x-gzip", "deflate"):
        raise UsageError(f"{answer.address} is compressed in a way that is not read: {coding}", hint=_SAVE_HINT)
    unpacker = zlib.decompressobj(_GZIP_OR_ZLIB)
    try:
        for chunk in chunks:
            yield unpacker.decompress(chunk, max_bytes + 1)
            if unpacker.eof:
                return
    except zlib.error as exc:
        raise UsageError(f"{answer.address} is not the {coding} data that it says it is", hint=_SAVE_HINT) from exc
    raise TryLaterError(f"{answer.address} broke off before its end", hint=_LATER_HINT)


def _material(answer: _Answer, now: datetime) -> Material:
    """The page that was asked for, if this answer is one."""
    status, address = answer.status, answer.address
    if status in _COME_BACK or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        raise TryLaterError(
            f"{address.authority} cannot serve the page now (HTTP {status})",
            hint=_LATER_HINT,
            retry_at=_retry_at(answer.headers.get("retry-after", ""), now),
        )
    if status != HTTPStatus.OK:
        raise UsageError(f"{address} {_REASONS.get(status, f'gave no page (HTTP {status})')}", hint=_SAVE_HINT)
    stated = answer.headers.get("content-type", "")
    charset = _CHARSET.search(stated)
    name = str(address)
    text = decode(answer.body, name=name, declared=charset[1] if charset else "")
    kind = _TYPES[stated.partition(";")[0].strip().lower()] or kind_of(text, suffix=address.suffix)
    return Material(name, text, kind)


def _retry_at(header: str, now: datetime) -> datetime | None:
    """When the server wants to be asked again: it names seconds or a date (RFC 9110, 10.2.3)."""
    from email.utils import parsedate_to_datetime

    try:
        if header.strip().isdecimal():
            wanted = now + timedelta(seconds=int(header))
        else:
            wanted = parsedate_to_datetime(header)
            wanted = (wanted if wanted.tzinfo else wanted.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, TypeError, OverflowError):
        return None
    return wanted if now <= wanted <= now + _LONGEST_RETRY_AFTER else None
