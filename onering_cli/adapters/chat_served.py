"""A model at a service that speaks OpenAI's chat protocol, asked through langchain-groq's ChatGroq."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import field
from enum import Enum
from functools import cached_property
from typing import TYPE_CHECKING, Any

from onering_cli.adapters.chat_failures import (
    Failure,
    Service,
    failure_of,
    malformed,
    not_the_service,
    stopped_early,
    without_secret,
)
from onering_cli.adapters.chat_models import Bounds, CallFailedError, LangChainChat, Options
from onering_cli.record import record

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    import httpx
    from langchain_core.language_models import BaseChatModel

    from onering_cli.clock import Clock
    from onering_cli.generation.forms import Form
    from onering_cli.generation.ports import Message, Reply

SDK_PATH = "/openai/v1"
"""Where the SDK believes every service to be."""

_MOST_ANSWER_BYTES = 4 * 1024 * 1024
"""No answer that anyone asked for is this long; what is longer never ends."""


class JsonMode(Enum):
    """What a model can be held to when its answer is to be JSON."""

    STRICT = "strict"
    SCHEMA = "schema"
    OBJECT = "object"
    PROMPT = "prompt"


@record
class Traits:
    """What a family of models supports.

    Args:
        json: How JSON is asked for.
        thoughts: Parameters that keep thoughts short and out of the answer.
        thinking_tokens: Added to the token limit, which counts thoughts.
    """

    json: JsonMode
    thoughts: Mapping[str, object] = field(default_factory=dict)
    thinking_tokens: int = 0


@record
class Served:
    """A model and where it is.

    Args:
        provider: What stands before the colon of its name.
        service: What messages call it.
        base_url: The address, without `path`.
        path: Where the protocol begins there: ``/openai/v1``, ``/v1``.
        traits: What the model supports.
        extras: Optional parameters of every call.
    """

    provider: str
    service: Service
    base_url: str
    path: str
    traits: Traits
    extras: Mapping[str, object] = field(default_factory=dict)


class ServedChat:
    """Satisfies `ChatModel` with a model that a service serves.

    Nothing is imported, connected or sent before the first answer is consumed.

    Args:
        served: The model and where it is.
        clock: Tells the time and waits.
        bounds: How long and how often.
        on_wait: Told in a sentence before each wait.
        seed: Asks for the same words again, as far as the service can.
    """

    def __init__(
        self,
        served: Served,
        *,
        clock: Clock,
        bounds: Bounds | None = None,
        on_wait: Callable[[str], None] | None = None,
        seed: int | None = None,
    ) -> None:
        self._served = served
        self._service = served.service
        self._seed = seed
        self._clock = clock
        self._bounds = bounds or Bounds()
        self._line = _Line(self._service, clock)
        self._chat = LangChainChat(
            f"{served.provider}:{self._service.model}",
            self._service,
            self._connect,
            self._options,
            clock=clock,
            bounds=self._bounds,
            on_wait=on_wait,
            settings={} if seed is None else {"seed": seed},
        )

    @property
    def name(self) -> str:
        """``provider:model``."""
        return self._chat.name

    @property
    def settings(self) -> Mapping[str, object]:
        """The seed, where one was asked for."""
        return self._chat.settings

    @property
    def follows_forms(self) -> bool:
        """No service is known to take a grammar."""
        return False

    def stream(
        self,
        messages: Sequence[Message],
        *,
        json_schema: dict[str, object] | None,
        max_tokens: int,
        form: Form | None = None,
    ) -> Reply:
        """Ask once; see `LangChainChat.stream` for how it fails."""
        return self._chat.stream(messages, json_schema=json_schema, max_tokens=max_tokens, form=form)

    def model_names(self) -> tuple[str, ...]:
        """The names of the models that the key may use, in order.

        Raises:
            OneRingError: As for `stream`.
        """
        self._line.deadline = self._clock.monotonic() + self._bounds.total_s
        with self._translated():
            return tuple(sorted(str(model.id) for model in self._sdk.models.list().data))

    def _options(self, json_schema: Mapping[str, object] | None, max_tokens: int) -> Options:
        traits = self._served.traits
        wanted = {**self._served.extras, **traits.thoughts}
        if self._seed is not None:
            wanted["seed"] = self._seed
        if json_schema is not None:
            wanted.update(_response_format(traits.json, json_schema))
        return Options(wanted, {"max_tokens": max_tokens + traits.thinking_tokens})

    def _connect(self, deadline: float) -> BaseChatModel:
        from langchain_groq import ChatGroq

        self._line.deadline = deadline
        completions = _Completions(self._sdk.chat.completions, self._line, self._service)
        # ChatGroq would build an asynchronous client of its own, with a second set of certificates (0.3 s), for nobody.
        return ChatGroq(
            model=self._service.model, api_key=_secret(self._service), client=completions, async_client=completions
        )

    @cached_property
    def _sdk(self) -> Any:
        from groq import Groq
        from httpx import Client, Limits, Timeout

        client = Client(
            timeout=Timeout(self._bounds.read_s, connect=self._bounds.connect_s),
            # A redirect would carry the material to where nobody asked for it to go.
            follow_redirects=False,
            # Between two calls the user reads and the gates check: an idle connection is not worth keeping.
            limits=Limits(max_keepalive_connections=0),
            event_hooks={"request": [self._place], "response": [self._line.watch]},
        )
        return Groq(
            api_key=self._service.secret or "none", base_url=self._served.base_url, max_retries=0, http_client=client
        )

    def _place(self, request: httpx.Request) -> None:
        """Send a request to where the protocol begins here; the SDK knows one place only."""
        if self._served.path != SDK_PATH:
            path = request.url.raw_path.decode("ascii").replace(SDK_PATH, self._served.path, 1)
            request.url = request.url.copy_with(raw_path=path.encode("ascii"))

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except Exception as exc:
            without_secret(exc, self._service.secret)
            failure = failure_of(exc, self._service, self._clock.now())
            if failure is None:
                raise
            raise failure.error from exc


class _Line:
    """The connection's supervision: every byte of an answer is checked against the call's deadline."""

    def __init__(self, service: Service, clock: Clock) -> None:
        self.deadline = float("inf")
        self._service = service
        self._clock = clock

    def watch(self, response: httpx.Response) -> None:
        """Replace the response's stream by one that ends in time; httpx calls this for each response."""
        response.stream = _bounded(response.stream, self)

    def check(self, seen_bytes: int) -> None:
        """Raise httpx's own exceptions, which the SDK knows how to treat, once a call has used up its bounds."""
        from httpx import DecodingError, ReadTimeout

        if self._clock.monotonic() > self.deadline:
            raise ReadTimeout("the answer did not end in time")
        if seen_bytes > _MOST_ANSWER_BYTES:
            raise DecodingError("the answer has no end")


