"""Stripe: its API through stripe-python, the shapes of its objects, and the signatures of its webhooks."""
