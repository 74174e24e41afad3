"""Changes ``config.toml`` key by key, keeping the user's comments and order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from onering_cli.adapters.private_files import write_private
from onering_cli.errors import UsageError
from onering_cli.settings import read_config

if TYPE_CHECKING:
    from pathlib import Path

    from tomlkit import TOMLDocument


def set_key(path: Path, key: str, value: bool | float | str | list[Any]) -> None:
    """Write one dotted key; the file is replaced atomically and stays 0600."""
    import tomlkit

    document = _read(path)
    table: Any = document
    *tables, name = key.split(".")
    for part in tables:
        if part not in table:
            table[part] = tomlkit.table()
        table = table[part]
        if not hasattr(table, "items"):
            raise UsageError(f"{part} in {path} is a value, so {key} cannot be set", hint=f"edit {path}")
    table[name] = value
    write_private(path, tomlkit.dumps(document))


def remove_key(path: Path, key: str) -> bool:
    """Take one dotted key out; whether it was there."""
    import tomlkit

    document = _read(path)
    table: Any = document
    *tables, name = key.split(".")
    for part in tables:
        table = table.get(part)
        if not hasattr(table, "items"):
            return False
    if name not in table:
        return False
    del table[name]
    write_private(path, tomlkit.dumps(document))
    return True


def _read(path: Path) -> TOMLDocument:
    import tomlkit

    read_config(path)  # a broken file is told, and left as it is
    return tomlkit.parse(path.read_text(encoding="utf-8-sig")) if path.exists() else tomlkit.document()
