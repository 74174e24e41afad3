"""X API v2 on loopback, as test equipment: stateful, with the service's rules, wording, limits and every way to fail.

In a test: ``with FakeX() as x: x.strike(fault("drop_after_accept")); … x.accepted``. In a process of its own, from the
``tests`` folder: ``python -m doubles.fake_x --port 0``, which prints one line of JSON with its address and credentials,
and takes orders under ``/_admin/`` (see `doubles.fake_x.admin.administer`).
"""

from doubles.fake_x.faults import NAMED as FAULTS
from doubles.fake_x.faults import Fault, fault, refusal
from doubles.fake_x.server import (
    ACCESS_TOKEN,
    ACCESS_TOKEN_SECRET,
    CLIENT_ID,
    CONSUMER_KEY,
    CONSUMER_SECRET,
    REDIRECT_URI,
    SCOPES,
    FakeX,
    Seen,
)
from doubles.fake_x.world import Account, Post, Rules, World

__all__ = [
    "ACCESS_TOKEN",
    "ACCESS_TOKEN_SECRET",
    "CLIENT_ID",
    "CONSUMER_KEY",
    "CONSUMER_SECRET",
    "FAULTS",
    "REDIRECT_URI",
    "SCOPES",
    "Account",
    "FakeX",
    "Fault",
    "Post",
    "Rules",
    "Seen",
    "World",
    "fault",
    "refusal",
]
