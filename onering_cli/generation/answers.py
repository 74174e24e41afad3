"""Finds posts and outlines in what a model answered, however loosely it kept to the form."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from onering_cli.errors import TryLaterError
from onering_cli.generation.loose_json import loose_values
from onering_cli.generation.marks import (
    COUNTED,
    COUNTED_END,
    FAREWELL,
    HEADING,
    LABEL,
    LISTED,
    REFUSAL,
    ROLE,
    is_furniture,
    is_preamble,
    is_rule,
)
from onering_cli.generation.thoughts import without_thoughts
from onering_cli.record import record
from onering_cli.text.sanitize import printable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

_TEXT_KEYS = ("text", "post", "content", "tweet", "body", "message")
_LIST_KEYS = ("posts", "thread", "tweets", "items", "points", "outline", "plan", "answer", "result", "output")
_POINT_KEYS = ("point", "idea", "summary", "says", "topic", "title", *_TEXT_KEYS)
_EXCERPT_KEYS = ("excerpts", "excerpt", "sources", "source", "sentences", "material", "refs")
_BRACKETED = re.compile(r"\[\s*\d{1,5}(?:\s*[,;–-]\s*\d{1,5})*\s*\]")
_BULLET = re.compile(r"[ \t]*(?:[-*•]|\d{1,3}[.):])[ \t]+")
_BOLD = re.compile(r"\*\*(?=\S)([^*\n]+?)(?<=\S)\*\*")
_BLANK_LINES = re.compile(r"\n[ \t]*\n\s*")
_LONG_GAP = re.compile(r"[ \t]{33,}")
_REFUSAL_LONGEST_CHARS = 400


class UnusableAnswerError(TryLaterError):
    """A model answered, and nothing in its answer can be used."""

    code = "unusable_answer"


@record
class LoosePoint:
    """A point of an outline as the model gave it, with the numbers of the excerpts that it named."""

    point: str
    excerpts: tuple[int, ...] = ()


@record
class LooseOutline:
    """An outline as the model gave it."""

    hook: str
    points: tuple[LoosePoint, ...]


def posts_in(
    answer: str, *, expected: int | None = None, numbers: Sequence[int] = (), markers: Sequence[str] = ()
) -> tuple[str, ...]:
    """The posts of an answer in order; empty when there are none.

    Args:
        answer: What the model said, thoughts and all.
        expected: How many posts were asked for; settles what else would be a guess. The number found may differ.
        numbers: The numbers that the posts may carry when they do not count from 1.
        markers: Words that only the prompt contains; whatever stands before the last of them is an echo.
    """
    text = _folded(answer, markers)
    posts: list[str] = []
    if _leads_with_json(text):
        posts = [clean for post in _strings(loose_values(text)) if (clean := _clean(post))]
        if not posts and text.rstrip("`\n ").endswith(("]", "}")):
            return ()  # JSON about something else: an error, the prompt's own schema
    if not posts:
        posts = [_clean(block) for block in _blocks(text, expected, numbers)]
    return tuple(post for post in posts if any(map(str.isalnum, post)))


def outline_in(answer: str, *, markers: Sequence[str] = ()) -> LooseOutline:
    """The outline of an answer; without points when there is none."""
    text = _folded(answer, markers)
    for found in loose_values(text):
        hook = _clean(str(found.get("hook") or "")) if isinstance(found, dict) else ""
        points = tuple(point for item in _items(found) if (point := _json_point(item)).point)
        if points:
            return LooseOutline(hook, points)
    lines = [line for line in text.split("\n") if line.strip() and not is_rule(line) and not is_furniture(line)]
    listed = [line for line in lines if _BULLET.match(line) or LABEL.match(line) or COUNTED.match(line)]
    return LooseOutline("", tuple(point for line in listed if (point := _line_point(line)).point))


def strategy_in(answer: str, *, markers: Sequence[str] = ()) -> tuple[str, str, str]:
    """The angle, the audience and the hook of an answer; "" for each that it does not hold."""
    for found in loose_values(_folded(answer, markers)):
        if isinstance(found, dict):
            values = [_clean(str(found.get(key) or "")) for key in ("angle", "audience", "hook")]
            if any(values):
                return values[0], values[1], values[2]
    return "", "", ""


def problems_in(answer: str, *, markers: Sequence[str] = ()) -> tuple[tuple[int, str], ...]:
    """The posts that a verdict names, by their numbers, with what it says of each; empty when it names none."""
    problems: list[tuple[int, str]] = []
    for found in loose_values(_folded(answer, markers)):
        items = found.get("problems") if isinstance(found, dict) else found
        for item in items if isinstance(items, list) else ():
            if isinstance(item, dict) and isinstance(item.get("post"), int):
                said = " ".join(_clean(str(item.get("problem") or "")).split())
                if said:
                    problems.append((item["post"], said))
    return tuple(problems)


def refusal_in(answer: str) -> str:
    """The model's words when it declined to write, else ""."""
    text = " ".join(without_thoughts(answer).split())
    return printable(text) if len(text) <= _REFUSAL_LONGEST_CHARS and REFUSAL.match(text) else ""


