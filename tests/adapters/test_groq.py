"""Groq's chat model against a real HTTP server that speaks its protocol."""

from __future__ import annotations

import logging
import socket
import traceback
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from doubles.fake_groq import (
    KEY,
    PLAIN_MODEL,
    SCHEMA_MODEL,
    STRICT_MODEL,
    THINKING_MODEL,
    Answer,
    FakeGroq,
    Mishap,
    Page,
    Script,
    Silence,
)
from doubles.fake_groq import Failure as Refused
from doubles.manual_clock import ManualClock

from onering_cli.adapters.chat_models import Bounds
from onering_cli.adapters.groq import DEFAULT_MODEL, GroqChat
from onering_cli.clock import SystemClock
from onering_cli.errors import LogInError, OneRingError, RefusedError, TryLaterError, UsageError
from onering_cli.generation.ports import Message

if TYPE_CHECKING:
    from collections.abc import Iterator

    from onering_cli.clock import Clock

QUESTION = (Message("system", "You write."), Message("user", "Write. Answer in JSON if asked."))
SCHEMA: dict[str, object] = {"title": "outline", "type": "object", "properties": {"hook": {"type": "string"}}}
IMPATIENT = Bounds(read_s=0.2, connect_s=1.0, retries=0)


def chat_with(
    groq: FakeGroq | str, model: str = PLAIN_MODEL, *, clock: Clock | None = None, **changes: Any
) -> GroqChat:
    address = groq if isinstance(groq, str) else groq.address
    return GroqChat(
        model,
        changes.pop("api_key", KEY),
        clock=clock or ManualClock(),
        base_url=changes.pop("base_url", address),
        **changes,
    )


def ask(chat: GroqChat, *, schema: dict[str, object] | None = None, max_tokens: int = 200) -> str:
    return "".join(chat.stream(QUESTION, json_schema=schema, max_tokens=max_tokens).pieces)


def failure(chat: GroqChat, **asked: Any) -> OneRingError:
    with pytest.raises(OneRingError) as caught:
        ask(chat, **asked)
    return caught.value


def heard_before(chat: GroqChat) -> tuple[list[str], OneRingError]:
    """What was yielded before the failure, and the failure."""
    heard: list[str] = []
    with pytest.raises(OneRingError) as caught:
        heard.extend(_recorded(chat, heard))
    return heard, caught.value


def _recorded(chat: GroqChat, heard: list[str]) -> Iterator[str]:
    for piece in chat.stream(QUESTION, json_schema=None, max_tokens=50).pieces:
        heard.append(piece)
        yield from ()


