"""Media by chunked upload, and what a file is by its content."""

import io
from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256

import pytest
from doubles.fake_x import FakeX, Fault, fault, refusal
from doubles.x_client import JumpingClock, destination, post, posted

from onering_cli.adapters.x import media as uploads
from onering_cli.adapters.x.media_types import sniff
from onering_cli.publishing.model import FrozenMedia, MediaKind, Reason
from onering_cli.publishing.outcomes import (
    Blocked,
    MediaGone,
    RateLimited,
    Timeline,
    Unavailable,
    Uploaded,
    UploadOutcome,
)

PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 3 + b"\r\n--not a boundary\r\n"


@pytest.fixture
def x() -> Iterator[FakeX]:
    with FakeX() as service:
        yield service


def frozen(content: bytes, kind: MediaKind = MediaKind.IMAGE, mime: str = "image/png", alt: str = "") -> FrozenMedia:
    return FrozenMedia("/pictures/one", alt, kind, mime, len(content), sha256(content).hexdigest())


def upload(
    x: FakeX, content: bytes, media: FrozenMedia | None = None, clock: JumpingClock | None = None
) -> tuple[UploadOutcome, list[int]]:
    progress: list[int] = []
    outcome = destination(x, clock=clock).upload(
        media or frozen(content), io.BytesIO(content), on_progress=progress.append
    )
    return outcome, progress


def test_a_picture_arrives_byte_for_byte_with_its_description_and_can_be_attached(x: FakeX) -> None:
    outcome, progress = upload(x, PNG, frozen(PNG, alt="A ring, & its box"))
    assert isinstance(outcome, Uploaded)
    assert outcome.expires_in_s == 86_400
    kept = x.world.media[outcome.media_id]
    assert b"".join(kept.segments.values()) == PNG
    assert (kept.media_type, kept.category, kept.alt_text) == ("image/png", "tweet_image", "A ring, & its box")
    assert progress == [len(PNG)]
    target = destination(x)
    posted(target, "with a picture", media_ids=(outcome.media_id,))
    reading = target.own_posts_since("", limit=10)
    assert isinstance(reading, Timeline)
    assert (reading.posts[0].media_count, len(reading.posts[0].media_links), reading.posts[0].links) == (1, 1, ())


def test_a_film_goes_up_in_pieces_and_waits_until_it_is_processed(x: FakeX) -> None:
    x.world.rules.media_checks = 3
    content = b"\0\0\0\x18ftypmp42" + b"film" * (600 * 1024)
    clock = JumpingClock()
    outcome, progress = upload(x, content, frozen(content, MediaKind.VIDEO, "video/mp4", alt="waves"), clock)
    assert isinstance(outcome, Uploaded)
    assert b"".join(x.world.media[outcome.media_id].segments.values()) == content
    assert len(x.seen(f"POST /2/media/upload/{outcome.media_id}/append")) == 3
    assert clock.naps == [1, 1, 1]
    assert progress[-1] == len(content)
    assert x.seen("POST /2/media/metadata") == []  # X describes pictures only
    assert outcome.expires_in_s == pytest.approx(86_400 - 3, abs=0.1)


def test_processing_is_not_waited_for_without_end_and_somebody_hears_of_it_all_the_while(x: FakeX) -> None:
    x.world.rules.media_checks = 10_000
    x.world.rules.media_check_after_s = 60
    content = b"GIF89a" + b"x" * 100
    clock = JumpingClock()
    outcome, progress = upload(x, content, frozen(content, MediaKind.GIF, "image/gif"), clock)
    assert isinstance(outcome, Unavailable)
    assert sum(clock.naps) == pytest.approx(uploads.PROCESSING_LIMIT_S, abs=20)
    assert max(clock.naps) <= 10  # the lease is renewed on each word of progress
    assert len(progress) > len(clock.naps)


def test_a_file_that_x_cannot_process_is_refused(x: FakeX) -> None:
    x.world.rules.media_checks = 1
    x.world.rules.media_fails = True
    outcome, _ = upload(x, PNG)
    assert outcome == Blocked(Reason.MEDIA_REFUSED, "X could not process the file")


