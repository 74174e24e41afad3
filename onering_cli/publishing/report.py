"""A run as the JSON object that scripts are promised."""

from typing import Any

from onering_cli.publishing.model import Reason, Run, SegmentState, status_of

_ADOPTED_SEVERAL = "post {number} is on the timeline more than once; the oldest was taken, nothing was deleted"


def report(run: Run, *, operation: str) -> dict[str, Any]:
    """The object; posts count from 1, the cost is what the platform charges for what was done so far."""
    root = run.segments[0]
    return {
        "operation": operation,
        "status": str(status_of(run)),
        "draft": run.draft.removeprefix("draft:") if run.draft.startswith("draft:") else None,
        "run": run.id,
        "account": run.account,
        "root": {"id": root.remote_id or None, "url": root.url or None},
        "posts": [
            {
                "index": segment.index + 1,
                "state": str(segment.state),
                "id": segment.remote_id or None,
                "url": segment.url or None,
                "weight": segment.weight,
            }
            for segment in run.segments
        ],
        "remaining": sum(segment.state is not SegmentState.SENT for segment in run.segments),
        "warnings": [
            *run.warnings,
            *(
                _ADOPTED_SEVERAL.format(number=segment.index + 1)
                for segment in run.segments
                if segment.reason is Reason.ADOPTED_ONE_OF_SEVERAL
            ),
        ],
        "cost_usd": run.spent_usd_milli / 1000,
    }
