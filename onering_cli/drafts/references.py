"""What people type to name a draft, and what they are told when it names none or several."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from onering_cli.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

ID_LENGTH = 10
ID_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # https://www.crockford.com/base32.html, 2026-01-10
SHOWN_CANDIDATES = 5
_ID_CHARACTERS = frozenset(ID_ALPHABET)

_LAST = "@last"
_LAST_BEFORE = "@last~"
_LIMIT_BACK_DIGITS = 9
_LOOK_ALIKES = str.maketrans("oil", "011")


# Named tuples rather than dataclasses: every command that opens a draft makes these two, and they cost a quarter.
class Last(NamedTuple):
    """The draft saved most recently, or the one `back` other drafts before it."""

    back: int


class Prefix(NamedTuple):
    """How an id starts, in the alphabet of ids; not empty."""

    text: str


def read_reference(reference: str) -> Last | Prefix:
    """What a reference asks for.

    Raises:
        UsageError: It can name no draft at all.
    """
    if reference == _LAST:
        return Last(0)
    back = reference.removeprefix(_LAST_BEFORE)
    if back != reference and back.isascii() and back.isdigit() and len(back) <= _LIMIT_BACK_DIGITS:
        return Last(int(back))
    prefix = read_prefix(reference)
    if not prefix:
        raise unknown(reference)
    return Prefix(prefix)


def read_prefix(text: str) -> str | None:
    """The start of an id as ids are written, or None when none starts so.

    As Crockford's base32 has it, case means nothing, O is 0, and I and L are 1.
    """
    prefix = text.lower().translate(_LOOK_ALIKES)
    return prefix if len(prefix) <= ID_LENGTH and set(prefix) <= _ID_CHARACTERS else None


def prefix_end(prefix: str) -> str:
    """The first text that sorts after every id that starts so."""
    return f"{prefix}~"


def unknown(reference: str, *, removed: bool = False) -> UsageError:
    """Nothing fits."""
    if removed:
        return UsageError(
            f"no draft in the bin is {reference!r}", hint="see what is there: onering draft list --removed"
        )
    return UsageError(f"there is no draft {reference!r}", hint="see what there is: onering draft list")


def elsewhere(draft_id: str, *, removed: bool) -> UsageError:
    """The only draft that fits is in the bin, or with `removed`, is not."""
    if removed:
        return UsageError(f"draft {draft_id} is not in the bin", hint="there is nothing to bring back")
    return UsageError(f"draft {draft_id} is in the bin", hint=f"bring it back first: onering draft restore {draft_id}")


def ambiguous(reference: str, candidates: Sequence[str], things: str = "drafts") -> UsageError:
    """Several `things` fit; `candidates` may be one more than are shown, to say that there are more."""
    shown = ", ".join(candidates[:SHOWN_CANDIDATES])
    more = ", ..." if len(candidates) > SHOWN_CANDIDATES else ""
    return UsageError(
        f"{reference!r} could be several {things}: {shown}{more}",
        hint="type more of the id",
        details={"candidates": list(candidates[:SHOWN_CANDIDATES])},
    )
