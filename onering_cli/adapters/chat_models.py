"""Any LangChain chat model as a `ChatModel`: streamed, bounded in time and tries, its failures in OneRing's errors."""

from __future__ import annotations

import logging
from contextlib import closing
from dataclasses import field, replace
from typing import TYPE_CHECKING, Any, cast

from onering_cli.adapters.chat_failures import Failure, Service, failure_of, filtered, out_of_time, without_secret
from onering_cli.errors import TryLaterError
from onering_cli.generation.model import Usage
from onering_cli.generation.ports import Message, Reply
from onering_cli.generation.thoughts import ThoughtFilter
from onering_cli.record import record

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator, Mapping, Sequence

    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import BaseMessage

    from onering_cli.clock import Clock
    from onering_cli.generation.forms import Form

_FIRST_BACKOFF_S = 0.5
_LENGTH_REASONS = frozenset({"length", "max_tokens", "MAX_TOKENS"})
_FILTER_REASONS = frozenset({"content_filter", "SAFETY"})
_log = logging.getLogger("onering")


@record
class Bounds:
    """How long a call may take, and how often it is tried.

    Args:
        total_s: From the first try to the last word, waits included.
        read_s: The longest silence of the service.
        connect_s: The longest wait for a connection.
        retries: Tries after the first one, for what may pass.
        longest_wait_s: A longer wait than this is told instead of waited out.
    """

    total_s: float = 120.0
    read_s: float = 30.0
    connect_s: float = 10.0
    retries: int = 2
    longest_wait_s: float = 60.0


@record
class Options:
    """Parameters of one call.

    Args:
        wanted: Optional ones; when the service refuses the call, it is made once more without them.
        required: The others.
    """

    wanted: Mapping[str, Any] = field(default_factory=dict)
    required: Mapping[str, Any] = field(default_factory=dict)


