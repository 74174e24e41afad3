"""The embedder that needs no model server: wordllama's shipped token vectors, averaged."""

from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

from onering_cli.adapters.static_query import SPACE, StaticQuery
from onering_cli.adapters.static_weights import DIMENSION, MODEL, damaged, shipped_files, tensor_place

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from tokenizers import Tokenizer

_LONGEST_CHARACTERS = 16_384
_LONGEST_TOKENS = 4_096
_TEXTS_PER_BATCH = 4_096
# Pooling is bound by memory: blocks that stay in the processor's cache are twice as fast as whole batches (measured).
_TEXTS_PER_POOL = 64
# Reading half-precision rows as they are needed is cheaper than widening all 32,000 up to about this many tokens.
_TOKENS_WORTH_WIDENING = 20_000
# Reading the compiled tokenizer takes 90 ms, the vocabulary alone 25 (measured): with so little that is quicker.
_CHARACTERS_WITHOUT_TOKENIZER = 60_000
_LONGEST_WORD_CHARACTERS = 40


class StaticEmbedder:
    """Averages the token vectors that the wordllama package ships; nothing is ever downloaded.

    Nothing is read before the first `embed`. Only the first 16,384 characters and 4,096 tokens of a text count.

    Args:
        package: The installed package whose folder holds the weights and the tokenizer.
    """

    def __init__(self, *, package: str = "wordllama") -> None:
        self._package = package
        self._tokenizer: Tokenizer | None = None
        self._few = StaticQuery(package=package)
        self._table: NDArray[Any] | None = None
        self._characters_read = 0
        self._tokens_read = 0

    @property
    def model(self) -> str:
        """The name stored beside every vector it makes."""
        return MODEL

    @property
    def dimension(self) -> int:
        """Numbers per vector."""
        return DIMENSION

    def embed(self, texts: Sequence[str]) -> "NDArray[np.float32]":
        """``(len(texts), 256)`` float32, unit norm; a blank text gives zeros.

        Raises:
            UsageError: The package that holds the vectors is missing or damaged.
        """
        import numpy as np

        vectors = np.zeros((len(texts), DIMENSION), dtype=np.float32)
        spoken = [number for number, text in enumerate(texts) if text and not text.isspace()]
        if not spoken:
            return vectors
        for start in range(0, len(spoken), _TEXTS_PER_BATCH):
            numbers = spoken[start : start + _TEXTS_PER_BATCH]
            vectors[numbers] = self._pool(self._tokens([texts[number][:_LONGEST_CHARACTERS] for number in numbers]))
        return vectors

    def _tokens(self, texts: list[str]) -> Sequence[Sequence[int]]:
        """The texts' tokens; those of the first few plain texts without reading the compiled tokenizer."""
        if self._tokenizer is None:
            self._characters_read += sum(map(len, texts))
            if self._characters_read <= _CHARACTERS_WITHOUT_TOKENIZER and all(map(_is_plain, texts)):
                return [self._few.tokens(text) for text in texts]
            self._tokenizer = _open_tokenizer(shipped_files(self._package)[1])
        return _encode(self._tokenizer, texts)

    def _pool(self, token_ids: Sequence[Sequence[int]]) -> "NDArray[np.float32]":
        import numpy as np

        lengths = np.fromiter(map(len, token_ids), dtype=np.int64, count=len(token_ids))
        flat = np.fromiter(chain.from_iterable(token_ids), dtype=np.int32, count=int(lengths.sum()))
        table = self._rows_for(len(flat))
        ends = np.cumsum(lengths)
        starts = ends - lengths
        sums = np.empty((len(token_ids), DIMENSION), dtype=np.float32)
        for first, last in _blocks(len(token_ids)):
            rows = table[flat[starts[first] : ends[last - 1]]].astype(np.float32, copy=False)
            np.add.reduceat(rows, starts[first:last] - starts[first], axis=0, out=sums[first:last])
        # The mean and the sum point the same way; only the direction is kept.
        norms = np.linalg.norm(sums, axis=1, keepdims=True)
        unit: NDArray[np.float32] = np.divide(sums, norms, out=np.zeros_like(sums), where=norms > 0)
        return unit

    def _rows_for(self, tokens: int) -> "NDArray[Any]":
        import numpy as np

        if self._table is None:
            self._table = _open_weights(shipped_files(self._package)[0])
        self._tokens_read += tokens
        if self._tokens_read > _TOKENS_WORTH_WIDENING and self._table.dtype != np.float32:
            self._table = self._table.astype(np.float32)
        return self._table


def shipped_tokenizer(package: str = "wordllama") -> "Tokenizer":
    """The tokenizer that lies beside the vectors.

    Raises:
        UsageError: The package is missing or damaged.
    """
    return _open_tokenizer(shipped_files(package)[1])


def _is_plain(text: str) -> bool:
    """Whether it is words between single spaces, which the compiled tokenizer and `StaticQuery` take alike and fast."""
    short = len(text.encode("utf-8", "replace")) < _LONGEST_TOKENS  # a token is a byte at least
    return short and SPACE not in text and all(0 < len(word) <= _LONGEST_WORD_CHARACTERS for word in text.split(" "))


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


def _open_weights(path: Path) -> "NDArray[Any]":
    """Map the table ``(tokens, 256) float16`` without reading it."""
    import numpy as np

    offset, rows = tensor_place(path)
    try:
        return np.memmap(path, dtype="<f2", mode="r", offset=offset, shape=(rows, DIMENSION))
    except (OSError, ValueError) as exc:
        raise damaged(path) from exc


def _open_tokenizer(path: Path) -> "Tokenizer":
    from tokenizers import Tokenizer

    try:
        tokenizer = Tokenizer.from_file(str(path))
    except Exception as exc:  # the package raises bare Exception for every failure
        raise damaged(path) from exc
    tokenizer.no_padding()
    tokenizer.enable_truncation(_LONGEST_TOKENS)
    return tokenizer
