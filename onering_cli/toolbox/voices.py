"""Builds what serves the user's voices."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from onering_cli.adapters.voice_files import VoiceFiles
    from onering_cli.memory.model import Remembered
    from onering_cli.memory.voice.model import Voice
    from onering_cli.toolbox import Toolbox


class VoiceTools:
    """The voices' part of the toolbox.

    Args:
        toolbox: The whole.
    """

    def __init__(self, toolbox: Toolbox) -> None:
        self._toolbox = toolbox

    @cached_property
    def files(self) -> VoiceFiles:
        """The voices that are kept."""
        from onering_cli.adapters.voice_files import VoiceFiles

        return VoiceFiles(self._toolbox.paths.voices_folder)

    def measure(self, name: str, *, account: str, since: datetime | None) -> Voice:
        """A voice from what is remembered of an account ("" for all), not yet kept.

        Raises:
            UsageError: There is nothing to measure.
        """
        from onering_cli.adapters.static_embedder import shipped_tokenizer
        from onering_cli.adapters.token_background import TokenBackground
        from onering_cli.memory.metrics import engagement
        from onering_cli.memory.voice.model import OwnPost
        from onering_cli.memory.voice.profile import build, thinned

        chosen = thinned(self._own(account, since))
        metrics = self._toolbox.stats.metrics.latest([found.id for found in chosen])
        posts = [
            OwnPost(
                found.post.text,
                found.post.published_at,
                found.post.url,
                engagement(metrics[found.id]) if found.id in metrics else None,
            )
            for found in chosen
        ]
        return build(
            name,
            posts,
            account=account,
            now=self._toolbox.clock.now(),
            embedder=self._toolbox.embedder,
            background=TokenBackground(shipped_tokenizer()),
        )

    def _own(self, account: str, since: datetime | None) -> Iterator[Remembered]:
        """What shows how somebody writes of their own accord: no answers, and articles only without anything else."""
        from onering_cli.memory.model import Filter, PostKind

        corpus = self._toolbox.memory.corpus
        for kinds in ((PostKind.POST, PostKind.THREAD, PostKind.QUOTE, PostKind.NOTE), (PostKind.ARTICLE,)):
            found = False
            for remembered in corpus.posts(Filter(account=account, kinds=kinds, since=since)):
                found = True
                yield remembered
            if found:
                return
