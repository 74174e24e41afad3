"""Stripe's adapter straight over a world, without HTTP between them, for thousands of looks."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from doubles.fake_stripe.world import TEST_KEY

from onering_cli.adapters.stripe.payments import StripePayments, _MissingError
from onering_cli.clock import SystemClock

if TYPE_CHECKING:
    from doubles.fake_stripe.server import FakeStripe


class DirectPayments(StripePayments):
    """The adapter as it is, but for the wire."""

    def __init__(self, service: FakeStripe) -> None:
        super().__init__(TEST_KEY, SystemClock())
        self._service = service
        self.looks = 0

    def _call(self, method: str, path: str, **parameters: Any) -> dict[str, Any]:
        self.looks += 1
        headers = {"authorization": f"Bearer {TEST_KEY}", "idempotency-key": parameters.pop("idempotency_key", "")}
        query = urlencode(list(_flat(parameters)))
        status, document = self._service.answer(method.upper(), f"{path}?{query}", headers, query)
        if status == 404:
            raise _MissingError(document["error"]["message"])
        assert status == 200, document
        told: dict[str, Any] = json.loads(json.dumps(document))
        return told


def _flat(parameters: dict[str, Any], prefix: str = "") -> Any:
    for name, value in parameters.items():
        full = f"{prefix}[{name}]" if prefix else name
        if isinstance(value, dict):
            yield from _flat(value, full)
        elif isinstance(value, list):
            yield from _flat({str(number): one for number, one in enumerate(value)}, full)
        else:
            yield full, str(value).lower() if isinstance(value, bool) else value
