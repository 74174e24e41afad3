"""The only modules that know vendors."""
