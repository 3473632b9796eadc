"""What a document's index says: whose it is, its metadata, its pages in their order.

JSON, sealed in the index. A version that does not know a member leaves it alone, and
one that is too new is refused whole, so that an older service damages nothing.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import Any, Final

from scanwright.buffer.sealed_file import Damaged
from scanwright.protocol.scanning import Depth, PageFormat, PixelType, Source

__all__ = ["Contents", "KeptPage", "Metadata"]

VERSION: Final = 1

Metadata = str | dict[str, object]


@dataclass(frozen=True, slots=True)
class KeptPage:
    """A page of a document, without its pixels.

    `salt` makes the key of its file, `lengths` are those of the packed pixels and of
    the original JPEG, 0 when there is none.
    """

    uid: str
    format: PageFormat
    salt: bytes
    lengths: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Contents:
    """All of an index. `origin` None lets every origin in."""

    origin: str | None = None
    metadata: Metadata | None = None
    pages: tuple[KeptPage, ...] = ()

    def with_page(self, page: KeptPage, position: int | None) -> Contents:
        """Return these with one page more.

        It stands in front of the page with the number `position`, counted from 1; at
        the end when there is no such page.
        """
        at = len(self.pages)
        if position is not None and 1 <= position <= at:
            at = position - 1
        pages = (*self.pages[:at], page, *self.pages[at:])
        return replace(self, pages=pages)

    def without_page(self, uid: str) -> Contents:
        """Return these without a page."""
        pages = tuple(page for page in self.pages if page.uid != uid)
        return replace(self, pages=pages)

    def page(self, uid: str) -> KeptPage | None:
        """Return the page with this id."""
        return next((page for page in self.pages if page.uid == uid), None)

    def to_bytes(self) -> bytes:
        """Return them as JSON."""
        value = {
            "version": VERSION,
            "origin": self.origin,
            "metadata": self.metadata,
            "pages": [_page_to_json(page) for page in self.pages],
        }
        return json.dumps(value, separators=(",", ":"), allow_nan=False).encode()

    @classmethod
    def from_bytes(cls, data: bytes) -> Contents:
        """Read them.

        Raises:
            Damaged: They are none, or of a version that is not known here.
        """
        try:
            value = json.loads(data)
            version = value["version"]
            if version == VERSION:
                pages = tuple(map(_page_from_json, value["pages"]))
                return cls(value["origin"], value["metadata"], pages)
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise Damaged("the index cannot be understood") from error
        raise Damaged(f"the index is of version {version}, not {VERSION}")


def _page_to_json(page: KeptPage) -> dict[str, object]:
    form = page.format
    return {
        "uid": page.uid,
        "salt": page.salt.hex(),
        "lengths": page.lengths,
        "size": (form.width_px, form.height_px),
        "depth": (form.depth.pixel_type, form.depth.bits_per_sample),
        "dpi": form.resolution_dpi,
        "source": form.source,
        "side": form.side,
    }


def _page_from_json(value: dict[str, Any]) -> KeptPage:
    width, height = value["size"]
    kind, bits = value["depth"]
    x_dpi, y_dpi = value["dpi"]
    pixels, original = value["lengths"]
    depth = Depth(PixelType(kind), bits)
    source = Source(value["source"])
    form = PageFormat(width, height, depth, (x_dpi, y_dpi), source, value["side"])
    salt = bytes.fromhex(value["salt"])
    return KeptPage(value["uid"], form, salt, (pixels, original))
