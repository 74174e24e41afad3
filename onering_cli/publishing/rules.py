"""The numbers that publishing goes by: the user's settings, and the platform's prices and limits."""

from dataclasses import field

from onering_cli.publishing.model import MediaKind
from onering_cli.record import record


@record
class PublishingSettings:
    """How patient publishing is, and what it may spend; each is the setting ``publishing.NAME``.

    Args:
        reconcile_waits_s: Seconds after an attempt at which the timeline is read for it. The first must exceed the
            longest a request can take, so that a killed client's request has landed or died by then.
        lease_s: How long a process that died keeps others from its run; longer than any request.
        connect_timeout_s: For the destination: until a connection stands.
        read_timeout_s: For the destination: until the whole answer is there.
        max_wait_s: The longest that a command waits for a limit or a connection before it stops and says when to come
            back; the waits of reconciliation are not meant.
        connect_backoff_s: Waits between tries when nothing could be sent.
        parent_waits_s: Waits between tries when the platform does not see the parent yet.
        give_up_duplicate_s: How long something that the platform called a duplicate is looked for.
        threads_per_hour: New runs an account may start within an hour.
        monthly_budget_usd_milli: The most to spend on an account in a calendar month (UTC), in tenths of a US cent.
        strict: Never send again what may have arrived; ask instead.
    """

    reconcile_waits_s: tuple[float, ...] = (90.0, 120.0, 180.0, 300.0)
    lease_s: float = 120.0
    connect_timeout_s: float = 10.0
    read_timeout_s: float = 60.0
    max_wait_s: float = 60.0
    connect_backoff_s: tuple[float, ...] = (1.0, 2.0, 4.0, 8.0)
    parent_waits_s: tuple[float, ...] = (5.0, 10.0, 20.0)
    give_up_duplicate_s: float = 86_400.0
    threads_per_hour: int = 5
    monthly_budget_usd_milli: int | None = None
    strict: bool = False


_MEGABYTE = 1024 * 1024


@record
class PlatformRules:
    """What a platform charges and refuses; the defaults are X's.

    Args:
        create_usd_milli: A post, in tenths of a US cent. All prices: https://docs.x.com/x-api/getting-started/pricing,
            pay per use, August 2026.
        create_with_link_usd_milli: A post that holds a link.
        delete_usd_milli: A deletion.
        read_usd_milli: One post read from one's own timeline.
        cashtags_a_post: The most, on self-serve tiers (August 2026).
        posts_a_window: Creates in 15 minutes: https://docs.x.com/x-api/fundamentals/rate-limits, August 2026.
        images_a_post: The most; a GIF or a video stands alone. All media limits:
            https://docs.x.com/x-api/media/quickstart/best-practices, August 2026.
        media_types: What can be uploaded, by content.
        media_bytes: The most, by kind.
        alt_characters: The longest description: https://docs.x.com/x-api/media/metadata-create, August 2026.
        poll_options: Fewest and most. Poll limits: https://docs.x.com/x-api/posts/create-post, August 2026.
        poll_option_characters: The longest option.
        poll_minutes: Shortest and longest.
    """

    create_usd_milli: int = 15
    create_with_link_usd_milli: int = 200
    delete_usd_milli: int = 10
    read_usd_milli: int = 1
    cashtags_a_post: int = 1
    posts_a_window: int = 100
    images_a_post: int = 4
    media_types: frozenset[str] = frozenset(
        {"image/jpeg", "image/png", "image/webp", "image/gif", "video/mp4", "video/quicktime"}
    )
    media_bytes: dict[MediaKind, int] = field(
        default_factory=lambda: {
            MediaKind.IMAGE: 5 * _MEGABYTE,
            MediaKind.GIF: 15 * _MEGABYTE,
            MediaKind.VIDEO: 512 * _MEGABYTE,
        }
    )
    alt_characters: int = 1000
    poll_options: tuple[int, int] = (2, 4)
    poll_option_characters: int = 25
    poll_minutes: tuple[int, int] = (5, 10_080)


X = PlatformRules()
