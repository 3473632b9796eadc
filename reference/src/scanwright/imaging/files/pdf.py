"""PDF: one picture a page, written as the pages come; PDF/A and passwords included.

In a PDF/A the version is the standard's own (1.4 for part 1, 1.7 for parts 2 and 3),
pictures have device colours under an output intent of sRGB, and metadata stand in Info
and XMP alike. A password needs AES-256, and that makes the file a 1.7 with Adobe's
extension level 8, whatever was wished.
"""

from __future__ import annotations

import hashlib
from typing import BinaryIO, Final

from scanwright.imaging.files.pages import PageIn
from scanwright.imaging.files.paper import Placement, place
from scanwright.imaging.files.pdf_encryption import Aes256
from scanwright.imaging.files.pdf_metadata import info, xmp
from scanwright.imaging.files.pdf_objects import Name, PdfFile, Plain, Ref, Value
from scanwright.imaging.files.pdf_pictures import picture
from scanwright.imaging.files.srgb import srgb_profile
from scanwright.protocol.saving import SaveOptions, written_version

__all__ = ["PdfWriter"]

PAGES_PER_NODE: Final = 64
"""A tree of pages: no array gets longer than PDF/A-1 allows, and readers find pages."""
METADATA_SINCE: Final = (1, 4)
PROBE_BYTES: Final = 4096


class PdfWriter:
    """Writes a PDF page by page; it is a valid one after `finish`."""

    def __init__(self, out: BinaryIO, options: SaveOptions) -> None:
        self._options = options
        self._version = written_version(options)
        self._aes = Aes256(options.password) if options.password else None
        version = f"{self._version[0]}.{self._version[1]}"
        self._file = PdfFile(out, version, self._aes or Plain())
        self._root = self._file.reserve()
        self._nodes: list[tuple[Ref, list[Ref]]] = []
        self._digest = hashlib.sha256(repr(options.pdf_metadata).encode())

    def add(self, page: PageIn) -> None:
        """Write one more page."""
        if not self._nodes or len(self._nodes[-1][1]) == PAGES_PER_NODE:
            self._nodes.append((self._file.reserve(), []))
        parent, kids = self._nodes[-1]
        image = picture(page, self._options, self._version)
        self._digest.update(image.data[:PROBE_BYTES] + image.data[-PROBE_BYTES:])
        size = (page.raster.width_px, page.raster.height_px)
        spot = place(size, page.dpi, self._options)
        kids.append(
            self._file.add(
                {
                    "Type": Name("Page"),
                    "Parent": parent,
                    "MediaBox": [0, 0, spot.page_width, spot.page_height],
                    "Resources": {
                        "ProcSet": [Name("PDF"), Name("ImageB"), Name("ImageC")],
                        "XObject": {
                            "Im0": self._file.add_stream(image.entries, image.data)
                        },
                    },
                    "Contents": self._file.add_stream({}, _drawing(spot)),
                }
            )
        )

    def finish(self) -> None:
        """Write what stands at the end."""
        about = self._file.add(info(self._options.pdf_metadata))
        trailer: dict[str, Value] = {
            "Root": self._file.add(self._catalogue()),
            "Info": about,
            "ID": [self._digest.digest()[:16]] * 2,
        }
        if self._aes is not None:
            entries = self._aes.dictionary()
            trailer["Encrypt"] = self._file.add(entries, cipher=Plain())
        self._file.finish(trailer)

    def _catalogue(self) -> dict[str, Value]:
        entries: dict[str, Value] = {"Type": Name("Catalog"), "Pages": self._tree()}
        if self._version >= METADATA_SINCE:
            packet = xmp(self._options.pdf_metadata, self._options.pdf_standard)
            kind: dict[str, Value] = {"Type": Name("Metadata"), "Subtype": Name("XML")}
            entries["Metadata"] = self._file.add_stream(kind, packet)
        if self._options.pdf_standard is not None:
            entries["OutputIntents"] = [self._file.add(self._intent())]
        if self._aes is not None:
            adobe: Value = {"BaseVersion": Name("1.7"), "ExtensionLevel": 8}
            entries["Extensions"] = {"ADBE": adobe}
        return entries

    def _tree(self) -> Ref:
        total = 0
        for node, kids in self._nodes:
            total += len(kids)
            self._file.add(
                {
                    "Type": Name("Pages"),
                    "Parent": self._root,
                    "Kids": kids,
                    "Count": len(kids),
                },
                node,
            )
        nodes = [node for node, _ in self._nodes]
        entries: Value = {"Type": Name("Pages"), "Kids": nodes, "Count": total}
        return self._file.add(entries, self._root)

    def _intent(self) -> dict[str, Value]:
        profile = self._file.add_stream({"N": 3}, srgb_profile())
        return {
            "Type": Name("OutputIntent"),
            "S": Name("GTS_PDFA1"),
            "OutputConditionIdentifier": b"sRGB IEC61966-2.1",
            "Info": b"sRGB IEC61966-2.1",
            "RegistryName": b"http://www.color.org",
            "DestOutputProfile": profile,
        }


def _drawing(spot: Placement) -> bytes:
    size = f"{spot.width:.4f} 0 0 {spot.height:.4f} {spot.x:.4f} {spot.y:.4f}"
    return f"q {size} cm /Im0 Do Q".encode()
