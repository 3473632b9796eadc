"""Files into pages: BMP, JPEG, PNG, TIFF and PDF, told apart by their content.

Nothing is decoded before its size is known and allowed; what is damaged, encrypted or
too large ends in `UnreadableFile`, whatever is in it. Pages come one by one. A file
that says nothing of its resolution has that of a screen, 96 dots an inch.
"""

from __future__ import annotations

import mmap
from collections.abc import Iterator
from typing import Final

from scanwright.imaging.files.errors import UnreadableFile
from scanwright.imaging.files.pages import ReadPage
from scanwright.imaging.files.reading_pdf import read_pdf
from scanwright.imaging.files.reading_pictures import read_pictures

__all__ = ["DEFAULT_RENDERING_DPI", "ReadPage", "open_file"]

DEFAULT_RENDERING_DPI: Final = 200
LOWEST_DPI: Final = 10
HIGHEST_DPI: Final = 1200
PDF_MARK: Final = b"%PDF-"
PDF_MARK_WITHIN: Final = 1024
"""Readers of PDF allow so much before the mark (ISO 32000-1, Annex H)."""
MARKS: Final = {
    b"BM": "BMP",
    b"\xff\xd8\xff": "JPEG",
    b"\x89PNG\r\n\x1a\n": "PNG",
    b"II*\0": "TIFF",
    b"MM\0*": "TIFF",
    b"II+\0": "TIFF",
    b"MM\0+": "TIFF",
}


def open_file(
    data: bytes | memoryview | mmap.mmap,
    *,
    name: str,
    password: str = "",
    resolution_dpi: int = DEFAULT_RENDERING_DPI,
) -> Iterator[ReadPage]:
    """Yield the pages of a file.

    `name` is for messages only. `resolution_dpi` is for those pages of a PDF that are
    more than one picture, and so have to be drawn.

    Raises:
        UnreadableFile: While the pages are taken: the file is of no known type,
            damaged, or beyond a limit. `EncryptedFile`: its password is wrong.
    """
    content = bytes(data)
    kind = _kind(content)
    if kind == "PDF":
        dpi = min(max(resolution_dpi, LOWEST_DPI), HIGHEST_DPI)
        return read_pdf(content, name=name, password=password, resolution_dpi=dpi)
    if kind is None:
        return _refused(name)
    return read_pictures(content, name=name, kind=kind)


def _kind(content: bytes) -> str | None:
    for mark, kind in MARKS.items():
        if content.startswith(mark):
            return kind
    return "PDF" if PDF_MARK in content[:PDF_MARK_WITHIN] else None


def _refused(name: str) -> Iterator[ReadPage]:
    raise UnreadableFile(f"{name} is none of BMP, JPEG, PNG, TIFF and PDF.")
    yield
