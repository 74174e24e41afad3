"""Editing a draft in a file of its own, so that no text is lost whatever becomes of the editor or the store."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from onering_cli.errors import OneRingError, StoreError, UsageError
from onering_cli.record import record
from onering_cli.text.draft_file import DraftFileError

if TYPE_CHECKING:
    from collections.abc import Callable

    from onering_cli.drafts.model import StoredDraft
    from onering_cli.drafts.ports import DraftStore


@record
class Edit:
    """How an edit ended: the draft as it now is, and whether it was saved anew."""

    stored: StoredDraft
    changed: bool


def edit(
    store: DraftStore,
    stored: StoredDraft,
    *,
    folder: Path,
    run_editor: Callable[[Path], None],
    recover: bool = False,
) -> Edit:
    """Have a draft edited, and save what comes back.

    The text lies in a recovery file before the editor starts, and stays there until it is saved. When the editor fails,
    when the text is no draft file, or when the store refuses it, the error that is raised says where the text is. With
    `recover` such a text is edited further and saved over whatever revision the draft has by now; the earlier ones are
    kept anyway.

    Args:
        store: Where the draft is saved.
        stored: The draft as the user knows it; somebody else's save since then is a conflict.
        folder: Where recovery files go; made 0700 when it is missing, the files 0600.
        run_editor: Returns when the user is done with the file, raises when the editor failed.
        recover: Begin with the newest recovery file of an earlier edit.

    Raises:
        UsageError: An earlier edit left unsaved text (or none, with `recover`), or the file came back empty.
        DraftFileError: What came back is no draft file.
        RevisionConflictError: Somebody else saved the draft meanwhile.
        StoreError: The recovery file cannot be written, or the draft cannot be saved.
    """
    revisions = {revision.source.encode() for revision in store.revisions(stored.id)}
    left = _left_behind(folder, stored.id, revisions)
    if recover:
        if not left:
            raise UsageError(f"there is no unsaved text of draft {stored.id}", hint=f"onering draft edit {stored.id}")
        path = left[0]
    elif left:
        raise UsageError(
            f"an edit of draft {stored.id} left unsaved text in {left[0]}, or is still going on",
            hint=f"go on with it: onering draft edit {stored.id} --recover; or delete the file to drop the text",
            details={"recovery": str(left[0])},
        )
    else:
        path = _written(folder, stored)
    try:
        run_editor(path)
        outcome = _saved(store, stored, path)
    except BaseException as exc:
        if not _is_unsaved(path, revisions):
            path.unlink(missing_ok=True)
        elif isinstance(exc, OneRingError):
            _say_where(exc, path, stored.id)
        raise
    path.unlink(missing_ok=True)
    return outcome


def _left_behind(folder: Path, draft_id: str, revisions: set[bytes]) -> list[Path]:
    """Files of earlier edits whose text is no revision, the newest first; those without such text are cleared away."""
    unsaved: list[tuple[int, Path]] = []
    for path in folder.glob(f"{draft_id}-*.md"):
        if _is_unsaved(path, revisions):
            unsaved.append((path.stat().st_mtime_ns, path))
        else:
            path.unlink(missing_ok=True)
    return [path for _, path in sorted(unsaved, reverse=True)]


def _is_unsaved(path: Path, revisions: set[bytes]) -> bool:
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return False
    return bool(content.strip()) and content not in revisions


def _written(folder: Path, stored: StoredDraft) -> Path:
    import tempfile

    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        # A name of its own for every edit, so that two editors at once never write into one file.
        descriptor, name = tempfile.mkstemp(prefix=f"{stored.id}-", suffix=".md", dir=folder)
        with os.fdopen(descriptor, "wb") as file:
            file.write(stored.source.encode())
    except OSError as exc:
        raise StoreError(
            f"there is no room for the edit in {folder}: {exc.strerror or exc}",
            hint="check the folder's permissions and the free space",
        ) from exc
    return Path(name)


def _saved(store: DraftStore, stored: StoredDraft, path: Path) -> Edit:
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return Edit(stored, changed=False)
    if content == stored.source.encode():
        return Edit(stored, changed=False)
    if not content.strip():
        raise UsageError(
            f"the file came back empty, so draft {stored.id} is as it was",
            hint=f"to be rid of it: onering draft rm {stored.id}",
        )
    return Edit(store.replace(stored.id, _text(content, path), expected_revision=stored.revision), changed=True)


def _text(content: bytes, path: Path) -> str:
    try:
        return content.decode()
    except UnicodeDecodeError as exc:
        before = content[: exc.start].decode()
        raise DraftFileError(
            "this is not UTF-8",
            name=str(path),
            line=before.count("\n") + 1,
            column=len(before) - before.rfind("\n"),
            hint="save it with the encoding UTF-8",
        ) from exc


def _say_where(error: OneRingError, path: Path, draft_id: str) -> None:
    first = f"{error.hint}; then " if error.hint else ""
    error.hint = f"{first}go on with your text, which is kept in {path}: onering draft edit {draft_id} --recover"
    error.details["recovery"] = str(path)
