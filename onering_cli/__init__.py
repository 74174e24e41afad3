"""OneRing: turn material into threads and publish them exactly as promised."""

__version__ = "0.1.0"
