"""Groq as a chat model, through langchain-groq's ChatGroq."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from onering_cli.adapters.chat_failures import Service
from onering_cli.adapters.chat_served import SDK_PATH, JsonMode, Served, ServedChat, Traits
from onering_cli.errors import LogInError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from onering_cli.adapters.chat_models import Bounds
    from onering_cli.clock import Clock

DEFAULT_MODEL = "openai/gpt-oss-120b"
"""Groq's recommended replacement for llama-3.3-70b-versatile, which was shut down on 2026-08-16
(https://console.groq.com/docs/deprecations, 2026-11)."""
DEFAULT_BASE_URL = "https://api.groq.com"

_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


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


class GroqChat(ServedChat):
    """Satisfies `ChatModel` with a model that Groq serves.

    Args:
        model: As Groq names it: ``openai/gpt-oss-120b``.
        api_key: The key; it appears in no repr, log, message or traceback.
        base_url: Another endpoint that speaks Groq's protocol, with or without ``/openai/v1``; "" for Groq's own.
        clock: Tells the time and waits.
        bounds: How long and how often.
        on_wait: Told in a sentence before each wait.
        seed: Asks for the same words again; best effort (https://console.groq.com/docs/api-reference, 2026-11).
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
        address = _base_url(base_url)
        served = Served(
            provider="groq",
            service=_service(model, _key(api_key), address),
            base_url=address,
            path=SDK_PATH,
            traits=next((traits for start, traits in _TRAITS if model.startswith(start)), _USUAL_TRAITS),
        )
        super().__init__(served, clock=clock, bounds=bounds, on_wait=on_wait, seed=seed)


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
    bare = address.strip().rstrip("/").removesuffix(SDK_PATH) or DEFAULT_BASE_URL
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
