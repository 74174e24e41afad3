"""An embedding model at any server that speaks OpenAI's protocol: Ollama, LM Studio, llama-server, vLLM."""

from __future__ import annotations

import json
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from onering_cli.adapters.chat_server import address_parts
from onering_cli.errors import LogInError, TryLaterError, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

_TEXTS_PER_CALL = 64
_LONGEST_CHARACTERS = 8_000
_MOST_ANSWER_BYTES = 64 << 20
_UNAUTHORIZED = (401, 403)
_REFUSED = (400, 404, 405, 422)
_DONE = 200


class ServedEmbedder:
    """Asks a server for vectors; satisfies `Embedder`.

    Args:
        reference: ``http://HOST:PORT/v1#MODEL``.
        api_key: The key, or "" where the server wants none.
        timeout_s: The most seconds that one call may take.

    Raises:
        UsageError: The reference names no model, or no address that texts may be sent to.
    """

    def __init__(self, reference: str, api_key: str, *, timeout_s: float = 120.0) -> None:
        address, _, name = reference.partition("#")
        self._server, self._path = address_parts(address)
        if not name:
            raise UsageError(
                f"{reference} names no model", hint="say which, as in http://127.0.0.1:11434/v1#nomic-embed-text"
            )
        self._name = name
        self._api_key = api_key.strip()
        self._timeout_s = timeout_s
        self._dimension = 0

    @property
    def model(self) -> str:
        """The name stored beside every vector it makes."""
        return f"served:{self._name}"

    @property
    def dimension(self) -> int:
        """Numbers per vector; asks the server when nothing was embedded yet."""
        if not self._dimension:
            self.embed(["."])
        return self._dimension

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """``(len(texts), dimension)`` float32, unit norm; a blank text gives zeros.

        Raises:
            TryLaterError: The server cannot be reached, or is busy.
            LogInError: It wants another key.
            UsageError: It has no such model, or gives no vectors.
        """
        import numpy as np

        asked = [text[:_LONGEST_CHARACTERS] for text in texts if text.strip()]
        rows: list[list[float]] = []
        for start in range(0, len(asked), _TEXTS_PER_CALL):
            rows += self._ask(asked[start : start + _TEXTS_PER_CALL])
        try:
            found = np.array(rows, dtype=np.float32).reshape(len(rows), -1 if rows else self._dimension)
        except (ValueError, TypeError) as exc:
            raise self._strange() from exc
        if not np.isfinite(found).all():
            raise self._strange()
        if rows:
            self._dimension = found.shape[1]
        vectors = np.zeros((len(texts), found.shape[1]), dtype=np.float32)
        norms = np.linalg.norm(found, axis=1, keepdims=True)
        vectors[[place for place, text in enumerate(texts) if text.strip()]] = np.divide(
            found, norms, out=np.zeros_like(found), where=norms > 0
        )
        return vectors

    def _ask(self, texts: list[str]) -> list[list[float]]:
        body = json.dumps({"model": self._name, "input": texts, "encoding_format": "float"})
        status, answer = self._post(body.encode("utf-8", "replace"))
        if status in _UNAUTHORIZED:
            raise LogInError(
                f"{self._server} does not accept the key", hint="set ONERING_SECRET_SERVER_API_KEY to the key it wants"
            )
        if status in _REFUSED:
            raise UsageError(
                f"{self._server} makes no vectors with {self._name} (it answered {status})",
                hint="check that it makes embeddings, or use the shipped one: onering config unset memory.embedder",
            )
        if status != _DONE:
            raise TryLaterError(f"{self._server} answered {status}", hint="try again in a moment")
        try:
            rows: list[Any] = sorted(json.loads(answer)["data"], key=lambda row: int(row["index"]))
            vectors = [row["embedding"] for row in rows]
        except (ValueError, KeyError, TypeError) as exc:
            raise self._strange() from exc
        if len(vectors) != len(texts):
            raise self._strange()
        return vectors

    def _post(self, body: bytes) -> tuple[int, bytes]:
        parts = urlsplit(self._server)
        connect = HTTPSConnection if parts.scheme == "https" else HTTPConnection
        headers = {"Content-Type": "application/json"}
        if self._api_key:
            headers["Authorization"] = f"Bearer {self._api_key}"
        connection = connect(parts.netloc, timeout=self._timeout_s)
        try:
            connection.request("POST", f"{self._path}/embeddings", body, headers)
            response = connection.getresponse()
            return response.status, response.read(_MOST_ANSWER_BYTES)
        except (OSError, HTTPException) as exc:
            raise TryLaterError(
                f"{self._server} cannot be reached: {exc}", hint="check that the server runs, then try again"
            ) from exc
        finally:
            connection.close()

    def _strange(self) -> UsageError:
        return UsageError(
            f"{self._server} gave no vectors that can be used", hint="check that it speaks OpenAI's protocol"
        )