class TestAnswers:
    def test_pieces_arrive_as_the_model_produces_them(self) -> None:
        with FakeGroq(Answer(("The ", "first ", "words."))) as groq:
            pieces = list(chat_with(groq).stream(QUESTION, json_schema=None, max_tokens=50).pieces)
        assert pieces == ["The ", "first ", "words."]

    def test_nothing_is_sent_before_the_answer_is_consumed(self) -> None:
        with FakeGroq() as groq:
            chat_with(groq).stream(QUESTION, json_schema=None, max_tokens=50)
            assert groq.asked == []

    def test_the_request_is_the_documented_one_without_nulls(self) -> None:
        with FakeGroq(refuses_nulls=True) as groq:
            ask(chat_with(groq), max_tokens=77)
            (asked,) = groq.asked
        assert asked.path == "/openai/v1/chat/completions"
        assert asked.headers["authorization"] == f"Bearer {KEY}"
        assert asked.body["stream"] is True
        assert asked.body["max_tokens"] == 77
        assert [message["role"] for message in asked.body["messages"]] == ["system", "user"]
        assert None not in asked.body.values()

    @pytest.mark.parametrize("ending", ["", "/", "/openai/v1", "/openai/v1/"])
    def test_the_base_address_may_end_in_the_path_that_the_sdk_appends(self, ending: str) -> None:
        with FakeGroq(Answer(("ok",))) as groq:
            assert ask(chat_with(groq, base_url=groq.address + ending)) == "ok"

    def test_tokens_and_seconds_are_counted(self) -> None:
        clock = ManualClock()
        answer = Answer(
            ("one ", "two"),
            tokens=(41, 17),
            before=lambda: clock.advance(0.25),
            between=lambda: clock.advance(1.5),
        )
        with FakeGroq(answer) as groq:
            reply = chat_with(groq, clock=clock).stream(QUESTION, json_schema=None, max_tokens=50)
            list(reply.pieces)
        assert (reply.usage.input_tokens, reply.usage.output_tokens) == (41, 17)
        assert 0.25 <= reply.usage.first_token_s <= reply.usage.total_s
        assert reply.usage.total_s == pytest.approx(3.25)

    def test_an_answer_cut_by_its_token_limit_says_so(self) -> None:
        with FakeGroq(Answer(("half a",), finish="length")) as groq:
            reply = chat_with(groq).stream(QUESTION, json_schema=None, max_tokens=2)
            assert "".join(reply.pieces) == "half a"
        assert reply.stopped_by_length

    def test_whoever_stops_listening_hangs_up(self) -> None:
        with FakeGroq(Answer(("one ", "two "), mishap=Mishap.HANG)) as groq:
            pieces = chat_with(groq).stream(QUESTION, json_schema=None, max_tokens=50).pieces
            assert next(pieces) == "one "
            pieces.close()  # type: ignore[attr-defined]  # the adapter's iterators are generators

    def test_the_name_tells_provider_and_model(self) -> None:
        assert chat_with("", DEFAULT_MODEL).name == "groq:openai/gpt-oss-120b"

    def test_models_are_listed(self) -> None:
        with FakeGroq() as groq:
            assert STRICT_MODEL in chat_with(groq).model_names()

    def test_listing_models_with_a_wrong_key_says_what_to_do(self) -> None:
        with FakeGroq() as groq, pytest.raises(LogInError, match="refused the key"):
            chat_with(groq, api_key="gsk_wrong").model_names()


class TestJson:
    @pytest.mark.parametrize(
        ("model", "shape", "strict"),
        [
            (STRICT_MODEL, "json_schema", True),
            (SCHEMA_MODEL, "json_schema", False),
            (PLAIN_MODEL, "json_object", None),
            (THINKING_MODEL, "json_object", None),
        ],
    )
    def test_each_family_is_asked_in_the_way_it_supports(self, model: str, shape: str, strict: bool | None) -> None:
        with FakeGroq(Answer(('{"hook": "x"}',))) as groq:
            assert ask(chat_with(groq, model), schema=SCHEMA) == '{"hook": "x"}'
            (body,) = groq.bodies
        assert body["response_format"]["type"] == shape
        assert not body.get("stream")
        if strict is not None:
            assert body["response_format"]["json_schema"]["strict"] is strict
            assert body["response_format"]["json_schema"]["name"] == "outline"

    def test_a_refused_format_is_left_out_in_a_second_try(self) -> None:
        refused = Refused(400, "This model does not support response format `json_object`.")
        with FakeGroq(refused, Answer(('{"hook": "x"}',))) as groq:
            assert ask(chat_with(groq), schema=SCHEMA) == '{"hook": "x"}'
            first, second = groq.bodies
        assert "response_format" in first
        assert "response_format" not in second

    def test_a_model_that_failed_its_json_is_asked_without_the_format(self) -> None:
        stumbled = Refused(400, "Failed to generate JSON.", "json_validate_failed")
        with FakeGroq(stumbled, Answer(("1. a point",))) as groq:
            assert ask(chat_with(groq), schema=SCHEMA) == "1. a point"

    def test_a_second_refusal_ends_it(self) -> None:
        with FakeGroq(Refused(400, "max_tokens is too odd")) as groq:
            assert isinstance(failure(chat_with(groq), schema=SCHEMA), RefusedError)
            assert len(groq.bodies) == 2

    def test_usage_of_a_whole_answer_is_counted_too(self) -> None:
        with FakeGroq(Answer(("{}",), tokens=(9, 3))) as groq:
            reply = chat_with(groq).stream(QUESTION, json_schema=SCHEMA, max_tokens=50)
            list(reply.pieces)
        assert (reply.usage.input_tokens, reply.usage.output_tokens) == (9, 3)

    @pytest.mark.parametrize("schema", [None, SCHEMA], ids=["streamed", "whole"])
    def test_a_model_that_calls_a_tool_instead_is_read_by_its_arguments(self, schema: dict[str, object] | None) -> None:
        with FakeGroq(Answer(tool_arguments='{"hook": "x", "n": [1, 2]}')) as groq:
            assert ask(chat_with(groq), schema=schema) == '{"hook": "x", "n": [1, 2]}'


