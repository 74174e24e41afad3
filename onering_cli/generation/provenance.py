"""What a draft remembers of how it came about, so that it can be explained and repeated."""

from __future__ import annotations

import hashlib
from dataclasses import asdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from onering_cli.generation.chain import Assignment
    from onering_cli.generation.model import Thread


def provenance(thread: Thread, assignment: Assignment) -> dict[str, object]:
    """JSON-safe: writer, request, materials by digest, steps, and for each post its spans and what replaced it."""
    return {
        "writer": thread.writer,
        "topic": assignment.topic,
        "asked": {
            "posts": assignment.posts,
            "limit_weight": assignment.limit_weight,
            "variant": assignment.variant,
            "language": assignment.language,
            "allow_unsupported": assignment.allow_unsupported,
        },
        "materials": [
            {
                "name": material.name,
                "sha256": hashlib.sha256(material.text.encode("utf-8", "surrogatepass")).hexdigest(),
            }
            for material in thread.materials
        ],
        "posts": [
            {"spans": [[span.material, span.start, span.end] for span in post.spans], "replaced_by": post.replaced_by}
            for post in thread.posts
        ],
        "faults": [{"gate": fault.gate, "post": fault.post, "message": fault.message} for fault in thread.faults],
        "steps": [{"node": step.node, "decision": step.decision} for step in thread.steps],
        "usage": asdict(thread.usage),
    }
