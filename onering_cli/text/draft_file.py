r"""The draft file: Markdown that reads as a thread, parsed into a draft and composed from one.

The format::

    ---
    title: Why we moved            (optional front matter, only on the very first line)
    ---

    The first post.

    ![What the picture shows](pictures/move.png)

    ---

    The second post. <!-- never published -->

- Posts are separated by a line of exactly ``---`` (blanks may follow). A separator stands between two posts: nothing
  but comments on one side of it is no post, and nothing at all is an error. A file without text is a draft of no posts.
- ``![description](path)`` is media, alone on a line or within one; the path may be an ``http(s)`` address. Brackets and
  parentheses inside may be balanced or escaped with a backslash. A path may hold spaces, and in ``<...>`` anything. A
  description may span lines, but not a blank one. ``&#10;`` and ``&#13;`` are line breaks in both.
- Comments ``<!-- ... -->`` may span lines and posts. A line that media or comments leave blank is not in the text.
- A post's text is everything else as it stands, without the blank lines around it. Nothing else of Markdown has a
  meaning: X shows text, so a code fence is published as written, and a line ``---`` inside a fence separates posts.
- One backslash is taken away before ``![``, before ``<!--``, from a line of backslashes and ``---``, and from a line of
  only backslashes. So ``\---`` publishes a line of three hyphens, and a lone ``\`` keeps a blank line at an edge.
- ``\r\n`` and ``\r`` count as ``\n``; one byte order mark at the start is skipped.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from onering_cli.text.draft import Draft, Media, Post
from onering_cli.text.draft_error import DraftFileError, SourceText

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["DraftFileError", "compose", "parse"]

_BOM = "\ufeff"
_BLANKS = " \t"
_EMPTY = _BLANKS + "\n"
# Stands where a comment or media was taken out. A lone surrogate: `parse` refuses files that hold one.
_GONE = "\ud800"

_FENCE = re.compile(r"^---[ \t]*$", re.MULTILINE)
_MARK = re.compile(r"^---[ \t]*$|\\?<!--", re.MULTILINE)
_ESCAPED_RULE = re.compile(r"^\\(?=\\*---[ \t]*$)", re.MULTILINE)
_RULE = re.compile(r"^(?=\\*---[ \t]*$)", re.MULTILINE)
_BACKSLASHES = re.compile(r"\\+[ \t]*")


def parse(source: str, *, name: str = "draft") -> Draft:
    """The draft that a draft file describes.

    Args:
        source: The file's text; line breaks of any kind.
        name: The file's name, for errors.

    Raises:
        DraftFileError: The file is not a draft file; the error says where and what to do.
    """
    text = source.removeprefix(_BOM).replace("\r\n", "\n").replace("\r", "\n")
    file = SourceText(name, text)
    _refuse_surrogates(file)
    heading, body_start = _front_matter(file)
    return replace(heading, posts=tuple(_post(part) for part in _parts(file, body_start)))


def compose(draft: Draft) -> str:
    r"""The canonical file of a draft: ``parse(compose(draft)) == draft``.

    The draft must be one that a file can hold: line breaks in posts are ``\n``, no text has a lone surrogate, and
    `extra` holds what YAML's core types can say.

    Raises:
        ValueError: `draft.extra` holds a key that is a field of its own.
        DraftFileError: The front matter would be longer than a file may have.
    """
    fields = ""
    if replace(draft, posts=()) != Draft(()):
        from onering_cli.text import front_matter

        fields = front_matter.write(draft)
    head = f"---\n{fields}---\n" if fields else ""
    body = "\n---\n\n".join(_RULE.sub(r"\\", _composed(post).replace("<!--", "\\<!--")) for post in draft.posts)
    if head and body:
        return f"{head}\n{body}"
    return head or (_BOM + body if body.startswith(_BOM) else body)


def _refuse_surrogates(file: SourceText) -> None:
    try:
        file.text.encode()
    except UnicodeEncodeError as exc:
        raise file.error(exc.start, "this character is half of one and cannot be saved") from exc


def _front_matter(file: SourceText) -> tuple[Draft, int]:
    """A draft of no posts with what the front matter says, and where it ends."""
    opening = _FENCE.match(file.text)
    if opening is None:
        return Draft(()), 0
    from onering_cli.text import front_matter

    start = opening.end() + 1
    closing = _FENCE.search(file.text, start)
    if closing is None:
        raise file.error(
            0,
            "the front matter that starts here has no closing --- line",
            hint="close it, or remove this line if the file has no front matter",
        )
    return front_matter.read(file, start, closing.start()), closing.end()


def _parts(file: SourceText, start: int) -> Iterator[str]:
    r"""The text of each post, with `_GONE` for comments, ``\---`` and ``\<!--`` resolved, and media still in it."""
    text = file.text
    pieces: list[str] = []
    number = 1
    opened_at: int | None = None  # the separator before this post
    at = start
    while mark := _MARK.search(text, at):
        pieces.append(text[at : mark.start()])
        at = mark.end()
        if mark[0].startswith("\\"):
            pieces.append("<!--")
        elif mark[0].startswith("<"):
            pieces.append(_GONE)
            at = _comment_end(file, mark.start())
        else:
            part = "".join(pieces)
            if not part.strip(_EMPTY):
                raise _empty_post(file, number, opened_at, mark.start())
            if part.strip(_EMPTY + _GONE):
                yield _ESCAPED_RULE.sub("", part)
                number += 1
            pieces = []
            opened_at = mark.start()
    pieces.append(text[at:])
    part = "".join(pieces)
    if part.strip(_EMPTY + _GONE):
        yield _ESCAPED_RULE.sub("", part)
    elif opened_at is not None and _GONE not in part:
        raise _empty_post(file, number, opened_at, len(text))


def _empty_post(file: SourceText, number: int, opened_at: int | None, closed_at: int) -> DraftFileError:
    message = f"post {number} is empty: nothing stands {'before' if opened_at is None else 'after'} this --- line"
    hint = "remove the line or write the post"
    if opened_at is None:
        hint += "; front matter would have to start on the first line"
    return file.error(closed_at if opened_at is None else opened_at, message, hint=hint)


def _comment_end(file: SourceText, start: int) -> int:
    end = file.text.find("-->", start + 2)
    if end < 0:
        raise file.error(
            start, "this comment is never closed", hint="close it with -->, or write \\<!-- to publish the characters"
        )
    return end + 3


def _post(part: str) -> Post:
    text = part
    media: tuple[Media, ...] = ()
    if "![" in part:
        from onering_cli.text import draft_media

        text, media = draft_media.take_out(part, gap=_GONE)
    lines: list[str] = []
    vanished = False  # of the blank lines around a line that vanished, one goes too
    for line in text.split("\n"):
        kept = _without_gaps(line)
        blank = not kept.strip(_BLANKS)
        if blank and _GONE in line:
            vanished = True
            continue
        doubled = vanished and not lines[-1].strip(_BLANKS) if lines else True
        vanished = False
        if not (blank and doubled):
            lines.append(kept)
    while lines and not lines[-1].strip(_BLANKS):
        lines.pop()
    return Post("\n".join(line[1:] if _BACKSLASHES.fullmatch(line) else line for line in lines), media)


def _without_gaps(line: str) -> str:
    """The line without its `_GONE`s; the blanks before each go with it, and at the line's start those after it."""
    *pieces, last = line.split(_GONE)
    if not pieces:
        return line
    joined = "".join(piece.rstrip(_BLANKS) for piece in pieces) + (last if last.strip(_BLANKS) else "")
    return joined if pieces[0].strip(_BLANKS) else joined.lstrip(_BLANKS)


def _composed(post: Post) -> str:
    lines = post.text.split("\n") if post.text or not post.media else []
    inked = [index for index, line in enumerate(lines) if line.strip(_BLANKS)] or [len(lines)]
    kept = (
        f"\\{line}" if not inked[0] <= index <= inked[-1] or _BACKSLASHES.fullmatch(line) else line
        for index, line in enumerate(lines)
    )
    text = "".join(f"{line}\n" for line in kept).replace("![", "\\![")
    if not post.media:
        return text
    from onering_cli.text import draft_media

    media = draft_media.lines(post.media)
    return f"{text}\n{media}" if text else media