class TestThoughts:
    @pytest.mark.parametrize("model", [STRICT_MODEL, THINKING_MODEL])
    @pytest.mark.parametrize("schema", [None, SCHEMA], ids=["streamed", "whole"])
    def test_thoughts_are_never_in_the_text(self, model: str, schema: dict[str, object] | None) -> None:
        with FakeGroq(Answer(('{"a":', ' "The answer."}'), thoughts="Let me see. The user wants posts.")) as groq:
            assert ask(chat_with(groq, model), schema=schema) == '{"a": "The answer."}'

    def test_thoughts_that_come_all_the_same_are_filtered(self) -> None:
        # The service refuses the parameter that hides them; what remains is the filter.
        with FakeGroq(
            Refused(400, "`reasoning_effort` must be one of `low` or `high`"), Answer(("The answer.",), thoughts="Hmm.")
        ) as groq:
            assert ask(chat_with(groq, THINKING_MODEL)) == "The answer."
            assert "reasoning_format" not in groq.bodies[1]

    def test_a_server_that_breaks_over_an_optional_parameter_is_asked_without(self) -> None:
        with FakeGroq(Refused(500, "Unknown reasoning format: hidden"), Answer(("ok",))) as groq:
            assert ask(chat_with(groq, THINKING_MODEL)) == "ok"
            assert "reasoning_format" not in groq.bodies[1]

    def test_models_without_thoughts_are_not_asked_to_hide_any(self) -> None:
        with FakeGroq(Answer(("ok",))) as groq:
            assert ask(chat_with(groq, PLAIN_MODEL)) == "ok"
            assert len(groq.bodies) == 1

    def test_thoughts_do_not_eat_the_tokens_of_the_answer(self) -> None:
        with FakeGroq(Answer(("ok",))) as groq:
            ask(chat_with(groq, STRICT_MODEL), max_tokens=100)
            assert groq.bodies[0]["max_tokens"] > 1_000


