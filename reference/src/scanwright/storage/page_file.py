"""A page of a document as a file: its packed pixels, and the JPEG that it came as.

What belongs to it (the format, the lengths, the salt of its key) is in the index.
"""

from __future__ import annotations

import os
from typing import BinaryIO

from scanwright.buffer.packing import pack, unpack
from scanwright.buffer.sealed_file import Damaged, SealedFile, sealed_length
from scanwright.storage.contents import KeptPage
from scanwright.storage.envelope import file_key

__all__ = ["PagePixels", "read_page", "write_page"]

PIXELS, ORIGINAL = range(2)


class PagePixels:
    """Pixels packed for the disk, and how long they and the original are."""

    def __init__(self, pixels: memoryview, original: bytes | None) -> None:
        self.packed = pack(pixels)
        self.original = original or b""

    @property
    def lengths(self) -> tuple[int, int]:
        """What the index has to remember."""
        return sum(map(len, self.packed)), len(self.original)


def write_page(
    file: BinaryIO, document: str, page: KeptPage, pixels: PagePixels, *, key: bytes
) -> None:
    """Write a page's file."""
    parts = (pixels.packed, [pixels.original])
    _sealed(document, page, key).write(file, parts)


def read_page(
    file: BinaryIO, document: str, page: KeptPage, into: memoryview, *, key: bytes
) -> bytes | None:
    """Fill `into` with the pixels; return the original JPEG, if there is one.

    Raises:
        Damaged: The file is not what was written.
    """
    if os.fstat(file.fileno()).st_size != sum(map(sealed_length, page.lengths)):
        raise Damaged("the file has another length")
    sealed = _sealed(document, page, key)
    try:
        unpack(sealed.read(file, page.lengths, PIXELS), into)
    except ValueError as error:
        raise Damaged("the pixels are damaged") from error
    file.seek(0)
    return b"".join(sealed.read(file, page.lengths, ORIGINAL)) or None


def _sealed(document: str, page: KeptPage, key: bytes) -> SealedFile:
    own = file_key(key, b"page", page.salt)
    return SealedFile(own, about=f"{document}/{page.uid}".encode())
