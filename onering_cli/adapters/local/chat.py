"""A model that llama.cpp runs in this process, as a chat model."""

from __future__ import annotations

import os
import secrets
import shutil
import sys
import tempfile
import threading
from contextlib import closing
from dataclasses import replace
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any

from onering_cli.adapters.local.gguf import Weights, read_weights
from onering_cli.adapters.local.memory import available_bytes
from onering_cli.errors import OneRingError, TryLaterError, UsageError
from onering_cli.generation.grammar import grammar_of
from onering_cli.generation.model import Usage
from onering_cli.generation.ports import Message, Reply
from onering_cli.generation.thoughts import ThoughtFilter
from onering_cli.record import record

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
    from pathlib import Path

    from onering_cli.clock import Clock
    from onering_cli.generation.forms import Form

INSTALL_HINT = "install it with: pip install 'onering-cli[local]'"
_MOST_SEED = 2**31 - 1
_LEAST_CONTEXT = 512
_SPARE_TOKENS = 8
# With these a small model keeps its posts apart: every word of the last posts counts as a repetition, and a run of
# words that was there before becomes the less likely the longer it gets (DRY).
_APART = {"repeat_penalty": 1.15, "repeat_last_n": 128, "dry_multiplier": 0.8, "dry_allowed_length": 3}
_TOO_LONG = "exceed_context_size_error"


@record
class Sampling:
    """How a local model is run.

    Args:
        seed: The same seed, prompt and weights give the same words; None draws one.
        temperature: 0 always takes the likeliest word.
        context: The most tokens of question and answer.
        threads: Processor threads, or 0 for all cores but one.
    """

    seed: int | None = None
    temperature: float = 0.7
    context: int = 4096
    threads: int = 0


class LocalChat:
    """Satisfies `ChatModel` with weights on this machine.

    Nothing is loaded before the first answer is consumed.

    Args:
        name: What the weights are called after ``local:``.
        path: The GGUF file.
        clock: Tells the time.
        sampling: How the model is run.
        on_load: Told in a sentence before the weights are loaded.
    """

    def __init__(
        self,
        name: str,
        path: Path,
        *,
        clock: Clock,
        sampling: Sampling | None = None,
        on_load: Callable[[str], None] | None = None,
    ) -> None:
        self._name = f"local:{name}"
        self._path = path
        self._clock = clock
        self._sampling = sampling or Sampling()
        self._seed = secrets.randbelow(_MOST_SEED) if self._sampling.seed is None else self._sampling.seed
        self._on_load = on_load
        self._engine: _Engine | None = None
        self._calls = 0

    @property
    def name(self) -> str:
        """``local:name``."""
        return self._name

    @property
    def settings(self) -> Mapping[str, object]:
        """What repeats a thread: the seed that is in force and how the model is run."""
        return {
            "seed": self._seed,
            "temperature": self._sampling.temperature,
            "context": self._sampling.context,
            "weights": self._path.name,
        }

    @property
    def follows_forms(self) -> bool:
        """llama.cpp decodes under a grammar."""
        return True

    def stream(
        self,
        messages: Sequence[Message],
        *,
        json_schema: dict[str, object] | None,
        max_tokens: int,
        form: Form | None = None,
    ) -> Reply:
        """Ask once; with `form` the answer cannot have another one.

        Raises (while `pieces` is consumed):
            UsageError: llama.cpp is not installed, the weights cannot be used, or the request is too long for them.
            TryLaterError: llama.cpp failed.
        """
        wanted: dict[str, object] = {"max_tokens": max_tokens}
        if form is not None:
            wanted = {"max_tokens": form.most_tokens, "grammar": grammar_of(form)}
        elif json_schema is not None:
            wanted["response_format"] = {"type": "json_schema", "json_schema": {"schema": json_schema}}
        body = {
            "messages": [{"role": message.role, "content": message.content} for message in messages],
            # Each call has a seed of its own, or a second try would only repeat the first one's words.
            "seed": (self._seed + self._calls) % _MOST_SEED,
            "temperature": self._sampling.temperature,
            "stream": True,
            "stream_options": {"include_usage": True},
            "chat_template_kwargs": {"enable_thinking": False},
            **_APART,
            **wanted,
        }
        self._calls += 1
        reply = Reply(iter(()))
        reply.pieces = self._pieces(reply, body)
        return reply

    def load(self) -> Weights:
        """Load the weights now; what they say of themselves.

        Raises:
            UsageError: As for `stream`.
        """
        if self._engine is None:
            weights = read_weights(self._path)
            context = _fitting_context(weights, self._sampling.context)
            _require_memory(weights, context)
            if self._on_load:
                small = ", a test model that is too small to write well" if weights.only_for_tests else ""
                self._on_load(f"loading {self._path.name}{small}")
            self._engine = _Engine(weights, context, self._sampling.threads)
        return self._engine.weights

    def close(self) -> None:
        """Give the memory back."""
        if self._engine is not None:
            self._engine.close()
            self._engine = None

    def _pieces(self, reply: Reply, body: dict[str, object]) -> Iterator[str]:
        self.load()
        assert self._engine is not None  # noqa: S101 -- `load` has set it
        started = self._clock.monotonic()
        thoughts = ThoughtFilter()
        try:
            with closing(self._engine.chunks(body)) as chunks:
                for chunk in chunks:
                    if "error" in chunk:
                        raise _failure(chunk["error"], self._name)
                    _note(chunk, reply)
                    text = thoughts.feed(_text_of(chunk))
                    if text:
                        if not reply.usage.first_token_s:
                            first = self._clock.monotonic() - started
                            reply.usage = replace(reply.usage, first_token_s=first)
                        yield text
            rest = thoughts.close()
            if rest:
                yield rest
        finally:
            reply.usage = replace(reply.usage, total_s=self._clock.monotonic() - started)


