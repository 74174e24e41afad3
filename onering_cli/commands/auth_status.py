"""``onering auth status``: what is known of each service, and where it comes from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import typer  # noqa: TC002 -- Typer resolves annotations when it runs

from onering_cli.adapters.secrets import X_FIELDS, SecretOrigin
from onering_cli.commands.session import AsJson, session_of
from onering_cli.render.tables import show_rows

if TYPE_CHECKING:
    from collections.abc import Iterable


def attach(app: typer.Typer) -> None:
    """Add the verb to ``auth``."""
    app.command()(status)


def status(context: typer.Context, *, as_json: AsJson = False) -> None:
    """List what is known of each service, and where it comes from; never the secrets themselves.

    The keyring is not asked, so this answers at once; `onering doctor` asks it.

    Examples:
        onering auth status
    """
    session = session_of(context)
    default = session.toolbox.account("")
    session.promise("auth.status", as_json=as_json, default_account=default, logins=[])
    logins = _logins(session.toolbox.secrets.origins())
    if session.wants_json:
        session.answer(logins=logins)
        return
    rows = [(one["service"], one["account"] or "", _from_where(one), _what(one, default)) for one in logins]
    show_rows(session.streams, ("SERVICE", "ACCOUNT", "FROM", "WHAT"), rows)
    if not rows:
        session.streams.note("nothing is logged in; begin with: onering auth login x")


def _logins(origins: dict[str, list[SecretOrigin]]) -> list[dict[str, Any]]:
    """One entry a service and account, with its secrets' names and places."""
    found: dict[tuple[str, str], dict[str, list[SecretOrigin]]] = {}
    for name, places in origins.items():
        service, *account, field = name.split(".")
        found.setdefault((service, "".join(account)), {})[field] = places
    return [
        {
            "service": service,
            "account": account or None,
            "secrets": [{"name": field, "origin": places[0], "also": places[1:]} for field, places in fields.items()],
            "missing": _missing(service, fields),
        }
        for (service, account), fields in found.items()
    ]


def _missing(service: str, fields: Iterable[str]) -> list[str]:
    """The rest of the four keys of X, when only some are there."""
    present = set(fields)
    return [field for field in X_FIELDS if field not in present] if service == "x" and present & set(X_FIELDS) else []


def _from_where(login: dict[str, Any]) -> str:
    return ", ".join(dict.fromkeys(secret["origin"] for secret in login["secrets"]))


def _what(login: dict[str, Any], default: str) -> str:
    names = ", ".join(secret["name"] for secret in login["secrets"])
    missing = f"; missing: {', '.join(login['missing'])}" if login["missing"] else ""
    return ("the default account: " if login["account"] == default else "") + names + missing
