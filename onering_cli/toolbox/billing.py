"""Builds what billing stands on, and connects it with publishing, neither of which knows the other."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from onering_cli.errors import LogInError, UsageError
from onering_cli.publishing.model import RunStatus, status_of
from onering_cli.settings import catalogue as settings
from onering_cli.settings.setting import Origin

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date, datetime, tzinfo

    from onering_cli.adapters.ring_witness import RingWitness
    from onering_cli.adapters.sqlite.ledger import SqliteLedger
    from onering_cli.adapters.sqlite.purchases import SqlitePurchases
    from onering_cli.adapters.stripe.payments import StripePayments
    from onering_cli.billing.checkout import Plan, Wish
    from onering_cli.billing.earning import EarnRules
    from onering_cli.billing.fulfilment import Heard
    from onering_cli.billing.ports import News
    from onering_cli.publishing.model import Run
    from onering_cli.toolbox import Toolbox


class Billing:
    """Billing's part of the toolbox.

    Args:
        toolbox: The rest of it.
    """

    def __init__(self, toolbox: Toolbox) -> None:
        self._toolbox = toolbox

    @cached_property
    def ledger(self) -> SqliteLedger:
        """The RING ledger."""
        from onering_cli.adapters.sqlite.ledger import SqliteLedger

        return SqliteLedger(self._toolbox.store, self._toolbox.clock)

    @cached_property
    def witness(self) -> RingWitness:
        """What a file outside of the store remembers of the ledger."""
        from onering_cli.adapters.ring_witness import RingWitness

        return RingWitness(self._toolbox.paths.config_file.with_name("ring-witness.json"))

    @cached_property
    def earn_rules(self) -> EarnRules:
        """The numbers that earning goes by."""
        from onering_cli.billing.earning import EarnRules

        values = self._toolbox.settings
        return EarnRules(
            per_thread=values[settings.RING_PER_THREAD],
            per_streak_day=values[settings.RING_PER_STREAK_DAY],
            daily_cap=values[settings.RING_DAILY_CAP],
            min_interval_s=values[settings.RING_MIN_INTERVAL_S],
        )

    def today(self) -> date:
        """The user's day."""
        return self._day_of(self._toolbox.clock.now())

    @cached_property
    def zone(self) -> tzinfo | None:
        """The zone that the user's days are meant in; None for the machine's.

        Raises:
            UsageError: The setting names none.
        """
        named = self._toolbox.settings[settings.SCHEDULE_ZONE]
        if not named:
            return None
        from onering_cli.scheduling.zones import find_zone

        return find_zone(named)

    def _day_of(self, moment: datetime) -> date:
        return moment.astimezone(self.zone).date()

    def on_final_run(self, run: Run) -> None:
        """Book what a run earns or loses, within the transaction that makes it final; a subscriber of the journal."""
        status = status_of(run)
        if status is RunStatus.POSTED:
            self.ledger.published(run.id, self._day_of(run.updated_at), run.updated_at, self.earn_rules)
        elif status is RunStatus.ROLLED_BACK:
            self.ledger.rolled_back(run.id)

    def threads_per_hour(self) -> int:
        """How many threads the user may start in an hour, with what was paid and what was bought.

        Raises:
            UsageError: A setting that earning goes by is wrong: better before a post is sent than after.
        """
        from onering_cli.billing.spending import Perk, ThreadLimits, threads_per_hour

        _ = self.earn_rules, self.zone
        number, origin = self._toolbox.settings.look_up(settings.THREADS_PER_HOUR)
        limits = ThreadLimits(
            set_by_user=None if origin is Origin.DEFAULT else number,
            plain=number,
            bought=self._toolbox.settings[settings.RING_LIMIT_THREADS],
        )
        end = self.ledger.latest_end(Perk.LIMIT)
        has_bought = end is not None and end > self._toolbox.clock.now()
        return threads_per_hour(limits, is_verified=self.is_verified(), has_bought=has_bought)

    def is_verified(self) -> bool:
        """Whether a payment stands that marks the user verified."""
        return self.purchases.is_verified()

    @cached_property
    def purchases(self) -> SqlitePurchases:
        """The record of checkouts, purchases and news."""
        from onering_cli.adapters.sqlite.purchases import SqlitePurchases

        return SqlitePurchases(self._toolbox.store, self._toolbox.clock)

    @cached_property
    def payments(self) -> StripePayments:
        """The payment service.

        Raises:
            LogInError: There is no key for it.
            UsageError: The key is not a secret one.
        """
        from onering_cli.adapters.secrets import STRIPE_SECRET_KEY
        from onering_cli.adapters.stripe.payments import StripePayments

        key = self._toolbox.secrets.get(STRIPE_SECRET_KEY)
        if key is None:
            raise LogInError(
                "there is no key for Stripe", hint="onering auth login stripe, or set ONERING_STRIPE_SECRET_KEY"
            )
        values = self._toolbox.settings
        return StripePayments(
            key.reveal(),
            self._toolbox.clock,
            api_base=values[settings.STRIPE_API_BASE],
            connect_timeout_s=values[settings.STRIPE_CONNECT_TIMEOUT_S],
            read_timeout_s=values[settings.STRIPE_READ_TIMEOUT_S],
        )

    def wish(self, plan: Plan) -> Wish:
        """An upgrade as the settings have it.

        Raises:
            UsageError: No price is set.
        """
        from onering_cli.billing.checkout import Wish

        price = self._toolbox.settings[settings.STRIPE_PRICE]
        if not price:
            raise UsageError(
                "no price is set that could be paid",
                hint="onering config set stripe.price with the id (price_...) or the lookup key of a price at Stripe",
            )
        return Wish(plan, price, self._toolbox.settings[settings.STRIPE_SUCCESS_URL])

    def webhook_secrets(self) -> list[str]:
        """Every signing secret in force.

        Raises:
            LogInError: There is none.
        """
        from onering_cli.adapters.secrets import STRIPE_WEBHOOK_SECRET

        kept = self._toolbox.secrets.get(STRIPE_WEBHOOK_SECRET)
        found = [secret for part in kept.reveal().split(",") for secret in part.split()] if kept is not None else []
        if not found:
            raise LogInError(
                "there is no signing secret for the webhook",
                hint="onering auth login stripe --webhook, with the whsec_... that `stripe listen` prints",
            )
        return found

    def listen(
        self, host: str, port: int, *, on_ready: Callable[[str], object], on_heard: Callable[[News, Heard], None]
    ) -> None:
        """Serve the webhook until a signal ends it.

        Raises:
            UsageError: The extra `server` is not installed, the port is taken, or the key is of the other mode.
            LogInError: A key or a signing secret is missing.
        """
        try:
            from onering_cli.adapters.webhook_server import application, claim_port, server_of
        except ModuleNotFoundError as exc:
            raise UsageError(
                f"listening needs the extra `server` ({exc.name} is not installed)",
                hint="pip install 'onering-cli[server]'",
            ) from exc
        from onering_cli.adapters.hearing import Hearing, catch_up

        secrets, payments, books = self.webhook_secrets(), self.payments, self.purchases
        log, clock = self._toolbox.log, self._toolbox.clock
        if books.identity().live not in {None, payments.live}:
            now, then = ("live", "test") if payments.live else ("test", "live")
            raise UsageError(
                f"this is a {now} key, and {then} mode was used so far", hint="onering upgrade --sync asks about it"
            )
        with claim_port(host, port) as listener:
            left = catch_up(payments, books)
            log.info("listening", extra={"host": host, "port": listener.getsockname()[1], "left_open": left})
            address = f"http://{f'[{host}]' if ':' in host else host}:{listener.getsockname()[1]}"
            with Hearing(payments, books) as hearing:
                app = application(hearing, secrets, clock=clock, log=log, on_heard=on_heard)
                on_ready(address)
                server_of(app).run(sockets=[listener])

    def open_page(self, url: str) -> bool:
        """Open a page in a browser with windows; whether there is one. A browser in the terminal would take it over."""
        import sys
        import webbrowser

        environment = self._toolbox.environment
        has_windows = any(environment.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER"))
        if (sys.platform.startswith("linux") and not has_windows) or not url.startswith(("https://", "http://")):
            return False
        try:
            return self._toolbox.open_browser(url)
        except webbrowser.Error:
            return False

    def close(self) -> None:
        """Let the witness know what was appended."""
        if "payments" in self.__dict__:
            self.payments.close()
        if self.__dict__.keys() & {"ledger", "purchases"}:
            self.witness.follow(self.ledger)
