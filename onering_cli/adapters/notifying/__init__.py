"""The ways in which a person is told of failures."""
