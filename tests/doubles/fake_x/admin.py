"""The admin endpoint, through which another process scripts a service and looks into it."""

import json
import time
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from doubles.fake_x.faults import from_json
from doubles.fake_x.server import ACCESS_TOKEN, ACCESS_TOKEN_SECRET, CLIENT_ID, CONSUMER_KEY, CONSUMER_SECRET, FakeX
from doubles.fake_x.wire import Reply, Request

AWAIT_S = 0.1


def administer(service: FakeX, request: Request) -> Reply:
    """Answer a request under ``/_admin/``.

    ==================  =============================================================================================
    GET accepted        every post ever accepted, in order, deleted ones too
    GET requests        every request, in order, with its connection's number and the status of its answer
    GET await           whether, within a tenth of a second, an answer was held back (``?holding=1``) or so many
                        requests were noted (``?requests=7``)
    GET state           counters: accepted, requests, faults still to come, answers held back, money spent
    POST faults         one fault or a list: ``{"name": "drop_after_accept", "skip": 2}``, ``{"problem": "credits"}``
    DELETE faults       forget the faults still to come
    POST rules          change rules: ``{"duplicates": false, "timeline_lag_s": 200}``
    POST clock          move the service's clock: ``{"advance_s": 90}``
    POST release        let answers go that are held back
    POST posts          somebody posts by hand: a body as for POST /2/tweets, and ``author_id``
    POST accounts       a further account: ``{"username": …, "account_id": …, "premium": false}``
    ==================  =============================================================================================
    """
    what = request.path.removeprefix("/_admin/")
    if request.method == "GET":
        return _look(service, what, request.query)
    return _order(service, f"{request.method} {what}", request.json())


def _look(service: FakeX, what: str, query: Mapping[str, str]) -> Reply:
    if what == "accepted":
        return Reply.of(200, [asdict(post) for post in service.accepted])
    if what == "requests":
        return Reply.of(200, [asdict(each) for each in service.seen()])
    if what == "await":
        return Reply.of(200, {"came": _await(service, query)})
    return Reply.of(200, _state(service)) if what == "state" else Reply.of(404, {})


def _await(service: FakeX, query: Mapping[str, str]) -> bool:
    until = time.monotonic() + AWAIT_S
    while time.monotonic() < until:
        if ("holding" in query and service.silence.holding) or len(service.log) >= int(query.get("requests", 1 << 60)):
            return True
        time.sleep(0.002)
    return False


def _order(service: FakeX, order: str, body: Any) -> Reply:
    match order:
        case "POST faults":
            service.strike(*(from_json(each) for each in (body if isinstance(body, list) else [body])))
        case "DELETE faults":
            service.script.waiting.clear()
        case "POST rules":
            for name, value in body.items():
                getattr(service.world.rules, name)  # an unknown rule is a mistake of the test
                setattr(service.world.rules, name, value)
        case "POST clock":
            service.world.advance(float(body["advance_s"]))
        case "POST release":
            service.silence.release()
        case "POST posts":
            author = service.world.accounts[body.pop("author_id", service.account.id)]
            return Reply.of(200, {"id": service.world.create(author, body, by_hand=True).id})
        case "POST accounts":
            service.world.join(**body)
        case _:
            return Reply.of(404, {})
    return Reply.of(200, _state(service))


def _state(service: FakeX) -> dict[str, Any]:
    return {
        "now": service.world.now(),
        "accepted": len(service.world.posts),
        "requests": len(service.log),
        "holding": service.silence.holding,
        "faults": len(service.script.waiting),
        "spent_milli": service.world.spent_milli,
    }


def credentials_document(service: FakeX) -> str:
    """What another process needs to talk to this one, as one line of JSON."""
    return json.dumps(
        {
            "base": service.base,
            "consumer_key": CONSUMER_KEY,
            "consumer_secret": CONSUMER_SECRET,
            "access_token": ACCESS_TOKEN,
            "access_token_secret": ACCESS_TOKEN_SECRET,
            "client_id": CLIENT_ID,
            "account_id": service.account.id,
        }
    )
