"""The part of YAML that front matter may use: no tags, no anchors, no types that surprise.

Imported only for front matter that needs it: yaml costs half of a bare interpreter's start.
"""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Any

import yaml

from onering_cli.text.front_matter_entry import Entry

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

LIMIT_DEPTH = 20
_NULL = "tag:yaml.org,2002:null"
_BOOL = "tag:yaml.org,2002:bool"
_INT = "tag:yaml.org,2002:int"
_FLOAT = "tag:yaml.org,2002:float"
_BREAKS = re.compile(r"[\n\x85\u2028\u2029]")
_QUOTE_HINT = "put the value in quotes when it holds a colon or starts with a sign, as in account: '@me'"


class NotFrontMatterError(Exception):
    """The text is not YAML that front matter may use; `offset` says where in it."""

    def __init__(self, offset: int, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.offset = offset
        self.message = message
        self.hint = hint


class _Loader(yaml.SafeLoader):
    """Composes nodes only; dates, `yes`, `no` and `12:30` stay the text they are (YAML 1.2's core types)."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012 - yaml's own declaration
    depth = 0

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        """One node, unless it could refer to another, name a type, or nest without end."""
        event: Any = self.peek_event()  # type: ignore[no-untyped-call]  # yaml's stubs leave it bare
        at = event.start_mark.index
        if isinstance(event, yaml.AliasEvent) or event.anchor is not None:
            raise NotFrontMatterError(at, "anchors and aliases (& and *) are not allowed here", hint=_QUOTE_HINT)
        if event.tag is not None:
            raise NotFrontMatterError(at, "type tags (!) are not allowed here", hint=_QUOTE_HINT)
        if self.depth == LIMIT_DEPTH:
            raise NotFrontMatterError(at, f"lists and mappings nest deeper than {LIMIT_DEPTH} levels")
        self.depth += 1
        node = super().compose_node(parent, index)
        self.depth -= 1
        return node


# Each pattern is narrower than PyYAML's own for the type, so that whatever `dump` leaves unquoted reads back as text.
_Loader.add_implicit_resolver(_NULL, re.compile(r"(?:~|null|Null|NULL|)\Z"), ["~", "n", "N", ""])
_Loader.add_implicit_resolver(_BOOL, re.compile(r"(?:true|True|TRUE|false|False|FALSE)\Z"), list("tTfF"))
_Loader.add_implicit_resolver(_INT, re.compile(r"[-+]?(?:0|[1-9][0-9]{0,300})\Z"), list("-+0123456789"))
_Loader.add_implicit_resolver(_FLOAT, re.compile(r"[-+]?[0-9]+\.[0-9]*(?:[eE][-+][0-9]+)?\Z"), list("-+0123456789"))


class _Dumper(yaml.SafeDumper):
    """Writes a value twice rather than pointing at it."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002 - yaml's signature
        return True

    def represent_str(self, data: str) -> yaml.ScalarNode:
        """A text, with escapes where PyYAML would otherwise write line breaks that read back as blanks."""
        return self.represent_scalar("tag:yaml.org,2002:str", data, style='"' if _BREAKS.search(data) else None)


_Dumper.add_representer(str, _Dumper.represent_str)


def load(text: str) -> list[Entry]:
    """The keys and values of a YAML mapping; none for an empty text.

    Raises:
        NotFrontMatterError: The text is something else.
    """
    try:
        node = _Loader(text).get_single_node()
    except yaml.reader.ReaderError as exc:
        raise NotFrontMatterError(exc.position, f"a control character (U+{exc.character:04X}) is in the way") from exc
    except yaml.MarkedYAMLError as exc:
        mark = exc.problem_mark or exc.context_mark
        offset = mark.index if mark else 0
        raise NotFrontMatterError(offset, f"not YAML: {exc.problem or exc.context}", hint=_QUOTE_HINT) from exc
    if node is None:
        return []
    if not isinstance(node, yaml.MappingNode):
        raise NotFrontMatterError(
            node.start_mark.index,
            "front matter must be lines of the form key: value",
            hint="remove the first --- line if the file has no front matter",
        )
    return [
        Entry(key, _value(node), _text(node), key_node.start_mark.index, node.start_mark.index)
        for key, key_node, node in _pairs(node)
    ]


def dump(mapping: Mapping[str, object]) -> str:
    """YAML lines that `load` gives the same mapping back for.

    Args:
        mapping: Texts, truth values, integers of up to 301 digits, finite floats, None, and lists and mappings of them.
    """
    return yaml.dump(
        dict(mapping), Dumper=_Dumper, allow_unicode=True, sort_keys=False, default_flow_style=False, width=math.inf
    )


def _pairs(mapping: yaml.MappingNode) -> Iterator[tuple[str, yaml.Node, yaml.Node]]:
    seen: set[str] = set()
    for key_node, value_node in mapping.value:
        if not isinstance(key_node, yaml.ScalarNode):
            raise NotFrontMatterError(key_node.start_mark.index, "a key must be a text", hint=_QUOTE_HINT)
        key = str(key_node.value)
        if key in seen:
            raise NotFrontMatterError(key_node.start_mark.index, f"{key} is given twice")
        seen.add(key)
        yield key, key_node, value_node


def _text(node: yaml.Node) -> str | None:
    if not isinstance(node, yaml.ScalarNode):
        return None
    return "" if node.tag == _NULL else str(node.value)


def _value(node: yaml.Node) -> object:
    if isinstance(node, yaml.MappingNode):
        return {key: _value(value) for key, _, value in _pairs(node)}
    if isinstance(node, yaml.SequenceNode):
        return [_value(item) for item in node.value]
    text = str(node.value)
    read = _SCALARS.get(node.tag)
    value = read(text) if read else text
    return text if isinstance(value, float) and not math.isfinite(value) else value


_SCALARS: dict[str, Callable[[str], object]] = {
    _NULL: lambda _text: None,
    _BOOL: lambda text: text.lower() == "true",
    _INT: int,
    _FLOAT: float,
}