class TestRefusals:
    def test_a_refused_key_asks_to_log_in(self) -> None:
        with FakeGroq() as groq:
            error = failure(chat_with(groq, api_key="gsk_wrong"))
        assert isinstance(error, LogInError)
        assert "onering auth login groq" in error.hint

    def test_a_forbidden_request_asks_to_log_in_and_says_why(self) -> None:
        with FakeGroq(Refused(403, "The model `x` is blocked at the organization level.")) as groq:
            error = failure(chat_with(groq))
        assert isinstance(error, LogInError)
        assert "blocked at the organization level" in error.message

    @pytest.mark.parametrize("key", ["", "  \n"])
    def test_no_key_asks_to_log_in_before_anything_is_sent(self, key: str) -> None:
        with FakeGroq() as groq:
            with pytest.raises(LogInError, match="no Groq API key"):
                chat_with(groq, api_key=key)
            assert groq.asked == []

    def test_an_unknown_model_is_named(self) -> None:
        with FakeGroq() as groq:
            error = failure(chat_with(groq, "llama-9"))
            assert len(groq.bodies) == 1
        assert isinstance(error, UsageError)
        assert "'llama-9'" in error.message

    def test_a_model_that_was_switched_off_is_a_matter_of_usage(self) -> None:
        gone = Refused(400, "The model `x` has been decommissioned and is no longer supported.", "model_decommissioned")
        with FakeGroq(gone) as groq:
            error = failure(chat_with(groq))
        assert isinstance(error, UsageError)
        assert "decommissioned" in error.message

    def test_a_bad_request_repeats_the_services_own_words_on_one_line(self) -> None:
        with FakeGroq(Refused(400, "`n`\nmust be 1\x1b]52;c;YQ==\x07 \u202eor less")) as groq:
            error = failure(chat_with(groq))
        assert isinstance(error, RefusedError)
        assert "`n` must be 1" in error.message
        assert error.message.isprintable()

    @pytest.mark.parametrize(
        "refused",
        [
            Refused(413, "Request too large for model `x` on tokens per minute (TPM)", "rate_limit_exceeded", "tokens"),
            Refused(400, "Please reduce the length of the messages.", "context_length_exceeded"),
        ],
    )
    def test_a_request_that_is_too_long_is_a_matter_of_usage(self, refused: Refused) -> None:
        with FakeGroq(refused) as groq:
            error = failure(chat_with(groq))
            assert len(groq.bodies) == 1
        assert isinstance(error, UsageError)
        assert "less material" in error.hint

    def test_a_filtered_answer_is_a_refusal(self) -> None:
        with FakeGroq(Answer(("Once upon",), finish="content_filter")) as groq:
            heard, error = heard_before(chat_with(groq))
        assert isinstance(error, RefusedError)
        assert heard == ["Once upon"]

    def test_another_endpoint_than_groqs_is_told_apart_from_an_unknown_model(self) -> None:
        with FakeGroq(Page("<h1>Not found</h1>", status=404)) as groq:
            error = failure(chat_with(groq))
        assert isinstance(error, UsageError)
        assert "GROQ_BASE_URL" in error.hint

    def test_redirects_are_not_followed(self) -> None:
        with FakeGroq() as other, FakeGroq(Page("", 307, headers={"Location": other.address})) as groq:
            error = failure(chat_with(groq))
            assert other.asked == []
        assert isinstance(error, UsageError)


class TestLimits:
    def test_a_short_wait_is_waited_out(self) -> None:
        clock = ManualClock()
        told: list[str] = []
        limited = Refused(429, "Rate limit reached", "rate_limit_exceeded", "tokens", {"Retry-After": "7"})
        with FakeGroq(limited, Answer(("ok",))) as groq:
            assert ask(chat_with(groq, clock=clock, on_wait=told.append)) == "ok"
        assert clock.waits == [7]
        assert told == ["Groq limits how much may be asked: it asks to wait 7 seconds"]

    def test_a_wait_of_minutes_is_told_with_its_time(self) -> None:
        clock = ManualClock()
        with FakeGroq(Refused(429, "Rate limit reached", headers={"Retry-After": "300"})) as groq:
            error = failure(chat_with(groq, clock=clock))
            assert len(groq.bodies) == 1
        assert isinstance(error, TryLaterError)
        assert error.retry_at == clock.now() + timedelta(seconds=300)
        assert "5 minutes" in error.message
        assert clock.waits == []

    def test_without_a_header_the_message_is_asked_for_the_wait(self) -> None:
        clock = ManualClock()
        words = "Rate limit reached on tokens per day. Please try again in 1m47.5s. Need more tokens?"
        with FakeGroq(Refused(429, words)) as groq:
            error = failure(chat_with(groq, clock=clock))
        assert isinstance(error, TryLaterError)
        assert error.retry_at == clock.now() + timedelta(seconds=107.5)

    def test_a_date_is_understood_as_a_wait(self) -> None:
        clock = ManualClock()
        with FakeGroq(Refused(429, headers={"Retry-After": "Sat, 01 Aug 2026 10:00:00 GMT"})) as groq:
            error = failure(chat_with(groq, clock=clock))
        assert isinstance(error, TryLaterError)
        assert error.retry_at == clock.now() + timedelta(minutes=30)

    @pytest.mark.parametrize("header", [None, "soon", "-1", "nan", "inf"])
    def test_without_any_wait_it_is_tried_a_few_times(self, header: str | None) -> None:
        clock = ManualClock()
        with FakeGroq(Refused(429, "slow down", headers={"Retry-After": header} if header else {})) as groq:
            error = failure(chat_with(groq, clock=clock))
            assert len(groq.bodies) == 3
        assert isinstance(error, TryLaterError)
        assert error.retry_at is None
        assert clock.waits == [0.5, 1.0]

    def test_waits_end_where_the_calls_time_ends(self) -> None:
        clock = ManualClock()
        with FakeGroq(Refused(429, headers={"Retry-After": "50"})) as groq:
            error = failure(chat_with(groq, clock=clock, bounds=Bounds(total_s=120, retries=9)))
        assert isinstance(error, TryLaterError)
        assert clock.waits == [50, 50]

    def test_a_wait_of_a_century_is_capped(self) -> None:
        clock = ManualClock()
        with FakeGroq(Refused(429, headers={"Retry-After": "1e300"})) as groq:
            error = failure(chat_with(groq, clock=clock))
        assert isinstance(error, TryLaterError)
        assert error.retry_at == clock.now() + timedelta(days=31)


