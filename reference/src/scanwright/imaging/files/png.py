"""PNG: 1, 4, 8 and 16 bits, by the writer that makes the pages' PNGs."""

from __future__ import annotations

from dataclasses import replace
from typing import BinaryIO

from scanwright.imaging.codecs import encode
from scanwright.imaging.files.pages import PageIn

__all__ = ["write_png"]


def write_png(page: PageIn, out: BinaryIO) -> None:
    """Write the page with all its bits."""
    form = replace(page.raster.format(), resolution_dpi=page.dpi)
    room = memoryview(bytearray(form.size_bytes))
    page.raster.write(room)
    out.write(encode(room, form, "image/png"))
