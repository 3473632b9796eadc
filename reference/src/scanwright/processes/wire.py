"""Values to JSON and back, by their types: dataclasses, enums, tuples, optionals.

Both ends of a channel are ours, and one of them runs other people's drivers: what
comes in is checked against the type that is expected, and nothing else is made of it.

Where a type is a union of several dataclasses, their members alone would not tell which
one is meant (`Flip` and `Mirror` have none): such a value travels with its name,
`{"is": "Mirror", "of": {}}`.
"""

from __future__ import annotations

import types
from dataclasses import fields, is_dataclass
from enum import Enum
from functools import cache
from typing import Any, TypeVar, Union, cast, get_args, get_origin, get_type_hints

__all__ = ["Json", "from_json", "to_json"]

T = TypeVar("T")
Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]


def to_json(value: object, kind: Any = None) -> Json:
    """Return `value` as JSON can hold it; `kind` is the type that it is declared as."""
    if isinstance(value, Enum):
        return cast("Json", value.value)
    if is_dataclass(value) and not isinstance(value, type):
        hints = _hints(type(value))
        of = {name: to_json(getattr(value, name), hints[name]) for name in hints}
        name = type(value).__name__
        return {"is": name, "of": of} if name in _tagged(kind) else of
    if isinstance(value, tuple):
        return [to_json(item) for item in value]
    if value is None or isinstance(value, bool | int | float | str):
        return value
    raise TypeError(f"{type(value).__name__} has no place in a message")


def from_json(kind: type[T], value: object) -> T:
    """Return the `kind` that `value` stands for; ValueError if it stands for none."""
    return cast("T", _read(kind, value))


def _read(kind: Any, value: object) -> object:
    origin = get_origin(kind)
    if origin in {Union, types.UnionType}:
        return _read_any(kind, value)
    if origin is tuple:
        return _read_tuple(get_args(kind), value)
    if is_dataclass(kind):
        return _read_dataclass(kind, value)
    return _read_scalar(kind, value)


def _read_scalar(kind: Any, value: object) -> object:
    if issubclass(kind, Enum):
        return kind(value)
    if kind is float and type(value) is int:
        return float(value)
    if type(value) is not kind:
        raise ValueError(f"{value!r} is no {kind.__name__}")
    return value


def _read_any(union: Any, value: object) -> object:
    tagged = _tagged(union)
    if tagged and isinstance(value, dict):
        name = value.get("is")
        if set(value) != {"is", "of"} or name not in list(tagged):
            raise ValueError(f"{value!r} is no {' or '.join(tagged)}")
        return _read(tagged[name], value["of"])
    for kind in get_args(union):
        try:
            return _read(kind, value)
        except ValueError:
            continue
    raise ValueError(f"{value!r} is none of {union}")


def _read_tuple(kinds: tuple[Any, ...], value: object) -> object:
    if not isinstance(value, list):
        raise ValueError(f"{value!r} is no list")  # noqa: TRY004 - one error for callers
    if len(kinds) == 2 and kinds[1] is Ellipsis:
        return tuple(_read(kinds[0], item) for item in value)
    if len(kinds) != len(value):
        raise ValueError(f"{value!r} has not {len(kinds)} items")
    return tuple(_read(kind, item) for kind, item in zip(kinds, value, strict=True))


def _read_dataclass(kind: Any, value: object) -> object:
    hints = _hints(kind)
    if not isinstance(value, dict) or set(value) != set(hints):
        raise ValueError(f"{value!r} is no {kind.__name__}")
    return kind(**{name: _read(hint, value[name]) for name, hint in hints.items()})


@cache
def _tagged(kind: Any) -> dict[str, Any]:
    """Return the dataclasses of a union that has several, by their names."""
    if get_origin(kind) not in {Union, types.UnionType}:
        return {}
    kinds = [one for one in get_args(kind) if is_dataclass(one)]
    found = {cast("type", one).__name__: one for one in kinds}
    return found if len(found) > 1 else {}


@cache
def _hints(kind: type) -> dict[str, Any]:
    hints = get_type_hints(kind)
    return {field.name: hints[field.name] for field in fields(kind)}
