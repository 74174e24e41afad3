"""What a model is asked to write again: the posts at fault, what is wrong with each, and what they rest on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from onering_cli.generation.model import Gate
from onering_cli.generation.prompts import Task
from onering_cli.text.likeness import longest_shared_run

if TYPE_CHECKING:
    from collections.abc import Sequence

    from onering_cli.generation.excerpts import Excerpts
    from onering_cli.generation.model import Brief, DraftedPost, Fault

VERDICT_LEAD = "the model's own verdict"
_REPEATED_WORDS = 5
_TOLD_CHARS = 120


def tasks_for(brief: Brief, posts: Sequence[DraftedPost], faults: Sequence[Fault]) -> list[Task]:
    """A task a post that has a fault of its own or one of the whole thread, and one for each post that is missing."""
    problems: dict[int, list[str]] = {}
    for fault in faults:
        if fault.gate is Gate.COUNT:
            continue
        for number in range(len(posts)) if fault.post is None else (fault.post,):
            problems.setdefault(number, []).append(_problem(fault))
    tasks = [
        Task(number + 1, posts[number].text, tuple(told))
        for number, told in sorted(problems.items())
        if number < len(posts)
    ]
    missing = range(len(posts) + 1, (brief.posts or 0) + 1)
    return [*tasks, *(Task(number, "", ()) for number in missing)]


def _problem(fault: Fault) -> str:
    if fault.evidence and fault.evidence not in fault.message:
        return f"{fault.message}: “{shortened(fault.evidence)}”"
    return fault.message


def numbers_for(tasks: Sequence[Task], posts: Sequence[DraftedPost], quoted: Excerpts) -> set[int] | None:
    """The excerpts around those that the posts in work rest on; all of them when a post has none."""
    numbers: set[int] = set()
    for task in tasks:
        own = quoted.numbers(posts[task.number - 1].spans) if task.text else ()
        if not own:
            return None
        for number in own:
            numbers |= {number - 1, number, number + 1}
    return numbers


def shortened(text: str, most: int = _TOLD_CHARS) -> str:
    """The beginning of a text, for a message."""
    return text if len(text) <= most else text[:most].rsplit(" ", 1)[0] + "…"


def repeats_verdict(task: Task, text: str) -> bool:
    """Whether a model answered with what was said of its post instead of the post."""
    told = (problem for problem in task.problems if problem.startswith(VERDICT_LEAD))
    return VERDICT_LEAD in text.casefold() or any(
        longest_shared_run(text, problem, least=_REPEATED_WORDS) for problem in told
    )
