"""What a list shows of a draft, taken from it when it is saved."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from onering_cli.text.draft import Draft

OPENING_CHARACTERS = 200


def opening(draft: Draft) -> str:
    """How the draft begins: the first line with text in it, cut to what any list can show."""
    for post in draft.posts:
        for line in post.text.split("\n"):
            if words := " ".join(line.split()):
                return words[:OPENING_CHARACTERS]
    return ""


def words(draft: Draft) -> str:
    """The text of all posts, as a search sees it."""
    return "\n\n".join(post.text for post in draft.posts)
