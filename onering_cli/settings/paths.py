"""Where OneRing keeps its things."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from onering_cli.record import record

if TYPE_CHECKING:
    from collections.abc import Mapping


@record
class Paths:
    """Where OneRing keeps its things; ``ONERING_HOME`` moves all of them into one folder."""

    config_file: Path
    store_file: Path
    log_folder: Path
    recovery_folder: Path
    secrets_file: Path
    cache_folder: Path
    voices_folder: Path


def find_paths(environment: Mapping[str, str]) -> Paths:
    """The paths that `environment` asks for: under ``ONERING_HOME``, else the platform's own folders."""
    home = environment.get("ONERING_HOME", "")
    if home:
        config = data = Path(home).expanduser().absolute()
        cache = data / "cache"
    else:
        import platformdirs

        config = Path(platformdirs.user_config_dir("onering", appauthor=False))
        data = Path(platformdirs.user_data_dir("onering", appauthor=False))
        cache = Path(platformdirs.user_cache_dir("onering", appauthor=False))
    return Paths(
        config_file=config / "config.toml",
        store_file=data / "onering.db",
        log_folder=data / "log",
        recovery_folder=data / "recovery",
        secrets_file=config / "secrets.toml",
        cache_folder=cache,
        voices_folder=data / "voices",
    )
