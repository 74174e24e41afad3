"""X as a destination: its API v2 by tweepy, on a connection that neither retries, follows nor waits for ever."""
