"""What a draft remembers of how it came about, so that it can be explained and repeated."""

from __future__ import annotations

import hashlib
from dataclasses import asdict
from typing import TYPE_CHECKING

from onering_cli.generation.prices import cost_usd

if TYPE_CHECKING:
    from onering_cli.generation.assignment import Assignment
    from onering_cli.generation.model import Recollection, Thread


def provenance(thread: Thread, assignment: Assignment) -> dict[str, object]:
    """JSON-safe: writer, request, materials by digest, steps, and for each post its spans and what replaced it."""
    return {
        "writer": thread.writer,
        "settings": dict(thread.settings),
        "topic": assignment.topic,
        "asked": {
            "posts": assignment.posts,
            "limit_weight": assignment.limit_weight,
            "variant": assignment.variant,
            "language": assignment.language,
            "allow_unsupported": assignment.allow_unsupported,
            "hook": assignment.hook.name if assignment.hook else None,
            "format": assignment.build.name if assignment.build else None,
            "voice": assignment.voice.name if assignment.voice else None,
            "judge": assignment.judge,
            "budget_tokens": assignment.budget_tokens,
            "budget_s": assignment.budget_s,
        },
        "strategy": {
            "angle": thread.strategy.angle,
            "audience": thread.strategy.audience,
            "hook": thread.strategy.hook,
        },
        "memory": [_recalled(memory) for memory in thread.recollections],
        "materials": [
            {
                "name": material.name,
                "sha256": _digest(material.text),
            }
            for material in thread.materials
        ],
        "posts": [
            {"spans": [[span.material, span.start, span.end] for span in post.spans], "replaced_by": post.replaced_by}
            for post in thread.posts
        ],
        "faults": [{"gate": fault.gate, "post": fault.post, "message": fault.message} for fault in thread.faults],
        "steps": [{"node": step.node, "decision": step.decision} for step in thread.steps],
        "usage": {**asdict(thread.usage), "cost_usd": cost_usd(thread.writer, thread.usage)},
    }


def _recalled(memory: Recollection) -> dict[str, object]:
    return {
        "source": memory.source,
        "sha256": _digest(memory.text),
        "at": memory.at.isoformat() if memory.at else None,
        "similarity": round(memory.similarity, 4),
    }


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
