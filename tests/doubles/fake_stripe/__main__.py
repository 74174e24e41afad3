"""``python -m doubles.fake_stripe [PORT]``: a Stripe to try things at by hand.

POST to a page's address pays it; ``/_admin/refund?session=cs_…`` and the world's other methods do the rest.
"""

import sys
import threading

from doubles.fake_stripe import TEST_KEY, FakeStripe

with FakeStripe(port=int(sys.argv[1]) if sys.argv[1:] else 0) as stripe:
    print(f"ONERING_STRIPE_API_BASE={stripe.base}\nONERING_STRIPE_SECRET_KEY={TEST_KEY}", flush=True)
    threading.Event().wait()
