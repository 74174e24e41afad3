"""A Stripe on loopback that follows the documented API; `FakeStripe` runs it."""

from doubles.fake_stripe.server import FakeStripe, Fault
from doubles.fake_stripe.world import LIVE_KEY, TEST_KEY, World, signature_header

__all__ = ["LIVE_KEY", "TEST_KEY", "FakeStripe", "Fault", "World", "signature_header"]
