"""Opens connections for httpcore, each to an address that was checked first and all of them within one deadline."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import httpcore

from onering_cli.adapters.patience import within
from onering_cli.errors import TryLaterError, UsageError

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Iterable, Sequence

    from onering_cli.clock import Clock


class Deadline:
    """The moment by which everything must be over.

    Args:
        clock: Tells the time.
        total_s: Seconds from now.
    """

    def __init__(self, clock: Clock, total_s: float) -> None:
        self._clock = clock
        self._total_s = total_s
        self._ends_at = clock.monotonic() + total_s

    def within(self, seconds: float | None) -> float:
        """The part of these seconds that is left.

        Raises:
            TryLaterError: Nothing is left.
        """
        left = self._ends_at - self._clock.monotonic()
        if left <= 0:
            raise TryLaterError(
                f"the page did not arrive within {self._total_s:g} s",
                hint="try again, or save the page and give the file",
            )
        return left if seconds is None else min(seconds, left)


class GuardedBackend(httpcore.NetworkBackend):
    """Resolves a host, checks every one of its addresses, and connects to a checked address itself.

    The name is not resolved again between the check and the connection, so that a name server that changes its mind
    gains nothing; TLS still verifies the host's name.

    Args:
        resolve: The addresses of a host and port.
        permitted: Whether an address may be connected to.
        deadline: Bounds name look-up, connecting, reading and writing together.
    """

    def __init__(
        self, resolve: Callable[[str, int], Sequence[str]], permitted: Callable[[str], bool], deadline: Deadline
    ) -> None:
        self._resolve = resolve
        self._permitted = permitted
        self._deadline = deadline
        self._backend = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """Connect to the first of the host's addresses that answers.

        Raises:
            UsageError: One of the addresses is not permitted.
            TryLaterError: The name cannot be resolved now, or the time is over.
        """
        failure: Exception | None = None
        for address in self._checked_addresses(host, port):
            try:
                stream = self._backend.connect_tcp(
                    address, port, self._deadline.within(timeout), local_address, socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as exc:
                failure = exc
            else:
                return _TimedStream(stream, self._deadline)
        raise failure or httpcore.ConnectError("the host has no address")

    def _checked_addresses(self, host: str, port: int) -> Sequence[str]:
        try:
            addresses = within(self._deadline.within(None), lambda: self._resolve(host, port))
        except TimeoutError as exc:
            raise TryLaterError(f"the name {host} could not be looked up in time", hint="try again later") from exc
        except OSError as exc:
            raise TryLaterError(
                f"the name {host} cannot be looked up: {exc.strerror or exc}",
                hint="check the spelling and your connection",
            ) from exc
        for address in addresses:
            if not self._permitted(address):
                raise UsageError(
                    f"{host} leads to {address}, which is not an address on the public internet",
                    hint="if you mean to read from your own network: onering config set sources.allow_private true",
                    details={"address": address},
                )
        return addresses


class _TimedStream(httpcore.NetworkStream):
    """A stream whose every operation ends with the deadline, so that a slow drip does too."""

    def __init__(self, stream: httpcore.NetworkStream, deadline: Deadline) -> None:
        self._stream = stream
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, self._deadline.within(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._deadline.within(timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        stream = self._stream.start_tls(ssl_context, server_hostname, self._deadline.within(timeout))
        return _TimedStream(stream, self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)