class TestTrouble:
    @pytest.mark.parametrize("status", [408, 498, 500, 502, 503])
    def test_a_broken_service_is_tried_again_and_then_told(self, status: int) -> None:
        with FakeGroq(Refused(status)) as groq:
            error = failure(chat_with(groq))
            assert len(groq.bodies) == 3
        assert isinstance(error, TryLaterError)
        assert str(status) in error.message

    def test_a_service_that_recovers_is_not_told(self) -> None:
        with FakeGroq(Refused(503), Answer(("ok",))) as groq:
            assert ask(chat_with(groq)) == "ok"

    def test_no_answer_is_waited_for_no_longer_than_a_read_may_take(self) -> None:
        with FakeGroq(Silence()) as groq:
            error = failure(chat_with(groq, bounds=IMPATIENT, clock=SystemClock()))
        assert isinstance(error, TryLaterError)
        assert "in time" in error.message

    def test_nobody_listening_is_told_as_such(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as closed:
            port = closed.getsockname()[1]
        error = failure(chat_with(f"http://127.0.0.1:{port}"))
        assert isinstance(error, TryLaterError)
        assert error.message == "Groq cannot be reached: Connection refused"

    @pytest.mark.parametrize(
        "mishap",
        [
            Mishap.DROP,
            Mishap.END,
            Mishap.MALFORMED,
            Mishap.WRONG_SHAPE,
            Mishap.ERROR_EVENT,
            Mishap.STOPPED,
            Mishap.HANG,
            Mishap.FLOOD,
        ],
        ids=lambda mishap: mishap.name.lower(),
    )
    def test_what_was_said_before_a_stream_broke_was_heard(self, mishap: Mishap) -> None:
        with FakeGroq(Answer(("The first ", "post."), mishap=mishap)) as groq:
            heard, error = heard_before(chat_with(groq, bounds=IMPATIENT, clock=SystemClock()))
            assert len(groq.bodies) == 1
        assert heard == ["The first ", "post."]
        assert isinstance(error, TryLaterError)

    def test_a_stream_that_says_why_it_stopped_is_quoted(self) -> None:
        with FakeGroq(Answer(("One",), mishap=Mishap.STOPPED)) as groq:
            _, error = heard_before(chat_with(groq))
        assert "over capacity" in error.message

    def test_a_stream_that_broke_before_its_first_word_is_tried_again(self) -> None:
        with FakeGroq(Answer(mishap=Mishap.DROP), Answer(("ok",))) as groq:
            assert ask(chat_with(groq)) == "ok"

    def test_a_stream_that_only_keeps_itself_alive_ends_with_the_calls_time(self) -> None:
        bounds = Bounds(total_s=0.3, read_s=5, retries=2)
        with FakeGroq(Answer(("One",), mishap=Mishap.CHATTER)) as groq:
            heard, error = heard_before(chat_with(groq, bounds=bounds, clock=SystemClock()))
        assert heard == ["One"]
        assert isinstance(error, TryLaterError)
        assert "did not finish" in error.message

    def test_a_slow_answer_ends_with_the_calls_time(self) -> None:
        clock = ManualClock()
        slow = Answer(("a", "b", "c", "d"), between=lambda: clock.advance(50))
        with FakeGroq(slow) as groq:
            _, error = heard_before(chat_with(groq, clock=clock))
        assert isinstance(error, TryLaterError)
        assert "2 minutes" in error.message

    @pytest.mark.parametrize("schema", [None, SCHEMA], ids=["streamed", "whole"])
    def test_a_page_in_groqs_place_is_no_answer(self, schema: dict[str, object] | None) -> None:
        with FakeGroq(Page()) as groq:
            error = failure(chat_with(groq), schema=schema)
            assert len(groq.bodies) == 1
        assert isinstance(error, TryLaterError)
        assert "in Groq's place" in error.message

    @pytest.mark.parametrize("body", ["", "{", "[]", "{}", '{"choices": []}', '{"choices": null}', '{"choices": [{}]}'])
    def test_a_whole_answer_of_another_form_is_told_as_such(self, body: str) -> None:
        with FakeGroq(Page(body, content_type="application/json")) as groq:
            error = failure(chat_with(groq), schema=SCHEMA)
        assert isinstance(error, TryLaterError)


class TestAddresses:
    @pytest.mark.parametrize(
        "address",
        ["ftp://example.com", "example.com", "https://", "https://example.com:99999", "https://u:p@example.com"],
    )
    def test_what_is_no_address_is_refused(self, address: str) -> None:
        with pytest.raises(UsageError, match="base address"):
            chat_with(address)

    def test_the_key_does_not_leave_this_machine_unencrypted(self) -> None:
        with pytest.raises(UsageError, match="unencrypted"):
            chat_with("http://example.com")


class TestSecrets:
    SCRIPTS: tuple[Script, ...] = (
        Refused(401, f"Incorrect API key provided: {KEY}."),
        Refused(400, f"Bearer {KEY} is odd"),
        Refused(500, KEY),
        Page(f"<p>{KEY}</p>"),
        Answer(("One",), mishap=Mishap.DROP),
        Answer(("fine",)),
    )

    @pytest.mark.parametrize("script", SCRIPTS, ids=range(len(SCRIPTS)))
    def test_the_key_is_in_no_message_traceback_or_log(self, script: Script, caplog: pytest.LogCaptureFixture) -> None:
        caplog.set_level(logging.DEBUG)
        with FakeGroq(script) as groq:
            chat = chat_with(groq)
            told = repr(chat) + repr(vars(chat)["_service"])
            try:
                ask(chat)
            except OneRingError as error:
                told += "".join(traceback.format_exception(error)) + error.hint + str(error.details)
        told += caplog.text + "".join(str(vars(record)) for record in caplog.records)
        assert KEY not in told
        assert any(record.name.startswith(("groq", "httpcore", "httpx")) for record in caplog.records)

    @pytest.mark.parametrize("key", ["gsk_with\nnewline", "gsk_ümlaut", "gsk_two words"])
    def test_a_key_that_no_header_can_carry_is_refused_unseen(self, key: str) -> None:
        with pytest.raises(LogInError) as caught:
            chat_with("", api_key=key)
        assert key not in "".join(traceback.format_exception(caught.value))

    def test_no_prompt_goes_to_a_tracing_service(self, monkeypatch: pytest.MonkeyPatch) -> None:
        from langsmith import utils

        remembered: Any = utils.get_env_var
        with FakeGroq(Page("{}", content_type="application/json")) as tracing, FakeGroq(Answer(("ok",))) as groq:
            for name, value in {"TRACING_V2": "true", "ENDPOINT": tracing.address, "API_KEY": "lsv2_x"}.items():
                monkeypatch.setenv(f"LANGSMITH_{name}", value)
            remembered.cache_clear()
            try:
                assert ask(chat_with(groq)) == "ok"
                from langchain_core.tracers.langchain import wait_for_all_tracers

                wait_for_all_tracers()
            finally:
                remembered.cache_clear()
            assert tracing.asked == []
