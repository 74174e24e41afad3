"""The API over a world: form encoding, expansion, lists with cursors, idempotency keys, errors.

https://docs.stripe.com/api/expanding_objects, /pagination, /idempotent_requests, /errors and
https://docs.stripe.com/error-low-level (August 2026).
"""

from __future__ import annotations

import copy
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

if TYPE_CHECKING:
    from collections.abc import Callable

    from doubles.fake_stripe.world import Thing, World

_KINDS = {
    "checkout/sessions": "checkout.session",
    "payment_intents": "payment_intent",
    "charges": "charge",
    "refunds": "refund",
    "disputes": "dispute",
    "subscriptions": "subscription",
    "invoices": "invoice",
    "invoice_payments": "invoice_payment",
    "prices": "price",
    "events": "event",
}
_HALF_HOUR_S, _DAY_S = 1800, 86_400


class ApiError(Exception):
    """What the API answers instead."""

    def __init__(self, status: int, kind: str, message: str, **fields: Any) -> None:
        super().__init__(message)
        self.status = status
        self.document = {"error": {"type": kind, "message": message, **fields}}


def decoded(form: str) -> dict[str, Any]:
    """``a[b][0]=c`` as nested objects; lists stay objects with numbers as names, or come as ``a[]``."""
    tree: dict[str, Any] = {}
    for name, value in parse_qsl(form, keep_blank_values=True):
        parts = re.findall(r"[^\[\]]+|\[\]", name)
        here = tree
        for part in parts[:-1]:
            here = here.setdefault(part, {})
        last = parts[-1]
        here[str(len(here)) if last == "[]" else last] = value
    return tree


def values(told: Any) -> list[Any]:
    return list(told.values()) if isinstance(told, dict) else [told] if told else []


def bad(message: str, **fields: Any) -> ApiError:
    return ApiError(400, "invalid_request_error", message, **fields)


def retrieve(world: World, path: str, name: str, parameters: dict[str, Any]) -> Thing:
    thing = world.things.get(name)
    if thing is None or thing["object"] != _KINDS.get(path):
        what = _KINDS.get(path, path)
        raise ApiError(404, "invalid_request_error", f"No such {what}: '{name}'", code="resource_missing", param="id")
    return shown(world, thing, values(parameters.get("expand")))


def listed(world: World, path: str, parameters: dict[str, Any]) -> dict[str, Any]:
    limit = int(parameters.get("limit", 10))
    if not 1 <= limit <= 100:
        raise bad("This value must be between 1 and 100", param="limit")
    found = [thing for thing in world.of_kind(_KINDS[path]) if _matches(thing, parameters)]
    if after := parameters.get("starting_after"):
        names = [thing["id"] for thing in found]
        if after not in names:
            raise bad(f"No such object: '{after}'", param="starting_after")
        found = found[names.index(after) + 1 :]
    page = [shown(world, thing, []) for thing in found[:limit]]
    return {"object": "list", "url": f"/v1/{path}", "has_more": len(found) > limit, "data": page}


_FILTERS: dict[str, Callable[[Thing, Any], bool]] = {
    "created": lambda thing, wanted: bool(thing["created"] >= int(wanted["gte"])),
    "types": lambda thing, wanted: thing["type"] in values(wanted),
    "lookup_keys": lambda thing, wanted: thing["lookup_key"] in values(wanted),
    "active": lambda thing, wanted: bool(thing["active"] == (wanted == "true")),
    "payment": lambda thing, wanted: bool(thing["payment"] == wanted),
    "payment_intent": lambda thing, wanted: bool(thing.get("payment_intent") == wanted),
    "subscription": lambda thing, wanted: bool(thing.get("subscription") == wanted),
    "invoice": lambda thing, wanted: bool(thing.get("invoice") == wanted),
    "status": lambda thing, wanted: bool(thing.get("status") == wanted),
    "charge": lambda thing, wanted: bool(thing.get("charge") == wanted),
}


