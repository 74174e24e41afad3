"""Every setting there is, by the table of the file it stands in.

Options of commands are not listed here: Typer reads them from ``ONERING_<COMMAND>_<OPTION>`` and from the table named
like the command in ``config.toml`` by itself.
"""

from __future__ import annotations

from typing import Any

from onering_cli.settings.setting import (
    Setting,
    address,
    at_least,
    base_address,
    dollars,
    duration,
    flag,
    one_of,
    program,
    seconds_list,
    share,
    text,
    whole,
)

SOURCES_ALLOW_PRIVATE = Setting(
    "sources.allow_private", flag, default=False, help="Let --from read addresses on this machine and its networks."
)
SECRETS_FILE = Setting(
    "secrets.file", flag, default=False, help="Keep secrets in a 0600 file where there is no keyring."
)
GROQ_BASE_URL = Setting(
    "groq.base_url", base_address, "", "Another endpoint that speaks Groq's protocol.", variable="GROQ_BASE_URL"
)
GROQ_TIMEOUT_S = Setting(
    "groq.timeout_s", at_least(0.1), 120.0, "The most seconds a Groq call may take, retries included."
)
SERVER_TIMEOUT_S = Setting(
    "server.timeout_s", at_least(0.1), 600.0, "The most seconds that a server of your own may take for one answer."
)
LOCAL_CONTEXT = Setting(
    "local.context", whole(512, 131_072), 4096, "The most tokens of question and answer that a local model holds."
)
LOCAL_THREADS = Setting(
    "local.threads", whole(0, 1024), 0, "Processor threads of a local model; 0 for all cores but one."
)
LOCAL_TEMPERATURE = Setting(
    "local.temperature", at_least(0), 0.7, "How freely a local model chooses its words; 0 takes the likeliest."
)
X_API_BASE = Setting("x.api_base", base_address, "", "Another endpoint that speaks X's API.")
X_CLIENT_ID = Setting("x.client_id", text, "", "The OAuth 2 client id of your app at X, for `auth login x`.")
X_CALLBACK_PORT = Setting("x.callback_port", whole(1, 65535), 8710, "The port of the OAuth 2 callback on 127.0.0.1.")
DEFAULT_ACCOUNT = Setting("accounts.default", text, "", "The account that commands use when none is named.")
ACCOUNT_PREMIUM = Setting(
    "accounts.*.premium", flag, default=False, help="The account has X Premium: posts up to 25,000."
)
ACCOUNT_REPEAT_NEAR = Setting(
    "accounts.*.repeat_near",
    share,
    0.5,
    "A post that has this share of a published one's three-word runs is nearly the same.",
)
ACCOUNT_REPEAT_MEANING = Setting(
    "accounts.*.repeat_meaning",
    share,
    0.8,
    "A post as similar in meaning to a published one says the same; 1 for never.",
)
ACCOUNT_REPEAT_DAYS = Setting(
    "accounts.*.repeat_days", whole(0, 36_500), 180, "What is older than this may be said again; 0 never looks."
)
RECONCILE_WAITS_S: Setting[tuple[float, ...]] = Setting(
    "publishing.reconcile_waits_s",
    seconds_list,
    (90.0, 120.0, 180.0, 300.0),
    "When to look for a post whose outcome is unknown, in seconds since it was sent.",
)
LEASE_S = Setting("publishing.lease_s", at_least(1), 120.0, "How long a run stays claimed after its process died.")
CONNECT_TIMEOUT_S = Setting("publishing.connect_timeout_s", at_least(0.05), 10.0, "Seconds to wait for a connection.")
READ_TIMEOUT_S = Setting("publishing.read_timeout_s", at_least(0.05), 60.0, "Seconds to wait for an answer.")
PARENT_WAITS_S: Setting[tuple[float, ...]] = Setting(
    "publishing.parent_waits_s",
    seconds_list,
    (5.0, 10.0, 20.0),
    "When to retry a reply whose parent is not visible yet.",
)
MAX_WAIT_S = Setting(
    "publishing.max_wait_s", at_least(0), 60.0, "The longest wait for a rate limit before `post` gives up with exit 5."
)
THREADS_PER_HOUR = Setting("publishing.threads_per_hour", whole(1, 1000), 5, "Threads an account may start in an hour.")
MONTHLY_BUDGET_USD = Setting(
    "publishing.monthly_budget_usd", dollars, None, "Refuse to post once a calendar month has cost this much."
)
STRIPE_PRICE = Setting("stripe.price", text, "", "The price that `upgrade` sells: its id at Stripe, or its lookup key.")
STRIPE_API_BASE = Setting("stripe.api_base", base_address, "", "Another endpoint that speaks Stripe's API.")
STRIPE_SUCCESS_URL = Setting(
    "stripe.success_url",
    base_address,
    "http://127.0.0.1:4242/paid?session_id={CHECKOUT_SESSION_ID}",
    "Where the browser goes after paying; {CHECKOUT_SESSION_ID} is filled in. `webhook listen` serves the default.",
)
STRIPE_POLL_S = Setting("stripe.poll_s", at_least(0.01), 2.0, "Seconds between looks while `upgrade --wait` waits.")
STRIPE_CONNECT_TIMEOUT_S = Setting("stripe.connect_timeout_s", at_least(0.05), 10.0, "Seconds to reach Stripe.")
STRIPE_READ_TIMEOUT_S = Setting("stripe.read_timeout_s", at_least(0.05), 30.0, "Seconds to wait for Stripe's answer.")
RING_PER_THREAD = Setting("ring.per_thread", whole(0, 1_000_000), 10, "RING that a published thread earns.")
RING_PER_STREAK_DAY = Setting(
    "ring.per_streak_day", whole(0, 1_000_000), 5, "RING on top for a day that continues a streak."
)
RING_DAILY_CAP = Setting("ring.daily_cap", whole(0, 1_000_000), 50, "The most RING that threads earn in a day.")
RING_MIN_INTERVAL_S = Setting(
    "ring.min_interval_s", at_least(0), 600.0, "Seconds after a thread that earned before the next one earns."
)
RING_LIMIT_PRICE = Setting("ring.limit_price", whole(1, 1_000_000), 100, "RING for a day with a higher posting limit.")
RING_LIMIT_THREADS = Setting(
    "ring.limit_threads", whole(1, 1000), 10, "Threads an hour that such a day adds to the limit."
)
SCHEDULE_ZONE = Setting("schedule.zone", text, "", "The time zone that times are meant in, when not this machine's.")
SCHEDULE_LATE = Setting(
    "schedule.late", one_of("post", "skip", "ask"), "post", "What becomes of a scheduled post whose time went by."
)
SCHEDULE_MAX_LATE: Setting[float | None] = Setting(
    "schedule.max_late", duration, 3600.0, "How late a scheduled post may go out without asking, such as 30m or 2h."
)
ACCOUNT_LATE = Setting("accounts.*.late", one_of("post", "skip", "ask", ""), "", "As schedule.late, for this account.")
ACCOUNT_MAX_LATE = Setting("accounts.*.max_late", duration, None, "As schedule.max_late, for this account.")
NOTIFY_COMMAND: Setting[tuple[str, ...]] = Setting(
    "notify.command", program, (), "A program that is told of failed scheduled posts on its standard input."
)
NOTIFY_WEBHOOK = Setting("notify.webhook", address, "", "An address that failed scheduled posts are sent to as JSON.")
NOTIFY_DESKTOP = Setting(
    "notify.desktop", flag, default=False, help="Show failed scheduled posts as desktop notifications."
)
MEMORY_EMBEDDER = Setting(
    "memory.embedder", text, "", "Who makes the memory's vectors: empty for the shipped one, or http://HOST/v1#MODEL."
)

