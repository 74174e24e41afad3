"""Signatures, against what npm stripe signs: recorded for every run, live where node and the package are there."""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onering_cli.adapters.stripe.signatures import SignatureError, check_signature

DATA = Path(__file__).with_name("data")
RECORDED: list[dict[str, Any]] = json.loads((DATA / "signatures.json").read_text())["signed"]
ONE = RECORDED[0]


def check(case: dict[str, Any], *, off_s: float = 0, secrets: tuple[str, ...] = (), body: bytes | None = None) -> None:
    signed = case["payload"].encode() if body is None else body
    check_signature(signed, case["header"], secrets or (case["secret"],), case["timestamp"] + off_s)


def test_what_npm_stripe_signed_passes_and_the_least_change_does_not() -> None:
    assert len(RECORDED) == 63
    for case in RECORDED:
        check(case)
        with pytest.raises(SignatureError):
            check(case, body=case["payload"].encode() + b" ")
        with pytest.raises(SignatureError):
            check(case, secrets=(case["secret"] + "x",))


@pytest.mark.slow
@pytest.mark.skipif(
    not (shutil.which("node") and os.environ.get("NPM_STRIPE")),
    reason="set NPM_STRIPE to a folder where `npm install stripe@23.1.0` was run",
)
def test_a_thousand_bodies_signed_by_npm_stripe_just_now_pass() -> None:
    chance = random.Random(4711)  # noqa: S311 -- bodies, not secrets
    asked = [
        {"payload": "".join(chance.choices('abc{}":,é日\u2028\n 0👩', k=200)), "secret": f"whsec_{n}", "timestamp": n * 10_000}
        for n in range(1, 1001)
    ]  # fmt: skip
    script = Path(os.environ["NPM_STRIPE"]) / "record_signatures.mjs"
    shutil.copy(DATA / "record_signatures.mjs", script)
    told = subprocess.run(
        ["node", script, "--live"], input="\n".join(map(json.dumps, asked)), capture_output=True, text=True, check=True
    )
    for case, header in zip(asked, told.stdout.splitlines(), strict=True):
        check({**case, "header": header})


@pytest.mark.parametrize(("off_s", "passes"), [(0, True), (300, True), (-300, True), (301, False), (-301, False)])
def test_51_a_timestamp_passes_within_300_seconds_both_ways(off_s: int, passes: bool) -> None:
    if passes:
        check(ONE, off_s=off_s)
    else:
        with pytest.raises(SignatureError, match="too long ago, or in the future"):
            check(ONE, off_s=off_s)


def test_52_each_secret_that_is_in_force_passes() -> None:
    check(ONE, secrets=("whsec_other", ONE["secret"]))
    check(ONE, secrets=(ONE["secret"], "whsec_other"))
    with pytest.raises(SignatureError):
        check_signature(b"{}", ONE["header"], (), ONE["timestamp"])


SIGNATURE = ONE["header"].partition("v1=")[2]


@pytest.mark.parametrize(
    "header",
    [
        "",
        "junk",
        "t=1",
        f"v1={SIGNATURE}",
        f"t=,v1={SIGNATURE}",
        f"t=-1,v1={SIGNATURE}",
        f"t=1.0,v1={SIGNATURE}",
        f"t=１,v1={SIGNATURE}",
        f"t=1,t=1,v1={SIGNATURE}",
        f"t=1,v0={SIGNATURE}",
        "t=1,v1=",
        "t=1,v1=ü",
        f"t=1,v1={SIGNATURE.upper()}",
        f"t=1,v1={SIGNATURE[:-1]}",
        f"t={'1' * 5000},v1={SIGNATURE}",
        "t=1" + f",v1={'0' * 64}" * 17,
        f"t=1,v1={SIGNATURE}" + "," * 5000,
    ],
)
def test_51_a_junk_header_is_refused_in_our_own_words(header: str) -> None:
    with pytest.raises(SignatureError):
        check_signature(b"{}", header, (ONE["secret"],), 1)


def test_a_header_with_several_signatures_needs_one_that_fits() -> None:
    check_signature(b"{}", f"t=1,v0=x,v1={'0' * 64},v1={SIGNATURE}", (ONE["secret"],), 1)


@settings(deadline=None)
@given(st.text(), st.binary())
def test_nothing_that_is_sent_raises_anything_else(header: str, body: bytes) -> None:
    with pytest.raises(SignatureError):
        check_signature(body, header, ("whsec_x",), 1)