def _matches(thing: Thing, parameters: dict[str, Any]) -> bool:
    filters = {name: wanted for name, wanted in parameters.items() if name not in ("limit", "starting_after", "expand")}
    for name in filters.keys() - _FILTERS.keys():
        raise bad(f"Received unknown parameter: {name}", code="parameter_unknown", param=name)
    return all(_FILTERS[name](thing, wanted) for name, wanted in filters.items())


def shown(world: World, thing: Thing, expand: list[str]) -> Thing:
    """An object as it is answered, with what was asked to be expanded."""
    made = {name: copy.deepcopy(value) for name, value in thing.items() if not name.startswith("_")}
    for path in expand:
        if path.count(".") > 3:
            raise bad("You cannot expand more than 4 levels of a property", param="expand")
        _expand(world, made, path.split("."))
    return made


def _expand(world: World, made: Thing, path: list[str]) -> None:
    name, *rest = path
    if made["object"] == "charge" and name == "refunds":
        made[name] = made.get(name) or listed(world, "refunds", {"charge": made["id"]})
    elif name not in made:
        raise bad(f"This property cannot be expanded ({name}).", param="expand")
    elif isinstance(made[name], str):
        made[name] = shown(world, world.things[made[name]], [])
    if rest and isinstance(made[name], dict):
        _expand(world, made[name], rest)


def create_session(world: World, form: dict[str, Any]) -> Thing:
    """https://docs.stripe.com/api/checkout/sessions/create."""
    known = {"mode", "line_items", "client_reference_id", "metadata", "expires_at", "success_url", "subscription_data", "payment_intent_data", "expand"}  # fmt: skip
    for name in form.keys() - known:
        raise bad(f"Received unknown parameter: {name}", code="parameter_unknown", param=name)
    item = values(form["line_items"])[0]
    price = world.things.get(item["price"])
    if price is None:
        raise bad(f"No such price: '{item['price']}'", code="resource_missing", param="line_items[0][price]")
    mode = form["mode"]
    if (mode == "subscription") != (price["type"] == "recurring"):
        raise bad("You specified a price of another type than the mode takes.", param="mode")
    wrong = {"payment": "subscription_data", "subscription": "payment_intent_data"}[mode]
    if wrong in form:
        raise bad(f"You can not pass `{wrong}` in `{mode}` mode.", param=wrong)
    if not form.get("success_url", "").startswith(("http://", "https://")):
        raise bad("Not a valid URL", code="url_invalid", param="success_url")
    left_s = int(form["expires_at"]) - world.now_s()
    if not _HALF_HOUR_S <= left_s <= _DAY_S:
        raise bad(
            "The `expires_at` timestamp must be at least 30 minutes and at most 24 hours away.", param="expires_at"
        )
    return world.session(
        mode=mode,
        client_reference_id=form.get("client_reference_id"),
        metadata=form.get("metadata", {}),
        expires_at=int(form["expires_at"]),
        amount_total=price["unit_amount"] * int(item["quantity"]),
        currency=price["currency"],
        success_url=form["success_url"],
    )


def create_portal(world: World, form: dict[str, Any]) -> Thing:
    """https://docs.stripe.com/api/customer_portal/sessions/create."""
    if form.get("customer") not in world.things:
        raise bad(f"No such customer: '{form.get('customer')}'", code="resource_missing", param="customer")
    made = world.add("billing_portal.session", "bps", customer=form["customer"], return_url=form["return_url"])
    made["url"] = f"{world.base}/p/session/{made['id']}"
    return made


CREATES = {"checkout/sessions": create_session, "billing_portal/sessions": create_portal}


def path_and_name(path: str) -> tuple[str, str]:
    """``checkout/sessions`` and the id behind it, or ""."""
    rest = path.removeprefix("/v1/")
    for known in (*_KINDS, *CREATES):
        if rest == known:
            return known, ""
        if rest.startswith(known + "/"):
            return known, rest[len(known) + 1 :]
    raise ApiError(404, "invalid_request_error", f"Unrecognized request URL ({path}).")
