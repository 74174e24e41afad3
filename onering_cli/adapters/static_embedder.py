"""The embedder that needs no model server: wordllama's shipped token vectors, averaged."""

import importlib.util
import json
from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

from onering_cli.errors import UsageError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from tokenizers import Tokenizer

# wordllama 0.4.0.post1 ships both files; its own loader looks for the second in another folder, then asks the network.
_WEIGHTS = Path("weights", "l2_supercat_256.safetensors")
_TOKENIZER = Path("tokenizers", "l2_supercat_tokenizer_config.json")
_TENSOR = "embedding.weight"
_DIMENSION = 256

_LONGEST_CHARACTERS = 16_384
_LONGEST_TOKENS = 4_096
_TEXTS_PER_BATCH = 4_096
# Pooling is bound by memory: blocks that stay in the processor's cache are twice as fast as whole batches (measured).
_TEXTS_PER_POOL = 64
# Reading half-precision rows as they are needed is cheaper than widening all 32,000 up to about this many tokens.
_TOKENS_WORTH_WIDENING = 20_000
# The header of a safetensors file is preceded by its length (https://github.com/huggingface/safetensors, 2026-01-10).
_HEADER_LENGTH_BYTES = 8
_LARGEST_HEADER_BYTES = 1 << 20


class StaticEmbedder:
    """Averages the token vectors that the wordllama package ships; nothing is ever downloaded.

    Nothing is read before the first `embed`. Only the first 16,384 characters and 4,096 tokens of a text count.

    Args:
        package: The installed package whose folder holds the weights and the tokenizer.
    """

    def __init__(self, *, package: str = "wordllama") -> None:
        self._package = package
        self._tokenizer: Tokenizer | None = None
        self._table: NDArray[Any] | None = None
        self._tokens_read = 0

    @property
    def model(self) -> str:
        """The name stored beside every vector it makes."""
        return "wordllama-l2-supercat-256"

    @property
    def dimension(self) -> int:
        """Numbers per vector."""
        return _DIMENSION

    def embed(self, texts: Sequence[str]) -> "NDArray[np.float32]":
        """``(len(texts), 256)`` float32, unit norm; a blank text gives zeros.

        Raises:
            UsageError: The package that holds the vectors is missing or damaged.
        """
        import numpy as np

        vectors = np.zeros((len(texts), _DIMENSION), dtype=np.float32)
        spoken = [number for number, text in enumerate(texts) if text and not text.isspace()]
        if not spoken:
            return vectors
        tokenizer = self._load()
        for start in range(0, len(spoken), _TEXTS_PER_BATCH):
            numbers = spoken[start : start + _TEXTS_PER_BATCH]
            token_ids = _encode(tokenizer, [texts[number][:_LONGEST_CHARACTERS] for number in numbers])
            vectors[numbers] = self._pool(token_ids)
        return vectors

    def _pool(self, token_ids: Sequence[Sequence[int]]) -> "NDArray[np.float32]":
        import numpy as np

        lengths = np.fromiter(map(len, token_ids), dtype=np.int64, count=len(token_ids))
        flat = np.fromiter(chain.from_iterable(token_ids), dtype=np.int32, count=int(lengths.sum()))
        table = self._rows_for(len(flat))
        ends = np.cumsum(lengths)
        starts = ends - lengths
        sums = np.empty((len(token_ids), _DIMENSION), dtype=np.float32)
        for first, last in _blocks(len(token_ids)):
            rows = table[flat[starts[first] : ends[last - 1]]].astype(np.float32, copy=False)
            np.add.reduceat(rows, starts[first:last] - starts[first], axis=0, out=sums[first:last])
        # The mean and the sum point the same way; only the direction is kept.
        norms = np.linalg.norm(sums, axis=1, keepdims=True)
        unit: NDArray[np.float32] = np.divide(sums, norms, out=np.zeros_like(sums), where=norms > 0)
        return unit

    def _rows_for(self, tokens: int) -> "NDArray[Any]":
        import numpy as np

        assert self._table is not None  # noqa: S101 - `embed` loads before it pools
        self._tokens_read += tokens
        if self._tokens_read > _TOKENS_WORTH_WIDENING and self._table.dtype != np.float32:
            self._table = self._table.astype(np.float32)
        return self._table

    def _load(self) -> "Tokenizer":
        if self._tokenizer is None:
            folder = _folder(self._package)
            self._table = _open_weights(folder / _WEIGHTS)
            self._tokenizer = _open_tokenizer(folder / _TOKENIZER)
        return self._tokenizer


def shipped_tokenizer(package: str = "wordllama") -> "Tokenizer":
    """The tokenizer that lies beside the vectors.

    Raises:
        UsageError: The package is missing or damaged.
    """
    return _open_tokenizer(_folder(package) / _TOKENIZER)


def _blocks(total: int) -> Iterator[tuple[int, int]]:
    for first in range(0, total, _TEXTS_PER_POOL):
        yield first, min(first + _TEXTS_PER_POOL, total)


def _encode(tokenizer: "Tokenizer", texts: list[str]) -> list[list[int]]:
    try:
        encodings = tokenizer.encode_batch_fast(texts, add_special_tokens=False)
    except (TypeError, UnicodeEncodeError):  # a lone surrogate cannot cross into the tokenizer
        whole = [text.encode("utf-8", "replace").decode("utf-8") for text in texts]
        encodings = tokenizer.encode_batch_fast(whole, add_special_tokens=False)
    return [encoding.ids for encoding in encodings]


def _folder(package: str) -> Path:
    # The package is located, never imported: importing it loads compiled code and configures logging.
    try:
        spec = importlib.util.find_spec(package)
    except (ImportError, ValueError):
        spec = None
    if spec is None or spec.origin is None:
        raise UsageError(
            f"the package {package}, whose vectors compare sentences, is not installed", hint=_reinstall(package)
        )
    return Path(spec.origin).parent


def _open_weights(path: Path) -> "NDArray[Any]":
    """Map the table ``(tokens, 256) float16`` without reading it."""
    import numpy as np

    try:
        with path.open("rb") as file:
            length = int.from_bytes(file.read(_HEADER_LENGTH_BYTES), "little")
            header = json.loads(file.read(min(length, _LARGEST_HEADER_BYTES)))
        tensor = header[_TENSOR]
        rows, columns = tensor["shape"]
        first, last = tensor["data_offsets"]
        if tensor["dtype"] != "F16" or columns != _DIMENSION or last - first != rows * columns * 2:
            raise _damaged(path)
        offset = _HEADER_LENGTH_BYTES + length + first
        return np.memmap(path, dtype="<f2", mode="r", offset=offset, shape=(rows, columns))
    except (OSError, ValueError, KeyError, TypeError) as exc:
        raise _damaged(path) from exc


def _open_tokenizer(path: Path) -> "Tokenizer":
    from tokenizers import Tokenizer

    try:
        tokenizer = Tokenizer.from_file(str(path))
    except Exception as exc:  # the package raises bare Exception for every failure
        raise _damaged(path) from exc
    tokenizer.no_padding()
    tokenizer.enable_truncation(_LONGEST_TOKENS)
    return tokenizer


def _damaged(path: Path) -> UsageError:
    return UsageError(
        f"the sentence vectors cannot be read: {path.name} is missing or damaged", hint=_reinstall("wordllama")
    )


def _reinstall(package: str) -> str:
    return f"install it again: python -m pip install --force-reinstall --no-deps {package}"
