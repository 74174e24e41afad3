"""Drafts: how they are kept, found, changed and brought back."""
