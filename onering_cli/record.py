"""Frozen, slotted dataclasses that are quick to define.

`dataclass(frozen=True, slots=True)` compiles up to nine functions for each class, about half a millisecond; a command
that loads fifty such classes spends more than a bare interpreter on that. `record` compiles only ``__init__``, and that
only when the first object is made; the rest is shared. Its users see no difference: ``fields``, ``replace`` and
``asdict`` work, and so do type checkers.
"""

from dataclasses import FrozenInstanceError, dataclass, field, fields
from typing import Any, TypeVar, dataclass_transform

T = TypeVar("T")


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def record(cls: type[T]) -> type[T]:
    """Make a class with annotated fields a frozen, slotted dataclass."""
    init = cls.__dict__.get("__post_init__")
    if init is not None or cls.__mro__[1] is not object:
        return dataclass(frozen=True, slots=True)(cls)  # rare, and worth the full treatment
    for name, function in _SHARED.items():
        if name not in cls.__dict__:
            setattr(cls, name, function)
    made: Any = dataclass(init=False, repr=False, eq=False, slots=True)(cls)

    def first(self: T, *values: object, **named: object) -> None:
        made.__init__ = _initialiser(made)
        made.__init__(self, *values, **named)

    made.__init__ = first
    return made  # type: ignore[no-any-return]  # the decorator above returns the class it was given, with slots


def _initialiser(cls: type) -> Any:
    """``__init__`` as `dataclasses` would write it for a frozen class."""
    from dataclasses import MISSING

    values: dict[str, Any] = {"_set": object.__setattr__}
    parameters, lines = [], []
    for part in fields(cls):
        if not part.init:
            raise TypeError(f"{cls.__name__}.{part.name}: a record takes all of its fields")
        parameter, source = part.name, part.name
        if part.default is not MISSING:
            values[f"_default_{part.name}"] = part.default
            parameter += f"=_default_{part.name}"
        elif part.default_factory is not MISSING:
            values["_absent"] = _ABSENT
            values[f"_factory_{part.name}"] = part.default_factory
            parameter += "=_absent"
            source = f"_factory_{part.name}() if {part.name} is _absent else {part.name}"
        if part.kw_only and "*" not in parameters:
            parameters.append("*")
        parameters.append(parameter)
        lines.append(f" _set(self,{part.name!r},{source})")
    exec(f"def __init__(self,{','.join(parameters)}):\n" + "\n".join(lines or [" pass"]), values)  # noqa: S102 -- of our own field names, as dataclasses does
    return values["__init__"]


_ABSENT: Any = object()


def _set(_self: Any, name: str, _value: object) -> None:
    raise FrozenInstanceError(f"cannot assign to field {name!r}")


def _delete(_self: Any, name: str) -> None:
    raise FrozenInstanceError(f"cannot delete field {name!r}")


def _values(self: Any) -> tuple[object, ...]:
    return tuple(getattr(self, part.name) for part in fields(self) if part.compare)


def _equals(self: Any, other: object) -> bool:
    return _values(self) == _values(other) if other.__class__ is self.__class__ else NotImplemented


def _hash(self: Any) -> int:
    return hash(_values(self))


def _shown(self: Any) -> str:
    shown = ", ".join(f"{part.name}={getattr(self, part.name)!r}" for part in fields(self) if part.repr)
    return f"{self.__class__.__qualname__}({shown})"


def _state(self: Any) -> list[object]:
    return [getattr(self, part.name) for part in fields(self)]


def _restore(self: Any, state: list[object]) -> None:
    for part, value in zip(fields(self), state, strict=True):
        object.__setattr__(self, part.name, value)


_SHARED = {
    "__setattr__": _set,
    "__delattr__": _delete,
    "__eq__": _equals,
    "__hash__": _hash,
    "__repr__": _shown,
    "__getstate__": _state,
    "__setstate__": _restore,
}
