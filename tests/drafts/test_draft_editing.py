from __future__ import annotations

import stat
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from doubles.fake_clock import FakeClock
from doubles.memory_drafts import MemoryDrafts

from onering_cli.drafts.editing import Edit, edit
from onering_cli.drafts.ports import RevisionConflictError
from onering_cli.errors import OneRingError, StoreError, UsageError
from onering_cli.text.draft_file import DraftFileError

if TYPE_CHECKING:
    from onering_cli.drafts.model import StoredDraft

Typing = Callable[[Path], None]


@pytest.fixture
def drafts() -> MemoryDrafts:
    return MemoryDrafts(FakeClock())


@pytest.fixture
def kept(drafts: MemoryDrafts) -> StoredDraft:
    return drafts.add("\ufeffOne.\r\n---\r\nTwo.\r\n")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "unsaved"


def types(text: str | bytes) -> Typing:
    def run(path: Path) -> None:
        path.write_bytes(text if isinstance(text, bytes) else text.encode())

    return run


def types_then_raises(text: str, error: BaseException) -> Typing:
    def run(path: Path) -> None:
        path.write_text(text)
        raise error

    return run


def never(path: Path) -> None:
    pytest.fail("the editor was started")


def files(folder: Path) -> list[str]:
    return [path.read_text() for path in folder.iterdir()]


def test_what_was_typed_is_saved_and_the_recovery_file_goes(
    drafts: MemoryDrafts, kept: StoredDraft, folder: Path
) -> None:
    outcome = edit(drafts, kept, folder=folder, run_editor=types("Three.\r\n"))
    assert outcome == Edit(drafts.get(kept.id), changed=True)
    assert (outcome.stored.source, outcome.stored.revision) == ("Three.\r\n", 2)
    assert files(folder) == []


def test_the_editor_sees_the_source_byte_for_byte_in_a_private_file(
    drafts: MemoryDrafts, kept: StoredDraft, folder: Path
) -> None:
    seen: list[tuple[bytes, int, int, str]] = []

    def look(path: Path) -> None:
        modes = stat.S_IMODE(path.stat().st_mode), stat.S_IMODE(path.parent.stat().st_mode)
        seen.append((path.read_bytes(), *modes, path.suffix))

    assert edit(drafts, kept, folder=folder, run_editor=look) == Edit(kept, changed=False)
    assert seen == [(b"\xef\xbb\xbfOne.\r\n---\r\nTwo.\r\n", 0o600, 0o700, ".md")]
    assert drafts.get(kept.id) == kept
    assert files(folder) == []


@pytest.mark.parametrize(
    ("typing", "error"),
    [
        (types_then_raises("Mine.", UsageError("the editor ended with status 1")), UsageError),
        (types("---\nnot closed"), DraftFileError),
        (types(b"caf\xe9"), DraftFileError),
    ],
)
def test_text_that_cannot_be_saved_is_kept_and_found_again(
    drafts: MemoryDrafts, kept: StoredDraft, folder: Path, typing: Typing, error: type[OneRingError]
) -> None:
    with pytest.raises(error) as caught:
        edit(drafts, kept, folder=folder, run_editor=typing)
    (path,) = folder.iterdir()
    assert caught.value.details["recovery"] == str(path)
    assert str(path) in caught.value.hint
    assert f"onering draft edit {kept.id} --recover" in caught.value.hint
    assert drafts.get(kept.id) == kept

    with pytest.raises(UsageError, match="left unsaved text") as refused:
        edit(drafts, kept, folder=folder, run_editor=never)
    assert f"onering draft edit {kept.id} --recover" in refused.value.hint

    def mend(path: Path) -> None:
        assert path.read_bytes().startswith((b"Mine.", b"---", b"caf"))
        path.write_text("Mended.")

    assert edit(drafts, kept, folder=folder, run_editor=mend, recover=True).stored.source == "Mended."
    assert files(folder) == []


def test_bytes_that_are_no_text_are_told_with_their_place(
    drafts: MemoryDrafts, kept: StoredDraft, folder: Path
) -> None:
    with pytest.raises(DraftFileError, match="not UTF-8") as caught:
        edit(drafts, kept, folder=folder, run_editor=types(b"One.\n\xc3\xa9\xff"))
    assert (caught.value.line, caught.value.column) == (2, 2)


def test_a_conflict_keeps_both_texts(drafts: MemoryDrafts, kept: StoredDraft, folder: Path) -> None:
    def meanwhile(path: Path) -> None:
        drafts.replace(kept.id, "Theirs.", expected_revision=1)
        path.write_text("Mine.")

    with pytest.raises(RevisionConflictError) as caught:
        edit(drafts, kept, folder=folder, run_editor=meanwhile)
    assert "onering draft diff" in caught.value.hint
    assert "--recover" in caught.value.hint
    assert files(folder) == ["Mine."]

    outcome = edit(drafts, drafts.get(kept.id), folder=folder, run_editor=lambda _path: None, recover=True)
    assert outcome.stored.source == "Mine."
    assert [one.source for one in drafts.revisions(kept.id)][:2] == ["Mine.", "Theirs."]


