"""Text as X counts it, splits it and as drafts keep it; pure functions only."""
