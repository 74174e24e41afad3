"""A server on loopback that speaks Groq's documented protocol, and fails as it is told to.

What it follows (read 2026-11):

- https://console.groq.com/docs/api-reference#chat-create: ``POST /openai/v1/chat/completions``, its request and its
  answer; streamed as server-sent events ``data: {chunk}`` that end with ``data: [DONE]``, where the first and the last
  chunk carry ``x_groq.id`` and the last one ``x_groq.usage`` too; ``GET /openai/v1/models``.
- https://console.groq.com/docs/errors: the shape and the statuses of errors.
- https://console.groq.com/docs/rate-limits: 429 with ``retry-after`` in seconds and ``x-ratelimit-*`` headers.
- https://console.groq.com/docs/reasoning: ``reasoning_format`` and ``include_reasoning``, which exclude each other;
  ``<think>`` tags in ``raw``, the field ``reasoning`` in ``parsed``, nothing in ``hidden``.
- https://console.groq.com/docs/structured-outputs: which models take ``json_schema``; no streaming with
  ``response_format``; ``json_object`` wants the word JSON in a message; 400 ``json_validate_failed``.

It checks a request as the service does (key, model, parameters) before it plays the next scripted answer. The ChatGroq
base address is the server's root: the SDK appends ``/openai/v1`` itself.
"""

from __future__ import annotations

import json
import threading
from contextlib import suppress
from dataclasses import dataclass, field
from enum import Enum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

KEY = "gsk_Test0000000000000000000000000000000000000000000000000"
PLAIN_MODEL = "llama-3.1-8b-instant"
STRICT_MODEL = "openai/gpt-oss-120b"
SCHEMA_MODEL = "meta-llama/llama-4-scout-17b-16e-instruct"
THINKING_MODEL = "qwen/qwen3-32b"
MODELS = (PLAIN_MODEL, STRICT_MODEL, SCHEMA_MODEL, THINKING_MODEL)

_SCHEMA_MODELS = {STRICT_MODEL, SCHEMA_MODEL}
_USAGE = {"queue_time": 0.09, "prompt_time": 0.001, "completion_time": 0.03, "total_time": 0.031}


class Mishap(Enum):
    """What can happen to a streamed answer after its pieces."""

    DROP = "the connection breaks in the middle of a chunk"
    END = "the stream ends without a finish reason and without [DONE]"
    MALFORMED = "a chunk is no JSON"
    WRONG_SHAPE = "a chunk is JSON of another shape"
    ERROR_EVENT = "an error object comes instead of a chunk"
    STOPPED = "x_groq.error says why the stream was stopped"
    HANG = "nothing comes any more"
    CHATTER = "comments keep the connection alive for ever"
    FLOOD = "bytes without end that make no chunk"


@dataclass(frozen=True)
class Answer:
    """A model's answer.

    Args:
        pieces: The text as it is streamed.
        thoughts: What a reasoning model thinks first.
        tool_arguments: The model calls a tool with these arguments instead of answering.
        finish: The finish reason.
        tokens: Prompt and completion tokens.
        mishap: What happens after the pieces.
        before: Called before the first byte: moves a clock.
        between: Called after each piece.
    """

    pieces: Sequence[str] = ()
    thoughts: str = ""
    tool_arguments: str = ""
    finish: str = "stop"
    tokens: tuple[int, int] = (38, 4)
    mishap: Mishap | None = None
    before: Callable[[], None] | None = None
    between: Callable[[], None] | None = None


@dataclass(frozen=True)
class Failure:
    """An error as the service sends it."""

    status: int
    message: str = "something went wrong"
    code: str = ""
    kind: str = "invalid_request_error"
    headers: dict[str, str] = field(default_factory=dict)
    before: Callable[[], None] | None = None


@dataclass(frozen=True)
class Page:
    """A body that is not Groq's."""

    body: str = "<html><body>Please log in to this network.</body></html>"
    status: int = 200
    content_type: str = "text/html; charset=utf-8"
    headers: dict[str, str] = field(default_factory=dict)


class Silence:
    """The connection is taken, and no answer comes."""


@dataclass(frozen=True)
class Asked:
    """A request as it arrived."""

    method: str
    path: str
    headers: dict[str, str]
    body: dict[str, Any]


Script = Answer | Failure | Page | Silence


