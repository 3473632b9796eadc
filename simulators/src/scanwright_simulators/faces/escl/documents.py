"""XML as eSCL writes it: namespaces, strict reading, and what writers share.

Names and numbers follow the eSCL Technical Specification (Mopria Alliance). Documents
come from strangers: a document type is refused before anything in it is expanded, and
nesting ends where no honest document goes.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, NoReturn
from xml.etree import ElementTree as ET

from scanwright_simulators.errors import MessageError

__all__ = [
    "DEEPEST",
    "PWG",
    "SCAN",
    "VERSION",
    "add",
    "add_all",
    "parse",
    "root_of",
    "short_name",
    "to_bytes",
]

SCAN: Final = "http://schemas.hp.com/imaging/escl/2011/05/03"
PWG: Final = "http://www.pwg.org/schemas/2010/12/sm"
VERSION: Final = "2.63"
PREFIXES: Final = {SCAN: "scan", PWG: "pwg"}

DEEPEST: Final = 16
"""Levels of nesting; an honest ScanSettings has four."""

for _space, _prefix in PREFIXES.items():
    ET.register_namespace(_prefix, _space)


class _Builder(ET.TreeBuilder):
    """Builds a tree, and refuses what only serves attacks here."""

    _depth = 0

    def doctype(self, name: str, pubid: str | None, system: str | None) -> NoReturn:
        """Refuse the document."""
        del name, pubid, system
        raise MessageError("a document type declaration is not allowed")

    def start(self, tag: str, attrs: dict[str, str]) -> ET.Element:
        """Open an element, unless it lies too deep."""
        self._depth += 1
        if self._depth > DEEPEST:
            raise MessageError(f"elements are nested deeper than {DEEPEST}")
        return super().start(tag, attrs)

    def end(self, tag: str) -> ET.Element:
        """Close an element."""
        self._depth -= 1
        return super().end(tag)


def parse(body: bytes) -> ET.Element:
    """Return the root of the document `body`; raises MessageError."""
    parser = ET.XMLParser(target=_Builder())  # noqa: S314  document types are refused
    try:
        parser.feed(body)
        root: ET.Element = parser.close()
    except (ET.ParseError, LookupError, ValueError) as error:
        raise MessageError(f"no XML: {error}") from error
    return root


def root_of(name: str) -> ET.Element:
    """Return a new document of that name, with the version in it."""
    root = ET.Element(f"{{{SCAN}}}{name}")
    add(root, PWG, "Version", VERSION)
    return root


def add(
    parent: ET.Element,
    space: str,
    name: str,
    value: str | int | None = None,
) -> ET.Element:
    """Return a new child of `parent`, with `value` as its text."""
    child = ET.SubElement(parent, f"{{{space}}}{name}")
    if value is not None:
        child.text = str(value)
    return child


def add_all(
    parent: ET.Element,
    space: str,
    names: str,
    values: Iterable[str],
) -> ET.Element:
    """Return a new list in `parent`; `names` is `List/Item`."""
    outer, _, inner = names.partition("/")
    inside = add(parent, space, outer)
    for value in values:
        add(inside, space, inner, value)
    return inside


def short_name(tag: str) -> str:
    """Return `tag` as people write it: `scan:ColorMode`."""
    space, _, name = tag.rpartition("}")
    prefix = PREFIXES.get(space.lstrip("{"))
    return f"{prefix}:{name}" if prefix else name


def to_bytes(root: ET.Element) -> bytes:
    """Return the document as it goes out."""
    body: bytes = ET.tostring(root, encoding="UTF-8", xml_declaration=True)
    return body