SETTINGS: tuple[Setting[Any], ...] = (
    SOURCES_ALLOW_PRIVATE,
    SECRETS_FILE,
    GROQ_BASE_URL,
    GROQ_TIMEOUT_S,
    SERVER_TIMEOUT_S,
    LOCAL_CONTEXT,
    LOCAL_THREADS,
    LOCAL_TEMPERATURE,
    X_API_BASE,
    X_CLIENT_ID,
    X_CALLBACK_PORT,
    DEFAULT_ACCOUNT,
    ACCOUNT_PREMIUM,
    ACCOUNT_REPEAT_NEAR,
    ACCOUNT_REPEAT_MEANING,
    ACCOUNT_REPEAT_DAYS,
    RECONCILE_WAITS_S,
    LEASE_S,
    CONNECT_TIMEOUT_S,
    READ_TIMEOUT_S,
    PARENT_WAITS_S,
    MAX_WAIT_S,
    THREADS_PER_HOUR,
    MONTHLY_BUDGET_USD,
    MEMORY_EMBEDDER,
    STRIPE_PRICE,
    STRIPE_API_BASE,
    STRIPE_SUCCESS_URL,
    STRIPE_POLL_S,
    STRIPE_CONNECT_TIMEOUT_S,
    STRIPE_READ_TIMEOUT_S,
    RING_PER_THREAD,
    RING_PER_STREAK_DAY,
    RING_DAILY_CAP,
    RING_MIN_INTERVAL_S,
    RING_LIMIT_PRICE,
    RING_LIMIT_THREADS,
    SCHEDULE_ZONE,
    SCHEDULE_LATE,
    SCHEDULE_MAX_LATE,
    ACCOUNT_LATE,
    ACCOUNT_MAX_LATE,
    NOTIFY_COMMAND,
    NOTIFY_WEBHOOK,
    NOTIFY_DESKTOP,
)
