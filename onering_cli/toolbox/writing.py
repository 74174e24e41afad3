"""Builds who writes: the crew of the chain, chat models by name, and the shelf of local weights."""

from __future__ import annotations

import os
from functools import cached_property
from typing import TYPE_CHECKING

from onering_cli.errors import LogInError, UsageError
from onering_cli.settings import catalogue as settings

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from onering_cli.adapters.chat_served import ServedChat
    from onering_cli.adapters.groq import GroqChat
    from onering_cli.adapters.local.chat import LocalChat
    from onering_cli.adapters.local.shelf import Shelf
    from onering_cli.generation.assignment import Crew
    from onering_cli.generation.ports import ChatModel, Writer
    from onering_cli.generation.styles import Styles
    from onering_cli.toolbox import Toolbox

_LOCAL_CONTEXT_SHARE = 0.45
"""How much of a local model's context the material may take; the rest is for instructions, plan and answer."""


class Writing:
    """What `Toolbox.writing` gives: everything that has to do with who writes.

    Args:
        toolbox: Gives the adapters that are shared with others.
    """

    def __init__(self, toolbox: Toolbox) -> None:
        self._toolbox = toolbox
        self._loaded: list[LocalChat] = []

    def crew(self, model: str, *, seed: int | None = None) -> Crew:
        """Who writes when `model` is asked for: ``extract`` or ``PROVIDER:NAME``.

        Raises:
            UsageError: There is no such writer.
            LogInError: Its key is missing.
        """
        from onering_cli.adapters.recall import OwnWordsRecall
        from onering_cli.generation.assignment import Crew
        from onering_cli.generation.extract import ExtractWriter

        # Nobody's drafts go to a tracing service because another project's environment switched one on.
        for name in ("LANGSMITH_TRACING_V2", "LANGCHAIN_TRACING_V2", "LANGSMITH_TRACING", "LANGCHAIN_TRACING"):
            os.environ[name] = "false"
        # One document is too little for more than one thread: starting them and waiting for them costs more.
        os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
        os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
        embedder = self._toolbox.embedder
        extract = ExtractWriter(embedder)
        writer = extract if model == extract.name else self._chat_writer(model, seed)
        recall = OwnWordsRecall(self._toolbox.drafts, self._toolbox.memory.search)
        return Crew(writer=writer, fallback=extract, embedder=embedder, recall=recall)

    def _chat_writer(self, model: str, seed: int | None) -> Writer:
        from onering_cli.generation.chat_writer import MATERIAL_TOKENS, ChatWriter

        tokens = MATERIAL_TOKENS
        if model.startswith("local:"):
            tokens = min(tokens, int(self._toolbox.settings[settings.LOCAL_CONTEXT] * _LOCAL_CONTEXT_SHARE))
        return ChatWriter(self.chat_model(model, seed=seed), material_tokens=tokens)

    def chat_model(self, model: str, *, seed: int | None = None) -> ChatModel:
        """The chat model that ``PROVIDER:NAME`` names.

        Raises:
            UsageError: There is no such provider.
            LogInError: Its key is missing.
        """
        provider, _, name = model.partition(":")
        if provider == "groq":
            return self.groq(name, seed=seed)
        if provider == "local":
            return self.local(name, seed=seed)
        if provider in {"http", "https"}:
            return self.served(model, seed=seed)
        if model == "extract":
            raise UsageError(
                "extract is no model: it selects sentences of your own text",
                hint="say groq:MODEL, local:MODEL, or http://HOST/v1#MODEL; onering model list",
            )
        raise UsageError(
            f"there is no writer {model!r}",
            hint="say extract, groq:MODEL, local:MODEL, or http://HOST/v1#MODEL; onering model list",
        )

    def groq(self, name: str, *, seed: int | None = None) -> GroqChat:
        """A model at Groq, the default one for ""."""
        from onering_cli.adapters.chat_models import Bounds
        from onering_cli.adapters.groq import DEFAULT_MODEL, GroqChat
        from onering_cli.adapters.secrets import GROQ_API_KEY

        toolbox = self._toolbox
        key = toolbox.secrets.get(GROQ_API_KEY)
        if key is None:
            raise LogInError("there is no key for Groq", hint="onering auth login groq, or set GROQ_API_KEY")
        toolbox.log.info("asking Groq", extra={"model": name or DEFAULT_MODEL})
        return GroqChat(
            name or DEFAULT_MODEL,
            key.reveal(),
            clock=toolbox.clock,
            base_url=toolbox.settings[settings.GROQ_BASE_URL],
            bounds=Bounds(total_s=toolbox.settings[settings.GROQ_TIMEOUT_S]),
            on_wait=toolbox.on_wait,
            seed=seed,
        )

    def served(self, reference: str, *, seed: int | None = None) -> ServedChat:
        """A model at a server that speaks OpenAI's protocol, by ``http://HOST:PORT/v1#MODEL``."""
        from onering_cli.adapters.chat_models import Bounds
        from onering_cli.adapters.chat_server import chat_at
        from onering_cli.adapters.secrets import SERVER_API_KEY

        toolbox = self._toolbox
        key = toolbox.secrets.get(SERVER_API_KEY)
        seconds = toolbox.settings[settings.SERVER_TIMEOUT_S]
        return chat_at(
            reference,
            key.reveal() if key else "",
            clock=toolbox.clock,
            # A model that runs on the same machine may think about a long question for minutes before its first word.
            bounds=Bounds(total_s=seconds, read_s=seconds),
            on_wait=toolbox.on_wait,
            seed=seed,
        )

    def local(self, reference: str, *, seed: int | None = None) -> LocalChat:
        """A model on this machine, by its name on the shelf or by the path of its weights."""
        from onering_cli.adapters.local.chat import LocalChat, Sampling

        toolbox = self._toolbox
        name, path = self.shelf.find(reference)
        sampling = Sampling(
            seed=seed,
            temperature=toolbox.settings[settings.LOCAL_TEMPERATURE],
            context=toolbox.settings[settings.LOCAL_CONTEXT],
            threads=toolbox.settings[settings.LOCAL_THREADS],
        )
        chat = LocalChat(name, path, clock=toolbox.clock, sampling=sampling, on_load=toolbox.on_wait)
        self._loaded.append(chat)
        return chat

    @property
    def styles_file(self) -> Path:
        """Where the user's own hooks and formats are, whether or not there are any."""
        return self._toolbox.paths.config_file.with_name("styles.toml")

    @property
    def styles(self) -> Styles:
        """The hooks and formats there are."""
        from onering_cli.adapters.styles_file import read_styles

        return read_styles(self.styles_file)

    def edit_styles(self) -> Path:
        """Have the user edit their hooks and formats; where they are.

        Raises:
            UsageError: There is no editor, or it failed.
        """
        from onering_cli.adapters.editor import editor_for
        from onering_cli.adapters.styles_file import template

        run_editor = editor_for(self._toolbox.environment)
        if not self.styles_file.exists():
            self.styles_file.parent.mkdir(parents=True, exist_ok=True)
            self.styles_file.write_text(template(), encoding="utf-8")
        run_editor(self.styles_file)
        return self.styles_file

    @cached_property
    def shelf(self) -> Shelf:
        """Local weights."""
        from onering_cli.adapters.local.shelf import Shelf

        return Shelf(self._toolbox.paths.cache_folder / "models")

    def pull(self, name: str, *, on_progress: Callable[[int, int], None], on_wait: Callable[[str], None]) -> Path:
        """Fetch the weights of a known model; where they are."""
        from onering_cli.adapters.local.pull import pull

        endpoint = self._toolbox.environment.get("HF_ENDPOINT", "")
        return pull(self.shelf.known(name), self.shelf, endpoint=endpoint, on_progress=on_progress, on_wait=on_wait)

    def close(self) -> None:
        """Give back the memory of local models."""
        for chat in self._loaded:
            chat.close()
