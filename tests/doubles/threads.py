"""Threads to publish, and a machine to publish them on that can be started again."""

from __future__ import annotations

import io
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import TYPE_CHECKING, BinaryIO, cast

from doubles.fake_clock import FakeClock
from doubles.memory_journal import MemoryJournal
from doubles.mortality import Fate, Mortal
from doubles.scripted_destination import Platform, ScriptedDestination

from onering_cli.publishing.drive import Parts
from onering_cli.publishing.engine import Engine
from onering_cli.publishing.model import FrozenMedia, MediaKind, Run, Segment
from onering_cli.publishing.plan import Wishes, plan, propose
from onering_cli.publishing.ports import (
    AccountFacts,
    Certainty,
    Destination,
    Journal,
    MediaFacts,
    MediaProblem,
    Proposal,
    Unwatched,
)
from onering_cli.publishing.rules import PublishingSettings, X
from onering_cli.text.draft import Draft, Media, Post

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from onering_cli.clock import Clock
    from onering_cli.publishing.ports import Watcher

PICTURE = b"a picture, by its digest"


class MemoryFiles:
    """Satisfies `MediaFiles`: what is in the dictionary is on the disk."""

    def __init__(self, **files: bytes) -> None:
        self.files = {"cat.png": PICTURE, **files}

    def inspect(self, path: str) -> MediaFacts | MediaProblem:
        if path not in self.files:
            return MediaProblem.MISSING
        content = self.files[path]
        kind, mime_type = {
            "gif": (MediaKind.GIF, "image/gif"),
            "mp4": (MediaKind.VIDEO, "video/mp4"),
            "bmp": (MediaKind.IMAGE, "image/bmp"),
        }.get(path.rpartition(".")[2], (MediaKind.IMAGE, "image/png"))
        return MediaFacts(path, kind, mime_type, len(content), sha256(content).hexdigest())

    def snapshot(self, media: FrozenMedia) -> BinaryIO | None:
        content = self.files.get(media.path)
        if content is None or sha256(content).hexdigest() != media.sha256:
            return None
        return io.BytesIO(content)


def thread(*texts: str, pictures: Sequence[int] = ()) -> Draft:
    """A draft of these texts; the posts named have a picture."""
    return Draft(
        tuple(Post(text, (Media("cat.png", "a cat"),) if index in pictures else ()) for index, text in enumerate(texts))
    )


def proposal(
    draft: Draft, *, account: str = "ada", name: str = "draft:1", key: str = "", strict: bool = False, **wishes: object
) -> Proposal:
    """What `post` would propose for a draft."""
    made = plan(
        draft,
        account=account,
        wishes=replace(Wishes(), **wishes),  # type: ignore[arg-type]  # the tests name fields of Wishes
        files=MemoryFiles(),
        facts=AccountFacts(account),
    )
    return propose(made, draft=name, key=key, strict=strict)


@dataclass
class Machine:
    """A clock, a platform, a journal and files that outlive the processes which use them."""

    clock: FakeClock
    platform: Platform
    destination: ScriptedDestination
    journal: Journal
    files: MemoryFiles
    settings: PublishingSettings
    processes: int = 0

    def process(self, *, fate: Fate | None = None, watcher: Watcher | None = None) -> Engine:
        """A new process with an engine of its own."""
        self.processes += 1
        watched_by = watcher or Unwatched()
        parts = Parts(self.journal, self.destination, self.files, self.clock, self.settings, X, watched_by)
        if fate is not None:
            parts = replace(
                parts,
                journal=cast("Journal", Mortal(self.journal, fate, harmless=READ_ONLY)),
                destination=cast("Destination", Mortal(self.destination, fate, harmless=READ_ONLY)),
                clock=cast("Clock", Mortal(self.clock, fate, harmless=READ_ONLY)),
            )
        return Engine(parts, owner=f"host:{self.processes}")

    def publish(self, wanted: Proposal) -> Run:
        """One process that posts and ends."""
        return self.process().publish(wanted)


READ_ONLY = frozenset({"now", "monotonic", "describe", "get", "facts", "page", "taken_ids", "alike"})


def machine(
    *,
    journal: Callable[[Clock], Journal] = MemoryJournal,
    settings: PublishingSettings | None = None,
    certainty: Certainty = Certainty.READING,
    duplicate_rule: bool = True,
    timeline_lag_s: float = 0.0,
    parent_lag_s: float = 0.0,
) -> Machine:
    """A machine with nothing published yet."""
    clock = FakeClock()
    platform = Platform(clock, duplicate_rule, timeline_lag_s, parent_lag_s)
    return Machine(
        clock,
        platform,
        ScriptedDestination(platform, certainty=certainty),
        journal(clock),
        MemoryFiles(),
        settings or PublishingSettings(),
    )


def states(run: Run) -> list[str]:
    """The states of a run's segments, in order."""
    return [str(segment.state) for segment in run.segments]


def first_in_doubt(run: Run) -> Segment:
    """The first segment that is not out."""
    return next(segment for segment in run.segments if segment.state != "sent")
