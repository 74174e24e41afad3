"""What the user has published: kept, embedded, found again."""
