"""Publishing exactly as promised."""
