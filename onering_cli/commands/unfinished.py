"""Generations that were interrupted: kept as drafts, and taken up again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from onering_cli.errors import UsageError
from onering_cli.record import record

if TYPE_CHECKING:
    from collections.abc import Sequence

    from onering_cli.commands.session import Session
    from onering_cli.drafts.model import StoredDraft
    from onering_cli.generation.assignment import Assignment
    from onering_cli.generation.graph import StoppedError
    from onering_cli.text.draft import Draft


@record
class Choices:
    """What a generation was asked for beside the assignment.

    Args:
        model: Who writes.
        seed: Or None.
        voice: A voice's name, or "".
        hook: A hook's name, or "".
        format: A format's name, or "".
        number: Posts end with their numbers.
        limit: The weight that was asked for, numbers included.
        account: Whom it is meant for.
    """

    model: str
    seed: int | None = None
    voice: str = ""
    hook: str = ""
    format: str = ""
    number: bool = False
    limit: int = 280
    account: str = ""


def keep_unfinished(session: Session, stopped: StoppedError, assignment: Assignment, choices: Choices) -> None:
    """Save what was written before the chain stopped; it is a draft like any other, marked unfinished."""
    from onering_cli.generation.interruption import packed
    from onering_cli.text.draft import Draft, Post
    from onering_cli.text.draft_file import compose

    if not stopped.posts:
        return
    draft = Draft(tuple(Post(post.text) for post in stopped.posts), title=assignment.topic, account=choices.account)
    asked = {name: getattr(choices, name) for name in _NAMES}
    remembered = {**packed(assignment, stopped.beginning), "choices": asked}
    kept = session.toolbox.drafts.add(
        compose(draft),
        provenance={"unfinished": True, "writer": choices.model, "stopped": str(stopped), "resume": remembered},
    )
    session.fill(draft=kept.id)
    session.streams.warn(
        f"what was written is kept, unfinished, as draft {kept.id}; go on: onering generate --resume {kept.id}"
    )


def unfinished(session: Session, reference: str) -> tuple[StoredDraft, Assignment, Choices]:
    """The draft of an interrupted run, what it was asked, and how far it came.

    Raises:
        UsageError: The draft is finished, or was edited since.
    """
    from dataclasses import replace

    from onering_cli.generation.interruption import unpacked

    stored = session.toolbox.drafts.get(reference)
    remembered: Any = stored.provenance.get("resume")
    if not stored.provenance.get("unfinished") or not isinstance(remembered, dict):
        raise UsageError(f"draft {stored.id} was not interrupted", hint="onering draft list")
    if stored.revision > 1:
        raise UsageError(
            f"draft {stored.id} was edited since it was interrupted", hint="finish it by hand: onering draft edit"
        )
    choices = Choices(**remembered.get("choices", {}))
    styles = session.toolbox.writing.styles
    assignment = replace(
        unpacked(remembered),
        voice=session.toolbox.voices.files.get(choices.voice).voice if choices.voice else None,
        hook=styles.hook(choices.hook),
        build=styles.format(choices.format),
    )
    return stored, assignment, choices


def finish(session: Session, stored: StoredDraft, draft: Draft, provenance: dict[str, object]) -> StoredDraft:
    """The finished thread in the interrupted draft's place."""
    from onering_cli.text.draft_file import compose

    return session.toolbox.drafts.replace(
        stored.id, compose(draft), expected_revision=stored.revision, provenance=provenance
    )


_NAMES: Sequence[str] = ("model", "seed", "voice", "hook", "format", "number", "limit", "account")
