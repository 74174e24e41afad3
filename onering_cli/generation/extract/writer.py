"""The writer without a model: a thread of the material's own sentences."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from onering_cli.generation.extract.plan import Desk, PlannedPost, plan_thread, prepare
from onering_cli.generation.extract.revision import replacements
from onering_cli.generation.model import Brief, Delta, DraftedPost, Fault, Gate, Outline, OutlinePoint, Strategy, Usage

if TYPE_CHECKING:
    from onering_cli.generation.ports import Emit
    from onering_cli.memory.ports import Embedder

_POINT_WORDS = 9


class ExtractWriter:
    """Selects, orders and sets the material's own sentences; it invents nothing and asks nobody.

    Args:
        embedder: Tells which sentences say the same, and which say the most.
    """

    def __init__(self, embedder: "Embedder") -> None:
        self._embedder = embedder
        self._planned: tuple[Brief, tuple[PlannedPost, ...]] | None = None

    @property
    def name(self) -> str:
        """What the draft's provenance calls it."""
        return "extract"

    @property
    def usage(self) -> Usage:
        """Nothing: no model is called."""
        return Usage()

    @property
    def instructions(self) -> str:
        """None: there is no model to instruct."""
        return ""

    @property
    def settings(self) -> Mapping[str, object]:
        """None: the same material always gives the same thread."""
        return {}

    @property
    def invents(self) -> bool:
        """It cannot write without material."""
        return False

    def strategy(self, brief: Brief) -> Strategy:
        """The material decides: its own order, its own words."""
        del brief
        return Strategy(reason="the material's own order and words")

    def outline(self, brief: Brief) -> Outline:
        """Decide which sentences make which post.

        Raises:
            UsageError: The material cannot carry the number of posts or of versions asked for; the message says how
                many it can.
        """
        posts = self._plan(brief)
        asked = "as asked" if brief.posts else "as many as the material calls for"
        reason = f"{len(posts)} posts, {asked}, from {len(_sections(brief, posts))} sections in the source's order"
        return Outline(tuple(OutlinePoint(_point(post), post.spans) for post in posts), reason)

    def write(self, brief: Brief, outline: Outline, emit: "Emit") -> tuple[DraftedPost, ...]:
        """Set the posts as outlined, telling `emit` each sentence.

        The outline of this writer says all; another's is not followed, since its points may have no sentences.

        Raises:
            UsageError: As for `outline`.
        """
        del outline
        return self._set(self._plan(brief), range(len(self._plan(brief))), emit)

    def resume(
        self, brief: Brief, outline: Outline, posts: Sequence[DraftedPost], emit: "Emit"
    ) -> tuple[DraftedPost, ...]:
        """Write all of it: that takes no longer than the rest would, and is the same thread."""
        del posts
        return self.write(brief, outline, emit)

    def judge(self, brief: Brief, posts: Sequence[DraftedPost]) -> tuple[Fault, ...]:
        """Nothing: without a model the gates say all."""
        del brief, posts
        return ()

    def revise(
        self, brief: Brief, posts: Sequence[DraftedPost], faults: Sequence[Fault], emit: "Emit"
    ) -> tuple[DraftedPost, ...]:
        """Put other sentences of the material in place of faulty posts, whoever wrote them.

        A post for which the material has nothing else comes back as it was; a wrong number of posts, or none, is
        answered with a thread of its own.

        Raises:
            UsageError: The number of posts is wrong and the material cannot carry the right one.
        """
        if not posts or any(fault.gate is Gate.COUNT for fault in faults):
            return self.write(brief, Outline(()), emit)
        faulty = sorted({fault.post for fault in faults if fault.post is not None and fault.post < len(posts)})
        found = replacements(self._at_desk(replace(brief, posts=None))[0], posts, faulty, self._embedder)
        new = self._set([found.get(number) for number in range(len(posts))], faulty, emit)
        return tuple(new[number] if new[number].text else post for number, post in enumerate(posts))

    def _set(
        self, planned: Sequence[PlannedPost | None], numbers: Iterable[int], emit: "Emit"
    ) -> tuple[DraftedPost, ...]:
        for number in numbers:
            post = planned[number]
            for piece in post.pieces if post else ():
                emit(Delta(number, piece))
        return tuple(DraftedPost(post.text, post.spans) if post else DraftedPost("") for post in planned)

    def _plan(self, brief: Brief) -> tuple[PlannedPost, ...]:
        if self._planned is None or self._planned[0] is not brief:
            self._planned = (brief, plan_thread(*self._at_desk(brief)))
        return self._planned[1]

    def _at_desk(self, brief: Brief) -> tuple[Desk, int]:
        return prepare(brief, self._embedder)


def _point(post: PlannedPost) -> str:
    words = " ".join(post.text.split()).split()
    return " ".join(words[:_POINT_WORDS]) + ("…" if len(words) > _POINT_WORDS else "")


def _sections(brief: Brief, posts: Sequence[PlannedPost]) -> set[tuple[int, tuple[str, ...]]]:
    placed = {sentence.span: sentence.headings for reading in brief.readings for sentence in reading.sentences}
    return {(span.material, placed.get(span, ())) for post in posts for span in post.spans}
