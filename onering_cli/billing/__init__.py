"""Checkout, fulfilment and the RING ledger."""
