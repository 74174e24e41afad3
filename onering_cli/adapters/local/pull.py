"""Fetches weights from the Hugging Face hub: resumed where they broke off, and held against their checksum."""

from __future__ import annotations

import errno
import hashlib
import logging
import shutil
from collections.abc import Callable
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from onering_cli.errors import OneRingError, RefusedError, StoreError, TryLaterError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from onering_cli.adapters.local.shelf import KnownModel, Shelf

Progress = Callable[[int, int], None]
"""Told the bytes that are here and the bytes there will be."""

_SHA256_LENGTH = 64
_READ_BYTES = 8 * 1024 * 1024
_SPARE_BYTES = 64 * 1024 * 1024
"""Left free beside the weights, so that the store can still be written."""


def pull(
    model: KnownModel, shelf: Shelf, *, endpoint: str, on_progress: Progress, on_wait: Callable[[str], None]
) -> Path:
    """Fetch a model's weights, unless they are here; where they are.

    What was fetched before a failure stays in a ``.part`` file, and the next call goes on behind it. A second process
    that pulls the same model waits for the first and then finds the weights there.

    Args:
        model: What to fetch.
        shelf: Where it goes.
        endpoint: The hub's address, or "" for its own.
        on_progress: Told the bytes that are here and the bytes there will be.
        on_wait: Told in a sentence before waiting for another process.

    Raises:
        TryLaterError: The hub cannot be reached or breaks off, or the disk is full.
        RefusedError: What arrived is not what the checksum promises; it is deleted.
        UsageError: huggingface_hub is not installed, or the hub has no such file.
    """
    place = shelf.place(model)
    if place.is_file():
        return place
    with _disk_translated(place):
        place.parent.mkdir(parents=True, exist_ok=True)
        with _alone(place, on_wait):
            if not place.is_file():
                _fetch(model, shelf, place, endpoint, on_progress)
    return place


def _fetch(model: KnownModel, shelf: Shelf, place: Path, endpoint: str, on_progress: Progress) -> None:
    part = place.with_name(place.name + ".part")
    with _hub_translated(model):
        from huggingface_hub import get_hf_file_metadata, hf_hub_url

        url = hf_hub_url(model.repository, model.file, revision=model.revision, endpoint=endpoint or None)
        promised = get_hf_file_metadata(url, endpoint=endpoint or None)
    size_bytes = promised.size or model.size_bytes
    sha256 = model.sha256 or (promised.etag or "")
    if len(sha256) != _SHA256_LENGTH:
        raise RefusedError(
            f"the hub names no checksum for {model.file}", hint="fetch the file yourself: local:PATH.gguf"
        )
    if promised.etag and len(promised.etag) == _SHA256_LENGTH and promised.etag != sha256:
        raise RefusedError(
            f"the hub's {model.file} is not the one that is known: its checksum is {promised.etag[:12]}…",
            hint="a newer OneRing may know it; or fetch the file yourself: local:PATH.gguf",
        )
    here = part.stat().st_size if part.exists() else 0
    if here > size_bytes:
        part.unlink()
        here = 0
    _require_room(place.parent, size_bytes - here)
    if here < size_bytes:
        with _hub_translated(model):
            _transfer(url, part, here, size_bytes, on_progress)
    found = _sha256(part)
    if found != sha256:
        part.unlink()
        raise RefusedError(
            f"what arrived as {model.file} has another checksum than promised; it was deleted",
            hint=f"try again: onering model pull {model.name}",
            details={"expected": sha256, "found": found},
        )
    part.replace(place)
    shelf.note(model, found)


def _transfer(url: str, part: Path, here: int, size_bytes: int, on_progress: Progress) -> None:
    from huggingface_hub.file_download import http_get
    from huggingface_hub.utils import build_hf_headers, disable_progress_bars

    disable_progress_bars()
    logging.getLogger("huggingface_hub").setLevel(logging.ERROR)
    with part.open("r+b" if here else "wb") as file:
        file.seek(here)
        counted = _Counted(file, size_bytes, on_progress)
        http_get(url, counted, resume_size=here, headers=build_hf_headers(), expected_size=size_bytes)  # type: ignore[arg-type]  # a file as far as http_get uses one


class _Counted:
    """A file that tells how far it is after each write."""

    def __init__(self, file: Any, size_bytes: int, on_progress: Progress) -> None:
        self._file = file
        self._size_bytes = size_bytes
        self._on_progress = on_progress

    def write(self, data: bytes) -> int:
        """Write and tell."""
        written: int = self._file.write(data)
        self._on_progress(self._file.tell(), self._size_bytes)
        return written

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_READ_BYTES):
            digest.update(block)
    return digest.hexdigest()


def _require_room(folder: Path, needed_bytes: int) -> None:
    free = shutil.disk_usage(folder).free
    if needed_bytes + _SPARE_BYTES > free:
        raise _no_room(folder, f"{(needed_bytes + _SPARE_BYTES) / 1e9:.1f} GB are needed and {free / 1e9:.1f} GB free")


def _no_room(folder: Path, why: str) -> TryLaterError:
    return TryLaterError(
        f"there is no room for the weights in {folder}: {why}",
        hint="free some space and pull again; what has arrived is kept. ONERING_HOME moves the folder",
    )


@contextmanager
def _alone(place: Path, on_wait: Callable[[str], None]) -> Iterator[None]:
    from filelock import FileLock, Timeout

    lock = FileLock(str(place.with_name(place.name + ".lock")))
    try:
        lock.acquire(timeout=0)
    except Timeout:
        on_wait("another process is pulling this model; waiting for it")
        lock.acquire()
    try:
        yield
    finally:
        lock.release()


@contextmanager
def _disk_translated(place: Path) -> Iterator[None]:
    try:
        yield
    except OneRingError:
        raise
    except OSError as exc:
        if exc.errno in (errno.ENOSPC, errno.EDQUOT):
            raise _no_room(place.parent, "the disk is full") from exc
        raise StoreError(f"{place.parent} cannot be written: {exc.strerror or exc}") from exc


@contextmanager
def _hub_translated(model: KnownModel) -> Iterator[None]:
    """The hub's failures in OneRing's errors; a full disk passes through."""
    try:
        from huggingface_hub import errors
    except ImportError as exc:
        hint = "install it with: pip install 'onering-cli[local]'"
        raise UsageError("pulling models needs huggingface_hub, which is not installed", hint=hint) from exc
    again = f"onering model pull {model.name} goes on where it stopped"
    try:
        yield
    except OneRingError:
        raise
    except (errors.RepositoryNotFoundError, errors.RevisionNotFoundError, errors.RemoteEntryNotFoundError) as exc:
        raise UsageError(f"the hub no longer has {model.repository}/{model.file}") from exc
    except errors.OfflineModeIsEnabled as exc:
        raise TryLaterError("HF_HUB_OFFLINE is set, so nothing is fetched", hint="unset it") from exc
    except errors.HfHubHTTPError as exc:
        status = getattr(getattr(exc, "response", None), "status_code", "?")
        raise TryLaterError(f"the hub answered {status}", hint=again) from exc
    except OSError as exc:
        if exc.errno in (errno.ENOSPC, errno.EDQUOT):
            raise
        raise TryLaterError(f"the hub broke off or cannot be reached: {exc}", hint=again) from exc
    except Exception as exc:
        if type(exc).__module__.partition(".")[0] not in {
            "httpx",
            "httpx2",
            "httpcore",
            "httpcore2",
            "huggingface_hub",
        }:
            raise
        raise TryLaterError(f"the hub broke off or cannot be reached: {exc}", hint=again) from exc
