"""From material to a thread: reading, writing, checking, fitting."""