def _bounded(stream: Any, line: _Line) -> httpx.SyncByteStream:
    from httpx import SyncByteStream

    class Bounded(SyncByteStream):
        def __iter__(self) -> Iterator[bytes]:
            seen_bytes = 0
            for part in stream:
                seen_bytes += len(part)
                line.check(seen_bytes)
                yield part

        def close(self) -> None:
            stream.close()

    return Bounded()


class _Completions:
    """What ChatGroq calls in the SDK's place: sends no nulls, and takes no answer that is not Groq's or not whole."""

    def __init__(self, completions: Any, line: _Line, service: Service) -> None:
        self._completions = completions
        self._line = line
        self._service = service

    def create(self, **parameters: Any) -> Any:
        """Ask; a whole completion, or an iterator of chunks when ``stream`` is set."""
        # llama.cpp's server answers 400 to the null that langchain-groq sends as `reasoning_format`.
        sent = {name: value for name, value in parameters.items() if value is not None}
        answer = self._completions.create(**sent)
        if sent.get("stream"):
            return self._chunks(answer)
        if isinstance(answer, str):
            raise CallFailedError(Failure(not_the_service(self._service, "text")))
        if not getattr(answer, "choices", None):
            raise CallFailedError(Failure(malformed(self._service), may_pass=True))
        return _plain(answer)

    def _chunks(self, stream: Any) -> Iterator[Any]:
        finished = False
        with stream:
            kind = stream.response.headers.get("content-type", "")
            if not kind.startswith("text/event-stream"):
                raise CallFailedError(Failure(not_the_service(self._service, kind)))
            for chunk in stream:
                groq = getattr(chunk, "x_groq", None)
                if groq is not None and groq.error:
                    raise CallFailedError(Failure(stopped_early(self._service, groq.error), may_pass=True))
                finished = finished or any(choice.finish_reason for choice in chunk.choices)
                yield _with_usage(_plain(chunk))
        if not finished:
            raise CallFailedError(Failure(stopped_early(self._service), may_pass=True))


def _with_usage(chunk: dict[str, Any]) -> dict[str, Any]:
    """OpenAI's protocol counts tokens in a last chunk without choices, which ChatGroq passes over."""
    if chunk.get("choices") or not chunk.get("usage"):
        return chunk
    return {
        **chunk,
        "choices": [{"index": 0, "delta": {"content": ""}, "finish_reason": None}],
        "x_groq": {"usage": chunk["usage"]},
    }


def _plain(model: Any) -> Any:
    """The SDK's object as a dictionary; pydantic's warnings would carry a stranger's text to the terminal."""
    return model.model_dump(warnings=False)


def _response_format(mode: JsonMode, schema: Mapping[str, object]) -> dict[str, object]:
    if mode is JsonMode.PROMPT:
        return {}
    if mode is JsonMode.OBJECT:
        return {"response_format": {"type": "json_object"}}
    named = {"name": str(schema.get("title", "answer")), "schema": schema, "strict": mode is JsonMode.STRICT}
    return {"response_format": {"type": "json_schema", "json_schema": named}}


def _secret(service: Service) -> Any:
    from pydantic import SecretStr

    return SecretStr(service.secret or "none")
