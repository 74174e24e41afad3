"""What the platform charges, in tenths of a US cent."""

from onering_cli.publishing.rules import PlatformRules


def create_usd_milli(links: int, platform: PlatformRules) -> int:
    """One post with this many links."""
    return platform.create_with_link_usd_milli if links else platform.create_usd_milli


def dollars(usd_milli: int) -> str:
    """An amount as people write it, to the tenth of a cent: ``$0.015``, ``$1.20``."""
    whole, rest = divmod(abs(usd_milli), 1000)
    digits = f"{rest:03d}"
    return f"{'-' if usd_milli < 0 else ''}${whole}.{digits[:2] if digits.endswith('0') else digits}"
