"""An interrupted run as a draft remembers it, so that another run can go on from there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from onering_cli.errors import UsageError
from onering_cli.generation.assignment import Assignment, Beginning
from onering_cli.generation.model import DraftedPost, Material, MaterialKind, Outline, OutlinePoint, Span, Strategy

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def packed(assignment: Assignment, beginning: Beginning | None) -> dict[str, object]:
    """JSON-safe: what was asked, the material itself, and how far it came.

    Voice and styles are files of the user's that may change; whoever packs keeps their names.
    """
    return {
        "asked": {
            "topic": assignment.topic,
            "posts": assignment.posts,
            "limit_weight": assignment.limit_weight,
            "variant": assignment.variant,
            "language": assignment.language,
            "allow_unsupported": assignment.allow_unsupported,
            "judge": assignment.judge,
            "budget_tokens": assignment.budget_tokens,
            "budget_s": assignment.budget_s,
        },
        "materials": [
            {"name": material.name, "kind": material.kind, "text": material.text} for material in assignment.materials
        ],
        "beginning": None if beginning is None else _beginning(beginning),
    }


def unpacked(remembered: Mapping[str, Any]) -> Assignment:
    """The assignment to go on with.

    Raises:
        UsageError: What is remembered is no interrupted run.
    """
    try:
        begun = remembered["beginning"]
        return Assignment(
            **remembered["asked"],
            materials=tuple(
                Material(material["name"], material["text"], MaterialKind(material["kind"]))
                for material in remembered["materials"]
            ),
            beginning=None if begun is None else _begun(begun),
        )
    except (KeyError, TypeError, ValueError) as exc:
        raise UsageError("what is remembered of this draft is no interrupted run") from exc


def _beginning(beginning: Beginning) -> dict[str, object]:
    strategy = beginning.strategy
    return {
        "strategy": {"angle": strategy.angle, "audience": strategy.audience, "hook": strategy.hook},
        "points": [{"point": point.point, "spans": _told(point.spans)} for point in beginning.outline.points],
        "posts": [
            {"text": post.text, "spans": _told(post.spans), "replaced_by": post.replaced_by} for post in beginning.posts
        ],
    }


def _begun(begun: Mapping[str, Any]) -> Beginning:
    return Beginning(
        strategy=Strategy(**begun["strategy"]),
        outline=Outline(tuple(OutlinePoint(point["point"], _spans(point["spans"])) for point in begun["points"])),
        posts=tuple(DraftedPost(post["text"], _spans(post["spans"]), post["replaced_by"]) for post in begun["posts"]),
    )


def _told(spans: Sequence[Span]) -> list[list[int]]:
    return [[span.material, span.start, span.end] for span in spans]


def _spans(told: Sequence[Sequence[int]]) -> tuple[Span, ...]:
    return tuple(Span(material, start, end) for material, start, end in told)
