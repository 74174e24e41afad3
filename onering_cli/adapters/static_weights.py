"""Where the token vectors lie that the wordllama package ships, and how its file of weights is laid out."""

import importlib.util
import json
from pathlib import Path

from onering_cli.errors import UsageError

MODEL = "wordllama-l2-supercat-256"
DIMENSION = 256
# wordllama 0.4.0.post1 ships both files; its own loader looks for the second in another folder, then asks the network.
_WEIGHTS = Path("weights", "l2_supercat_256.safetensors")
_TOKENIZER = Path("tokenizers", "l2_supercat_tokenizer_config.json")
_TENSOR = "embedding.weight"
# The header of a safetensors file is preceded by its length (https://github.com/huggingface/safetensors, 2026-01-10).
_HEADER_LENGTH_BYTES = 8
_LARGEST_HEADER_BYTES = 1 << 20


def shipped_files(package: str) -> tuple[Path, Path]:
    """The weights and the tokenizer of an installed package.

    Raises:
        UsageError: It is not installed.
    """
    # The package is located, never imported: importing it loads compiled code and configures logging.
    try:
        spec = importlib.util.find_spec(package)
    except (ImportError, ValueError):
        spec = None
    if spec is None or spec.origin is None:
        raise UsageError(
            f"the package {package}, whose vectors compare sentences, is not installed", hint=_reinstall(package)
        )
    folder = Path(spec.origin).parent
    return folder / _WEIGHTS, folder / _TOKENIZER


def tensor_place(path: Path) -> tuple[int, int]:
    """Where in the file the table ``(rows, 256) float16`` begins, and how many rows it has.

    Raises:
        UsageError: There is no such table.
    """
    try:
        with path.open("rb") as file:
            length = int.from_bytes(file.read(_HEADER_LENGTH_BYTES), "little")
            header = json.loads(file.read(min(length, _LARGEST_HEADER_BYTES)))
        tensor = header[_TENSOR]
        rows, columns = tensor["shape"]
        first, last = tensor["data_offsets"]
        size = path.stat().st_size
    except (OSError, ValueError, KeyError, TypeError) as exc:
        raise damaged(path) from exc
    offset = _HEADER_LENGTH_BYTES + length + first
    if tensor["dtype"] != "F16" or columns != DIMENSION or last - first != rows * columns * 2:
        raise damaged(path)
    if offset + rows * columns * 2 > size:
        raise damaged(path)
    return int(offset), int(rows)


def damaged(path: Path) -> UsageError:
    """What to tell when one of the files cannot be used."""
    return UsageError(
        f"the sentence vectors cannot be read: {path.name} is missing or damaged", hint=_reinstall("wordllama")
    )


def _reinstall(package: str) -> str:
    return f"install it again: python -m pip install --force-reinstall --no-deps {package}"
