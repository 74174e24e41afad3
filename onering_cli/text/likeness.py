"""How alike two texts are by their words alone."""

import re
import unicodedata

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
SHINGLE_WORDS = 3


def words(text: str) -> list[str]:
    """The words of a text, case and compatibility forms folded; addresses fall apart into words too."""
    return _WORD.findall(unicodedata.normalize("NFKC", text).casefold())


def shingles(text: str, size: int = SHINGLE_WORDS) -> frozenset[tuple[str, ...]]:
    """Every run of `size` words; a shorter text is one run."""
    found = words(text)
    if len(found) <= size:
        return frozenset([tuple(found)]) if found else frozenset()
    return frozenset(tuple(found[start : start + size]) for start in range(len(found) - size + 1))


def resemblance(one: str, other: str) -> float:
    """Jaccard resemblance of two texts' shingles, 0.0 to 1.0 (Broder 1997, https://doi.org/10.1109/SEQUEN.1997.666900)."""
    left, right = shingles(one), shingles(other)
    if not left or not right:
        return 0.0
    return len(left & right) / len(left | right)


def longest_shared_run(text: str, other: str, *, least: int) -> str:
    """The first run of at least `least` words of `text` that stands in `other` too, or ""."""
    known = shingles(other, least) if len(words(other)) >= least else frozenset()
    found = words(text)
    for start in range(len(found) - least + 1):
        if tuple(found[start : start + least]) in known:
            end = start + least
            while end < len(found) and tuple(found[end - least + 1 : end + 1]) in known:
                end += 1
            return " ".join(found[start:end])
    return ""
