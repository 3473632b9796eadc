"""`target.toml`: a target described by those who know it.

The tables and keys are those of `SCHEMA`; TARGETS.md explains them. Whatever is wrong
in a file is said with its line and key.
"""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from scanwright_conformance.target._model import Addresses, Origins, Port

__all__ = ["Description", "DescriptionError", "read_description"]

START_TIMEOUT_S: Final = 60.0

SCHEMA: Final[Mapping[str, Mapping[str, type | None]]] = {
    "target": {
        "name": str,
        "api": str,
        "api_tls": str,
        "manager": str,
        "manager_tls": str,
        "ca": str,
        "home": str,
        "report": list,
    },
    "capabilities": {"has": list},
    "start": {
        "command": list,
        "options": list,
        "cache_options": list,
        "timeout_s": float,
    },
    "origins": {"allowed": list, "foreign": str},
    "licence": {"key": str},
    "scanners": {"*": str},
}
"""Tables, their keys and types; `*` stands for the names of roles."""

ROLES: Final = {
    "scanner": "scanner",
    "two-scanners": "second",
    "slow-scanner": "slow",
    "stalling-scanner": "stalling",
    "jamming-scanner": "jamming",
    "dead-scanner": "dead",
    "flatbed-only": "flatbed-only",
    "feeder": "feeder",
    "duplex": "duplex",
    "gray": "gray",
    "colour": "colour",
    "bw": "bw",
    "depth-16": "depth-16",
    "identity": "identity",
}
"""The role whose scanner is used for clauses that need a capability."""

SPECIAL_ROLES: Final = (
    "two-scanners",
    "slow-scanner",
    "stalling-scanner",
    "jamming-scanner",
    "dead-scanner",
    "flatbed-only",
)


class DescriptionError(Exception):
    """A target description cannot be used; the message has file, line and key."""


@dataclass(frozen=True, slots=True)
class Description:
    """What a file says about a target. `command` is empty for one that runs already.

    `options` and `cache_options` are further words of it for some starts.
    """

    name: str
    addresses: Addresses | None
    capabilities: frozenset[str]
    command: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    cache_options: tuple[str, ...] = ()
    home: Path | None = None
    report: tuple[str, ...] = ()
    start_timeout_s: float = START_TIMEOUT_S
    origins: Origins = field(default_factory=Origins)
    licence_key: str = ""
    roles: Mapping[str, str] = field(default_factory=dict)


def read_description(path: Path, known: frozenset[str]) -> Description:
    """Return what the file at `path` says; `known` are the capabilities there are."""
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise DescriptionError(f"{path}: {error.strerror}") from error
    return _Reader(path, text, known).read()


