"""The service in a process of its own: ``python -m doubles.fake_x --port 0`` until standard input closes."""

import argparse
import json
import sys

from doubles.fake_x.admin import credentials_document
from doubles.fake_x.faults import from_json
from doubles.fake_x.server import FakeX
from doubles.fake_x.world import Rules, World


def main() -> None:
    """Serve until standard input is closed, so that no orphan is left when the parent dies."""
    parser = argparse.ArgumentParser(prog="python -m doubles.fake_x", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="the loopback port; 0 for any free one")
    parser.add_argument("--rules", type=json.loads, default={}, help="rules as JSON, e.g. '{\"duplicates\": false}'")
    parser.add_argument("--faults", type=json.loads, default=[], help='faults as JSON, e.g. \'[{"name": "drip"}]\'')
    parser.add_argument("--premium", action="store_true", help="the account may post 25,000")
    options = parser.parse_args()
    with FakeX(World(rules=Rules(**options.rules)), port=options.port) as service:
        service.account.premium = options.premium
        service.strike(*(from_json(each) for each in options.faults))
        print(credentials_document(service), flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main()
