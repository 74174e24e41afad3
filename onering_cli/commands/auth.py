"""``onering auth``: which services OneRing may use in the user's name."""

from __future__ import annotations

import re
from enum import StrEnum
from threading import Thread
from typing import Annotated

import typer

from onering_cli.adapters.secrets import (
    GROQ_API_KEY,
    STRIPE_SECRET_KEY,
    STRIPE_WEBHOOK_SECRET,
    X_FIELDS,
    SecretOrigin,
    SecretStore,
    variable_of,
)
from onering_cli.commands import auth_status
from onering_cli.commands.completion import complete_accounts
from onering_cli.commands.secret_entry import enter_secrets
from onering_cli.commands.session import AsJson, Session, session_of
from onering_cli.errors import UsageError
from onering_cli.settings.catalogue import DEFAULT_ACCOUNT


class Service(StrEnum):
    """What can be logged in to."""

    GROQ = "groq"
    X = "x"
    STRIPE = "stripe"


Account = Annotated[
    str, typer.Option(help="Which account at X; the default one otherwise.", autocompletion=complete_accounts)
]

_KEYS = {
    Service.GROQ: {GROQ_API_KEY: "Groq API key, from console.groq.com/keys"},
    Service.STRIPE: {STRIPE_SECRET_KEY: "Stripe secret key, from dashboard.stripe.com/apikeys"},
}
_WEBHOOK_KEYS = {STRIPE_WEBHOOK_SECRET: "Signing secret (whsec_...), several with commas"}
_X_QUESTIONS = dict(
    zip(X_FIELDS, ("API key", "API key secret", "Access token", "Access token secret"), strict=True)
)  # as developer.x.com calls them, in the order of its page
_ACCOUNT = re.compile(r"[A-Za-z0-9_-]{1,64}")

app = typer.Typer(no_args_is_help=True, help="Log in to services, and see which are.")


def attach(root: typer.Typer) -> None:
    """Add the noun to the app."""
    auth_status.attach(app)
    root.add_typer(app, name="auth", rich_help_panel="Care")


@app.command()
def login(
    context: typer.Context,
    service: Annotated[Service, typer.Argument(help="Where to log in.", show_default=False)],
    *,
    account: Account = "",
    store: Annotated[
        SecretStore | None, typer.Option(help="Where to keep the secrets; the system's keyring unless told otherwise.")
    ] = None,
    browser: Annotated[bool, typer.Option("--browser", help="X only: log in with a browser (OAuth 2.0).")] = False,
    headless: Annotated[
        bool, typer.Option("--headless", help="Like --browser, on a machine without one: paste the address back.")
    ] = False,
    webhook: Annotated[bool, typer.Option("--webhook", help="Stripe only: keep the webhook's signing secret.")] = False,
    as_json: AsJson = False,
) -> None:
    """Keep a service's keys, asked for one by one without showing them, or piped in.

    For X these are the four keys of your app at developer.x.com, which do not expire; with --browser, X asks you.

    Examples:
        onering auth login groq

        onering auth login x --account work

        pass show groq | onering auth login groq --store file
    """
    session = session_of(context)
    session.promise("auth.login", as_json=as_json, service=service, account=None, kept=None, secrets=[])
    if webhook and service is not Service.STRIPE:
        raise UsageError(f"{service} takes no --webhook", hint=f"onering auth login {service}")
    if service is Service.X:
        names = _log_in_to_x(session, _account(session, account), store, browser=browser, headless=headless)
    elif account or browser or headless:
        raise UsageError(f"{service} takes no --account, --browser or --headless", hint=f"onering auth login {service}")
    else:
        questions = _WEBHOOK_KEYS if webhook else _KEYS[service]
        values = enter_secrets(session.streams.keyboard, questions)
        session.toolbox.secrets.keep(values, where=store)
        names = list(values)
    _tell_kept(session, names)