@pytest.mark.parametrize(
    "media",
    [
        frozen(PNG, mime="image/tiff"),
        FrozenMedia("/big", "", MediaKind.IMAGE, "image/png", 5 * 1024 * 1024 + 1, ""),
        FrozenMedia("/empty", "", MediaKind.IMAGE, "image/png", 0, ""),
        FrozenMedia("/long", "", MediaKind.GIF, "image/gif", 15 * 1024 * 1024 + 1, ""),
    ],
)
def test_what_x_would_refuse_for_its_type_or_size_is_not_sent(x: FakeX, media: FrozenMedia) -> None:
    outcome, _ = upload(x, PNG, media)
    assert isinstance(outcome, Blocked)
    assert outcome.reason is Reason.MEDIA_REFUSED
    assert x.seen() == []


def test_a_file_that_is_shorter_than_it_was_is_not_finished(x: FakeX) -> None:
    outcome, _ = upload(x, PNG[:-1], frozen(PNG))
    assert isinstance(outcome, Blocked)
    assert outcome.reason is Reason.MEDIA_CHANGED
    assert not any(each.target.endswith("finalize") for each in x.seen())


@pytest.mark.parametrize("step", ["initialize", "*/append", "*/finalize"])
@pytest.mark.parametrize(
    ("strike", "kind"),
    [
        (fault("drop_after_accept"), Unavailable),
        (fault("overloaded_after"), Unavailable),
        (refusal("rate_15min"), RateLimited),
        (refusal("unauthorized"), Blocked),
        (refusal("credits"), Blocked),
    ],
)
def test_each_step_that_fails_ends_the_upload_with_its_reason(x: FakeX, step: str, strike: Fault, kind: type) -> None:
    x.strike(replace(strike, route=f"POST /2/media/upload/{step}"))
    outcome, _ = upload(x, PNG)
    assert isinstance(outcome, kind)


def test_an_upload_that_expired_is_told_apart(x: FakeX) -> None:
    """Fault 34."""
    outcome, _ = upload(x, PNG)
    assert isinstance(outcome, Uploaded)
    x.world.advance(86_401)
    assert isinstance(post(destination(x), "late", media_ids=(outcome.media_id,)), MediaGone)


@pytest.mark.parametrize(
    ("head", "kind", "mime"),
    [
        (PNG, MediaKind.IMAGE, "image/png"),
        (b"\xff\xd8\xff\xe0\0\x10JFIF", MediaKind.IMAGE, "image/jpeg"),
        (b"RIFF\x10\0\0\0WEBPVP8 ", MediaKind.IMAGE, "image/webp"),
        (b"GIF87a..", MediaKind.GIF, "image/gif"),
        (b"GIF89a..", MediaKind.GIF, "image/gif"),
        (b"\0\0\0\x18ftypmp42\0\0\0\0", MediaKind.VIDEO, "video/mp4"),
        (b"\0\0\0\x20ftypisom\0\0\2\0", MediaKind.VIDEO, "video/mp4"),
        (b"\0\0\0\x14ftypqt  \0\0\0\0", MediaKind.VIDEO, "video/quicktime"),
        (b"\0\0\x10\0moov\0\0\0\0", MediaKind.VIDEO, "video/quicktime"),
    ],
)
def test_a_file_is_what_its_first_bytes_say(head: bytes, kind: MediaKind, mime: str) -> None:
    assert sniff(head) == (kind, mime)


@pytest.mark.parametrize(
    "head",
    [
        b"",
        b"\x89PN",
        b"<svg xmlns='http://www.w3.org/2000/svg'>",
        b"RIFF\x10\0\0\0WAVEfmt ",
        b"\0\0\0\x1cftypheic\0\0\0\0",
        b"\0\0\0\x1cftypavif\0\0\0\0",
        b"BM\x36\0",
        b"%PDF-1.7",
        b"plain text, called picture.png",
        b"\0\0\0\x18ftyp",
    ],
)
def test_what_is_none_of_ours_is_nothing(head: bytes) -> None:
    assert sniff(head) is None
