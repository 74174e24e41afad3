"""The LangGraph graph: gather → strategist → outline → write → critic → (revise → critic)* → fit, streamed."""

from __future__ import annotations

from queue import SimpleQueue
from threading import Event, Thread
from typing import TYPE_CHECKING, cast

from onering_cli.errors import OneRingError
from onering_cli.generation.assignment import Assignment, Beginning, Crew
from onering_cli.generation.chain import Nodes, State, next_after_critic
from onering_cli.generation.model import Delta, DraftedPost, Outline, Step, Strategy
from onering_cli.generation.model import Thread as WrittenThread

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from onering_cli.generation.ports import Emit

_LAST_WORD_S = 10.0

News = Delta | Step | WrittenThread


class StoppedError(Exception):
    """The chain stopped before its end, with something already written.

    Args:
        cause: What stopped it.
        posts: What had been written by then; the last one may be incomplete.
        beginning: From where another run can go on, once there was a plan.
    """

    def __init__(
        self, cause: BaseException, posts: tuple[DraftedPost, ...], beginning: Beginning | None = None
    ) -> None:
        super().__init__(str(cause))
        self.cause = cause
        self.posts = posts
        self.beginning = beginning


def generate(assignment: Assignment, crew: Crew) -> Iterator[News]:
    """Run the chain: pieces of text and decisions as they come about, then the thread.

    Raises:
        StoppedError: A failure or an interruption came when part of the thread was already written.
        OneRingError: A failure came before that.
    """
    progress = Progress()
    try:
        for said in _stream(assignment, crew):
            if isinstance(said, Delta):
                progress.add(said)
                yield said
            else:
                yield from _news(said, progress)
    except (OneRingError, KeyboardInterrupt) as exc:
        if progress.posts or progress.outline is not None:
            raise StoppedError(exc, progress.posts, progress.beginning) from exc
        raise


class Progress:
    """What has been written so far, kept up with from the pieces."""

    def __init__(self) -> None:
        self._texts: dict[int, str] = {}
        self._begun: set[int] = set()
        self._finished: tuple[DraftedPost, ...] = ()
        self.strategy = Strategy()
        self.outline: Outline | None = None

    def add(self, delta: Delta) -> None:
        """Take in a piece; the first piece of a new round begins its post anew."""
        earlier = self._texts.get(delta.post, "") if delta.post in self._begun else ""
        self._begun.add(delta.post)
        self._texts[delta.post] = earlier + delta.text

    def settle(self, posts: Sequence[DraftedPost]) -> None:
        """A node ended with these posts; pieces that follow belong to the next round."""
        self._texts = {number: post.text for number, post in enumerate(posts)}
        self._begun = set()
        self._finished = tuple(posts)

    @property
    def beginning(self) -> Beginning | None:
        """The plan and the posts that are certainly whole: those of the last node that ended, else all but the last."""
        if self.outline is None:
            return None
        return Beginning(self.strategy, self.outline, self._finished or self.posts[:-1])

    @property
    def posts(self) -> tuple[DraftedPost, ...]:
        """Every post that has text, in order; the last one may be incomplete."""
        return tuple(DraftedPost(self._texts[n].strip()) for n in sorted(self._texts) if self._texts[n].strip())


def _run(assignment: Assignment, crew: Crew, emit: Emit) -> Iterator[dict[str, State]]:
    """What each node adds, as it ends."""
    from langgraph.graph import END, START, StateGraph

    nodes = Nodes(assignment, crew, emit)
    graph = StateGraph(State)
    for name in ("gather", "strategist", "outline", "write", "critic", "revise", "fit"):
        graph.add_node(name, getattr(nodes, name))
    graph.add_edge(START, "gather")
    graph.add_edge("gather", "strategist")
    graph.add_edge("strategist", "outline")
    graph.add_edge("outline", "write")
    graph.add_edge("write", "critic")
    graph.add_conditional_edges("critic", next_after_critic, ["revise", "fit"])
    graph.add_edge("revise", "critic")
    graph.add_edge("fit", END)
    for update in graph.compile().stream(State(), stream_mode="updates"):
        yield cast("dict[str, State]", update)


class _Stop(BaseException):
    """Ends the chain's thread at its next word; no node may mistake it for a failure of its own."""


def _stream(assignment: Assignment, crew: Crew) -> Iterator[Delta | dict[str, State]]:
    """Words and decisions as they come about, from a thread of the chain's own.

    The caller stays free to hear Ctrl-C while a model thinks. Then, or when nobody reads on, the chain ends at its
    next word; a model that is still reading its question is waited for no longer than `_LAST_WORD_S`.
    """
    heard: SimpleQueue[Delta | dict[str, State] | BaseException | None] = SimpleQueue()
    stopped = Event()

    def emit(delta: Delta) -> None:
        if stopped.is_set():
            raise _Stop
        heard.put(delta)

    def work() -> None:
        try:
            for update in _run(assignment, crew, emit):
                heard.put(update)
                if stopped.is_set():
                    return
        except BaseException as exc:  # noqa: BLE001 -- it is raised again in the thread that reads
            heard.put(exc)
        else:
            heard.put(None)

    worker = Thread(target=work, name="chain", daemon=True)
    worker.start()
    try:
        while (said := heard.get()) is not None:
            if isinstance(said, BaseException):
                raise said
            yield said
        worker.join()
    finally:
        stopped.set()
        worker.join(_LAST_WORD_S)


def _news(update: dict[str, State], progress: Progress) -> Iterator[News]:
    for state in update.values():
        if "brief" in state:
            progress.strategy = state["brief"].strategy
        if "outline" in state:
            progress.outline = state["outline"]
        if "posts" in state:
            progress.settle(state["posts"])
        yield state["steps"][-1]
        if "thread" in state:
            yield state["thread"]
