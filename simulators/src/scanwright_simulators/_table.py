"""A TOML table that knows its lines, so that a mistake is found where it was made.

Values are taken out by name and type; what nobody took is unknown and an error.
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

from scanwright_simulators.errors import ScenarioError

__all__ = ["Table", "parse"]

T = TypeVar("T")

HEADER: Final = re.compile(r"\s*\[(?P<array>\[)?\s*(?P<path>[\w.\-]+)\s*\]")
KEY: Final = re.compile(r"""\s*["']?(?P<key>[\w\-]+)["']?\s*=""")
SYNTAX_LINE: Final = re.compile(r"\(at line (\d+)")
NAMES: Final = {
    bool: "true or false",
    int: "a whole number",
    float: "a number",
    str: "a string",
    list: "a list",
    dict: "a table",
}

LONGEST_SHOWN: Final = 60

Lines = Mapping[tuple[str, str], int]


@dataclass(slots=True)
class Table:
    """Some keys with values, of which each is taken at most once."""

    file: str
    path: str
    values: dict[str, Any]
    lines: Lines
    taken: set[str] = field(default_factory=set)

    def take(self, key: str, kind: type[T], default: T | None = None) -> T:
        """Return the value of `key`; without a default it must be there."""
        self.taken.add(key)
        value = self.values.get(key, default)
        if value is None:
            raise self.error("is missing; every such table needs it", key)
        if kind is float and isinstance(value, int) and not isinstance(value, bool):
            value = self._float(key, value)
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            raise self.error(f"must be {NAMES[kind]}, not {_shown(value)}", key)
        return value

    def take_list(self, key: str, kind: type[T], default: list[T]) -> list[T]:
        """Return the list of `key`, all of one type and never empty if it was given."""
        values = self.take(key, list, default)
        if key in self.values and not values:
            raise self.error("must not be empty", key)
        for value in values:
            if not isinstance(value, kind) or isinstance(value, bool):
                message = f"each must be {NAMES[kind]}, not {_shown(value)}"
                raise self.error(message, key)
        return values

    def take_choice(self, key: str, make: Callable[[str], T], default: str) -> T:
        """Return the value of `key` made by `make`, which knows all choices."""
        return self.choose(key, make, self.take(key, str, default))

    def choose(self, key: str, make: Callable[[str], T], text: str) -> T:
        """Return `make(text)`; its ValueError becomes an error of `key`."""
        try:
            return make(text)
        except ValueError:
            known = ", ".join(getattr(make, "__members__", {}).values())
            message = f"knows no {text!r}; there are: {known}"
            raise self.error(message, key) from None

    def within(self, key: str, value: float, low: float, high: float) -> None:
        """Raise unless `value` lies between `low` and `high`."""
        if not low <= value <= high:
            message = f"must be from {low:g} to {high:g}, not {_shown(value)}"
            raise self.error(message, key)

    def table(self, key: str) -> Table | None:
        """Return the table below this one at `key`, if there is one."""
        self.taken.add(key)
        if key not in self.values:
            return None
        return self._below(self.take(key, dict), f"{self.path}.{key}".strip("."))

    def tables(self, key: str) -> Iterator[Table]:
        """Yield the tables of the array at `key`."""
        if isinstance(self.values.get(key), dict):
            raise self.error(f"may be there more than once: write [[{key}]]", key)
        for number, values in enumerate(self.take(key, list, [])):
            if not isinstance(values, dict):
                raise self.error("must be a list of tables", key)
            path = f"{self.path}.{key}[{number}]".strip(".")
            below = self._below(values, path)
            if (path, "") not in self.lines:  # an inline table: the key's line leads
                at = self.lines.get((self.path, key), 0)
                below.lines = {(path, name): at for name in ("", *values)}
            yield below

    def done(self) -> None:
        """Raise when a key is left that nobody knows."""
        for key in self.values:
            if key not in self.taken:
                known = ", ".join(sorted(self.taken))
                raise self.error(f"is unknown; this table knows: {known}", key)

    def error(self, message: str, key: str = "") -> ScenarioError:
        """Return an error that leads to `key` of this table."""
        where = f"{self.path}.{key}".strip(".")
        places = ((self.path, key), (where, ""), (f"{where}[0]", ""), (self.path, ""))
        line = next((self.lines[at] for at in places if at in self.lines), 0)
        return ScenarioError(message, file=self.file, line=line, key=where)

    def _float(self, key: str, value: int) -> float:
        try:
            return float(value)
        except OverflowError:
            raise self.error("is a larger number than there are", key) from None

    def _below(self, values: dict[str, Any], path: str) -> Table:
        return Table(self.file, path, values, self.lines)


def parse(text: str, file: str) -> Table:
    """Return the root table of a TOML text; raises ScenarioError."""
    try:
        values = tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # also numbers and lists too long
        found = SYNTAX_LINE.search(str(error))
        line = int(found[1]) if found else text.count("\n") + 1
        raise ScenarioError(f"no TOML: {error}", file=file, line=line, key="") from None
    return Table(file, "", values, _number_lines(text))


def _shown(value: object) -> str:
    """Return the beginning of `value` for a message."""
    try:
        text = repr(value)
    except ValueError:  # Python writes no whole number of more than 4300 digits
        return "that"
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}..."


def _number_lines(text: str) -> Lines:
    """Return where each table and key was first written.

    tomllib keeps no positions. A line inside a multi-line string may look like a key;
    that costs a wrong line number in a message and nothing else.
    """
    lines: dict[tuple[str, str], int] = {}
    seen: Counter[str] = Counter()
    path = ""
    for number, line in enumerate(text.splitlines(), start=1):
        if header := HEADER.match(line):
            name = header["path"]
            path = _numbered(name, seen, is_array=bool(header["array"]))
            lines.setdefault((path, ""), number)
        elif key := KEY.match(line):
            lines.setdefault((path, key["key"]), number)
    return lines


def _numbered(name: str, seen: Counter[str], *, is_array: bool) -> str:
    """Return the path of the table called `name` with its place in each array."""
    parent, _, last = name.rpartition(".")
    start = _numbered(parent, seen, is_array=False) + "." if parent else ""
    if is_array:
        seen[name] += 1
        for below in [other for other in seen if other.startswith(name + ".")]:
            del seen[below]
    return f"{start}{last}[{seen[name] - 1}]" if seen[name] else start + last
