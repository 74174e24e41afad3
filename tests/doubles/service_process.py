"""The fake X as a process of its own, and the wire on which a test orders it about."""

from __future__ import annotations

import json
import subprocess
import sys
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

TESTS = Path(__file__).parent.parent


class Service:
    """The fake X of another process, under orders."""

    def __init__(self, document: Mapping[str, str]) -> None:
        self.document = document
        self._connection = HTTPConnection(document["base"].removeprefix("http://"), timeout=30)

    def tell(self, method: str, what: str, body: object = None) -> Any:
        """Give an order, or ask."""
        self._connection.request(method, f"/_admin/{what}", json.dumps(body))
        return json.loads(self._connection.getresponse().read())

    def awaits(self, what: str) -> bool:
        """Whether something came about within a moment."""
        return bool(self.tell("GET", f"await?{what}")["came"])

    def close(self) -> None:
        """Hang up."""
        self._connection.close()

    @property
    def variables(self) -> dict[str, str]:
        """The environment that leads a process here."""
        names = ("consumer_key", "consumer_secret", "access_token", "access_token_secret")
        return {
            "ONERING_X_API_BASE": self.document["base"],
            **{f"ONERING_X_{name.upper()}": self.document[name] for name in names},
        }


@contextmanager
def service_process(rules: Mapping[str, object]) -> Iterator[Service]:
    """A fake X in a process of its own, which ends with this block."""
    command = [sys.executable, "-m", "doubles.fake_x", "--port", "0", "--rules", json.dumps(rules)]
    with subprocess.Popen(command, cwd=TESTS, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        service = Service(json.loads(process.stdout.readline()))
        try:
            yield service
        finally:
            service.close()
            process.kill()
