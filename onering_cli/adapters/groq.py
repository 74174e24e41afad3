"""Groq as a chat model, through langchain-groq's ChatGroq."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import field
from enum import Enum
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

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
from onering_cli.errors import LogInError, UsageError
from onering_cli.record import record

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    import httpx
    from langchain_core.language_models import BaseChatModel

    from onering_cli.clock import Clock
    from onering_cli.generation.forms import Form
    from onering_cli.generation.ports import Message, Reply

DEFAULT_MODEL = "openai/gpt-oss-120b"
"""Groq's recommended replacement for llama-3.3-70b-versatile, which was shut down on 2026-08-16
(https://console.groq.com/docs/deprecations, 2026-11)."""
DEFAULT_BASE_URL = "https://api.groq.com"

_API_PATH = "/openai/v1"
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
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


# By the beginning of the model's name; the first that fits counts. For JSON see
# https://console.groq.com/docs/structured-outputs, for thoughts https://console.groq.com/docs/reasoning (both 2026-11):
# `reasoning_format` and `include_reasoning` exclude each other, and models without thoughts answer 400 to the former.
# A parameter that a model refuses all the same is left out in a second try, so a table that has aged costs a moment
# and breaks nothing.
_TRAITS: tuple[tuple[str, Traits], ...] = (
    (
        "openai/gpt-oss-",
        Traits(JsonMode.STRICT, {"include_reasoning": False, "reasoning_effort": "low"}, thinking_tokens=1_000),
    ),
    ("qwen/qwen3", Traits(JsonMode.OBJECT, {"reasoning_format": "hidden", "reasoning_effort": "none"})),
    ("qwen-qwq", Traits(JsonMode.OBJECT, {"reasoning_format": "hidden"}, thinking_tokens=4_000)),
    ("deepseek-r1", Traits(JsonMode.OBJECT, {"reasoning_format": "hidden"}, thinking_tokens=4_000)),
    ("meta-llama/llama-4-", Traits(JsonMode.SCHEMA)),
    ("moonshotai/kimi-k2-", Traits(JsonMode.SCHEMA)),
    ("groq/compound", Traits(JsonMode.PROMPT)),
)
_USUAL_TRAITS = Traits(JsonMode.OBJECT)


class GroqChat:
    """Satisfies `ChatModel` with a model that Groq serves.

    Nothing is imported, connected or sent before the first answer is consumed.

    Args:
        model: As Groq names it: ``openai/gpt-oss-120b``.
        api_key: The key; it appears in no repr, log, message or traceback.
        base_url: Another endpoint that speaks Groq's protocol, with or without ``/openai/v1``; "" for Groq's own.
        clock: Tells the time and waits.
        bounds: How long and how often.
        on_wait: Told in a sentence before each wait.
        seed: Asks for the same words again, as far as the service can
            (https://console.groq.com/docs/api-reference#chat-create, 2026-11: best effort).
    """

    def __init__(
        self,
        model: str,
        api_key: str,
        *,
        clock: Clock,
        base_url: str = "",
        bounds: Bounds | None = None,
        on_wait: Callable[[str], None] | None = None,
        seed: int | None = None,
    ) -> None:
        self._seed = seed
        self._model = model
        self._base_url = _base_url(base_url)
        self._clock = clock
        self._bounds = bounds or Bounds()
        self._service = _service(model, _key(api_key), self._base_url)
        self._traits = next((traits for start, traits in _TRAITS if model.startswith(start)), _USUAL_TRAITS)
        self._line = _Line(self._service, clock)
        self._chat = LangChainChat(
            f"groq:{model}",
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
        """``groq:model``."""
        return self._chat.name

    @property
    def settings(self) -> Mapping[str, object]:
        """The seed, where one was asked for."""
        return self._chat.settings

    @property
    def follows_forms(self) -> bool:
        """Groq takes no grammar."""
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
        wanted = dict(self._traits.thoughts)
        if self._seed is not None:
            wanted["seed"] = self._seed
        if json_schema is not None:
            wanted.update(_response_format(self._traits.json, json_schema))
        return Options(wanted, {"max_tokens": max_tokens + self._traits.thinking_tokens})

    def _connect(self, deadline: float) -> BaseChatModel:
        from langchain_groq import ChatGroq

        self._line.deadline = deadline
        completions = _Completions(self._sdk.chat.completions, self._line, self._service)
        # ChatGroq would build an asynchronous client of its own, with a second set of certificates (0.3 s), for nobody.
        return ChatGroq(model=self._model, api_key=_secret(self._service), client=completions, async_client=completions)

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
            event_hooks={"response": [self._line.watch]},
        )
        return Groq(api_key=self._service.secret, base_url=self._base_url, max_retries=0, http_client=client)

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
                yield _plain(chunk)
        if not finished:
            raise CallFailedError(Failure(stopped_early(self._service), may_pass=True))


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


def _service(model: str, key: str, base_url: str) -> Service:
    return Service(
        name="Groq",
        model=model,
        log_in_hint="run `onering auth login groq` with a key from https://console.groq.com/keys",
        models_hint="choose another with --model groq:NAME; https://console.groq.com/docs/models lists the names",
        address_hint=(
            "a proxy or a login page may have answered: check the network, then try again"
            if base_url == DEFAULT_BASE_URL
            else "check the network and the address in GROQ_BASE_URL (setting groq.base_url), then try again"
        ),
        secret=key,
    )


def _secret(service: Service) -> Any:
    from pydantic import SecretStr

    return SecretStr(service.secret)


def _key(key: str) -> str:
    """The key without white space around it; what no header can carry is refused before an SDK repeats it."""
    key = key.strip()
    if not key:
        raise LogInError("there is no Groq API key", hint="run `onering auth login groq`, or set GROQ_API_KEY")
    if not key.isascii() or not key.isprintable() or " " in key:
        raise LogInError(
            "the Groq API key holds characters that no key has", hint="run `onering auth login groq` and paste it again"
        )
    return key


def _base_url(address: str) -> str:
    """The address as the SDK wants it: without the ``/openai/v1`` that it appends itself.

    Raises:
        UsageError: It is no address, or would send the key and the material unencrypted beyond this machine.
    """
    bare = address.strip().rstrip("/").removesuffix(_API_PATH) or DEFAULT_BASE_URL
    hint = "set GROQ_BASE_URL (setting groq.base_url) to an address such as https://api.groq.com"
    try:
        parts = urlsplit(bare)
        host = parts.hostname
        _ = parts.port
    except ValueError:
        host = None
    if not host or parts.scheme not in {"http", "https"} or parts.query or parts.fragment:
        raise UsageError("Groq's base address is no http or https address", hint=hint)
    if parts.username or parts.password:
        raise UsageError("Groq's base address must not hold a user name or password", hint=hint)
    if parts.scheme == "http" and host not in _LOOPBACK:
        raise UsageError(f"Groq's base address would send the key to {host} unencrypted", hint="use https")
    return bare