def test_a_store_that_fails_keeps_its_exit_code_and_the_text(
    drafts: MemoryDrafts, kept: StoredDraft, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_arguments: object, **_options: object) -> StoredDraft:
        raise StoreError("the disk is full", hint="free some space")

    monkeypatch.setattr(drafts, "replace", full)
    with pytest.raises(StoreError) as caught:
        edit(drafts, kept, folder=folder, run_editor=types("Mine."))
    assert caught.value.hint.startswith("free some space; then go on with your text")
    assert files(folder) == ["Mine."]


def test_an_interrupted_edit_leaves_its_text(drafts: MemoryDrafts, kept: StoredDraft, folder: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        edit(drafts, kept, folder=folder, run_editor=types_then_raises("Mine.", KeyboardInterrupt()))
    assert files(folder) == ["Mine."]


def test_an_editor_that_fails_before_anything_is_typed_leaves_nothing(
    drafts: MemoryDrafts, kept: StoredDraft, folder: Path
) -> None:
    def fail(path: Path) -> None:
        raise UsageError("the editor cannot be started", hint="set VISUAL")

    with pytest.raises(UsageError) as caught:
        edit(drafts, kept, folder=folder, run_editor=fail)
    assert caught.value.hint == "set VISUAL"
    assert files(folder) == []


def test_an_emptied_file_changes_nothing(drafts: MemoryDrafts, kept: StoredDraft, folder: Path) -> None:
    with pytest.raises(UsageError, match="came back empty") as caught:
        edit(drafts, kept, folder=folder, run_editor=types(" \n"))
    assert "onering draft rm" in caught.value.hint
    assert drafts.get(kept.id) == kept
    assert files(folder) == []


def test_an_editor_that_takes_the_file_away_changes_nothing(
    drafts: MemoryDrafts, kept: StoredDraft, folder: Path
) -> None:
    assert edit(drafts, kept, folder=folder, run_editor=Path.unlink) == Edit(kept, changed=False)


def test_an_editor_may_replace_the_file(drafts: MemoryDrafts, kept: StoredDraft, folder: Path) -> None:
    def save_by_renaming(path: Path) -> None:
        other = path.with_suffix(".tmp")
        other.write_text("Replaced.")
        other.replace(path)

    assert edit(drafts, kept, folder=folder, run_editor=save_by_renaming).stored.source == "Replaced."


def test_a_killed_edit_in_which_nothing_was_typed_is_in_nobodys_way(
    drafts: MemoryDrafts, kept: StoredDraft, folder: Path
) -> None:
    folder.mkdir()
    (folder / f"{kept.id}-left.md").write_bytes(kept.source.encode())
    drafts.replace(kept.id, "Newer.", expected_revision=1)
    assert edit(drafts, drafts.get(kept.id), folder=folder, run_editor=types("Newest.")).changed
    assert files(folder) == []


def test_two_edits_at_once_never_share_a_file(drafts: MemoryDrafts, kept: StoredDraft, folder: Path) -> None:
    def inner(path: Path) -> None:
        edit(drafts, kept, folder=folder, run_editor=types("Inner."))
        path.write_text("Outer.")

    with pytest.raises(RevisionConflictError):
        edit(drafts, kept, folder=folder, run_editor=inner)
    assert drafts.get(kept.id).source == "Inner."
    assert files(folder) == ["Outer."]


def test_recovery_begins_with_the_newest_text_and_keeps_the_others(
    drafts: MemoryDrafts, kept: StoredDraft, folder: Path
) -> None:
    import os

    folder.mkdir()
    for name, text, at_s in (("a", "Newest.", 300), ("b", "Older.", 200)):
        path = folder / f"{kept.id}-{name}.md"
        path.write_text(text)
        os.utime(path, (at_s, at_s))
    edited = edit(drafts, kept, folder=folder, run_editor=lambda _path: None, recover=True)
    assert edited.stored.source == "Newest."
    assert files(folder) == ["Older."]


def test_there_must_be_something_to_recover(drafts: MemoryDrafts, kept: StoredDraft, folder: Path) -> None:
    with pytest.raises(UsageError, match="no unsaved text"):
        edit(drafts, kept, folder=folder, run_editor=never, recover=True)


def test_without_a_place_for_the_text_no_editor_starts(drafts: MemoryDrafts, kept: StoredDraft, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StoreError, match="no room for the edit"):
        edit(drafts, kept, folder=tmp_path / "file" / "unsaved", run_editor=never)
