"""Checks that Stripe signed a webhook's body, and just now.

As https://docs.stripe.com/webhooks#verify-manually describes it (August 2026), and not with stripe-python 16's own
check: that one takes timestamps from the future, switches the check of time off for a tolerance of nought, and raises
unrelated errors for signatures that are not ASCII and bodies that are not UTF-8.
"""

from __future__ import annotations

import hmac
from hashlib import sha256
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

TOLERANCE_S = 300
HEADER = "stripe-signature"

_LONGEST_HEADER = 4096
_MOST_SIGNATURES = 16
_MOST_DIGITS = 12


class SignatureError(ValueError):
    """The body is not to be believed; the message says why, without anything of what was sent."""


def check_signature(body: bytes, header: str, secrets: Sequence[str], now_s: float) -> None:
    """Let a body pass that one of the secrets signed within `TOLERANCE_S` of now, before or after.

    Args:
        body: The bytes as they came.
        header: ``Stripe-Signature``: ``t=1700000000,v1=5257…,v1=…``.
        secrets: All that are in force; during a rotation there are two.
        now_s: Seconds since 1970.

    Raises:
        SignatureError: It does not pass.
    """
    stamp, signatures = _parts(header)
    signed = stamp.encode() + b"." + body
    expected = [hmac.new(secret.encode(), signed, sha256).hexdigest() for secret in secrets]
    # No early end: how long it takes says nothing about which secret or which signature was close.
    matches = [hmac.compare_digest(ours, theirs) for ours in expected for theirs in signatures]
    if not any(matches):
        raise SignatureError("no secret of ours signed it")
    if abs(now_s - int(stamp)) > TOLERANCE_S:
        raise SignatureError("it was signed too long ago, or in the future")


def _parts(header: str) -> tuple[str, list[str]]:
    if not header or len(header) > _LONGEST_HEADER or not header.isascii():
        raise SignatureError("the signature's header is missing or malformed")
    pairs = [part.strip().partition("=") for part in header.split(",")]
    stamps = [value for name, _, value in pairs if name == "t"]
    signatures = [value for name, _, value in pairs if name == "v1"]
    if len(stamps) != 1 or not stamps[0].isdigit() or len(stamps[0]) > _MOST_DIGITS:
        raise SignatureError("the signature's header has no time")
    if not 0 < len(signatures) <= _MOST_SIGNATURES:
        raise SignatureError("the signature's header has no signature")
    return stamps[0], signatures
