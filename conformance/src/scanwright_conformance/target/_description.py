"""`target.toml`: a target described by those who know it.

Tables and keys are those of `target.schema.json`; TARGETS.md explains them. Whatever is
wrong in a file is said with its line and key.
"""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from scanwright_conformance.target._devices import ROLES
from scanwright_conformance.target._model import Addresses, Origins, Port
from scanwright_conformance.target._schema import tables

__all__ = ["Description", "DescriptionError", "read_description"]

START_TIMEOUT_S: Final = 60.0

NO_PROFILES: Final[frozenset[str]] = frozenset()

SPECIAL_ROLES: Final = (
    "two-scanners",
    "slow-scanner",
    "stalling-scanner",
    "jamming-scanner",
    "dead-scanner",
    "flatbed-only",
    "empty-glass",
)


class DescriptionError(Exception):
    """A target description cannot be used; the message has file, line and key."""


@dataclass(frozen=True, slots=True)
class Description:
    """What a file says about a target.

    `command` starts it, and `options`, `cache_options` and `full_options` are further
    words of it for some starts; or `adapter` controls it. Both are empty for one that
    runs already. `control` is the address of its virtual scanners' control.
    """

    name: str
    addresses: Addresses | None
    capabilities: frozenset[str]
    command: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    cache_options: tuple[str, ...] = ()
    full_options: tuple[str, ...] = ()
    adapter: tuple[str, ...] = ()
    home: Path | None = None
    report: tuple[str, ...] = ()
    start_timeout_s: float = START_TIMEOUT_S
    origins: Origins = field(default_factory=Origins)
    licence_key: str = ""
    roles: Mapping[str, str] = field(default_factory=dict)
    version: str = ""
    profiles: tuple[str, ...] = ()
    control: str | None = None

    @property
    def is_managed(self) -> bool:
        """Whether it says how the target is started and ended."""
        return bool(self.command or self.adapter)


