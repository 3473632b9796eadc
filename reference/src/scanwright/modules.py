"""Modules: the parts of the service that have a name, and versions side by side.

A module is an entry point in the group `scanwright.modules`. It is called like the
module, and has its package's version; or it says the version itself, `barcode-1.4.2`,
so that one package can bring several. To know what is installed only metadata is read.
A module is imported when it is first used: of its versions the highest one whose
`MODULE_INTERFACE` is ours, or that says nothing about it.

Implements: SERVER-module-versions.
"""

from __future__ import annotations

import functools
import logging
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points
from types import ModuleType
from typing import Final

from scanwright.errors import ModuleMissing

__all__ = ["GROUP", "INTERFACE", "Module", "Registry", "registry"]

logger = logging.getLogger(__name__)

GROUP: Final = "scanwright.modules"
INTERFACE: Final = 1
"""Generation of what the service expects of a module."""

PURPOSES: Final = {
    "core": "ports, jobs and pages",
    "imaging": "pixels, formats and codecs",
    "storage": "documents that outlive jobs",
    "barcode": "reads barcodes on pages",
    "pdf": "writes and renders PDF documents",
    "webcam": "takes pictures from cameras",
    "uploader": "sends documents to servers",
}
"""The modules that the interface knows, and what each is for."""

_VERSIONED: Final = re.compile(r"(?P<name>[a-z]+)-(?P<version>[0-9]+(?:\.[0-9]+)*)")


@dataclass(frozen=True, slots=True)
class Module:
    """One module; without versions it is not installed."""

    name: str
    purpose: str
    versions: tuple[str, ...]
    """Highest first."""


class Registry:
    """What is installed, and the way to it."""

    def __init__(self, points: Iterable[EntryPoint]) -> None:
        self._points: dict[str, dict[str, EntryPoint]] = {}
        for point in points:
            name, version = _name_and_version(point)
            self._points.setdefault(name, {})[version] = point

    def modules(self) -> list[Module]:
        """Return the known ones first, then what others have added."""
        names = dict.fromkeys((*PURPOSES, *sorted(self._points)))
        return [
            Module(name, PURPOSES.get(name, ""), self._versions(name)) for name in names
        ]

    def versions(self) -> Mapping[str, list[str]]:
        """Return the versions of those that are installed."""
        return {m.name: list(m.versions) for m in self.modules() if m.versions}

    def load(self, name: str) -> ModuleType:
        """Import the highest version that fits.

        Raises:
            ModuleMissing: There is none.
        """
        for version in self._versions(name):
            try:
                module = self._points[name][version].load()
            except (ImportError, AttributeError):
                logger.exception("module %s %s cannot be loaded", name, version)
                continue
            interface = getattr(module, "MODULE_INTERFACE", INTERFACE)
            if isinstance(module, ModuleType) and interface == INTERFACE:
                return module
            logger.warning(
                "module %s %s is for interface %s, not %s: passed over",
                *(name, version, interface, INTERFACE),
            )
        raise ModuleMissing(f"The module {name} is not installed in this service.")

    def _versions(self, name: str) -> tuple[str, ...]:
        return tuple(sorted(self._points.get(name, ()), key=_order, reverse=True))


@functools.cache
def registry() -> Registry:
    """Return the modules of this installation, as they were at the first call."""
    return Registry(entry_points(group=GROUP))


def _name_and_version(point: EntryPoint) -> tuple[str, str]:
    if match := _VERSIONED.fullmatch(point.name):
        return match["name"], match["version"]
    return point.name, point.dist.version if point.dist else "0"


def _order(version: str) -> tuple[int, ...]:
    return tuple(map(int, re.findall(r"[0-9]+", version)))
