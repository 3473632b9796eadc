"""The chain of a TIFF's directories, and where it goes on.

The header of a TIFF leads to the directory of the first page, each directory to the
next one, and the last one to 0. Whoever writes a place over that 0 has appended a page:
every other byte stays what it was.

The file comes from outside. It is not decoded, but nothing in it is believed: the chain
has an end and a limit, its directories lie in the file and apart from each other, and
so do the data of its pages. For what a page looks for behind the end of a file that was
cut short, it would find there when others are appended.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, BinaryIO, Final, Never

import numpy as np

from scanwright.errors import InvalidParameter
from scanwright.imaging.files.errors import UnreadableFile
from scanwright.imaging.files.limits import check_page_count
from scanwright.imaging.files.packing import ByteOrder

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Numbers = NDArray[np.uint64]

__all__ = ["ChainEnd", "check_bytes", "copy", "find_end"]

LARGEST_BYTES: Final = (1 << 32) - 1
PIECE_BYTES: Final = 1 << 24
NAME: Final = "The file to append to"
"""What messages call it: it has come without a name."""
ORDERS: Final[dict[bytes, ByteOrder]] = {b"II*\0": "<", b"MM\0*": ">"}
BIG_MARKS: Final = (b"II+\0", b"MM\0+")
HEADER_BYTES: Final = 8
ENTRY_BYTES: Final = 12
LINK_BYTES: Final = 4
PLACES_AND_SIZES: Final = ((273, 279), (324, 325))
"""The fields that say where strips and tiles are, and how many bytes each has."""
WIDTHS: Final = {3: 2, 4: 4, 13: 4}
"""Bytes of a SHORT, a LONG and an IFD."""
MOST_STRIPS: Final = 1 << 22
"""Of one page: as many tiles of 32 x 32 as the largest page has."""


@dataclass(frozen=True, slots=True)
class ChainEnd:
    """What is to know of a TIFF before pages are appended.

    `link` is the place of the four bytes that will lead to the next directory. `pages`
    and `size` are how many pages and bytes there are.
    """

    order: ByteOrder
    link: int
    pages: int
    size: int


def check_bytes(count: int) -> None:
    """Refuse what is larger than a TIFF can be, whose offsets have 32 bits.

    Raises:
        InvalidParameter: It is.
    """
    if count > LARGEST_BYTES:
        raise InvalidParameter(
            "A TIFF cannot be larger than 4 GiB. Save fewer pages, or a PDF."
        )


def find_end(file: BinaryIO) -> ChainEnd:
    """Follow the chain to its end; `file` must be able to seek.

    Raises:
        UnreadableFile: It is no TIFF, a BigTIFF, damaged, or has too many pages.
        InvalidParameter: It leaves no room for a page.
    """
    size = file.seek(0, 2)
    check_bytes(size + HEADER_BYTES)
    return _Chain(file, size).end()


def copy(file: BinaryIO, out: BinaryIO, *, progress: Callable[[int], None]) -> None:
    """Copy all of a file, and say now and then that no page is written yet."""
    file.seek(0)
    while piece := file.read(PIECE_BYTES):
        progress(0)
        out.write(piece)


class _Chain:
    """A file that is followed from directory to directory."""

    def __init__(self, file: BinaryIO, size: int) -> None:
        self._file = file
        self._size = size
        self._order = _order(self._read(0, min(size, HEADER_BYTES)))
        parts = {"tag": "u2", "kind": "u2", "count": "u4"}
        fields = [(name, f"{self._order}{form}") for name, form in parts.items()]
        self._entry = np.dtype([*fields, ("value", "V4")])

    def end(self) -> ChainEnd:
        link, ends = HEADER_BYTES - LINK_BYTES, {0: HEADER_BYTES}
        while place := self._number(link, "I"):
            if place in ends:
                _refuse("is damaged: its pages go in a circle")
            check_page_count(NAME, len(ends))
            link = self._directory(place)
            ends[place] = link + LINK_BYTES
        for (_, end), (start, _) in pairwise(sorted(ends.items())):
            if start < end:
                _refuse("is damaged: its pages lie over each other")
        if len(ends) == 1:
            _refuse("is a TIFF without a page")
        return ChainEnd(self._order, link, len(ends) - 1, self._size)

    def _directory(self, place: int) -> int:
        """Look at the directory at this place; return where its link is."""
        count = self._number(place, "H")
        data = self._read(place + 2, count * ENTRY_BYTES)
        entries = np.frombuffer(data, self._entry)
        for places, sizes in PLACES_AND_SIZES:
            starts, lengths = self._field(entries, places), self._field(entries, sizes)
            known = min(len(starts), len(lengths))
            if (starts > self._size).any() or (
                starts[:known] + lengths[:known] > self._size
            ).any():
                _refuse_cut()
        return place + 2 + len(data)

    def _field(self, entries: NDArray[np.void], tag: int) -> Numbers:
        """Return the numbers of a field; none if it is not there, or of other types."""
        for entry in entries[entries["tag"] == tag]:
            count, width = int(entry["count"]), WIDTHS.get(int(entry["kind"]))
            if width is None:
                continue
            if count > MOST_STRIPS:
                _refuse(f"has a page of more than {MOST_STRIPS:,} strips")
            data = entry["value"].tobytes()[: count * width]
            if count * width > len(data):
                (place,) = struct.unpack(f"{self._order}I", data)
                data = self._read(place, count * width)
            return np.frombuffer(data, f"{self._order}u{width}").astype(np.uint64)
        return np.empty(0, np.uint64)

    def _number(self, place: int, form: str) -> int:
        data = self._read(place, struct.calcsize(form))
        return int(struct.unpack(f"{self._order}{form}", data)[0])

    def _read(self, place: int, length: int) -> bytes:
        if place + length > self._size:
            _refuse_cut()
        self._file.seek(place)
        return self._file.read(length)


def _order(head: bytes) -> ByteOrder:
    if head[:4] in BIG_MARKS:
        _refuse("is a BigTIFF, to which nothing is appended. Save it as a plain TIFF")
    if head[:4] not in ORDERS:
        _refuse("is no TIFF")
    return ORDERS[head[:4]]


def _refuse_cut() -> Never:
    _refuse("is damaged, or was cut short: it names places that are not in it")


def _refuse(why: str) -> Never:
    raise UnreadableFile(f"{NAME} {why}.")
