"""Prints the table: ``PYTHONPATH=tests python -m eval [MODEL …]`` with models as `generate --model` takes them."""

from __future__ import annotations

import os
import sys
from functools import partial
from typing import TYPE_CHECKING

from eval.comparison import compare, documents, table

from onering_cli.generation.chat_writer import ChatWriter
from onering_cli.toolbox import Toolbox

if TYPE_CHECKING:
    from onering_cli.adapters.static_embedder import StaticEmbedder
    from onering_cli.generation.ports import Writer


def main(models: list[str]) -> None:
    """Compare the writers and say what came of it."""
    toolbox = Toolbox(os.environ)

    def writer(_embedder: StaticEmbedder, model: str) -> Writer:
        return ChatWriter(toolbox.writing.chat_model(model, seed=1))

    sys.stdout.write(table(compare(documents(), [partial(writer, model=model) for model in models])) + "\n")
    toolbox.close()


if __name__ == "__main__":
    main(sys.argv[1:])
