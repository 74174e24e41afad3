"""Readers of what platforms give their users: one module a format, all of them streams."""
