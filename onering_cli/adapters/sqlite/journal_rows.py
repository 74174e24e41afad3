"""Runs and segments as rows of the store, there and back."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from onering_cli.clock import from_iso, to_iso
from onering_cli.publishing.elapsed import Pause, Stamp
from onering_cli.publishing.freezing import freeze, thaw
from onering_cli.publishing.model import Form, Lease, Reason, Run, RunStatus, Segment, SegmentState, Upload
from onering_cli.publishing.ports import RunSummary

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence

SUMMARY_COLUMNS = """
    runs.id, runs.account, runs.draft, runs.status, runs.created_at, runs.updated_at,
    (SELECT count(*) FROM segments WHERE run = runs.seq) AS segments,
    (SELECT count(*) FROM segments WHERE run = runs.seq AND state = 'sent') AS sent,
    (SELECT payload ->> 'text' FROM segments WHERE run = runs.seq AND position = 0) AS opening
"""


def run_of(row: sqlite3.Row, segments: Sequence[sqlite3.Row]) -> Run:
    """The run that its rows describe."""
    lease = None
    if row["lease_owner"] is not None:
        lease = Lease(row["lease_owner"], _stamp(row, "lease"), row["lease_s"])
    return Run(
        id=row["id"],
        account=row["account"],
        draft=row["draft"],
        key=row["key"] or "",
        payload_hash=row["payload_hash"],
        form=Form(row["form"]),
        reply_to_id=row["reply_to_id"],
        strict=bool(row["strict"]),
        segments=tuple(_segment_of(segment) for segment in segments),
        created_at=from_iso(row["created_at"]),
        updated_at=from_iso(row["updated_at"]),
        fence=row["fence"],
        lease=lease,
        rolling_back=bool(row["rolling_back"]),
        spent_usd_milli=row["spent_usd_milli"],
        warnings=tuple(json.loads(row["warnings"])),
    )


def summary_of(row: sqlite3.Row) -> RunSummary:
    """What a list shows, from a row of `SUMMARY_COLUMNS`."""
    return RunSummary(
        id=row["id"],
        account=row["account"],
        draft=row["draft"],
        status=RunStatus(row["status"]),
        opening=row["opening"],
        segments=row["segments"],
        sent=row["sent"],
        created_at=from_iso(row["created_at"]),
        updated_at=from_iso(row["updated_at"]),
    )


def run_values(run: Run) -> dict[str, Any]:
    """A run's columns that are written once."""
    return {
        "id": run.id,
        "account": run.account,
        "draft": run.draft,
        "key": run.key or None,
        "payload_hash": run.payload_hash,
        "form": str(run.form),
        "reply_to_id": run.reply_to_id,
        "strict": int(run.strict),
        "warnings": json.dumps(run.warnings, ensure_ascii=False),
        "created_at": to_iso(run.created_at),
    }


def frozen_values(segment: Segment) -> dict[str, Any]:
    """A segment's columns that are written once."""
    return {
        "payload": freeze(segment.payload),
        "payload_hash": segment.payload_hash,
        "likeness": segment.likeness,
        "weight": segment.weight,
        "cost_usd_milli": segment.cost_usd_milli,
    }


def moving_values(segment: Segment) -> dict[str, Any]:
    """A segment's columns that its transitions change."""
    attempted, pause = segment.attempted, segment.pause
    return {
        "position": segment.index,
        "state": str(segment.state),
        "reason": str(segment.reason),
        "detail": segment.detail,
        "uploads": json.dumps([_upload_values(upload) for upload in segment.uploads]),
        "key": segment.key,
        "watermark": segment.watermark,
        "attempt": segment.attempt,
        "attempted_wall_s": attempted.at.timestamp() if attempted else None,
        "attempted_steady_s": attempted.monotonic_s if attempted else None,
        "unanswered": segment.unanswered,
        "looks": segment.looks,
        "tries": segment.tries,
        "pause_wall_s": pause.since.at.timestamp() if pause else None,
        "pause_steady_s": pause.since.monotonic_s if pause else None,
        "pause_s": pause.seconds if pause else None,
        "remote_id": segment.remote_id,
        "url": segment.url,
    }


def _segment_of(row: sqlite3.Row) -> Segment:
    return Segment(
        index=row["position"],
        payload=thaw(row["payload"]),
        payload_hash=row["payload_hash"],
        likeness=row["likeness"],
        weight=row["weight"],
        cost_usd_milli=row["cost_usd_milli"],
        state=SegmentState(row["state"]),
        reason=Reason(row["reason"]),
        detail=row["detail"],
        uploads=tuple(_upload_of(values) for values in json.loads(row["uploads"])),
        key=row["key"],
        watermark=row["watermark"],
        attempt=row["attempt"],
        attempted=_stamp(row, "attempted") if row["attempted_wall_s"] is not None else None,
        unanswered=row["unanswered"],
        looks=row["looks"],
        tries=row["tries"],
        pause=Pause(_stamp(row, "pause"), row["pause_s"]) if row["pause_s"] is not None else None,
        remote_id=row["remote_id"],
        url=row["url"],
    )


def _stamp(row: sqlite3.Row, name: str) -> Stamp:
    return Stamp(datetime.fromtimestamp(row[f"{name}_wall_s"], UTC), row[f"{name}_steady_s"])


def _upload_values(upload: Upload | None) -> list[Any] | None:
    if upload is None:
        return None
    return [upload.media_id, upload.done.at.timestamp(), upload.done.monotonic_s, upload.expires_in_s]


def _upload_of(values: list[Any] | None) -> Upload | None:
    if values is None:
        return None
    media_id, wall_s, steady_s, expires_in_s = values
    return Upload(media_id, Stamp(datetime.fromtimestamp(wall_s, UTC), steady_s), expires_in_s)
