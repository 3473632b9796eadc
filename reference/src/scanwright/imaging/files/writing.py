"""Pages into a file of any published type, one page in memory at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import BinaryIO, Final, Protocol

from scanwright.imaging.files.bmp import write_bmp
from scanwright.imaging.files.jpeg import write_jpeg
from scanwright.imaging.files.pages import PageIn
from scanwright.imaging.files.pdf import PdfWriter
from scanwright.imaging.files.png import write_png
from scanwright.imaging.files.tiff import TiffWriter
from scanwright.imaging.files.tiff_chain import copy, find_end
from scanwright.protocol.save_checks import check_options
from scanwright.protocol.saving import (
    FileType,
    SaveOptions,
    check_appending,
    check_pages,
)

__all__ = ["PageIn", "write_file"]


class _Writer(Protocol):
    """A file that grows by pages."""

    def add(self, page: PageIn) -> None: ...

    def finish(self) -> None: ...


def write_file(
    pages: Iterable[PageIn],
    options: SaveOptions,
    out: BinaryIO,
    *,
    progress: Callable[[int], None],
    existing: BinaryIO | None = None,
) -> None:
    """Write the pages to `out`, which must be able to seek; it stays open.

    A page is asked for when the one before it is written and forgotten. `progress` is
    told how many are done. `existing` is a TIFF from outside, which `out` will begin
    with: of its bytes only those change that lead from its last page to ours.

    Raises:
        InvalidParameter: The options contradict each other, there is no page, or there
            are several and the type holds one (then the first is in `out`: call
            `check_pages` before, when the number is known).
        UnreadableFile: Nothing can be appended to `existing`; `out` is empty then.
    """
    check_options(options)
    if existing is None:
        writer = WRITERS[options.type](out, options)
    else:
        check_appending(options)
        end = find_end(existing)
        copy(existing, out, progress=progress)
        writer = TiffWriter(out, options, end)
    count = 0
    for page in pages:
        check_pages(options, count + 1)
        writer.add(page)
        # Or the page would stay until the next one is there.
        del page
        count += 1
        progress(count)
    check_pages(options, count)
    writer.finish()


class _OnePage:
    """Writes a file of the types that hold one page."""

    def __init__(self, out: BinaryIO, options: SaveOptions) -> None:
        self._out = out
        self._options = options

    def add(self, page: PageIn) -> None:
        if self._options.type is FileType.BMP:
            write_bmp(page, self._out)
        elif self._options.type is FileType.JPEG:
            write_jpeg(page, self._options.quality, self._out)
        else:
            write_png(page, self._out)

    def finish(self) -> None:
        """Do nothing: the page is the file."""


WRITERS: Final[Mapping[FileType, Callable[[BinaryIO, SaveOptions], _Writer]]] = {
    FileType.BMP: _OnePage,
    FileType.JPEG: _OnePage,
    FileType.PNG: _OnePage,
    FileType.TIFF: TiffWriter,
    FileType.PDF: PdfWriter,
}
