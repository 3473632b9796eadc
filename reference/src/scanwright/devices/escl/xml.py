"""XML from strangers: no document types, no surprises in size, names without prefix.

eSCL devices mix the namespaces pwg and scan, and some use others; the local names are
unambiguous, so those count.
"""

from __future__ import annotations

from typing import Final
from xml.etree import ElementTree as ET

from scanwright.errors import Code, DeviceError

__all__ = ["LARGEST_BYTES", "Element", "local_name", "number", "parse", "text", "texts"]

LARGEST_BYTES: Final = 1 << 20
Element = ET.Element


class _Refused(Exception):
    """The document declares a type: that is how entity bombs begin."""


class _PlainTree(ET.TreeBuilder):
    def doctype(self, name: str, pubid: str | None, system: str | None) -> None:
        """Refuse it before anything in it is read."""
        raise _Refused(name, pubid, system)


def parse(data: bytes, root: str) -> Element:
    """Return the root element, which must have this local name."""
    if len(data) > LARGEST_BYTES:
        raise _unusable(f"it has {len(data):,} bytes")
    parser = ET.XMLParser(target=_PlainTree())  # noqa: S314 - see _PlainTree
    try:
        parser.feed(data)
        element: Element = parser.close()
    except _Refused:
        raise _unusable("it declares a document type") from None
    except (ET.ParseError, ValueError, LookupError) as error:
        raise _unusable(str(error)) from error
    if local_name(element) != root:
        raise _unusable(f"it is no {root}")
    return element


def local_name(element: Element) -> str:
    """Return an element's name without its namespace."""
    return element.tag.rpartition("}")[2]


def texts(element: Element, name: str) -> list[str]:
    """Return the texts of all descendants of this name."""
    found = (item.text or "" for item in element.iter() if local_name(item) == name)
    return [item.strip() for item in found if item.strip()]


def text(element: Element, name: str) -> str:
    """Return the text of the first descendant of this name, or nothing."""
    return next(iter(texts(element, name)), "")


def number(element: Element, name: str, default: int | None = None) -> int:
    """Return the first descendant of this name as a whole number."""
    found = text(element, name)
    try:
        return int(found)
    except ValueError:
        if default is None:
            raise _unusable(f"{name} is {found!r}") from None
        return default


def _unusable(why: str) -> DeviceError:
    return DeviceError(
        f"The scanner's answer cannot be used: {why}.", code=Code.OPERATION_ERROR
    )
