"""A model at any server that speaks OpenAI's chat protocol: Ollama, LM Studio, llama-server, vLLM."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from onering_cli.adapters.chat_failures import Service
from onering_cli.adapters.chat_served import JsonMode, Served, ServedChat, Traits
from onering_cli.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from onering_cli.adapters.chat_models import Bounds
    from onering_cli.clock import Clock

_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_USUAL_PATH = "/v1"
# All four hold an answer to a JSON schema; one that does not refuses the parameter and is asked without it
# (https://docs.ollama.com/capabilities/structured-outputs, https://lmstudio.ai/docs/developer/openai-compat,
# https://github.com/ggml-org/llama.cpp/blob/master/tools/server/README.md, 2026-11).
# Tokens are counted in the stream on request only.
_TRAITS = Traits(JsonMode.SCHEMA)
_EXTRAS = {"extra_body": {"stream_options": {"include_usage": True}}}


def chat_at(
    reference: str,
    api_key: str,
    *,
    clock: Clock,
    bounds: Bounds,
    on_wait: Callable[[str], None] | None = None,
    seed: int | None = None,
) -> ServedChat:
    """The model that ``http://HOST:PORT/v1#MODEL`` names; without a model the one that the server lists first.

    Args:
        reference: The address and the model.
        api_key: The key, or "" where the server wants none.
        clock: Tells the time and waits.
        bounds: How long and how often.
        on_wait: Told in a sentence before each wait.
        seed: Asks for the same words again, as far as the server can.

    Raises:
        UsageError: It is no address, or would send the material unencrypted beyond this machine, or the server has
            no model.
    """
    address, _, model = reference.partition("#")
    base_url, path = address_parts(address)

    def served(name: str) -> ServedChat:
        service = _service(name, base_url, api_key)
        where = Served("server", service, base_url, path, _TRAITS, _EXTRAS)
        return ServedChat(where, clock=clock, bounds=bounds, on_wait=on_wait, seed=seed)

    if model:
        return served(model)
    names = served("").model_names()
    if not names:
        raise UsageError(f"the server at {base_url} has no model", hint="load one there, then try again")
    return served(names[0])


def _service(model: str, base_url: str, key: str) -> Service:
    return Service(
        name=f"the server at {base_url.partition('://')[2]}",
        model=model,
        log_in_hint="set ONERING_SECRET_SERVER_API_KEY to the key that it wants",
        models_hint="onering model list --server ADDRESS lists its models",
        address_hint="check that the server runs and that the address ends in /v1, then try again",
        secret=key.strip(),
    )


def address_parts(address: str) -> tuple[str, str]:
    """The server and the path of its API, ``http://127.0.0.1:11434`` and ``/v1``.

    Raises:
        UsageError: It is no address, or would send what is the user's unencrypted beyond this machine.
    """
    hint = "say where it is as in --model http://127.0.0.1:11434/v1#MODEL"
    try:
        parts = urlsplit(address)
        host, _ = parts.hostname, parts.port
    except ValueError:
        host = None
    if not host or parts.scheme not in {"http", "https"} or parts.query:
        raise UsageError(f"{address} is no http or https address", hint=hint)
    if parts.username or parts.password:
        raise UsageError("the address must not hold a user name or password", hint=hint)
    if parts.scheme == "http" and host not in _LOOPBACK:
        raise UsageError(f"http would send your material to {host} unencrypted", hint="use https, or a tunnel to here")
    return f"{parts.scheme}://{parts.netloc}", parts.path.rstrip("/") or _USUAL_PATH