def _folded(answer: str, markers: Sequence[str]) -> str:
    text = without_thoughts(answer).replace("\r\n", "\n").replace("\r", "\n")
    for marker in markers:
        _, found, behind = text.rpartition(marker)
        if found:
            text = behind.partition("\n")[2]
    # Bounded gaps keep the patterns of `marks` linear on an answer that is nothing but spaces.
    return _LONG_GAP.sub(" ", text).strip()


def _leads_with_json(text: str) -> bool:
    """Whether the answer is JSON behind an announcement at most; a post between rules may quote some."""
    lines = text.split("\n")
    if any(map(is_rule, lines)):
        return False
    for line in lines:
        bare = line.strip()
        if bare.startswith(("[", "{")):
            return True
        if bare and not is_furniture(line) and not is_preamble(line) and not bare.endswith((":", "\uff1a")):
            return False
    return False


def _strings(value: object) -> Iterator[str]:
    """The posts in a JSON value, whatever it is wrapped in."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for item in value:
            yield from _strings(item)
    elif isinstance(value, dict):
        held = _first(value, _LIST_KEYS, (list, dict)) or _first(value, _TEXT_KEYS, (str,))
        numbered = [entry for key, entry in value.items() if any(map(str.isdigit, key))]
        yield from _strings(held if held is not None else numbered)


def _items(value: object) -> list[object]:
    if isinstance(value, list):
        return value
    items = _first(value, _LIST_KEYS, (list, dict)) if isinstance(value, dict) else None
    if isinstance(items, dict):
        return list(items.values())
    return items if isinstance(items, list) else []


def _first(entries: dict[str, object], keys: Iterable[str], kinds: tuple[type, ...]) -> object | None:
    folded = {key.casefold(): entry for key, entry in entries.items()}
    return next((folded[key] for key in keys if isinstance(folded.get(key), kinds)), None)


def _json_point(item: object) -> LoosePoint:
    if isinstance(item, dict):
        text = _first(item, _POINT_KEYS, (str,))
        named = _first(item, _EXCERPT_KEYS, (list, str, int))
        return LoosePoint(_clean(str(text or "")), _numbers(named))
    return _line_point(str(item)) if isinstance(item, str) else LoosePoint("")


def _line_point(line: str) -> LoosePoint:
    for mark in (LABEL, COUNTED, _BULLET):
        line = mark.sub("", line, count=1) if mark.match(line) else line
    numbers = tuple(number for named in _BRACKETED.findall(line) for number in _numbers(named))
    return LoosePoint(_clean(_BRACKETED.sub("", line)), numbers)


def _numbers(named: object) -> tuple[int, ...]:
    items = named if isinstance(named, list) else [named]
    found: list[int] = []
    for item in items:
        found.extend(int(digits) for digits in re.findall(r"\d{1,5}", str(item)))
    return tuple(dict.fromkeys(found))


def _blocks(text: str, expected: int | None, numbers: Sequence[int]) -> list[str]:
    lines = text.split("\n")
    blocks = _blocks_of(_without_preamble(lines), expected, numbers)
    if expected is not None and len(blocks) < expected:
        # "Here is a thread about caching:" may be the hook after all: then the number of posts is right with it.
        with_first_line = _blocks_of(lines, expected, numbers)
        if len(with_first_line) == expected:
            return with_first_line
    return blocks


def _blocks_of(lines: list[str], expected: int | None, numbers: Sequence[int]) -> list[str]:
    blocks = _split_at_marks(lines)
    if len(blocks) == 1 and expected != 1:
        blocks = _split_single(blocks[0], expected)
    blocks = _without_farewell(_without_title(blocks, expected))
    blocks = _without_numbers(blocks, expected, numbers)
    return [stripped for block in blocks if (stripped := ROLE.sub("", block, count=1) if ROLE.match(block) else block)]


def _without_preamble(lines: list[str]) -> list[str]:
    for index, line in enumerate(lines):
        if line.strip():
            rest = lines[index + 1 :]
            return rest if is_preamble(line) and any(map(str.strip, rest)) else lines[index:]
    return []


def _split_at_marks(lines: list[str]) -> list[str]:
    """Cut at rules and at labels such as `Post 2:`; fences and counts of characters go."""
    blocks: list[list[str]] = [[]]
    for line in lines:
        label = LABEL.match(line)
        if is_rule(line):
            blocks.append([])
        elif label:
            blocks.append([line[label.end() :]])
        elif not is_furniture(line):
            blocks[-1].append(line)
    joined = ("\n".join(block).strip() for block in blocks)
    return [block for block in joined if block]


def _split_single(block: str, expected: int | None) -> list[str]:
    """Cut a block without separators: at lines that count up from 1, else at blank lines."""
    for mark in (COUNTED, LISTED):
        starts = _counting_lines(block, mark)
        if len(starts) > 1:
            opening = block[: starts[0]].strip()
            cuts = zip(starts, [*starts[1:], len(block)], strict=True)
            counted = [block[start:end].strip() for start, end in cuts]
            return [opening, *counted] if opening and len(counted) != expected else counted
    return [paragraph for paragraph in _BLANK_LINES.split(block) if paragraph.strip()]


def _counting_lines(block: str, mark: re.Pattern[str]) -> list[int]:
    starts: list[int] = []
    position = 0
    for line in block.split("\n"):
        numbered = mark.match(line)
        if numbered and int(numbered[1]) == len(starts) + 1:
            starts.append(position)
        position += len(line) + 1
    return starts


def _without_title(blocks: list[str], expected: int | None) -> list[str]:
    """A first line that only names or announces the thread goes, unless the count needs it."""
    if len(blocks) < 2 or "\n" in blocks[0]:  # noqa: PLR2004 -- a title stands before something
        return blocks
    heads = HEADING.match(blocks[0]) is not None or (expected is not None and blocks[0].endswith((":", "\uff1a")))
    return blocks[1:] if heads and len(blocks) != expected else blocks


def _without_farewell(blocks: list[str]) -> list[str]:
    if not blocks:
        return blocks
    paragraphs = _BLANK_LINES.split(blocks[-1])
    if not FAREWELL.match(paragraphs[-1]) or (len(paragraphs) == 1 and len(blocks) == 1):
        return blocks
    rest = "\n\n".join(paragraphs[:-1])
    return [*blocks[:-1], rest] if rest.strip() else blocks[:-1]


def _without_numbers(blocks: list[str], expected: int | None, numbers: Sequence[int]) -> list[str]:
    totals = {len(blocks), expected}

    def in_order(match: re.Match[str], index: int) -> bool:
        own = numbers[index] if index < len(numbers) else index + 1
        return int(match[1]) in (index + 1, own)

    def of_total(match: re.Match[str], index: int) -> bool:
        total = match[2]
        known = bool(numbers) or total is None or not total.isdigit() or int(total) in totals
        return known and in_order(match, index)

    blocks = _strip_starts(blocks, COUNTED, of_total)
    if len(blocks) > 1:
        blocks = _strip_starts(blocks, LISTED, in_order)
    ends = [COUNTED_END.search(block) for block in blocks]
    if all(end and end.start() and of_total(end, index) for index, end in enumerate(ends)):
        return [block[: end.start()].rstrip() for block, end in zip(blocks, ends, strict=True) if end]
    return blocks


def _strip_starts(blocks: list[str], mark: re.Pattern[str], fits: Callable[[re.Match[str], int], bool]) -> list[str]:
    """Numbers go when every block has its own; one alone may be part of what it says."""
    matches = [mark.match(block) for block in blocks]
    if all(match and fits(match, index) for index, match in enumerate(matches)):
        return [block[match.end() :] for block, match in zip(blocks, matches, strict=True) if match]
    return blocks


def _clean(text: str) -> str:
    """A post as it would be published: no markup, no control characters, no wrapping quotation marks."""
    text = printable(text)
    text = "\n".join((HEADING.sub("", line) if HEADING.match(line) else line).rstrip() for line in text.split("\n"))
    text = _BOLD.sub(r"\1", text)
    text = _BLANK_LINES.sub("\n\n", text).strip()
    for opener, closer in ('""', "“”"):
        inner = text[1:-1]
        if len(text) > 1 and text[0] == opener and text[-1] == closer and opener not in inner and closer not in inner:
            text = inner.strip()
    return text
