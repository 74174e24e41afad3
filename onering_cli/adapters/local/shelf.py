"""Which local models there are: the short list that OneRing knows, and the weights that are on this machine."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from onering_cli.errors import UsageError
from onering_cli.record import record

if TYPE_CHECKING:
    from collections.abc import Iterator

WEIGHTS_SUFFIX = ".gguf"
MANIFEST = "weights.json"


@record
class KnownModel:
    """A model that `model pull` fetches by name.

    Args:
        name: What it is called after ``local:``.
        title: What its makers call it.
        repository: At the hub.
        revision: The commit that the checksum belongs to.
        file: The weights in it.
        licence: SPDX identifier.
        size_bytes: How large the file is.
        sha256: The file's checksum; "" where none is known, and then the hub's own is held against what arrives.
        memory_bytes: What it takes to run with 4,096 tokens of context.
    """

    name: str
    title: str
    repository: str
    revision: str
    file: str
    licence: str
    size_bytes: int
    sha256: str
    memory_bytes: int


# The authors' own repositories, with licences that bind nobody's posts. Sizes and checksums are the hub's LFS object
# ids at the named commits, as pinned alike by several independent public projects (looked up 2026-11; the hub itself
# could not be asked when this was written). Memory: the file, the cache of keys and values at 4,096 tokens
# (2 × layers × kv heads × head size × 2 bytes a token, from the models' config.json), and 160 MB of buffers.
KNOWN_MODELS: tuple[KnownModel, ...] = (
    KnownModel(
        "qwen2.5-1.5b",
        "Qwen2.5 1.5B Instruct, Q4_K_M",
        "Qwen/Qwen2.5-1.5B-Instruct-GGUF",
        "91cad51170dc346986eccefdc2dd33a9da36ead9",
        "qwen2.5-1.5b-instruct-q4_k_m.gguf",
        "Apache-2.0",
        1_117_320_736,
        "6a1a2eb6d15622bf3c96857206351ba97e1af16c30d7a74ee38970e434e9407e",
        1_410_000_000,
    ),
    KnownModel(
        "granite-3.3-2b",
        "Granite 3.3 2B Instruct, Q4_K_M",
        "ibm-granite/granite-3.3-2b-instruct-GGUF",
        "7cdf86ccd1f1bb3491c9b7017b033f2e51367397",
        "granite-3.3-2b-instruct-Q4_K_M.gguf",
        "Apache-2.0",
        1_545_303_328,
        "ac71e9e32c0bea919b409c5918f69ca74339854b0319c5065e4e9fb6d95c4852",
        2_050_000_000,
    ),
    KnownModel(
        "phi-3-mini",
        "Phi-3 Mini 4K Instruct, Q4",
        "microsoft/Phi-3-mini-4k-instruct-gguf",
        "a64113399c2f6b8ad3e11c394733a2ddadaa7f33",
        "Phi-3-mini-4k-instruct-q4.gguf",
        "MIT",
        2_393_231_072,
        "8a83c7fb9049a9b2e92266fa7ad04933bb53aa1e85136b7b30f1b8000ff2edef",
        4_170_000_000,
    ),
    KnownModel(
        "qwen3-4b",
        "Qwen3 4B, Q4_K_M",
        "Qwen/Qwen3-4B-GGUF",
        "bc640142c66e1fdd12af0bd68f40445458f3869b",
        "Qwen3-4B-Q4_K_M.gguf",
        "Apache-2.0",
        2_497_280_256,
        "7485fe6f11af29433bc51cab58009521f205840f5b4ae3a32fa7f92e8534fdf5",
        3_270_000_000,
    ),
)


@record
class ShelfEntry:
    """A model as `model list` shows it.

    Args:
        name: What it is called after ``local:``.
        title: What its makers call it, or the file's name.
        path: Its weights on this machine, or None.
        known: What is known of it, or None for weights that the user put there.
    """

    name: str
    title: str
    path: Path | None
    known: KnownModel | None


class Shelf:
    """The folder that pulled weights stand in, a folder a model.

    Args:
        folder: Under the cache directory; need not exist.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def entries(self) -> Iterator[ShelfEntry]:
        """What is known, then what else is there."""
        for known in KNOWN_MODELS:
            path = self.place(known)
            yield ShelfEntry(known.name, known.title, path if path.is_file() else None, known)
        names = {known.name for known in KNOWN_MODELS}
        for path in sorted(self.folder.glob(f"*/*{WEIGHTS_SUFFIX}")):
            if path.parent.name not in names:
                yield ShelfEntry(path.parent.name, path.stem, path, None)

    def find(self, reference: str) -> tuple[str, Path]:
        """The name and the weights that ``local:reference`` means: a model by name, or a file by its path.

        Raises:
            UsageError: There is no such model, or it was not pulled.
        """
        if _is_path(reference):
            path = Path(reference).expanduser()
            return path.stem, path
        found = next((entry for entry in self.entries() if entry.name == reference), None)
        if found is not None and found.path is not None:
            return found.name, found.path
        if found is not None:
            raise UsageError(f"{reference} is not on this machine", hint=f"onering model pull {reference}")
        if not reference:
            raise UsageError("local: needs a model's name or a path", hint="onering model list")
        raise UsageError(f"there is no local model {reference!r}", hint="onering model list, or local:PATH.gguf")

    def known(self, name: str) -> KnownModel:
        """What is known of a model.

        Raises:
            UsageError: Nothing is.
        """
        bare = name.removeprefix("local:")
        for model in KNOWN_MODELS:
            if model.name == bare:
                return model
        names = ", ".join(model.name for model in KNOWN_MODELS)
        raise UsageError(
            f"there is no model {bare!r} to pull", hint=f"known are {names}; other weights: local:PATH.gguf"
        )

    def place(self, known: KnownModel) -> Path:
        """Where its weights are, or will be."""
        return self.folder / known.name / known.file

    def note(self, known: KnownModel, sha256: str) -> None:
        """Write down where weights came from, beside them."""
        facts = {
            "repository": known.repository,
            "revision": known.revision,
            "licence": known.licence,
            "sha256": sha256,
        }
        (self.folder / known.name / MANIFEST).write_text(json.dumps(facts, indent=2) + "\n", encoding="utf-8")


def _is_path(reference: str) -> bool:
    return "/" in reference or "\\" in reference or reference.endswith(WEIGHTS_SUFFIX) or reference.startswith("~")
