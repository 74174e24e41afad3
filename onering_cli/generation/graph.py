"""The LangGraph graph: gather → outline → write → check → (revise → check)* → fit, streamed."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from onering_cli.errors import OneRingError
from onering_cli.generation.chain import Assignment, Crew, Nodes, State, next_after_check
from onering_cli.generation.model import Delta, DraftedPost, Step, Thread

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any

Event = Delta | Step | Thread


class StoppedError(Exception):
    """The chain stopped before its end, with something already written.

    Args:
        cause: What stopped it.
        posts: What had been written by then; the last one may be incomplete.
    """

    def __init__(self, cause: BaseException, posts: tuple[DraftedPost, ...]) -> None:
        super().__init__(str(cause))
        self.cause = cause
        self.posts = posts


def generate(assignment: Assignment, crew: Crew) -> Iterator[Event]:
    """Run the chain: pieces of text and decisions as they come about, then the thread.

    Raises:
        StoppedError: A failure or an interruption came when part of the thread was already written.
        OneRingError: A failure came before that.
    """
    progress = Progress()
    try:
        for mode, payload in _stream(assignment, crew):
            if mode == "custom":
                progress.add(cast("Delta", payload))
                yield cast("Delta", payload)
            else:
                yield from _news(cast("dict[str, State]", payload), progress)
    except (OneRingError, KeyboardInterrupt) as exc:
        if progress.posts:
            raise StoppedError(exc, progress.posts) from exc
        raise


class Progress:
    """What has been written so far, kept up with from the pieces."""

    def __init__(self) -> None:
        self._texts: dict[int, str] = {}
        self._begun: set[int] = set()

    def add(self, delta: Delta) -> None:
        """Take in a piece; the first piece of a new round begins its post anew."""
        earlier = self._texts.get(delta.post, "") if delta.post in self._begun else ""
        self._begun.add(delta.post)
        self._texts[delta.post] = earlier + delta.text

    def settle(self, posts: Sequence[DraftedPost]) -> None:
        """A node ended with these posts; pieces that follow belong to the next round."""
        self._texts = {number: post.text for number, post in enumerate(posts)}
        self._begun = set()

    @property
    def posts(self) -> tuple[DraftedPost, ...]:
        """Every post that has text, in order; the last one may be incomplete."""
        return tuple(DraftedPost(self._texts[n].strip()) for n in sorted(self._texts) if self._texts[n].strip())


def _stream(assignment: Assignment, crew: Crew) -> Iterator[tuple[str, Any]]:
    from langgraph.config import get_stream_writer
    from langgraph.graph import END, START, StateGraph

    def emit(delta: Delta) -> None:
        get_stream_writer()(delta)

    nodes = Nodes(assignment, crew, emit)
    graph = StateGraph(State)
    for name in ("gather", "outline", "write", "check", "revise", "fit"):
        graph.add_node(name, getattr(nodes, name))
    graph.add_edge(START, "gather")
    graph.add_edge("gather", "outline")
    graph.add_edge("outline", "write")
    graph.add_edge("write", "check")
    graph.add_conditional_edges("check", next_after_check, ["revise", "fit"])
    graph.add_edge("revise", "check")
    graph.add_edge("fit", END)
    for mode, payload in graph.compile().stream(State(), stream_mode=["custom", "updates"]):
        yield str(mode), payload


def _news(update: dict[str, State], progress: Progress) -> Iterator[Event]:
    for state in update.values():
        if "posts" in state:
            progress.settle(state["posts"])
        yield state["steps"][-1]
        if "thread" in state:
            yield state["thread"]
