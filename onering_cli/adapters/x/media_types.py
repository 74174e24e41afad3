"""What a media file is by its first bytes; its name says nothing.

Signatures: https://mimesniff.spec.whatwg.org/#matching-an-image-type-pattern and ISO/IEC 14496-12 (the ``ftyp`` box).
"""

from onering_cli.publishing.model import MediaKind

HEAD_BYTES = 64
_QUICKTIME_BRAND = b"qt  "
_STILL_BRANDS = frozenset({b"avif", b"avis", b"heic", b"heix", b"hevc", b"mif1", b"msf1"})  # pictures in an MP4 coat
_BOX_TYPES_OF_OLD_QUICKTIME = frozenset({b"moov", b"mdat"})


def sniff(head: bytes) -> tuple[MediaKind, str] | None:
    """Kind and MIME type of a file that starts with `head` (64 bytes are enough); None when it is none of ours."""
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return MediaKind.IMAGE, "image/png"
    if head.startswith(b"\xff\xd8\xff"):
        return MediaKind.IMAGE, "image/jpeg"
    if head.startswith(b"RIFF") and head[8:14] == b"WEBPVP":
        return MediaKind.IMAGE, "image/webp"
    if head.startswith((b"GIF87a", b"GIF89a")):
        return MediaKind.GIF, "image/gif"
    return _film(head)


def _film(head: bytes) -> tuple[MediaKind, str] | None:
    box, brand = head[4:8], head[8:12]
    if box == b"ftyp" and len(brand) == len(_QUICKTIME_BRAND) and brand not in _STILL_BRANDS:
        return MediaKind.VIDEO, "video/quicktime" if brand == _QUICKTIME_BRAND else "video/mp4"
    return (MediaKind.VIDEO, "video/quicktime") if box in _BOX_TYPES_OF_OLD_QUICKTIME else None