class _Reader:
    """One file on its way to a Description."""

    def __init__(self, path: Path, text: str, known: frozenset[str]) -> None:
        self._path = path
        self._text = text
        self._known = known

    def read(self) -> Description:
        try:
            tables = tomllib.loads(self._text)
        except tomllib.TOMLDecodeError as error:
            raise DescriptionError(f"{self._path}: {error}") from error
        self._check_shape(tables)
        target = tables.get("target", {})
        start = tables.get("start", {})
        command = self._words("start", "command", start)
        if not command and "api" not in target:
            raise self._error("target", "api", "is missing, and there is no [start]")
        description = Description(
            name=target.get("name") or self._path.stem,
            addresses=None if command else self._addresses(target),
            capabilities=self._capabilities(tables),
            command=command,
            options=self._words("start", "options", start),
            cache_options=self._words("start", "cache_options", start),
            home=Path(target["home"]) if "home" in target else None,
            report=self._words("target", "report", target),
            start_timeout_s=float(start.get("timeout_s", START_TIMEOUT_S)),
            origins=self._origins(tables.get("origins", {})),
            licence_key=tables.get("licence", {}).get("key", ""),
            roles=self._roles(tables.get("scanners", {})),
        )
        self._check_promises(description)
        return description

    def _check_shape(self, tables: Mapping[str, Any]) -> None:
        for name, table in tables.items():
            keys = SCHEMA.get(name)
            if keys is None or not isinstance(table, dict):
                known = ", ".join(f"[{known}]" for known in SCHEMA)
                raise self._error(name, "", f"is no table here; there are {known}")
            for key, value in table.items():
                kind = keys.get(key, keys.get("*"))
                if kind is None:
                    raise self._error(name, key, f"is unknown; use {', '.join(keys)}")
                if not _fits(value, kind):
                    raise self._error(name, key, f"must be {KIND_NAMES[kind]}")

    def _addresses(self, target: Mapping[str, str]) -> Addresses:
        urls = {}
        for port in Port:
            if port.value not in target:
                continue
            url = target[port.value].rstrip("/").removesuffix("/api")
            scheme = "https://" if port.is_tls else "http://"
            if not url.startswith(scheme):
                raise self._error("target", port.value, f"must begin with {scheme}")
            urls[port] = url
        ca = target.get("ca")
        return Addresses(urls, self._path.parent / ca if ca else None)

    def _capabilities(self, tables: Mapping[str, Any]) -> frozenset[str]:
        names = self._strings(
            "capabilities",
            "has",
            tables.get("capabilities", {}).get("has", []),
        )
        for name in names:
            if name not in self._known:
                problem = f"has {name!r}, which is none; see scanwright spec"
                raise self._error("capabilities", "has", problem)
        return frozenset(names)

    def _origins(self, table: Mapping[str, Any]) -> Origins:
        default = Origins()
        allowed = self._strings("origins", "allowed", table.get("allowed", []))
        return Origins(
            allowed=tuple(allowed) or default.allowed,
            foreign=table.get("foreign", default.foreign),
        )

    def _roles(self, table: Mapping[str, str]) -> Mapping[str, str]:
        for role in table:
            if role not in ROLES.values():
                known = ", ".join(ROLES.values())
                raise self._error("scanners", role, f"is no role; there are {known}")
        return table

    def _check_promises(self, description: Description) -> None:
        """Hold the capabilities against what the rest of the file offers for them."""
        has = description.capabilities
        for name in SPECIAL_ROLES:
            if name in has and ROLES[name] not in description.roles:
                problem = f"has {name!r}, so [scanners] must name {ROLES[name]!r}"
                raise self._error("capabilities", "has", problem)
        if "managed" in has and not description.command:
            problem = "has 'managed', so [start] must have a command"
            raise self._error("capabilities", "has", problem)
        if "configurable" in has and not description.options:
            problem = "has 'configurable', so [start] must have options to leave out"
            raise self._error("capabilities", "has", problem)
        if "page-cache" in has and not description.cache_options:
            problem = "has 'page-cache', so [start] must have cache_options"
            raise self._error("capabilities", "has", problem)
        if "two-origins" in has and len(set(description.origins.allowed)) < 2:
            problem = "must be two, as 'two-origins' is declared"
            raise self._error("origins", "allowed", problem)
        if "licence" in has and not description.licence_key:
            problem = "has 'licence', so [licence] must have a key"
            raise self._error("capabilities", "has", problem)

    def _words(self, table: str, key: str, found: Mapping[str, Any]) -> tuple[str, ...]:
        words = self._strings(table, key, found.get(key, []))
        return tuple(self._filled_in(word) for word in words)

    def _filled_in(self, word: str) -> str:
        here = str(self._path.parent.resolve())
        return word.replace("{python}", sys.executable).replace("{here}", here)

    def _strings(self, table: str, key: str, values: list[Any]) -> list[str]:
        if not all(isinstance(value, str) for value in values):
            raise self._error(table, key, "must be an array of strings")
        return values

    def _error(self, table: str, key: str, problem: str) -> DescriptionError:
        line = _line_of(self._text, table, key)
        place = f"{table}.{key}" if key else table
        return DescriptionError(f"{self._path}:{line}: {place} {problem}")


KIND_NAMES: Final[Mapping[type, str]] = {
    str: "a string",
    list: "an array",
    float: "a number",
}


def _fits(value: object, kind: type) -> bool:
    if kind is float:
        return isinstance(value, int | float) and not isinstance(value, bool)
    return isinstance(value, kind)


def _line_of(text: str, table: str, key: str) -> int:
    """Return the line of a key, or of its table, for tomllib tells neither."""
    found = 1
    inside = False
    for number, line in enumerate(text.splitlines(), start=1):
        if heading := re.match(r"\s*\[\s*([\w-]+)\s*\]", line):
            inside = heading[1] == table
            found = number if inside else found
        elif inside and key and re.match(rf"\s*\"?{re.escape(key)}\"?\s*=", line):
            return number
    return found
