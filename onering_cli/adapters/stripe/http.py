"""How stripe-python reaches Stripe: connections that are kept, with an end to everything that could take for ever."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import stripe
import urllib3

if TYPE_CHECKING:
    from collections.abc import Mapping

    from onering_cli.clock import Clock

MOST_BYTES = 8 * 1024 * 1024
_PIECE_BYTES = 65_536
_RETRY_WAITS_S = (0.5, 1.5)
_CONFLICT = 409
_SERVER_ERROR = 500


class BoundedHttp(stripe.HTTPClient):
    """What `stripe.StripeClient` takes as its client; used from several threads at once.

    Args:
        clock: Waits between tries, and counts what they take.
        connect_timeout_s: Until a connection stands.
        read_timeout_s: Until the whole answer is there.
        connections: The most that are kept.
    """

    name = "onering"

    def __init__(self, clock: Clock, *, connect_timeout_s: float, read_timeout_s: float, connections: int = 8) -> None:
        super().__init__()
        self._clock = clock
        self._read_timeout_s = read_timeout_s
        options: dict[str, Any] = {
            "maxsize": connections,
            "retries": False,
            "timeout": urllib3.Timeout(connect=connect_timeout_s, read=read_timeout_s),
            "ca_certs": stripe.ca_bundle_path,
        }
        proxy = _proxy()
        self._pool = urllib3.ProxyManager(proxy, **options) if proxy else urllib3.PoolManager(**options)

    def request(  # type: ignore[override]  # stripe-python's own clients take and return the same as this one
        self, method: str, url: str, headers: Mapping[str, str] | None, post_data: Any = None
    ) -> tuple[bytes, int, Mapping[str, str]]:
        """One call, tried again a few times when that is safe: the key that stripe-python sends makes it so."""
        for wait_s in _RETRY_WAITS_S:
            try:
                answer = self._once(method, url, headers, post_data)
            except stripe.APIConnectionError as exc:
                if not exc.should_retry:
                    raise
            else:
                if not _is_worth_retrying(answer[1], answer[2]):
                    return answer
            self._clock.sleep(wait_s)
        return self._once(method, url, headers, post_data)

    def close(self) -> None:
        """Let go of the connections."""
        self._pool.clear()

    def _once(
        self, method: str, url: str, headers: Mapping[str, str] | None, post_data: Any
    ) -> tuple[bytes, int, Mapping[str, str]]:
        begin = self._clock.monotonic()
        try:
            response = self._pool.request(
                method.upper(), url, headers=headers, body=post_data, preload_content=False, redirect=False
            )
            try:
                content = self._read(response, begin + self._read_timeout_s)
            except BaseException:
                response.close()
                raise
            response.release_conn()
        except urllib3.exceptions.HTTPError as exc:
            is_certificate = isinstance(exc, urllib3.exceptions.SSLError)
            raise _unreachable(type(exc).__name__, should_retry=not is_certificate) from exc
        return content, response.status, response.headers

    def _read(self, response: urllib3.BaseHTTPResponse, until: float) -> bytes:
        """The whole body; a service that sends it drop by drop is given up."""
        content = bytearray()
        while piece := response.read1(_PIECE_BYTES, decode_content=True):
            content += piece
            if len(content) > MOST_BYTES or self._clock.monotonic() > until:
                raise _unreachable("the answer takes too long or is too long", should_retry=False)
        return bytes(content)


def _is_worth_retrying(status: int, headers: Mapping[str, str]) -> bool:
    """As https://docs.stripe.com/error-low-level has it (August 2026): Stripe's own word first."""
    told = headers.get("stripe-should-retry")
    if told in {"true", "false"}:
        return told == "true"
    return status == _CONFLICT or status >= _SERVER_ERROR


def _unreachable(why: str, *, should_retry: bool) -> stripe.APIConnectionError:
    return stripe.APIConnectionError(why, should_retry=should_retry)  # type: ignore[no-untyped-call]  # it has no types


def _proxy() -> str:
    """The proxy that the environment names for https, unless Stripe is excepted from it."""
    from urllib.request import getproxies, proxy_bypass

    return "" if proxy_bypass("api.stripe.com") else getproxies().get("https", "")
