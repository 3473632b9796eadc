"""Reading what a client sent: every wrong member is refused by its full name.

`Members` wraps one JSON object. Each reader takes a member out, checks its type and
range, and gives its value or the default; `unknown()` names what nobody took.

Implements: HTTP-mistyped-member, HTTP-message-names-member, HTTP-unknown-member.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping
from typing import Final, Never, overload

from scanwright.errors import InvalidParameter

__all__ = ["Members", "parse_object", "query_flag", "query_integer"]

_WHOLE: Final = re.compile(r"[+-]?[0-9]{1,100}")


def parse_object(body: bytes) -> Members:
    """Read a request body as one JSON object; an empty body is an empty object.

    Raises:
        InvalidParameter: It is not JSON (RFC 8259), or not an object.
    """
    if not body.strip():
        return Members({})
    try:
        value = json.loads(body, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise InvalidParameter(f"The body is not valid JSON: {error}.") from error
    if not isinstance(value, dict):
        raise InvalidParameter(
            f"The body must be a JSON object, not {_kind(value)}.",
        )
    return Members(value)


def query_integer(query: Mapping[str, str], name: str) -> int | None:
    """Read a whole number from a query; None when it is absent."""
    text = query.get(name)
    if text is None:
        return None
    if not _WHOLE.fullmatch(text):
        raise InvalidParameter(f"Query parameter {name} must be a whole number.")
    return int(text)


def query_flag(query: Mapping[str, str], name: str, *, default: bool) -> bool:
    """Read `true` or `false`, in any case, from a query."""
    text = query.get(name)
    if text is None:
        return default
    if text.lower() not in {"true", "false"}:
        raise InvalidParameter(f"Query parameter {name} must be true or false.")
    return text.lower() == "true"


class Members:
    """The members of one JSON object, taken out one by one."""

    def __init__(self, members: Mapping[str, object], path: str = "") -> None:
        self._members = members
        self._path = path
        self._taken: set[str] = set()
        self._children: list[Members] = []

    def __contains__(self, name: str) -> bool:
        return name in self._members

    def boolean(self, name: str, *, default: bool) -> bool:
        """Take `true` or `false`."""
        value = self.optional_boolean(name)
        return default if value is None else value

    def optional_boolean(self, name: str) -> bool | None:
        """Take `true`, `false`, or None when it is absent."""
        value = self._take(name)
        if value is not _ABSENT and not isinstance(value, bool):
            self.refuse(name, f"must be true or false, not {_kind(value)}")
        return value if isinstance(value, bool) else None

    @overload
    def integer(
        self,
        name: str,
        *,
        minimum: int,
        maximum: int,
        default: int,
    ) -> int: ...

    @overload
    def integer(
        self,
        name: str,
        *,
        minimum: int,
        maximum: int,
        default: None = None,
    ) -> int | None: ...

    def integer(
        self,
        name: str,
        *,
        minimum: int,
        maximum: int,
        default: int | None = None,
    ) -> int | None:
        """Take a whole number from `minimum` to `maximum`."""
        value = self._take(name)
        if value is _ABSENT:
            return default
        # JSON Schema counts 300.0 as an integer, and some clients write it so.
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        if isinstance(value, bool) or not isinstance(value, int):
            self.refuse(name, f"must be a whole number, not {_kind(value)}")
        if not minimum <= value <= maximum:
            self.refuse(name, f"must be from {minimum} to {maximum}")
        return value

    @overload
    def number(
        self,
        name: str,
        *,
        minimum: float,
        maximum: float,
        default: float,
    ) -> float: ...

    @overload
    def number(
        self,
        name: str,
        *,
        minimum: float,
        maximum: float,
        default: None = None,
    ) -> float | None: ...

    def number(
        self,
        name: str,
        *,
        minimum: float,
        maximum: float,
        default: float | None = None,
    ) -> float | None:
        """Take a number from `minimum` to `maximum`, whole or not."""
        value = self._take(name)
        if value is _ABSENT:
            return default
        if isinstance(value, bool) or not isinstance(value, int | float):
            self.refuse(name, f"must be a number, not {_kind(value)}")
        # Before it is converted: 1e999 is infinite, and 400 digits are no float.
        if not minimum <= value <= maximum:
            self.refuse(name, f"must be from {minimum:g} to {maximum:g}")
        return float(value)

    def text(self, name: str) -> str | None:
        """Take a string, or None when it is absent."""
        value = self._take(name)
        if value is _ABSENT:
            return None
        if not isinstance(value, str):
            self.refuse(name, f"must be a string, not {_kind(value)}")
        return value

    def choice(self, name: str, choices: Collection[str]) -> str | None:
        """Take one of the given strings, or None when it is absent."""
        value = self.text(name)
        if value is not None and value not in choices:
            self.refuse(name, f"must be one of {', '.join(choices)}")
        return value

    def nested(self, name: str) -> Members:
        """Take an object; an absent one is empty."""
        value = self._take(name)
        if value is _ABSENT:
            return Members({})
        if not isinstance(value, dict):
            self.refuse(name, f"must be an object, not {_kind(value)}")
        return self._child(value, name)

    def nested_list(self, name: str) -> list[Members]:
        """Take an array of objects; an absent one is empty."""
        value = self._take(name)
        if value is _ABSENT:
            return []
        if not isinstance(value, list):
            self.refuse(name, f"must be an array, not {_kind(value)}")
        for index, item in enumerate(value):
            if not isinstance(item, dict):
                self.refuse(f"{name}[{index}]", f"must be an object, not {_kind(item)}")
        return [self._child(item, f"{name}[{i}]") for i, item in enumerate(value)]

    def value(self, name: str) -> object:
        """Take one value: anything but null and an array; None when it is absent."""
        value = self._take(name)
        if value is _ABSENT:
            return None
        if value is None or isinstance(value, list):
            self.refuse(name, f"must be one value, not {_kind(value)}")
        return value

    def values(self, name: str) -> list[object]:
        """Take an array of such values; an absent one is empty."""
        value = self._take(name)
        if value is _ABSENT:
            return []
        if not isinstance(value, list):
            self.refuse(name, f"must be an array, not {_kind(value)}")
        for index, item in enumerate(value):
            if item is None or isinstance(item, list):
                why = f"must be one value, not {_kind(item)}"
                self.refuse(f"{name}[{index}]", why)
        return value

    def is_null(self, name: str) -> bool:
        """Tell whether a member is there and null; if so, it is taken."""
        if self._members.get(name, _ABSENT) is not None:
            return False
        self._taken.add(name)
        return True

    def refuse(self, name: str, why: str) -> Never:
        """Raise InvalidParameter for the member `name`."""
        raise InvalidParameter(f"{self.path(name)} {why}.")

    def path(self, name: str) -> str:
        """Return the full name of a member: `config.Resolution`."""
        return f"{self._path}.{name}" if self._path else name

    def unknown(self) -> list[str]:
        """Return the full names of all members that nobody took."""
        here = [self.path(name) for name in self._members if name not in self._taken]
        return here + [name for child in self._children for name in child.unknown()]

    def _take(self, name: str) -> object:
        self._taken.add(name)
        return self._members.get(name, _ABSENT)

    def _child(self, members: Mapping[str, object], name: str) -> Members:
        child = Members(members, self.path(name))
        self._children.append(child)
        return child


_ABSENT: Final = object()


def _no_constant(name: str) -> Never:
    raise ValueError(f"{name} is not a JSON number")


def _kind(value: object) -> str:
    names = {
        dict: "an object",
        list: "an array",
        str: "a string",
        bool: "a boolean",
        type(None): "null",
    }
    return names.get(type(value), "a number")
