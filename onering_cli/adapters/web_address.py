"""Takes web addresses apart, so that only plain, checked ASCII is ever sent, followed or shown."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from urllib.parse import quote, unquote, urljoin, urlsplit

from onering_cli.errors import UsageError
from onering_cli.record import record

_PORTS = {"http": 80, "https": 443}
_EXAMPLE = "give an address such as https://example.com/page"
_PATH_CHARACTERS = "/:@!$&'()*+,;=-._~%"
_QUERY_CHARACTERS = _PATH_CHARACTERS + "?"
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_HOST = re.compile(r"[a-z0-9_](?:[a-z0-9._-]{0,251}[a-z0-9_])?\.?|[0-9a-f:.]{2,45}")


@record
class WebAddress:
    """An http or https address without a fragment.

    Args:
        scheme: ``http`` or ``https``.
        host: A name in ASCII (punycode where it has other letters), or an IP address without brackets.
        port: The scheme's own when the address names none.
        target: Path and query, percent-encoded.
    """

    scheme: str
    host: str
    port: int
    target: str

    def __str__(self) -> str:
        return f"{self.scheme}://{self.authority}{self.target}"

    @property
    def authority(self) -> str:
        """Host and port as the ``Host`` header has them."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def suffix(self) -> str:
        """How the path's last part ends: ``.md``, or ""."""
        return PurePosixPath(unquote(self.target.partition("?")[0])).suffix

    def joined(self, location: str) -> WebAddress:
        """Where a ``Location`` header leads from here.

        Raises:
            UsageError: Nowhere that may be followed.
        """
        try:
            following = parse_address(urljoin(str(self), location.strip()))
        except ValueError as exc:
            raise UsageError(f"{location} is not a valid address", hint=_EXAMPLE) from exc
        if self.scheme == "https" and following.scheme == "http":
            raise UsageError(f"{self} redirects from https to http", hint="give the address that it leads to")
        return following


def parse_address(text: str) -> WebAddress:
    """The address that a text names.

    Raises:
        UsageError: It is not http or https, carries a password, or is not an address at all.
    """
    text = text.strip()
    if _CONTROL.search(text):
        raise UsageError("the address holds control characters", hint=_EXAMPLE)
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError as exc:
        raise UsageError(f"{text} is not a valid address: {exc}", hint=_EXAMPLE) from exc
    if "@" in parts.netloc:
        # Told without the address: it holds a password.
        raise UsageError("the address carries a user name or password", hint="save the page and give the file")
    if parts.scheme not in _PORTS:
        raise UsageError(f"{text} is not an http or https address", hint=_EXAMPLE)
    target = quote(parts.path or "/", safe=_PATH_CHARACTERS)
    if parts.query:
        target += "?" + quote(parts.query, safe=_QUERY_CHARACTERS)
    host = _ascii_host(parts.hostname or "")
    if port == 0 or not _HOST.fullmatch(host):
        raise UsageError(f"{text} does not name a valid host", hint=_EXAMPLE)
    return WebAddress(parts.scheme, host, port or _PORTS[parts.scheme], target)


def _ascii_host(host: str) -> str:
    """The host as name servers know it; "" when there is no such form."""
    if host.isascii():
        return host
    import idna

    try:
        return idna.encode(host, uts46=True).decode("ascii")
    except idna.IDNAError:
        return ""
