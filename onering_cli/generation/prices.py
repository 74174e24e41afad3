"""What a model call costs, where that is known."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from onering_cli.generation.model import Usage

# US dollars a million tokens, in and out. Only what could be looked up: https://groq.com/pricing as quoted at
# https://tokenmix.ai/blog/groq-api-access-2026-free-tier-rate-limits (2026-06-04).
_USD_A_MILLION = {"groq:openai/gpt-oss-120b": (0.15, 0.60)}
_FREE = ("extract", "local:")


def cost_usd(writer: str, usage: Usage) -> float | None:
    """US dollars for the tokens of a draft: 0 for what runs on this machine, None where no price is known."""
    if writer.startswith(_FREE):
        return 0.0
    price = _USD_A_MILLION.get(writer)
    if price is None:
        return None
    return round((usage.input_tokens * price[0] + usage.output_tokens * price[1]) / 1_000_000, 6)
