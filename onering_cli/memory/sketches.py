"""The few shingles by which a post is found again among those that share many with it."""

from zlib import crc32

from onering_cli.text.likeness import words

SKETCH_SIZE = 5
"""Two posts that share half of their shingles have none of these in common once in 32 times (0.5 ** 5), and more rarely
the more they share: once in 400 times where they share 70 %."""


def sketch(text: str) -> list[int]:
    """The lowest `SKETCH_SIZE` of the 32-bit hashes of a text's three-word shingles, rising; empty without words.

    A bottom-k sketch (Cohen 1997, https://doi.org/10.1006/jcss.1997.1534): which shingles are lowest does not depend on
    the text they stand in, so that near copies keep most of them. The shingles are those of `text.likeness`, made here
    without a tuple each, since an import makes millions of them.
    """
    found = words(text)
    if not found:
        return []
    found += [""] * (3 - len(found))
    runs = map(" ".join, zip(found, found[1:], found[2:], strict=False))
    return sorted({crc32(run.encode("utf-8", "replace")) for run in runs})[:SKETCH_SIZE]
