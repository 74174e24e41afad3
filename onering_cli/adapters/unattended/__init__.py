"""The machine's own timers."""
