"""The characters that most texts are made of, which nothing has to be asked about."""

from functools import cache

# ASCII without controls, letters with accents, and the signs that typesetters use: all of them printable, none of them
# touched by NFC in this company, none of them invisible, a direction mark or a part of an emoji sequence.
_RANGES = (
    (0x20, 0x7E),
    (0xA0, 0xAC),
    (0xAE, 0x2FF),
    (0x2010, 0x2027),
    (0x2030, 0x203B),
    (0x203D, 0x2048),
    (0x204A, 0x205E),
    (0x20A0, 0x20C0),
)


def is_plain(text: str) -> bool:
    """Whether a text has nothing but such characters and line feeds."""
    return _plain().issuperset(text)


@cache
def _plain() -> frozenset[str]:
    """A set, because a pattern of these ranges takes a millisecond to compile."""
    return frozenset(["\n", *(chr(code) for first, last in _RANGES for code in range(first, last + 1))])