class CallFailedError(Exception):
    """A try came to nothing; the vendor's exception is its cause."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.error.message)
        self.failure = failure


class LangChainChat:
    """Satisfies `ChatModel` with a LangChain chat model; one call at a time.

    Args:
        name: ``provider:model``.
        service: What messages call it.
        connect: Gives the LangChain model for a call that must end at a time on `clock`'s monotonic scale.
        options_for: The parameters for a JSON schema (or none) and a number of tokens.
        clock: Tells the time and waits.
        bounds: How long and how often.
        on_wait: Told in a sentence before each wait, so that nobody sits before a silent terminal.
        settings: What every call asks for beside the messages, for those who want to ask the same again.
    """

    def __init__(
        self,
        name: str,
        service: Service,
        connect: Callable[[float], BaseChatModel],
        options_for: Callable[[Mapping[str, object] | None, int], Options],
        *,
        clock: Clock,
        bounds: Bounds,
        on_wait: Callable[[str], None] | None = None,
        settings: Mapping[str, object] | None = None,
    ) -> None:
        self._settings = settings or {}
        self._name = name
        self._service = service
        self._connect = connect
        self._options_for = options_for
        self._clock = clock
        self._bounds = bounds
        self._on_wait = on_wait

    @property
    def name(self) -> str:
        """``provider:model``."""
        return self._name

    @property
    def settings(self) -> Mapping[str, object]:
        """What the service was asked beside the messages."""
        return dict(self._settings)

    @property
    def follows_forms(self) -> bool:
        """A service writes as it likes."""
        return False

    def stream(
        self,
        messages: Sequence[Message],
        *,
        json_schema: dict[str, object] | None,
        max_tokens: int,
        form: Form | None = None,
    ) -> Reply:
        """Ask once; nothing is sent before `pieces` is consumed.

        Raises (while `pieces` is consumed):
            LogInError: The key is missing or refused.
            UsageError: There is no such model, or the request is too long for it.
            RefusedError: The service refuses the request or its content.
            TryLaterError: It is limiting, unreachable, broken or too slow; what it said by then was yielded.
        """
        del form
        reply = Reply(iter(()))
        reply.pieces = self._pieces(reply, messages, self._options_for(json_schema, max_tokens))
        return reply

    def _pieces(self, reply: Reply, messages: Sequence[Message], options: Options) -> Iterator[str]:
        started = self._clock.monotonic()
        deadline = started + self._bounds.total_s
        spoken = False
        tries = 0
        try:
            while True:
                try:
                    with closing(self._try(reply, messages, options, deadline)) as texts:
                        for text in texts:
                            if not spoken:
                                spoken = True
                                reply.usage = replace(reply.usage, first_token_s=self._clock.monotonic() - started)
                            yield text
                except CallFailedError as failed:
                    if spoken:
                        raise failed.failure.error from failed.__cause__
                    failure = failed.failure
                    if failure.options_may_be_why and options.wanted:
                        _log.info("%s refused an optional parameter; asking without", self._name)
                        options = replace(options, wanted={})
                        continue
                    self._wait_or_give_up(failed, tries, deadline)
                    tries += 1
                else:
                    return
        finally:
            reply.usage = replace(reply.usage, total_s=self._clock.monotonic() - started)

    def _wait_or_give_up(self, failed: CallFailedError, tries: int, deadline: float) -> None:
        failure = failed.failure
        wait_s = failure.wait_s if failure.wait_s is not None else _FIRST_BACKOFF_S * 2**tries
        too_long = wait_s > self._bounds.longest_wait_s or self._clock.monotonic() + wait_s >= deadline
        if not failure.may_pass or tries >= self._bounds.retries or too_long:
            raise failure.error from failed.__cause__
        _log.info("%s: %s; trying again in %.1f s", self._name, failure.error.message, wait_s)
        if self._on_wait and wait_s >= 1:
            self._on_wait(failure.error.message)
        self._clock.sleep(wait_s)

    def _try(self, reply: Reply, messages: Sequence[Message], options: Options, deadline: float) -> Generator[str]:
        """The answer's text of one try, without thoughts."""
        thoughts = ThoughtFilter()
        with closing(self._chunks(messages, options, deadline)) as chunks:
            for chunk in chunks:
                self._note(chunk, reply)
                text = thoughts.feed(_text_of(chunk))
                if text:
                    yield text
                if self._clock.monotonic() > deadline:
                    raise CallFailedError(Failure(out_of_time(self._service, self._bounds.total_s)))
        rest = thoughts.close()
        if rest:
            yield rest

    def _chunks(self, messages: Sequence[Message], options: Options, deadline: float) -> Generator[BaseMessage]:
        """What the vendor yields; its exceptions as `CallFailedError`."""
        try:
            # Nobody's drafts go to a tracing service because another project's environment switched one on.
            from langsmith.run_helpers import tracing_context

            chat = self._connect(deadline)
            turns: list[Any] = [(message.role, message.content) for message in messages]
            stream = chat.stream(turns, **options.required, **options.wanted)
            with closing(cast("Generator[BaseMessage]", stream)) as chunks:
                with tracing_context(enabled=False):
                    first = next(chunks, None)
                if first is None:
                    return
                yield first
                yield from chunks
        except CallFailedError:
            raise
        except Exception as exc:
            without_secret(exc, self._service.secret)
            raise CallFailedError(self._failure(exc, deadline)) from exc

    def _failure(self, exc: Exception, deadline: float) -> Failure:
        failure = failure_of(exc, self._service, self._clock.now())
        if failure is None:
            raise exc
        if isinstance(failure.error, TryLaterError) and self._clock.monotonic() >= deadline:
            return Failure(out_of_time(self._service, self._bounds.total_s))
        return failure

    def _note(self, chunk: BaseMessage, reply: Reply) -> None:
        usage = getattr(chunk, "usage_metadata", None)
        if usage:
            reply.usage = Usage(
                input_tokens=usage.get("input_tokens", 0),
                output_tokens=usage.get("output_tokens", 0),
                first_token_s=reply.usage.first_token_s,
            )
        metadata = chunk.response_metadata
        reason = metadata.get("finish_reason") or metadata.get("stop_reason") or metadata.get("done_reason")
        if reason in _LENGTH_REASONS:
            reply.stopped_by_length = True
        if reason in _FILTER_REASONS:
            raise CallFailedError(Failure(filtered(self._service)))


def _text_of(chunk: BaseMessage) -> str:
    """The text of a chunk; a model that calls a tool instead of answering says its say in the arguments."""
    text = str(chunk.text)
    if text:
        return text
    pieces = getattr(chunk, "tool_call_chunks", None)
    if pieces:
        return "".join(piece.get("args") or "" for piece in pieces)
    calls = getattr(chunk, "tool_calls", None)
    if calls:
        from json import dumps

        return "\n".join(dumps(call["args"], ensure_ascii=False) for call in calls)
    return ""
