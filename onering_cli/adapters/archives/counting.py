"""Counts what has been read of an archive, for whoever waits."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from onering_cli.adapters.archives.containers import ByteStream


class Counter:
    """How many bytes went through the streams that it was laid around."""

    def __init__(self) -> None:
        self.read_bytes = 0

    def around(self, stream: ByteStream) -> Counted:
        """The stream, counted."""
        return Counted(stream, self)


class Counted:
    """A stream that tells a counter what was read of it."""

    def __init__(self, stream: ByteStream, counter: Counter) -> None:
        self._stream = stream
        self._counter = counter

    def read(self, size: int = -1, /) -> bytes:
        """The next bytes."""
        chunk = self._stream.read(size)
        self._counter.read_bytes += len(chunk)
        return chunk

    def close(self) -> None:
        """Close the stream beneath."""
        self._stream.close()
