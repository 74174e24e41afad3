"""The extractive writer: a thread made of the material's own sentences, without a model."""

from onering_cli.generation.extract.writer import ExtractWriter

__all__ = ["ExtractWriter"]