def read_description(
    path: Path,
    known: frozenset[str],
    profiles: frozenset[str] = NO_PROFILES,
) -> Description:
    """Return what the file at `path` says, or raise DescriptionError.

    `known` are the capabilities that there are, and `profiles` the profiles; without
    any of these their names are taken as they are.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise DescriptionError(f"{path}: {error.strerror}") from error
    return _Reader(path, text, known, profiles).read()


class _Reader:
    """One file on its way to a Description."""

    def __init__(
        self,
        path: Path,
        text: str,
        known: frozenset[str],
        profiles: frozenset[str],
    ) -> None:
        self._path = path
        self._text = text
        self._known = known
        self._profiles = profiles

    def read(self) -> Description:
        try:
            found = tomllib.loads(self._text)
        except tomllib.TOMLDecodeError as error:
            raise DescriptionError(f"{self._path}: {error}") from error
        self._check_shape(found)
        target = found.get("target", {})
        start, adapter = found.get("start", {}), found.get("adapter", {})
        if not start and not adapter and "api" not in target:
            problem = "is missing, and there is no [start] and no [adapter]"
            raise self._error("target", "api", problem)
        timeout_s = (start or adapter).get("timeout_s", START_TIMEOUT_S)
        description = Description(
            name=target.get("name") or self._path.stem,
            addresses=None if start or adapter else self._addresses(target),
            capabilities=self._capabilities(found),
            command=self._words("command", start),
            options=self._words("options", start),
            cache_options=self._words("cache_options", start),
            full_options=self._words("full_options", start),
            adapter=self._words("command", adapter),
            home=Path(target["home"]) if "home" in target else None,
            report=self._words("report", target),
            start_timeout_s=float(timeout_s),
            origins=self._origins(found.get("origins", {})),
            licence_key=found.get("licence", {}).get("key", ""),
            roles=found.get("scanners", {}),
            version=target.get("version", ""),
            profiles=self._profile_names(target),
            control=self._control(found.get("hardware", {})),
        )
        is_listed = bool(found.get("origins", {}).get("allowed"))
        self._check_promises(description, is_listed=is_listed)
        return description

    def _check_shape(self, found: Mapping[str, Any]) -> None:
        for name, table in found.items():
            keys = tables().get(name)
            if keys is None or not isinstance(table, dict):
                known = ", ".join(f"[{known}]" for known in tables())
                raise self._error(name, "", f"is no table here; there are {known}")
            for key, value in table.items():
                self._check_key(name, key, value)
            for key, meant in keys.items():
                if meant.is_needed and not table.get(key):
                    raise self._error(name, key, "is missing")
        if "start" in found and "adapter" in found:
            raise self._error("adapter", "", "cannot be there beside [start]; keep one")
        for name in ("start", "adapter"):
            if found.get(name, {}).get("timeout_s", START_TIMEOUT_S) <= 0:
                raise self._error(name, "timeout_s", "must be above 0")

    def _check_key(self, table: str, key: str, value: object) -> None:
        keys = tables()[table]
        if key not in keys:
            problem = (
                "is no role; there are" if table == "scanners" else "is unknown; use"
            )
            raise self._error(table, key, f"{problem} {', '.join(keys)}")
        if not keys[key].kind.fits(value):
            raise self._error(table, key, f"must be {keys[key].kind.in_words}")

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

    def _capabilities(self, found: Mapping[str, Any]) -> frozenset[str]:
        names = found.get("capabilities", {}).get("has", [])
        for name in names:
            if name not in self._known:
                problem = f"has {name!r}, which is none; see scanwright spec"
                raise self._error("capabilities", "has", problem)
        return frozenset(names)

    def _profile_names(self, target: Mapping[str, Any]) -> tuple[str, ...]:
        names = target.get("profiles", [])
        for name in names:
            if self._profiles and name not in self._profiles:
                known = ", ".join(sorted(self._profiles))
                problem = f"has {name!r}, which is none; there are {known}"
                raise self._error("target", "profiles", problem)
        return tuple(names)

    def _control(self, hardware: Mapping[str, str]) -> str | None:
        url = hardware.get("control")
        if url is not None and not url.startswith(("http://", "https://")):
            raise self._error("hardware", "control", "must begin with http://")
        return url.rstrip("/") if url else None

    def _origins(self, table: Mapping[str, Any]) -> Origins:
        default = Origins()
        return Origins(
            allowed=tuple(table.get("allowed", ())) or default.allowed,
            foreign=table.get("foreign", default.foreign),
        )

    def _check_promises(self, description: Description, *, is_listed: bool) -> None:
        """Hold the capabilities against what the rest of the file offers for them."""
        has = description.capabilities
        for name in SPECIAL_ROLES:
            if name in has and ROLES[name] not in description.roles:
                problem = f"has {name!r}, so [scanners] must name {ROLES[name]!r}"
                raise self._error("capabilities", "has", problem)
        if "managed" in has and not description.is_managed:
            problem = "has 'managed', so [start] or [adapter] must have a command"
            raise self._error("capabilities", "has", problem)
        # An adapter says by itself in which manners it starts.
        is_by_adapter = bool(description.adapter)
        if "configurable" in has and not (description.options or is_by_adapter):
            problem = "has 'configurable', so [start] must have options to leave out"
            raise self._error("capabilities", "has", problem)
        if "page-cache" in has and not (description.cache_options or is_by_adapter):
            problem = "has 'page-cache', so [start] must have cache_options"
            raise self._error("capabilities", "has", problem)
        if "full-disk" in has and not (description.full_options or is_by_adapter):
            problem = "has 'full-disk', so [start] must have full_options"
            raise self._error("capabilities", "has", problem)
        if "two-origins" in has and len(set(description.origins.allowed)) < 2:
            problem = "must be two, as 'two-origins' is declared"
            raise self._error("origins", "allowed", problem)
        if "origin-list" in has and not is_listed:
            problem = "has 'origin-list', so [origins] must have the allowed ones"
            raise self._error("capabilities", "has", problem)
        if "licence" in has and not description.licence_key:
            problem = "has 'licence', so [licence] must have a key"
            raise self._error("capabilities", "has", problem)

    def _words(self, key: str, table: Mapping[str, Any]) -> tuple[str, ...]:
        return tuple(self._filled_in(word) for word in table.get(key, ()))

    def _filled_in(self, word: str) -> str:
        here = str(self._path.parent.resolve())
        return word.replace("{python}", sys.executable).replace("{here}", here)

    def _error(self, table: str, key: str, problem: str) -> DescriptionError:
        line = _line_of(self._text, table, key)
        place = f"{table}.{key}" if key else table
        return DescriptionError(f"{self._path}:{line}: {place} {problem}")


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