@app.command()
def logout(
    context: typer.Context,
    service: Annotated[Service, typer.Argument(help="What to forget.", show_default=False)],
    *,
    account: Account = "",
    as_json: AsJson = False,
) -> None:
    """Forget a service's secrets on this machine. They stay valid at the service until you revoke them there.

    Examples:
        onering auth logout x --account work
    """
    session = session_of(context)
    session.promise("auth.logout", as_json=as_json, service=service, account=None, removed=[], remaining=[])
    if service is not Service.X and account:
        raise UsageError(f"{service} takes no --account", hint=f"onering auth logout {service}")
    account = _account(session, account) if service is Service.X else ""
    session.fill(account=account or None)
    prefix = f"{service}.{account}." if account else f"{service}."
    secrets = session.toolbox.secrets
    removed = secrets.forget(name for name in secrets.origins() if name.startswith(prefix))
    session.fill(removed=removed)
    remaining = {name: found for name, found in secrets.origins().items() if name.startswith(prefix)}
    session.toolbox.log.info("logged out", extra={"names": removed})
    session.answer(remaining=sorted(remaining))
    told = f"{service} {account}".strip()
    session.streams.note(f"{told} is logged out here" if removed else f"{told} was not logged in here")
    for name, found in remaining.items():
        session.streams.warn(f"{name} is still set by {_setter(name, found[0])}")


@app.command()
def default(
    context: typer.Context,
    account: Annotated[
        str, typer.Argument(help="The account at X.", autocompletion=complete_accounts, show_default=False)
    ],
    *,
    as_json: AsJson = False,
) -> None:
    """Say which account is meant when a command names none.

    Examples:
        onering auth default work
    """
    session = session_of(context)
    session.promise("auth.default", as_json=as_json, account=account)
    account = _account(session, account)
    known = session.toolbox.secrets.accounts(Service.X)
    if account not in known:
        raise UsageError(
            f"{account} is not logged in; these are: {', '.join(known) or 'none'}",
            hint=f"onering auth login x --account {account}",
        )
    _set_default(session, account)
    session.answer(account=account)


def _account(session: Session, named: str) -> str:
    account = session.toolbox.account(named.removeprefix("@"))
    if not _ACCOUNT.fullmatch(account):
        raise UsageError(f"{account!r} cannot be the name of an account", hint="letters, digits, - and _ can be used")
    return account


def _log_in_to_x(
    session: Session, account: str, store: SecretStore | None, *, browser: bool, headless: bool
) -> list[str]:
    """Keep one kind of login and forget the other, so that it is plain which one is used; the kept secrets' names."""
    session.fill(account=account)
    secrets = session.toolbox.secrets
    oauth1 = [f"x.{account}.{field}" for field in X_FIELDS]
    oauth2 = [f"x.{account}.oauth2_tokens"]
    if browser or headless:
        _log_in_by_browser(session, account, store, headless=headless)
        names, stale = oauth2, oauth1
    else:
        values = enter_secrets(session.streams.keyboard, _X_QUESTIONS).values()
        secrets.keep(dict(zip(oauth1, values, strict=True)), where=store)
        names, stale = oauth1, oauth2
    secrets.forget(stale)
    if account != session.toolbox.account("") and secrets.accounts(Service.X) == [account]:
        _set_default(session, account)  # the first account of all, so that `post` finds it
    return names


def _log_in_by_browser(session: Session, account: str, store: SecretStore | None, *, headless: bool) -> None:
    streams = session.streams

    def show(address: str) -> None:
        streams.note(f"open this address and allow access:\n{address}")
        if not headless:  # a browser of the terminal returns when it is closed, and wants its answer before
            Thread(target=session.toolbox.open_browser, args=(address,), daemon=True).start()

    def ask() -> str:
        streams.piece("then paste the address that the browser ended up at: ")
        return streams.keyboard.readline()

    session.toolbox.x.log_in(account, where=store, on_address=show, ask_redirect=ask if headless else None)


def _tell_kept(session: Session, names: list[str]) -> None:
    """Say where the secrets went, and whether they will be used at all."""
    origins = session.toolbox.secrets.origins()
    kept = next(origin for origin in origins[names[0]] if origin.value in set(SecretStore))
    session.toolbox.log.info("logged in", extra={"names": names, "kept_in": kept})
    session.answer(kept=kept, secrets=names)
    session.streams.note(f"{', '.join(names)}: kept in the {kept}")
    for name in names:
        if origins[name][0] is not kept:
            session.streams.warn(f"{_setter(name, origins[name][0])} is set, and is used in place of what was kept now")


def _set_default(session: Session, account: str) -> None:
    from onering_cli.adapters.config_file import set_key

    set_key(session.toolbox.paths.config_file, DEFAULT_ACCOUNT.key, account)
    session.streams.note(f"{account} is now the default account")


def _setter(name: str, origin: SecretOrigin) -> str:
    return f"the variable {variable_of(name)}" if origin is SecretOrigin.ENVIRONMENT else "a systemd credential"