class FakeGroq:
    """The server; use it as a context manager.

    Args:
        refuses_nulls: Answer 400 to parameters that are null, as llama.cpp's server does.
        script: What to answer, in order; the last one is repeated.
    """

    def __init__(self, *script: Script, refuses_nulls: bool = False) -> None:
        self.script = list(script) or [Answer(("Hello", " there."))]
        self.asked: list[Asked] = []
        self.refuses_nulls = refuses_nulls
        self.released = threading.Event()
        self._lock = threading.Lock()
        server = self

        class Handler(_Handler):
            groq = server

        self._http = _Server(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)

    @property
    def address(self) -> str:
        """The base address for the SDK."""
        return f"http://127.0.0.1:{self._http.server_address[1]}"

    @property
    def bodies(self) -> list[dict[str, Any]]:
        """What was asked of the chat endpoint."""
        return [asked.body for asked in self.asked if asked.path.endswith("/chat/completions")]

    def next_in_script(self) -> Script:
        with self._lock:
            return self.script.pop(0) if len(self.script) > 1 else self.script[0]

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.released.set()
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = False
    block_on_close = True

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up is what some tests are about."""


class _Handler(BaseHTTPRequestHandler):
    groq: FakeGroq
    protocol_version = "HTTP/1.1"
    timeout = 20

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- the name is the standard library's
        pass

    def do_GET(self) -> None:
        self._note({})
        if not self._key_is_right():
            return
        if self.path != "/openai/v1/models":
            self._fail(Failure(404, f"Unknown request URL: GET {self.path}.", "unknown_url"))
            return
        listed = [{"id": name, "object": "model", "created": 1_700_000_000, "owned_by": "Groq"} for name in MODELS]
        self._send(200, json.dumps({"object": "list", "data": listed}))

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers.get("content-length", "0"))))
        self._note(body)
        if not self._key_is_right():
            return
        if self.path != "/openai/v1/chat/completions":
            self._fail(Failure(404, f"Unknown request URL: POST {self.path}.", "unknown_url"))
            return
        refusal = _refusal(body, refuses_nulls=self.groq.refuses_nulls)
        played = refusal or _aside(body, self.groq.script) or self.groq.next_in_script()
        if isinstance(played, Failure):
            self._fail(played)
        elif isinstance(played, Page):
            self._send(played.status, played.body, played.content_type, played.headers)
        elif isinstance(played, Silence):
            self.groq.released.wait()
            self.close_connection = True
        else:
            self._play(played, body)

    def _note(self, body: dict[str, Any]) -> None:
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.groq.asked.append(Asked(self.command, self.path, headers, body))

    def _key_is_right(self) -> bool:
        if self.headers.get("authorization") == f"Bearer {KEY}":
            return True
        self._fail(Failure(401, "Invalid API Key", "invalid_api_key"))
        return False

    def _fail(self, failure: Failure) -> None:
        if failure.before:
            failure.before()
        error = {"message": failure.message, "type": failure.kind, "code": failure.code or None}
        self._send(failure.status, json.dumps({"error": error}), headers=failure.headers)

    def _send(
        self, status: int, body: str, content_type: str = "application/json", headers: dict[str, str] | None = None
    ) -> None:
        data = body.encode()
        self.send_response(status)
        for name, value in {"Content-Type": content_type, "Content-Length": str(len(data)), **(headers or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)

    def _play(self, answer: Answer, body: dict[str, Any]) -> None:
        if answer.before:
            answer.before()
        if not body.get("stream"):
            self._send(200, json.dumps(_whole(answer, body)))
            return
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        with suppress(OSError):
            self._stream(answer, body)

    def _stream(self, answer: Answer, body: dict[str, Any]) -> None:
        self._event(_chunk(body, {"role": "assistant", "content": ""}, x_groq={"id": "req_01"}))
        for delta in _deltas(answer, body):
            self._event(_chunk(body, delta))
            if answer.between:
                answer.between()
        if answer.mishap:
            self._mishap(answer.mishap, body)
            return
        finish = "tool_calls" if answer.tool_arguments else answer.finish
        closing = {"id": "req_01", "usage": _usage(answer)}
        self._event(_chunk(body, {}, finish=finish, x_groq=closing))
        self._write(b"data: [DONE]\n\n")
        self._write(b"")

    def _mishap(self, mishap: Mishap, body: dict[str, Any]) -> None:
        self.close_connection = True
        if mishap is Mishap.DROP:
            half = _chunk(body, {"content": "never whole"}).encode()
            self.wfile.write(f"{len(half):x}\r\n".encode() + half[: len(half) // 2])
        elif mishap is Mishap.END:
            self._write(b"")
        elif mishap is Mishap.MALFORMED:
            self._event('{"choices": [{"delta"')
            self._write(b"")
        elif mishap is Mishap.WRONG_SHAPE:
            self._event('{"choices": [{"index": 0, "delta": 7}]}')
            self._write(b"")
        elif mishap is Mishap.ERROR_EVENT:
            error = {"message": "internal server error", "type": "internal_server_error", "code": "internal_error"}
            self._write(f"event: error\ndata: {json.dumps({'error': error})}\n\n".encode())
            self._write(b"")
        elif mishap is Mishap.STOPPED:
            self._event(_chunk(body, {}, x_groq={"id": "req_01", "error": "over capacity"}))
            self._write(b"")
        elif mishap is Mishap.HANG:
            self.groq.released.wait()
        else:
            filler = b": keep-alive\n\n" if mishap is Mishap.CHATTER else b":" + b"x" * 65_536
            while not self.groq.released.is_set():
                self._write(filler)

    def _event(self, data: str) -> None:
        self._write(f"data: {data}\n\n".encode())

    def _write(self, data: bytes) -> None:
        """One HTTP chunk; an empty one ends the body."""
        self.wfile.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")
        self.wfile.flush()


def _aside(body: dict[str, Any], script: list[Script]) -> Script | None:
    """Answers to the strategist's and the judge's questions, which use up none of the script but failures."""
    said = str(body.get("messages", [{}])[-1].get("content"))
    if not isinstance(script[0], Answer):
        return None
    if '{"angle":' in said:
        return Answer(('{"angle": "an angle", "audience": "readers", "hook": "a hook"}',))
    return Answer(('{"problems": []}',)) if '{"problems":' in said else None


def _refusal(body: dict[str, Any], *, refuses_nulls: bool) -> Failure | None:
    """What the service answers to a request that it does not accept."""
    model = body.get("model")
    thinks = model in (STRICT_MODEL, THINKING_MODEL)
    shape = (body.get("response_format") or {}).get("type")
    said = " ".join(str(message.get("content")) for message in body.get("messages", []))
    wants_schema = shape == "json_schema"
    strict = wants_schema and body["response_format"]["json_schema"].get("strict")
    thought = [n for n in ("reasoning_format", "include_reasoning", "reasoning_effort") if body.get(n) is not None]
    both = {"reasoning_format", "include_reasoning"} <= set(thought)
    rules = (
        (refuses_nulls and None in body.values(), "type must be string, but is null"),
        (both, "`reasoning_format` and `include_reasoning` are mutually exclusive"),
        (thought and not thinks, f"`{''.join(thought[:1])}` is not supported with this model"),
        (shape and body.get("stream"), "`response_format` does not support streaming"),
        (wants_schema and model not in _SCHEMA_MODELS, "This model does not support response format `json_schema`."),
        (strict and model != STRICT_MODEL, "This model does not support strict mode."),
        (shape == "json_object" and "json" not in said.casefold(), "'messages' must contain the word 'json'"),
    )
    if model not in MODELS:
        unknown = f"The model `{model}` does not exist or you do not have access to it."
        return Failure(404, unknown, "model_not_found")
    return next((Failure(400, message) for broken, message in rules if broken), None)


def _deltas(answer: Answer, body: dict[str, Any]) -> list[dict[str, Any]]:
    shown: list[dict[str, Any]] = []
    if answer.thoughts and body.get("reasoning_format") == "parsed":
        shown.append({"reasoning": answer.thoughts})
    elif answer.thoughts and not _hides_thoughts(body):
        shown += [{"content": piece} for piece in ("<thi", "nk>", answer.thoughts, "</th", "ink>\n\n")]
    if answer.tool_arguments:
        half = len(answer.tool_arguments) // 2
        for part, name in ((answer.tool_arguments[:half], "json"), (answer.tool_arguments[half:], None)):
            call = {"index": 0, "id": "call_1", "type": "function", "function": {"name": name, "arguments": part}}
            shown.append({"tool_calls": [call]})
    return [*shown, *({"content": piece} for piece in answer.pieces)]


def _hides_thoughts(body: dict[str, Any]) -> bool:
    return body.get("reasoning_format") == "hidden" or body.get("include_reasoning") is False


def _chunk(
    body: dict[str, Any], delta: dict[str, Any], *, finish: str | None = None, x_groq: dict[str, Any] | None = None
) -> str:
    chunk: dict[str, Any] = {
        "id": "chatcmpl-f51b2cd2",
        "object": "chat.completion.chunk",
        "created": 1_782_000_000,
        "model": body["model"],
        "system_fingerprint": "fp_c06d5113ec",
        "choices": [{"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}],
    }
    return json.dumps({**chunk, "x_groq": x_groq} if x_groq else chunk)


def _whole(answer: Answer, body: dict[str, Any]) -> dict[str, Any]:
    message: dict[str, Any] = {"role": "assistant", "content": "".join(answer.pieces)}
    if answer.thoughts and not _hides_thoughts(body):
        message["reasoning"] = answer.thoughts
    if answer.tool_arguments:
        function = {"name": "json", "arguments": answer.tool_arguments}
        message |= {"content": None, "tool_calls": [{"id": "call_1", "type": "function", "function": function}]}
    finish = "tool_calls" if answer.tool_arguments else answer.finish
    return {
        "id": "chatcmpl-f51b2cd2",
        "object": "chat.completion",
        "created": 1_782_000_000,
        "model": body["model"],
        "choices": [{"index": 0, "message": message, "logprobs": None, "finish_reason": finish}],
        "usage": _usage(answer),
        "system_fingerprint": "fp_c06d5113ec",
        "x_groq": {"id": "req_01"},
    }


def _usage(answer: Answer) -> dict[str, float]:
    prompt, completion = answer.tokens
    counts = {"prompt_tokens": prompt, "completion_tokens": completion, "total_tokens": prompt + completion}
    return {**counts, **_USAGE}
