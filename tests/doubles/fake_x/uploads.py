"""The routes of chunked media upload: initialize, append, finalize, status, metadata.

https://docs.x.com/x-api/media/quickstart/media-upload-chunked and
https://docs.x.com/x-api/media/quickstart/best-practices (read November 2026).
"""

import re

from doubles.fake_x.problems import RefusedError, invalid
from doubles.fake_x.wire import Reply, Request
from doubles.fake_x.world import Account, Media, World

_MIB = 1 << 20
LIMITS = {"tweet_image": 5 * _MIB, "tweet_gif": 15 * _MIB, "tweet_video": 8 << 30}
MAX_SEGMENT_BYTES = 5 * _MIB
MAX_SEGMENT_INDEX = 999
MAX_ALT_CHARS = 1000
_TYPES = {
    "tweet_image": {"image/png", "image/jpeg", "image/webp", "image/bmp", "image/tiff", "image/pjpeg"},
    "tweet_gif": {"image/gif"},
    "tweet_video": {"video/mp4", "video/quicktime", "video/webm", "video/mp2t"},
}
_INITIALIZE_FIELDS = {"additional_owners", "media_category", "media_type", "shared", "total_bytes"}


def initialize(world: World, owner: Account, request: Request) -> Reply:
    """POST /2/media/upload/initialize."""
    body = request.json()
    for name in body.keys() - _INITIALIZE_FIELDS:
        raise RefusedError(invalid(f"$.{name}: is not defined in the schema"))
    category, media_type, total = body.get("media_category"), body.get("media_type"), body.get("total_bytes")
    if media_type not in _TYPES.get(category, ()) or not isinstance(total, int) or not 0 < total <= LIMITS[category]:
        raise RefusedError(invalid("media type, category or size is not allowed"))
    media = Media(world.new_id(), owner.id, media_type, category, total)
    world.media[media.id] = media
    return Reply.of(200, {"data": {"id": media.id, "media_key": media.key, "expires_after_secs": 86_400}})


def append(world: World, owner: Account, request: Request, media_id: str) -> Reply:
    """POST /2/media/upload/:id/append, as multipart."""
    media = _owned(world, owner, media_id)
    parts = _parts(request)
    index, chunk = int(parts.get("segment_index", b"-1")), parts.get("media", b"")
    if not 0 <= index <= MAX_SEGMENT_INDEX or not 0 < len(chunk) <= MAX_SEGMENT_BYTES:
        raise RefusedError(invalid("segment_index or media is not allowed"))
    media.segments[index] = chunk
    return Reply.of(200, {"data": {"expires_at": int(world.now() + 86_400)}})


def _parts(request: Request) -> dict[str, bytes]:
    boundary = re.search(r'boundary="?([^";]+)', request.headers.get("content-type", ""))
    if boundary is None:
        raise RefusedError(invalid("the body is not multipart/form-data"))
    parts: dict[str, bytes] = {}
    for part in request.body.split(b"--" + boundary.group(1).encode()):
        head, _, content = part.partition(b"\r\n\r\n")
        name = re.search(rb'name="([^"]+)"', head)
        if name is not None:
            parts[name.group(1).decode()] = content.removesuffix(b"\r\n")
    return parts


def finalize(world: World, owner: Account, _: Request, media_id: str) -> Reply:
    """POST /2/media/upload/:id/finalize."""
    media = _owned(world, owner, media_id)
    joined = b"".join(media.segments[index] for index in sorted(media.segments))
    if sorted(media.segments) != list(range(len(media.segments))) or len(joined) != media.total_bytes:
        raise RefusedError(invalid("Segments do not add up to provided total file size."))
    media.finalized_at = world.now()
    media.checks_left = world.rules.media_checks
    media.failed = world.rules.media_fails and world.rules.media_checks == 0
    return Reply.of(200, {"data": _state(world, media)})


def status(world: World, owner: Account, request: Request) -> Reply:
    """GET /2/media/upload?command=STATUS&media_id=…."""
    if request.query.get("command") != "STATUS":
        raise RefusedError(invalid("command must be STATUS"))
    media = _owned(world, owner, request.query.get("media_id", ""))
    if media.checks_left:
        media.checks_left -= 1
        media.failed = world.rules.media_fails and media.checks_left == 0
    return Reply.of(200, {"data": _state(world, media)})


def _state(world: World, media: Media) -> dict[str, object]:
    ttl_s = int(world.rules.media_ttl_s)
    state: dict[str, object] = {
        "id": media.id,
        "media_key": media.key,
        "size": media.total_bytes,
        "expires_after_secs": ttl_s,
    }
    if media.failed:
        state["processing_info"] = {"state": "failed", "progress_percent": 100}
    elif media.checks_left:
        check_after_s = world.rules.media_check_after_s
        state["processing_info"] = {"state": "in_progress", "check_after_secs": check_after_s, "progress_percent": 50}
    elif world.rules.media_checks:
        state["processing_info"] = {"state": "succeeded", "progress_percent": 100}
    return state


def describe(world: World, owner: Account, request: Request) -> Reply:
    """POST /2/media/metadata."""
    body = request.json()
    media = _owned(world, owner, str(body.get("id", "")))
    text = ((body.get("metadata") or {}).get("alt_text") or {}).get("text", "")
    if not 0 < len(text) <= MAX_ALT_CHARS:
        raise RefusedError(invalid("alt_text must be 1 to 1000 characters"))
    media.alt_text = text
    return Reply.of(200, {"data": {"id": media.id, "associated_metadata": {"alt_text": {"text": text}}}})


def _owned(world: World, owner: Account, media_id: str) -> Media:
    media = world.media.get(media_id)
    if media is None or media.owner_id != owner.id:
        raise RefusedError(invalid("media id does not exist or belongs to somebody else"))
    return media