class _Engine:
    """llama.cpp's server, in this process, without a port.

    It would listen on a port of 127.0.0.1; a socket file in a folder that only the user can enter takes its place, and
    a key that nobody knows guards that.
    """

    def __init__(self, weights: Weights, context: int, threads: int) -> None:
        self.weights = weights
        self._folder = tempfile.mkdtemp(prefix="onering-")
        params = _llama().CommonParams()
        params.model.path = str(weights.path)
        params.n_ctx = context
        params.n_parallel = 1
        params.verbosity = -1
        params.warmup = False
        params.api_keys = [secrets.token_hex(16)]
        if sys.platform != "win32":
            params.hostnames = [f"{self._folder}/llama.sock"]
        params.cpuparams.n_threads = params.cpuparams_batch.n_threads = threads or _usual_threads()
        try:
            self._server: Any = _llama().Server(params)
        except Exception as exc:  # the binding raises what it likes; the weights themselves were read before
            self._clear()
            raise UsageError(
                f"llama.cpp cannot load {weights.path} (architecture {weights.architecture})",
                hint="a newer xllamacpp may know this architecture; `onering model list` names models that are known",
            ) from exc

    def chunks(self, body: Mapping[str, object]) -> Generator[dict[str, Any]]:
        """What the server streams; ending the generator early ends the answer."""
        queue: SimpleQueue[dict[str, Any] | BaseException | None] = SimpleQueue()
        stopped = threading.Event()

        def hear(chunk: dict[str, Any]) -> bool:
            queue.put(chunk)
            return stopped.is_set()

        def ask() -> None:
            try:
                self._server.handle_chat_completions(dict(body), hear)
            except Exception as exc:  # noqa: BLE001 -- it is raised again where the answer is read
                queue.put(exc)
            queue.put(None)

        worker = threading.Thread(target=ask, name="llama.cpp", daemon=True)
        worker.start()
        try:
            while (heard := queue.get()) is not None:
                if isinstance(heard, BaseException):
                    raise TryLaterError(f"llama.cpp failed: {heard}", hint="try again") from heard
                yield heard
        finally:
            stopped.set()
            worker.join()

    def close(self) -> None:
        """Stop the server and take its socket away."""
        self._server = None
        self._clear()

    def _clear(self) -> None:
        shutil.rmtree(self._folder, ignore_errors=True)


def _usual_threads() -> int:
    """All cores but one.

    llama.cpp's threads spin while they wait for each other, and one that has to share its core holds up all: on two
    busy cores 2 threads wrote 2 tokens a second and 1 thread 40.
    """
    return max(1, (os.cpu_count() or 1) - 1)


def _llama() -> Any:
    try:
        import xllamacpp
    except ImportError as exc:
        raise UsageError("local models need xllamacpp, which is not installed", hint=INSTALL_HINT) from exc
    return xllamacpp


def _fitting_context(weights: Weights, wanted: int) -> int:
    """As much context as was asked for and the model knows."""
    return max(_LEAST_CONTEXT, min(wanted, weights.context or wanted))


def _require_memory(weights: Weights, context: int) -> None:
    needed, available = weights.memory_bytes(context), available_bytes()
    if available is not None and needed > available:
        raise UsageError(
            f"{weights.path.name} needs about {_gigabytes(needed)} of memory, and {_gigabytes(available)} are free",
            hint="close something, lower local.context, or choose a smaller model: onering model list",
        )


def _gigabytes(size: int) -> str:
    return f"{size / 1e9:.1f} GB"


def _note(chunk: Mapping[str, Any], reply: Reply) -> None:
    usage = chunk.get("usage")
    if usage:
        reply.usage = Usage(
            input_tokens=usage.get("prompt_tokens", 0),
            output_tokens=usage.get("completion_tokens", 0),
            first_token_s=reply.usage.first_token_s,
        )
    for choice in chunk.get("choices") or ():
        if choice.get("finish_reason") == "length":
            reply.stopped_by_length = True


def _text_of(chunk: Mapping[str, Any]) -> str:
    return "".join(choice.get("delta", {}).get("content") or "" for choice in chunk.get("choices") or ())


def _failure(error: Mapping[str, Any], name: str) -> OneRingError:
    if error.get("type") == _TOO_LONG:
        return UsageError(
            f"the request has {error.get('n_prompt_tokens')} tokens and {name} takes {error.get('n_ctx')}",
            hint="give less material, or raise local.context",
        )
    return TryLaterError(f"llama.cpp refused: {error.get('message')}", hint="try another --model")
