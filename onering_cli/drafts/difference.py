"""What changed between two drafts, post by post."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from onering_cli.record import record
from onering_cli.text.draft import Draft
from onering_cli.text.draft_file import compose

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_CONTEXT_LINES = 3
_LIMIT_PAIRINGS = 100  # beyond it, posts are paired in order: comparing each with each would take seconds
_COMPARED_CHARACTERS = 500  # of a post; comparing costs their square
_LEAST_LIKENESS = 0.4  # difflib's ratio; posts less alike than this are one gone and one new


@record
class Change:
    """One part of a draft that changed.

    Args:
        before: The post's number in the earlier draft, from 1; 0 for the front matter, None for a post that is new.
        after: The same in the later draft; None for a post that is gone.
        lines: As in a unified diff: each begins with "-", "+" or a blank, or is an ``@@`` line between hunks.
    """

    before: int | None
    after: int | None
    lines: tuple[str, ...]

    @property
    def heading(self) -> str:
        """Which part it is, in words."""
        if self.before == 0:
            return "front matter"
        if self.after is None:
            return f"post {self.before}, gone"
        if self.before is None:
            return f"post {self.after}, new"
        return f"post {self.after}" if self.before == self.after else f"post {self.after}, was {self.before}"


def changes(before: Draft, after: Draft) -> tuple[Change, ...]:
    """What changed, in the order of the later draft; nothing when the drafts are equal."""
    old, new = _parts(before), _parts(after)
    found = []
    for old_number, new_number in ((0, 0), *_pairs(old[1:], new[1:])):
        old_lines = old[old_number] if old_number is not None else []
        new_lines = new[new_number] if new_number is not None else []
        if old_lines != new_lines or old_number is None or new_number is None:
            found.append(Change(old_number, new_number, tuple(_lines(old_lines, new_lines))))
    return tuple(found)


def unified(found: Sequence[Change], *, before_name: str, after_name: str) -> str:
    """The changes as text that reads like a unified diff; "" when there are none."""
    if not found:
        return ""
    lines = [f"--- {before_name}", f"+++ {after_name}"]
    for change in found:
        lines += [f"@@ {change.heading} @@", *change.lines]
    return "".join(f"{line}\n" for line in lines)


def _parts(draft: Draft) -> list[list[str]]:
    """The front matter, then each post, as the lines of a canonical draft file."""
    front = compose(replace(draft, posts=())).split("\n")[1:-2]
    return [front, *(compose(Draft((post,))).split("\n")[:-1] for post in draft.posts)]


def _lines(before: list[str], after: list[str]) -> Iterator[str]:
    from difflib import unified_diff

    hunks = unified_diff(before, after, n=_CONTEXT_LINES, lineterm="")
    for _ in range(3):  # the names, and the place of the first hunk: the change's heading says as much
        next(hunks, None)
    return hunks


def _pairs(old: list[list[str]], new: list[list[str]]) -> Iterator[tuple[int | None, int | None]]:
    """Numbers of posts that are one another's earlier and later form, in the order of the later draft."""
    from difflib import SequenceMatcher

    matcher = SequenceMatcher(None, [tuple(post) for post in old], [tuple(post) for post in new], autojunk=False)
    for tag, old_start, old_end, new_start, new_end in matcher.get_opcodes():
        if tag == "equal":
            yield from zip(range(old_start + 1, old_end + 1), range(new_start + 1, new_end + 1), strict=True)
            continue
        for old_index, new_index in _aligned(old[old_start:old_end], new[new_start:new_end]):
            yield (
                None if old_index is None else old_start + old_index + 1,
                None if new_index is None else new_start + new_index + 1,
            )


def _aligned(old: list[list[str]], new: list[list[str]]) -> Iterator[tuple[int | None, int | None]]:
    """Indices paired so that the pairs are as alike as can be, without crossing."""
    if len(old) * len(new) > _LIMIT_PAIRINGS:
        likeness = [[float(i == j) for j in range(len(new))] for i in range(len(old))]
    else:
        likeness = [[_likeness(before, after) for after in new] for before in old]
    best = [[0.0] * (len(new) + 1) for _ in range(len(old) + 1)]  # the sum from here on
    for i in reversed(range(len(old))):
        for j in reversed(range(len(new))):
            best[i][j] = max(best[i + 1][j], best[i][j + 1], best[i + 1][j + 1] + likeness[i][j])
    i = j = 0
    while i < len(old) or j < len(new):
        if i < len(old) and j < len(new) and likeness[i][j] and best[i][j] == best[i + 1][j + 1] + likeness[i][j]:
            yield i, j
            i, j = i + 1, j + 1
        elif i < len(old) and best[i][j] == best[i + 1][j]:
            yield i, None
            i += 1
        else:
            yield None, j
            j += 1


def _likeness(before: list[str], after: list[str]) -> float:
    from difflib import SequenceMatcher

    old, new = ("\n".join(lines)[:_COMPARED_CHARACTERS] for lines in (before, after))
    ratio = SequenceMatcher(None, old, new, autojunk=False).ratio()
    return ratio if ratio >= _LEAST_LIKENESS else 0.0
