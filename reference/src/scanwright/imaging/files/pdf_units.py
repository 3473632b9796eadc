"""How large the unit of a PDF's page is, which PDFium does not tell.

A page may say that its unit is not a point but `UserUnit` of them (ISO 32000-1, table
30): large drawings do. PDFium reads past that. But it copies a page with all that is
said of it, so the page is looked up in a copy that holds nothing else. Such a copy is
as large as the page: only files in which the word occurs are asked.
"""

from __future__ import annotations

import re
import zlib
from io import BytesIO
from typing import Any, Final

__all__ = ["may_have_units", "unit_points"]

WORD: Final = b"/UserUnit"
PACKED: Final = re.compile(rb"/ObjStm\b[^\x80-\xff]{0,400}?\bstream\r?\n", re.DOTALL)
MOST_UNPACKED_BYTES: Final = 1 << 26
ONLY_PAGE: Final = re.compile(rb"/Kids\s*\[\s*(\d+) 0 R\s*\]")
UNIT: Final = re.compile(rb"/UserUnit\s+(\d{0,9}\.?\d{1,9})\s*[/>]")
LEAST: Final = 1e-3
MOST: Final = 1e6


def may_have_units(content: bytes) -> bool:
    """Tell whether a file may have pages of other units, without parsing it.

    Dictionaries of pages stand in the file as they are, or packed into streams. Of what
    cannot be unpacked, or is too much, nobody knows.
    """
    if WORD in content:
        return True
    view, left = memoryview(content), MOST_UNPACKED_BYTES
    for match in PACKED.finditer(content):
        try:
            data = zlib.decompressobj().decompress(view[match.end() :], left)
        except zlib.error:
            return True
        left -= len(data)
        if WORD in data or left <= 0:
            return True
    return False


def unit_points(pdf: Any, index: int) -> float:
    """Return how many points the unit of a page is: 1 where it says nothing sound."""
    import pypdfium2

    copy, out = pypdfium2.PdfDocument.new(), BytesIO()
    try:
        copy.import_pages(pdf, [index])
        copy.save(out)
    finally:
        copy.close()
    unit = _unit(out.getvalue())
    return unit if LEAST <= unit <= MOST else 1.0


def _unit(pdf: bytes) -> float:
    """Find the unit in a file of one page, as PDFium writes it."""
    page = ONLY_PAGE.search(pdf)
    if page is None:
        return 1.0
    start = pdf.find(b"\n%s 0 obj" % page[1])
    found = UNIT.search(pdf, start, pdf.find(b"endobj", start))
    return float(found[1]) if found else 1.0
